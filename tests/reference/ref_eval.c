/* SPDX-License-Identifier: Apache-2.0 */
/* The evaluator of the reference: two layers of logic, every combination of values, three-valued inside (sections 3, 5, 6
 * and 7 of the EQL semantics, and the quirk of section 16). */
#include <stdlib.h>

#include "ref.h"

/* One value (or null) for each field. */
struct choice {
    struct ref_value of[F_COUNT];
    struct arena *arena;
    bool *open; /* set when the semantics do not say what the result is */
};

static struct ref_value null_value(void)
{
    return (struct ref_value){.type = REF_NULL};
}

static struct ref_value boolean(bool b)
{
    return (struct ref_value){.type = REF_BOOLEAN, .boolean = b};
}

static bool is_number(enum ref_type type)
{
    return type == REF_LONG || type == REF_DOUBLE;
}

static bool is_date(enum ref_type type)
{
    return type == REF_DATE || type == REF_NANOS;
}

/* A constant as the type of what it is compared with. */
static struct ref_value as_type(struct ref_value v, enum ref_type type, struct arena *a)
{
    struct ref_value out = v;
    out.type = type;
    if (is_date(type) && v.type == REF_LONG) {
        out.number = v.number * 1000000;
    } else if (is_date(type) && v.type == REF_TEXT) {
        ref_date_parse(v.text, &out.number);
    } else if (type == REF_LONG && v.type == REF_TEXT) {
        out.number = strtoll(arena_copy(a, v.text).ptr, NULL, 10);
    } else if (type == REF_IP && v.type == REF_TEXT) {
        ref_ip_bytes(v.text, out.ip);
    } else if (!(type == REF_VERSION && v.type == REF_TEXT)) {
        return v;
    }
    return out;
}

/* -1, 0, 1; 2 when neither is less, equal or greater (NaN). */
static int order(const struct ref_value *x, const struct ref_value *y)
{
    if (is_number(x->type)) {
        long double p = x->type == REF_LONG ? (long double)x->number : (long double)x->real;
        long double q = y->type == REF_LONG ? (long double)y->number : (long double)y->real;
        return p < q ? -1 : p > q ? 1 : p == q ? 0 : 2;
    }
    if (is_date(x->type)) {
        return (x->number > y->number) - (x->number < y->number);
    }
    if (x->type == REF_BOOLEAN) {
        return (int)x->boolean - (int)y->boolean;
    }
    if (x->type == REF_IP) {
        for (int i = 0; i < 16; i++) {
            if (x->ip[i] != y->ip[i]) {
                return x->ip[i] < y->ip[i] ? -1 : 1;
            }
        }
        return 0;
    }
    int n =
        x->type == REF_VERSION ? ref_version_order(x->text, y->text) : str_cmp(x->text, y->text);
    return (n > 0) - (n < 0);
}

/* `keyword`: one side is a keyword field, whose value is compared as text whatever the other side is. */
static struct ref_value compare(char op, struct ref_value x, struct ref_value y, bool keyword,
                                struct arena *a)
{
    if (x.type == REF_NULL || y.type == REF_NULL) {
        return null_value();
    }
    if (keyword && x.type == REF_LONG) {
        x = (struct ref_value){.type = REF_TEXT, .text = ref_long_text(x.number, a)};
    } else if (keyword && y.type == REF_LONG) {
        y = (struct ref_value){.type = REF_TEXT, .text = ref_long_text(y.number, a)};
    } else if (x.type == REF_TEXT && y.type != REF_TEXT) {
        x = as_type(x, y.type, a);
    }
    if (x.type == REF_IP && str_find_byte(y.text, '/', 0) != SIZE_MAX) {
        return boolean(ref_cidr_holds(y.text, x.ip) == (op == '='));
    }
    if (y.type == REF_IP && str_find_byte(x.text, '/', 0) != SIZE_MAX) {
        return boolean(ref_cidr_holds(x.text, y.ip) == (op == '='));
    }
    if (is_date(y.type) && !is_date(x.type)) {
        x = as_type(x, y.type, a);
    }
    y = as_type(y, x.type, a);
    int n = order(&x, &y);
    switch (op) {
    case '=':
        return boolean(n == 0);
    case '!':
        return boolean(n != 0);
    case '<':
        return boolean(n == -1);
    case 'l':
        return boolean(n == -1 || n == 0);
    case '>':
        return boolean(n == 1);
    default:
        return boolean(n == 1 || n == 0);
    }
}

static struct ref_value eval(const struct ref_node *node, const struct choice *c);

/* `E == null`: null written as such, or a field that the schema lacks, which is the constant null. */
static bool is_null_written(const struct ref_node *node)
{
    return (node->kind == K_CONST && node->constant.type == REF_NULL) ||
           (node->kind == K_FIELD && node->field >= F_KNOWN);
}

static bool is_keyword(const struct ref_node *node)
{
    return node->kind == K_FIELD && node->type == REF_TEXT;
}

