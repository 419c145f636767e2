/* SPDX-License-Identifier: Apache-2.0 */
/* Random leaves: well-typed comparisons, predicates and calls, by the types of section 6 and 9 of the EQL semantics. What
 * the semantics leave open is not made; README.md lists it. */
#include <math.h>

#include "ref.h"

struct ref_node *ref_node_new(struct ref_random *r, enum ref_kind kind, enum ref_type type,
                              uint32_t n)
{
    struct ref_node *node = NEW(r->arena, struct ref_node);
    node->kind = kind;
    node->type = type;
    node->n = n;
    node->args = NEW_ARRAY(r->arena, struct ref_node *, n);
    return node;
}

bool ref_has_field(const struct ref_node *node)
{
    bool found = node->kind == K_FIELD;
    for (uint32_t i = 0; i < node->n && !found; i++) {
        found = ref_has_field(node->args[i]);
    }
    return found;
}

/* How an expression may look: how deep it may still grow, and whether it may read fields. */
struct shape {
    uint32_t depth;
    bool fields;
};

static struct shape deeper(struct shape s)
{
    return (struct shape){s.depth - 1, s.fields};
}

static struct ref_node *constant(struct ref_random *r, struct ref_value v)
{
    struct ref_node *node = ref_node_new(r, K_CONST, v.type, 0);
    node->constant = v;
    return node;
}

static struct ref_node *null(struct ref_random *r)
{
    return constant(r, (struct ref_value){.type = REF_NULL});
}

static struct ref_node *text_constant(struct ref_random *r, str s)
{
    return constant(r, (struct ref_value){.type = REF_TEXT, .text = s});
}

static struct ref_node *boolean_constant(struct ref_random *r, bool b)
{
    return constant(r, (struct ref_value){.type = REF_BOOLEAN, .boolean = b});
}

/* The least of all cannot be written: its digits without the sign are a double. */
static struct ref_node *long_constant(struct ref_random *r, int64_t n)
{
    n = n == INT64_MIN ? n + 1 : n;
    return constant(r, (struct ref_value){.type = REF_LONG, .number = n});
}

/* A value of the pool or close to it. */
static struct ref_node *random_long(struct ref_random *r)
{
    int64_t n =
        ref_chance(r, 40) ? (int64_t)ref_below(r, 12) - 3 : r->longs[ref_below(r, REF_LONGS)];
    if (n > -1000 && n < 1000 && ref_chance(r, 20)) {
        n += (int64_t)ref_below(r, 3) - 1;
    }
    return long_constant(r, n);
}

static struct ref_node *random_number(struct ref_random *r)
{
    if (ref_chance(r, 60)) {
        return random_long(r);
    }
    double d = 0;
    str_to_double(str_from(r->reals[ref_below(r, REF_REALS)]), &d);
    return constant(r, (struct ref_value){.type = REF_DOUBLE, .real = d});
}

static struct ref_node *field(struct ref_random *r, const enum ref_field *among, uint32_t n)
{
    enum ref_field f = among[ref_below(r, n)];
    struct ref_node *node = ref_node_new(r, K_FIELD, ref_fields[f].of, 0);
    node->field = f;
    node->optional = f >= F_KNOWN || ref_chance(r, 12);
    return node;
}

static struct ref_node *text_field(struct ref_random *r)
{
    static const enum ref_field texts[] = {F_KW, F_USER, F_AB,       F_TXT, F_KWN,
                                           F_KW, F_USER, F_CATEGORY, F_KW,  F_TXT};
    return field(r, texts, 10);
}

static struct ref_node *unknown_field(struct ref_random *r)
{
    static const enum ref_field unknown[] = {F_NOPE, F_NADA};
    return field(r, unknown, 2);
}

static struct ref_node *long_field(struct ref_random *r)
{
    static const enum ref_field longs[] = {F_NUM, F_AN, F_TIE};
    return field(r, longs, 3);
}

static struct ref_node *number_field(struct ref_random *r)
{
    static const enum ref_field numbers[] = {F_NUM, F_AN, F_TIE, F_REAL, F_AR};
    return field(r, numbers, 5);
}

static struct ref_node *flag_field(struct ref_random *r)
{
    static const enum ref_field flags[] = {F_FLAG, F_FLAG2};
    return field(r, flags, 2);
}

static struct ref_node *ip_field(struct ref_random *r)
{
    static const enum ref_field ips[] = {F_IP, F_AIP};
    return field(r, ips, 2);
}

