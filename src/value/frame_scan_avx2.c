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

static inline uint64_t equal(__m256i a, __m256i b, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
    return (uint64_t)high << 32 | low;
}

static inline struct frame_masks read_masks(const char *p)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    return (struct frame_masks){.quote = equal(a, b, '"'),
                                .backslash = equal(a, b, '\\'),
                                .open = equal(x, y, '{'),
                                .close = equal(x, y, '}'),
                                .newline = equal(a, b, '\n'),
                                .colon = equal(a, b, ':'),
                                .u = equal(a, b, 'u')};
}

static inline uint64_t parity(uint64_t x)
{
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)x), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

enum frame_stop frame_scan_avx2(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_loop(s, text, at, last, read_masks, parity);
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
#endif
