/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of the reference as EQL text, in one of the many spellings the grammar allows (sections 1 and 2 of the EQL
 * semantics). Without a random source the plainest spelling is printed. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ref.h"

struct printer {
    struct ref_random *random; /* or NULL */
    struct buf *out;
};

static bool sometimes(struct printer *p, uint32_t percent)
{
    return p->random != NULL && ref_chance(p->random, percent);
}

static void text(struct printer *p, const char *s)
{
    buf_append(p->out, str_from(s));
}

/* White space where it may stand; `needed`: at least some. */
static void space(struct printer *p, bool needed)
{
    static const char *const blanks[] = {"\t", "\n", "  ", "/* a /* b */ c */", " // x\n", "\r\n"};
    if (sometimes(p, 3)) {
        text(p, blanks[ref_below(p->random, 6)]);
    } else if (needed || !sometimes(p, 30)) {
        text(p, " ");
    }
}

static bool is_raw(str s)
{
    bool raw = s.len == 0 || s.ptr[0] != '"';
    for (size_t i = 0; i < s.len; i++) {
        raw = raw && s.ptr[i] != '\n' && s.ptr[i] != '\r' && s.ptr[i] != '"';
    }
    return raw;
}

static void quoted(struct printer *p, str s)
{
    static const char escapes[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";
    if (is_raw(s) && sometimes(p, 20)) {
        buf_printf(p->out, "\"\"\"%.*s\"\"\"", STR_ARG(s));
        return;
    }
    buf_byte(p->out, '"');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        const char *escape = c != 0 ? strchr(escapes, c) : NULL;
        if (escape != NULL) {
            buf_byte(p->out, '\\');
            buf_byte(p->out, names[escape - escapes]);
        } else if (c > 0x1f && sometimes(p, 2)) {
            buf_printf(p->out, "\\u{%0*x}", 2 + (int)ref_below(p->random, 7), c);
        } else {
            buf_byte(p->out, c);
        }
    }
    buf_byte(p->out, '"');
}

static void real(struct printer *p, double d)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%.17g", fabs(d));
    text(p, digits);
    text(p, strpbrk(digits, ".e") == NULL ? ".0" : "");
}

static void constant(struct printer *p, const struct ref_node *node)
{
    const struct ref_value *v = &node->constant;
    if (node->regex != NULL) {
        struct buf regex = {0};
        ref_regex_print(node->regex, &regex);
        quoted(p, buf_view(&regex));
        buf_deinit(&regex);
    } else if (v->type == REF_NULL) {
        text(p, "null");
    } else if (v->type == REF_BOOLEAN) {
        text(p, v->boolean ? "true" : "false");
    } else if (v->type == REF_LONG && v->number < 0) {
        buf_printf(p->out, "-%llu", 0 - (unsigned long long)v->number);
    } else if (v->type == REF_LONG) {
        buf_printf(p->out, "%llu", (unsigned long long)v->number);
    } else if (v->type == REF_DOUBLE) {
        text(p, signbit(v->real) ? "-" : "");
        real(p, v->real);
    } else {
        quoted(p, v->text);
    }
}

static void field(struct printer *p, const struct ref_node *node)
{
    str rest = str_from(ref_fields[node->field].name), part;
    text(p, node->optional ? "?" : "");
    if (sometimes(p, 5)) {
        buf_printf(p->out, "`%.*s`", STR_ARG(rest));
        return;
    }
    for (bool first = true; str_split(&rest, '.', &part); first = false) {
        text(p, first ? "" : ".");
        bool ticks = sometimes(p, 5);
        buf_printf(p->out, ticks ? "`%.*s`" : "%.*s", STR_ARG(part));
    }
}

/* How strongly a node binds; a child that binds less stands in brackets. */
enum { P_OR, P_AND, P_NOT, P_COMPARE, P_SUM, P_PRODUCT, P_UNARY, P_POSTFIX, P_PRIMARY };

static int strength(const struct ref_node *node)
{
    switch (node->kind) {
    case K_OR:
        return P_OR;
    case K_AND:
        return P_AND;
    case K_NOT:
        return P_NOT;
    case K_COMPARE:
        return P_COMPARE;
    case K_ARITHMETIC:
        return node->op == '+' || node->op == '-' ? P_SUM : P_PRODUCT;
    case K_NEGATE:
    case K_PLUS:
        return P_UNARY;
    case K_IN:
    case K_LIKE:
    case K_REGEX:
        return P_POSTFIX;
    case K_CONST: {
        const struct ref_value *v = &node->constant;
        bool sign =
            (v->type == REF_LONG && v->number < 0) || (v->type == REF_DOUBLE && signbit(v->real));
        return sign ? P_UNARY : P_PRIMARY;
    }
    case K_FIELD:
    case K_CALL:
        break;
    }
    return P_PRIMARY;
}

