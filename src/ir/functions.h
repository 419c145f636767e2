/* SPDX-License-Identifier: Apache-2.0 */
/* The function table: signatures for the checker, docs for the reference. Bodies are in eval/fn_*.c. */
#ifndef POSTERN_IR_FUNCTIONS_H
#define POSTERN_IR_FUNCTIONS_H

#include "ecs/value.h"

enum function_id {
#define FUNCTION(id, name, fold, result, min, max, types, doc) FN_##id,
#include "ir/functions.def"
#undef FUNCTION
    FN_COUNT
};

struct function {
    const char *name;
    bool fold_allowed; /* has a ~ form */
    enum value_type result;
    uint8_t min, max;
    const char *types;
    const char *doc;
};

/* The row of a function. */
const struct function *function_row(enum function_id id);
/* Looks a name up without case; false when EQL has no such function. */
bool function_find(str name, enum function_id *out);

#endif
