/* SPDX-License-Identifier: Apache-2.0 */
/* The quoted tokens of EQL: strings, raw strings, quoted names, and the old forms. */
#ifndef POSTERN_LANG_EQL_LEX_STRING_H
#define POSTERN_LANG_EQL_LEX_STRING_H

#include "lang/eql_lex.h"

/* Reads a quoted token at the lexer's place; false, nothing moved, when there is none. A wrong one
 * is reported and comes out all the same, as far as it could be read. */
bool eql_lex_string(struct eql_lexer *l, struct eql_token *t);

#endif
