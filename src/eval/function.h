/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of the functions: one row a function_id in function_bodies (functions.c), the bodies in fn_<group>.c. */
#ifndef POSTERN_EVAL_FUNCTION_H
#define POSTERN_EVAL_FUNCTION_H

#include "base/ip.h"
#include "ir/functions.h"

struct function_call {
    const struct value *args; /* VALUE_NULL for null; missing optional ones too */
    uint32_t n;
    bool fold;
    const struct cidr *blocks; /* cidrMatch: compiled */
    size_t n_blocks;
    struct arena *arena; /* of the event */
};

/* The result; VALUE_NULL is null. */
typedef struct value function_body(const struct function_call *c);

/* The body of a function, and whether any null argument makes the result null without asking it. */
struct function_entry {
    function_body *body;
    bool strict;
};
const struct function_entry *function_entry(enum function_id id);

function_body fn_add, fn_subtract, fn_multiply, fn_divide, fn_modulo, fn_negate, fn_number;
function_body fn_between, fn_concat, fn_ends_with, fn_index_of, fn_length, fn_starts_with,
    fn_string, fn_string_contains, fn_substring;
function_body fn_cidr_match;

static inline struct value function_null(void)
{
    return (struct value){.type = VALUE_NULL};
}
static inline struct value function_boolean(bool b)
{
    return (struct value){.type = VALUE_BOOLEAN, .boolean = b};
}
static inline struct value function_long(int64_t n)
{
    return (struct value){.type = VALUE_LONG, .number = n};
}
static inline struct value function_text(str s)
{
    return (struct value){.type = VALUE_STRING, .text = s};
}

#endif
