/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer: white space and comments, names, numbers, operators. Strings are in eql_lex_string.c. */
#include "lang/eql_lex.h"
#include "base/utf8.h"
#include "lang/eql_lex_string.h"

#include <math.h>

static const str keywords[] = {
    S_INIT("and"),  S_INIT("any"),   S_INIT("by"),      S_INIT("false"),  S_INIT("in"),
    S_INIT("join"), S_INIT("like"),  S_INIT("maxspan"), S_INIT("not"),    S_INIT("null"),
    S_INIT("of"),   S_INIT("or"),    S_INIT("regex"),   S_INIT("sample"), S_INIT("sequence"),
    S_INIT("true"), S_INIT("until"), S_INIT("where"),   S_INIT("with"),
};

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c)
{
    return (is_name_start(c) && c != '@') || is_digit(c);
}

/* The byte `ahead` places on, or NUL. */
static char peek(const struct eql_lexer *l, size_t ahead)
{
    return ahead < l->text.len - l->at ? l->text.ptr[l->at + ahead] : '\0';
}

static span span_from(const struct eql_lexer *l, size_t from)
{
    return (span){(uint32_t)from, (uint32_t)l->at};
}

static bool find_keyword(str name, enum eql_token_kind *out)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (str_eq(name, keywords[i])) {
            *out = (enum eql_token_kind)(EQL_T_AND + (int)i);
            return true;
        }
    }
    return false;
}

bool eql_is_keyword(str s)
{
    enum eql_token_kind kind;
    return find_keyword(s, &kind);
}

str eql_keyword_meant(str s)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (str_eq_nocase(s, keywords[i]) && !str_eq(s, keywords[i])) {
            return keywords[i];
        }
    }
    return S("");
}

bool eql_is_plain_name(str s)
{
    if (s.len == 0 || !is_name_start(s.ptr[0])) {
        return false;
    }
    for (size_t i = 1; i < s.len; i++) {
        if (!is_name_byte(s.ptr[i])) {
            return false;
        }
    }
    return !eql_is_keyword(s);
}

/* Moves behind a block comment; they nest. */
static void skip_block_comment(struct eql_lexer *l)
{
    size_t from = l->at;
    size_t level = 0;
    do {
        if (peek(l, 0) == '/' && peek(l, 1) == '*') {
            level++;
            l->at += 2;
        } else if (peek(l, 0) == '*' && peek(l, 1) == '/') {
            level--;
            l->at += 2;
        } else {
            l->at++;
        }
    } while (level > 0 && l->at < l->text.len);
    if (level > 0 && !l->silent) {
        l->at = l->text.len;
        struct diag *item = diag_error(l->diags, l->src, (span){(uint32_t)from, (uint32_t)from + 2},
                                       DIAG_BAD_TOKEN, "the comment that starts here does not end");
        diag_hint(l->diags, item, "close it with '*/'; comments nest");
    }
}

static void skip_blank(struct eql_lexer *l)
{
    while (l->at < l->text.len) {
        char c = peek(l, 0);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            l->at++;
        } else if (c == '/' && peek(l, 1) == '/') {
            size_t end = str_find_byte(l->text, '\n', l->at);
            size_t other = str_find_byte(str_slice(l->text, 0, end), '\r', l->at);
            end = other < end ? other : end;
            l->at = end == SIZE_MAX ? l->text.len : end;
            l->n_comments++;
        } else if (c == '/' && peek(l, 1) == '*') {
            skip_block_comment(l);
            l->n_comments++;
        } else {
            return;
        }
    }
}

static struct eql_token lex_name(struct eql_lexer *l)
{
    size_t from = l->at;
    l->at++;
    while (is_name_byte(peek(l, 0))) {
        l->at++;
    }
    struct eql_token t = {.kind = EQL_T_IDENT, .text = str_slice(l->text, from, l->at)};
    bool keyword = find_keyword(t.text, &t.kind);
    if (peek(l, 0) == '~' &&
        (!keyword || t.kind == EQL_T_IN || t.kind == EQL_T_LIKE || t.kind == EQL_T_REGEX)) {
        t.fold = true;
        l->at++;
    }
    t.at = span_from(l, from);
    return t;
}

