/* SPDX-License-Identifier: Apache-2.0 */
/* The text between the values of a document. It depends on which rows gave the document's fields and on nothing else, so it is made once for each such set of rows: `{"@timestamp":`, VALUE,
 * `,"event":{"action":`, VALUE, … `}}`. Logs have some hundred sets. Belongs to one thread. */
#ifndef POSTERN_SOURCES_DOCUMENT_SHAPE_H
#define POSTERN_SOURCES_DOCUMENT_SHAPE_H

#include "sources/plan.h"

/* Bytes that may be read behind the literals. */
enum { LITERAL_SPARE = 64 };

/* The literal before a value, which shapes share, and where the value is: at a capture of the document trie, or hanging on a planned node. */
struct document_piece {
    const char *literal;
    uint32_t length;  /* of it */
    uint32_t capture; /* or NO_CAPTURE */
    uint16_t node;
    bool merged; /* that node is */
};

struct document_shape {
    const struct bound_source *source;
    const uint64_t *rows; /* the set; bit n_rows of the source stands for event.ingested */
    struct document_piece *pieces;
    size_t n_pieces;
    str end;          /* what stands behind the last value */
    size_t n_literal; /* bytes of all literals */
};

struct document_shapes;

struct document_shapes *document_shapes_new(void);
void document_shapes_free(struct document_shapes *s);
/* The shape of a set of rows, members in the order in which rows of ascending number made them. Valid until the next call. */
const struct document_shape *document_shape_of(struct document_shapes *s,
                                               const struct bound_source *source,
                                               const uint64_t *rows);

#endif
