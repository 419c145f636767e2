/* SPDX-License-Identifier: Apache-2.0 */
/* Which of many conditions may hold for an event, found from its values (atom_table.h) instead of by asking each. Every condition is kept under the atoms of a guard: leaves of which at least one is
 * true whenever the condition is, chosen so that they are seldom true. What has no guard may always hold. An index is one thread's. */
#ifndef POSTERN_EVAL_CONDITION_INDEX_H
#define POSTERN_EVAL_CONDITION_INDEX_H

#include "eval/program.h"

struct condition_index;

/* Over n conditions of a frozen program. `slots`: only these (a bit set) are looked at in an event, the others may have any value; NULL: all. Lives in `a`. */
struct condition_index *condition_index_new(const struct program *p, const uint32_t *conditions,
                                            size_t n, const uint64_t *slots, struct arena *a);

/* Writes the places (in the list given to condition_index_new) of the conditions that may hold for the event, ascending; `out` has room for n. All others do not
 * hold: no condition is left out that evaluator_holds says is true. */
size_t condition_index_find(struct condition_index *index, struct event *event, uint32_t *out);

/* How many conditions have no guard. */
size_t condition_index_unguarded(const struct condition_index *index);

#endif
