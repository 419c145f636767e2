/* SPDX-License-Identifier: Apache-2.0 */
/* What the two scans for candidates share. A candidate is a '"' that may end one of the keys (behind it stands a colon or white space, and
 * a filter knows the five bytes before it; an empty string ends there; or fewer than KEY_REACH bytes stand before it), or the '\\' of "\u". */
#ifndef POSTERN_VALUE_KEY_SET_INTERNAL_H
#define POSTERN_VALUE_KEY_SET_INTERNAL_H

#include <string.h>

#include "value/key_set.h"

enum { KEY_NONE = 255, KEY_ENDING = 5, KEY_REACH = 8, KEY_FILTER_BITS = 13 };

/* Looks at the bytes [from, to) of the text, to < text.len, and writes where candidates stand, counted from `from`;
 * returns how many. At most to - from, which fits 16 bits. */
typedef size_t key_candidates_fn(const struct key_set *set, str text, size_t from, size_t to,
                                 uint16_t *out);

struct key_set {
    const str *keys;
    size_t n;
    key_candidates_fn *candidates;
    uint8_t filter[(1 << KEY_FILTER_BITS) / 8]; /* by key_ending_hash: some key may end so */
    uint64_t *tails;                       /* the last 8 bytes of each key, the last highest; 0 where it is shorter */
    uint8_t heads[256]; /* by the hash of an ending: the first key of four bytes or more, or KEY_NONE */
    uint8_t shorts;     /* the first shorter one */
    uint8_t *later;     /* the next key of the same list */
    uint8_t empty;                         /* the empty key, or KEY_NONE */
    bool letters[128];                     /* that occur in keys */
};

/* The eight bytes before a quote, the last one highest. */
static inline uint64_t key_tail(const char *quote)
{
    uint64_t bytes;
    memcpy(&bytes, quote - KEY_REACH, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

/* Of the last KEY_ENDING bytes of a tail. */
static inline uint32_t key_ending_hash(uint64_t tail)
{
    uint64_t ending = tail >> (64 - 8 * KEY_ENDING);
    return (uint32_t)(ending * UINT64_C(0x9E3779B97F4A7C15) >> (64 - KEY_FILTER_BITS));
}

/* Whether some key may end at the quote; KEY_REACH bytes stand before it. */
static inline bool key_may_end(const struct key_set *set, const char *quote)
{
    uint32_t hash = key_ending_hash(key_tail(quote));
    return (set->filter[hash >> 3] >> (hash & 7) & 1) | (quote[-1] == '"');
}

key_candidates_fn key_candidates_plain;
key_candidates_fn key_candidates_avx2;
bool key_candidates_has_avx2(void);

#endif
