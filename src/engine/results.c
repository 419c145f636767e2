/* SPDX-License-Identifier: Apache-2.0 */
/* Results in order, and how many of them. */
#include "engine/results.h"

#include <stdlib.h>

int results_compare(const struct result *a, const struct result *b)
{
    int c = value_cmp(&a->timestamp, &b->timestamp); /* VALUE_NULL sorts first */
    if (!c && (a->tiebreaker.type == VALUE_NULL) != (b->tiebreaker.type == VALUE_NULL)) {
        c = a->tiebreaker.type == VALUE_NULL ? 1 : -1;
    }
    if (!c) {
        c = value_cmp(&a->tiebreaker, &b->tiebreaker);
    }
    return c ? c : a->input < b->input ? -1 : a->input > b->input;
}

static int compare(const void *x, const void *y)
{
    return results_compare(x, y);
}

void results_sort(struct result *results, size_t n)
{
    if (n) {
        qsort(results, n, sizeof *results, compare);
    }
}

/* Keeps `count` of *n at one end. */
static void keep(bool head, uint64_t count, size_t *first, size_t *n)
{
    if (count < *n) {
        *first += head ? 0 : *n - (size_t)count;
        *n = (size_t)count;
    }
}

size_t results_cut(const struct ir_pipe *pipes, size_t n_pipes, uint64_t size,
                   enum result_position position, size_t n, size_t *first)
{
    *first = 0;
    bool head = n_pipes ? pipes[0].op == IR_PIPE_HEAD : position == RESULT_HEAD;
    keep(head, size, first, &n);
    for (size_t i = 0; i < n_pipes; i++) {
        keep(pipes[i].op == IR_PIPE_HEAD, pipes[i].count, first, &n);
    }
    return n;
}
