/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as indented lines, one node a line. */
#include "lang/eql.h"
#include "lang/eql_print_part.h"

static void indent(int level, struct buf *out)
{
    for (int i = 0; i < level; i++) {
        buf_append(out, S("  "));
    }
}

static const char *const names[] = {
    [EQL_CONST] = "const", [EQL_FIELD] = "field", [EQL_CALL] = "call",  [EQL_NEGATE] = "negate",
    [EQL_PLUS] = "plus",   [EQL_ADD] = "+",       [EQL_SUBTRACT] = "-", [EQL_MULTIPLY] = "*",
    [EQL_DIVIDE] = "/",    [EQL_MODULO] = "%",    [EQL_EQ] = "==",      [EQL_NE] = "!=",
    [EQL_LT] = "<",        [EQL_LE] = "<=",       [EQL_GT] = ">",       [EQL_GE] = ">=",
    [EQL_IN] = "in",       [EQL_COLON] = ":",     [EQL_LIKE] = "like",  [EQL_REGEX] = "regex",
    [EQL_NOT] = "not",     [EQL_AND] = "and",     [EQL_OR] = "or",
};

static void print_node(const struct eql_node *node, int level, struct buf *out)
{
    indent(level, out);
    buf_append(out, node->negated ? S("not ") : S(""));
    buf_append(out, str_from(names[node->op]));
    if (node->op == EQL_CONST) {
        buf_byte(out, ' ');
        eql_print_constant(node, out);
    } else if (node->op == EQL_FIELD) {
        buf_append(out, node->optional ? S(" ?") : S(" "));
        eql_print_name(node->name, out);
    } else if (node->op == EQL_CALL) {
        buf_byte(out, ' ');
        buf_append(out, node->name);
    }
    buf_append(out, node->fold ? S("~\n") : S("\n"));
    for (uint32_t i = 0; i < node->n_args; i++) {
        print_node(node->args[i], level + 1, out);
    }
}

static void print_keys(const struct eql_keys *keys, int level, struct buf *out)
{
    if (keys->n > 0) {
        indent(level, out);
        buf_append(out, S("by "));
        eql_print_keys(keys, out);
        buf_byte(out, '\n');
    }
}

static void print_term(const struct eql_term *term, const char *what, int level, struct buf *out)
{
    indent(level, out);
    buf_append(out, term->missing ? S("missing ") : S(""));
    buf_printf(out, "%s ", what);
    eql_print_category(term, out);
    if (term->runs > 1) {
        buf_printf(out, " runs %u", term->runs);
    }
    buf_byte(out, '\n');
    print_keys(&term->keys, level + 1, out);
    print_node(term->where, level + 1, out);
}

void eql_print_ast(const struct eql_ast *ast, struct buf *out)
{
    int level = ast->kind == EQL_EVENT ? 0 : 1;
    if (ast->kind != EQL_EVENT) {
        buf_append(out, ast->kind == EQL_SEQUENCE ? S("sequence") : S("sample"));
        if (ast->maxspan > 0) {
            buf_printf(out, " maxspan %lld%.*s", (long long)ast->maxspan,
                       STR_ARG(eql_unit_row(ast->unit)->name));
        }
        buf_byte(out, '\n');
        print_keys(&ast->keys, 1, out);
    }
    for (uint32_t i = 0; i < ast->n_terms; i++) {
        print_term(&ast->terms[i], ast->kind == EQL_EVENT ? "event" : "stage", level, out);
    }
    if (ast->until != NULL) {
        print_term(ast->until, "until", 1, out);
    }
    for (uint32_t i = 0; i < ast->n_pipes; i++) {
        buf_printf(out, "%s %llu\n", ast->pipes[i].op == EQL_HEAD ? "head" : "tail",
                   (unsigned long long)ast->pipes[i].count);
    }
}