/* The digits in the shape str_to_double wants: "007" 7, ".5" 0.5, "5.e1" 5.0e1. */
static str json_number(str s, struct arena *a)
{
    size_t zeros = 0;
    while (zeros + 1 < s.len && s.ptr[zeros] == '0' && is_digit(s.ptr[zeros + 1])) {
        zeros++;
    }
    s = str_slice(s, zeros, s.len);
    size_t dot = str_find_byte(s, '.', 0);
    if (dot == SIZE_MAX) {
        return s;
    }
    str whole = dot == 0 ? S("0") : str_slice(s, 0, dot);
    str rest = str_slice(s, dot + 1, s.len);
    bool bare = rest.len == 0 || !is_digit(rest.ptr[0]);
    return arena_concat(a, whole, bare ? S(".0") : S("."), rest);
}

static void read_number(struct eql_lexer *l, struct eql_token *t)
{
    if (t->kind == EQL_T_INTEGER) {
        int64_t value = 0;
        bool fits = true;
        for (size_t i = 0; i < t->text.len && fits; i++) {
            int digit = t->text.ptr[i] - '0';
            fits = value <= (INT64_MAX - digit) / 10;
            value = fits ? value * 10 + digit : value;
        }
        if (fits) {
            t->integer = value;
            return;
        }
        t->kind = EQL_T_DECIMAL; /* a larger integer is read as a double */
    }
    if ((!str_to_double(json_number(t->text, l->arena), &t->real) || !isfinite(t->real)) &&
        !l->silent) {
        diag_error(l->diags, l->src, t->at, DIAG_BAD_NUMBER, "the number is out of range");
    }
}

static void skip_digits(struct eql_lexer *l)
{
    while (is_digit(peek(l, 0))) {
        l->at++;
    }
}

static struct eql_token lex_number(struct eql_lexer *l)
{
    size_t from = l->at;
    struct eql_token t = {.kind = EQL_T_INTEGER};
    skip_digits(l);
    if (peek(l, 0) == '.') {
        t.kind = EQL_T_DECIMAL;
        l->at++;
        skip_digits(l);
    }
    if (peek(l, 0) == 'e' || peek(l, 0) == 'E') {
        size_t sign = peek(l, 1) == '+' || peek(l, 1) == '-' ? 1 : 0;
        if (is_digit(peek(l, 1 + sign))) {
            t.kind = EQL_T_DECIMAL;
            l->at += 1 + sign;
            skip_digits(l);
        }
    }
    t.text = str_slice(l->text, from, l->at);
    t.at = span_from(l, from);
    read_number(l, &t);
    return t;
}

struct operator_row {
    str text;
    enum eql_token_kind kind;
    const char *hint; /* not EQL, but it is clear what was meant; NULL for real operators */
};

/* Longer ones first. */
static const struct operator_row operators[] = {
    {S_INIT("==="), EQL_T_EQ, "write '=='"},
    {S_INIT("!=="), EQL_T_NE, "write '!='"},
    {S_INIT("=="), EQL_T_EQ, NULL},
    {S_INIT("!="), EQL_T_NE, NULL},
    {S_INIT("<="), EQL_T_LE, NULL},
    {S_INIT(">="), EQL_T_GE, NULL},
    {S_INIT("!["), EQL_T_MISSING, NULL},
    {S_INIT("<>"), EQL_T_NE, "write '!='"},
    {S_INIT("=<"), EQL_T_LE, "write '<='"},
    {S_INIT("=>"), EQL_T_GE, "write '>='"},
    {S_INIT("=~"), EQL_T_REGEX, "write 'regex', or ':' for a pattern with '*' and '?'"},
    {S_INIT("&&"), EQL_T_AND, "write 'and'"},
    {S_INIT("||"), EQL_T_OR, "write 'or'"},
    {S_INIT("!:"), EQL_T_COLON, "write 'not' before the field: not name : \"a*\""},
    {S_INIT("<"), EQL_T_LT, NULL},
    {S_INIT(">"), EQL_T_GT, NULL},
    {S_INIT("="), EQL_T_ASSIGN, NULL},
    {S_INIT("+"), EQL_T_PLUS, NULL},
    {S_INIT("-"), EQL_T_MINUS, NULL},
    {S_INIT("*"), EQL_T_STAR, NULL},
    {S_INIT("/"), EQL_T_SLASH, NULL},
    {S_INIT("%"), EQL_T_PERCENT, NULL},
    {S_INIT(":"), EQL_T_COLON, NULL},
    {S_INIT(","), EQL_T_COMMA, NULL},
    {S_INIT("."), EQL_T_DOT, NULL},
    {S_INIT("?"), EQL_T_QUESTION, NULL},
    {S_INIT("("), EQL_T_LPAREN, NULL},
    {S_INIT(")"), EQL_T_RPAREN, NULL},
    {S_INIT("["), EQL_T_LBRACKET, NULL},
    {S_INIT("]"), EQL_T_RBRACKET, NULL},
    {S_INIT("|"), EQL_T_PIPE, NULL},
    {S_INIT("!"), EQL_T_NOT, "write 'not'"},
};

