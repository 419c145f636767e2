/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that the canonical text and the tree print alike. */
#ifndef POSTERN_LANG_EQL_PRINT_PART_H
#define POSTERN_LANG_EQL_PRINT_PART_H

#include "base/buf.h"
#include "lang/eql_ast.h"

/* null, true, digits as written, or a quoted string. */
void eql_print_constant(const struct eql_node *node, struct buf *out);
/* A string in double quotes with every escape it needs. */
void eql_print_string(str s, struct buf *out);
/* A field's name, in backticks where it must be. */
void eql_print_name(str name, struct buf *out);
/* A part of a query as canonical text on one line. */
void eql_print_node(const struct eql_node *node, struct buf *out);
void eql_print_category(const struct eql_term *term, struct buf *out);
void eql_print_keys(const struct eql_keys *keys, struct buf *out);

#endif
