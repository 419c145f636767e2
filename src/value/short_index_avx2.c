/* SPDX-License-Identifier: Apache-2.0 */
/* With AVX2. The formulas are those of simdjson.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", sections 3.1 and 3.1.5. */
#include "value/short_index.h"

#include "value/frame_masks_avx2.h"

/* Behind a step. */
struct short_state {
    uint64_t in_string; /* all ones inside a string */
    uint64_t in_word;   /* 1: the last byte belongs to a number or word */
};

/* Sixty-four bytes, or what is left of the text: then the first bytes of a half may be such as were looked at before, and are dropped, so that nothing need be copied to where it can be
 * padded (reading a copy at once waits for it: a quarter of the time). */
struct short_block {
    __m256i a, b;
    unsigned drop_a, drop_b;
    uint64_t there; /* bits of the bytes that there are */
};

FRAME_INLINE uint64_t short_bits(const struct short_block *k, __m256i a, __m256i b)
{
    uint64_t low = (uint32_t)_mm256_movemask_epi8(a), high = (uint32_t)_mm256_movemask_epi8(b);
    return low >> k->drop_a | high >> k->drop_b << 32;
}

FRAME_INLINE uint64_t short_equal(const struct short_block *k, char c)
{
    return short_bits(k, is(k->a, c), is(k->b, c));
}

/* The block's positions as bits. False: not the usual text. */
FRAME_INLINE bool short_step(const struct short_block *k, struct short_state *s, uint64_t *listed)
{
    __m256i a = k->a, b = k->b, blank = _mm256_set1_epi8(' ');
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    __m256i backslash = _mm256_or_si256(is(a, '\\'), is(b, '\\'));
    /* The sign bits of bytes that are not ASCII, and of a backslash's match. */
    if (_mm256_movemask_epi8(_mm256_or_si256(backslash, _mm256_or_si256(a, b))) != 0) {
        return false;
    }
    uint64_t quote = short_equal(k, '"');
    uint64_t structural = short_bits(k,
                                     _mm256_or_si256(_mm256_or_si256(is(x, '{'), is(x, '}')),
                                                     _mm256_or_si256(is(a, ','), is(a, ':'))),
                                     _mm256_or_si256(_mm256_or_si256(is(y, '{'), is(y, '}')),
                                                     _mm256_or_si256(is(b, ','), is(b, ':'))));
    uint64_t control = short_bits(k, _mm256_cmpgt_epi8(blank, a), _mm256_cmpgt_epi8(blank, b));
    uint64_t space = short_equal(k, ' ');
    if (control) {
        space |= short_equal(k, '\n') | short_equal(k, '\r') | short_equal(k, '\t');
    }
    uint64_t inside = parity(quote) ^ s->in_string; /* with opening, without closing quotes */
    uint64_t other = ~(structural | space) & k->there;
    uint64_t word = other & ~quote;
    uint64_t begins = other & ~(word << 1 | s->in_word);
    s->in_string = 0 - (inside >> 63);
    s->in_word = word >> 63;
    *listed = (structural | begins) & ~(inside ^ quote);
    return (control & inside) == 0;
}

/* The last `left` bytes of a text of at least 32, fewer than 64, which end before `end`. */
FRAME_INLINE struct short_block short_rest(const char *end, size_t left)
{
    bool one = left <= 32; /* half a block is enough */
    struct short_block k = {.b = load(end - 32), .there = ~(~UINT64_C(0) << left)};
    k.a = one ? k.b : load(end - left);
    k.drop_a = one ? 32 - (unsigned)left : 0;
    k.drop_b = one ? 32 : 64 - (unsigned)left;
    return k;
}

FRAME_INLINE uint64_t short_put(uint64_t listed, uint32_t from, uint32_t *out)
{
    *out = from + (uint32_t)_tzcnt_u64(listed);
    return listed & (listed - 1);
}

/* Eight at a time, whether there are so many or not: SHORT_INDEX_SPARE is room for what is too much. A branch for each took 7 instructions a position instead of 4. */
FRAME_INLINE size_t short_list(uint64_t listed, size_t from, uint32_t *at, size_t n)
{
    size_t count = (size_t)__builtin_popcountll(listed);
    uint32_t first = (uint32_t)from, *out = at + n, *end = out + count;
    for (; out < end; out += SHORT_INDEX_SPARE) {
        listed = short_put(listed, first, out);
        listed = short_put(listed, first, out + 1);
        listed = short_put(listed, first, out + 2);
        listed = short_put(listed, first, out + 3);
        listed = short_put(listed, first, out + 4);
        listed = short_put(listed, first, out + 5);
        listed = short_put(listed, first, out + 6);
        listed = short_put(listed, first, out + 7);
    }
    return n + count;
}

size_t short_index_simd(const char *text, size_t len, uint32_t *at)
{
    struct short_state s = {0};
    size_t n = 0, from = 0;
    uint64_t listed;
    char padded[32];
    if (len > SHORT_INDEX_MAX) {
        return 0;
    }
    for (; len - from >= FRAME_STEP; from += FRAME_STEP) {
        struct short_block k = {
            .a = load(text + from), .b = load(text + from + 32), .there = ~UINT64_C(0)};
        if (!short_step(&k, &s, &listed)) {
            return 0;
        }
        n = short_list(listed, from, at, n);
    }
    if (from < len) {
        const char *end = text + len;
        if (len < sizeof padded) {
            memset(padded, ' ', sizeof padded);
            memcpy(padded + (sizeof padded - len), text, len);
            end = padded + sizeof padded;
        }
        struct short_block k = short_rest(end, len - from);
        if (!short_step(&k, &s, &listed)) {
            return 0;
        }
        n = short_list(listed, from, at, n);
    }
    memset(at + n, 0, SHORT_INDEX_SPARE * sizeof *at);
    return s.in_string ? 0 : n;
}
