/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses. */
#include "eval/function.h"

struct value fn_cidr_match(const struct function_call *c)
{
    if (c->args[0].type != VALUE_IP) {
        return function_null();
    }
    for (size_t i = 0; i < c->n_blocks; i++) {
        if (cidr_contains(&c->blocks[i], &c->args[0].ip)) {
            return function_boolean(true);
        }
    }
    return function_boolean(false);
}
