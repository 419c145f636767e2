/* SPDX-License-Identifier: Apache-2.0 */
/* Raw records to ECS documents, in input order, one a record; a record that is dropped or rejected is reported in its place. The result is the same for any number of threads. */
#ifndef POSTERN_RUN_NORMALIZE_H
#define POSTERN_RUN_NORMALIZE_H

#include "run/hunt.h"

struct normalize_options {
    struct record_reader_options reader;
    bool whole; /* every top-level value is a record (--dataset) */
    const str *tags;
    size_t n_tags;
    bool
        bulk; /* documents as Elasticsearch's _bulk takes them: a line with index and id, the document; nothing for dropped and rejected records */
    bool explain;            /* instead of a document: how it was made, as text */
    str ingested;            /* event.ingested of every document, or empty: none */
    unsigned threads;        /* 0: one a processor */
    const atomic_bool *stop; /* becomes non-zero: end; may be NULL */
};

/* One record and what became of it. */
struct normalized_record {
    str file;
    uint64_t record; /* its number in the file */
    uint64_t line;
    uint64_t at; /* of a rejected one: byte offset of the error in the whole file */
    enum record_kind kind;
    const char *why; /* there is none */
};

struct normalize_sink {
    void *user;
    /* False stops, when the text up to this record was handed on. */
    bool (*record)(void *user, const struct normalized_record *r);
    /* Lines of output, each ended, of the records told of since the last text; "null" for one without a document. False stops. */
    bool (*text)(void *user, str text);
    void (*file)(void *user, str file, bool named, enum hunt_file_state state, str why);
};

/* Counts go into `stats` as for a hunt. */
bool normalize_run(const struct walk_list *files, const struct normalize_options *options,
                   const struct normalize_sink *sink, struct hunt_stats *stats, struct arena *a,
                   struct error *e);

#endif
