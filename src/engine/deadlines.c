/* SPDX-License-Identifier: Apache-2.0 */
/* Sift up, sift down. */
#include "engine/deadlines.h"

#include "base/mem.h"

void deadlines_deinit(struct deadlines *d)
{
    mem_free(d->v);
    d->v = NULL;
    d->n = d->cap = 0;
}

static bool before(const struct deadline *a, const struct deadline *b)
{
    return a->at != b->at ? a->at < b->at : a->number < b->number;
}

static void put(struct deadlines *d, size_t place, struct deadline deadline)
{
    d->v[place] = deadline;
    d->moved(d->user, deadline.who, (uint32_t)place);
}

static void sift_up(struct deadlines *d, size_t place, struct deadline deadline)
{
    for (; place > 0 && before(&deadline, &d->v[(place - 1) / 2]); place = (place - 1) / 2) {
        put(d, place, d->v[(place - 1) / 2]);
    }
    put(d, place, deadline);
}

static void sift_down(struct deadlines *d, size_t place, struct deadline deadline)
{
    for (size_t child; (child = 2 * place + 1) < d->n; place = child) {
        child += child + 1 < d->n && before(&d->v[child + 1], &d->v[child]);
        if (!before(&d->v[child], &deadline)) {
            break;
        }
        put(d, place, d->v[child]);
    }
    put(d, place, deadline);
}

void deadlines_add(struct deadlines *d, struct deadline deadline)
{
    if (d->n == d->cap) {
        size_t cap = d->cap ? d->cap * 2 : 64;
        d->v = mem_grow(d->v, d->cap * sizeof *d->v, cap * sizeof *d->v);
        d->cap = cap;
    }
    sift_up(d, d->n++, deadline);
}

void deadlines_remove(struct deadlines *d, uint32_t place)
{
    struct deadline last = d->v[--d->n];
    if (place == d->n) {
        return;
    }
    if (place > 0 && before(&last, &d->v[(place - 1) / 2])) {
        sift_up(d, place, last);
    } else {
        sift_down(d, place, last);
    }
}
