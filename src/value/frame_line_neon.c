/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one record each, with NEON. */
#include "value/frame_masks_neon.h"

/* Depths in 8 bits, which may wrap; quotes: all ones where they are odd in number. */
struct line_sum {
    vectors depth;
    uint8x16_t quotes;
};

#include "value/frame_line_loop.h"

/* A line break, a backslash, or an opening bracket (given for the next bytes) behind '}', ']' or a blank. */
FRAME_INLINE vectors odd_before(vectors x, vectors open)
{
    vectors before = either(either(is(fold(x), '}'), is(x, ' ')), either(is(x, '\t'), is(x, '\r')));
    return either(both(before, open), either(is(x, '\n'), is(x, '\\')));
}

FRAME_INLINE bool quiet(const char *p, const struct frame_line_key *key, bool *hit,
                        struct line_sum *sum)
{
    vectors none = is(load(p), '\n'), odd = none, hits = both(none, is(load(p), '{'));
    for (size_t i = 0; i < FRAME_LINE_STEP; i += FRAME_STEP) {
        vectors x = load(p + i), next = fold(load(p + i + 1));
        vectors open = is(next, '{'), close = is(next, '}');
        odd = either(odd, odd_before(x, open));
        for (int k = 0; k < 4; k++) {
            sum->depth.val[k] = vaddq_u8(vsubq_u8(sum->depth.val[k], open.val[k]), close.val[k]);
            sum->quotes = veorq_u8(sum->quotes, vceqq_u8(x.val[k], vdupq_n_u8('"')));
        }
        vectors second = is(load(p + i + key->apart), key->second);
        hits = either(hits, both(is(x, key->first), second));
    }
    *hit = any(hits);
    return !any(odd);
}

FRAME_INLINE void undo(const char *p, size_t from, struct line_sum *sum)
{
    static const uint8_t first[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8x16_t place = vld1q_u8(first), begin = vdupq_n_u8((uint8_t)from);
    for (size_t i = 0; i < FRAME_LINE_STEP; i += FRAME_STEP) {
        vectors quotes = is(load(p + i), '"'), next = fold(load(p + i + 1));
        vectors open = is(next, '{'), close = is(next, '}');
        for (int k = 0; k < 4; k++) {
            uint8x16_t taken = vcgeq_u8(place, begin), *depth = &sum->depth.val[k];
            *depth = vsubq_u8(vaddq_u8(*depth, vandq_u8(taken, open.val[k])),
                              vandq_u8(taken, close.val[k]));
            sum->quotes = veorq_u8(sum->quotes, vandq_u8(taken, quotes.val[k]));
            place = vaddq_u8(place, vdupq_n_u8(sizeof place));
        }
    }
}

FRAME_INLINE struct frame_line_count total(const struct line_sum *sum)
{
    const uint8x16_t *d = sum->depth.val;
    uint8x16_t depth = vaddq_u8(vaddq_u8(d[0], d[1]), vaddq_u8(d[2], d[3]));
    return (struct frame_line_count){vaddvq_u8(depth),
                                     vaddvq_u8(vandq_u8(sum->quotes, vdupq_n_u8(1)))};
}

FRAME_INLINE uint64_t signs(const char *p)
{
    return bits(odd_before(load(p), is(fold(load(p + 1)), '{')));
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
