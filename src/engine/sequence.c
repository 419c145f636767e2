/* SPDX-License-Identifier: Apache-2.0 */
/* One machine. The law takes an event stage by stage, last to first, and within a stage key by key; since keys never meet, the keys are taken one by one here and the stages within, so a key is looked up once an event. The slots of
 * a key are a list from the last to the first, and one walk over it is the loop of the law: a partial that is taken moves up into a place the walk has already left.
 * The latest event of a leading missing clause is a partial without events in slot 0. */
#include "engine/sequence.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "engine/deadlines.h"
#include "engine/key_table.h"

enum partial_flags {
    PARTIAL_BROKEN =
        1, /* a missing event occurred: it goes on consuming events, but never matches */
    PARTIAL_LED =
        2, /* word 0 of its tail is the time of the latest leading missing event before it */
};

/* The first `place` events of a match. Behind it: the time of PARTIAL_LED when the form has a leading missing clause, then the handles. */
struct partial {
    int64_t first;      /* time of its first event */
    block next;         /* of the same key, in a lower slot */
    block key;          /* its record */
    block older, newer; /* in the queue by `first` */
    uint16_t place;     /* its slot */
    uint16_t flags;
    uint32_t room; /* words it has behind it */
};

/* A complete match that waits for a trailing missing event. Its handles stand behind it. */
struct waiting {
    block next, previous; /* of the same key */
    block key;
    uint32_t heap_place;
    uint64_t number;
    int64_t first, last;
};

struct sequence {
    const struct sequence_form *form;
    struct sequence_options options;
    struct sequence_sink sink;
    struct pool *pool;
    struct key_table keys;
    struct deadlines deadlines;
    block oldest, newest; /* the queue of partials */
    bool started;
    int64_t now;
    uint64_t completed;
    uint64_t *handles; /* scratch: of one match */
    uint32_t lead;     /* words before a partial's handles */
    size_t peak_keys;
    uint64_t dropped_keys;
};

/* What an event does to one key. */
struct step {
    block key;
    uint64_t clauses;
    int64_t time;
    uint64_t handle;
};

#define WORDS(type) (sizeof(type) / sizeof(uint64_t))

static struct partial *partial_at(const struct sequence *s, block b)
{
    return pool_at(s->pool, b);
}

static struct waiting *waiting_at(const struct sequence *s, block b)
{
    return pool_at(s->pool, b);
}

static uint64_t *tail_of(struct partial *p)
{
    return (uint64_t *)p + WORDS(struct partial);
}

static void note_place(void *user, block who, uint32_t place)
{
    waiting_at(user, who)->heap_place = place;
}

struct sequence *sequence_new(const struct sequence_form *form, struct pool *pool,
                              const struct sequence_options *options,
                              const struct sequence_sink *sink)
{
    struct sequence *s = mem_alloc(sizeof *s);
    s->form = form;
    s->options = *options;
    s->sink = *sink;
    s->pool = pool;
    key_table_init(&s->keys, pool);
    s->deadlines = (struct deadlines){.moved = note_place, .user = s};
    s->handles = mem_alloc(form->n * sizeof *s->handles);
    s->lead = form->gap[0] != 0;
    return s;
}

void sequence_free(struct sequence *s)
{
    if (s) {
        key_table_deinit(&s->keys);
        deadlines_deinit(&s->deadlines);
        mem_free(s->handles);
        mem_free(s);
    }
}

struct sequence_stats sequence_stats(const struct sequence *s)
{
    return (struct sequence_stats){
        .open_keys = s->keys.count,
        .peak_keys = s->peak_keys,
        .dropped_keys = s->dropped_keys,
        .table_bytes =
            s->keys.n_slots * sizeof *s->keys.slots + s->deadlines.cap * sizeof *s->deadlines.v,
    };
}

static void hold(struct sequence *s, uint64_t handle)
{
    if (s->sink.hold) {
        s->sink.hold(s->sink.user, handle);
    }
}

static void release(struct sequence *s, const uint64_t *handles, uint32_t n)
{
    for (uint32_t i = 0; s->sink.release && i < n; i++) {
        s->sink.release(s->sink.user, handles[i]);
    }
}

static void trace(const struct sequence *s, enum sequence_action action, block key,
                  const uint64_t *handles, uint32_t n, int64_t first)
{
    if (s->sink.trace) {
        const struct key_record *k = key_at(&s->keys, key);
        const struct sequence_trace t = {action, {k->bytes, k->len}, handles, n, first};
        s->sink.trace(s->sink.user, &t);
    }
}

/* Leading missing events, which are partials without events, are not told. */
static void trace_partial(const struct sequence *s, enum sequence_action action, block b)
{
    struct partial *p = s->sink.trace ? partial_at(s, b) : NULL;
    if (p && p->place > 0) {
        trace(s, action, p->key, tail_of(p) + s->lead, p->place, p->first);
    }
}

