/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as canonical EQL text: single blanks, as few brackets as the precedence allows, function
 * names as in the table, numbers as written. Parsing it gives the same tree. */
#include "lang/eql.h"
#include "lang/eql_print_part.h"

/* How tightly an expression binds; a looser one inside a tighter place needs brackets. */
enum binding {
    BIND_OR,
    BIND_AND,
    BIND_NOT,
    BIND_COMPARE,
    BIND_SUM,
    BIND_MUL,
    BIND_UNARY,
    BIND_POSTFIX,
    BIND_PRIMARY
};

static const struct {
    enum binding binding;
    enum binding left, right; /* what the places of its arguments ask for */
    const char *text;
} rows[] = {
    [EQL_CONST] = {BIND_PRIMARY, BIND_OR, BIND_OR, ""},
    [EQL_FIELD] = {BIND_PRIMARY, BIND_OR, BIND_OR, ""},
    [EQL_CALL] = {BIND_PRIMARY, BIND_OR, BIND_OR, ""},
    [EQL_NEGATE] = {BIND_UNARY, BIND_UNARY, BIND_UNARY, "-"},
    [EQL_PLUS] = {BIND_UNARY, BIND_UNARY, BIND_UNARY, "+"},
    [EQL_ADD] = {BIND_SUM, BIND_SUM, BIND_MUL, " + "},
    [EQL_SUBTRACT] = {BIND_SUM, BIND_SUM, BIND_MUL, " - "},
    [EQL_MULTIPLY] = {BIND_MUL, BIND_MUL, BIND_UNARY, " * "},
    [EQL_DIVIDE] = {BIND_MUL, BIND_MUL, BIND_UNARY, " / "},
    [EQL_MODULO] = {BIND_MUL, BIND_MUL, BIND_UNARY, " % "},
    [EQL_EQ] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " == "},
    [EQL_NE] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " != "},
    [EQL_LT] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " < "},
    [EQL_LE] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " <= "},
    [EQL_GT] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " > "},
    [EQL_GE] = {BIND_COMPARE, BIND_SUM, BIND_SUM, " >= "},
    [EQL_IN] = {BIND_POSTFIX, BIND_PRIMARY, BIND_OR, " in"},
    [EQL_COLON] = {BIND_POSTFIX, BIND_PRIMARY, BIND_OR, " :"},
    [EQL_LIKE] = {BIND_POSTFIX, BIND_PRIMARY, BIND_OR, " like"},
    [EQL_REGEX] = {BIND_POSTFIX, BIND_PRIMARY, BIND_OR, " regex"},
    [EQL_NOT] = {BIND_NOT, BIND_NOT, BIND_NOT, "not "},
    [EQL_AND] = {BIND_AND, BIND_NOT, BIND_NOT, " and "},
    [EQL_OR] = {BIND_OR, BIND_AND, BIND_AND, " or "},
};

static void print_node(const struct eql_node *node, enum binding place, struct buf *out);

static void print_list(const struct eql_node *node, uint32_t from, struct buf *out)
{
    buf_byte(out, '(');
    for (uint32_t i = from; i < node->n_args; i++) {
        buf_append(out, i > from ? S(", ") : S(""));
        print_node(node->args[i], BIND_OR, out);
    }
    buf_byte(out, ')');
}

static void print_predicate(const struct eql_node *node, struct buf *out)
{
    print_node(node->args[0], BIND_PRIMARY, out);
    buf_append(out, node->negated ? S(" not") : S(""));
    buf_append(out, str_from(rows[node->op].text));
    buf_append(out, node->fold ? S("~ ") : S(" "));
    if (node->op != EQL_IN && node->n_args == 2) {
        print_node(node->args[1], BIND_OR, out);
    } else {
        print_list(node, 1, out);
    }
}

static void print_infix(const struct eql_node *node, struct buf *out)
{
    for (uint32_t i = 0; i < node->n_args; i++) {
        buf_append(out, i > 0 ? str_from(rows[node->op].text) : S(""));
        print_node(node->args[i], i == 0 ? rows[node->op].left : rows[node->op].right, out);
    }
}

static void print_inner(const struct eql_node *node, struct buf *out)
{
    if (node->op == EQL_CONST) {
        eql_print_constant(node, out);
    } else if (node->op == EQL_FIELD) {
        buf_append(out, node->optional ? S("?") : S(""));
        eql_print_name(node->name, out);
    } else if (node->op == EQL_CALL) {
        buf_append(out, node->name);
        buf_append(out, node->fold ? S("~") : S(""));
        print_list(node, 0, out);
    } else if (node->op == EQL_NEGATE || node->op == EQL_PLUS || node->op == EQL_NOT) {
        buf_append(out, str_from(rows[node->op].text));
        print_node(node->args[0], rows[node->op].left, out);
    } else if (node->op >= EQL_IN && node->op <= EQL_REGEX) {
        print_predicate(node, out);
    } else {
        print_infix(node, out);
    }
}

static void print_node(const struct eql_node *node, enum binding place, struct buf *out)
{
    bool brackets = rows[node->op].binding < place;
    buf_append(out, brackets ? S("(") : S(""));
    print_inner(node, out);
    buf_append(out, brackets ? S(")") : S(""));
}

static void print_event(const struct eql_term *term, struct buf *out)
{
    eql_print_category(term, out);
    buf_append(out, S(" where "));
    print_node(term->where, BIND_OR, out);
}

static void print_by(const struct eql_keys *keys, struct buf *out)
{
    if (keys->n > 0) {
        buf_append(out, S(" by "));
        eql_print_keys(keys, out);
    }
}

static void print_term(const struct eql_term *term, struct buf *out)
{
    buf_append(out, term->missing ? S(" ![") : S(" ["));
    print_event(term, out);
    buf_byte(out, ']');
    print_by(&term->keys, out);
    if (term->runs > 1) {
        buf_printf(out, " with runs=%u", term->runs);
    }
}

void eql_print(const struct eql_ast *ast, struct buf *out)
{
    if (ast->kind == EQL_EVENT) {
        print_event(ast->terms, out);
    } else {
        buf_append(out, ast->kind == EQL_SEQUENCE ? S("sequence") : S("sample"));
        print_by(&ast->keys, out);
        if (ast->maxspan > 0) {
            buf_printf(out, " with maxspan=%lld%.*s", (long long)ast->maxspan,
                       STR_ARG(eql_unit_row(ast->unit)->name));
        }
        for (uint32_t i = 0; i < ast->n_terms; i++) {
            print_term(&ast->terms[i], out);
        }
        if (ast->until != NULL) {
            buf_append(out, S(" until"));
            print_term(ast->until, out);
        }
    }
    for (uint32_t i = 0; i < ast->n_pipes; i++) {
        buf_printf(out, " | %s %llu", ast->pipes[i].op == EQL_HEAD ? "head" : "tail",
                   (unsigned long long)ast->pipes[i].count);
    }
}
