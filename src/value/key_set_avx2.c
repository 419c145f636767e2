/* SPDX-License-Identifier: Apache-2.0 */
/* The scan for candidates with AVX2, 64 bytes at once. Compiled with it where the compiler knows it, called only where the processor does. */
#include "value/key_set_internal.h"

#if defined(__AVX2__)
#include <immintrin.h>

enum { WIDTH = 32, STEP = 64 };

bool key_candidates_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
           __builtin_cpu_supports("bmi");
}

static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline __m256i is(__m256i bytes, char c)
{
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

/* Bit i: p[i] ends a string that may be a key, or begins "\\u". */
static inline uint32_t find(const char *p)
{
    __m256i here = load(p), next = load(p + 1);
    __m256i blank = _mm256_cmpeq_epi8(_mm256_min_epu8(next, _mm256_set1_epi8(' ')), next);
    __m256i key = _mm256_and_si256(is(here, '"'), _mm256_or_si256(blank, is(next, ':')));
    __m256i escape = _mm256_and_si256(is(here, '\\'), is(next, 'u'));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(key, escape));
}

/* Appends the places that the filter lets through. Without branches on what it finds: keys stand too irregularly to be foreseen. */
static inline size_t take(const struct key_set *set, const char *p, uint64_t bits, size_t at,
                          uint16_t *out)
{
    size_t n = 0;
    for (; bits; bits &= bits - 1) {
        size_t i = (size_t)__builtin_ctzll(bits);
        out[n] = (uint16_t)(at + i);
        n += key_may_end(set, p + i) | (p[i] == '\\');
    }
    return n;
}

static inline uint64_t find_step(const char *p)
{
    return (uint64_t)find(p + WIDTH) << WIDTH | find(p);
}

/* The bytes behind the last whole step, copied to where more can be read behind them. */
static size_t take_rest(const struct key_set *set, str text, size_t at, size_t to, uint16_t *out,
                        size_t from)
{
    char padded[KEY_REACH + STEP + 1] = {0};
    memcpy(padded, text.ptr + at - KEY_REACH, KEY_REACH + (to - at) + 1);
    const char *p = padded + KEY_REACH;
    uint64_t bits = find_step(p) & ((UINT64_C(1) << (to - at)) - 1);
    return take(set, p, bits, at - from, out);
}

size_t key_candidates_avx2(const struct key_set *set, str text, size_t from, size_t to,
                           uint16_t *out)
{
    size_t at = from, n = 0;
    if (from < KEY_REACH) {
        at = to < KEY_REACH ? to : KEY_REACH;
        n = key_candidates_plain(set, text, from, at, out);
    }
    for (; at + STEP <= to; at += STEP) {
        n += take(set, text.ptr + at, find_step(text.ptr + at), at - from, out + n);
    }
    return at < to ? n + take_rest(set, text, at, to, out + n, from) : n;
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