static void print(struct printer *p, const struct ref_node *node, int least);

static void arguments(struct printer *p, const struct ref_node *node, uint32_t from)
{
    text(p, "(");
    for (uint32_t i = from; i < node->n; i++) {
        text(p, i > from ? "," : "");
        space(p, false);
        if (node->kind == K_LIKE || node->kind == K_REGEX) {
            constant(p, node->args[i]); /* no brackets there */
        } else {
            print(p, node->args[i], P_OR);
        }
    }
    text(p, ")");
}

static void call(struct printer *p, const struct ref_node *node)
{
    const char *name = ref_function_names[node->call];
    bool odd = sometimes(p, 10);
    for (; *name != 0; name++) {
        bool upper = odd && ref_chance(p->random, 50);
        buf_byte(p->out, (char)(upper ? toupper(*name) : *name));
    }
    text(p, node->fold ? "~" : "");
    if (sometimes(p, 5)) {
        space(p, true);
    }
    arguments(p, node, 0);
}

static void operators(struct printer *p, const struct ref_node *node, const char *op, int left,
                      int right)
{
    bool word = isalpha((unsigned char)op[0]) != 0;
    print(p, node->args[0], left);
    for (uint32_t i = 1; i < node->n; i++) {
        space(p, word);
        text(p, op);
        if (op[0] == '/') {
            text(p, " "); /* or a comment might begin too early */
        } else {
            space(p, true);
        }
        print(p, node->args[i], right);
    }
}

static void list(struct printer *p, const struct ref_node *node, const char *op)
{
    print(p, node->args[0], P_PRIMARY);
    space(p, true);
    text(p, op);
    space(p, true);
    if (node->n > 2 || node->kind == K_IN || sometimes(p, 20)) {
        arguments(p, node, 1);
    } else {
        constant(p, node->args[1]);
    }
}

static const char *comparison(char op)
{
    return op == '='   ? "=="
           : op == '!' ? "!="
           : op == 'l' ? "<="
           : op == 'g' ? ">="
           : op == '<' ? "<"
                       : ">";
}

static void print_bare(struct printer *p, const struct ref_node *node)
{
    switch (node->kind) {
    case K_CONST:
        constant(p, node);
        break;
    case K_FIELD:
        field(p, node);
        break;
    case K_AND:
        operators(p, node, "and", P_NOT, P_NOT);
        break;
    case K_OR:
        operators(p, node, "or", P_AND, P_AND);
        break;
    case K_NOT:
        text(p, "not");
        space(p, true);
        print(p, node->args[0], P_NOT);
        break;
    case K_COMPARE:
        operators(p, node, comparison(node->op), P_SUM, P_SUM);
        break;
    case K_ARITHMETIC: {
        int own = strength(node);
        operators(p, node, (char[]){node->op, 0}, own, own + 1);
        break;
    }
    case K_NEGATE:
    case K_PLUS:
        text(p, node->kind == K_NEGATE ? "-" : "+");
        print(p, node->args[0], P_UNARY);
        break;
    case K_IN:
        list(p, node,
             node->negated ? node->fold ? "not in~" : "not in"
             : node->fold  ? "in~"
                           : "in");
        break;
    case K_LIKE:
        list(p, node, node->op == ':' ? ":" : node->fold ? "like~" : "like");
        break;
    case K_REGEX:
        list(p, node, node->fold ? "regex~" : "regex");
        break;
    case K_CALL:
        call(p, node);
        break;
    }
}

static void print(struct printer *p, const struct ref_node *node, int least)
{
    bool brackets = strength(node) < least || sometimes(p, 5);
    text(p, brackets ? "(" : "");
    print_bare(p, node);
    text(p, brackets ? ")" : "");
}

void ref_where_print(const struct ref_node *node, struct ref_random *r, struct buf *out)
{
    struct printer p = {r, out};
    print(&p, node, P_OR);
}

void ref_category_print(str category, struct ref_random *r, struct buf *out)
{
    struct printer p = {r, out};
    if (category.ptr == NULL) {
        text(&p, "any");
    } else if (str_find_byte(category, '-', 0) != SIZE_MAX || sometimes(&p, 30)) {
        quoted(&p, category);
    } else {
        buf_append(out, category);
    }
    text(&p, " where ");
}

void ref_query_print(const struct ref_query *q, struct ref_random *r, struct buf *out)
{
    ref_category_print(q->category, r, out);
    ref_where_print(q->where, r, out);
}