/* ---- The queue by first event ---- */

static void queue_append(struct sequence *s, block b)
{
    struct partial *p = partial_at(s, b);
    p->older = s->newest;
    p->newer = 0;
    *(s->newest ? &partial_at(s, s->newest)->newer : &s->oldest) = b;
    s->newest = b;
}

static void queue_remove(struct sequence *s, const struct partial *p)
{
    *(p->older ? &partial_at(s, p->older)->newer : &s->oldest) = p->newer;
    *(p->newer ? &partial_at(s, p->newer)->older : &s->newest) = p->older;
}

/* The block `b`, a copy of one in the queue, takes its place. */
static void queue_replace(struct sequence *s, block b)
{
    const struct partial *p = partial_at(s, b);
    *(p->older ? &partial_at(s, p->older)->newer : &s->oldest) = b;
    *(p->newer ? &partial_at(s, p->newer)->older : &s->newest) = b;
}

/* ---- Partials ---- */

static block partial_new(struct sequence *s, block key, uint16_t place, int64_t first)
{
    uint32_t room = s->lead + place;
    block b = pool_take(s->pool, WORDS(struct partial) + room);
    *partial_at(s, b) = (struct partial){.first = first, .key = key, .place = place, .room = room};
    queue_append(s, b);
    return b;
}

/* Gives the block back; it is in no list of its key any more. */
static void partial_give(struct sequence *s, block b)
{
    struct partial *p = partial_at(s, b);
    queue_remove(s, p);
    pool_give(s->pool, b, WORDS(struct partial) + p->room);
}

static void partial_drop(struct sequence *s, block b)
{
    struct partial *p = partial_at(s, b);
    release(s, tail_of(p) + s->lead, p->place);
    partial_give(s, b);
}

/* Appends an event; the block moves when there is no room for one more. */
static block partial_append(struct sequence *s, block b, uint64_t handle)
{
    struct partial *p = partial_at(s, b);
    uint32_t used = s->lead + p->place;
    if (used == p->room) {
        uint32_t room = used < 4 ? used + 1 : used * 2;
        block grown = pool_take(s->pool, WORDS(struct partial) + room);
        memcpy(pool_at(s->pool, grown), p, (WORDS(struct partial) + used) * sizeof(uint64_t));
        pool_give(s->pool, b, WORDS(struct partial) + p->room);
        p = partial_at(s, grown);
        p->room = room;
        queue_replace(s, grown);
        b = grown;
    }
    tail_of(p)[used] = handle;
    p->place++;
    hold(s, handle);
    return b;
}

/* ---- Keys ---- */

static void close_if_empty(struct sequence *s, block key)
{
    const struct key_record *k = key_at(&s->keys, key);
    if (!k->state && !k->waiting) {
        key_remove(&s->keys, key);
    }
}

static void unlink_partial(struct sequence *s, block b)
{
    struct key_record *k = key_at(&s->keys, partial_at(s, b)->key);
    block *link = &k->state;
    while (*link != b) {
        link = &partial_at(s, *link)->next;
    }
    *link = partial_at(s, b)->next;
}

/* ---- Waiting matches ---- */

static void waiting_remove(struct sequence *s, block b)
{
    struct waiting *w = waiting_at(s, b);
    struct key_record *k = key_at(&s->keys, w->key);
    *(w->previous ? &waiting_at(s, w->previous)->next : &k->waiting) = w->next;
    if (w->next) {
        waiting_at(s, w->next)->previous = w->previous;
    }
    deadlines_remove(&s->deadlines, w->heap_place);
    release(s, (uint64_t *)w + WORDS(struct waiting), s->form->n);
    pool_give(s->pool, b, WORDS(struct waiting) + s->form->n);
}

static void send(struct sequence *s, block key, const uint64_t *handles, uint64_t number,
                 int64_t first, int64_t last)
{
    const struct key_record *k = key_at(&s->keys, key);
    const struct sequence_match m = {.key = {k->bytes, k->len},
                                     .handles = handles,
                                     .n = s->form->n,
                                     .number = number,
                                     .first = first,
                                     .last = last};
    s->sink.match(s->sink.user, &m);
}

/* Sends the match with the earliest deadline. */
static void decide(struct sequence *s)
{
    block b = s->deadlines.v[0].who;
    const struct waiting *w = waiting_at(s, b);
    block key = w->key;
    const uint64_t *handles = (const uint64_t *)w + WORDS(struct waiting);
    trace(s, SEQUENCE_MATCHED, key, handles, s->form->n, w->first);
    send(s, key, handles, w->number, w->first, w->last);
    waiting_remove(s, b);
    close_if_empty(s, key);
}

