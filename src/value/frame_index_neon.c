/* SPDX-License-Identifier: Apache-2.0 */
/* The index of framed objects with NEON. */
#include "value/frame_index_loop.h"
#include "value/frame_masks_neon.h"

/* Signed: below a blank are the controls and everything above ASCII. */
FRAME_INLINE vectors is_odd(vectors x)
{
    int8x16_t blank = vdupq_n_s8(' ');
    return (vectors){{vcltq_s8(vreinterpretq_s8_u8(x.val[0]), blank),
                      vcltq_s8(vreinterpretq_s8_u8(x.val[1]), blank),
                      vcltq_s8(vreinterpretq_s8_u8(x.val[2]), blank),
                      vcltq_s8(vreinterpretq_s8_u8(x.val[3]), blank)}};
}

FRAME_INLINE uint64_t odd_bytes(const char *p)
{
    return bits(is_odd(load(p)));
}

FRAME_INLINE struct frame_index_masks index_masks(const char *p)
{
    vectors x = load(p), folded = fold(x);
    return (struct frame_index_masks){
        .quote = bits(is(x, '"')),
        .open = bits(is(folded, '{')),
        .close = bits(is(folded, '}')),
        .separator = bits(either(is(x, ','), is(x, ':'))),
        .blank = bits(is(x, ' ')),
        .rare = any(either(is_odd(x), is(x, '\\'))),
    };
}

FRAME_INLINE uint32_t first(uint64_t x)
{
    return (uint32_t)__builtin_ctzll(x | UINT64_C(1) << 63);
}

static const struct frame_index_maker index_maker = {index_masks, odd_bytes, first};

enum frame_index_stop frame_index_simd(str text, size_t start, struct frame_index *out)
{
    return frame_index_loop(text, start, out, &index_maker, &mask_maker);
}
