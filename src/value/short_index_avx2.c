/* SPDX-License-Identifier: Apache-2.0 */
/* With AVX2. The formulas are those of simdjson.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", sections 3.1 and 3.1.5. */
#include "value/short_index.h"

#if defined(__AVX2__) && defined(__PCLMUL__)

#include "value/frame_masks_avx2.h"

/* Behind a step. */
struct short_state {
    uint64_t in_string; /* all ones inside a string */
    uint64_t in_word;   /* 1: the last byte belongs to a number or word */
};

/* The step's positions as bits. False: not the usual text. */
FRAME_INLINE bool short_step(const char *p, struct short_state *s, uint64_t *listed)
{
    __m256i a = load(p), b = load(p + 32), blank = _mm256_set1_epi8(' ');
    __m256i fold = _mm256_set1_epi8(0x20); /* '[' and '{', ']' and '}' differ in one bit */
    __m256i x = _mm256_or_si256(a, fold), y = _mm256_or_si256(b, fold);
    __m256i backslash = _mm256_or_si256(is(a, '\\'), is(b, '\\'));
    /* The sign bits of bytes that are not ASCII, and of a backslash's match. */
    if (_mm256_movemask_epi8(_mm256_or_si256(backslash, _mm256_or_si256(a, b))) != 0) {
        return false;
    }
    uint64_t quote = bits(is(a, '"'), is(b, '"'));
    uint64_t brackets =
        bits(_mm256_or_si256(is(x, '{'), is(x, '}')), _mm256_or_si256(is(y, '{'), is(y, '}')));
    uint64_t separators =
        bits(_mm256_or_si256(is(a, ','), is(a, ':')), _mm256_or_si256(is(b, ','), is(b, ':')));
    uint64_t control = bits(_mm256_cmpgt_epi8(blank, a), _mm256_cmpgt_epi8(blank, b));
    uint64_t space = bits(is(a, ' '), is(b, ' '));
    if (control) {
        space |= control & (equal(p, '\n') | equal(p, '\r') | equal(p, '\t'));
    }
    uint64_t inside = parity(quote) ^ s->in_string; /* with opening, without closing quotes */
    uint64_t structural = brackets | separators;
    uint64_t other = ~(structural | space);
    uint64_t word = other & ~quote;
    uint64_t begins = other & ~(word << 1 | s->in_word);
    s->in_string = 0 - (inside >> 63);
    s->in_word = word >> 63;
    *listed = (structural | begins) & ~(inside ^ quote);
    return (control & inside) == 0;
}

size_t short_index_avx2(const char *text, size_t len, uint32_t *at)
{
    struct short_state s = {0};
    size_t n = 0;
    if (len > SHORT_INDEX_MAX) {
        return 0;
    }
    for (size_t from = 0; from < len; from += FRAME_STEP) {
        char padded[FRAME_STEP];
        const char *p = text + from;
        uint64_t listed;
        if (len - from < FRAME_STEP) {
            memset(padded, ' ', sizeof padded);
            memcpy(padded, p, len - from);
            p = padded;
        }
        if (!short_step(p, &s, &listed)) {
            return 0;
        }
        for (; listed; listed &= listed - 1) {
            at[n++] = (uint32_t)(from + (size_t)__builtin_ctzll(listed));
        }
    }
    memset(at + n, 0, SHORT_INDEX_SPARE * sizeof *at);
    return s.in_string ? 0 : n;
}

#else

size_t short_index_avx2(const char *text, size_t len, uint32_t *at)
{
    (void)text, (void)len, (void)at;
    return 0;
}

#endif
