/* SPDX-License-Identifier: Apache-2.0 */
/* The checker: types bottom-up, constants converted to what they are compared with, and every rule
 * that needs the schema. */
#include "lang/eql_check.h"
#include "lang/eql_parser.h"

static struct eql_info *info_of(struct eql_checker *c, const struct eql_node *node)
{
    return &c->out->info[node->id];
}

static const struct field *field_of(struct eql_checker *c, const struct eql_node *node)
{
    return node->op == EQL_FIELD ? c->out->fields.v[info_of(c, node)->field] : NULL;
}

/* "WHERE must be WANT; 'user.id' is a long". */
static struct diag *wrong_type(struct eql_checker *c, const struct eql_node *node,
                               const char *where, const char *want)
{
    return diag_error(c->diags, c->src, node->at, DIAG_WRONG_TYPE, "%s must be %s; %.*s", where,
                      want, STR_ARG(eql_subject(c, node)));
}

/* A wrong operand of arithmetic or of a sign. */
static void wrong_operand(struct eql_checker *c, const struct eql_node *node, bool plus)
{
    struct diag *item = wrong_type(c, node, "an operand of arithmetic", "a number");
    if (info_of(c, node)->type == VALUE_STRING) {
        str text = eql_node_text(c, node);
        diag_hint(c->diags, item,
                  plus ? "concat(...) joins texts; number(%.*s) reads a number from text"
                       : "number(%.*s) reads a number from text",
                  STR_ARG(text));
    }
}

static void check_expr(struct eql_checker *c, const struct eql_node *node);

static void check_sign(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = info_of(c, node);
    const struct eql_info *arg = info_of(c, node->args[0]);
    if (arg->type != VALUE_NULL && !eql_is_number(arg->type)) {
        wrong_operand(c, node->args[0], false);
        return;
    }
    info->type = arg->type;
    info->constant = arg->constant;
    info->value = arg->value;
    if (node->op == EQL_NEGATE && arg->constant && arg->type == VALUE_LONG) {
        info->value.number = -arg->value.number; /* literals are never negative: no overflow */
    } else if (node->op == EQL_NEGATE && arg->constant && arg->type == VALUE_DOUBLE) {
        info->value.real = -arg->value.real;
    }
}

static void check_arithmetic(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = info_of(c, node);
    info->type = VALUE_LONG;
    for (uint32_t i = 0; i < node->n_args; i++) {
        enum value_type type = info_of(c, node->args[i])->type;
        if (type != VALUE_NULL && !eql_is_number(type)) {
            wrong_operand(c, node->args[i], node->op == EQL_ADD);
        } else if (type == VALUE_DOUBLE) {
            info->type = VALUE_DOUBLE;
        }
    }
}

/* Types that compare without a conversion. */
static bool same_family(enum value_type a, enum value_type b)
{
    return a == b || (eql_is_number(a) && eql_is_number(b)) || a == VALUE_NULL || b == VALUE_NULL;
}

/* A comparison with the constant expression `other`, which is no literal. */
static void check_unlike(struct eql_checker *c, const struct eql_node *typed,
                         const struct eql_node *other)
{
    enum value_type a = info_of(c, typed)->type;
    enum value_type b = info_of(c, other)->type;
    bool as_text = a == VALUE_STRING && (eql_is_number(b) || b == VALUE_BOOLEAN);
    if (!same_family(a, b) && !as_text) {
        struct diag *item =
            diag_error(c->diags, c->src, other->at, DIAG_WRONG_TYPE, "%.*s and %.*s",
                       STR_ARG(eql_subject(c, typed)), STR_ARG(eql_subject(c, other)));
        diag_hint(c->diags, item, "compare with %s", eql_type_name(a));
    }
}

