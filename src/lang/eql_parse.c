/* SPDX-License-Identifier: Apache-2.0 */
/* The parser: recursive descent over one token of look-ahead, one function a production.
 *
 *   statement = query { "|" pipe } END
 *   query     = sequence | sample | event
 *   event     = category "where" expr
 *   category  = "any" | IDENT | STRING
 *   sequence  = "sequence" [ by [ span ] | span ] term { term } [ "until" term ]
 *   span      = "with" "maxspan" "=" INTEGER unit
 *   term      = ( "[" | "![" ) event "]" [ by ] [ "with" "runs" "=" INTEGER ]
 *   sample    = "sample" [ by ] term { term }
 *   by        = "by" key { "," key }
 *   key       = [ "?" ] field
 *   pipe      = ( "head" | "tail" ) INTEGER
 *   expr, and everything below it: eql_parse_expr.c
 *
 * After an error the parser is silent until it stands at a token from which it can go on (`and`, `or`,
 * `where`, a closing bracket, the next stage, a pipe), so that one run reports several errors.
 * Rules about the whole query (join keys, runs, arity) are eql_shape.c, run when the text is right. */
#include "base/utf8.h"
#include "lang/eql.h"
#include "lang/eql_parser.h"
#include "lang/eql_shape.h"

static const struct eql_unit_row units[EQL_UNIT_COUNT] = {
    [EQL_MS] = {S_INIT("ms"), INT64_C(1000000)},
    [EQL_S] = {S_INIT("s"), INT64_C(1000000000)},
    [EQL_M] = {S_INIT("m"), INT64_C(60000000000)},
    [EQL_H] = {S_INIT("h"), INT64_C(3600000000000)},
    [EQL_D] = {S_INIT("d"), INT64_C(86400000000000)},
};

const struct eql_unit_row *eql_unit_row(enum eql_unit unit)
{
    return &units[unit];
}

static bool at_word(const struct eql_parser *p, str word)
{
    return p->token.kind == EQL_T_IDENT && !p->token.fold && str_eq(p->token.text, word);
}

static void category(struct eql_parser *p, struct eql_term *term)
{
    term->category_at = p->token.at;
    if (eql_accept(p, EQL_T_ANY)) {
        term->any = true;
        return;
    }
    bool name = p->token.kind == EQL_T_IDENT && !p->token.fold;
    if (name || p->token.kind == EQL_T_STRING) {
        term->category = p->token.text;
        eql_advance(p);
        return;
    }
    struct diag *item = eql_expected(p, "an event category");
    if (p->token.kind == EQL_T_QUOTED) {
        diag_hint(p->diags, item,
                  "a category with other characters stands in double quotes: \"%.*s\"",
                  STR_ARG(p->token.text));
    } else {
        diag_hint(p->diags, item, "write 'any where ...' for events of every category");
    }
}

/* Skips to `where` inside this stage. */
static void resync_where(struct eql_parser *p)
{
    static const enum eql_token_kind stops[] = {EQL_T_WHERE, EQL_T_RBRACKET, EQL_T_PIPE, EQL_T_END};
    eql_resync(p, stops, sizeof stops / sizeof stops[0]);
}

/* What was taken for the category is followed by an operator when it is a condition that lacks one. */
static void hint_where(struct eql_parser *p, const struct eql_term *term, struct diag *item)
{
    enum eql_token_kind kind = p->token.kind;
    bool condition = (kind >= EQL_T_EQ && kind <= EQL_T_DOT) || kind == EQL_T_LPAREN ||
                     kind == EQL_T_IN || kind == EQL_T_LIKE || kind == EQL_T_REGEX;
    str written = str_slice(p->lexer.text, term->category_at.at, term->category_at.end);
    bool whole = term->any || p->before.kind == EQL_T_IDENT ||
                 (written.len > 1 && written.ptr[written.len - 1] == '"');
    if (condition) {
        diag_hint(p->diags, item,
                  "the category of the events stands before the condition: 'any where ...'");
    } else if (whole) {
        diag_hint(p->diags, item, "write '%.*s where ...'", STR_ARG(written));
    }
}

static void event(struct eql_parser *p, struct eql_term *term)
{
    term->at = p->token.at;
    term->runs = 1;
    category(p, term);
    if (p->token.kind != EQL_T_WHERE) {
        struct diag *item = eql_expected(p, "'where' after the event category");
        bool stages = p->token.kind == EQL_T_BY || p->token.kind == EQL_T_LBRACKET ||
                      p->token.kind == EQL_T_WITH || p->token.kind == EQL_T_MISSING;
        if (stages) {
            diag_hint(p->diags, item, "stages follow 'sequence' or 'sample'");
        } else if (eql_keyword_meant(p->token.text).len == 0) {
            hint_where(p, term, item);
        }
        resync_where(p);
    }
    term->where = eql_accept(p, EQL_T_WHERE) ? eql_parse_expr(p) : eql_empty_node(p);
    term->at = span_join(term->at, term->where->at);
}

