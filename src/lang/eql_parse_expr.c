/* SPDX-License-Identifier: Apache-2.0 */
/* The other half of the parser, eql_parse.c: expressions.
 *
 *   expr      = and { "or" and }
 *   and       = not { "and" not }
 *   not       = "not" not | compare
 *   compare   = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum ]
 *   sum       = mul { ( "+" | "-" ) mul }
 *   mul       = unary { ( "*" | "/" | "%" ) unary }
 *   unary     = ( "-" | "+" ) unary | postfix
 *   postfix   = primary [ predicate ]
 *   predicate = [ "not" ] ( "in" | "in~" ) "(" expr { "," expr } ")"
 *             | ( ":" | "like" | "like~" | "regex" | "regex~" ) patterns
 *   patterns  = const | "(" const { "," const } ")"
 *   primary   = const | function | [ "?" ] field | "(" expr ")"
 *   function  = NAME "(" [ expr { "," expr } ] ")"
 *   field     = ident { "." ident }
 *   const     = "null" | "true" | "false" | INTEGER | DECIMAL | STRING
 */
#include "ir/functions.h"
#include "lang/eql_parser.h"

void eql_list_add(struct eql_parser *p, struct eql_node_list *list, struct eql_node *node)
{
    if (list->n == list->room) {
        list->room = list->room == 0 ? 4 : list->room * 2;
        struct eql_node **grown = NEW_ARRAY(p->arena, struct eql_node *, list->room);
        for (uint32_t i = 0; i < list->n; i++) {
            grown[i] = list->v[i];
        }
        list->v = grown;
    }
    list->v[list->n++] = node;
}

static void too_deep(struct eql_parser *p, span at, int limit)
{
    if (eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, at, DIAG_TOO_DEEP,
                                       "the expression is nested deeper than %d levels", limit);
        diag_hint(p->diags, item, "split the query, or put several 'not' and brackets into one");
    }
    eql_stop(p);
}

static bool enter(struct eql_parser *p)
{
    if (p->nesting >= EQL_MAX_NESTING) {
        too_deep(p, p->token.at, EQL_MAX_NESTING);
        return false;
    }
    p->nesting++;
    return true;
}

static void leave(struct eql_parser *p)
{
    p->nesting--;
}

struct eql_node *eql_new_node(struct eql_parser *p, enum eql_op op, span at)
{
    struct eql_node *node = NEW(p->arena, struct eql_node);
    node->op = op;
    node->id = p->n_nodes++;
    node->height = 1;
    node->at = at;
    return node;
}

struct eql_node *eql_empty_node(struct eql_parser *p)
{
    return eql_new_node(p, EQL_CONST, (span){p->token.at.at, p->token.at.at});
}

/* Gives a node its arguments. */
void eql_set_args(struct eql_parser *p, struct eql_node *node, const struct eql_node_list *list)
{
    node->args = list->v;
    node->n_args = list->n;
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t height = list->v[i]->height + 1;
        node->height = height > node->height ? height : node->height;
        const struct eql_node *arg = list->v[i];
        node->at = span_join(node->at, arg->brackets.end > 0 ? arg->brackets : arg->at);
    }
    if (node->height > EQL_MAX_TREE) {
        too_deep(p, node->at, EQL_MAX_TREE);
    }
}

static struct eql_node *binary(struct eql_parser *p, enum eql_op op, struct eql_node *left,
                               struct eql_node *right)
{
    struct eql_node_list both = {0};
    eql_list_add(p, &both, left);
    eql_list_add(p, &both, right);
    struct eql_node *node = eql_new_node(p, op, left->at);
    eql_set_args(p, node, &both);
    return node;
}

static struct eql_node *unary_node(struct eql_parser *p, enum eql_op op, span at,
                                   struct eql_node *arg)
{
    struct eql_node_list one = {0};
    eql_list_add(p, &one, arg);
    struct eql_node *node = eql_new_node(p, op, at);
    eql_set_args(p, node, &one);
    return node;
}

