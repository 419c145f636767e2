/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as canonical EQL text: single blanks, as few brackets as the precedence allows, function
 * names as in the table, numbers as written. Parsing it gives the same tree. On one line, or in lines of
 * a width: what does not fit is broken at `and` and `or`, in long lists, and between stages. */
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

enum { LINE_WIDTH = 100, STEP = 2 };

struct printer {
    struct buf *out;
    size_t width; /* of a line in bytes; SIZE_MAX: everything on one line */
    size_t line;  /* where the line begins in `out` */
    size_t stop;  /* a trial on one line gives up when `out` is longer */
};

static bool given_up(const struct printer *p)
{
    return p->out->len > p->stop;
}

static void print_node(struct printer *p, const struct eql_node *node, enum binding place);

static void print_list(struct printer *p, const struct eql_node *node, uint32_t from)
{
    buf_byte(p->out, '(');
    for (uint32_t i = from; i < node->n_args && !given_up(p); i++) {
        buf_append(p->out, i > from ? S(", ") : S(""));
        print_node(p, node->args[i], BIND_OR);
    }
    buf_byte(p->out, ')');
}

/* The left side and the operator of a predicate. */
static void print_tested(struct printer *p, const struct eql_node *node)
{
    print_node(p, node->args[0], BIND_PRIMARY);
    buf_append(p->out, node->negated ? S(" not") : S(""));
    buf_append(p->out, str_from(rows[node->op].text));
    buf_append(p->out, node->fold ? S("~ ") : S(" "));
}

static void print_predicate(struct printer *p, const struct eql_node *node)
{
    print_tested(p, node);
    if (node->op != EQL_IN && node->n_args == 2) {
        print_node(p, node->args[1], BIND_OR);
    } else {
        print_list(p, node, 1);
    }
}

static void print_infix(struct printer *p, const struct eql_node *node)
{
    for (uint32_t i = 0; i < node->n_args && !given_up(p); i++) {
        buf_append(p->out, i > 0 ? str_from(rows[node->op].text) : S(""));
        print_node(p, node->args[i], i == 0 ? rows[node->op].left : rows[node->op].right);
    }
}

static void print_call_name(struct printer *p, const struct eql_node *node)
{
    buf_append(p->out, node->name);
    buf_append(p->out, node->fold ? S("~") : S(""));
}

static bool is_predicate(const struct eql_node *node)
{
    return node->op >= EQL_IN && node->op <= EQL_REGEX;
}

static void print_inner(struct printer *p, const struct eql_node *node)
{
    if (node->op == EQL_CONST) {
        eql_print_constant(node, p->out);
    } else if (node->op == EQL_FIELD) {
        buf_append(p->out, node->optional ? S("?") : S(""));
        eql_print_name(node->name, p->out);
    } else if (node->op == EQL_CALL) {
        print_call_name(p, node);
        print_list(p, node, 0);
    } else if (node->op == EQL_NEGATE || node->op == EQL_PLUS || node->op == EQL_NOT) {
        buf_append(p->out, str_from(rows[node->op].text));
        print_node(p, node->args[0], rows[node->op].left);
    } else if (is_predicate(node)) {
        print_predicate(p, node);
    } else {
        print_infix(p, node);
    }
}

static bool needs_brackets(const struct eql_node *node, enum binding place)
{
    return rows[node->op].binding < place;
}

static void print_node(struct printer *p, const struct eql_node *node, enum binding place)
{
    bool brackets = needs_brackets(node, place);
    buf_append(p->out, brackets ? S("(") : S(""));
    print_inner(p, node);
    buf_append(p->out, brackets ? S(")") : S(""));
}

static void break_line(struct printer *p, size_t indent)
{
    buf_byte(p->out, '\n');
    p->line = p->out->len;
    for (size_t i = 0; i < indent; i++) {
        buf_byte(p->out, ' ');
    }
}

/* Begins a trial on the rest of the line; returns where to go back to. */
static size_t begin_trial(struct printer *p)
{
    p->stop = p->width > SIZE_MAX - p->line ? SIZE_MAX : p->line + p->width;
    return p->out->len;
}

/* True when the trial fitted; else what it printed is taken back. */
static bool end_trial(struct printer *p, size_t mark)
{
    bool fits = !given_up(p);
    p->out->len = fits ? p->out->len : mark;
    p->stop = SIZE_MAX;
    return fits;
}

static bool print_on_line(struct printer *p, const struct eql_node *node, enum binding place)
{
    size_t mark = begin_trial(p);
    print_node(p, node, place);
    return end_trial(p, mark);
}

/* A list in lines that are filled. */
static void break_list(struct printer *p, const struct eql_node *node, uint32_t from, size_t indent)
{
    buf_byte(p->out, '(');
    for (uint32_t i = from; i < node->n_args; i++) {
        buf_append(p->out, i > from ? S(",") : S(""));
        size_t mark = p->out->len;
        buf_append(p->out, i > from ? S(" ") : S(""));
        if (i > from && print_on_line(p, node->args[i], BIND_OR)) {
            continue;
        }
        p->out->len = mark;
        break_line(p, indent + STEP);
        print_node(p, node->args[i], BIND_OR);
    }
    buf_byte(p->out, ')');
}

static void break_node(struct printer *p, const struct eql_node *node, enum binding place,
                       size_t indent);

