/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest miss: the first change, in the order tried here, with which the machine finds a match. Every candidate is tried by running the machine with it, so what is
 * reported is true; a budget of events bounds the time. */
#include "engine/explain.h"

#include <string.h>

#include "engine/sample.h"

enum { TRIED_EVENTS_MAX = 20000000, KEYS_TRIED = 8 };

/* One change to the run: to the form, or to what one event offers. */
struct change {
    int64_t maxspan; /* instead of the query's, when `longer` */
    bool longer;
    size_t event;     /* SIZE_MAX: none */
    uint64_t without; /* clauses it no longer satisfies */
    uint64_t with;    /* clauses it satisfies besides */
    const str *key;   /* the key it offers for `with`; NULL: its own */
};

/* Events as the machine takes them, each with what it offers, made once. */
struct offered {
    struct join_offer *v;
    size_t n;
};

struct trial {
    struct explain *x;
    struct offered *offered; /* by number of the event */
    uint64_t budget;
    struct arena scratch;
    /* The match of the run in hand that is shortest in time. */
    bool found;
    int64_t span;
    str key;
    size_t *events;
    uint32_t n;
};

static void keep_match(struct trial *t, str key, const uint64_t *handles, uint32_t n,
                       int64_t length)
{
    if (t->found && length >= t->span) {
        return;
    }
    t->found = true;
    t->span = length;
    t->key = arena_copy(t->x->arena, key);
    t->n = n;
    t->events = NEW_ARRAY(t->x->arena, size_t, n);
    for (uint32_t i = 0; i < n; i++) {
        t->events[i] = (size_t)handles[i];
    }
}

static void on_sequence(void *user, const struct sequence_match *m)
{
    keep_match(user, m->key, m->handles, m->n, m->last - m->first);
}

static bool on_sample(void *user, const struct sample_match *m)
{
    keep_match(user, m->key, m->handles, m->n, 0);
    return false;
}

/* What the event offers with the change. */
static struct offered changed(struct trial *t, const struct change *c)
{
    const struct explain *x = t->x;
    const struct explain_event *e = &x->events[c->event];
    struct offered out = {0};
    uint64_t cut = 0, own = (e->clauses & ~c->without) | (c->key ? 0 : c->with);
    if (own) {
        out.n = join_offers(&x->joined->join, e->taken, own, &t->scratch, &out.v, &cut);
    }
    if (c->key) {
        struct join_offer *more = NEW_ARRAY(&t->scratch, struct join_offer, out.n + 1);
        if (out.n) {
            memcpy(more, out.v, out.n * sizeof *more);
        }
        for (size_t i = 0; i < out.n; i++) {
            more[i].clauses &= ~c->with; /* it has that key instead of its own */
        }
        more[out.n++] = (struct join_offer){*c->key, c->with};
        out.v = more;
    }
    return out;
}

static void run_sequence(struct trial *t, const struct change *c, struct pool *pool)
{
    const struct explain *x = t->x;
    struct sequence_form form = x->joined->form;
    form.maxspan = c->longer ? c->maxspan : form.maxspan;
    const struct sequence_options options = {0};
    const struct sequence_sink sink = {.user = t, .match = on_sequence};
    struct sequence *machine = sequence_new(&form, pool, &options, &sink);
    for (size_t i = 0; i < x->n_order; i++) {
        size_t at = x->order[i];
        struct offered o = at == c->event ? changed(t, c) : t->offered[at];
        sequence_event(machine, x->events[at].order.timestamp.number, o.v, o.n, at);
    }
    sequence_finish(machine);
    sequence_free(machine);
}

static void run_sample(struct trial *t, const struct change *c, struct pool *pool)
{
    const struct explain *x = t->x;
    const struct sample_options options = {.filters = x->n_clauses, .per_key = 1};
    const struct sample_sink sink = {.user = t, .match = on_sample};
    struct sample *machine = sample_new(pool, &options, &sink);
    for (size_t i = 0; i < x->n; i++) {
        struct offered o = i == c->event ? changed(t, c) : t->offered[i];
        sample_event(machine, o.v, o.n, i);
    }
    sample_finish(machine);
    sample_free(machine);
}

/* Whether the machine finds a match with the change. */
static bool matches_with(struct trial *t, const struct change *c)
{
    if (t->budget < t->x->n) {
        t->budget = 0;
        return false;
    }
    t->budget -= t->x->n;
    t->found = false;
    struct arena mark = t->scratch;
    struct pool *pool = pool_new();
    if (t->x->query->kind == IR_SEQUENCE) {
        run_sequence(t, c, pool);
    } else {
        run_sample(t, c, pool);
    }
    pool_free(pool);
    arena_rewind(&t->scratch, mark);
    return t->found;
}

static bool report(struct trial *t, enum explain_change kind, size_t event, uint32_t clause)
{
    t->x->miss = (struct explain_miss){.change = kind,
                                       .event = event,
                                       .clause = clause,
                                       .maxspan = t->span,
                                       .key = t->key,
                                       .events = t->events,
                                       .n = t->n};
    return true;
}

/* A longer maxspan: the span of the shortest match without a limit, when it is one with that limit too. */
static bool try_maxspan(struct trial *t)
{
    struct change c = {.longer = true, .maxspan = INT64_MAX, .event = SIZE_MAX};
    if (!t->x->joined->form.maxspan || !matches_with(t, &c)) {
        return false;
    }
    c.maxspan = t->span;
    return matches_with(t, &c) && report(t, EXPLAIN_MAXSPAN, SIZE_MAX, 0);
}

