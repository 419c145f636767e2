/* SPDX-License-Identifier: Apache-2.0 */
/* The parser's state and the moves both halves of it use: statements (eql_parse.c) and expressions
 * (eql_parse_expr.c). */
#ifndef POSTERN_LANG_EQL_PARSER_H
#define POSTERN_LANG_EQL_PARSER_H

#include "lang/eql_ast.h"
#include "lang/eql_lex.h"

struct eql_parser {
    struct eql_lexer lexer;
    struct eql_token before; /* the one read last */
    struct eql_token token;  /* where we stand */
    struct eql_token next;   /* the one behind it */
    const struct diag_source *src;
    struct arena *arena;
    struct diags *diags;
    uint32_t n_nodes;
    uint32_t nesting;
    bool panic;   /* an error was reported, and no place to go on from was found yet */
    bool stopped; /* given up: nothing more is read or reported */
};

/* Moves on by one token. */
void eql_advance(struct eql_parser *p);
/* Moves on when the token is of that kind. */
bool eql_accept(struct eql_parser *p, enum eql_token_kind kind);
/* True when an error may be said now; the parser is then in panic. */
bool eql_may_report(struct eql_parser *p);
/* Says "expected WHAT, found TOKEN"; NULL when silent. A keyword in capitals gets a hint. */
struct diag *eql_expected(struct eql_parser *p, const char *what);
/* Hints at what was meant by a token that cannot stand behind an operand: `x is null`, `x contains "a"`. */
void eql_hint_after_operand(struct eql_parser *p, struct diag *item);
/* Hints at what was meant when the token sticks to a number: 5m, 10.0.0.0. False when it does not. */
bool eql_hint_number(struct eql_parser *p, struct diag *item);
/* Leaves panic at the next token that is one of the n stops; brackets between are skipped whole. */
void eql_resync(struct eql_parser *p, const enum eql_token_kind *stops, size_t n);
/* Gives the rest of the text up. */
void eql_stop(struct eql_parser *p);

/* How a message names a token: "'and'", "end of the query". In the arena. */
const char *eql_token_name(struct eql_parser *p, const struct eql_token *t);
/* The text, cut to what fits a message. */
str eql_shorten(str s);

/* expr, and a place holder where there was none. Never NULL. */
struct eql_node *eql_parse_expr(struct eql_parser *p);
struct eql_node *eql_empty_node(struct eql_parser *p);
/* field = ident { "." ident }: the parts joined. The parser stands at a name. */
str eql_parse_field(struct eql_parser *p, span *at);

/* A growing list of arguments. */
struct eql_node_list {
    struct eql_node **v;
    uint32_t n, room;
};

/* The moves that expressions and predicates (eql_parse_predicate.c) share. */
void eql_list_add(struct eql_parser *p, struct eql_node_list *list, struct eql_node *node);
struct eql_node *eql_new_node(struct eql_parser *p, enum eql_op op, span at);
/* Gives a node its arguments; its span and height then cover them. */
void eql_set_args(struct eql_parser *p, struct eql_node *node, const struct eql_node_list *list);
/* The closing bracket of a list; `what` says what else could stand there. Returns its place. */
span eql_close_list(struct eql_parser *p, const char *what);
/* A comma inside a list: true when another element follows it. */
bool eql_list_goes_on(struct eql_parser *p);
/* const; stand at one. */
bool eql_at_const(const struct eql_parser *p);
struct eql_node *eql_parse_const(struct eql_parser *p);

/* predicate, behind `left`; false when there is none. */
bool eql_parse_predicate(struct eql_parser *p, struct eql_node *left, struct eql_node **out);

#endif