/* Inside a bracketed list: to the next comma or the end of the list. */
static void resync_list(struct eql_parser *p)
{
    static const enum eql_token_kind stops[] = {EQL_T_COMMA, EQL_T_RPAREN, EQL_T_RBRACKET,
                                                EQL_T_PIPE, EQL_T_WHERE};
    eql_resync(p, stops, sizeof stops / sizeof stops[0]);
}

static void resync_logic(struct eql_parser *p)
{
    static const enum eql_token_kind stops[] = {
        EQL_T_AND, EQL_T_OR, EQL_T_COMMA, EQL_T_RPAREN, EQL_T_RBRACKET, EQL_T_PIPE, EQL_T_UNTIL};
    eql_resync(p, stops, sizeof stops / sizeof stops[0]);
}

static span previous_end(span open, const struct eql_parser *p)
{
    return span_join(open, p->token.at);
}

/* The closing bracket; `what` says what else could stand there. Returns the bracket's place. */
span eql_close_list(struct eql_parser *p, const char *what)
{
    if (p->token.kind != EQL_T_RPAREN) {
        struct diag *item = eql_expected(p, what);
        if (p->token.kind == EQL_T_END || p->token.kind == EQL_T_RBRACKET) {
            diag_hint(p->diags, item, "a '(' is not closed");
        } else {
            eql_hint_after_operand(p, item);
        }
        do {
            resync_list(p);
        } while (eql_accept(p, EQL_T_COMMA)); /* what follows it was meant to be inside */
    }
    span at = p->token.at;
    eql_accept(p, EQL_T_RPAREN);
    return at;
}

/* A comma inside a list: true when another element follows it. */
bool eql_list_goes_on(struct eql_parser *p)
{
    if (p->token.kind == EQL_T_END || p->token.kind == EQL_T_RBRACKET) {
        return false; /* said by eql_close_list */
    }
    if (p->token.kind != EQL_T_COMMA && p->token.kind != EQL_T_RPAREN) {
        struct diag *item = eql_expected(p, "',' or ')'");
        if (!eql_hint_number(p, item) && eql_at_const(p)) {
            diag_hint(p->diags, item, "a comma stands between the elements of a list");
        }
        resync_list(p);
    }
    span comma = p->token.at;
    if (!eql_accept(p, EQL_T_COMMA)) {
        return false;
    }
    if (p->token.kind != EQL_T_RPAREN) {
        return true;
    }
    if (eql_may_report(p)) {
        struct diag *item =
            diag_error(p->diags, p->src, comma, DIAG_SYNTAX, "a comma at the end of the list");
        diag_hint(p->diags, item, "leave the last comma out");
    }
    p->panic = false;
    return false;
}

bool eql_at_const(const struct eql_parser *p)
{
    enum eql_token_kind kind = p->token.kind;
    return kind == EQL_T_NULL || kind == EQL_T_TRUE || kind == EQL_T_FALSE ||
           kind == EQL_T_INTEGER || kind == EQL_T_DECIMAL || kind == EQL_T_STRING;
}

/* const; the parser stands at one. */
struct eql_node *eql_parse_const(struct eql_parser *p)
{
    struct eql_token t = p->token;
    struct eql_node *node = eql_new_node(p, EQL_CONST, t.at);
    if (t.kind == EQL_T_TRUE || t.kind == EQL_T_FALSE) {
        node->value.type = VALUE_BOOLEAN;
        node->value.boolean = t.kind == EQL_T_TRUE;
    } else if (t.kind == EQL_T_INTEGER) {
        node->value.type = VALUE_LONG;
        node->value.number = t.integer;
    } else if (t.kind == EQL_T_DECIMAL) {
        node->value.type = VALUE_DOUBLE;
        node->value.real = t.real;
    } else if (t.kind == EQL_T_STRING) {
        node->value.type = VALUE_STRING;
        node->value.text = t.text;
    }
    node->written = t.kind == EQL_T_INTEGER || t.kind == EQL_T_DECIMAL ? t.text : S("");
    eql_advance(p);
    return node;
}

