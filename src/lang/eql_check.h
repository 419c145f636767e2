/* SPDX-License-Identifier: Apache-2.0 */
/* What checking finds out about a tree over a schema: the type of every node, the field numbers, the
 * constants as what they are compared with. The tree itself stays as it was written. */
#ifndef POSTERN_LANG_EQL_CHECK_H
#define POSTERN_LANG_EQL_CHECK_H

#include "base/map.h"
#include "lang/eql.h"
#include "lang/eql_ast.h"

struct eql_info {
    enum value_type type;  /* VALUE_NULL: always null */
    bool has_field;        /* reads a known field */
    bool constant;         /* a literal, or a literal with a sign: `value` is it */
    uint32_t field;        /* EQL_FIELD: its number */
    enum function_id call; /* EQL_CALL */
    struct value value;
};

/* The fields a query reads, numbered from 0. */
struct eql_fields {
    const struct field **v; /* NULL: unknown and optional */
    str *names;             /* as written */
    uint32_t n, room;
    struct map numbers; /* name to number + 1 */
    struct map refused; /* names already reported: an unknown field is said once a query */
};

struct eql_checked {
    struct eql_info *info; /* by node id */
    struct eql_fields fields;
    uint32_t category;        /* number of the category field; set when a stage names a category */
    struct value *categories; /* per stage, `until` last: what the category field must equal */
    uint32_t **keys;          /* per stage, `until` last: global keys first, then its own */
};

struct eql_checker {
    struct eql_checked *out;
    struct schema *schema;
    const struct diag_source *src;
    struct arena *arena;
    struct diags *diags;
    bool text_meant; /* the node checked stands where a bare word may be a forgotten string */
};

/* Checks a whole query; false after at least one error. */
bool eql_check(const struct eql_ast *ast, str category_field, struct eql_checker *c);

/* The number of a field; false after an error (unknown, or of a type no query can read). */
bool eql_use_field(struct eql_checker *c, str name, bool optional, span at, uint32_t *out);
/* The type of a field's values. */
enum value_type eql_field_type(const struct eql_checked *checked, uint32_t field);

/* The constant as a value of type `want`, as Elasticsearch would compare it; `field` is the field it
 * is compared with, or NULL. A network block for an address keeps its text. False after an error. */
bool eql_convert(struct eql_checker *c, const struct value *in, enum value_type want,
                 const struct field *field, span at, struct value *out);

/* Checks a condition and everything in it. */
void eql_check_condition(struct eql_checker *c, const struct eql_node *node);
/* Checks the patterns of `regex`, whose types have been checked. */
void eql_check_regex(struct eql_checker *c, const struct eql_node *node);
/* Warns of operands of `and`, `or` and `not` that change nothing. */
void eql_check_effect(struct eql_checker *c, const struct eql_node *node);
/* The field numbers of a stage's keys; the first stage's are checked first. */
uint32_t *eql_check_keys(struct eql_checker *c, const struct eql_ast *ast,
                         const struct eql_term *term);
/* Checks a call whose arguments have been checked. */
void eql_check_call(struct eql_checker *c, const struct eql_node *node);

/* Pieces of messages (eql_message.c), in the checker's arena. "a number", "a string" …; for a field also "a long", "a double". */
const char *eql_type_name(enum value_type type);
const char *eql_field_kind(const struct field *f);
/* A constant as EQL writes it; a part of the query in canonical text, cut when long; "'user.id' is a long", "4 is a number". */
str eql_constant_text(struct eql_checker *c, const struct value *v);
str eql_node_text(struct eql_checker *c, const struct eql_node *node);
str eql_subject(struct eql_checker *c, const struct eql_node *node);
/* Hints "BEFORE 'a', 'b' or 'c'AFTER"; n is 1 or more. */
void eql_hint_names(struct eql_checker *c, struct diag *item, const char *before, const str *names,
                    size_t n, const char *after);
static inline bool eql_is_number(enum value_type type)
{
    return type == VALUE_LONG || type == VALUE_DOUBLE;
}

#endif
