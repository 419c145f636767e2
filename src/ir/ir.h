/* SPDX-License-Identifier: Apache-2.0 */
/* The one typed language all front-ends meet in. A condition is a tree with two layers (the law is "Null and negation" of the EQL semantics, docs/internals/eql.md):
 *  - outer: IR_AND, IR_OR, IR_NOT from the root down are two-valued and combine leaves;
 *  - a leaf is a maximal sub-tree that is none of the three. It holds when at least one choice of one value per field makes it true; inside a leaf
 *    logic is three-valued (AND, OR, NOT may occur there too, below another operator).
 * `!=` is lowered to NOT(EQ), `x not in (…)` to NOT(IN). Nodes live in the arena of the rule set and are frozen after checking. */
#ifndef POSTERN_IR_IR_H
#define POSTERN_IR_IR_H

#include "base/diag.h"
#include "ecs/schema.h"
#include "ir/functions.h"

enum ir_op {
    IR_CONST, /* constant */
    IR_FIELD, /* field number `field` of the query */
    IR_AND,   /* 2 or more args */
    IR_OR,    /* 2 or more args */
    IR_NOT,   /* 1 arg */
    IR_EQ, /* args[0] == args[1]; ip == "a.b.c.d/n" is a network test: then args[1] is the text and `network` is set; `fold`: case-blind text */
    IR_LT,
    IR_LE,
    IR_GT,
    IR_GE,
    IR_IS_NULL, /* args[0] has no value: true or false, never null */
    IR_IN, /* args[0] equals one of `list` (constants of its type family); `fold`: case-blind text */
    IR_LIKE, /* text args[0] matches one of the wildcard patterns in `list`; `fold`: case-blind; `quoted`: a backslash quotes the next character (quirk 16.1 of EQL) */
    IR_REGEX, /* text args[0] matches one of the Lucene regular expressions in `list`, whole; `fold` */
    IR_CALL, /* function `call` on args; `fold`: the ~ form. add, subtract … also stand for + - * / % and unary minus (subtract from 0 is not used: IR_CALL FN_NEGATE) */
};

struct ir {
    enum ir_op op;
    enum value_type type; /* of the result; VALUE_NULL when it is always null */
    bool fold;
    bool quoted;
    bool network;
    enum function_id call;
    uint32_t field;
    struct value constant;
    struct ir **args;
    uint32_t n_args;
    const struct value *list;
    uint32_t n_list;
    span at;  /* in the query text */
    str text; /* of a leaf that ir_simplify made or kept: what ir_print prints; else empty */
};

enum ir_query_kind { IR_EVENT, IR_SEQUENCE, IR_SAMPLE };

/* One place of a query: an event query has one, a sequence or sample several. */
struct ir_stage {
    struct ir *where;     /* the category test is part of it */
    const uint32_t *keys; /* field numbers: global keys first, then the stage's own */
    const bool *optional; /* per key: written with ? (null is a key) */
    uint32_t n_keys;
    uint32_t runs; /* 1 when not written */
    bool missing;  /* ![…] */
    span at;
};

enum ir_pipe_op { IR_PIPE_HEAD, IR_PIPE_TAIL };
struct ir_pipe {
    enum ir_pipe_op op;
    uint64_t count;
};

struct ir_query {
    enum ir_query_kind kind;
    struct ir_stage *stages;
    uint32_t n_stages;
    struct ir_stage *until; /* or NULL */
    int64_t maxspan;        /* nanoseconds, 0: none */
    const struct ir_pipe *pipes;
    uint32_t n_pipes;
    const struct field **
        fields; /* field numbers of this query; a field that is unknown and optional is NULL: always null */
    str *field_names; /* as written, for messages */
    uint32_t n_fields;
    span at;     /* of the keyword sequence / sample, or the category */
    bool simple; /* the conditions are what ir_simplify makes of them */
};

/* Simplifies a condition: constants folded where the functions allow it, double negation, nested AND/OR flattened, true and false removed, equal leaves of
 * one AND/OR merged, EQ leaves of one field under OR merged into IN, LIKE without wildcards turned into EQ or IN. Never changes a result (also under multi-values: only the outer layer is touched). */
struct ir *ir_simplify(struct ir *root, const struct ir_query *q, struct arena *a);

/* The condition of a stage, simple. */
struct ir *ir_simple_where(const struct ir_stage *stage, const struct ir_query *q, struct arena *a);
/* Makes all conditions of the query simple, unless they are. */
void ir_make_simple(struct ir_query *q, struct arena *a);

/* Canonical text of a node, fields by name: equal text means equal meaning; the key by which rules share leaves. For golden tests and `--stage=ir`. */
void ir_print(const struct ir *node, const struct ir_query *q, struct buf *out);
void ir_print_query(const struct ir_query *q, struct buf *out);

#endif
