/* SPDX-License-Identifier: Apache-2.0 */
/* A small set is a list, a larger one an open-addressing table at most half full. */
#include "eval/text_set.h"

#include "base/hash.h"

#include <string.h>

/* Up to here comparing in turn is cheaper than hashing. */
enum { LIST_MAX = 4 };

struct text_set {
    uint64_t lengths; /* bit (length mod 64) of every member */
    str *members;
    size_t count;
    uint32_t *slots; /* index + 1; NULL for a list */
    size_t mask;
    uint64_t *marks; /* bit (fingerprint) of every member, 32 bits a slot */
};

static bool same(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Some of the bytes of `s`, mixed. Anyone can make texts that share one, which then cost a real hash and no more. */
static uint64_t fingerprint(str s)
{
    uint64_t head = 0, tail = 0;
    size_t n = s.len < sizeof head ? s.len : sizeof head;
    if (n) {
        memcpy(&head, s.ptr, n);
        memcpy(&tail, s.ptr + (s.len - n), n);
    }
    uint64_t mixed = (head ^ (tail << 32 | tail >> 32) ^ s.len) * UINT64_C(0x9e3779b97f4a7c15);
    return mixed >> 24;
}

/* The word and bit of a text's mark. */
static uint64_t *mark_of(const struct text_set *set, str s, uint64_t *bit)
{
    uint64_t f = fingerprint(s);
    *bit = UINT64_C(1) << (f & 63);
    return &set->marks[(size_t)(f >> 6) & (set->mask >> 1)];
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
    if (n > LIST_MAX) {
        size_t cap = 16;
        while (cap < n * 2)
            cap *= 2;
        set->slots = NEW_ARRAY(a, uint32_t, cap);
        set->mask = cap - 1;
        set->marks = NEW_ARRAY(a, uint64_t, cap / 2);
    }
    for (size_t i = 0; i < n; i++) {
        size_t slot = set->slots ? find_slot(set, texts[i]) : 0;
        if (set->slots ? set->slots[slot] != 0 : list_has(set, texts[i]))
            continue;
        set->members[set->count++] = texts[i];
        set->lengths |= UINT64_C(1) << (texts[i].len & 63);
        if (set->slots) {
            uint64_t bit, *mark = mark_of(set, texts[i], &bit);
            *mark |= bit;
            set->slots[slot] = (uint32_t)set->count;
        }
    }
    return set;
}

bool text_set_has(const struct text_set *set, str s)
{
    if (!(set->lengths >> (s.len & 63) & 1))
        return false;
    if (!set->slots)
        return list_has(set, s);
    uint64_t bit;
    return (*mark_of(set, s, &bit) & bit) && set->slots[find_slot(set, s)] != 0;
}
