/* SPDX-License-Identifier: Apache-2.0 */
/* What rows gave for texts seen lately: for rows of few different inputs (ROW_FEW), such as the parts of user agents, each of which would be looked up, built and escaped anew for every
 * record. The latest text of a place stays, with the values of all rows that read it. Belongs to one thread. */
#ifndef POSTERN_SOURCES_ROW_MEMO_H
#define POSTERN_SOURCES_ROW_MEMO_H

#include "sources/row.h"

struct row_memo;

/* For rows numbered below `n_rows`; those that read the same value should have numbers side by side. */
struct row_memo *row_memo_new(size_t n_rows);
void row_memo_free(struct row_memo *m);
/* Between records: what was remembered may be forgotten here, and only here. */
void row_memo_begin(struct row_memo *m);
/* True when the row's value for the input `in` (NULL: none) is remembered. It lives until the next row_memo_begin. */
bool row_memo_find(struct row_memo *m, size_t row, const struct json *in,
                   const struct json **value);
/* The row's value for r->in[0], which lives until the next row_memo_begin, or in r->arena. */
const struct json *row_memo_value(struct row_memo *m, size_t row, const struct row_input *r);

#endif
