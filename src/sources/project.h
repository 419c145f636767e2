/* SPDX-License-Identifier: Apache-2.0 */
/* One recognised record as an event: slot values computed from captures on demand (project.c), and the whole document (document.c). Both run the bound rows of the plan. Belongs to one
 * record reader; everything it makes lives in the event arena. */
#ifndef POSTERN_SOURCES_PROJECT_H
#define POSTERN_SOURCES_PROJECT_H

#include "sources/slot_memo.h"

/* A value kept for the rest of the event: valid when its stamp is the event's. */
struct kept {
    const struct json *node;
    uint64_t stamp;
};

struct projection {
    struct event event; /* first: struct event * is cast back */
    const struct source_plan *plan;
    const struct bound_source *source;
    struct json_capture *
        *captures; /* of plan->trie, or of plan->ecs_trie for a finished document */
    const struct bound_source
        *whole; /* `inputs` are what its rows read, taken from `text`; NULL: they are not */
    struct json_values inputs;               /* by capture of a document_trie */
    struct json_capture **document_captures; /* of the source's document_trie */
    struct kept *nodes;                      /* of captures */
    struct kept *values;                     /* of rows */
    struct value *singles;                   /* of slots that have one */
    struct slot_memo *memo;                  /* NULL: no slot is remembered */
    struct values *
        *slots; /* event.slots of each source: what is the same in all its records stays */
    uint64_t stamp;
    str text;          /* of the record, as it is read */
    str original;      /* event.original: that, or the row it was made from */
    struct json *tree; /* of the record, converted and cleaned; NULL until needed */
    bool escaped;      /* there may be a backslash in it; projection_begin sets it */
    bool from_tree;    /* captures were taken from `tree` */
    struct json *document;
    struct json **parents; /* of its draft */
    struct enrichment *enrichment;
    struct row_input input; /* of the row that runs: what all rows of the event share stays in it */
};

void projection_init(struct projection *p, const struct source_plan *plan, struct arena *permanent,
                     struct arena *event_arena);
void projection_deinit(struct projection *p);
/* A new event of `source`; captures are filled, `tree` is set when they come from one. `known`: what is known of its slots, or NULL. */
void projection_begin(struct projection *p, const struct bound_source *source, str text,
                      struct json *tree, const struct slot_bits *known);
/* What is known of the slots of a record of `source` in which exactly those captures are met that json_scan_met lists; as many words as the slots take. */
void projection_slots(const struct source_plan *plan, const struct bound_source *source,
                      const uint32_t *met, size_t n_met, struct slot_bits *out);
/* The document; made once an event. */
struct json *projection_document(struct projection *p);

/* The record's tree, cleaned when the source says so; made once an event. */
struct json *projection_tree(struct projection *p);

/* Writes documents without making trees of them; one thread's. */
struct document_writer;
struct document_writer *document_writer_new(const struct source_plan *plan,
                                            const struct enrichment *enrichment);
void document_writer_free(struct document_writer *w);
/* Runs the rows for the event of `p`, once an event. `scanner` is the one that passed the record last. False when this document must be made as a tree. */
bool document_begin(struct document_writer *w, struct projection *p, struct json_scanner *scanner);
/* Of the document begun: a field's value, NULL for none; lives as long as the event. */
const struct json *document_known(const struct document_writer *w, enum document_known which);
/* Of the document begun: the values at the paths of the document trie as the record has them, those that count as empty with type JSON_NULL and their text. NULL when they are not known so. */
const struct json *const *document_found(const struct document_writer *w);
/* The document begun as JSON text, appended to `out`, with event.ingested set to `ingested` (empty: not) unless a row makes it. */
void document_write(struct document_writer *w, str ingested, struct buf *out);

/* The value at a capture as a node, cleaned when the source says so; NULL for none. `keep` NULL: not cached. */
const struct json *projection_node(struct projection *p, struct json_capture *const *captures,
                                   uint32_t i, struct kept *keep);
/* The value of a row from its inputs' captures; NULL for none. Not for ROW_REST. */
const struct json *projection_row(struct projection *p, const struct bound_row *b,
                                  struct json_capture *const *captures, const uint32_t *in,
                                  struct kept *keep);
/* The value of a ROW_REST row. Once the document was made. */
const struct json *projection_rest(struct projection *p);
/* Why the record is dropped, or NULL. */
const char *projection_drop(struct projection *p);

/* A document being made. */
struct draft {
    struct json *root;
    struct json *
        *parents; /* objects that rows have put fields in, by bound_row.parent; NULL: not kept */
    size_t n_parents;
    struct arena *arena;
};

/* Puts a row's value into a document: nested objects on the way, the first value wins, ROW_APPEND collects. */
void document_put(struct draft *d, const struct bound_row *b, const struct json *value);
/* A list (NULL: a new one) with one more value of a ROW_APPEND row, each once. */
struct json *document_collect(const struct json *list, const struct json *value, struct arena *a);

/* The scalars of `node` (arrays flattened; objects skipped, or flattened for a field with `leaves`) as typed values of a field. */
struct values node_values(const struct json *node, const struct field_format *format,
                          struct arena *a);

#endif