static void key(struct eql_parser *p, struct eql_key *out)
{
    span at = p->token.at;
    bool optional = eql_accept(p, EQL_T_QUESTION);
    bool is_name = p->token.kind == EQL_T_IDENT || p->token.kind == EQL_T_QUOTED;
    out->optional = optional;
    if (is_name) {
        out->name = eql_parse_field(p, &out->at);
        out->at = span_join(at, out->at);
    } else {
        out->at = at;
        struct diag *item = eql_expected(p, "a field to join by");
        if (p->token.kind == EQL_T_STRING) {
            diag_hint(p->diags, item, "a field stands without quotes, or in backticks");
        }
    }
    enum eql_token_kind next = p->token.kind;
    bool expression = next == EQL_T_LPAREN || (next >= EQL_T_PLUS && next <= EQL_T_PERCENT);
    if (expression && eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                                       "a join key must be a field, not an expression");
        diag_hint(p->diags, item, "join by the field itself");
    }
    static const enum eql_token_kind stops[] = {EQL_T_COMMA,    EQL_T_LBRACKET, EQL_T_MISSING,
                                                EQL_T_RBRACKET, EQL_T_WITH,     EQL_T_UNTIL,
                                                EQL_T_PIPE,     EQL_T_END};
    if (p->panic) {
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
}

/* Keys after `by`; adds to those already there. */
static void by(struct eql_parser *p, struct eql_keys *keys)
{
    uint32_t room = keys->n;
    do {
        if (keys->n == room) {
            room = room < 4 ? 4 : room * 2;
            struct eql_key *grown = NEW_ARRAY(p->arena, struct eql_key, room);
            for (uint32_t i = 0; i < keys->n; i++) {
                grown[i] = keys->v[i];
            }
            keys->v = grown;
        }
        key(p, &keys->v[keys->n++]);
    } while (eql_accept(p, EQL_T_COMMA));
}

static bool find_unit(str name, enum eql_unit *out)
{
    for (int i = 0; i < EQL_UNIT_COUNT; i++) {
        if (str_eq(name, units[i].name)) {
            *out = (enum eql_unit)i;
            return true;
        }
    }
    return false;
}

/* Reports a wrong maxspan or runs and moves to a place to go on from. */
static void bad_setting(struct eql_parser *p, span at, enum diag_id id, const char *message)
{
    static const enum eql_token_kind stops[] = {EQL_T_LBRACKET, EQL_T_MISSING, EQL_T_RBRACKET,
                                                EQL_T_BY,       EQL_T_UNTIL,   EQL_T_PIPE,
                                                EQL_T_END};
    if (eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, at, id, "%s", message);
        diag_hint(p->diags, item, "%s",
                  id == DIAG_BAD_RUNS ? "write 'with runs=3', from 1 to 100"
                                      : "write 'with maxspan=5m'; the units are ms, s, m, h and d");
    }
    eql_resync(p, stops, sizeof stops / sizeof stops[0]);
}

static void maxspan(struct eql_parser *p, struct eql_ast *ast)
{
    span at = p->token.at;
    if (!eql_accept(p, EQL_T_MAXSPAN)) {
        bad_setting(p, at, DIAG_BAD_MAXSPAN, "expected 'maxspan' after 'with'");
        return;
    }
    at = p->token.at;
    if (!eql_accept(p, EQL_T_ASSIGN)) {
        bad_setting(p, at, DIAG_BAD_MAXSPAN, "expected '=' after 'maxspan'");
        return;
    }
    struct eql_token number = p->token;
    if (number.kind != EQL_T_INTEGER) {
        bad_setting(p, number.at, DIAG_BAD_MAXSPAN,
                    "maxspan must be a positive integer and a unit");
        return;
    }
    eql_advance(p);
    struct eql_token unit = p->token;
    if (unit.kind != EQL_T_IDENT || unit.fold || !find_unit(unit.text, &ast->unit)) {
        bool named = unit.kind == EQL_T_IDENT;
        bad_setting(p, named ? span_join(number.at, unit.at) : number.at, DIAG_BAD_MAXSPAN,
                    named ? "unknown time unit in maxspan" : "maxspan without a time unit");
        return;
    }
    eql_advance(p);
    at = span_join(number.at, unit.at);
    if (number.integer == 0 || number.integer > INT64_MAX / units[ast->unit].nanoseconds) {
        bad_setting(p, at, DIAG_BAD_MAXSPAN,
                    number.integer == 0 ? "maxspan must be greater than 0" : "maxspan is too long");
        return;
    }
    ast->maxspan = number.integer;
}

