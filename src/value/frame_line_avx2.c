/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one record each, with AVX2. */
#include "value/frame_masks_avx2.h"

/* Depths in 8 bits, which may wrap; quotes: all ones where they are odd in number. */
struct line_sum {
    __m256i depth, quotes;
};

#include "value/frame_line_loop.h"

/* In the highest bits of bytes: a line break, a backslash, or an opening bracket (given for the next bytes) behind what may be '}', ']' or a blank. */
FRAME_INLINE __m256i odd_before(__m256i x, __m256i open)
{
    /* By the low half of a byte: the line break and the backslash as they are, and a sign where '}', ']' or a blank may be. */
    const __m256i by_low_half =
        _mm256_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, 0, -1, '\n', 0, '\\', -1, 0, 0, -1, 0, 0, 0, 0, 0,
                         0, 0, 0, -1, '\n', 0, '\\', -1, 0, 0);
    __m256i half = _mm256_shuffle_epi8(by_low_half, x);
    return _mm256_or_si256(_mm256_cmpeq_epi8(half, x), _mm256_and_si256(half, open));
}

/* '[' becomes '{', and ']' becomes '}'. */
FRAME_INLINE __m256i folded(const char *p)
{
    return _mm256_or_si256(load(p), _mm256_set1_epi8(0x20));
}

struct seen {
    __m256i odd, hits;
    struct line_sum sum;
};

/* Sixteen instructions for 32 bytes: measured, twice as fast as following strings and brackets. */
FRAME_INLINE struct seen look(struct seen s, const char *p, const struct frame_line_key *key)
{
    __m256i x = load(p), next = folded(p + 1), open = is(next, '{');
    s.odd = _mm256_or_si256(s.odd, odd_before(x, open));
    s.sum.depth = _mm256_add_epi8(_mm256_sub_epi8(s.sum.depth, open), is(next, '}'));
    s.sum.quotes = _mm256_xor_si256(s.sum.quotes, is(x, '"'));
    s.hits = _mm256_or_si256(
        s.hits, _mm256_and_si256(is(x, key->first), is(load(p + key->apart), key->second)));
    /* Done before the next bytes are begun: compilers would look at all four at once and run out of registers. Measured, a quarter of the scan. */
    __asm__ volatile("" : "+x"(s.odd), "+x"(s.hits), "+x"(s.sum.depth), "+x"(s.sum.quotes));
    return s;
}

FRAME_INLINE bool quiet(const char *p, const struct frame_line_key *key, bool *hit,
                        struct line_sum *sum)
{
    struct seen s = {_mm256_setzero_si256(), _mm256_setzero_si256(), *sum};
    s = look(look(s, p, key), p + 32, key);
    s = look(look(s, p + 64, key), p + 96, key);
    *hit = _mm256_movemask_epi8(s.hits) != 0;
    *sum = s.sum;
    return _mm256_movemask_epi8(s.odd) == 0;
}

FRAME_INLINE void undo(const char *p, size_t from, struct line_sum *sum)
{
    __m256i place = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
                                     18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    __m256i before = _mm256_set1_epi8((char)(from - 1));
    for (size_t i = 0; i < FRAME_LINE_STEP; i += sizeof place) {
        __m256i taken = _mm256_cmpgt_epi8(place, before), next = folded(p + i + 1);
        __m256i open = _mm256_and_si256(taken, is(next, '{'));
        __m256i close = _mm256_and_si256(taken, is(next, '}'));
        __m256i quotes = _mm256_and_si256(taken, is(load(p + i), '"'));
        sum->depth = _mm256_sub_epi8(_mm256_add_epi8(sum->depth, open), close);
        sum->quotes = _mm256_xor_si256(sum->quotes, quotes);
        place = _mm256_add_epi8(place, _mm256_set1_epi8(sizeof place));
    }
}

FRAME_INLINE struct frame_line_count total(const struct line_sum *sum)
{
    __m256i quarters = _mm256_sad_epu8(sum->depth, _mm256_setzero_si256());
    __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256(quarters, 1));
    uint32_t odd = (uint32_t)_mm256_movemask_epi8(sum->quotes);
    return (struct frame_line_count){
        (uint8_t)(_mm_extract_epi64(halves, 0) + _mm_extract_epi64(halves, 1)),
        (uint8_t)__builtin_popcount(odd)};
}

FRAME_INLINE uint64_t signs(const char *p)
{
    return bits(odd_before(load(p), is(folded(p + 1), '{')),
                odd_before(load(p + 32), is(folded(p + 33), '{')));
}

static __attribute__((noinline)) bool places(const struct frame_line_search *search,
                                             struct frame_formed *out)
{
    return frame_line_places(search, &mask_maker, out);
}

static const struct frame_line_maker line_maker = {quiet, undo, total, signs, places};

enum frame_form_stop frame_line_simd(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_line_loop(form, text, start, out, &line_maker);
}
