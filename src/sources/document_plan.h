/* SPDX-License-Identifier: Apache-2.0 */
/* The document of one source, planned: every object and field that its rows may make, as nodes whose keys are JSON text already; which rows need not run because nothing they read is
 * there; which give the same for every record. Made from the bound rows once, frozen, shared. document_write.c writes records by it; document.c makes the same document as a tree and
 * knows nothing of it. */
#ifndef POSTERN_SOURCES_DOCUMENT_PLAN_H
#define POSTERN_SOURCES_DOCUMENT_PLAN_H

#include "sources/source.h"

struct bound_source;

/* An object or a field of the document. */
struct planned_node {
    str key;         /* as it is written behind another member: ,"name": */
    str name;        /* not escaped */
    uint16_t parent; /* node 0 is the document */
    bool merged;     /* rows meet in or below this field: they make a tree together */
    const str *path; /* of a merged one: n_path keys from the document down to it */
    size_t n_path;
    const struct json *
        constant; /* what every document that has the field has in it, with its text; NULL: it varies */
    uint32_t
        capture; /* of the document trie, whose value is the field's as it is; NO_CAPTURE: a row gives it */
};

/* Fields that others ask for: event.ingested, which is added; those that are read out of a document begun. */
enum document_known {
    KNOWN_INGESTED,
    KNOWN_TIMESTAMP,
    KNOWN_DATASET,
    KNOWN_STREAM_DATASET,
    KNOWN_STREAM_NAMESPACE,
    KNOWN_FIELDS
};

/* A row as the writer runs it: what it needs stands in one line of a core's cache. */
struct planned_row {
    row_fn *fn; /* NULL: the first input as it is */
    const struct row *row;
    const struct json *constant; /* the value for every record, with its text; NULL: it varies */
    uint32_t in[ROW_INPUTS];     /* captures of the document trie */
    uint16_t node;
    uint8_t n_in;
    bool few, append, merged, rest;
};

struct document_plan {
    struct planned_row *rows; /* by number */

    struct planned_node *nodes; /* none: documents of this source are made as trees only */
    size_t n_nodes;
    uint16_t known[KNOWN_FIELDS]; /* nodes, none of which is merged or lies in a value */
    bool merges;                  /* there is a merged node */
    size_t n_words;               /* of a set of rows: bit i % 64 of word i / 64 is row i */
    uint64_t *always;             /* rows to run for every record */
    uint64_t *
        silent; /* rows that need not run when they are in the set: their nodes have a constant or a capture */
    uint64_t *readers; /* n_words for each capture of the document trie: the rows that read it */
};

/* Plans for the rows bound in `s`, with what is kept in `a`. */
void document_plan_bind(struct bound_source *s, struct arena *a);

#endif