static struct ref_node *random_text(struct ref_random *r, struct shape s);
static struct ref_node *random_integer(struct ref_random *r, struct shape s);
static struct ref_node *random_numeric(struct ref_random *r, struct shape s);
static struct ref_node *random_boolean(struct ref_random *r, struct shape s);

static struct ref_node *call(struct ref_random *r, enum ref_function f, enum ref_type type,
                             uint32_t n)
{
    struct ref_node *node = ref_node_new(r, K_CALL, type, n);
    node->call = f;
    bool foldable = f == CALL_BETWEEN || f == CALL_ENDS || f == CALL_INDEX || f == CALL_STARTS ||
                    f == CALL_CONTAINS;
    node->fold = foldable && ref_chance(r, 40);
    return node;
}

/* A piece of a text of the pool, so that it is found in one. */
static struct ref_node *random_piece(struct ref_random *r)
{
    struct ref_units p = ref_points(ref_pool_text(r), r->arena);
    uint32_t from = ref_below(r, (uint32_t)p.n + 1), n = ref_below(r, 4);
    struct buf out = {0};
    for (uint32_t i = from; i < p.n && i < from + n; i++) {
        ref_put_utf8(p.u[i], &out);
    }
    struct ref_node *node = text_constant(r, arena_copy(r->arena, buf_view(&out)));
    buf_deinit(&out);
    return node;
}

static struct ref_node *needle(struct ref_random *r, struct shape s)
{
    return ref_chance(r, 75) ? random_piece(r) : random_text(r, deeper(s));
}

static struct ref_node *scalar(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (dice < 50) {
        return random_text(r, s);
    }
    return dice < 85 ? random_numeric(r, s) : random_boolean(r, s);
}

static struct ref_node *text_call(struct ref_random *r, struct shape s)
{
    struct ref_node *node;
    switch (ref_below(r, 4)) {
    case 0:
        node = call(r, CALL_CONCAT, REF_TEXT, 1 + ref_below(r, 3));
        for (uint32_t i = 0; i < node->n; i++) {
            node->args[i] = scalar(r, deeper(s));
        }
        return node;
    case 1:
        node = call(r, CALL_SUBSTRING, REF_TEXT, 2 + ref_below(r, 2));
        node->args[0] = random_text(r, deeper(s));
        for (uint32_t i = 1; i < node->n; i++) {
            node->args[i] = random_integer(r, deeper(s));
        }
        return node;
    case 2:
        node = call(r, CALL_BETWEEN, REF_TEXT, 3 + ref_below(r, 2));
        node->args[0] = random_text(r, deeper(s));
        node->args[1] = needle(r, s);
        node->args[2] = needle(r, s);
        if (node->n == 4) {
            node->args[3] = boolean_constant(r, ref_chance(r, 70));
        }
        return node;
    default:
        node = call(r, CALL_STRING, REF_TEXT, 1);
        node->args[0] = scalar(r, deeper(s));
        return node;
    }
}

static struct ref_node *random_text(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (s.depth > 0 && dice < 30) {
        return text_call(r, s);
    }
    if (dice < 33) {
        return s.fields && ref_chance(r, 60) ? unknown_field(r) : null(r);
    }
    return s.fields && dice < 85 ? text_field(r) : text_constant(r, ref_pool_text(r));
}

static struct ref_node *number_call(struct ref_random *r, struct shape s)
{
    struct ref_node *node = call(r, CALL_NUMBER, REF_DOUBLE, 1 + ref_chance(r, 30));
    node->args[0] = random_text(r, deeper(s));
    if (node->n == 2) {
        static const int64_t bases[] = {10, 16, 2, 8, 36, 10, 16};
        node->args[1] = ref_chance(r, 8) ? null(r) : long_constant(r, bases[ref_below(r, 7)]);
    }
    return node;
}

static struct ref_node *integer_call(struct ref_random *r, struct shape s)
{
    if (ref_chance(r, 50)) {
        struct ref_node *node = call(r, CALL_LENGTH, REF_LONG, 1);
        node->args[0] = random_text(r, deeper(s));
        return node;
    }
    struct ref_node *node = call(r, CALL_INDEX, REF_LONG, 2 + ref_chance(r, 40));
    node->args[0] = random_text(r, deeper(s));
    node->args[1] = needle(r, s);
    if (node->n == 3) {
        node->args[2] = random_integer(r, deeper(s));
    }
    return node;
}

typedef struct ref_node *(*operand)(struct ref_random *r, struct shape s);

