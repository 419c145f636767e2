/* SPDX-License-Identifier: Apache-2.0 */
/* The order, the pipes and the size of an EQL event query's results (sections 10 and 15 of the EQL semantics). */
#ifndef POSTERN_ENGINE_RESULTS_H
#define POSTERN_ENGINE_RESULTS_H

#include "ir/ir.h"

/* One hit to be ordered. */
struct result {
    struct value timestamp;  /* VALUE_NULL when the event has none: sorts first */
    struct value tiebreaker; /* VALUE_NULL: sorts after those with one */
    uint64_t input;          /* position in the input: the last criterion */
};

enum result_position { RESULT_HEAD, RESULT_TAIL };

/* Negative, zero or positive: ascending by timestamp, tiebreaker, input. */
int results_compare(const struct result *a, const struct result *b);
/* Sorts ascending by timestamp (milliseconds, or nanoseconds for date_nanos values), tiebreaker, input. */
void results_sort(struct result *results, size_t n);

/* Applies size and pipes to a list of n results in order: the range [*first, *first + returned) is what remains. `size` is applied before the first pipe in that pipe's direction; without pipes `position` chooses. */
size_t results_cut(const struct ir_pipe *pipes, size_t n_pipes, uint64_t size,
                   enum result_position position, size_t n, size_t *first);

#endif
