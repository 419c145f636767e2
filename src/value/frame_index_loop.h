/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over masks, to be compiled once for each way of making the masks. The formulas for positions are those of simdjson.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", sections 3.1 and 3.1.5. */
#ifndef POSTERN_VALUE_FRAME_INDEX_LOOP_H
#define POSTERN_VALUE_FRAME_INDEX_LOOP_H

#include "value/frame_index.h"
#include "value/frame_masks.h"

/* Bit i: byte i of the step is one of these. */
struct frame_index_masks {
    uint64_t quote, open, close, separator, blank; /* separator: comma or colon; blank: ' ' */
    bool rare; /* there is a backslash, a control or a byte above ASCII */
};

/* How they are made of the 64 bytes at p, and where in them controls and bytes above ASCII stand. */
struct frame_index_maker {
    struct frame_index_masks (*masks)(const char *p);
    uint64_t (*odd)(const char *p);
    uint32_t (*first)(uint64_t x); /* the number of the lowest bit set; any when there is none */
};

/* Where a pass stands. Places are counted from the object's beginning. */
struct frame_index_state {
    uint64_t in_string; /* all ones inside a string */
    uint64_t in_word;   /* 1: the last byte belongs to a number or word */
    uint64_t escaped;   /* 1: the next byte is escaped */
    uint64_t depth;
    uint64_t backslashes, unicode; /* not 0: there was one */
    size_t len;                    /* of it, as far as it was looked at */
    uint32_t *to;                  /* where the next position goes */
};

/* The next four positions; of bits that are not there any. Written one by one: gcc 12 would gather them in vectors first, which is more instructions. */
FRAME_INLINE uint64_t frame_index_four(uint64_t listed, uint32_t at, volatile uint32_t *to,
                                       const struct frame_index_maker *index)
{
    to[0] = at + index->first(listed);
    listed &= listed - 1;
    to[1] = at + index->first(listed);
    listed &= listed - 1;
    to[2] = at + index->first(listed);
    listed &= listed - 1;
    to[3] = at + index->first(listed);
    return listed & (listed - 1);
}

/* The positions of a step. Sixteen are always written: how many there are cannot be foreseen, and few steps of a log hold more. */
FRAME_INLINE uint32_t *frame_index_list(uint64_t listed, uint32_t at, uint32_t *to,
                                        const struct frame_index_maker *index,
                                        const struct frame_maker *maker)
{
    uint32_t *end = to + maker->count(listed);
    listed = frame_index_four(listed, at, to, index);
    listed = frame_index_four(listed, at, to + 4, index);
    listed = frame_index_four(listed, at, to + 8, index);
    listed = frame_index_four(listed, at, to + 12, index);
    for (to += 16; to < end; to += 4) {
        listed = frame_index_four(listed, at, to, index);
    }
    return end;
}

/* Follows the brackets of a step one by one. True: the object ends in it; *own is then the bits up to its closing bracket. */
static inline bool frame_index_ends(uint64_t *depth, uint64_t open, uint64_t close, uint64_t *own)
{
    for (uint64_t bits = open | close; bits; bits &= bits - 1) {
        uint64_t bit = bits & (0 - bits);
        if (open & bit) {
            ++*depth;
        } else if (--*depth == 0) {
            *own = bit | (bit - 1);
            return true;
        }
    }
    return false;
}

/* The positions of a step. `inside`: with opening, without closing quotes. */
FRAME_INLINE uint64_t frame_index_listed(const struct frame_index_masks *m, uint64_t inside,
                                         uint64_t *in_word)
{
    uint64_t structural = m->open | m->close | m->separator;
    uint64_t other = ~(structural | m->blank);
    uint64_t word = other & ~m->quote;
    uint64_t begins = other & ~(word << 1 | *in_word);
    *in_word = word >> 63;
    return (structural | begins) & ~(inside ^ m->quote);
}