static struct ref_value comparison(const struct ref_node *node, const struct choice *c)
{
    const struct ref_node *x = node->args[0], *y = node->args[1];
    bool equality = node->op == '=' || node->op == '!';
    bool literal = is_null_written(x) || is_null_written(y);
    if (equality && literal) {
        const struct ref_node *tested = is_null_written(y) ? x : y;
        bool is_null = eval(tested, c).type == REF_NULL;
        return boolean(is_null == (node->op == '='));
    }
    return compare(node->op, eval(x, c), eval(y, c), is_keyword(x) || is_keyword(y), c->arena);
}

static struct ref_value negate(struct ref_value v)
{
    return v.type == REF_NULL ? v : boolean(!v.boolean);
}

static struct ref_value in_list(const struct ref_node *node, const struct choice *c)
{
    struct ref_value x = eval(node->args[0], c);
    if (x.type == REF_NULL) {
        return x;
    }
    bool in = false;
    for (uint32_t i = 1; i < node->n && !in; i++) {
        struct ref_value y = eval(node->args[i], c);
        if (node->fold && y.type == REF_TEXT) {
            in = ref_text_equal(x.text, y.text, true, c->arena);
        } else if (y.type != REF_NULL) {
            in = compare('=', x, y, false, c->arena).boolean;
        }
    }
    return boolean(in != node->negated);
}

static struct ref_value patterns(const struct ref_node *node, const struct choice *c)
{
    struct ref_value x = eval(node->args[0], c);
    if (x.type == REF_NULL) {
        return x;
    }
    bool holds = false;
    for (uint32_t i = 1; i < node->n && !holds; i++) {
        const struct ref_node *p = node->args[i];
        holds = node->kind == K_REGEX
                    ? ref_regex_matches(p->regex, x.text, node->fold, c->arena)
                    : ref_wildcard(p->constant.text, x.text, node->fold, false, c->arena);
    }
    return boolean(holds);
}

/* Three-valued `and` and `or`: `decides` is the value that settles it. */
static struct ref_value junction(const struct ref_node *node, bool decides, const struct choice *c)
{
    struct ref_value out = boolean(!decides);
    for (uint32_t i = 0; i < node->n; i++) {
        struct ref_value v = eval(node->args[i], c);
        if (v.type != REF_NULL && v.boolean == decides) {
            return v;
        }
        out = v.type == REF_NULL ? v : out;
    }
    return out;
}

/* Whether a position fell between the two units of one character: what such a text is, is left open. */
static bool has_half(str s)
{
    bool half = false;
    for (size_t i = 0; i + 1 < s.len; i++) {
        half = half || ((unsigned char)s.ptr[i] == 0xed && (unsigned char)s.ptr[i + 1] >= 0xa0);
    }
    return half;
}

static struct ref_value call(const struct ref_node *node, const struct choice *c)
{
    struct ref_value *v = NEW_ARRAY(c->arena, struct ref_value, node->n);
    for (uint32_t i = 0; i < node->n; i++) {
        v[i] = eval(node->args[i], c);
    }
    struct ref_value result = ref_call(node->call, node->fold, v, node->n, c->arena);
    *c->open |= result.type == REF_TEXT && has_half(result.text);
    return result;
}

static struct ref_value eval(const struct ref_node *node, const struct choice *c)
{
    switch (node->kind) {
    case K_CONST:
        return node->constant;
    case K_FIELD:
        return c->of[node->field];
    case K_AND:
        return junction(node, false, c);
    case K_OR:
        return junction(node, true, c);
    case K_NOT:
        return negate(eval(node->args[0], c));
    case K_COMPARE:
        return comparison(node, c);
    case K_IN:
        return in_list(node, c);
    case K_LIKE:
    case K_REGEX:
        return patterns(node, c);
    case K_ARITHMETIC:
        return ref_arithmetic(node->op, eval(node->args[0], c), eval(node->args[1], c));
    case K_NEGATE: {
        struct ref_value x = eval(node->args[0], c), zero = {.type = REF_LONG};
        if (x.type == REF_DOUBLE) {
            x.real = -x.real;
            return x;
        }
        return ref_arithmetic('-', zero, x);
    }
    case K_PLUS:
        return eval(node->args[0], c);
    case K_CALL:
        break;
    }
    return call(node, c);
}

struct ref_value ref_constant_value(const struct ref_node *node, struct arena *a)
{
    bool open = false;
    struct choice c = {.arena = a, .open = &open};
    struct ref_value v = eval(node, &c);
    return open ? null_value() : v;
}

struct ref_value ref_some_value(const struct ref_node *node, struct ref_random *r)
{
    bool open = false;
    struct choice c = {.arena = r->arena, .open = &open};
    const struct ref_event *e = r->events[ref_below(r, r->n_events)];
    for (int f = 0; f < F_COUNT; f++) {
        size_t n = e->values[f].n;
        c.of[f] = n == 0 ? null_value() : e->values[f].v[ref_below(r, (uint32_t)n)];
    }
    struct ref_value v = eval(node, &c);
    return open ? null_value() : v;
}

/* Quirk 16.1: the call as it is a leaf, over a field and a constant, is a wildcard pattern. */
static bool is_quirk(const struct ref_node *node)
{
    return node->kind == K_CALL && (node->call == CALL_CONTAINS || node->call == CALL_ENDS) &&
           node->args[0]->kind == K_FIELD && node->args[1]->kind == K_CONST;
}

