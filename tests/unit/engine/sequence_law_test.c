/* SPDX-License-Identifier: Apache-2.0 */
/* The machine against the words of sections 11 and 12 of the EQL semantics written down as loops over lists: every slot an array, the stages last to first, missing events looked for in all events once all are known. Random
 * forms, random events with up to three keys, and a clock that is moved at random between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/sequence.h"

enum { EVENTS = 60, KEYS = 3, CLAUSES = 5, PLACES = 4, MATCHES = 4096 };

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

struct happening {
    int64_t time;
    uint64_t clauses[KEYS]; /* offered for key i; 0: the key is not offered */
};

struct found {
    int key;
    size_t event[PLACES];
    uint64_t number;
    int64_t decided; /* the clock when it was sent; INT64_MAX: at the end */
};

struct trial {
    uint64_t seed;
    struct sequence_form form;
    uint8_t clause[PLACES];
    uint64_t gap[PLACES + 1];
    struct happening events[EVENTS];
    size_t n;
    struct found law[MATCHES], machine[MATCHES];
    size_t n_law, n_machine;
    int64_t clock;
};

/* Clauses 0.. are the stages, one may fill several places; the others are missing events and until. */
static void random_form(struct trial *t)
{
    struct sequence_form *f = &t->form;
    uint32_t stages = 1 + random_below(&t->seed, 3);
    *f = (struct sequence_form){.clause = t->clause, .gap = t->gap};
    f->n = 1 + random_below(&t->seed, PLACES);
    f->maxspan = random_below(&t->seed, 4) ? 1 + random_below(&t->seed, 12) : 0;
    for (uint32_t i = 0; i < f->n; i++) {
        t->clause[i] = (uint8_t)(i * stages / f->n);
    }
    memset(t->gap, 0, sizeof t->gap);
    for (uint32_t i = 0; f->maxspan && i < 2; i++) {
        if (random_below(&t->seed, 2)) {
            t->gap[random_below(&t->seed, f->n + 1)] |= CLAUSE_BIT(3 + random_below(&t->seed, 2));
        }
    }
    f->until = random_below(&t->seed, 3) ? 0 : CLAUSE_BIT(random_below(&t->seed, CLAUSES));
}

static void random_events(struct trial *t)
{
    int64_t time = 0;
    t->n = random_below(&t->seed, EVENTS + 1);
    for (size_t i = 0; i < t->n; i++) {
        time += random_below(&t->seed, 4);
        t->events[i].time = time;
        for (int k = 0; k < KEYS; k++) {
            bool offered = random_below(&t->seed, 2) == 0;
            t->events[i].clauses[k] =
                offered
                    ? CLAUSE_BIT(random_below(&t->seed, CLAUSES)) |
                          (random_below(&t->seed, 3) ? 0
                                                     : CLAUSE_BIT(random_below(&t->seed, CLAUSES)))
                    : 0;
        }
    }
}

/* ---- The law ---- */

struct slots {
    size_t event[PLACES + 1][PLACES];
    bool full[PLACES + 1];
};

/* The first event from `from` to before `to` that satisfies `clauses` for the key, or `to`. */
static size_t first_between(const struct trial *t, int key, uint64_t clauses, size_t from,
                            size_t to)
{
    size_t i = from;
    while (i < to && !(t->events[i].clauses[key] & clauses)) {
        i++;
    }
    return i;
}

static bool missing_occurs(const struct trial *t, int key, const size_t *event)
{
    const struct sequence_form *f = &t->form;
    for (uint32_t i = 1; i < f->n; i++) {
        if (first_between(t, key, f->gap[i], event[i - 1] + 1, event[i]) < event[i]) {
            return true;
        }
    }
    int64_t first = t->events[event[0]].time, last = t->events[event[f->n - 1]].time;
    size_t leading = SIZE_MAX;
    for (size_t i = 0; i < event[0]; i++) {
        leading = t->events[i].clauses[key] & f->gap[0] ? i : leading;
    }
    size_t trailing = first_between(t, key, f->gap[f->n], event[f->n - 1] + 1, t->n);
    int64_t before = leading == SIZE_MAX ? 0 : t->events[leading].time;
    int64_t after = trailing == t->n ? 0 : t->events[trailing].time;
    if (f->gap[0] && f->gap[f->n]) {
        return leading != SIZE_MAX && trailing < t->n && after - before <= f->maxspan;
    }
    return (leading != SIZE_MAX && last - before <= f->maxspan) ||
           (trailing < t->n && after - first <= f->maxspan);
}

