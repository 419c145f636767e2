/* SPDX-License-Identifier: Apache-2.0 */
/* Join keys of sequences and samples (section 11 of the EQL semantics, "Keys"). A worker takes the key values of an event as bytes (join_take); the machine makes the combinations from them (join_offers).
 * Equal bytes are equal keys: same type, same value. */
#ifndef POSTERN_ENGINE_JOIN_H
#define POSTERN_ENGINE_JOIN_H

#include "base/buf.h"
#include "ecs/event.h"
#include "ir/ir.h"

/* Stages of a query, in the order written, then `until`: one bit each of a mask. */
enum { CLAUSES_MAX = 64 };
#define CLAUSE_BIT(i) (UINT64_C(1) << (i))

/* The keys of one or more clauses: columns in order. */
struct join_set {
    const uint32_t *columns;
    const bool *optional;
};

/* How a query is joined. Frozen, in the arena of the rule set. */
struct join_plan {
    uint32_t *slots; /* of each column, UINT32_MAX: an unknown optional field */
    uint32_t n_columns;
    uint32_t n_keys; /* a clause has */
    struct join_set *sets;
    uint32_t n_sets;
    uint8_t set_of[CLAUSES_MAX]; /* of a clause */
    uint32_t n_clauses;
    uint32_t
        first_set; /* the one whose combinations come first: that of the last stage which is no missing event */
};

/* `slots[i]` is the rule set's slot of the query's field i. At most CLAUSES_MAX clauses. */
void join_plan_init(struct join_plan *plan, const struct ir_query *q, const uint32_t *slots,
                    struct arena *a);

/* Appends the key values that the clauses of the mask need. Returns the mask without the clauses that the event cannot join: a key without `?` has no value there. */
uint64_t join_take(const struct join_plan *plan, struct event *event, uint64_t clauses,
                   struct buf *out);

/* One key an event offers, and the clauses that it is offered for. */
struct join_offer {
    str key;
    uint64_t clauses;
};

/* Combinations past this many for one event and set of keys are left out and counted. */
enum { JOIN_OFFERS_MAX = 100000 };

/* Every combination of the values in `taken` (what join_take appended), each key once; first key slowest. `*cut` is increased when some were left out. In `a`. */
size_t join_offers(const struct join_plan *plan, str taken, uint64_t clauses, struct arena *a,
                   struct join_offer **out, uint64_t *cut);

/* Takes the next value off the front of a key. False at its end. Texts are borrowed. */
bool join_key_next(str *key, struct value *out);
/* Appends the values as a JSON array; dates as ISO text, or as epoch milliseconds (as samples have them). */
void join_keys_write(str key, bool dates_as_numbers, struct arena *scratch, struct buf *out);

#endif