/* "with maxspan=…", then nothing but stages: a `by` here is a common slip. */
static void with_maxspan(struct eql_parser *p, struct eql_ast *ast)
{
    maxspan(p, ast);
    if (p->token.kind == EQL_T_BY) {
        if (eql_may_report(p)) {
            struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                                           "'by' stands after 'with'");
            diag_hint(p->diags, item, "write 'sequence by ... with maxspan=...'");
        }
        p->panic = false;
        eql_advance(p);
        by(p, &ast->keys);
    }
}

static void runs(struct eql_parser *p, struct eql_term *term)
{
    span at = p->token.at;
    if (!at_word(p, S("runs"))) {
        bad_setting(p, at, p->token.kind == EQL_T_MAXSPAN ? DIAG_BAD_MAXSPAN : DIAG_BAD_RUNS,
                    p->token.kind == EQL_T_MAXSPAN
                        ? "'maxspan' belongs to a whole sequence, before its first stage"
                        : "expected 'runs' after 'with'");
        return;
    }
    eql_advance(p);
    at = p->token.at;
    if (!eql_accept(p, EQL_T_ASSIGN)) {
        bad_setting(p, at, DIAG_BAD_RUNS, "expected '=' after 'runs'");
        return;
    }
    struct eql_token number = p->token;
    bool good =
        number.kind == EQL_T_INTEGER && number.integer >= 1 && number.integer <= EQL_MAX_RUNS;
    if (!good) {
        bad_setting(p, number.at, DIAG_BAD_RUNS, "runs must be an integer from 1 to 100");
        return;
    }
    eql_advance(p);
    term->runs = (uint32_t)number.integer;
}

/* What stands behind a stage and does not belong there. */
static void refuse_after_term(struct eql_parser *p)
{
    if (p->token.kind == EQL_T_BY && eql_may_report(p)) {
        struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                                       "'by' stands after 'with'");
        diag_hint(p->diags, item, "write '[...] by ... with runs=...'");
    } else if (p->token.kind == EQL_T_IDENT && eql_may_report(p)) {
        struct diag *item =
            diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                       "'%.*s' is no setting of a stage", STR_ARG(eql_shorten(p->token.text)));
        diag_hint(p->diags, item, "a stage takes 'by ...' and 'with runs=...'");
    }
    static const enum eql_token_kind stops[] = {EQL_T_LBRACKET, EQL_T_MISSING, EQL_T_UNTIL,
                                                EQL_T_PIPE, EQL_T_END};
    if (p->panic) {
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
}