static bool lex_operator(struct eql_lexer *l, struct eql_token *t)
{
    str rest = str_slice(l->text, l->at, l->text.len);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        const struct operator_row *row = &operators[i];
        if (!str_starts(rest, row->text)) {
            continue;
        }
        size_t from = l->at;
        l->at += row->text.len;
        *t = (struct eql_token){.kind = row->kind, .text = row->text, .at = span_from(l, from)};
        if (row->hint != NULL && !l->silent) {
            struct diag *item = diag_error(l->diags, l->src, t->at, DIAG_BAD_TOKEN,
                                           "'%.*s' is not an operator of EQL", STR_ARG(row->text));
            diag_hint(l->diags, item, "%s", row->hint);
        }
        return true;
    }
    return false;
}

static bool starts_token(char c)
{
    static const str starts = S_INIT("=!<>&|+-*/%:,.?()[]\"'` \t\r\n");
    return is_name_start(c) || is_digit(c) || str_find_byte(starts, c, 0) != SIZE_MAX;
}

/* What to do about a character that other languages use; NULL for any other. */
static const char *meant_by(uint32_t code)
{
    switch (code) {
    case ';':
        return "a query ends without ';'";
    case '#':
        return "a comment starts with '//'";
    case '\\':
        return "a backslash stands in strings only";
    case '$':
        return "a field is named without '$'; other characters stand in backticks: `$name`";
    case '{':
    case '}':
        return "EQL groups with '(' and ')'";
    case '~':
        return "'~' directly follows a name, 'in', 'like' or 'regex'";
    default:
        return NULL;
    }
}

/* Skips bytes that start no token; one message for all of them. */
static void skip_bad(struct eql_lexer *l)
{
    size_t from = l->at;
    bool pair = str_starts(str_slice(l->text, from, l->text.len), S("&"));
    do {
        l->at++;
    } while (l->at < l->text.len && !starts_token(peek(l, 0)));
    while (l->text.ptr[from] == '#' && l->at < l->text.len && l->text.ptr[l->at] != '\n') {
        l->at++; /* a comment elsewhere: its words are not the query's */
    }
    if (l->silent) {
        return;
    }
    str shown = str_slice(l->text, from, l->at);
    size_t first = 0;
    uint32_t code = utf8_next(shown, &first);
    span at = {(uint32_t)from, (uint32_t)(from + first)};
    if (code < 0x20 || code == 0x7f) {
        diag_error(l->diags, l->src, at, DIAG_BAD_TOKEN, "unexpected control character U+%04X",
                   (unsigned)code);
        return;
    }
    const char *meant = meant_by(code);
    struct diag *item =
        diag_error(l->diags, l->src, at, DIAG_BAD_TOKEN, "unexpected character '%.*s'",
                   STR_ARG(str_slice(shown, 0, first)));
    if (code == 0x201c || code == 0x201d || code == 0x2018 || code == 0x2019) {
        diag_hint(l->diags, item, "strings stand in plain double quotes: \"text\"");
    } else if (pair) {
        diag_hint(l->diags, item, "write 'and'");
    } else if (meant != NULL) {
        diag_hint(l->diags, item, "%s", meant);
    }
}

struct eql_token eql_lex(struct eql_lexer *l)
{
    for (;;) {
        skip_blank(l);
        struct eql_token t = {.kind = EQL_T_END, .at = span_from(l, l->at)};
        if (l->at >= l->text.len) {
            return t;
        }
        char c = peek(l, 0);
        if (is_name_start(c)) {
            return lex_name(l);
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) {
            return lex_number(l);
        }
        if (eql_lex_string(l, &t) || lex_operator(l, &t)) {
            return t;
        }
        skip_bad(l);
    }
}
