/* SPDX-License-Identifier: Apache-2.0 */
/* Join keys of the reference (section 11 of the EQL semantics, "Keys"). */
#include <string.h>

#include "ref_sequence.h"

static bool value_equal(const struct ref_value *x, const struct ref_value *y)
{
    if (x->type != y->type) {
        return false;
    }
    switch (x->type) {
    case REF_NULL:
        return true;
    case REF_BOOLEAN:
        return x->boolean == y->boolean;
    case REF_LONG:
    case REF_DATE:
    case REF_NANOS:
        return x->number == y->number;
    case REF_DOUBLE:
        return x->real >= y->real && x->real <= y->real;
    case REF_IP:
        return memcmp(x->ip, y->ip, 16) == 0;
    case REF_TEXT:
    case REF_VERSION:
        break;
    }
    return str_eq(x->text, y->text);
}

bool ref_key_equal(const struct ref_value *x, const struct ref_value *y, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!value_equal(&x[i], &y[i])) {
            return false;
        }
    }
    return true;
}

uint32_t ref_offer_find(struct ref_offers offers, const struct ref_value *key, uint32_t n_keys)
{
    for (uint32_t i = 0; i < offers.n; i++) {
        if (ref_key_equal(offers.key[i], key, n_keys)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static void add(struct ref_offers *offers, const struct ref_value *key, uint32_t n_keys,
                struct arena *a)
{
    if (ref_offer_find(*offers, key, n_keys) != UINT32_MAX) {
        return;
    }
    struct ref_value **grown = NEW_ARRAY(a, struct ref_value *, offers->n + 1);
    for (uint32_t i = 0; i < offers->n; i++) {
        grown[i] = offers->key[i];
    }
    grown[offers->n] = NEW_ARRAY(a, struct ref_value, n_keys);
    for (uint32_t i = 0; i < n_keys; i++) {
        grown[offers->n][i] = key[i];
    }
    offers->key = grown;
    offers->n++;
}

/* Every combination of the values of the keys from `at` on; the first key changes slowest. */
static void combine(const struct ref_sequence *q, const struct ref_term *term,
                    const struct ref_event *e, uint32_t at, struct ref_value *key,
                    struct ref_offers *out, struct arena *a)
{
    if (at == q->n_keys) {
        add(out, key, q->n_keys, a);
        return;
    }
    const struct ref_values *values = &e->values[term->keys[at].field];
    for (size_t i = 0; i < values->n; i++) {
        key[at] = values->v[i];
        combine(q, term, e, at + 1, key, out, a);
    }
    if (values->n == 0 && term->keys[at].optional) {
        key[at] = (struct ref_value){.type = REF_NULL};
        combine(q, term, e, at + 1, key, out, a);
    }
}

struct ref_offers ref_offers_of(const struct ref_sequence *q, const struct ref_term *term,
                                const struct ref_event *e, bool *open, struct arena *a)
{
    struct ref_offers out = {0};
    struct ref_value key[REF_KEYS];
    if (ref_query_holds(&term->event, e, open, a)) {
        combine(q, term, e, 0, key, &out, a);
    }
    return out;
}

struct ref_offers ref_all_keys(const struct ref_offers *offers, size_t n, uint32_t n_keys,
                               struct arena *a)
{
    struct ref_offers all = {0};
    for (size_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < offers[i].n; j++) {
            add(&all, offers[i].key[j], n_keys, a);
        }
    }
    return all;
}
