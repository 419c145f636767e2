/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of form that a grammar cannot say: numbers of arguments, of join keys, of stages. */
#ifndef POSTERN_LANG_EQL_SHAPE_H
#define POSTERN_LANG_EQL_SHAPE_H

#include "lang/eql_ast.h"

/* Reports every breach. They count as parse errors, as in Elasticsearch. */
void eql_shape(const struct eql_ast *ast, const struct diag_source *src, struct diags *d);

#endif