/* As an operator, as a function, or as a sign. */
static struct ref_node *arithmetic(struct ref_random *r, struct shape s, operand make)
{
    struct ref_node *x = make(r, deeper(s));
    if (ref_chance(r, 15) && x->type != REF_NULL) { /* whether -null is null as written is open */
        struct ref_node *sign = ref_node_new(r, ref_chance(r, 80) ? K_NEGATE : K_PLUS, x->type, 1);
        sign->args[0] = x;
        return sign;
    }
    struct ref_node *y = make(r, deeper(s));
    bool real = x->type == REF_DOUBLE || y->type == REF_DOUBLE;
    enum ref_type type = real ? REF_DOUBLE : REF_LONG;
    uint32_t op = ref_below(r, 5);
    struct ref_node *node;
    if (ref_chance(r, 40)) {
        node = call(r, CALL_ADD + op, type, 2);
    } else {
        node = ref_node_new(r, K_ARITHMETIC, type, 2);
        node->op = "+-*/%"[op];
    }
    node->args[0] = x;
    node->args[1] = y;
    return node;
}

static struct ref_node *random_integer(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (s.depth > 0 && dice < 30) {
        return dice < 15 ? arithmetic(r, s, random_integer) : integer_call(r, s);
    }
    if (dice < 33) {
        return null(r);
    }
    return s.fields && dice < 60 ? long_field(r) : random_long(r);
}

static struct ref_node *random_numeric(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (s.depth > 0 && dice < 40) {
        return dice < 20   ? arithmetic(r, s, random_numeric)
               : dice < 33 ? integer_call(r, s)
                           : number_call(r, s);
    }
    if (dice < 43) {
        return s.fields && ref_chance(r, 60) ? unknown_field(r) : null(r);
    }
    return s.fields && dice < 85 ? number_field(r) : random_number(r);
}

/* What the left side gives on some event, as a text; else one of the pool. */
static str likely_text(struct ref_random *r, const struct ref_node *left)
{
    struct ref_value v = ref_some_value(left, r);
    if (v.type != REF_TEXT || ref_chance(r, 40)) {
        return ref_pool_text(r);
    }
    return ref_chance(r, 15) ? ref_recase(r, v.text) : v.text;
}

static struct ref_node *likely_number(struct ref_random *r, const struct ref_node *left)
{
    struct ref_value v = ref_some_value(left, r);
    if (ref_chance(r, 40) || (v.type != REF_LONG && v.type != REF_DOUBLE)) {
        return random_number(r);
    }
    if (v.type == REF_LONG) {
        int64_t near = v.number > -1000 && v.number < 1000 ? (int64_t)ref_below(r, 3) - 1 : 0;
        return long_constant(r, v.number + (ref_chance(r, 30) ? near : 0));
    }
    return isfinite(v.real) ? constant(r, v) : random_number(r);
}

/* The other side of a comparison must not read a field, and what the semantics say of a constant expression that is null
 * but not written so depends on when it is computed: then a plain constant is taken. */
static struct ref_node *fixed(struct ref_random *r, const struct ref_node *left, operand make)
{
    for (int tries = 0; ref_chance(r, 15) && tries < 3; tries++) {
        struct ref_node *node = make(r, (struct shape){2, false});
        if (ref_constant_value(node, r->arena).type != REF_NULL) {
            return node;
        }
    }
    return make == random_text ? text_constant(r, likely_text(r, left)) : likely_number(r, left);
}

static struct ref_node *compare(struct ref_random *r, char op, struct ref_node *x,
                                struct ref_node *y)
{
    struct ref_node *node = ref_node_new(r, K_COMPARE, REF_BOOLEAN, 2);
    bool swap = ref_chance(r, 15);
    node->op = op;
    node->args[swap] = x;
    node->args[!swap] = y;
    return node;
}

static char equality(struct ref_random *r)
{
    return "==!"[ref_below(r, 3)];
}

/* < <= > >= are written "<lg>" with l and g for the inclusive ones. */
static char any_order(struct ref_random *r)
{
    return "==!<l>g"[ref_below(r, 7)];
}

static struct ref_node *date_comparison(struct ref_random *r)
{
    static const enum ref_field dates[] = {F_TIME, F_WHEN, F_NANOS};
    struct ref_node *x = field(r, dates, 3);
    int64_t ns = r->dates[ref_below(r, REF_DATES)];
    if (ref_chance(r, 30)) {
        return compare(r, any_order(r), x, long_constant(r, ns / 1000000));
    }
    str text = ref_date_text(r, ns, x->field == F_NANOS ? 9 : 3);
    return compare(r, any_order(r), x, text_constant(r, text));
}