/* and, or: one operand a line, the word at the end of the line before. */
static void break_logic(struct printer *p, const struct eql_node *node, size_t indent)
{
    str word = str_from(rows[node->op].text);
    for (uint32_t i = 0; i < node->n_args; i++) {
        if (i > 0) {
            buf_append(p->out, str_slice(word, 0, word.len - 1));
            break_line(p, indent);
        }
        break_node(p, node->args[i], i == 0 ? rows[node->op].left : rows[node->op].right, indent);
    }
}

static void break_inner(struct printer *p, const struct eql_node *node, size_t indent)
{
    if (node->op == EQL_AND || node->op == EQL_OR) {
        break_logic(p, node, indent);
    } else if (node->op == EQL_NOT) {
        str word = str_from(rows[node->op].text);
        buf_append(p->out, word);
        break_node(p, node->args[0], rows[node->op].left, indent + word.len);
    } else if (is_predicate(node) && node->n_args > 2) {
        print_tested(p, node);
        break_list(p, node, 1, indent);
    } else if (node->op == EQL_CALL && node->n_args > 1) {
        print_call_name(p, node);
        break_list(p, node, 0, indent);
    } else {
        print_inner(p, node);
    }
}

/* Prints a node that stands at column `indent`, in lines where it does not fit on one. */
static void break_node(struct printer *p, const struct eql_node *node, enum binding place,
                       size_t indent)
{
    if (print_on_line(p, node, place)) {
        return;
    }
    bool brackets = needs_brackets(node, place);
    buf_append(p->out, brackets ? S("(") : S(""));
    break_inner(p, node, indent + (brackets ? 1 : 0));
    buf_append(p->out, brackets ? S(")") : S(""));
}

static void print_event(struct printer *p, const struct eql_term *term)
{
    eql_print_category(term, p->out);
    buf_append(p->out, S(" where "));
    print_node(p, term->where, BIND_OR);
}

static void break_event(struct printer *p, const struct eql_term *term, size_t indent)
{
    size_t mark = begin_trial(p);
    print_event(p, term);
    if (!end_trial(p, mark)) {
        eql_print_category(term, p->out);
        buf_append(p->out, S(" where"));
        break_line(p, indent);
        break_node(p, term->where, BIND_OR, indent);
    }
}

static void print_by(const struct eql_keys *keys, struct buf *out)
{
    if (keys->n > 0) {
        buf_append(out, S(" by "));
        eql_print_keys(keys, out);
    }
}

static void print_term(struct printer *p, const struct eql_term *term, bool broken)
{
    buf_append(p->out, term->missing ? S("![") : S("["));
    if (broken) {
        break_event(p, term, term->missing ? STEP + 2 : STEP + 1);
    } else {
        print_event(p, term);
    }
    buf_byte(p->out, ']');
    print_by(&term->keys, p->out);
    if (term->runs > 1) {
        buf_printf(p->out, " with runs=%u", term->runs);
    }
}

/* What stands between two parts of a query. */
static void separate(struct printer *p, bool broken, size_t indent)
{
    if (broken) {
        break_line(p, indent);
    } else {
        buf_byte(p->out, ' ');
    }
}

static void print_stages(struct printer *p, const struct eql_ast *ast, bool broken)
{
    buf_append(p->out, ast->kind == EQL_SEQUENCE ? S("sequence") : S("sample"));
    print_by(&ast->keys, p->out);
    if (ast->maxspan > 0) {
        buf_printf(p->out, " with maxspan=%lld%.*s", (long long)ast->maxspan,
                   STR_ARG(eql_unit_row(ast->unit)->name));
    }
    for (uint32_t i = 0; i < ast->n_terms && !given_up(p); i++) {
        separate(p, broken, STEP);
        print_term(p, &ast->terms[i], broken);
    }
    if (ast->until != NULL) {
        separate(p, broken, 0);
        buf_append(p->out, S("until"));
        separate(p, broken, STEP);
        print_term(p, ast->until, broken);
    }
}

static void print_query(struct printer *p, const struct eql_ast *ast, bool broken)
{
    if (ast->kind != EQL_EVENT) {
        print_stages(p, ast, broken);
    } else if (broken) {
        break_event(p, ast->terms, STEP);
    } else {
        print_event(p, ast->terms);
    }
    for (uint32_t i = 0; i < ast->n_pipes && !given_up(p); i++) {
        separate(p, broken, 0);
        buf_printf(p->out, "| %s %llu", ast->pipes[i].op == EQL_HEAD ? "head" : "tail",
                   (unsigned long long)ast->pipes[i].count);
    }
}

void eql_print_node(const struct eql_node *node, struct buf *out)
{
    struct printer p = {.out = out, .width = SIZE_MAX, .line = out->len, .stop = SIZE_MAX};
    print_node(&p, node, BIND_OR);
}

void eql_print(const struct eql_ast *ast, struct buf *out)
{
    struct printer p = {.out = out, .width = SIZE_MAX, .line = out->len, .stop = SIZE_MAX};
    print_query(&p, ast, false);
}

void eql_print_lines(const struct eql_ast *ast, struct buf *out)
{
    struct printer p = {.out = out, .width = LINE_WIDTH, .line = out->len, .stop = SIZE_MAX};
    size_t mark = begin_trial(&p);
    print_query(&p, ast, false);
    if (!end_trial(&p, mark)) {
        print_query(&p, ast, true);
    }
}
