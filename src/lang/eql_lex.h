/* SPDX-License-Identifier: Apache-2.0 */
/* EQL text to tokens, one at a time. Wrong tokens are reported here and repaired or skipped, so the
 * parser sees only good ones. */
#ifndef POSTERN_LANG_EQL_LEX_H
#define POSTERN_LANG_EQL_LEX_H

#include "base/diag.h"

enum eql_token_kind {
    EQL_T_END,
    EQL_T_IDENT,  /* text: the name; fold: written NAME~ */
    EQL_T_QUOTED, /* text: what stands between the backticks */
    EQL_T_INTEGER,
    EQL_T_DECIMAL,
    EQL_T_STRING, /* text: decoded */
    EQL_T_EQ,
    EQL_T_NE,
    EQL_T_LT,
    EQL_T_LE,
    EQL_T_GT,
    EQL_T_GE,
    EQL_T_ASSIGN,
    EQL_T_PLUS,
    EQL_T_MINUS,
    EQL_T_STAR,
    EQL_T_SLASH,
    EQL_T_PERCENT,
    EQL_T_COLON,
    EQL_T_COMMA,
    EQL_T_DOT,
    EQL_T_QUESTION,
    EQL_T_LPAREN,
    EQL_T_RPAREN,
    EQL_T_LBRACKET,
    EQL_T_MISSING, /* ![ */
    EQL_T_RBRACKET,
    EQL_T_PIPE,
    /* Keywords, in the order of the keyword table. */
    EQL_T_AND,
    EQL_T_ANY,
    EQL_T_BY,
    EQL_T_FALSE,
    EQL_T_IN,
    EQL_T_JOIN,
    EQL_T_LIKE,
    EQL_T_MAXSPAN,
    EQL_T_NOT,
    EQL_T_NULL,
    EQL_T_OF,
    EQL_T_OR,
    EQL_T_REGEX,
    EQL_T_SAMPLE,
    EQL_T_SEQUENCE,
    EQL_T_TRUE,
    EQL_T_UNTIL,
    EQL_T_WHERE,
    EQL_T_WITH,
};

struct eql_token {
    enum eql_token_kind kind;
    bool fold; /* EQL_T_IDENT, EQL_T_IN, EQL_T_LIKE, EQL_T_REGEX: written with ~ */
    span at;
    str text;
    int64_t integer; /* EQL_T_INTEGER */
    double real;     /* EQL_T_DECIMAL */
};

struct eql_lexer {
    str text;
    size_t at;
    const struct diag_source *src;
    struct arena *arena;
    struct diags *diags;
    bool silent; /* report nothing more */
    uint32_t n_comments;
};

/* The next token. Decoded text lives in the arena, the rest is borrowed from the text. */
struct eql_token eql_lex(struct eql_lexer *l);

/* Whether `s` is an identifier that is no keyword; whether it is a keyword. */
bool eql_is_plain_name(str s);
bool eql_is_keyword(str s);
/* The keyword that `s` would be in lower case ("AND"); empty when there is none. */
str eql_keyword_meant(str s);

#endif
