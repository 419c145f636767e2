/* SPDX-License-Identifier: Apache-2.0 */
/* Moving over tokens and getting back on one's feet after an error. */
#include "lang/eql_parser.h"

#define SHOWN_MAX                                                                                  \
    128 /* bytes of the query's own text in a message: the longest names of fields fit */

void eql_advance(struct eql_parser *p)
{
    p->before = p->token;
    p->token = p->next;
    if (!p->stopped) {
        p->next = eql_lex(&p->lexer);
    }
}

bool eql_accept(struct eql_parser *p, enum eql_token_kind kind)
{
    if (p->token.kind != kind) {
        return false;
    }
    if (kind != EQL_T_END) {
        eql_advance(p);
    }
    return true;
}

bool eql_may_report(struct eql_parser *p)
{
    if (p->panic || p->stopped) {
        return false;
    }
    p->panic = true;
    return true;
}

void eql_stop(struct eql_parser *p)
{
    p->stopped = true;
    p->lexer.silent = true;
    uint32_t end = (uint32_t)p->lexer.text.len;
    p->token = (struct eql_token){.kind = EQL_T_END, .at = {end, end}};
    p->next = p->token;
}

str eql_shorten(str s)
{
    size_t n = s.len < SHOWN_MAX ? s.len : SHOWN_MAX;
    while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) {
        n--; /* not inside a character */
    }
    return str_slice(s, 0, n);
}

const char *eql_token_name(struct eql_parser *p, const struct eql_token *t)
{
    if (t->kind == EQL_T_END) {
        return "the end of the query";
    }
    str shown = eql_shorten(str_slice(p->lexer.text, t->at.at, t->at.end));
    bool cut = shown.len < t->at.end - t->at.at;
    return arena_printf(p->arena, "'%.*s%s'", STR_ARG(shown), cut ? "..." : "").ptr;
}

struct diag *eql_expected(struct eql_parser *p, const char *what)
{
    if (!eql_may_report(p)) {
        return NULL;
    }
    struct diag *item = diag_error(p->diags, p->src, p->token.at, DIAG_SYNTAX,
                                   "expected %s, found %s", what, eql_token_name(p, &p->token));
    str meant = p->token.kind == EQL_T_IDENT ? eql_keyword_meant(p->token.text) : S("");
    if (meant.len > 0) {
        diag_hint(p->diags, item, "the words of EQL are lower case: '%.*s'", STR_ARG(meant));
    }
    return item;
}

/* Words of other languages that stand between two operands. */
static const struct {
    str word;
    const char *hint;
} infix_words[] = {
    {S_INIT("is"), "ask for a missing value with '== null', for any with '!= null'"},
    {S_INIT("exists"), "a field has a value: '... != null'"},
    {S_INIT("contains"), "write 'stringContains(field, \"text\")' or 'field : \"*text*\"'"},
    {S_INIT("matches"), "write 'field regex \"...\"' or 'field : \"...\"'"},
    {S_INIT("startswith"), "write 'startsWith(field, \"text\")'"},
    {S_INIT("endswith"), "write 'endsWith(field, \"text\")'"},
    {S_INIT("between"), "write 'field >= 1 and field <= 9'"},
    {S_INIT("ilike"), "write 'field : \"text*\"' or 'field like~ \"text*\"', which ignore case"},
    {S_INIT("rlike"), "write 'field regex \"...\"'"},
    {S_INIT("equals"), "write 'field == \"text\"'"},
    {S_INIT("xor"), "write '(a and not b) or (not a and b)'"},
};

bool eql_hint_number(struct eql_parser *p, struct diag *item)
{
    enum eql_token_kind before = p->before.kind, kind = p->token.kind;
    bool number = before == EQL_T_INTEGER || before == EQL_T_DECIMAL;
    if (!number || p->before.at.end != p->token.at.at) {
        return false;
    }
    if (kind == EQL_T_DECIMAL || kind == EQL_T_DOT) {
        diag_hint(p->diags, item,
                  "addresses, networks and versions stand in double quotes: \"10.0.0.0/8\"");
    } else if (kind == EQL_T_IDENT && str_starts(p->token.text, S("x"))) {
        diag_hint(p->diags, item, "number(\"0x1f\") reads hexadecimal digits");
    } else if (kind == EQL_T_IDENT) {
        diag_hint(p->diags, item, "a number takes no unit (only maxspan has them)");
    } else {
        return false;
    }
    return true;
}

void eql_hint_after_operand(struct eql_parser *p, struct diag *item)
{
    enum eql_token_kind kind = p->token.kind;
    if (kind == EQL_T_IDENT) {
        for (size_t i = 0; i < sizeof infix_words / sizeof infix_words[0]; i++) {
            if (str_eq_nocase(p->token.text, infix_words[i].word)) {
                diag_hint(p->diags, item, "%s", infix_words[i].hint);
                return;
            }
        }
    }
    bool operand = kind == EQL_T_IDENT || kind == EQL_T_QUOTED || kind == EQL_T_QUESTION ||
                   kind == EQL_T_NOT || kind == EQL_T_LPAREN ||
                   (kind >= EQL_T_INTEGER && kind <= EQL_T_STRING) || kind == EQL_T_TRUE ||
                   kind == EQL_T_FALSE || kind == EQL_T_NULL;
    bool capitals = kind == EQL_T_IDENT && eql_keyword_meant(p->token.text).len > 0;
    if (kind == EQL_T_RPAREN) {
        diag_hint(p->diags, item, "there is no '(' for this ')'");
    } else if (kind == EQL_T_COMMA) {
        diag_hint(p->diags, item, "several values stand in a list: in (\"a\", \"b\")");
    } else if (eql_hint_number(p, item)) {
        return;
    } else if (kind == EQL_T_NOT && p->next.kind == EQL_T_NULL) {
        diag_hint(p->diags, item, "write '!= null'");
    } else if (operand && !capitals) {
        diag_hint(p->diags, item, "conditions are joined by 'and' or 'or'");
    }
}

static bool is_stop(enum eql_token_kind kind, const enum eql_token_kind *stops, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (stops[i] == kind) {
            return true;
        }
    }
    return kind == EQL_T_END;
}

void eql_resync(struct eql_parser *p, const enum eql_token_kind *stops, size_t n)
{
    size_t open = 0;
    while (p->token.kind != EQL_T_END) {
        enum eql_token_kind kind = p->token.kind;
        if (open == 0 && is_stop(kind, stops, n)) {
            break;
        }
        bool opens = kind == EQL_T_LPAREN || kind == EQL_T_LBRACKET || kind == EQL_T_MISSING;
        bool closes = kind == EQL_T_RPAREN || kind == EQL_T_RBRACKET;
        open += opens ? 1 : 0;
        open -= closes && open > 0 ? 1 : 0;
        eql_advance(p);
    }
    p->panic = false;
}
