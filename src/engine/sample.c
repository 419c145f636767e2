/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates per key and filter, then a choice by backtracking. Of F filters and M samples a key can only ever use the first F - 1 + M candidates of a filter: the other filters take F - 1 of them at most, and each
 * that is left over makes a sample which comes before any with a later candidate. */
#include "engine/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/key_table.h"

/* The events of one filter, a list in order of input. key_record.state is an array of these, one a filter. */
struct candidates {
    block first, last;
    uint64_t n;
};

struct candidate {
    uint64_t handle;
    block next;
};

struct sample {
    struct sample_options options;
    struct sample_sink sink;
    struct pool *pool;
    struct key_table keys;
    uint64_t dropped_keys;
};

#define WORDS(type) (sizeof(type) / sizeof(uint64_t))

struct sample *sample_new(struct pool *pool, const struct sample_options *options,
                          const struct sample_sink *sink)
{
    struct sample *s = mem_alloc(sizeof *s);
    s->options = *options;
    s->options.per_key = options->per_key ? options->per_key : 1;
    s->sink = *sink;
    s->pool = pool;
    key_table_init(&s->keys, pool);
    return s;
}

void sample_free(struct sample *s)
{
    if (s) {
        key_table_deinit(&s->keys);
        mem_free(s);
    }
}

struct sample_stats sample_stats(const struct sample *s)
{
    return (struct sample_stats){s->keys.count, s->dropped_keys};
}

static struct candidates *candidates_of(const struct sample *s, block key)
{
    return pool_at(s->pool, key_at(&s->keys, key)->state);
}

static block open_key(struct sample *s, str key, uint32_t hash)
{
    if (s->options.max_keys && s->keys.count >= s->options.max_keys) {
        s->dropped_keys++;
        return 0;
    }
    block b = key_add(&s->keys, key, hash);
    block lists = pool_take(s->pool, WORDS(struct candidates) * s->options.filters);
    memset(pool_at(s->pool, lists), 0, sizeof(struct candidates) * s->options.filters);
    key_at(&s->keys, b)->state = lists;
    return b;
}

static void add_candidate(struct sample *s, struct candidates *c, uint64_t handle)
{
    if (c->n >= s->options.filters && c->n - s->options.filters >= s->options.per_key - 1) {
        return;
    }
    block b = pool_take(s->pool, WORDS(struct candidate));
    *(struct candidate *)pool_at(s->pool, b) = (struct candidate){.handle = handle};
    if (c->last) {
        ((struct candidate *)pool_at(s->pool, c->last))->next = b;
    } else {
        c->first = b;
    }
    c->last = b;
    c->n++;
    if (s->sink.hold) {
        s->sink.hold(s->sink.user, handle);
    }
}

void sample_event(struct sample *s, const struct join_offer *offers, size_t n, uint64_t handle)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t hash = key_hash(offers[i].key);
        block key = key_find(&s->keys, offers[i].key, hash);
        key = key ? key : open_key(s, offers[i].key, hash);
        for (uint32_t f = 0; key && f < s->options.filters; f++) {
            if (offers[i].clauses & CLAUSE_BIT(f)) {
                add_candidate(s, &candidates_of(s, key)[f], handle);
            }
        }
    }
}

/* ---- Choice ---- */

/* The choice for one key. */
struct choice {
    struct sample *sample;
    const struct candidates *lists;
    str key;
    uint64_t handles[CLAUSES_MAX];
    uint64_t left; /* samples still wanted */
    bool enough;   /* the sink said so */
};

static const struct candidate *candidate_at(const struct choice *c, block b)
{
    return pool_at(c->sample->pool, b);
}

static bool used(const struct choice *c, uint32_t filter, uint64_t handle)
{
    for (uint32_t i = 0; i < filter; i++) {
        if (c->handles[i] == handle) {
            return true;
        }
    }
    return false;
}

/* Whether the filters from `filter` on can be filled. One with as many candidates as there are filters always can, so only short lists are tried. */
static bool can_finish(struct choice *c, uint32_t filter)
{
    uint32_t filters = c->sample->options.filters;
    if (filter == filters) {
        return true;
    }
    if (c->lists[filter].n >= filters) {
        c->handles[filter] = UINT64_MAX; /* any */
        return can_finish(c, filter + 1);
    }
    for (block b = c->lists[filter].first; b; b = candidate_at(c, b)->next) {
        uint64_t handle = candidate_at(c, b)->handle;
        c->handles[filter] = handle;
        if (!used(c, filter, handle) && can_finish(c, filter + 1)) {
            return true;
        }
    }
    return false;
}

static void choose(struct choice *c, uint32_t filter)
{
    if (filter == c->sample->options.filters) {
        const struct sample_match m = {c->key, c->handles, filter};
        c->left--;
        c->enough = !c->sample->sink.match(c->sample->sink.user, &m);
        return;
    }
    for (block b = c->lists[filter].first; b && c->left && !c->enough;
         b = candidate_at(c, b)->next) {
        uint64_t handle = candidate_at(c, b)->handle;
        c->handles[filter] = handle;
        if (!used(c, filter, handle) && can_finish(c, filter + 1)) {
            c->handles[filter] = handle;
            choose(c, filter + 1);
        }
    }
}

/* ---- Keys in order ---- */

static int compare_keys(const void *x, const void *y)
{
    str a = *(const str *)x, b = *(const str *)y;
    struct value v, w;
    while (join_key_next(&a, &v) && join_key_next(&b, &w)) {
        int c = value_cmp(&v, &w);
        if (c) {
            return c;
        }
    }
    return 0;
}

/* Null, numbers, false and true, text, dates: types of a column do not mix but with null, and null comes first in value_cmp. */
void sample_finish(struct sample *s)
{
    str *keys = mem_alloc(s->keys.count * sizeof *keys + 1);
    size_t n = 0;
    for (size_t i = 0; i < s->keys.n_slots; i++) {
        block key = s->keys.slots[i].record;
        bool complete = key != 0;
        for (uint32_t f = 0; complete && f < s->options.filters; f++) {
            complete = candidates_of(s, key)[f].n > 0;
        }
        if (complete) {
            const struct key_record *k = key_at(&s->keys, key);
            keys[n++] = (str){k->bytes, k->len};
        }
    }
    if (n) {
        qsort(keys, n, sizeof *keys, compare_keys);
    }
    bool stop = false;
    for (size_t i = 0; i < n && !stop; i++) {
        struct choice c = {.sample = s,
                           .key = keys[i],
                           .lists =
                               candidates_of(s, key_find(&s->keys, keys[i], key_hash(keys[i]))),
                           .left = s->options.per_key};
        if (can_finish(&c, 0)) {
            choose(&c, 0);
        }
        stop = c.enough;
    }
    mem_free(keys);
}
