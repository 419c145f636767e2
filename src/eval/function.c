/* SPDX-License-Identifier: Apache-2.0 */
/* The table of function bodies. */
#include "eval/function.h"

static const struct function_entry entries[FN_COUNT] = {
    [FN_ADD] = {fn_add, true},
    [FN_SUBTRACT] = {fn_subtract, true},
    [FN_MULTIPLY] = {fn_multiply, true},
    [FN_DIVIDE] = {fn_divide, true},
    [FN_MODULO] = {fn_modulo, true},
    [FN_NEGATE] = {fn_negate, true},
    [FN_BETWEEN] = {fn_between, true},
    [FN_CIDR_MATCH] = {fn_cidr_match, false},
    [FN_CONCAT] = {fn_concat, true},
    [FN_ENDS_WITH] = {fn_ends_with, true},
    [FN_INDEX_OF] = {fn_index_of, false},
    [FN_LENGTH] = {fn_length, true},
    [FN_NUMBER] = {fn_number, false},
    [FN_STARTS_WITH] = {fn_starts_with, true},
    [FN_STRING] = {fn_string, true},
    [FN_STRING_CONTAINS] = {fn_string_contains, true},
    [FN_SUBSTRING] = {fn_substring, false},
};

const struct function_entry *function_entry(enum function_id id)
{
    return &entries[id];
}