static void law_match(struct trial *t, int key, const size_t *event)
{
    if (missing_occurs(t, key, event)) {
        return;
    }
    assert_true(t->n_law < MATCHES);
    struct found *found = &t->law[t->n_law++];
    *found = (struct found){.key = key};
    memcpy(found->event, event, t->form.n * sizeof *event);
}

static void law_stage(struct trial *t, struct slots *s, size_t e, int key, uint32_t i)
{
    size_t match[PLACES];
    if (i > 1) {
        if (!s->full[i - 1]) {
            return;
        }
        s->full[i - 1] = false;
        memcpy(match, s->event[i - 1], sizeof match);
        if (t->form.maxspan && t->events[e].time - t->events[match[0]].time > t->form.maxspan) {
            return;
        }
    }
    match[i - 1] = e;
    if (i == t->form.n) {
        law_match(t, key, match);
    } else {
        s->full[i] = true;
        memcpy(s->event[i], match, i * sizeof *match);
    }
}

static void run_law(struct trial *t)
{
    struct slots slots[KEYS];
    memset(slots, 0, sizeof slots);
    t->n_law = 0;
    for (size_t e = 0; e < t->n; e++) {
        for (uint32_t i = t->form.n; i > 0; i--) {
            for (int k = 0; k < KEYS; k++) {
                if (t->events[e].clauses[k] & CLAUSE_BIT(t->clause[i - 1])) {
                    law_stage(t, &slots[k], e, k, i);
                }
            }
        }
        for (int k = 0; k < KEYS; k++) {
            if (t->events[e].clauses[k] & t->form.until) {
                memset(&slots[k], 0, sizeof slots[k]);
            }
        }
    }
}

/* ---- The machine ---- */

static void on_match(void *user, const struct sequence_match *m)
{
    struct trial *t = user;
    assert_true(t->n_machine < MATCHES);
    struct found *found = &t->machine[t->n_machine++];
    *found = (struct found){.key = m->key.ptr[0], .number = m->number, .decided = t->clock};
    for (uint32_t i = 0; i < m->n; i++) {
        found->event[i] = (size_t)m->handles[i];
    }
}

static int by_number(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void run_machine(struct trial *t, struct pool *pool)
{
    static const char names[KEYS] = {0, 1, 2};
    const struct sequence_options options = {0};
    const struct sequence_sink sink = {.user = t, .match = on_match};
    struct sequence *machine = sequence_new(&t->form, pool, &options, &sink);
    t->n_machine = 0;
    for (size_t e = 0; e < t->n; e++) {
        struct join_offer offers[KEYS];
        size_t n = 0;
        for (int k = 0; k < KEYS; k++) {
            if (t->events[e].clauses[k]) {
                offers[n++] = (struct join_offer){{&names[k], 1}, t->events[e].clauses[k]};
            }
        }
        t->clock = t->events[e].time - random_below(&t->seed, 3);
        sequence_advance(machine, t->clock);
        t->clock = t->events[e].time;
        sequence_event(machine, t->clock, offers, n, e);
    }
    t->clock = INT64_MAX;
    sequence_finish(machine);
    sequence_advance(machine, INT64_MAX);
    if (t->form.maxspan) {
        assert_int_equal(sequence_stats(machine).open_keys, 0);
        assert_int_equal(pool->in_use, 0);
    }
    sequence_free(machine);
    qsort(t->machine, t->n_machine, sizeof *t->machine, by_number);
}

/* No match with a trailing missing event is sent while one could still come. */
static void never_early(const struct trial *t, const struct found *f)
{
    const struct sequence_form *form = &t->form;
    if (form->gap[form->n] && !form->gap[0]) {
        assert_true(f->decided > t->events[f->event[0]].time + form->maxspan);
    }
}

static void the_machine_agrees_with_the_law(void **state)
{
    (void)state;
    struct trial *t = calloc(1, sizeof *t);
    size_t matches = 0;
    for (uint64_t round = 0; round < 20000; round++) {
        t->seed = round * 7919;
        random_form(t);
        random_events(t);
        run_law(t);
        struct pool *pool = pool_new();
        run_machine(t, pool);
        pool_free(pool);
        matches += t->n_law;
        assert_int_equal(t->n_machine, t->n_law);
        for (size_t i = 0; i < t->n_law; i++) {
            assert_int_equal(t->machine[i].key, t->law[i].key);
            assert_memory_equal(t->machine[i].event, t->law[i].event,
                                t->form.n * sizeof *t->law[i].event);
            never_early(t, &t->machine[i]);
        }
    }
    assert_true(matches > 50000); /* the trials are not empty */
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_machine_agrees_with_the_law)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
