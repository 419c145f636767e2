/* SPDX-License-Identifier: Apache-2.0 */
/* The stateful stage: survivors in, matches of several events out. It owns a machine a rule, what they remember, and the texts of the events they hold.
 *  - Batch: survivors are sorted by time (on disk past a cap) whatever the order of the files, and run through the machines once all are there.
 *  - Stream: survivors wait until the watermark, the newest time seen less the lateness, has passed them; matches come out as they are decided.
 * One thread. */
#ifndef POSTERN_RUN_SEQUENCER_H
#define POSTERN_RUN_SEQUENCER_H

#include "base/error.h"
#include "run/search.h"

struct sequencer_options {
    const struct ruleset *rules;
    size_t memory;   /* bytes of survivors and texts to hold; at least 1 KiB is used */
    size_t max_keys; /* join keys open at once in one rule; 0: any number */
    bool stream;
    int64_t lateness; /* nanoseconds, of a stream */
};

/* One event of a match. */
struct sequencer_event {
    uint32_t file;
    uint64_t record, offset;
    str dataset, timestamp, document;
};

struct sequencer_match {
    uint32_t rule;
    const struct sequencer_event *events; /* without missing ones */
    uint32_t n;
    uint32_t
        anchor; /* the one whose time the match has: the last event of a sequence, the latest of a sample */
    bool has_time;
    int64_t time;    /* of the anchor, by the rule's timestamp field */
    uint64_t serial; /* orders matches of a rule that end with one event */
    str key;         /* for join_key_next */
};

struct sequencer_sink {
    void *user;
    /* False ends the run; e may say why. The match is valid during the call. */
    bool (*match)(void *user, const struct sequencer_match *m, struct error *e);
};

struct sequencer_stats {
    uint64_t survivors;
    uint64_t late;         /* behind the watermark: not taken */
    uint64_t dropped_keys; /* by max_keys */
    uint64_t cut;          /* events with more combinations of join keys than JOIN_OFFERS_MAX */
    size_t peak_keys;      /* of the rule with the most */
    size_t state_bytes;    /* of the machines, now */
    bool spilled;
};

struct sequencer;

struct sequencer *sequencer_new(const struct sequencer_options *options,
                                const struct sequencer_sink *sink);
void sequencer_free(struct sequencer *s);

/* Takes a survivor of record `record` of file `file`; records of a file come in order. `head` and `text` are its bytes. False: stop (e filled, or the sink said so). */
bool sequencer_add(struct sequencer *s, const struct survivor *v, str head, str text, uint32_t file,
                   uint64_t record, struct error *e);
/* Takes all survivors of the findings, and in a stream their ticks, record by record; `first` is the number of the findings' first record in its file. */
bool sequencer_take(struct sequencer *s, const struct findings *f, uint32_t file, uint64_t first,
                    struct error *e);
/* Stream: a record of that time was seen, by the timestamp of `order`. */
bool sequencer_tick(struct sequencer *s, uint32_t order, int64_t time, struct error *e);
/* Stream: times past the ceiling do not move the clock beyond it, so that one event with a time far in the future does not make all others late. At first there is none. */
void sequencer_ceiling(struct sequencer *s, int64_t time);
/* Stream: no event before `time` will come, whatever was seen. */
bool sequencer_advance(struct sequencer *s, int64_t time, struct error *e);
/* The input is complete: runs what waits, and decides what is open. */
bool sequencer_finish(struct sequencer *s, struct error *e);

struct sequencer_stats sequencer_stats(const struct sequencer *s);

#endif
