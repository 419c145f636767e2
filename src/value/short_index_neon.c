/* SPDX-License-Identifier: Apache-2.0 */
/* With NEON. The formulas are those of simdjson.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", sections 3.1 and 3.1.5. */
#include "value/short_index.h"

#include "value/frame_masks_neon.h"

/* Behind a step. */
struct short_state {
    uint64_t in_string; /* all ones inside a string */
    uint64_t in_word;   /* 1: the last byte belongs to a number or word */
};

static inline vectors below_blank(vectors x)
{
    uint8x16_t blank = vdupq_n_u8(' ');
    return (vectors){{vcltq_u8(x.val[0], blank), vcltq_u8(x.val[1], blank),
                      vcltq_u8(x.val[2], blank), vcltq_u8(x.val[3], blank)}};
}

/* Whether all is ASCII without a backslash: neither a byte nor a backslash's match has its top bit set. */
static inline bool usual(vectors x)
{
    vectors y = either(x, is(x, '\\'));
    uint8x16_t one = vorrq_u8(vorrq_u8(y.val[0], y.val[1]), vorrq_u8(y.val[2], y.val[3]));
    return vmaxvq_u8(one) < 0x80;
}

/* The step's positions as bits. False: not the usual text. */
FRAME_INLINE bool short_step(const char *p, struct short_state *s, uint64_t *listed)
{
    vectors x = load(p), folded = fold(x), controls = below_blank(x);
    if (!usual(x)) {
        return false;
    }
    uint64_t quote = bits(is(x, '"'));
    uint64_t structural =
        bits(either(either(is(folded, '{'), is(folded, '}')), either(is(x, ','), is(x, ':'))));
    uint64_t control = 0, space = bits(is(x, ' '));
    if (any(controls)) {
        control = bits(controls);
        space |= bits(either(is(x, '\n'), either(is(x, '\r'), is(x, '\t'))));
    }
    uint64_t inside = parity(quote) ^ s->in_string; /* with opening, without closing quotes */
    uint64_t other = ~(structural | space);
    uint64_t word = other & ~quote;
    uint64_t begins = other & ~(word << 1 | s->in_word);
    s->in_string = 0 - (inside >> 63);
    s->in_word = word >> 63;
    *listed = (structural | begins) & ~(inside ^ quote);
    return (control & inside) == 0;
}

size_t short_index_simd(const char *text, size_t len, uint32_t *at)
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