/* Without one event's until, or without one event's missing clauses. */
static bool try_without(struct trial *t, uint64_t clauses, enum explain_change kind)
{
    const struct explain *x = t->x;
    for (size_t i = 0; i < x->n_order && t->budget; i++) {
        uint64_t without = x->events[x->order[i]].clauses & clauses;
        struct change c = {.event = x->order[i], .without = without};
        if (!without || !matches_with(t, &c)) {
            continue;
        }
        uint32_t clause = 0;
        while (!(without & CLAUSE_BIT(clause))) {
            clause++;
        }
        return report(t, kind, c.event, clause);
    }
    return false;
}

/* Whether the clause can be satisfied by a change: a stage that is no missing event. */
static bool is_wanted(const struct explain *x, uint32_t clause)
{
    return clause < x->query->n_stages && !x->query->stages[clause].missing;
}

/* One leaf of the clause turned for one event. */
static bool try_leaf(struct trial *t, uint32_t clause)
{
    const struct explain *x = t->x;
    for (size_t i = 0; i < x->n_order && t->budget; i++) {
        const struct explain_event *e = &x->events[x->order[i]];
        const struct verdict *v = e->verdicts[clause];
        const struct verdict *leaf = v->holds ? NULL : explain_turning_leaf(v);
        struct change c = {.event = x->order[i], .with = CLAUSE_BIT(clause)};
        if (leaf && e->joinable & c.with && matches_with(t, &c)) {
            report(t, EXPLAIN_LEAF, c.event, clause);
            t->x->miss.leaf = leaf;
            return true;
        }
    }
    return false;
}

/* Adds a key that is not among the n in `keys`; false when there is room for no more. */
static bool add_key(str keys[KEYS_TRIED], uint32_t *n, str key)
{
    for (uint32_t i = 0; i < *n; i++) {
        if (str_eq(keys[i], key)) {
            return true;
        }
    }
    keys[(*n)++] = key;
    return *n < KEYS_TRIED;
}

/* The keys that got furthest: of partials, the longest first; of a sample, which has none, those offered. */
static uint32_t wanted_keys(const struct trial *t, str keys[KEYS_TRIED])
{
    const struct explain *x = t->x;
    uint32_t n = 0;
    for (uint32_t length = x->best.n; length > 0; length--) {
        for (size_t i = 0; i < x->n_order; i++) {
            const struct explain_event *e = &x->events[x->order[i]];
            for (size_t k = 0; k < e->n_notes; k++) {
                if (e->notes[k].n == length && !add_key(keys, &n, e->notes[k].key)) {
                    return n;
                }
            }
        }
    }
    for (size_t i = 0; x->query->kind == IR_SAMPLE && i < x->n; i++) {
        for (size_t k = 0; k < t->offered[i].n; k++) {
            if (!add_key(keys, &n, t->offered[i].v[k].key)) {
                return n;
            }
        }
    }
    return n;
}

/* One event that satisfies the clause, with the key of a partial. */
static bool try_key(struct trial *t, uint32_t clause, const str *keys, uint32_t n_keys)
{
    const struct explain *x = t->x;
    for (size_t i = 0; i < x->n_order && t->budget; i++) {
        const struct explain_event *e = &x->events[x->order[i]];
        for (uint32_t k = 0; k < n_keys && e->held & CLAUSE_BIT(clause); k++) {
            struct change c = {.event = x->order[i], .with = CLAUSE_BIT(clause), .key = &keys[k]};
            if (matches_with(t, &c)) {
                return report(t, EXPLAIN_KEY, c.event, clause);
            }
        }
    }
    return false;
}

static bool try_stages(struct trial *t)
{
    const struct explain *x = t->x;
    str keys[KEYS_TRIED];
    uint32_t n_keys = wanted_keys(t, keys);
    for (uint32_t i = x->query->n_stages; i > 0; i--) {
        if (is_wanted(x, i - 1) && try_leaf(t, i - 1)) {
            return true;
        }
    }
    for (uint32_t i = x->query->n_stages; i > 0; i--) {
        if (is_wanted(x, i - 1) && x->joined->join.n_keys && try_key(t, i - 1, keys, n_keys)) {
            return true;
        }
    }
    return false;
}

static void make_offers(struct trial *t)
{
    struct explain *x = t->x;
    t->offered = NEW_ARRAY(x->arena, struct offered, x->n);
    for (size_t i = 0; i < x->n; i++) {
        const struct explain_event *e = &x->events[i];
        uint64_t cut = 0;
        if (e->clauses) {
            t->offered[i].n = join_offers(&x->joined->join, e->taken, e->clauses, x->arena,
                                          &t->offered[i].v, &cut);
        }
    }
}

void explain_find_miss(struct explain *x)
{
    const struct sequence_form *form = &x->joined->form;
    struct trial t = {.x = x, .budget = TRIED_EVENTS_MAX, .scratch = arena_open((size_t)8 << 30)};
    make_offers(&t);
    bool sequence = x->query->kind == IR_SEQUENCE;
    uint64_t missing = 0;
    for (uint32_t i = 0; sequence && i <= form->n; i++) {
        missing |= form->gap[i];
    }
    bool found = (sequence && try_maxspan(&t)) ||
                 (sequence && form->until && try_without(&t, form->until, EXPLAIN_UNTIL)) ||
                 (missing && try_without(&t, missing, EXPLAIN_MISSING)) || try_stages(&t);
    if (!found && t.budget == 0) {
        x->miss.change = EXPLAIN_TOO_MANY;
    }
    arena_close(&t.scratch);
}