/* One part of a field's name. */
static bool field_part(struct eql_parser *p, str *out, span *at)
{
    bool name = p->token.kind == EQL_T_IDENT || p->token.kind == EQL_T_QUOTED;
    if (name && !p->token.fold) {
        *out = p->token.text;
        *at = p->token.at;
        eql_advance(p);
        return true;
    }
    bool keyword = p->token.kind >= EQL_T_AND;
    struct diag *item = eql_expected(p, "a field name");
    if (keyword) {
        str word = str_slice(p->lexer.text, p->token.at.at, p->token.at.end);
        diag_hint(p->diags, item, "a name that is a word of EQL stands in backticks: `%.*s`",
                  STR_ARG(word));
    }
    return false;
}

str eql_parse_field(struct eql_parser *p, span *at)
{
    str name = {0};
    span part_at = p->token.at;
    *at = part_at;
    if (!field_part(p, &name, &part_at)) {
        return S("");
    }
    if (name.len == 0 && eql_may_report(p)) {
        diag_error(p->diags, p->src, part_at, DIAG_SYNTAX, "a field name that is empty");
    }
    while (eql_accept(p, EQL_T_DOT)) {
        str part;
        if (!field_part(p, &part, &part_at)) {
            break;
        }
        name = arena_concat(p->arena, name, S("."), part);
        *at = span_join(*at, part_at);
    }
    return name;
}

/* Refuses name[3] and reads over it. */
static void array_index(struct eql_parser *p)
{
    while (p->token.kind == EQL_T_LBRACKET && p->next.kind == EQL_T_INTEGER) {
        static const enum eql_token_kind stops[] = {EQL_T_RBRACKET};
        span at = p->token.at;
        eql_advance(p);
        if (!p->stopped && !p->panic) {
            struct diag *item = diag_error(p->diags, p->src, span_join(at, p->token.at),
                                           DIAG_UNSUPPORTED, "array indexes are not supported");
            diag_hint(p->diags, item, "a condition on a field already looks at all its values");
        }
        eql_resync(p, stops, 1);
        eql_accept(p, EQL_T_RBRACKET);
        if (eql_accept(p, EQL_T_DOT)) {
            span ignored;
            eql_parse_field(p, &ignored);
        }
    }
}

static struct eql_node *field(struct eql_parser *p)
{
    span at = p->token.at;
    struct eql_node *node = eql_new_node(p, EQL_FIELD, at);
    if (eql_accept(p, EQL_T_QUESTION)) {
        node->optional = true;
        if (p->token.at.at != at.end) {
            eql_expected(p, "a field name directly after '?'");
        }
    }
    node->name = eql_parse_field(p, &node->at);
    node->at = span_join(at, node->at);
    if (p->token.kind == EQL_T_LPAREN && eql_may_report(p)) {
        struct diag *item =
            diag_error(p->diags, p->src, node->at, DIAG_SYNTAX, "'%.*s' is not a function name",
                       STR_ARG(eql_shorten(node->name)));
        diag_hint(p->diags, item, "a function's name has no dots and no backticks");
    }
    array_index(p);
    return node;
}

static struct eql_node *function(struct eql_parser *p)
{
    struct eql_node *node = eql_new_node(p, EQL_CALL, p->token.at);
    enum function_id id;
    node->name = p->token.text;
    if (function_find(node->name, &id)) {
        node->name = str_from(function_row(id)->name);
    }
    node->fold = p->token.fold;
    eql_advance(p);
    if (p->token.kind != EQL_T_LPAREN) {
        eql_expected(p, "'(' after the function name");
        return node;
    }
    eql_advance(p);
    struct eql_node_list args = {0};
    if (p->token.kind != EQL_T_RPAREN) {
        do {
            eql_list_add(p, &args, eql_parse_expr(p));
        } while (eql_list_goes_on(p));
    }
    node->at = previous_end(node->at, p);
    eql_set_args(p, node, &args);
    eql_close_list(p, "',' or ')'");
    return node;
}

/* child of [ ... ], descendant of [ ... ], event of [ ... ]: refused, and read over. */
static struct eql_node *relationship(struct eql_parser *p)
{
    span at = span_join(p->token.at, p->next.at);
    struct eql_node *node = eql_new_node(p, EQL_CONST, at);
    if (!p->panic && !p->stopped) {
        struct diag *item = diag_error(p->diags, p->src, at, DIAG_UNSUPPORTED,
                                       "process relationships ('%.*s of') are not supported",
                                       STR_ARG(eql_shorten(p->token.text)));
        diag_hint(p->diags, item, "join the two events in a 'sequence by'");
    }
    eql_advance(p);
    eql_advance(p);
    if (eql_accept(p, EQL_T_LBRACKET)) {
        static const enum eql_token_kind stops[] = {EQL_T_RBRACKET};
        eql_resync(p, stops, 1);
        eql_accept(p, EQL_T_RBRACKET);
    }
    return node;
}

