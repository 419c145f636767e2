/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences and missing events of the reference (sections 10 to 12 of the EQL semantics): for every key there is, the
 * machine is run over all events by itself, as if there were no other key. */
#include "ref_sequence.h"

enum { PLACES = 64 };

struct machine {
    const struct ref_sequence *q;
    struct ref_event *const *events;
    uint32_t *order; /* numbers of the events, in the order they are taken */
    uint32_t n;
    struct ref_offers
        *offers[REF_TERMS + 1]; /* of each term, then of until; by place in the order */
    uint32_t positive[PLACES];  /* the term behind each place that an event fills */
    uint32_t n_positive;
    struct arena *arena;
};

/* A match on its way: places in the order. */
struct partial {
    uint32_t at[PLACES];
    bool there;
};

struct complete {
    struct partial match;
    const struct ref_value *key;
    uint32_t last;  /* place of the completing event */
    uint32_t offer; /* which of its keys */
};

struct completes {
    struct complete *v;
    size_t n, cap;
};

static int64_t time_at(const struct machine *m, uint32_t place)
{
    return m->events[m->order[place]]->values[F_TIME].v[0].number;
}

/* Section 10: time in milliseconds, tiebreaker with none last, then input. */
bool ref_comes_before(const struct ref_sequence *q, const struct ref_event *x,
                      const struct ref_event *y)
{
    int64_t p = x->values[F_TIME].v[0].number, r = y->values[F_TIME].v[0].number;
    if (p != r) {
        return p < r;
    }
    const struct ref_values *s = &x->values[F_TIE], *t = &y->values[F_TIE];
    if (!q->tiebreaker || (s->n == 0 && t->n == 0)) {
        return false;
    }
    if (s->n == 0 || t->n == 0) {
        return s->n > 0;
    }
    return s->v[0].number < t->v[0].number;
}

static void put_in_order(struct machine *m, uint32_t n)
{
    m->order = NEW_ARRAY(m->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        if (m->events[i]->values[F_TIME].n == 0) {
            continue; /* takes no part */
        }
        uint32_t at = m->n++;
        for (; at > 0 && ref_comes_before(m->q, m->events[i], m->events[m->order[at - 1]]); at--) {
            m->order[at] = m->order[at - 1];
        }
        m->order[at] = i;
    }
}

static bool find_offers(struct machine *m)
{
    bool open = false;
    for (uint32_t t = 0; t < m->q->n + m->q->has_until; t++) {
        const struct ref_term *term = t < m->q->n ? &m->q->terms[t] : &m->q->until;
        m->offers[t] = NEW_ARRAY(m->arena, struct ref_offers, m->n);
        for (uint32_t i = 0; i < m->n; i++) {
            m->offers[t][i] = ref_offers_of(m->q, term, m->events[m->order[i]], &open, m->arena);
        }
    }
    return open;
}

static bool offers(const struct machine *m, uint32_t term, uint32_t place,
                   const struct ref_value *key)
{
    return ref_offer_find(m->offers[term][place], key, m->q->n_keys) != UINT32_MAX;
}

static void add(struct completes *list, struct complete c, struct arena *a)
{
    if (list->n == list->cap) {
        size_t cap = list->cap * 2 + 8;
        struct complete *grown = NEW_ARRAY(a, struct complete, cap);
        for (size_t i = 0; i < list->n; i++) {
            grown[i] = list->v[i];
        }
        list->v = grown;
        list->cap = cap;
    }
    list->v[list->n++] = c;
}

static void run_key(const struct machine *m, const struct ref_value *key, struct completes *out)
{
    struct partial slot[PLACES + 1] = {0};
    uint32_t n = m->n_positive;
    for (uint32_t e = 0; e < m->n; e++) {
        for (uint32_t i = n; i >= 1; i--) {
            uint32_t term = m->positive[i - 1];
            if (!offers(m, term, e, key)) {
                continue;
            }
            struct partial next = {.there = true};
            if (i > 1) {
                next = slot[i - 1];
                slot[i - 1].there = false;
                bool late = next.there && m->q->maxspan > 0 &&
                            time_at(m, e) - time_at(m, next.at[0]) > m->q->maxspan;
                if (!next.there || late) {
                    continue;
                }
            }
            next.at[i - 1] = e;
            if (i < n) {
                slot[i] = next;
                continue;
            }
            uint32_t offer = ref_offer_find(m->offers[term][e], key, m->q->n_keys);
            add(out, (struct complete){next, key, e, offer}, m->arena);
        }
        if (m->q->has_until && offers(m, m->q->n, e, key)) {
            for (uint32_t i = 1; i < n; i++) {
                slot[i].there = false;
            }
        }
    }
}

