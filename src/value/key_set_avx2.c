/* SPDX-License-Identifier: Apache-2.0 */
/* The scan for candidates with AVX2: both halves of both bytes are looked up by shuffles, 32 places at once.
 * Compiled with AVX2 where the compiler knows it, called only where the processor does. */
#include "value/key_set_internal.h"

#if defined(__AVX2__)
#include <immintrin.h>
#include <string.h>

enum { WIDTH = 32 };

bool key_candidates_has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

struct tables {
    __m256i last_low, last_high, before_low, before_high;
};

static inline __m256i twice(const uint8_t *table)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* The buckets that each byte fits. */
static inline __m256i buckets(__m256i bytes, __m256i low, __m256i high)
{
    const __m256i half = _mm256_set1_epi8(15);
    __m256i l = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half));
    __m256i h = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
    return _mm256_and_si256(l, h);
}

/* Bit i: p[i] is a candidate. p[-2] is the first byte read. */
static inline uint32_t find(const struct tables *t, const char *p)
{
    __m256i here = load(p), last = load(p - 1), before = load(p - 2);
    __m256i fits = _mm256_and_si256(buckets(last, t->last_low, t->last_high),
                                    buckets(before, t->before_low, t->before_high));
    __m256i misses = _mm256_cmpeq_epi8(fits, _mm256_setzero_si256());
    __m256i quote = _mm256_cmpeq_epi8(here, _mm256_set1_epi8('"'));
    __m256i escape = _mm256_and_si256(_mm256_cmpeq_epi8(here, _mm256_set1_epi8('u')),
                                      _mm256_cmpeq_epi8(last, _mm256_set1_epi8('\\')));
    __m256i found = _mm256_or_si256(_mm256_andnot_si256(misses, quote), escape);
    return (uint32_t)_mm256_movemask_epi8(found);
}

static inline size_t take(uint32_t bits, size_t at, uint16_t *out)
{
    size_t n = 0;
    for (; bits; bits &= bits - 1) {
        out[n++] = (uint16_t)(at + (unsigned)__builtin_ctz(bits));
    }
    return n;
}

size_t key_candidates_avx2(const struct key_set *set, str text, size_t from, size_t to,
                           uint16_t *out)
{
    struct tables t = {twice(set->last.low), twice(set->last.high), twice(set->before.low),
                       twice(set->before.high)};
    size_t at = from, n = 0;
    for (; at + WIDTH <= to; at += WIDTH) {
        n += take(find(&t, text.ptr + at), at - from, out + n);
    }
    if (at < to) {
        char rest[2 + WIDTH] = {0};
        memcpy(rest, text.ptr + at - 2, 2 + to - at);
        n += take(find(&t, rest + 2), at - from, out + n);
    }
    return n;
}
#else
bool key_candidates_has_avx2(void)
{
    return false;
}

size_t key_candidates_avx2(const struct key_set *set, str text, size_t from, size_t to,
                           uint16_t *out)
{
    return key_candidates_plain(set, text, from, to, out);
}
#endif
