/* SPDX-License-Identifier: Apache-2.0 */
/* The types of the reference: a query as a tree of its own, an event as a tree of its own, and values. Written from the
 * EQL semantics alone, without a look at the engine, so that the two can only agree where both follow them. Nothing here
 * is fast; everything lives in the arena of the batch. */
#ifndef POSTERN_TESTS_REFERENCE_REF_H
#define POSTERN_TESTS_REFERENCE_REF_H

#include "base/arena.h"
#include "base/buf.h"

enum ref_type {
    REF_NULL,
    REF_BOOLEAN,
    REF_LONG,
    REF_DOUBLE,
    REF_TEXT,
    REF_DATE,  /* milliseconds matter; kept as nanoseconds */
    REF_NANOS, /* date_nanos */
    REF_IP,
    REF_VERSION
};

struct ref_value {
    enum ref_type type;
    bool boolean;
    int64_t number; /* REF_LONG; REF_DATE and REF_NANOS: nanoseconds since the epoch */
    double real;
    str text; /* REF_TEXT, REF_VERSION; REF_IP: as written */
    uint8_t ip[16];
};

/* Fields of the small schema; the last two are unknown to it. */
enum ref_field {
    F_CATEGORY,
    F_KW,
    F_USER,
    F_AB,
    F_TXT,
    F_KWN,
    F_NUM,
    F_AN,
    F_TIE,
    F_REAL,
    F_AR,
    F_FLAG,
    F_FLAG2,
    F_IP,
    F_AIP,
    F_TIME,
    F_WHEN,
    F_NANOS,
    F_VER,
    F_NOPE,
    F_NADA,
    F_COUNT,
    F_KNOWN = F_NOPE
};

struct ref_field_row {
    const char *name;
    const char *type; /* as a schema names it */
    enum ref_type of;
    const char *null_value; /* or NULL */
};
extern const struct ref_field_row ref_fields[F_COUNT];

enum ref_kind {
    K_CONST,
    K_FIELD,
    K_AND,
    K_OR,
    K_NOT,
    K_COMPARE, /* op: a character of "=!<l>g" */
    K_IN,      /* args[0] in args[1..]; fold, negated */
    K_LIKE,    /* op ':' (fold), 'l', with fold like~ */
    K_REGEX,
    K_ARITHMETIC, /* op: + - * / % */
    K_NEGATE,
    K_PLUS,
    K_CALL
};

enum ref_function {
    CALL_ADD,
    CALL_SUBTRACT,
    CALL_MULTIPLY,
    CALL_DIVIDE,
    CALL_MODULO,
    CALL_BETWEEN,
    CALL_CIDR,
    CALL_CONCAT,
    CALL_ENDS,
    CALL_INDEX,
    CALL_LENGTH,
    CALL_NUMBER,
    CALL_STARTS,
    CALL_STRING,
    CALL_CONTAINS,
    CALL_SUBSTRING,
    CALL_COUNT
};
extern const char *const ref_function_names[CALL_COUNT];

/* A regular expression. */
enum ref_regex_kind {
    X_CHAR,
    X_ANY,
    X_CLASS,
    X_SEQUENCE,
    X_CHOICE,
    X_REPEAT,
    X_ANY_TEXT, /* @ */
    X_NOTHING,  /* # */
    X_LITERAL,  /* "…" */
    X_NUMBER,   /* <min-max> */
    X_BOTH,     /* & */
    X_NOT       /* ~, at the very end only */
};
struct ref_range {
    uint32_t from, to;
};
struct ref_regex {
    enum ref_regex_kind kind;
    uint32_t c;        /* X_CHAR */
    char shorthand;    /* X_CLASS: one of d D w W s S, or 0 */
    bool negated;      /* X_CLASS */
    uint32_t min, max; /* X_REPEAT, X_NUMBER; max UINT32_MAX: open */
    bool bare;         /* X_REPEAT of a X_REPEAT, without brackets: .*? */
    str text;          /* X_LITERAL */
    struct ref_range ranges[4];
    struct ref_regex *args[8];
    uint32_t n; /* of ranges or args */
};

struct ref_node {
    enum ref_kind kind;
    enum ref_type
        type; /* of the result: BOOLEAN, LONG, DOUBLE (also "some number"), TEXT, DATE … */
    char op;
    bool fold, negated, optional;
    enum ref_function call;
    enum ref_field field;
    struct ref_value constant;
    struct ref_regex *regex; /* K_CONST in the list of a K_REGEX */
    struct ref_node **args;
    uint32_t n;
};

struct ref_query {
    str category; /* ptr NULL: any */
    struct ref_node *where;
};

enum ref_json_kind { J_NULL, J_BOOL, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT };
struct ref_json {
    enum ref_json_kind kind;
    str key, text;
    bool boolean;
    struct ref_json *child, *next;
};

struct ref_values {
    struct ref_value *v;
    size_t n;
};

struct ref_event {
    struct ref_json *root;
    str text;
    struct ref_values values[F_COUNT];
};

