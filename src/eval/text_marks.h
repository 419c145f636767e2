/* SPDX-License-Identifier: Apache-2.0 */
/* A small picture of a set of texts that tells most others from its members without a hash of the whole text: nearly all values of a log are asked for nowhere.
 * Frozen, in the arena it was made in. */
#ifndef POSTERN_EVAL_TEXT_MARKS_H
#define POSTERN_EVAL_TEXT_MARKS_H

#include <string.h>

#include "base/arena.h"

struct text_marks {
    uint64_t lengths; /* bit (length mod 64) of every member */
    uint64_t *words;  /* bit (fingerprint) of every member */
    uint64_t mask;    /* words - 1 */
};

/* Some of the bytes of `s`, mixed. Anyone can make texts that share one, which then cost a real hash and no more. */
static inline uint64_t text_fingerprint(str s)
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

/* Room for `n` members, 16 to 32 bits each. */
static inline struct text_marks text_marks_new(size_t n, struct arena *a)
{
    uint64_t words = 1;
    while (words * 4 < n)
        words *= 2;
    return (struct text_marks){.words = NEW_ARRAY(a, uint64_t, words), .mask = words - 1};
}

static inline void text_marks_add(struct text_marks *m, str s)
{
    uint64_t f = text_fingerprint(s);
    m->lengths |= UINT64_C(1) << (s.len & 63);
    m->words[f >> 6 & m->mask] |= UINT64_C(1) << (f & 63);
}

/* False: no member. */
static inline bool text_marks_may_have(const struct text_marks *m, str s)
{
    if (!(m->lengths >> (s.len & 63) & 1))
        return false;
    uint64_t f = text_fingerprint(s);
    return m->words[f >> 6 & m->mask] >> (f & 63) & 1;
}

#endif
