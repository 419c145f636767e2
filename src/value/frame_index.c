/* SPDX-License-Identifier: Apache-2.0 */
/* The index of framed objects in plain C. */
#include "value/frame_index_loop.h"
#include "value/frame_masks_plain.h"

static uint64_t odd_bytes(const char *p)
{
    uint64_t odd = 0;
    for (unsigned i = 0; i < FRAME_STEP; i++) {
        unsigned char c = (unsigned char)p[i];
        odd |= (uint64_t)(c < ' ' || c >= 0x80) << i;
    }
    return odd;
}

static struct frame_index_masks index_masks(const char *p)
{
    return (struct frame_index_masks){
        .quote = equal(p, '"'),
        .open = equal(p, '{') | equal(p, '['),
        .close = equal(p, '}') | equal(p, ']'),
        .separator = equal(p, ',') | equal(p, ':'),
        .blank = equal(p, ' '),
        .rare = (odd_bytes(p) | equal(p, '\\')) != 0,
    };
}

static inline uint32_t first(uint64_t x)
{
    return (uint32_t)__builtin_ctzll(x | UINT64_C(1) << 63);
}

static const struct frame_index_maker index_maker = {index_masks, odd_bytes, first};

enum frame_index_stop frame_index_plain(str text, size_t start, struct frame_index *out)
{
    return frame_index_loop(text, start, out, &index_maker, &mask_maker);
}
