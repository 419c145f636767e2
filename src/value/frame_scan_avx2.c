/* SPDX-License-Identifier: Apache-2.0 */
/* The scan with AVX2 and carry-less multiplication. Compiled with those where the compiler knows
 * them, called only where the processor does. */
#include "value/frame_scan_loop.h"

#if defined(__AVX2__) && defined(__PCLMUL__)
#include <immintrin.h>

bool frame_scan_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

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

FRAME_INLINE uint64_t equal(const char *p, char c)
{
    return bits(is(load(p), c), is(load(p + 32), c));
}

FRAME_INLINE struct frame_masks masks(const char *p, bool *rare)
{
    __m256i a = load(p), b = load(p + 32);
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    __m256i odd = _mm256_or_si256(_mm256_or_si256(is(a, '\\'), is(b, '\\')),
                                  _mm256_or_si256(is(a, '\n'), is(b, '\n')));
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

static const struct frame_maker maker = {masks, equal, parity, count};

enum frame_stop frame_scan_avx2(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_loop(s, text, at, last, &maker);
}

size_t frame_colons_avx2(str text, uint32_t *places)
{
    return frame_colons_loop(text, places, &maker);
}
#else
bool frame_scan_has_avx2(void)
{
    return false;
}

enum frame_stop frame_scan_avx2(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_plain(s, text, at, last);
}

size_t frame_colons_avx2(str text, uint32_t *places)
{
    return frame_colons_plain(text, places);
}
#endif