static struct eql_node *no_expression(struct eql_parser *p)
{
    struct diag *item = eql_expected(p, "a field, a constant, a function or '('");
    bool keyword = p->token.kind >= EQL_T_AND;
    bool compared = p->next.kind >= EQL_T_EQ && p->next.kind <= EQL_T_ASSIGN;
    if (keyword && (compared || p->next.kind == EQL_T_COLON || p->next.kind == EQL_T_DOT)) {
        str word = str_slice(p->lexer.text, p->token.at.at, p->token.at.end);
        diag_hint(p->diags, item,
                  "a field that is named like a word of EQL stands in backticks: `%.*s`",
                  STR_ARG(word));
    } else if (p->before.kind == EQL_T_WHERE &&
               (p->token.kind == EQL_T_END || p->token.kind == EQL_T_RBRACKET)) {
        diag_hint(p->diags, item, "'where true' takes every event");
    } else if (p->before.kind == EQL_T_AND || p->before.kind == EQL_T_OR ||
               p->before.kind == EQL_T_NOT) {
        diag_hint(p->diags, item, "a condition follows %s", eql_token_name(p, &p->before));
    } else if (p->token.kind == EQL_T_ASSIGN) {
        diag_hint(p->diags, item, "EQL compares with '=='");
    }
    return eql_empty_node(p);
}

static struct eql_node *bracketed(struct eql_parser *p)
{
    if (!enter(p)) {
        return eql_empty_node(p);
    }
    span open = p->token.at;
    eql_advance(p);
    struct eql_node *node = eql_parse_expr(p);
    node->brackets = span_join(open, eql_close_list(p, "'and', 'or' or ')'"));
    leave(p);
    return node;
}

static struct eql_node *primary(struct eql_parser *p)
{
    if (eql_at_const(p)) {
        return eql_parse_const(p);
    }
    if (p->token.kind == EQL_T_IDENT && p->next.kind == EQL_T_OF) {
        return relationship(p);
    }
    if (p->token.kind == EQL_T_IDENT && (p->next.kind == EQL_T_LPAREN || p->token.fold)) {
        if (!enter(p)) {
            return eql_empty_node(p);
        }
        struct eql_node *node = function(p);
        leave(p);
        return node;
    }
    if (p->token.kind == EQL_T_IDENT || p->token.kind == EQL_T_QUOTED ||
        p->token.kind == EQL_T_QUESTION) {
        return field(p);
    }
    return p->token.kind == EQL_T_LPAREN ? bracketed(p) : no_expression(p);
}

static struct eql_node *postfix(struct eql_parser *p)
{
    struct eql_node *node = primary(p);
    if (!p->panic) {
        eql_parse_predicate(p, node, &node);
    }
    return node;
}

static struct eql_node *unary(struct eql_parser *p)
{
    span at = p->token.at;
    bool minus = p->token.kind == EQL_T_MINUS;
    if (!minus && p->token.kind != EQL_T_PLUS) {
        return postfix(p);
    }
    if (!enter(p)) {
        return eql_empty_node(p);
    }
    eql_advance(p);
    struct eql_node *node = unary_node(p, minus ? EQL_NEGATE : EQL_PLUS, at, unary(p));
    leave(p);
    return node;
}

enum level { LEVEL_SUM, LEVEL_MUL, LEVEL_UNARY };

/* The precedence table of arithmetic. */
static const struct {
    enum eql_token_kind token;
    enum level level;
    enum eql_op op;
} arithmetic[] = {
    {EQL_T_PLUS, LEVEL_SUM, EQL_ADD},       {EQL_T_MINUS, LEVEL_SUM, EQL_SUBTRACT},
    {EQL_T_STAR, LEVEL_MUL, EQL_MULTIPLY},  {EQL_T_SLASH, LEVEL_MUL, EQL_DIVIDE},
    {EQL_T_PERCENT, LEVEL_MUL, EQL_MODULO},
};