static void term(struct eql_parser *p, struct eql_term *out)
{
    static const enum eql_token_kind stops[] = {EQL_T_RBRACKET, EQL_T_PIPE, EQL_T_END};
    span open = p->token.at;
    bool missing = p->token.kind == EQL_T_MISSING;
    eql_advance(p);
    event(p, out);
    out->missing = missing;
    span close = p->token.at;
    if (p->token.kind != EQL_T_RBRACKET) {
        eql_hint_after_operand(p, eql_expected(p, "']' at the end of the stage"));
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
    eql_accept(p, EQL_T_RBRACKET);
    out->at = span_join(open, close);
    if (eql_accept(p, EQL_T_BY)) {
        by(p, &out->keys);
    }
    if (eql_accept(p, EQL_T_WITH)) {
        runs(p, out);
    }
    refuse_after_term(p);
}

static bool at_term(const struct eql_parser *p)
{
    return p->token.kind == EQL_T_LBRACKET || p->token.kind == EQL_T_MISSING;
}

static void terms(struct eql_parser *p, struct eql_ast *ast)
{
    static const enum eql_token_kind stops[] = {EQL_T_LBRACKET, EQL_T_MISSING, EQL_T_END};
    uint32_t room = 0;
    if (!at_term(p)) {
        struct diag *item = eql_expected(p, "'[' and the first stage");
        if (p->token.kind == EQL_T_MAXSPAN) {
            diag_hint(p->diags, item, "write 'with maxspan=5m'");
        } else if (p->token.kind == EQL_T_IDENT &&
                   (p->before.kind == EQL_T_SEQUENCE || p->before.kind == EQL_T_SAMPLE)) {
            diag_hint(p->diags, item, "fields to join by follow 'by'");
        } else {
            diag_hint(p->diags, item, "a stage stands in brackets: [any where ...]");
        }
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
    while (at_term(p)) {
        if (ast->n_terms == room) {
            room = room == 0 ? 4 : room * 2;
            struct eql_term *grown = NEW_ARRAY(p->arena, struct eql_term, room);
            for (uint32_t i = 0; i < ast->n_terms; i++) {
                grown[i] = ast->terms[i];
            }
            ast->terms = grown;
        }
        term(p, &ast->terms[ast->n_terms++]);
    }
    span at = p->token.at;
    if (eql_accept(p, EQL_T_UNTIL)) {
        struct eql_term *until = NEW(p->arena, struct eql_term);
        ast->until = until;
        if (at_term(p)) {
            term(p, until);
            until->at = span_join(at, until->at);
        } else {
            diag_hint(p->diags, eql_expected(p, "'[' after 'until'"),
                      "write 'until [any where ...]'");
        }
    }
}

static void sequence(struct eql_parser *p, struct eql_ast *ast)
{
    ast->kind = EQL_SEQUENCE;
    if (eql_accept(p, EQL_T_BY)) {
        by(p, &ast->keys);
    }
    if (eql_accept(p, EQL_T_WITH)) {
        with_maxspan(p, ast);
    }
    terms(p, ast);
}

static void sample(struct eql_parser *p, struct eql_ast *ast)
{
    ast->kind = EQL_SAMPLE;
    if (eql_accept(p, EQL_T_BY)) {
        by(p, &ast->keys);
    }
    if (p->token.kind == EQL_T_WITH) {
        if (eql_may_report(p)) {
            struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                                           "a sample takes no 'with'");
            diag_hint(p->diags, item, "a sample has no order in time and so no maxspan");
        }
        static const enum eql_token_kind stops[] = {EQL_T_LBRACKET, EQL_T_MISSING, EQL_T_END};
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
    terms(p, ast);
}

/* Names of pipes of the original dialect, known and not supported. */
static bool is_old_pipe(str name)
{
    static const str names[] = {S_INIT("count"), S_INIT("filter"), S_INIT("sort"), S_INIT("unique"),
                                S_INIT("unique_count")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void pipe_name(struct eql_parser *p, struct eql_pipe *out)
{
    if (at_word(p, S("head")) || at_word(p, S("tail"))) {
        out->op = at_word(p, S("head")) ? EQL_HEAD : EQL_TAIL;
        eql_advance(p);
        return;
    }
    if (p->token.kind != EQL_T_IDENT) {
        eql_expected(p, "a pipe, 'head' or 'tail', after '|'");
        return;
    }
    if (eql_may_report(p)) {
        bool old = is_old_pipe(p->token.text);
        struct diag *item =
            diag_error(p->diags, p->src, p->token.at, old ? DIAG_UNSUPPORTED : DIAG_BAD_PIPE,
                       old ? "the pipe '%.*s' is not supported" : "unknown pipe '%.*s'",
                       STR_ARG(eql_shorten(p->token.text)));
        diag_hint(p->diags, item, "the pipes are 'head' and 'tail'");
    }
}

static void pipe(struct eql_parser *p, struct eql_pipe *out)
{
    static const enum eql_token_kind stops[] = {EQL_T_PIPE, EQL_T_END};
    const char *name = at_word(p, S("tail")) ? "tail" : "head";
    out->at = p->token.at;
    pipe_name(p, out);
    if (!p->panic && p->token.kind != EQL_T_INTEGER && eql_may_report(p)) {
        struct diag *item =
            diag_error(p->diags, p->src, p->token.at, DIAG_BAD_PIPE,
                       "'%s' takes one whole number, found %s", name, eql_token_name(p, &p->token));
        diag_hint(p->diags, item, "write '| %s 10'", name);
    }
    if (!p->panic) {
        out->count = (uint64_t)p->token.integer;
        out->at = span_join(out->at, p->token.at);
        eql_advance(p);
        bool ended = p->token.kind == EQL_T_PIPE || p->token.kind == EQL_T_END;
        if (!ended && eql_may_report(p)) {
            struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_PIPE,
                                           "'%s' takes one argument, found also %s", name,
                                           eql_token_name(p, &p->token));
            diag_hint(p->diags, item, "write '| %s 10'", name);
        }
    }
    eql_resync(p, stops, sizeof stops / sizeof stops[0]);
}

static void pipes(struct eql_parser *p, struct eql_ast *ast)
{
    uint32_t room = 0;
    while (eql_accept(p, EQL_T_PIPE)) {
        if (ast->n_pipes == room) {
            room = room == 0 ? 4 : room * 2;
            struct eql_pipe *grown = NEW_ARRAY(p->arena, struct eql_pipe, room);
            for (uint32_t i = 0; i < ast->n_pipes; i++) {
                grown[i] = ast->pipes[i];
            }
            ast->pipes = grown;
        }
        pipe(p, &ast->pipes[ast->n_pipes++]);
    }
}

static void query(struct eql_parser *p, struct eql_ast *ast)
{
    ast->at = p->token.at;
    if (eql_accept(p, EQL_T_SEQUENCE)) {
        sequence(p, ast);
    } else if (eql_accept(p, EQL_T_SAMPLE)) {
        sample(p, ast);
    } else if (p->token.kind == EQL_T_JOIN) {
        if (eql_may_report(p)) {
            struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_UNSUPPORTED,
                                           "'join' is not supported");
            diag_hint(p->diags, item, "'sequence' joins events in order, 'sample' in any order");
        }
        eql_stop(p);
    } else if (p->token.kind == EQL_T_END) {
        diag_hint(p->diags, eql_expected(p, "a query"), "'any where true' takes every event");
        eql_stop(p);
    } else {
        ast->terms = NEW(p->arena, struct eql_term);
        ast->n_terms = 1;
        event(p, ast->terms);
    }
}

/* What may follow a whole query, said by kind. */
static void statement_end(struct eql_parser *p, const struct eql_ast *ast)
{
    if (p->token.kind == EQL_T_UNTIL && eql_may_report(p)) {
        bool event = ast->kind == EQL_EVENT;
        struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_BAD_SEQUENCE,
                                       event ? "'until' belongs to a sequence"
                                             : "only one 'until', after the last stage");
        diag_hint(p->diags, item, "write 'sequence [...] [...] until [...]'");
    } else if (p->token.kind != EQL_T_END && p->token.kind != EQL_T_PIPE) {
        bool event = ast->kind == EQL_EVENT;
        struct diag *item = eql_expected(p, event ? "'and', 'or', '|' or the end of the query"
                                                  : "'[', 'until', '|' or the end of the query");
        if (event) {
            eql_hint_after_operand(p, item);
        } else if (p->token.kind != EQL_T_LBRACKET) {
            diag_hint(p->diags, item, "nothing stands between two stages: [...] [...]");
        }
    }
    static const enum eql_token_kind stops[] = {EQL_T_PIPE, EQL_T_END};
    if (p->panic) {
        eql_resync(p, stops, sizeof stops / sizeof stops[0]);
    }
}

static void statement(struct eql_parser *p, struct eql_ast *ast)
{
    query(p, ast);
    statement_end(p, ast);
    pipes(p, ast);
}

/* Refuses texts that the lexer cannot take. */
static bool text_is_fit(str text, const struct diag_source *src, struct diags *d)
{
    if (text.len > EQL_MAX_TEXT) {
        struct diag *item =
            diag_error(d, src, (span){0, 1}, DIAG_TOO_LARGE,
                       "the query is larger than 1 MiB, which is %zu bytes: it has %zu",
                       EQL_MAX_TEXT, text.len);
        diag_hint(d, item, "long lists can be split into several queries");
        return false;
    }
    size_t bad = utf8_first_invalid(text);
    if (bad != SIZE_MAX) {
        diag_error(d, src, (span){(uint32_t)bad, (uint32_t)bad + 1}, DIAG_BAD_TOKEN,
                   "a byte that is not UTF-8 text");
        return false;
    }
    return true;
}

struct eql_ast *eql_parse(str text, const struct diag_source *src, struct arena *a, struct diags *d)
{
    if (!text_is_fit(text, src, d)) {
        return NULL;
    }
    size_t errors = d->errors;
    struct eql_parser p = {.src = src, .arena = a, .diags = d};
    p.lexer = (struct eql_lexer){.text = arena_copy(a, text), .src = src, .arena = a, .diags = d};
    eql_advance(&p);
    eql_advance(&p);
    struct eql_ast *ast = NEW(a, struct eql_ast);
    statement(&p, ast);
    ast->n_nodes = p.n_nodes;
    ast->n_comments = p.lexer.n_comments;
    if (d->errors == errors) {
        eql_shape(ast, src, d);
    }
    return d->errors == errors ? ast : NULL;
}
