/* SPDX-License-Identifier: Apache-2.0 */
/* What the two scans for candidates share. A candidate is a '"' behind two bytes that may end a key, or the 'u' of "\u". */
#ifndef POSTERN_VALUE_KEY_SET_INTERNAL_H
#define POSTERN_VALUE_KEY_SET_INTERNAL_H

#include "value/key_set.h"

enum { KEY_BUCKETS = 8, KEY_NONE = 255 };

/* Bit b of low[i] and high[j]: some key of bucket b ends so that this byte's lower half is i, its upper half j. */
struct key_nibbles {
    uint8_t low[16], high[16];
};

/* Looks at the bytes [from, to) of the text, 2 <= from, and writes where candidates stand, counted from `from`; returns how many.
 * At most to - from fit 16 bits. */
typedef size_t key_candidates_fn(const struct key_set *set, str text, size_t from, size_t to,
                                 uint16_t *out);

struct key_set {
    const str *keys;
    size_t n;
    key_candidates_fn *candidates;
    struct key_nibbles last, before; /* of the last byte of a key and the one before it */
    uint8_t heads[256];              /* by the hash of those two: the first key, or KEY_NONE */
    uint8_t *later;                  /* the next key with that hash */
    uint8_t empty;                   /* the empty key, or KEY_NONE */
    bool letters[128];               /* that occur in keys */
};

static inline bool key_nibbles_match(const struct key_nibbles *last,
                                     const struct key_nibbles *before, uint8_t l, uint8_t b)
{
    return last->low[l & 15] & last->high[l >> 4] & before->low[b & 15] & before->high[b >> 4];
}

key_candidates_fn key_candidates_plain;
key_candidates_fn key_candidates_avx2;
bool key_candidates_has_avx2(void);

#endif