static bool quirk_holds(const struct ref_node *node, const struct choice *c)
{
    str s = c->of[node->args[0]->field].text;
    struct ref_value x = eval(node->args[1], c);
    if (c->of[node->args[0]->field].type == REF_NULL || x.type == REF_NULL) {
        return false;
    }
    bool contains = node->call == CALL_CONTAINS;
    bool special = false;
    for (size_t i = 0; i < x.text.len; i++) {
        special = special || x.text.ptr[i] == '*' || x.text.ptr[i] == '?' || x.text.ptr[i] == '\\';
    }
    if (!special) { /* "without special characters there is no difference" */
        return eval(node, c).boolean;
    }
    str pattern = arena_concat(c->arena, S("*"), x.text, contains ? S("*") : S(""));
    return ref_wildcard(pattern, s, node->fold, true, c->arena);
}

static void find_fields(const struct ref_node *node, bool used[F_COUNT])
{
    if (node->kind == K_FIELD) {
        used[node->field] = true;
    }
    for (uint32_t i = 0; i < node->n; i++) {
        find_fields(node->args[i], used);
    }
}

/* Tries every choice for the fields from `f` on. */
static bool some_choice(const struct ref_node *leaf, const struct ref_event *e, const bool *used,
                        int f, struct choice *c)
{
    if (f == F_COUNT) {
        struct ref_value v = {0};
        if (is_quirk(leaf)) {
            return quirk_holds(leaf, c);
        }
        v = eval(leaf, c);
        return v.type == REF_BOOLEAN && v.boolean;
    }
    c->of[f] = null_value();
    if (!used[f] || e->values[f].n == 0) {
        return some_choice(leaf, e, used, f + 1, c);
    }
    for (size_t i = 0; i < e->values[f].n; i++) {
        c->of[f] = e->values[f].v[i];
        if (some_choice(leaf, e, used, f + 1, c)) {
            return true;
        }
    }
    return false;
}

static bool leaf_holds(const struct ref_node *leaf, const struct ref_event *e, bool *open,
                       struct arena *a)
{
    bool used[F_COUNT] = {false};
    struct choice c = {.arena = a, .open = open};
    find_fields(leaf, used);
    return some_choice(leaf, e, used, 0, &c);
}

/* `f(…) == false` is `not f(…)`, `f(…) == true` is `f(…)`, when f(…) is a boolean function. NULL: it is none of these. */
static const struct ref_node *compared_call(const struct ref_node *node, bool *wanted)
{
    for (uint32_t i = 0; i < 2; i++) {
        const struct ref_node *x = node->args[i], *y = node->args[1 - i];
        bool is = x->kind == K_CALL && x->type == REF_BOOLEAN && y->kind == K_CONST &&
                  y->constant.type == REF_BOOLEAN;
        if (is) {
            *wanted = y->constant.boolean;
            return x;
        }
    }
    return NULL;
}

static bool equality_holds(const struct ref_node *node, const struct ref_event *e, bool *open,
                           struct arena *a)
{
    bool wanted = true;
    const struct ref_node *call = compared_call(node, &wanted);
    if (call != NULL) {
        return leaf_holds(call, e, open, a) == wanted;
    }
    struct ref_node equal = *node;
    equal.op = '=';
    return leaf_holds(&equal, e, open, a);
}

bool ref_condition_holds(const struct ref_node *node, const struct ref_event *e, bool *open,
                         struct arena *a)
{
    struct ref_node in = *node;
    switch (node->kind) {
    case K_AND:
        for (uint32_t i = 0; i < node->n; i++) {
            if (!ref_condition_holds(node->args[i], e, open, a)) {
                return false;
            }
        }
        return true;
    case K_OR:
        for (uint32_t i = 0; i < node->n; i++) {
            if (ref_condition_holds(node->args[i], e, open, a)) {
                return true;
            }
        }
        return false;
    case K_NOT:
        return !ref_condition_holds(node->args[0], e, open, a);
    case K_COMPARE:
        if (node->op == '=' || node->op == '!') {
            return equality_holds(node, e, open, a) == (node->op == '=');
        }
        return leaf_holds(node, e, open, a);
    case K_IN:
        in.negated = false;
        return leaf_holds(&in, e, open, a) != node->negated;
    case K_CONST:
    case K_FIELD:
    case K_LIKE:
    case K_REGEX:
    case K_ARITHMETIC:
    case K_NEGATE:
    case K_PLUS:
    case K_CALL:
        break;
    }
    return leaf_holds(node, e, open, a);
}

bool ref_query_holds(const struct ref_query *q, const struct ref_event *e, bool *open,
                     struct arena *a)
{
    bool in_category = q->category.ptr == NULL;
    for (size_t i = 0; i < e->values[F_CATEGORY].n; i++) {
        in_category = in_category || str_eq(e->values[F_CATEGORY].v[i].text, q->category);
    }
    return in_category && ref_condition_holds(q->where, e, open, a);
}
