/* SPDX-License-Identifier: Apache-2.0 */
/* Order and equality of two typed values as EQL's comparisons mean them: numbers exactly across long and double, text by UTF-16 code unit,
 * dates by time, addresses by address, versions by semantic versioning. */
#ifndef POSTERN_EVAL_COMPARE_H
#define POSTERN_EVAL_COMPARE_H

#include "ecs/value.h"

/* UTF-16 code unit order of two UTF-8 texts: differs from byte order only where a character above U+FFFF meets one of U+E000 to U+FFFF. */
int compare_text(str a, str b);

/* Sets *order to negative, zero or positive. False when the two have no order: null, different families, a NaN. */
bool compare_order(const struct value *a, const struct value *b, int *order);
bool compare_equal(const struct value *a, const struct value *b);

#endif