static void discard_waiting(struct sequence *s, block key)
{
    for (block b; (b = key_at(&s->keys, key)->waiting);) {
        const struct waiting *w = waiting_at(s, b);
        trace(s, SEQUENCE_DISCARDED, key, (const uint64_t *)w + WORDS(struct waiting), s->form->n,
              w->first);
        waiting_remove(s, b);
    }
}

static void wait(struct sequence *s, const struct step *e, int64_t first, uint64_t number,
                 int64_t since)
{
    struct key_record *k = key_at(&s->keys, e->key);
    block b = pool_take(s->pool, WORDS(struct waiting) + s->form->n);
    struct waiting *w = waiting_at(s, b);
    *w = (struct waiting){
        .next = k->waiting, .key = e->key, .number = number, .first = first, .last = e->time};
    memcpy((uint64_t *)w + WORDS(struct waiting), s->handles, s->form->n * sizeof *s->handles);
    for (uint32_t i = 0; i < s->form->n; i++) {
        hold(s, s->handles[i]);
    }
    if (w->next) {
        waiting_at(s, w->next)->previous = b;
    }
    k->waiting = b;
    int64_t at = since > INT64_MAX - s->form->maxspan ? INT64_MAX : since + s->form->maxspan;
    deadlines_add(&s->deadlines, (struct deadline){at, number, b});
}

/* ---- Completion ---- */

/* Whether `now` is further from `then`, which is not later, than maxspan allows. */
static bool out_of_span(const struct sequence *s, int64_t then, int64_t now)
{
    return s->form->maxspan && (uint64_t)now - (uint64_t)then > (uint64_t)s->form->maxspan;
}

/* The events of s->handles are a match of the positive stages: judges its missing events. `led` is the time of the latest leading one before the first event, or NULL. */
static void complete(struct sequence *s, const struct step *e, int64_t first, bool broken,
                     const int64_t *led)
{
    bool leading = s->form->gap[0] != 0, trailing = s->form->gap[s->form->n] != 0;
    uint64_t number = s->completed++;
    bool near = led && !out_of_span(s, *led, e->time);
    bool waits = !broken && trailing && (near || !leading);
    bool matches = !broken && !waits && (trailing || !near);
    trace(s,
          waits     ? SEQUENCE_WAITS
          : matches ? SEQUENCE_MATCHED
                    : SEQUENCE_REFUSED,
          e->key, s->handles, s->form->n, first);
    if (waits) {
        wait(s, e, first, number, leading ? *led : first);
    } else if (matches) {
        send(s, e->key, s->handles, number, first, e->time);
    }
}

/* The partial `b`, in no list of its key any more, and the event are a match. */
static void complete_partial(struct sequence *s, const struct step *e, block b)
{
    struct partial *p = partial_at(s, b);
    const uint64_t *tail = tail_of(p);
    int64_t led = 0;
    if (p->flags & PARTIAL_LED) {
        memcpy(&led, tail, sizeof led);
    }
    memcpy(s->handles, tail + s->lead, p->place * sizeof *tail);
    s->handles[p->place] = e->handle;
    complete(s, e, p->first, p->flags & PARTIAL_BROKEN, p->flags & PARTIAL_LED ? &led : NULL);
    partial_drop(s, b);
}

/* ---- One event and one key ---- */

/* Stages n down to 2, and the missing events between stages. */
static void walk_slots(struct sequence *s, const struct step *e)
{
    const struct sequence_form *form = s->form;
    block *link = &key_at(&s->keys, e->key)->state; /* to the partial looked at */
    block *above = NULL;                            /* the link to the one before it */
    while (*link) {
        block b = *link;
        struct partial *p = partial_at(s, b);
        uint32_t place = p->place;
        if (place == 0 || !(e->clauses & CLAUSE_BIT(form->clause[place]))) {
            if (place && e->clauses & form->gap[place]) {
                p->flags |= PARTIAL_BROKEN;
                trace_partial(s, SEQUENCE_BROKEN, b);
            }
            above = link;
            link = &p->next;
        } else if (place + 1 == form->n) {
            *link = p->next;
            complete_partial(s, e, b);
        } else {
            block moved = partial_append(s, b, e->handle);
            *link = moved;
            if (above && partial_at(s, *above)->place == place + 1) {
                block replaced = *above;
                *above = moved;
                trace_partial(s, SEQUENCE_REPLACED, replaced);
                partial_drop(s, replaced);
                link = above;
            }
            trace_partial(s, SEQUENCE_ADVANCED, moved);
            above = link;
            link = &partial_at(s, *link)->next;
        }
    }
}

/* The link to the partial in slot `place`, or to where it belongs. */
static block *slot_link(struct sequence *s, block key, uint32_t place)
{
    block *link = &key_at(&s->keys, key)->state;
    while (*link && partial_at(s, *link)->place > place) {
        link = &partial_at(s, *link)->next;
    }
    return link;
}

