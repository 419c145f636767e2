/* SPDX-License-Identifier: Apache-2.0 */
/* EQL text to AST to IR. Stages: eql_lex.c → eql_parse.c → eql_check.c → eql_lower.c; each prints itself. Several diagnostics a run. Limits: text 1 MiB, nesting 200 (the deepest published rule has 28).
 * The law is docs/internals/eql.md. */
#ifndef POSTERN_LANG_EQL_H
#define POSTERN_LANG_EQL_H

#include "ir/ir.h"

struct eql_ast; /* lang/eql_ast.h */

struct eql_options {
    str event_category_field; /* empty: "event.category" */
    str timestamp_field;      /* empty: "@timestamp" */
    str tiebreaker_field;     /* empty: none */
    bool catalogue_only;      /* reserved; zero */
};

/* Text to AST; NULL after at least one error was added. `text` is the query itself: spans are offsets in it and src->map leads to the file (src->text is the file). Fields need not exist. */
struct eql_ast *eql_parse(str text, const struct diag_source *src, struct arena *a,
                          struct diags *d);

/* AST to checked IR over the fields of `schema`; NULL after at least one error. Sequences and samples are lowered too: whether they can be run is for the engine to say. */
struct ir_query *eql_compile(const struct eql_ast *ast, const struct eql_options *options,
                             struct schema *schema, const struct diag_source *src, struct arena *a,
                             struct diags *d);

/* The AST as an indented tree (for --stage=ast and golden tests); the query in canonical EQL text (parse → print → parse is the identity). */
void eql_print_ast(const struct eql_ast *ast, struct buf *out);
void eql_print(const struct eql_ast *ast, struct buf *out);
/* The same in lines of about 100 bytes where one does not hold it (`postern fmt`); no line break at the end. Comments are not in the tree: ast->n_comments says how many were left out. */
void eql_print_lines(const struct eql_ast *ast, struct buf *out);

#endif
