/* SPDX-License-Identifier: Apache-2.0 */
/* The function table, read from functions.def. */
#include "ir/functions.h"

static const struct function rows[FN_COUNT] = {
#define FUNCTION(id, name, fold, result, min, max, types, doc)                                     \
    [FN_##id] = {name, fold, result, min, max, types, doc},
#include "ir/functions.def"
#undef FUNCTION
};

const struct function *function_row(enum function_id id)
{
    return &rows[id];
}

bool function_find(str name, enum function_id *out)
{
    for (int i = 0; i < FN_COUNT; i++) {
        if (i != FN_NEGATE && str_eq_nocase(name, str_from(rows[i].name))) {
            *out = (enum function_id)i;
            return true;
        }
    }
    return false;
}