/* Takes what stands in the slot out of its list. Returns the link. */
static block *empty_slot(struct sequence *s, block key, uint32_t place)
{
    block *link = slot_link(s, key, place);
    if (*link && partial_at(s, *link)->place == place) {
        block old = *link;
        *link = partial_at(s, old)->next;
        trace_partial(s, SEQUENCE_REPLACED, old);
        partial_drop(s, old);
    }
    return link;
}

/* Stage 1: a new partial, or a match when there is no other stage. */
static void start(struct sequence *s, const struct step *e)
{
    block leader = s->lead ? *slot_link(s, e->key, 0) : 0;
    const int64_t *led = leader ? &partial_at(s, leader)->first : NULL;
    if (s->form->n == 1) {
        s->handles[0] = e->handle;
        complete(s, e, e->time, false, led);
        return;
    }
    block *link = empty_slot(s, e->key, 1);
    block b = partial_new(s, e->key, 1, e->time);
    struct partial *p = partial_at(s, b);
    if (led) {
        p->flags |= PARTIAL_LED;
        memcpy(tail_of(p), led, sizeof *led);
    }
    tail_of(p)[s->lead] = e->handle;
    hold(s, e->handle);
    p->next = *link;
    *link = b;
    trace_partial(s, SEQUENCE_STARTED, b);
}

static void take_step(struct sequence *s, const struct step *e)
{
    const struct sequence_form *form = s->form;
    if (e->clauses & form->gap[form->n]) {
        discard_waiting(s, e->key);
    }
    walk_slots(s, e);
    if (e->clauses & CLAUSE_BIT(form->clause[0])) {
        start(s, e);
    }
    if (e->clauses & form->gap[0]) {
        block *link = empty_slot(s, e->key, 0);
        *link = partial_new(s, e->key, 0, e->time);
    }
    if (e->clauses & form->until) {
        block *state = &key_at(&s->keys, e->key)->state;
        while (*state && partial_at(s, *state)->place > 0) {
            block b = *state;
            *state = partial_at(s, b)->next;
            trace_partial(s, SEQUENCE_KILLED, b);
            partial_drop(s, b);
        }
    }
    close_if_empty(s, e->key);
}

/* ---- The way in ---- */

/* Drops everything of the key that holds the oldest partial, or the match that waits least. */
static void drop_oldest_key(struct sequence *s)
{
    block key =
        s->oldest ? partial_at(s, s->oldest)->key : waiting_at(s, s->deadlines.v[0].who)->key;
    struct key_record *k = key_at(&s->keys, key);
    while (k->state) {
        block b = k->state;
        k->state = partial_at(s, b)->next;
        trace_partial(s, SEQUENCE_DROPPED, b);
        partial_drop(s, b);
    }
    discard_waiting(s, key);
    close_if_empty(s, key);
    s->dropped_keys++;
}

static block open_key(struct sequence *s, str key, uint32_t hash)
{
    if (s->options.max_keys && s->keys.count >= s->options.max_keys) {
        drop_oldest_key(s);
    }
    block b = key_add(&s->keys, key, hash);
    s->peak_keys = s->keys.count > s->peak_keys ? s->keys.count : s->peak_keys;
    return b;
}

void sequence_event(struct sequence *s, int64_t time, const struct join_offer *offers, size_t n,
                    uint64_t handle)
{
    uint64_t opening = CLAUSE_BIT(s->form->clause[0]) | s->form->gap[0];
    assert(!s->started || time >= s->now);
    sequence_advance(s, time);
    for (size_t i = 0; i < n; i++) {
        uint32_t hash = key_hash(offers[i].key);
        struct step e = {.key = key_find(&s->keys, offers[i].key, hash),
                         .clauses = offers[i].clauses,
                         .time = time,
                         .handle = handle};
        if (!e.key && e.clauses & opening) {
            e.key = open_key(s, offers[i].key, hash);
        }
        if (e.key) {
            take_step(s, &e);
        }
    }
}

void sequence_advance(struct sequence *s, int64_t now)
{
    if (s->started && now <= s->now) {
        return;
    }
    s->started = true;
    s->now = now;
    while (s->deadlines.n && s->deadlines.v[0].at < now) {
        decide(s);
    }
    while (s->oldest && out_of_span(s, partial_at(s, s->oldest)->first, now)) {
        block b = s->oldest, key = partial_at(s, b)->key;
        trace_partial(s, SEQUENCE_EXPIRED, b);
        unlink_partial(s, b);
        partial_drop(s, b);
        close_if_empty(s, key);
    }
}

void sequence_finish(struct sequence *s)
{
    while (s->deadlines.n) {
        decide(s);
    }
}
