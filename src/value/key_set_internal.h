/* SPDX-License-Identifier: Apache-2.0 */
/* What the two scans for candidates share. A candidate is a '"' that may end one of the keys (behind it stands a colon or white space, and
 * a filter knows the four bytes before it, or it ends an empty string), or the '\\' of "\u". */
#ifndef POSTERN_VALUE_KEY_SET_INTERNAL_H
#define POSTERN_VALUE_KEY_SET_INTERNAL_H

#include <string.h>

#include "value/key_set.h"

enum { KEY_NONE = 255, KEY_ENDING = 4, KEY_FILTER_BITS = 13 };

/* Looks at the bytes [from, to) of the text, KEY_ENDING <= from, to < text.len, and writes where candidates stand, counted from `from`;
 * returns how many. At most to - from, which fits 16 bits. */
typedef size_t key_candidates_fn(const struct key_set *set, str text, size_t from, size_t to,
                                 uint16_t *out);

struct key_set {
    const str *keys;
    size_t n;
    key_candidates_fn *candidates;
    uint8_t filter[(1 << KEY_FILTER_BITS) / 8]; /* by key_ending_hash: some key may end so */
    uint64_t *tails;                       /* the last 8 bytes of each key, the last highest; 0 where it is shorter */
    uint8_t heads[256]; /* by the hash of an ending: the first key of three bytes or more, or KEY_NONE */
    uint8_t shorts;     /* the first shorter one */
    uint8_t *later;     /* the next key of the same list */
    uint8_t empty;                         /* the empty key, or KEY_NONE */
    bool letters[128];                     /* that occur in keys */
};

/* The four bytes before a quote, the last one highest. */
static inline uint32_t key_ending(const char *quote)
{
    uint32_t bytes;
    memcpy(&bytes, quote - KEY_ENDING, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap32(bytes);
#endif
    return bytes;
}

static inline uint32_t key_ending_hash(uint32_t bytes)
{
    return (bytes * 0x9E3779B1u) >> (32 - KEY_FILTER_BITS);
}

/* Whether some key may end at the quote; KEY_ENDING bytes stand before it. */
static inline bool key_may_end(const struct key_set *set, const char *quote)
{
    uint32_t hash = key_ending_hash(key_ending(quote));
    return (set->filter[hash >> 3] >> (hash & 7) & 1) | (quote[-1] == '"');
}

key_candidates_fn key_candidates_plain;
key_candidates_fn key_candidates_avx2;
bool key_candidates_has_avx2(void);

#endif
