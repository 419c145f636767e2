/* SPDX-License-Identifier: Apache-2.0 */
/* One leaf's expression, compiled (sets, patterns, networks), and its value for one choice of one value per field: three-valued, null is VALUE_NULL. */
#ifndef POSTERN_EVAL_EXPR_H
#define POSTERN_EVAL_EXPR_H

#include "eval/pattern_set.h"
#include "eval/regex.h"
#include "eval/value_set.h"
#include "ir/ir.h"

struct expr {
    const struct ir *node;
    struct expr **args;
    uint32_t choice; /* IR_FIELD: which of the leaf's fields; UINT32_MAX: always null */
    union {
        struct value_set *set;
        struct pattern_set *patterns;
        struct regex_list *regex;
        struct cidr *blocks;
    };
    size_t n_blocks;
};

/* The distinct slots of a leaf's fields, filled while it is compiled. */
struct expr_fields {
    uint32_t *slots;
    size_t n, cap;
};

/* What compiling needs. */
struct expr_compiler {
    struct arena *arena;
    const struct ir_query *query;
    const uint32_t *slots; /* of the query's fields */
    struct expr_fields *fields;
    const struct diag_source *src;
    struct diags *diags;
    /* Every regular expression list made, so that it can be given back. */
    void (*keep_regex)(void *user, struct regex_list *list);
    void *user;
};

/* NULL after a diagnostic. */
struct expr *expr_compile(const struct expr_compiler *c, const struct ir *node);

/* What evaluating needs. */
struct expr_env {
    const struct value *choice; /* one value a field of the leaf */
    struct arena *arena;
    struct regex_scratch *regex;
    uint64_t *regex_cut;
};

struct value expr_eval(const struct expr *e, const struct expr_env *env);
/* The test of IR_IN, IR_LIKE, IR_REGEX, or a network test, on one value that is not null. */
bool expr_test(const struct expr *e, const struct value *v, const struct expr_env *env);

#endif
