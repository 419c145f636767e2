/* SPDX-License-Identifier: Apache-2.0 */
/* A small set is a list, a larger one an open-addressing table at most half full. */
#include "eval/text_set.h"

#include "base/hash.h"
#include "eval/text_marks.h"

#include <string.h>

/* Up to here comparing in turn is cheaper than hashing. */
enum { LIST_MAX = 4 };

struct text_set {
    struct text_marks marks;
    str *members;
    size_t count;
    uint32_t *slots; /* index + 1; NULL for a list */
    size_t mask;
};

static bool same(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* The slot that holds `s`, or the free one where it belongs. */
static size_t find_slot(const struct text_set *set, str s)
{
    size_t at = (size_t)hash_str(s) & set->mask;
    while (set->slots[at] && !same(set->members[set->slots[at] - 1], s))
        at = (at + 1) & set->mask;
    return at;
}

static bool list_has(const struct text_set *set, str s)
{
    for (size_t i = 0; i < set->count; i++)
        if (same(set->members[i], s))
            return true;
    return false;
}

struct text_set *text_set_new(const str *texts, size_t n, struct arena *a)
{
    struct text_set *set = NEW(a, struct text_set);
    set->members = NEW_ARRAY(a, str, n);
    set->marks = text_marks_new(n, a);
    if (n > LIST_MAX) {
        size_t cap = 16;
        while (cap < n * 2)
            cap *= 2;
        set->slots = NEW_ARRAY(a, uint32_t, cap);
        set->mask = cap - 1;
    }
    for (size_t i = 0; i < n; i++) {
        size_t slot = set->slots ? find_slot(set, texts[i]) : 0;
        if (set->slots ? set->slots[slot] != 0 : list_has(set, texts[i]))
            continue;
        set->members[set->count++] = texts[i];
        text_marks_add(&set->marks, texts[i]);
        if (set->slots)
            set->slots[slot] = (uint32_t)set->count;
    }
    return set;
}

bool text_set_has_length(const struct text_set *set, size_t len)
{
    return set->marks.lengths >> (len & 63) & 1;
}

bool text_set_has(const struct text_set *set, str s)
{
    if (!text_marks_may_have(&set->marks, s))
        return false;
    return set->slots ? set->slots[find_slot(set, s)] != 0 : list_has(set, s);
}
