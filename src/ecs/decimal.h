/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal numbers as written, to integers without a detour through double: ids, and epoch times with a fraction. */
#ifndef POSTERN_ECS_DECIMAL_H
#define POSTERN_ECS_DECIMAL_H

#include "base/str.h"

/* `s` ("-12", "1.5", "12e2"; sign, digits, fraction, exponent) times 10^power, rounded towards the past. *whole tells whether
 * nothing was rounded. False, with the outputs untouched, when `s` is no number or the result does not fit. Linear. */
bool decimal_to_i64(str s, int power, int64_t *out, bool *whole);

#endif