static void check_compare(struct eql_checker *c, const struct eql_node *node)
{
    const struct eql_node *typed = node->args[0];
    const struct eql_node *other = node->args[1];
    info_of(c, node)->type = VALUE_BOOLEAN;
    if (info_of(c, typed)->has_field && info_of(c, other)->has_field) {
        struct diag *item =
            diag_error(c->diags, c->src, node->at, DIAG_FIELD_TO_FIELD,
                       "'%.*s' and '%.*s' both read a field: a comparison needs a "
                       "constant on one side",
                       STR_ARG(eql_node_text(c, typed)), STR_ARG(eql_node_text(c, other)));
        diag_hint(c->diags, item, "startsWith, endsWith and stringContains take two fields");
        return;
    }
    if (info_of(c, other)->has_field ||
        (info_of(c, typed)->constant && !info_of(c, other)->constant)) {
        typed = node->args[1];
        other = node->args[0];
    }
    struct eql_info *constant = info_of(c, other);
    enum value_type want = info_of(c, typed)->type;
    if (!constant->constant) {
        check_unlike(c, typed, other);
        return;
    }
    if (want == VALUE_NULL || constant->type == VALUE_NULL) {
        return;
    }
    struct value made;
    if (!eql_convert(c, &constant->value, want, field_of(c, typed), other->at, &made)) {
        return;
    }
    bool order = node->op != EQL_EQ && node->op != EQL_NE;
    if (order && want == VALUE_IP && made.type == VALUE_STRING) {
        struct diag *item = diag_error(c->diags, c->src, other->at, DIAG_BAD_CONSTANT,
                                       "%.*s is a network, which has no order",
                                       STR_ARG(eql_constant_text(c, &made)));
        diag_hint(c->diags, item, "ask whether an address is in it with '=='");
    }
    constant->value = made;
    constant->type = made.type;
}

/* An element of another type than the left side of `in`. */
static void wrong_element(struct eql_checker *c, const struct eql_node *node, uint32_t i,
                          enum value_type type)
{
    struct diag *item =
        diag_error(c->diags, c->src, node->args[i]->at, DIAG_WRONG_TYPE,
                   "element %u of the list must be %s: %.*s, and %.*s", i, eql_type_name(type),
                   STR_ARG(eql_subject(c, node->args[0])), STR_ARG(eql_subject(c, node->args[i])));
    switch (type) {
    case VALUE_IP:
        diag_hint(c->diags, item, "use '==' or cidrMatch(...) for addresses");
        break;
    case VALUE_DATE:
    case VALUE_VERSION:
        diag_hint(c->diags, item, "use '==' and 'or'");
        break;
    case VALUE_STRING:
        diag_hint(c->diags, item, "strings take double quotes: \"%.*s\"",
                  STR_ARG(eql_node_text(c, node->args[i])));
        break;
    case VALUE_NULL:
    case VALUE_BOOLEAN:
    case VALUE_LONG:
    case VALUE_DOUBLE:
        diag_hint(c->diags, item, "write %s",
                  type == VALUE_BOOLEAN ? "true or false" : "the number without quotes");
        break;
    }
}

static void check_in(struct eql_checker *c, const struct eql_node *node)
{
    enum value_type type = info_of(c, node->args[0])->type;
    info_of(c, node)->type = VALUE_BOOLEAN;
    if (node->fold && type != VALUE_STRING && type != VALUE_NULL) {
        struct diag *item = wrong_type(c, node->args[0], "the left side of 'in~'", "a string");
        diag_hint(c->diags, item, "write 'in': only strings have case");
        return;
    }
    for (uint32_t i = 1; i < node->n_args; i++) {
        const struct eql_info *item = info_of(c, node->args[i]);
        if (item->has_field) {
            struct diag *d =
                diag_error(c->diags, c->src, node->args[i]->at, DIAG_FIELD_TO_FIELD,
                           "element %u of the list reads a field: '%.*s'; a list holds constants",
                           i, STR_ARG(eql_node_text(c, node->args[i])));
            diag_hint(c->diags, d, "startsWith, endsWith and stringContains take two fields");
        } else if (!same_family(type, item->type)) {
            wrong_element(c, node, i, type);
        }
    }
}

