/* SPDX-License-Identifier: Apache-2.0 */
/* Masks with NEON, which every 64-bit ARM processor has. Carry-less multiplication not every one has: it is used where the compiler was told of it
 * (-march=armv8-a+crypto, -mcpu=native). */
#ifndef POSTERN_VALUE_FRAME_MASKS_NEON_H
#define POSTERN_VALUE_FRAME_MASKS_NEON_H

#include <arm_neon.h>

#include "value/frame_masks.h"

/* A step in registers, or what was found in it: all ones in each byte that is meant. */
typedef uint8x16x4_t vectors;

static inline vectors load(const char *p)
{
    const uint8_t *u = (const uint8_t *)p;
    return (vectors){{vld1q_u8(u), vld1q_u8(u + 16), vld1q_u8(u + 32), vld1q_u8(u + 48)}};
}

static inline vectors is(vectors x, char c)
{
    uint8x16_t v = vdupq_n_u8((uint8_t)c);
    return (vectors){{vceqq_u8(x.val[0], v), vceqq_u8(x.val[1], v), vceqq_u8(x.val[2], v),
                      vceqq_u8(x.val[3], v)}};
}

static inline vectors both(vectors x, vectors y)
{
    return (vectors){{vandq_u8(x.val[0], y.val[0]), vandq_u8(x.val[1], y.val[1]),
                      vandq_u8(x.val[2], y.val[2]), vandq_u8(x.val[3], y.val[3])}};
}

static inline vectors either(vectors x, vectors y)
{
    return (vectors){{vorrq_u8(x.val[0], y.val[0]), vorrq_u8(x.val[1], y.val[1]),
                      vorrq_u8(x.val[2], y.val[2]), vorrq_u8(x.val[3], y.val[3])}};
}

/* '[' becomes '{', and ']' becomes '}': they differ in one bit. */
static inline vectors fold(vectors x)
{
    uint8x16_t v = vdupq_n_u8(0x20);
    return either(x, (vectors){{v, v, v, v}});
}

static inline bool any(vectors x)
{
    uint8x16_t one = vorrq_u8(vorrq_u8(x.val[0], x.val[1]), vorrq_u8(x.val[2], x.val[3]));
    return vmaxvq_u8(one) != 0;
}

/* One bit a byte: each byte keeps the bit of its place among eight, and three rounds of adding neighbours gather eight bytes in one. */
static inline uint64_t bits(vectors x)
{
    const uint8x16_t place = vreinterpretq_u8_u64(vdupq_n_u64(UINT64_C(0x8040201008040201)));
    vectors kept = both(x, (vectors){{place, place, place, place}});
    uint8x16_t low = vpaddq_u8(kept.val[0], kept.val[1]);
    uint8x16_t high = vpaddq_u8(kept.val[2], kept.val[3]);
    uint8x16_t sum = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

FRAME_INLINE uint64_t equal(const char *p, char c)
{
    return bits(is(load(p), c));
}

FRAME_INLINE struct frame_masks masks(const char *p, bool *rare)
{
    vectors x = load(p), folded = fold(x);
    *rare = any(either(is(x, '\\'), is(x, '\n')));
    return (struct frame_masks){
        .quote = bits(is(x, '"')), .open = bits(is(folded, '{')), .close = bits(is(folded, '}'))};
}

#if defined(__ARM_FEATURE_AES)
FRAME_INLINE uint64_t parity(uint64_t x)
{
    return vgetq_lane_u64(vreinterpretq_u64_p128(vmull_p64(x, ~UINT64_C(0))), 0);
}
#else
FRAME_INLINE uint64_t parity(uint64_t x)
{
    return frame_parity_by_shifts(x);
}
#endif

FRAME_INLINE uint64_t count(uint64_t x)
{
    return (uint64_t)__builtin_popcountll(x);
}

FRAME_INLINE uint64_t pair(const char *a, char x, const char *b, char y)
{
    return bits(both(is(load(a), x), is(load(b), y)));
}

FRAME_INLINE bool pair_any(const char *a, char x, const char *b, char y)
{
    return any(both(is(load(a), x), is(load(b), y)));
}

static const struct frame_maker mask_maker = {masks, equal, pair, pair_any, parity, count};

#endif