static struct ref_node *ip_comparison(struct ref_random *r)
{
    str text = ref_chance(r, 70) ? str_from(ref_pool_ip(r)) : ref_pool_cidr(r);
    return compare(r, equality(r), ip_field(r), text_constant(r, text));
}

static struct ref_node *version_comparison(struct ref_random *r)
{
    static const enum ref_field versions[] = {F_VER};
    return compare(r, any_order(r), field(r, versions, 1),
                   text_constant(r, str_from(ref_pool_version(r))));
}

/* A number field against its text; an unknown field against anything. */
static struct ref_node *odd_comparison(struct ref_random *r)
{
    if (ref_chance(r, 40)) {
        struct ref_node *c = random_long(r);
        return compare(r, any_order(r), long_field(r),
                       text_constant(r, ref_long_text(c->constant.number, r->arena)));
    }
    if (ref_chance(r, 15)) { /* a number is compared with a keyword as text */
        struct ref_node *number = ref_chance(r, 50) ? long_constant(r, 42) : random_long(r);
        return compare(r, equality(r), text_field(r), number);
    }
    if (ref_chance(r, 10)) {
        bool text = ref_chance(r, 50);
        return compare(r, any_order(r), text ? text_field(r) : number_field(r), null(r));
    }
    struct ref_node *y = ref_chance(r, 30)   ? unknown_field(r)
                         : ref_chance(r, 50) ? text_constant(r, ref_pool_text(r))
                                             : random_number(r);
    return compare(r, equality(r), unknown_field(r), y);
}

static struct ref_node *null_test(struct ref_random *r, struct shape s)
{
    static const enum ref_field any[] = {F_KW, F_KWN,  F_AB,  F_NUM,  F_AN,   F_REAL, F_FLAG,
                                         F_IP, F_WHEN, F_VER, F_NOPE, F_USER, F_TIME, F_NADA};
    if (s.depth == 0 || ref_chance(r, 60)) {
        return compare(r, equality(r), field(r, any, 14), null(r));
    }
    struct ref_node *x = ref_chance(r, 50) ? scalar(r, deeper(s)) : random_boolean(r, deeper(s));
    return compare(r, equality(r), x, null(r));
}

static struct ref_node *comparison(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (!s.fields || dice < 30) {
        struct ref_node *x = random_text(r, s);
        return compare(r, any_order(r), x, fixed(r, x, random_text));
    }
    if (dice < 60) {
        struct ref_node *x = random_numeric(r, s);
        return compare(r, any_order(r), x, fixed(r, x, random_numeric));
    }
    if (dice < 70) {
        return date_comparison(r);
    }
    if (dice < 76) {
        return ip_comparison(r);
    }
    if (dice < 80) {
        return version_comparison(r);
    }
    if (dice < 85) {
        return odd_comparison(r);
    }
    if (dice < 95 || s.depth == 0) {
        return null_test(r, s);
    }
    return compare(r, equality(r), random_boolean(r, deeper(s)),
                   boolean_constant(r, ref_chance(r, 50)));
}

/* Mostly short; long ones are compiled otherwise. */
static uint32_t list_length(struct ref_random *r)
{
    uint32_t dice = ref_below(r, 100);
    return 1 + ref_below(r, dice < 2 ? 80 : dice < 10 ? 12 : dice < 55 ? 4 : 1);
}

static struct ref_node *in_list(struct ref_random *r, struct shape s)
{
    bool text = ref_chance(r, 60);
    uint32_t n = list_length(r);
    struct ref_node *node = ref_node_new(r, K_IN, REF_BOOLEAN, 1 + n);
    node->fold = text && ref_chance(r, 40);
    node->negated = ref_chance(r, 30);
    node->args[0] = text ? random_text(r, s) : random_numeric(r, s);
    for (uint32_t i = 1; i <= n; i++) {
        if (ref_chance(r, 4)) {
            node->args[i] = null(r);
        } else {
            node->args[i] = fixed(r, node->args[0], text ? random_text : random_numeric);
        }
    }
    return node;
}

static str random_pattern(struct ref_random *r, const struct ref_node *left)
{
    struct ref_units p = ref_points(likely_text(r, left), r->arena);
    struct buf out = {0};
    for (size_t i = 0; i <= p.n; i++) {
        if (ref_chance(r, 15)) {
            buf_byte(&out, '*');
            i += ref_below(r, 4);
        }
        if (i < p.n && ref_chance(r, 10)) {
            buf_byte(&out, '?');
        } else if (i < p.n) {
            ref_put_utf8(p.u[i], &out);
        }
    }
    str pattern = arena_copy(r->arena, buf_view(&out));
    buf_deinit(&out);
    return ref_chance(r, 30) ? ref_recase(r, pattern) : pattern;
}