/* Steps that hold nothing rare, and behind which the object goes on. */
FRAME_INLINE size_t frame_index_plain_steps(struct frame_index_state *s, const char *object,
                                            size_t at, size_t len,
                                            const struct frame_index_maker *index,
                                            const struct frame_maker *maker)
{
    uint64_t depth = s->depth, in_string = s->in_string, in_word = s->in_word;
    uint32_t *to = s->to;
    while (len - at >= FRAME_STEP) {
        struct frame_index_masks m = index->masks(object + at);
        uint64_t inside = maker->parity(m.quote) ^ in_string;
        uint64_t closed = maker->count(m.close & ~inside);
        if (m.rare | (closed >= depth)) {
            break;
        }
        depth += maker->count(m.open & ~inside) - closed;
        in_string = 0 - (inside >> 63);
        to = frame_index_list(frame_index_listed(&m, inside, &in_word), (uint32_t)at, to, index,
                              maker);
        at += FRAME_STEP;
    }
    s->depth = depth;
    s->in_string = in_string;
    s->in_word = in_word;
    s->to = to;
    return at;
}

/* A step with all that there may be in it, `at` bytes into the object. FRAME_INDEX_MORE: the object goes on. */
static inline enum frame_index_stop frame_index_any_step(struct frame_index_state *s, const char *p,
                                                         size_t at,
                                                         const struct frame_index_maker *index,
                                                         const struct frame_maker *maker)
{
    struct frame_index_masks m = index->masks(p);
    uint64_t backslash = maker->equal(p, '\\'), own = ~UINT64_C(0);
    uint64_t escaped = frame_escaped(backslash, &s->escaped);
    m.quote &= ~escaped;
    uint64_t inside = maker->parity(m.quote) ^ s->in_string;
    uint64_t listed = frame_index_listed(&m, inside, &s->in_word);
    bool ended = frame_index_ends(&s->depth, m.open & ~inside, m.close & ~inside, &own);
    s->in_string = 0 - (inside >> 63);
    if ((index->odd(p) | (backslash & ~inside)) & own) {
        return FRAME_INDEX_OTHER;
    }
    s->backslashes |= backslash & own;
    s->unicode |= escaped & maker->equal(p, 'u') & own;
    s->to = frame_index_list(listed & own, (uint32_t)at, s->to, index, maker);
    s->len = at + FRAME_STEP - (size_t)__builtin_clzll(own);
    return ended ? FRAME_INDEX_END : FRAME_INDEX_MORE;
}

FRAME_INLINE enum frame_index_stop frame_index_steps(struct frame_index_state *s,
                                                     const char *object, size_t len,
                                                     const struct frame_index_maker *index,
                                                     const struct frame_maker *maker)
{
    enum frame_index_stop stop = FRAME_INDEX_MORE;
    size_t at = 1;
    while (stop == FRAME_INDEX_MORE && at < len) {
        char padded[FRAME_STEP];
        const char *p = object + at;
        if (!s->escaped) {
            at = frame_index_plain_steps(s, object, at, len, index, maker);
            p = object + at;
        }
        if (len - at < FRAME_STEP) {
            memset(padded, ' ', sizeof padded);
            memcpy(padded, p, len - at);
            p = padded;
        }
        stop = frame_index_any_step(s, p, at, index, maker);
        at += len - at < FRAME_STEP ? len - at : FRAME_STEP;
    }
    return stop;
}

FRAME_INLINE enum frame_index_stop frame_index_loop(str text, size_t start, struct frame_index *out,
                                                    const struct frame_index_maker *index,
                                                    const struct frame_maker *maker)
{
    size_t len = text.len - start < FRAME_INDEX_MAX ? text.len - start : FRAME_INDEX_MAX;
    struct frame_index_state s = {.depth = 1, .to = out->at + 1};
    out->at[0] = 0; /* its own bracket */
    enum frame_index_stop stop = frame_index_steps(&s, text.ptr + start, len, index, maker);
    if (stop != FRAME_INDEX_END) {
        return stop == FRAME_INDEX_MORE && len == FRAME_INDEX_MAX ? FRAME_INDEX_OTHER : stop;
    }
    memset(s.to, 0, 4 * sizeof *s.to);
    out->n = (size_t)(s.to - out->at);
    out->len = s.len;
    out->escaped = s.backslashes != 0;
    out->unicode = s.unicode != 0;
    return FRAME_INDEX_END;
}

#endif