static const char *pattern_operator(const struct eql_node *node)
{
    if (node->op == EQL_COLON) {
        return "the left side of ':'";
    }
    return node->op == EQL_LIKE ? "the left side of 'like'" : "the left side of 'regex'";
}

/* How a value that is no text is tested instead of by a pattern. */
static void hint_no_pattern(struct eql_checker *c, struct diag *item, const struct eql_node *left)
{
    str text = eql_node_text(c, left);
    switch (info_of(c, left)->type) {
    case VALUE_IP:
        diag_hint(c->diags, item, "use '==' or cidrMatch(%.*s, \"10.0.0.0/8\")", STR_ARG(text));
        break;
    case VALUE_DATE:
        diag_hint(c->diags, item, "use '==', '<' or '>'");
        break;
    case VALUE_BOOLEAN:
        diag_hint(c->diags, item, "write '%.*s' or 'not %.*s'", STR_ARG(text), STR_ARG(text));
        break;
    case VALUE_NULL:
    case VALUE_STRING:
    case VALUE_LONG:
    case VALUE_DOUBLE:
    case VALUE_VERSION:
        diag_hint(c->diags, item, "use '==' or 'in', or a pattern on string(%.*s)", STR_ARG(text));
        break;
    }
}

static void check_pattern(struct eql_checker *c, const struct eql_node *node)
{
    const struct eql_node *left = node->args[0];
    enum value_type type = info_of(c, left)->type;
    info_of(c, node)->type = VALUE_BOOLEAN;
    if (type != VALUE_STRING && type != VALUE_NULL) {
        hint_no_pattern(c, wrong_type(c, left, pattern_operator(node), "a string"), left);
        return;
    }
    for (uint32_t i = 1; i < node->n_args; i++) {
        enum value_type pattern = info_of(c, node->args[i])->type;
        if (pattern != VALUE_STRING && pattern != VALUE_NULL) {
            struct diag *item = wrong_type(c, node->args[i], "a pattern", "a string");
            diag_hint(c->diags, item, "strings take double quotes: \"%.*s\"",
                      STR_ARG(eql_node_text(c, node->args[i])));
        }
    }
    if (node->op == EQL_REGEX) {
        eql_check_regex(c, node);
    }
}

static void check_boolean(struct eql_checker *c, const struct eql_node *node)
{
    enum value_type type = info_of(c, node)->type;
    if (type == VALUE_BOOLEAN || type == VALUE_NULL) {
        return;
    }
    str text = eql_node_text(c, node);
    struct diag *item = diag_error(c->diags, c->src, node->at, DIAG_NOT_BOOLEAN,
                                   "%.*s, not a condition", STR_ARG(eql_subject(c, node)));
    if (node->op == EQL_CONST) {
        diag_hint(c->diags, item, "write what it is compared with: 'field == %.*s'", STR_ARG(text));
    } else {
        diag_hint(c->diags, item, "compare it, or ask whether it has a value: '%.*s != null'",
                  STR_ARG(text));
    }
}

static void check_logic(struct eql_checker *c, const struct eql_node *node)
{
    size_t errors = c->diags->errors;
    info_of(c, node)->type = VALUE_BOOLEAN;
    for (uint32_t i = 0; i < node->n_args; i++) {
        check_boolean(c, node->args[i]);
    }
    if (c->diags->errors == errors) {
        eql_check_effect(c, node);
    }
}

/* False after an error: what stands above says nothing more. */
static void check_field(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = info_of(c, node);
    if (eql_use_field(c, node->name, node->optional, node->at, &info->field)) {
        info->type = eql_field_type(c->out, info->field);
        info->has_field = c->out->fields.v[info->field] != NULL;
    }
}

