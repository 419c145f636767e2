/* SPDX-License-Identifier: Apache-2.0 */
/* Samples (section 13 of the EQL semantics): for a key, one event per filter, time ignored. Per key and filter only as many events are kept as can be chosen. One thread. */
#ifndef POSTERN_ENGINE_SAMPLE_H
#define POSTERN_ENGINE_SAMPLE_H

#include "engine/join.h"
#include "engine/pool.h"

struct sample_match {
    str key;                 /* for join_key_next */
    const uint64_t *handles; /* one a filter */
    uint32_t n;
};

struct sample_options {
    uint32_t filters;
    uint64_t per_key; /* samples of one key at most; 0: 1 */
    size_t max_keys;  /* 0: any number. Past it new keys are not opened */
};

struct sample_sink {
    void *user;
    /* False: enough. The match is valid during the call. */
    bool (*match)(void *user, const struct sample_match *m);
    /* As in struct sequence_sink. */
    void (*hold)(void *user, uint64_t handle);
};

struct sample_stats {
    size_t open_keys;
    uint64_t dropped_keys;
};

struct sample;

/* `pool` is borrowed. */
struct sample *sample_new(struct pool *pool, const struct sample_options *options,
                          const struct sample_sink *sink);
void sample_free(struct sample *s);

/* The next event in input order. */
void sample_event(struct sample *s, const struct join_offer *offers, size_t n, uint64_t handle);
/* Sends the samples of all keys, keys ascending. */
void sample_finish(struct sample *s);

struct sample_stats sample_stats(const struct sample *s);

#endif