static bool arithmetic_op(enum eql_token_kind token, enum level level, enum eql_op *op)
{
    for (size_t i = 0; i < sizeof arithmetic / sizeof arithmetic[0]; i++) {
        if (arithmetic[i].token == token && arithmetic[i].level == level) {
            *op = arithmetic[i].op;
            return true;
        }
    }
    return false;
}

/* sum and mul. */
static struct eql_node *operands(struct eql_parser *p, enum level level)
{
    if (level == LEVEL_UNARY) {
        return unary(p);
    }
    struct eql_node *left = operands(p, level + 1);
    enum eql_op op;
    while (!p->panic && arithmetic_op(p->token.kind, level, &op)) {
        eql_advance(p);
        left = binary(p, op, left, operands(p, level + 1));
    }
    return left;
}

static struct eql_node *sum(struct eql_parser *p)
{
    return operands(p, LEVEL_SUM);
}

static bool compare_op(enum eql_token_kind token, enum eql_op *op)
{
    bool is = token >= EQL_T_EQ && token <= EQL_T_ASSIGN;
    if (is) {
        *op = token == EQL_T_ASSIGN ? EQL_EQ : EQL_EQ + (enum eql_op)(token - EQL_T_EQ);
    }
    return is;
}

/* Reports `=`; it is then read as `==`. */
static void refuse_assign(struct eql_parser *p)
{
    if (p->token.kind == EQL_T_ASSIGN && eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_SINGLE_EQUALS,
                                       "'=' is not a comparison");
        diag_hint(p->diags, item, "EQL compares with '=='");
        p->panic = false;
    }
}

static struct eql_node *compare(struct eql_parser *p)
{
    struct eql_node *left = sum(p);
    enum eql_op op;
    if (p->panic || !compare_op(p->token.kind, &op)) {
        return left;
    }
    refuse_assign(p);
    eql_advance(p);
    struct eql_node *node = binary(p, op, left, sum(p));
    while (!p->panic && compare_op(p->token.kind, &op)) {
        if (eql_may_report(p)) {
            struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_CHAINED_COMPARISON,
                                           "comparisons do not chain");
            diag_hint(p->diags, item, "write 'a < b and b < c'");
            p->panic = false;
        }
        eql_advance(p);
        node = binary(p, op, node, sum(p));
    }
    return node;
}

static struct eql_node *negation(struct eql_parser *p)
{
    span at = p->token.at;
    if (p->token.kind != EQL_T_NOT) {
        return compare(p);
    }
    if (!enter(p)) {
        return eql_empty_node(p);
    }
    eql_advance(p);
    struct eql_node *node = unary_node(p, EQL_NOT, at, negation(p));
    leave(p);
    return node;
}

static struct eql_node *operand_of_and(struct eql_parser *p)
{
    struct eql_node *node = negation(p);
    if (p->panic) {
        resync_logic(p);
    }
    return node;
}

static struct eql_node *conjunction(struct eql_parser *p)
{
    struct eql_node *first = operand_of_and(p);
    if (p->token.kind != EQL_T_AND) {
        return first;
    }
    struct eql_node_list args = {0};
    eql_list_add(p, &args, first);
    while (eql_accept(p, EQL_T_AND)) {
        eql_list_add(p, &args, operand_of_and(p));
    }
    struct eql_node *node = eql_new_node(p, EQL_AND, first->at);
    eql_set_args(p, node, &args);
    return node;
}

struct eql_node *eql_parse_expr(struct eql_parser *p)
{
    struct eql_node *first = conjunction(p);
    if (p->token.kind != EQL_T_OR) {
        return first;
    }
    struct eql_node_list args = {0};
    eql_list_add(p, &args, first);
    while (eql_accept(p, EQL_T_OR)) {
        eql_list_add(p, &args, conjunction(p));
    }
    struct eql_node *node = eql_new_node(p, EQL_OR, first->at);
    eql_set_args(p, node, &args);
    return node;
}