/* SplitMix64 (Steele, Lea, Flood, 2014) and the values that queries and events of a batch draw from, so that matches are
 * common. */
enum { REF_TEXTS = 14, REF_LONGS = 10, REF_REALS = 8, REF_DATES = 8 };
struct ref_random {
    uint64_t state;
    struct arena *arena;
    str texts[REF_TEXTS];
    int64_t longs[REF_LONGS];
    const char *reals[REF_REALS];
    int64_t dates[REF_DATES];
    struct ref_event *const
        *events; /* of the batch: expressions are compared with what they give on one of them */
    uint32_t n_events;
    bool tame; /* no quantifiers on quantifiers, which a backtracking matcher may give up */
};

static inline uint32_t ref_below(struct ref_random *r, uint32_t n)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

static inline bool ref_chance(struct ref_random *r, uint32_t percent)
{
    return ref_below(r, 100) < percent;
}

/* ref_pool.c: what values there are. */
void ref_pool_fill(struct ref_random *r);
/* The pool's text in another case now and then. */
str ref_pool_text(struct ref_random *r);
str ref_recase(struct ref_random *r, str s);
const char *ref_pool_ip(struct ref_random *r);
str ref_pool_cidr(struct ref_random *r);
const char *ref_pool_version(struct ref_random *r);
/* A time as text, in one of several spellings; `digits` of the second's fraction at most. */
str ref_date_text(struct ref_random *r, int64_t ns, int digits);
bool ref_ip_bytes(str s, uint8_t out[16]);
bool ref_cidr_holds(str block, const uint8_t ip[16]);
bool ref_date_parse(str s, int64_t *out);
int ref_version_order(str a, str b);

/* ref_text.c: text as code points and as UTF-16. */
struct ref_units {
    uint32_t *u;
    size_t n;
};
struct ref_units ref_points(str s, struct arena *a);
struct ref_units ref_utf16(str s, struct arena *a);
str ref_from_utf16(struct ref_units units, struct arena *a);
void ref_put_utf8(uint32_t c, struct buf *out);
/* Simple case folding of the letters the pools use. */
uint32_t ref_fold(uint32_t c);
uint32_t ref_other_case(uint32_t c);
bool ref_text_equal(str x, str y, bool fold, struct arena *a);
/* `quoted`: a backslash in the pattern quotes the next character. */
bool ref_wildcard(str pattern, str text, bool fold, bool quoted, struct arena *a);
str ref_double_text(double d, struct arena *a);
str ref_long_text(int64_t n, struct arena *a);

/* ref_regex.c */
struct ref_regex *ref_regex_random(struct ref_random *r, str like, bool fold);
void ref_regex_print(const struct ref_regex *x, struct buf *out);
bool ref_regex_matches(const struct ref_regex *x, str text, bool fold, struct arena *a);

/* ref_option.c: the word after `name` on the command line. */
const char *ref_option(int argc, char **argv, const char *name, const char *otherwise);
uint64_t ref_number_option(int argc, char **argv, const char *name, uint64_t otherwise);

/* ref_event.c */
struct ref_event *ref_event_random(struct ref_random *r);
/* Prints the tree to ->text and takes ->values from the tree again. */
void ref_event_finish(struct ref_event *e, struct arena *a);

/* ref_query.c, ref_leaf.c: generation. */
void ref_query_random(struct ref_random *r, struct ref_query *out);
/* A query that differs little from another. */
void ref_query_vary(struct ref_random *r, const struct ref_query *like, struct ref_query *out);
struct ref_node *ref_leaf_random(struct ref_random *r, uint32_t depth);
struct ref_node *ref_node_new(struct ref_random *r, enum ref_kind kind, enum ref_type type,
                              uint32_t n);
/* Whether a field, known or not, stands in the expression. */
bool ref_has_field(const struct ref_node *node);

/* ref_print.c */
void ref_query_print(const struct ref_query *q, struct ref_random *r, struct buf *out);
void ref_where_print(const struct ref_node *node, struct ref_random *r, struct buf *out);
void ref_category_print(str category, struct ref_random *r, struct buf *out);

/* ref_eval.c, ref_functions.c */
/* *open is set when the semantics leave the result open: then it must not be compared. */
bool ref_query_holds(const struct ref_query *q, const struct ref_event *e, bool *open,
                     struct arena *a);
bool ref_condition_holds(const struct ref_node *node, const struct ref_event *e, bool *open,
                         struct arena *a);
/* The value of an expression for one of the choices of values that an event offers; null also when it is open. */
struct ref_value ref_some_value(const struct ref_node *node, struct ref_random *r);
/* The value of an expression without fields; null also when it is open. */
struct ref_value ref_constant_value(const struct ref_node *node, struct arena *a);
struct ref_value ref_call(enum ref_function f, bool fold, const struct ref_value *v, uint32_t n,
                          struct arena *a);
struct ref_value ref_arithmetic(char op, struct ref_value x, struct ref_value y);

#endif
