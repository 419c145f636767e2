/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of sequences and missing events (sections 11 and 12 of the EQL semantics), for files and streams alike. Events enter in the order of section 10 with the clauses they satisfy, the keys they offer
 * and a handle; the clock is an input; matches come out as handles and keys. It knows no document and no file.
 *
 * Per open key it keeps at most one partial match a slot, and the matches that wait for a trailing missing event. A partial is never moved in time: it stands in a queue by the time of its first event, from which it
 * is dropped once the clock has passed its maxspan, so that what an event finds is always still in time. Taking an event is O(1) in the number of keys. One thread. */
#ifndef POSTERN_ENGINE_SEQUENCE_H
#define POSTERN_ENGINE_SEQUENCE_H

#include "engine/join.h"
#include "engine/pool.h"

/* A sequence with its runs written out. Frozen, in the arena of the rule set. */
struct sequence_form {
    uint32_t n;      /* places that an event fills, at least one */
    uint8_t *clause; /* which clause fills place 1 + i */
    uint64_t *
        gap; /* clauses that must not occur: [0] before place 1, [i] between places i and i + 1, [n] after place n; n + 1 of them */
    uint64_t until;    /* its bit, or 0 */
    int64_t maxspan;   /* nanoseconds, 0: none */
    uint32_t n_places; /* with the missing ones */
    bool *missing;     /* of each of those */
};

enum { SEQUENCE_PLACES_MAX = UINT16_MAX };

/* False when it has more than SEQUENCE_PLACES_MAX places. The query has at most CLAUSES_MAX clauses. */
bool sequence_form_init(struct sequence_form *form, const struct ir_query *q, struct arena *a);

struct sequence_match {
    str key;                 /* for join_key_next */
    const uint64_t *handles; /* of the n events */
    uint32_t n;
    uint64_t
        number; /* counts completions: ascending it is the order of section 11, in which matches that wait are overtaken */
    int64_t first, last; /* times of the first and the last event */
};

/* What becomes of a partial or whole match. */
enum sequence_action {
    SEQUENCE_STARTED,
    SEQUENCE_ADVANCED,
    SEQUENCE_REPLACED, /* a newer one takes its place: it is gone */
    SEQUENCE_EXPIRED,  /* the clock has passed its maxspan */
    SEQUENCE_KILLED,   /* by until */
    SEQUENCE_BROKEN, /* a missing event occurred between its events: it goes on, but never matches */
    SEQUENCE_REFUSED,   /* complete, but a missing event occurred */
    SEQUENCE_WAITS,     /* complete, until no trailing missing event can come any more */
    SEQUENCE_DISCARDED, /* a trailing missing event came while it waited */
    SEQUENCE_DROPPED,   /* with its key, by max_keys */
    SEQUENCE_MATCHED
};

struct sequence_trace {
    enum sequence_action action;
    str key;
    const uint64_t *handles; /* of its events, `n` of them filled places */
    uint32_t n;
    int64_t first; /* time of its first event */
};

struct sequence_sink {
    void *user;
    /* The match is valid during the call. */
    void (*match)(void *user, const struct sequence_match *m);
    /* The machine begins to keep an event's handle, and lets go of it again; once each for every place it is kept in. May be NULL. */
    void (*hold)(void *user, uint64_t handle);
    void (*release)(void *user, uint64_t handle);
    /* For postern explain; NULL otherwise. Valid during the call. */
    void (*trace)(void *user, const struct sequence_trace *t);
};

struct sequence_options {
    size_t
        max_keys; /* open at once; 0: any number. Past it the key with the oldest unfinished match is dropped */
};

struct sequence_stats {
    size_t open_keys, peak_keys;
    uint64_t dropped_keys; /* by max_keys */
    size_t table_bytes;    /* besides the pool */
};

struct sequence;

/* `form` and `pool` are borrowed; several machines may share a pool. */
struct sequence *sequence_new(const struct sequence_form *form, struct pool *pool,
                              const struct sequence_options *options,
                              const struct sequence_sink *sink);
/* Lets go of nothing: the pool and the handles' owner go with it. */
void sequence_free(struct sequence *s);

/* The clock reads `now`, and no event before it will come: drops what is out of time, sends the matches whose missing event can no longer occur. Going back is ignored. */
void sequence_advance(struct sequence *s, int64_t now);
/* One event. Times never descend; the clock is moved to the event's. */
void sequence_event(struct sequence *s, int64_t time, const struct join_offer *offers, size_t n,
                    uint64_t handle);
/* There will be no more events: every waiting match is sent. */
void sequence_finish(struct sequence *s);

struct sequence_stats sequence_stats(const struct sequence *s);

#endif