/* Whether an event at one of the places [from, to) is one that a missing clause among the terms [first, last) forbids. */
static bool forbidden(const struct machine *m, const struct ref_value *key, uint32_t first,
                      uint32_t last, uint32_t from, uint32_t to, bool latest, uint32_t *where)
{
    bool found = false;
    for (uint32_t e = from; e < to; e++) {
        for (uint32_t t = first; t < last; t++) {
            if (m->q->terms[t].missing && offers(m, t, e, key) && !(found && !latest)) {
                found = true;
                *where = e;
            }
        }
    }
    return found;
}

static bool has_missing(const struct machine *m, uint32_t first, uint32_t last)
{
    bool found = false;
    for (uint32_t t = first; t < last; t++) {
        found = found || m->q->terms[t].missing;
    }
    return found;
}

static bool is_discarded(const struct machine *m, const struct complete *c)
{
    uint32_t n = m->n_positive, early = 0, late = 0, middle;
    const uint32_t *at = c->match.at;
    for (uint32_t i = 0; i + 1 < n; i++) {
        if (forbidden(m, c->key, m->positive[i] + 1, m->positive[i + 1], at[i] + 1, at[i + 1],
                      false, &middle)) {
            return true;
        }
    }
    uint32_t first = m->positive[0], last = m->positive[n - 1] + 1;
    bool leading = has_missing(m, 0, first), trailing = has_missing(m, last, m->q->n);
    bool before = forbidden(m, c->key, 0, first, 0, at[0], true, &early);
    bool after = forbidden(m, c->key, last, m->q->n, at[n - 1] + 1, m->n, false, &late);
    if (leading && trailing) {
        return before && after && time_at(m, late) - time_at(m, early) <= m->q->maxspan;
    }
    if (leading) {
        return before && time_at(m, at[n - 1]) - time_at(m, early) <= m->q->maxspan;
    }
    return trailing && after && time_at(m, late) - time_at(m, at[0]) <= m->q->maxspan;
}

static struct ref_result make_result(const struct machine *m, const struct complete *c)
{
    struct ref_result r = {.places = NEW_ARRAY(m->arena, int, PLACES)};
    uint32_t filled = 0;
    for (uint32_t t = 0; t < m->q->n; t++) {
        for (uint32_t i = 0; i < m->q->terms[t].runs; i++) {
            r.places[r.n++] =
                m->q->terms[t].missing ? REF_MISSING : (int)m->order[c->match.at[filled++]];
        }
    }
    r.key = NEW_ARRAY(m->arena, struct ref_value, m->q->n_keys);
    for (uint32_t i = 0; i < m->q->n_keys; i++) {
        r.key[i] = c->key[i];
    }
    return r;
}

/* By the last event, then by the order in which that event offers its keys. */
static void sort(struct completes *list)
{
    for (size_t i = 1; i < list->n; i++) {
        struct complete c = list->v[i];
        size_t at = i;
        for (; at > 0; at--) {
            const struct complete *before = &list->v[at - 1];
            if (before->last < c.last || (before->last == c.last && before->offer <= c.offer)) {
                break;
            }
            list->v[at] = *before;
        }
        list->v[at] = c;
    }
}

struct ref_results ref_sequence_run(const struct ref_sequence *q, struct ref_event *const *events,
                                    uint32_t n, struct arena *a)
{
    struct machine m = {.q = q, .events = events, .arena = a};
    struct ref_results results = {0};
    put_in_order(&m, n);
    for (uint32_t t = 0; t < q->n; t++) {
        for (uint32_t i = 0; i < q->terms[t].runs && !q->terms[t].missing; i++) {
            m.positive[m.n_positive++] = t;
        }
    }
    results.open = find_offers(&m);
    struct completes list = {0};
    struct ref_offers keys = ref_all_keys(m.offers[m.positive[0]], m.n, q->n_keys, a);
    for (uint32_t i = 0; i < keys.n; i++) {
        run_key(&m, keys.key[i], &list);
    }
    sort(&list);
    results.v = NEW_ARRAY(a, struct ref_result, list.n);
    for (size_t i = 0; i < list.n; i++) {
        if (!is_discarded(&m, &list.v[i])) {
            results.v[results.n++] = make_result(&m, &list.v[i]);
        }
    }
    return results;
}
