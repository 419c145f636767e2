/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax tree of an EQL query: what was written, nothing resolved. Plain structs in the arena of
 * the parse, read-only afterwards. Brackets are not kept; a tree prints with as few as it needs. */
#ifndef POSTERN_LANG_EQL_AST_H
#define POSTERN_LANG_EQL_AST_H

#include "base/diag.h"
#include "ecs/value.h"

/* Longest text; deepest nesting of brackets, calls, `not` and signs; longest way from the root to a
 * leaf (a chain `a + b + c` grows to the left, so it is bounded too). */
#define EQL_MAX_TEXT ((size_t)1 << 20)
#define EQL_MAX_NESTING 200
#define EQL_MAX_TREE 2000
#define EQL_MAX_RUNS 100
#define EQL_MAX_SAMPLE_FILTERS 5
/* Ours, so that keys times stages stay small: the longest published sequence has 60 places, by 3 keys. */
#define EQL_MAX_PLACES 1000
#define EQL_MAX_KEYS 100

enum eql_op {
    EQL_CONST,
    EQL_FIELD,
    EQL_CALL,
    EQL_NEGATE,
    EQL_PLUS,
    EQL_ADD,
    EQL_SUBTRACT,
    EQL_MULTIPLY,
    EQL_DIVIDE,
    EQL_MODULO,
    EQL_EQ,
    EQL_NE,
    EQL_LT,
    EQL_LE,
    EQL_GT,
    EQL_GE,
    EQL_IN,    /* args[0] in the list args[1] … */
    EQL_COLON, /* args[0] : the patterns args[1] …, all EQL_CONST */
    EQL_LIKE,
    EQL_REGEX,
    EQL_NOT,
    EQL_AND, /* two or more args */
    EQL_OR,  /* two or more args */
};

struct eql_node {
    enum eql_op op;
    uint32_t id;     /* 0, 1, 2 … in order of making: the index of what later stages know of it */
    uint32_t height; /* 1 for a leaf */
    bool fold;       /* EQL_CALL, EQL_IN, EQL_LIKE, EQL_REGEX: written with ~ */
    bool negated;    /* EQL_IN: not in */
    bool optional;   /* EQL_FIELD: written with ? */
    str name;        /* EQL_FIELD: parts joined by dots; EQL_CALL: as in the table, or as written */
    struct value value; /* EQL_CONST: null, boolean, long, double or string */
    str written;        /* EQL_CONST that is a number: its digits as written */
    struct eql_node **args;
    uint32_t n_args;
    span at;
    span brackets; /* with the brackets it was written in; {0, 0}: none */
};

struct eql_key {
    str name;
    bool optional;
    span at;
};

struct eql_keys {
    struct eql_key *v;
    uint32_t n;
};

/* [category where condition] by keys with runs=N; an event query is one of these. */
struct eql_term {
    bool any; /* no condition on the category */
    str category;
    span category_at;
    struct eql_node *where;
    struct eql_keys keys;
    uint32_t runs; /* 1 when not written */
    bool missing;  /* ![…] */
    span at;
};

enum eql_unit { EQL_MS, EQL_S, EQL_M, EQL_H, EQL_D, EQL_UNIT_COUNT };
struct eql_unit_row {
    str name;
    int64_t nanoseconds;
};
/* The row of a time unit. */
const struct eql_unit_row *eql_unit_row(enum eql_unit unit);

enum eql_pipe_op { EQL_HEAD, EQL_TAIL };
struct eql_pipe {
    enum eql_pipe_op op;
    uint64_t count;
    span at;
};

enum eql_kind { EQL_EVENT, EQL_SEQUENCE, EQL_SAMPLE };

struct eql_ast {
    enum eql_kind kind;
    struct eql_keys keys; /* of the whole sequence or sample */
    int64_t maxspan;      /* in `unit`; 0 when not written */
    enum eql_unit unit;
    struct eql_term *terms;
    uint32_t n_terms;
    struct eql_term *until; /* or NULL */
    struct eql_pipe *pipes;
    uint32_t n_pipes;
    uint32_t n_nodes;    /* ids are below it */
    uint32_t n_comments; /* in the text; not kept */
    span at;             /* the first word */
};

#endif
