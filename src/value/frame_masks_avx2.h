/* SPDX-License-Identifier: Apache-2.0 */
/* Masks with AVX2 and carry-less multiplication; for files that are compiled with those. */
#ifndef POSTERN_VALUE_FRAME_MASKS_AVX2_H
#define POSTERN_VALUE_FRAME_MASKS_AVX2_H

#include <immintrin.h>

#include "value/frame_masks.h"

static inline uint64_t bits(__m256i a, __m256i b)
{
    uint32_t low = (uint32_t)_mm256_movemask_epi8(a);
    uint32_t high = (uint32_t)_mm256_movemask_epi8(b);
    return (uint64_t)high << 32 | low;
}

static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline __m256i is(__m256i x, char c)
{
    return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c));
}

/* A backslash or a line break: the low half of a byte says which it would have to be. */
static inline __m256i is_rare(__m256i x)
{
    const __m256i by_low_half =
        _mm256_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, '\\', 0, 0, 0, -1, 0, 0, 0, 0, 0,
                         0, 0, 0, 0, '\n', 0, '\\', 0, 0, 0);
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low_half, x), x);
}

FRAME_INLINE uint64_t equal(const char *p, char c)
{
    return bits(is(load(p), c), is(load(p + 32), c));
}

FRAME_INLINE struct frame_masks masks(const char *p, bool *rare)
{
    __m256i a = load(p), b = load(p + 32);
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    __m256i odd = _mm256_or_si256(is_rare(a), is_rare(b));
    *rare = _mm256_movemask_epi8(odd) != 0;
    return (struct frame_masks){.quote = bits(is(a, '"'), is(b, '"')),
                                .open = bits(is(x, '{'), is(y, '{')),
                                .close = bits(is(x, '}'), is(y, '}'))};
}

FRAME_INLINE uint64_t parity(uint64_t x)
{
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)x), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

FRAME_INLINE uint64_t count(uint64_t x)
{
    return (uint64_t)__builtin_popcountll(x);
}

FRAME_INLINE uint64_t pair(const char *a, char x, const char *b, char y)
{
    __m256i low = _mm256_and_si256(is(load(a), x), is(load(b), y));
    __m256i high = _mm256_and_si256(is(load(a + 32), x), is(load(b + 32), y));
    return bits(low, high);
}

FRAME_INLINE bool pair_any(const char *a, char x, const char *b, char y)
{
    __m256i low = _mm256_and_si256(is(load(a), x), is(load(b), y));
    __m256i high = _mm256_and_si256(is(load(a + 32), x), is(load(b + 32), y));
    return _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0;
}

static const struct frame_maker mask_maker = {masks, equal, pair, pair_any, parity, count};

#endif