static struct ref_node *pattern_list(struct ref_random *r, struct shape s)
{
    uint32_t n = list_length(r);
    struct ref_node *node = ref_node_new(r, K_LIKE, REF_BOOLEAN, 1 + n);
    node->op = ":l"[ref_below(r, 2)];
    node->fold = node->op == ':' || ref_chance(r, 50);
    node->args[0] = random_text(r, s);
    for (uint32_t i = 1; i <= n; i++) {
        node->args[i] = text_constant(r, random_pattern(r, node->args[0]));
    }
    return node;
}

static struct ref_node *regex_list(struct ref_random *r, struct shape s)
{
    uint32_t n = ref_chance(r, 70) ? 1 : 1 + ref_below(r, 3);
    struct ref_node *node = ref_node_new(r, K_REGEX, REF_BOOLEAN, 1 + n);
    node->fold = ref_chance(r, 40);
    node->args[0] = random_text(r, s);
    for (uint32_t i = 1; i <= n; i++) {
        node->args[i] = text_constant(r, S(""));
        node->args[i]->regex = ref_regex_random(r, likely_text(r, node->args[0]), node->fold);
    }
    return node;
}

static struct ref_node *boolean_call(struct ref_random *r, struct shape s)
{
    static const enum ref_function tests[] = {CALL_STARTS, CALL_ENDS, CALL_CONTAINS};
    if (s.fields && ref_chance(r, 20)) {
        struct ref_node *node = call(r, CALL_CIDR, REF_BOOLEAN, 2 + ref_below(r, 3));
        node->args[0] = ip_field(r);
        for (uint32_t i = 1; i < node->n; i++) {
            node->args[i] = text_constant(r, ref_pool_cidr(r));
        }
        return node;
    }
    struct ref_node *node = call(r, tests[ref_below(r, 3)], REF_BOOLEAN, 2);
    bool swap = ref_chance(r, 10);
    node->args[swap] = random_text(r, s);
    node->args[!swap] = needle(r, (struct shape){s.depth + 1, s.fields});
    return node;
}

/* Inside a leaf: also and, or and not. */
static struct ref_node *random_boolean(struct ref_random *r, struct shape s)
{
    uint32_t dice = ref_below(r, 100);
    if (s.depth > 0 && dice < 25) {
        enum ref_kind kind = dice < 10 ? K_NOT : dice < 18 ? K_AND : K_OR;
        struct ref_node *node = ref_node_new(r, kind, REF_BOOLEAN, kind == K_NOT ? 1 : 2);
        for (uint32_t i = 0; i < node->n; i++) {
            node->args[i] = random_boolean(r, deeper(s));
        }
        return node;
    }
    if (dice < 45 || (s.depth == 0 && dice < 60)) {
        return s.fields ? flag_field(r) : boolean_constant(r, dice % 2);
    }
    if (dice < 50) {
        return dice < 48 ? boolean_constant(r, dice % 2) : null(r);
    }
    if (dice < 70) {
        return comparison(r, s);
    }
    return dice < 80   ? boolean_call(r, s)
           : dice < 88 ? in_list(r, s)
           : dice < 95 ? pattern_list(r, s)
                       : regex_list(r, s);
}

struct ref_node *ref_leaf_random(struct ref_random *r, uint32_t depth)
{
    struct shape s = {depth, true};
    uint32_t dice = ref_below(r, 100);
    if (dice < 38) {
        return comparison(r, s);
    }
    if (dice < 50) {
        return in_list(r, s);
    }
    if (dice < 62) {
        return pattern_list(r, s);
    }
    if (dice < 76) {
        return regex_list(r, s);
    }
    if (dice < 88) {
        return boolean_call(r, s);
    }
    if (dice < 91) {
        return flag_field(r);
    }
    if (dice < 93) {
        return ref_chance(r, 20)   ? null(r)
               : ref_chance(r, 20) ? unknown_field(r)
                                   : boolean_constant(r, ref_chance(r, 50));
    }
    struct ref_node *x = ref_chance(r, 50) ? boolean_call(r, s) : random_boolean(r, s);
    return compare(r, equality(r), x, boolean_constant(r, ref_chance(r, 50)));
}
