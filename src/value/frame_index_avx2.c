/* SPDX-License-Identifier: Apache-2.0 */
/* The index of framed objects with AVX2 and carry-less multiplication. */
#include "value/frame_index_loop.h"
#include "value/frame_masks_avx2.h"

FRAME_INLINE __m256i either(__m256i a, __m256i b)
{
    return _mm256_or_si256(a, b);
}

/* Signed: below a blank are the controls and everything above ASCII. */
FRAME_INLINE __m256i is_odd(__m256i x)
{
    return _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), x);
}

FRAME_INLINE uint64_t odd_bytes(const char *p)
{
    return bits(is_odd(load(p)), is_odd(load(p + 32)));
}

FRAME_INLINE struct frame_index_masks index_masks(const char *p)
{
    __m256i a = load(p), b = load(p + 32);
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = either(a, fold), y = either(b, fold);
    __m256i backslash = either(is(a, '\\'), is(b, '\\'));
    __m256i rare = either(backslash, either(is_odd(a), is_odd(b)));
    return (struct frame_index_masks){
        .quote = bits(is(a, '"'), is(b, '"')),
        .open = bits(is(x, '{'), is(y, '{')),
        .close = bits(is(x, '}'), is(y, '}')),
        .separator = bits(either(is(a, ','), is(a, ':')), either(is(b, ','), is(b, ':'))),
        .blank = bits(is(a, ' '), is(b, ' ')),
        .rare = _mm256_movemask_epi8(rare) != 0,
    };
}

FRAME_INLINE uint32_t first(uint64_t x)
{
    return (uint32_t)_tzcnt_u64(x);
}

static const struct frame_index_maker index_maker = {index_masks, odd_bytes, first};

enum frame_index_stop frame_index_simd(str text, size_t start, struct frame_index *out)
{
    return frame_index_loop(text, start, out, &index_maker, &mask_maker);
}
