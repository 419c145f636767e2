/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt: rules over files, batch. Wires input, framing, sources and engine together, owns threads and queues, and keeps the books: every item of every input is evaluated, passed over or rejected, and every
 * input is read, unreadable, truncated, or no log. Matches arrive at the sink in the order asked for, the same for any number of threads. */
#ifndef POSTERN_RUN_HUNT_H
#define POSTERN_RUN_HUNT_H

#include <stdatomic.h>

#include "input/walk.h"
#include "run/search.h"
#include "run/sequencer.h"

enum hunt_order {
    HUNT_BY_TIME, /* @timestamp (missing first), file, record, rule; sorted on disk past the memory cap */
    HUNT_BY_INPUT, /* as found: streams */
};

struct hunt_event {
    str file; /* as given or found */
    uint64_t record, offset;
    str timestamp; /* the document's @timestamp, empty when it has none */
    str dataset;
    str document; /* JSON text */
};

struct hunt_match {
    uint32_t rule;           /* index into ruleset_rules */
    struct hunt_event event; /* of several: the last of a sequence, the latest of a sample */
    /* A sequence or sample: its events in order (a missing one has no place), and its join keys as a JSON array, or empty. */
    const struct hunt_event *events;
    size_t n_events; /* 0: `event` alone */
    str join_keys;
};

struct hunt_rejection {
    str file;
    uint64_t record, offset, at, line;
    const char *reason;
    str bytes; /* of the record, when options.keep_rejected */
};

enum hunt_file_state {
    HUNT_FILE_READ,
    HUNT_FILE_EMPTY,
    HUNT_FILE_NOT_LOG,    /* holds nothing that a source knows */
    HUNT_FILE_UNREADABLE, /* could not be opened or read; what was read before counts */
    HUNT_FILE_TRUNCATED, /* a compressed stream ended early or is broken; what was decoded before counts */
};

struct hunt_stats {
    uint64_t files_read, files_empty, files_not_log, files_unreadable, files_truncated;
    uint64_t named_not_log;         /* of files_not_log: given on the command line */
    struct record_counts *datasets; /* one a source, then one for "no data set known" */
    size_t n_datasets;
    uint64_t records;
    uint64_t
        unparsed; /* records that the prefilter proved to match nothing: evaluated, not validated, in no data set */
    uint64_t unknown;          /* of those passed over: items that no source knows */
    uint64_t matched_records;  /* by rules of one event */
    uint64_t sequence_matches; /* by rules over several events */
    uint64_t *rule_matches;    /* one a rule */
    size_t n_rules;
    uint64_t bytes;             /* decompressed */
    uint64_t input_bytes;       /* as stored */
    uint64_t total_input_bytes; /* of all inputs, 0 when not known */
    struct evaluator_limits limits;
    struct sequencer_stats sequences; /* of rules over several events */
    bool sequences_left_out;          /* they were not run, since the input was not read whole */
    size_t sorted_runs;               /* written to disk */
    uint64_t parts_again;             /* parts of large files that were read a second time */
    int64_t nanoseconds;
    bool interrupted;
};

/* What a hunt tells. Every function may be NULL. All are called from the thread that called hunt_run. */
struct hunt_sink {
    void *user;
    /* False stops the hunt (closed pipe, full disk). */
    bool (*match)(void *user, const struct hunt_match *m);
    bool (*rejection)(void *user, const struct hunt_rejection *r);
    /* A file that was not simply read; `why` is one line, or empty. */
    void (*file)(void *user, str file, bool named, enum hunt_file_state state, str why);
    /* Called after every block. */
    void (*progress)(void *user, const struct hunt_stats *s);
    /* Called by a hunt that follows whenever it has looked at all inputs. False stops the hunt. */
    bool (*looked)(void *user);
};

/* For a hunt that follows: where files may appear. All borrowed. */
struct hunt_watch {
    const str *paths; /* as named by the user: folders, patterns, names where nothing is yet */
    size_t n_paths;
    const int *own; /* descriptors of files we write, which are not read */
    size_t n_own;
    struct walk_list *files; /* the list given to hunt_run: new files are appended, in `arena` */
    struct arena *arena;
};

struct hunt_options {
    struct search_options search;
    enum hunt_order order;
    unsigned
        threads; /* that read and search, beside the caller's; 1: the caller's alone; 0: one a processor */
    size_t
        blocks; /* of findings in memory at once, with several threads; 0: as many as keep them busy */
    size_t
        block_memory; /* bytes of records and documents in blocks from which on reading waits for merging, with several threads; 0: 64 MiB */
    size_t
        part; /* stored bytes of a large file of lines that a thread reads before it asks again, with several threads; 0: 8 MiB */
    size_t
        max_memory; /* for matches to be sorted and events kept; 0: 1 GiB, of which matches of one event take 64 MiB */
    size_t max_keys; /* join keys open at once in one rule; 0: any number */
    /* Reads on when files grow, until all inputs that cannot grow have ended and there is no other, or *stop. Matches come as they are decided: order and threads mean nothing. */
    bool follow;
    struct hunt_watch watch; /* with `follow` */
    int64_t lateness;        /* of events behind the newest, nanoseconds; with `follow` */
    struct profile *
        profile; /* gets what all threads booked, with ruleset_rules; not with `follow`; NULL: nothing is booked */
    const atomic_bool *stop; /* becomes true: finish the block and end; may be NULL */
};

/* Runs over the files in order. `stats` is filled (arrays in `a`). False only when the world failed in a way that ends the hunt (a temporary file, the sink); e says why. */
bool hunt_run(const struct walk_list *files, const struct hunt_options *options,
              const struct hunt_sink *sink, struct hunt_stats *stats, struct arena *a,
              struct error *e);

#endif
