/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one record each, 128 bytes at a time; to be compiled once for each set of vector instructions, with its type struct line_sum. */
#ifndef POSTERN_VALUE_FRAME_LINE_LOOP_H
#define POSTERN_VALUE_FRAME_LINE_LOOP_H

#include "value/frame_line_steps.h"
#include "value/frame_masks.h"

enum {
    FRAME_LINE_STEP = 2 * FRAME_STEP,
    FRAME_LINE_REACH = FRAME_LINE_STEP + FRAME_KEY_MAX, /* bytes that a step looks at */
};

/* What is searched for in a step: the key's first rare byte, and the second so many bytes behind it. */
struct frame_line_key {
    char first, second;
    size_t apart;
};

/* What differs between the sets of instructions. */
struct frame_line_maker {
    /* Whether the step at p holds no line break, no backslash, and no '{' or '[' behind a byte that '}', ']' or a blank could be (other bytes may be taken for those). *hit: the key's two
     * bytes stand in it. *sum: what the step holds is added, of brackets that which begins one byte later. */
    bool (*quiet)(const char *p, const struct frame_line_key *key, bool *hit, struct line_sum *sum);
    struct frame_line_count (*total)(const struct line_sum *sum);
    uint64_t (*signs)(const char *p); /* what keeps the 64 bytes at p from being quiet */
};

/* Bit i: byte i of a step. Where in the step something stands cannot be foreseen, so none of these branches on it. Measured, a quarter of the scan. */
struct frame_line_bits {
    uint64_t low, high;
};

FRAME_INLINE size_t frame_line_zeros(uint64_t x)
{
    return x ? (size_t)__builtin_ctzll(x) : FRAME_STEP; /* one instruction */
}

/* The first bit set; FRAME_LINE_STEP: none. */
FRAME_INLINE size_t frame_line_first(struct frame_line_bits b)
{
    size_t low = frame_line_zeros(b.low);
    return low + (frame_line_zeros(b.high) & (0 - low / FRAME_STEP));
}

/* The first bit set, `at`, goes. */
FRAME_INLINE void frame_line_drop(struct frame_line_bits *b, size_t at)
{
    uint64_t in_low = 0 - (uint64_t)(at < FRAME_STEP);
    b->high &= (b->high - 1) | in_low;
    b->low &= b->low - 1;
}

/* The bits from `from` on. */
FRAME_INLINE struct frame_line_bits frame_line_from(size_t from)
{
    uint64_t in_low = 0 - (uint64_t)(from < FRAME_STEP), tail = ~UINT64_C(0) << from % FRAME_STEP;
    return (struct frame_line_bits){tail & in_low, tail | in_low};
}

/* The first byte of the step that ends the scan; FRAME_LINE_STEP: none. */
FRAME_INLINE size_t frame_line_stop(const char *p, const struct frame_line_maker *lines)
{
    struct frame_line_bits bits = {lines->signs(p), lines->signs(p + FRAME_STEP)};
    for (;;) {
        size_t at = frame_line_first(bits);
        if (at == FRAME_LINE_STEP || p[at] == '\n' || frame_line_odd(p[at], p[at + 1])) {
            return at;
        }
        frame_line_drop(&bits, at);
    }
}

/* Finds the keys by their first rare bytes in steps `from` to `to`, and before `end`. False: there are too many. */
static inline bool frame_line_places(str key, size_t rare, const struct frame_line_key *pair,
                                     const char *line, size_t from, size_t to, size_t end,
                                     const struct frame_maker *maker, struct frame_formed *out)
{
    for (size_t at = from; at <= to && at < end; at += FRAME_LINE_STEP) {
        const char *p = line + at, *q = p + pair->apart;
        struct frame_line_bits hits = {
            maker->pair(p, pair->first, q, pair->second),
            maker->pair(p + FRAME_STEP, pair->first, q + FRAME_STEP, pair->second)};
        for (size_t bit; (bit = frame_line_first(hits)) < FRAME_LINE_STEP;) {
            size_t place = at + bit;
            bool inside = place >= rare && place < end;
            if (inside && bytes_eq(line + (place - rare), key.ptr, key.len) &&
                !frame_line_place(out, place - rare)) {
                return false;
            }
            frame_line_drop(&hits, bit);
        }
    }
    return true;
}

/* Takes away what stands in a step from `from` on: quotes, and brackets one byte later. */
FRAME_INLINE void frame_line_take(struct frame_line_count *c, const char *p, size_t from,
                                  const struct frame_maker *maker)
{
    bool rare;
    struct frame_line_bits taken = frame_line_from(from);
    struct frame_masks low = maker->masks(p + 1, &rare);
    struct frame_masks high = maker->masks(p + 1 + FRAME_STEP, &rare);
    uint64_t open = maker->count(low.open & taken.low) + maker->count(high.open & taken.high);
    uint64_t close = maker->count(low.close & taken.low) + maker->count(high.close & taken.high);
    uint64_t quotes = maker->count(maker->equal(p, '"') & taken.low) +
                      maker->count(maker->equal(p + FRAME_STEP, '"') & taken.high);
    c->depth -= (uint8_t)(open - close);
    c->quotes ^= (uint8_t)quotes;
}

FRAME_INLINE enum frame_form_stop frame_line_loop(const struct frame_form *form, str text,
                                                  size_t start, struct frame_formed *out,
                                                  const struct frame_maker *maker,
                                                  const struct frame_line_maker *lines)
{
    const struct literal *key = &form->key;
    const struct frame_line_key pair = {.first = key->text.ptr[key->rare[0]],
                                        .second = key->text.ptr[key->rare[1]],
                                        .apart = key->rare[1] - key->rare[0]};
    const char *line = text.ptr + start;
    size_t len = text.len - start < FRAME_LINE_MAX ? text.len - start : FRAME_LINE_MAX;
    size_t at = 0, from = SIZE_MAX, to = 0, stop = FRAME_LINE_STEP;
    struct line_sum sum = {0};
    while (stop == FRAME_LINE_STEP && len - at >= FRAME_LINE_REACH) {
        bool hit, quiet = lines->quiet(line + at, &pair, &hit, &sum);
        /* Without a branch, since it cannot be foreseen in which step; compilers make one of ?: here. Measured, a sixth of the scan. */
        size_t none = (size_t)hit - 1;
        to = (to & none) | (at & ~none);
        from = from < (at | none) ? from : at | none;
        if (!quiet) {
            stop = frame_line_stop(line + at, lines);
        }
        at += FRAME_LINE_STEP;
    }
    struct frame_line_count count = lines->total(&sum); /* of brackets: from line[1] to line[at] */
    if (stop < FRAME_LINE_STEP) {
        const char *step = line + at - FRAME_LINE_STEP;
        if (step[stop] != '\n') {
            return FRAME_FORM_OTHER;
        }
        frame_line_take(&count, step, stop, maker);
        at += stop - FRAME_LINE_STEP;
    } else if (at > 0) {
        count.depth -= frame_line_bracket(line[at]);
    }
    if (at > 0) {
        count.depth++; /* line[0] */
    }
    out->n_places = 0;
    if (!frame_line_places(key->text, key->rare[0], &pair, line, from, to, at, maker, out)) {
        return FRAME_FORM_OTHER;
    }
    return frame_line_rest(form, text, start, at, count, out);
}

#endif
