/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of the reference (section 13 of the EQL semantics). */
#include "ref_sequence.h"

struct sampler {
    const struct ref_sequence *q;
    uint32_t n;                           /* events */
    struct ref_offers *offers[REF_TERMS]; /* of each filter, by event */
    struct ref_results *out;
    size_t cap;
    struct arena *arena;
};

/* Null first, numbers by value, false before true, text by bytes, dates by time. */
static int value_order(const struct ref_value *x, const struct ref_value *y)
{
    if (x->type != y->type) {
        return x->type == REF_NULL ? -1 : 1;
    }
    if (x->type == REF_TEXT) {
        return str_cmp(x->text, y->text);
    }
    if (x->type == REF_DOUBLE) {
        return (x->real > y->real) - (x->real < y->real);
    }
    if (x->type == REF_BOOLEAN) {
        return (int)x->boolean - (int)y->boolean;
    }
    return (x->number > y->number) - (x->number < y->number);
}

static int key_order(const struct ref_value *x, const struct ref_value *y, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        int order = value_order(&x[i], &y[i]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static void sort_keys(struct ref_offers keys, uint32_t n_keys)
{
    for (uint32_t i = 1; i < keys.n; i++) {
        struct ref_value *key = keys.key[i];
        uint32_t at = i;
        for (; at > 0 && key_order(keys.key[at - 1], key, n_keys) > 0; at--) {
            keys.key[at] = keys.key[at - 1];
        }
        keys.key[at] = key;
    }
}

static void add(struct sampler *s, const int *chosen, struct ref_value *key)
{
    struct ref_results *out = s->out;
    if (out->n == s->cap) {
        s->cap = s->cap * 2 + 8;
        struct ref_result *grown = NEW_ARRAY(s->arena, struct ref_result, s->cap);
        for (size_t i = 0; i < out->n; i++) {
            grown[i] = out->v[i];
        }
        out->v = grown;
    }
    struct ref_result r = {NEW_ARRAY(s->arena, int, s->q->n), s->q->n, key};
    for (uint32_t i = 0; i < s->q->n; i++) {
        r.places[i] = chosen[i];
    }
    out->v[out->n++] = r;
}

/* Chooses for the filters from `filter` on; `*left` more samples are wanted. */
static void choose(struct sampler *s, struct ref_value *key, uint32_t filter, int *chosen,
                   uint32_t *left)
{
    if (filter == s->q->n) {
        add(s, chosen, key);
        --*left;
        return;
    }
    for (uint32_t e = 0; e<s->n && * left> 0; e++) {
        bool used = ref_offer_find(s->offers[filter][e], key, s->q->n_keys) == UINT32_MAX;
        for (uint32_t i = 0; i < filter; i++) {
            used = used || chosen[i] == (int)e;
        }
        if (!used) {
            chosen[filter] = (int)e;
            choose(s, key, filter + 1, chosen, left);
        }
    }
}

struct ref_results ref_sample_run(const struct ref_sequence *q, struct ref_event *const *events,
                                  uint32_t n, struct arena *a)
{
    struct ref_results results = {0};
    struct sampler s = {.q = q, .n = n, .out = &results, .arena = a};
    for (uint32_t t = 0; t < q->n; t++) {
        s.offers[t] = NEW_ARRAY(a, struct ref_offers, n);
        for (uint32_t e = 0; e < n; e++) {
            s.offers[t][e] = ref_offers_of(q, &q->terms[t], events[e], &results.open, a);
        }
    }
    struct ref_offers keys = ref_all_keys(s.offers[0], n, q->n_keys, a);
    sort_keys(keys, q->n_keys);
    for (uint32_t i = 0; i < keys.n; i++) {
        int chosen[REF_TERMS];
        uint32_t left = q->per_key;
        choose(&s, keys.key[i], 0, chosen, &left);
    }
    return results;
}