static void check_node(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = info_of(c, node);
    switch (node->op) {
    case EQL_CONST:
        info->type = node->value.type;
        info->value = node->value;
        info->constant = true;
        break;
    case EQL_FIELD:
        check_field(c, node);
        break;
    case EQL_CALL:
        eql_check_call(c, node);
        break;
    case EQL_NEGATE:
    case EQL_PLUS:
        check_sign(c, node);
        break;
    case EQL_ADD:
    case EQL_SUBTRACT:
    case EQL_MULTIPLY:
    case EQL_DIVIDE:
    case EQL_MODULO:
        check_arithmetic(c, node);
        break;
    case EQL_EQ:
    case EQL_NE:
    case EQL_LT:
    case EQL_LE:
    case EQL_GT:
    case EQL_GE:
        check_compare(c, node);
        break;
    case EQL_IN:
        check_in(c, node);
        break;
    case EQL_COLON:
    case EQL_LIKE:
    case EQL_REGEX:
        check_pattern(c, node);
        break;
    case EQL_NOT:
    case EQL_AND:
    case EQL_OR:
        check_logic(c, node);
        break;
    }
}

static void check_expr(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = info_of(c, node);
    size_t errors = c->diags->errors;
    bool compares =
        (node->op >= EQL_EQ && node->op <= EQL_GE) || node->op == EQL_IN || node->op == EQL_CALL;
    for (uint32_t i = 0; i < node->n_args; i++) {
        c->text_meant = compares && i > 0;
        check_expr(c, node->args[i]);
        info->has_field = info->has_field || info_of(c, node->args[i])->has_field;
    }
    if (c->diags->errors == errors) {
        check_node(c, node); /* with a wrong operand nothing more can be said of the node */
    } else {
        info->type = VALUE_NULL;
    }
}

void eql_check_condition(struct eql_checker *c, const struct eql_node *node)
{
    check_expr(c, node);
    check_boolean(c, node);
    c->text_meant = false;
}

/* Said once a query, like every unknown field. */
static void unknown_category_field(struct eql_checker *c, const struct eql_term *term, str name)
{
    void **refused = map_put(&c->out->fields.refused, name, c->arena);
    if (*refused == NULL) {
        struct diag *item =
            diag_error(c->diags, c->src, term->category_at, DIAG_UNKNOWN_FIELD,
                       "unknown field '%.*s', in which the category '%.*s' is looked for",
                       STR_ARG(eql_shorten(name)), STR_ARG(eql_shorten(term->category)));
        diag_hint(c->diags, item, "write 'any where ...', or name the field of the category");
    }
    *refused = c;
}

static void check_category(struct eql_checker *c, const struct eql_term *term, str name,
                           struct value *out)
{
    if (term->any) {
        return;
    }
    if (schema_find(c->schema, name) == NULL) {
        unknown_category_field(c, term, name);
        return;
    }
    if (!eql_use_field(c, name, false, term->category_at, &c->out->category)) {
        return;
    }
    struct value text = {.type = VALUE_STRING, .text = term->category};
    eql_convert(c, &text, eql_field_type(c->out, c->out->category),
                c->out->fields.v[c->out->category], term->category_at, out);
}

bool eql_check(const struct eql_ast *ast, str category_field, struct eql_checker *c)
{
    size_t errors = c->diags->errors;
    struct eql_checked *out = c->out;
    out->info = NEW_ARRAY(c->arena, struct eql_info, ast->n_nodes);
    out->categories = NEW_ARRAY(c->arena, struct value, ast->n_terms + 1);
    out->keys = NEW_ARRAY(c->arena, uint32_t *, ast->n_terms + 1);
    for (uint32_t i = 0; i <= ast->n_terms; i++) {
        const struct eql_term *term = i < ast->n_terms ? &ast->terms[i] : ast->until;
        if (term != NULL) {
            check_category(c, term, category_field, &out->categories[i]);
            out->keys[i] = eql_check_keys(c, ast, term);
            eql_check_condition(c, term->where);
        }
    }
    return c->diags->errors == errors;
}
