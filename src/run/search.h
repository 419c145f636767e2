/* SPDX-License-Identifier: Apache-2.0 */
/* Frames in, findings out: the part of a hunt that a worker does alone. A searcher is one thread's (record reader, scanner, arenas); a findings list is what it made of a run of frames, and is merged in input order
 * by the hunt, so that the number of workers cannot be seen in the result. */
#ifndef POSTERN_RUN_SEARCH_H
#define POSTERN_RUN_SEARCH_H

#include "base/buf.h"
#include "run/profile.h"
#include "run/survivor.h"
#include "sources/source.h"
#include "value/json_frame.h"

/* One match of one rule. Texts are in findings.bytes. */
struct finding {
    uint32_t rule;
    uint32_t dataset_len, timestamp_len; /* timestamp_len 0: the document has none */
    bool has_time;                       /* the rule's timestamp field has a value */
    int64_t time;                        /* that value */
    uint64_t record;                     /* counted from the first frame of this list */
    uint64_t offset;
    size_t text, text_len; /* dataset, @timestamp and the document's JSON, one after another */
};

/* One record that was not read. */
struct rejection {
    uint64_t record; /* counted from the first frame of this list */
    uint64_t offset; /* of the record */
    uint64_t at;     /* of the error */
    uint64_t line;
    const char *reason;    /* a literal */
    bool cut;              /* the input ended inside it */
    size_t text, text_len; /* its bytes (of a too large one the first), only when they are kept */
};

struct record_counts {
    uint64_t evaluated, passed, rejected;
};

/* A record later than all before it in its findings, by the timestamp of one order of the rule set. */
struct tick {
    uint64_t record;
    uint32_t order;
    int64_t time;
};

struct findings {
    struct buf bytes;
    struct survivor *survivors; /* for the rules over several events */
    size_t n_survivors, cap_survivors;
    struct tick *ticks; /* only when wanted */
    size_t n_ticks, cap_ticks;
    struct finding *matches;
    size_t n_matches, cap_matches;
    struct rejection *rejections;
    size_t n_rejections, cap_rejections;
    struct record_counts *datasets; /* one a source, then one for "no data set known" */
    size_t n_datasets;
    uint64_t records; /* numbered items */
    uint64_t
        recognised; /* of them: evaluated, passed over by a source that knows them, or broken JSON objects */
    uint64_t unknown;    /* passed over because no source knows them */
    size_t why, why_len; /* of the first of those, in bytes */
    uint64_t matched;    /* records with at least one match */
    uint64_t unparsed;   /* records that the prefilter proved to match nothing */
};

void findings_init(struct findings *f);
void findings_deinit(struct findings *f);
/* Empties it for the next run of frames. */
void findings_clear(struct findings *f);
/* `n` records that the prefilter skipped stand here in the input. */
void findings_skip(struct findings *f, uint64_t n);

struct search_options {
    const struct ruleset *rules;
    const struct source_plan *plan; /* over ruleset_fields */
    struct record_reader_options reader;
    struct time_range range;
    bool keep_rejected; /* keep the bytes of rejected records */
    bool no_prefilter;  /* parse and validate every record (implied by keep_rejected) */
    bool
        no_documents; /* texts of matches and survivors are empty: only their number is asked for */
    bool no_times;    /* nobody asks for the times of matches; not with a range */
    bool ticks;       /* note the times of records, for a stream */
};

struct searcher;

struct searcher *searcher_new(const struct search_options *options);
void searcher_free(struct searcher *s);
/* Takes one frame apart, matches its records, appends to `out`. */
void searcher_frame(struct searcher *s, const struct frame *frame, struct findings *out);
/* The same with the index that was made as it was framed (feed_index); NULL: there is none. */
void searcher_indexed_frame(struct searcher *s, const struct frame *frame,
                            const struct frame_index *index, struct findings *out);
struct evaluator_limits searcher_limits(const struct searcher *s);
/* Books its time there from now on; NULL: nowhere. */
void searcher_profile(struct searcher *s, struct profile *p);

#endif
