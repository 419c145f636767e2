/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences and samples of the reference: queries over several events, and their complete lists of results. */
#ifndef POSTERN_TESTS_REFERENCE_REF_SEQUENCE_H
#define POSTERN_TESTS_REFERENCE_REF_SEQUENCE_H

#include "ref.h"

enum { REF_TERMS = 5, REF_KEYS = 4, REF_MISSING = -1 };

struct ref_key {
    enum ref_field field;
    bool optional;
};

struct ref_term {
    struct ref_query event;
    bool missing;
    uint32_t runs;
    struct ref_key keys[REF_KEYS]; /* the global ones first */
};

struct ref_sequence {
    bool sample;
    uint32_t n_keys, n_global;
    struct ref_term terms[REF_TERMS];
    uint32_t n;
    bool has_until;
    struct ref_term until;
    int64_t maxspan; /* nanoseconds; 0: none */
    const char *unit;
    uint32_t span; /* in units */
    bool tiebreaker;
    uint32_t per_key; /* of a sample */
};

/* One sequence or sample: numbers of events, REF_MISSING for a missing one, and the key. */
struct ref_result {
    int *places;
    uint32_t n;
    struct ref_value *key;
};

struct ref_results {
    struct ref_result *v;
    size_t n;
    bool open; /* the semantics leave some condition open */
};

/* ref_sequence.c: generation; the text. */
void ref_sequence_pool(struct ref_random *r);
void ref_sequence_random(struct ref_random *r, bool sample, struct ref_sequence *out);
void ref_sequence_print(const struct ref_sequence *q, struct ref_random *r, struct buf *out);

/* ref_machine.c: all results, in order. */
struct ref_results ref_sequence_run(const struct ref_sequence *q, struct ref_event *const *events,
                                    uint32_t n, struct arena *a);
/* Whether x is taken before y, whatever their places in the input; both have a time. */
bool ref_comes_before(const struct ref_sequence *q, const struct ref_event *x,
                      const struct ref_event *y);
/* ref_sample.c */
struct ref_results ref_sample_run(const struct ref_sequence *q, struct ref_event *const *events,
                                  uint32_t n, struct arena *a);

/* ref_join.c: the keys an event offers for a term; of equal ones the first. */
struct ref_offers {
    struct ref_value **key;
    uint32_t n;
};
struct ref_offers ref_offers_of(const struct ref_sequence *q, const struct ref_term *term,
                                const struct ref_event *e, bool *open, struct arena *a);
bool ref_key_equal(const struct ref_value *x, const struct ref_value *y, uint32_t n);
/* The place of `key` among the offers; UINT32_MAX: not offered. */
uint32_t ref_offer_find(struct ref_offers offers, const struct ref_value *key, uint32_t n_keys);
/* Every key that some event offers for some of the terms, in no order that matters. */
struct ref_offers ref_all_keys(const struct ref_offers *offers, size_t n, uint32_t n_keys,
                               struct arena *a);

#endif
