/* SPDX-License-Identifier: Apache-2.0 */
/* The constants of an `in` list: equality with any of them, as compare_equal means it (1 and 1.0 are one), text case-blind when `fold`. Lives in the arena it was made in; safe
 * from any thread. */
#ifndef POSTERN_EVAL_VALUE_SET_H
#define POSTERN_EVAL_VALUE_SET_H

#include "ecs/value.h"

struct value_set;

/* Null constants are left out. The texts are borrowed. */
struct value_set *value_set_new(const struct value *constants, size_t n, bool fold,
                                struct arena *a);
/* `scratch` is touched only to fold a long or non-ASCII text. */
bool value_set_has(const struct value_set *set, const struct value *v, struct arena *scratch);

#endif
