/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap. */
#include "run/reorder.h"

#include <string.h>

#include "base/mem.h"

void reorder_deinit(struct reorder *r)
{
    for (size_t i = 0; i < r->n; i++) {
        mem_free(r->v[i].bytes);
    }
    mem_free(r->v);
    *r = (struct reorder){0};
}

static bool before(const struct reorder_item *a, const struct reorder_item *b)
{
    return sort_key_compare(&a->key, a->bytes, &b->key, b->bytes) < 0;
}

void reorder_add(struct reorder *r, struct sort_key key, str head, uint64_t text)
{
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        r->v = mem_grow(r->v, r->cap * sizeof *r->v, cap * sizeof *r->v);
        r->cap = cap;
    }
    struct reorder_item item = {key, mem_alloc(head.len + 1), head.len, text};
    if (head.len) {
        memcpy(item.bytes, head.ptr, head.len);
    }
    size_t place = r->n++;
    for (; place > 0 && before(&item, &r->v[(place - 1) / 2]); place = (place - 1) / 2) {
        r->v[place] = r->v[(place - 1) / 2];
    }
    r->v[place] = item;
}

struct reorder_item reorder_take(struct reorder *r)
{
    struct reorder_item first = r->v[0], last = r->v[--r->n];
    size_t place = 0;
    for (size_t child; (child = 2 * place + 1) < r->n; place = child) {
        child += child + 1 < r->n && before(&r->v[child + 1], &r->v[child]);
        if (!before(&r->v[child], &last)) {
            break;
        }
        r->v[place] = r->v[child];
    }
    if (r->n) {
        r->v[place] = last;
    }
    return first;
}
