/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the parser behind an operand: in, `:`, like, regex. The grammar is in eql_parse_expr.c. */
#include "lang/eql_parser.h"

/* One constant of the right side of `:`, like and regex. */
static struct eql_node *pattern(struct eql_parser *p)
{
    if (eql_at_const(p)) {
        return eql_parse_const(p);
    }
    bool is_name = p->token.kind == EQL_T_IDENT || p->token.kind == EQL_T_QUOTED ||
                   p->token.kind == EQL_T_QUESTION;
    if (!is_name) {
        diag_hint(p->diags, eql_expected(p, "a string"),
                  "a pattern stands in double quotes: \"text*\"");
    } else if (eql_may_report(p)) {
        struct eql_token name = p->token;
        if (p->token.kind != EQL_T_QUESTION) {
            name.text = eql_parse_field(p, &name.at);
        }
        struct diag *item =
            diag_error(p->diags, p->src, name.at, DIAG_FIELD_IN_PATTERN,
                       "a pattern must be a constant, found %s", eql_token_name(p, &name));
        if (p->token.kind == EQL_T_LPAREN) {
            diag_hint(p->diags, item, "a function cannot make a pattern");
        } else {
            diag_hint(p->diags, item,
                      "strings take double quotes: \"%.*s\"; two fields compare in startsWith, "
                      "endsWith or stringContains",
                      STR_ARG(eql_shorten(name.text)));
        }
    }
    return eql_empty_node(p);
}

/* The parser stands at the ')' of "()". */
static void empty_list(struct eql_parser *p, const char *example)
{
    if (eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, span_join(p->before.at, p->token.at),
                                       DIAG_SYNTAX, "an empty list can match nothing");
        diag_hint(p->diags, item, "name at least one: (%s)", example);
    }
    p->panic = false;
    eql_advance(p);
}

static void patterns(struct eql_parser *p, struct eql_node_list *args)
{
    if (!eql_accept(p, EQL_T_LPAREN)) {
        eql_list_add(p, args, pattern(p));
        return;
    }
    if (p->token.kind == EQL_T_RPAREN) {
        empty_list(p, "\"a*\"");
        return;
    }
    do {
        eql_list_add(p, args, pattern(p));
    } while (eql_list_goes_on(p));
    eql_close_list(p, "',' or ')'");
}

static void in_list(struct eql_parser *p, struct eql_node_list *args)
{
    if (!eql_accept(p, EQL_T_LPAREN)) {
        struct diag *item = eql_expected(p, "'(' after 'in'");
        diag_hint(p->diags, item, "write a list: in (\"a\", \"b\")");
        return;
    }
    if (p->token.kind == EQL_T_RPAREN) {
        empty_list(p, "\"a\"");
        return;
    }
    do {
        eql_list_add(p, args, eql_parse_expr(p));
    } while (eql_list_goes_on(p));
    eql_close_list(p, "',' or ')'");
}

static bool predicate_op(enum eql_token_kind kind, enum eql_op *op)
{
    switch ((int)kind) {
    case EQL_T_IN:
        *op = EQL_IN;
        return true;
    case EQL_T_COLON:
        *op = EQL_COLON;
        return true;
    case EQL_T_LIKE:
        *op = EQL_LIKE;
        return true;
    case EQL_T_REGEX:
        *op = EQL_REGEX;
        return true;
    default:
        return false;
    }
}

/* `x not like "a"`: only `in` has the infix form. */
static void refuse_infix_not(struct eql_parser *p, span at, const struct eql_node *left)
{
    if (eql_may_report(p)) {
        struct diag *item =
            diag_error(p->diags, p->src, at, DIAG_SYNTAX, "'not' cannot stand before %s",
                       eql_token_name(p, &p->token));
        str word = str_slice(p->lexer.text, p->token.at.at, p->token.at.end);
        str name = left->op == EQL_FIELD ? eql_shorten(left->name) : S("...");
        diag_hint(p->diags, item, "put it in front: not %.*s %.*s \"a*\"", STR_ARG(name),
                  STR_ARG(word));
    }
    p->panic = false;
}

/* predicate, behind `left`; false when there is none. */
bool eql_parse_predicate(struct eql_parser *p, struct eql_node *left, struct eql_node **out)
{
    enum eql_op op;
    span at = p->token.at;
    bool negated = p->token.kind == EQL_T_NOT && predicate_op(p->next.kind, &op);
    if (negated) {
        eql_advance(p);
    }
    if (!predicate_op(p->token.kind, &op)) {
        return false;
    }
    if (negated && op != EQL_IN) {
        refuse_infix_not(p, at, left);
    }
    struct eql_node_list args = {0};
    eql_list_add(p, &args, left);
    struct eql_node *node = eql_new_node(p, op, left->at);
    node->fold = p->token.fold;
    node->negated = negated;
    eql_advance(p);
    if (op == EQL_IN) {
        in_list(p, &args);
    } else {
        patterns(p, &args);
    }
    eql_set_args(p, node, &args);
    node->at = p->panic ? node->at : span_join(node->at, p->before.at); /* the closing bracket */
    *out = node;
    return true;
}
