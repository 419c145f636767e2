/* SPDX-License-Identifier: Apache-2.0 */
/* Masks of 64 bytes with AVX2; on other machines never called. Compiled with -mavx2 where that exists. */
#include "value/frame_scan.h"

#ifdef __AVX2__
#include <immintrin.h>

bool frame_has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

static uint64_t equal(__m256i a, __m256i b, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
    return (uint64_t)high << 32 | low;
}

void frame_masks_avx2(const char *p, struct frame_masks *out)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    /* '[' and '{', ']' and '}' differ in one bit. */
    __m256i fold = _mm256_set1_epi8(0x20);
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    out->quote = equal(a, b, '"');
    out->backslash = equal(a, b, '\\');
    out->newline = equal(a, b, '\n');
    out->open = equal(x, y, '{');
    out->close = equal(x, y, '}');
}
#else
bool frame_has_avx2(void)
{
    return false;
}

void frame_masks_avx2(const char *p, struct frame_masks *out)
{
    frame_masks_plain(p, out);
}
#endif
