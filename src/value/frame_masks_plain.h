/* SPDX-License-Identifier: Apache-2.0 */
/* Masks in plain C, from eight bytes at a time in a 64-bit word. */
#ifndef POSTERN_VALUE_FRAME_MASKS_PLAIN_H
#define POSTERN_VALUE_FRAME_MASKS_PLAIN_H

#include "value/frame_masks.h"

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Eight bytes, the first lowest. */
static inline uint64_t load(const char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Bit i: byte i of `word` is `byte`. A byte's top bit is cleared by the sum exactly when its low
 * seven bits are zero; the multiplication gathers the top bits in the highest byte. */
static inline uint64_t equal_in_word(uint64_t word, uint64_t byte)
{
    uint64_t x = word ^ EACH_BYTE(byte);
    uint64_t zero = ~(((x & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f)) | x) & EACH_BYTE(0x80);
    return ((zero >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

FRAME_INLINE uint64_t equal(const char *p, char c)
{
    uint64_t mask = 0;
    for (int i = 0; i < FRAME_STEP; i += 8) {
        mask |= equal_in_word(load(p + i), (uint8_t)c) << i;
    }
    return mask;
}

FRAME_INLINE struct frame_masks masks(const char *p, bool *rare)
{
    struct frame_masks m = {0};
    for (int i = 0; i < FRAME_STEP; i += 8) {
        uint64_t word = load(p + i);
        uint64_t folded = word | EACH_BYTE(0x20); /* '[' and '{', ']' and '}' differ in one bit */
        m.quote |= equal_in_word(word, '"') << i;
        m.open |= equal_in_word(folded, '{') << i;
        m.close |= equal_in_word(folded, '}') << i;
    }
    *rare = (equal(p, '\\') | equal(p, '\n')) != 0;
    return m;
}

/* Most masks are empty or nearly so. */
FRAME_INLINE uint64_t count(uint64_t x)
{
    uint64_t n = 0;
    for (; x; x &= x - 1) {
        n++;
    }
    return n;
}

FRAME_INLINE uint64_t pair(const char *a, char x, const char *b, char y)
{
    return equal(a, x) & equal(b, y);
}

FRAME_INLINE bool pair_any(const char *a, char x, const char *b, char y)
{
    return pair(a, x, b, y) != 0;
}

static const struct frame_maker mask_maker = {masks, equal, pair, pair_any, frame_parity_by_shifts,
                                              count};

#endif
