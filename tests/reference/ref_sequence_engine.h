/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's sequences and samples as the reference calls them. */
#ifndef POSTERN_TESTS_REFERENCE_REF_SEQUENCE_ENGINE_H
#define POSTERN_TESTS_REFERENCE_REF_SEQUENCE_ENGINE_H

#include "ref_sequence.h"

/* What the engine made of one query: the same shape as the reference's list. */
struct ref_engine_results {
    struct ref_results results;
    str refused; /* why, or empty */
    str broken;  /* a rule of the machine's own contract that it broke, or empty */
};

/* Runs every query over the events with one rule set. `texts` are the queries. `clock`: move the clock ahead of the events now and
 * then, which must change nothing. */
struct ref_engine_results *ref_engine_sequences(const struct ref_sequence *queries,
                                                const str *texts, uint32_t n,
                                                struct ref_event *const *events, uint32_t n_events,
                                                bool clock, struct arena *a);

/* The values of a key of the engine; NULL when there are not `n`. */
struct ref_value *ref_engine_key(str key, uint32_t n, struct arena *a);

#endif
