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

/* Where the key is searched for in a line. */
struct frame_line_search {
    const struct literal *key;
    const char *line;
    size_t last,
        end; /* place of the last step taken, and where the line ends or is not looked at yet */
    uint64_t
        hits; /* bit i: the key's two bytes stand in the step that is the i-th before the last */
};

/* What differs between the sets of instructions. */
struct frame_line_maker {
    /* Whether the step at p holds no line break, no backslash, and no '{' or '[' behind a byte that '}', ']' or a blank could be (other bytes may be taken for those). *hit: the key's two
     * bytes stand in it. *sum: what the step holds is added, of brackets that which begins one byte later. */
    bool (*quiet)(const char *p, const struct frame_line_key *key, bool *hit, struct line_sum *sum);
    /* Takes what the step at p added from its byte `from` on out of *sum. */
    void (*undo)(const char *p, size_t from, struct line_sum *sum);
    struct frame_line_count (*total)(const struct line_sum *sum);
    uint64_t (*signs)(const char *p); /* what keeps the 64 bytes at p from being quiet */
    /* frame_line_places, in a function of its own: within the scan it would take the registers that the loop needs. */
    bool (*places)(const struct frame_line_search *search, struct frame_formed *out);
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

/* Finds the keys by their first rare bytes. False: there are too many. */
FRAME_INLINE bool frame_line_places(const struct frame_line_search *search,
                                    const struct frame_maker *maker, struct frame_formed *out)
{
    str key = search->key->text;
    size_t rare = search->key->rare[0], apart = search->key->rare[1] - rare;
    char first = key.ptr[rare], second = key.ptr[rare + apart];
    for (uint64_t hits = search->hits; hits;) {
        size_t back = FRAME_STEP - 1 - (size_t)__builtin_clzll(hits);
        hits ^= UINT64_C(1) << back;
        size_t at = search->last - back * FRAME_LINE_STEP;
        const char *p = search->line + at, *q = p + apart;
        struct frame_line_bits found = {maker->pair(p, first, q, second),
                                        maker->pair(p + FRAME_STEP, first, q + FRAME_STEP, second)};
        for (size_t bit; (bit = frame_line_first(found)) < FRAME_LINE_STEP;) {
            size_t place = at + bit;
            bool inside = place >= rare && place < search->end;
            if (inside && bytes_eq(search->line + (place - rare), key.ptr, key.len) &&
                !frame_line_place(out, place - rare)) {
                return false;
            }
            frame_line_drop(&found, bit);
        }
    }
    return true;
}

/* Steps that can be taken from line[at] on, `len` bytes of which are there; no more than `hits` has bits. */
FRAME_INLINE size_t frame_line_steps(size_t len, size_t at)
{
    size_t steps = len - at < FRAME_LINE_REACH ? 0 : (len - at - FRAME_KEY_MAX) / FRAME_LINE_STEP;
    return steps < FRAME_STEP ? steps : FRAME_STEP;
}

/* The line ends, or is none, `stop` bytes into the last step. */
FRAME_INLINE enum frame_form_stop frame_line_stopped(str text, size_t start, size_t stop,
                                                     const struct frame_line_search *search,
                                                     struct line_sum *sum,
                                                     const struct frame_line_maker *lines,
                                                     struct frame_formed *out)
{
    size_t end = search->end;
    lines->undo(search->line + search->last, stop, sum);
    struct frame_line_count count = lines->total(sum);
    count.depth++; /* line[0] */
    if (search->line[end] != '\n' || !lines->places(search, out)) {
        return FRAME_FORM_OTHER;
    }
    return frame_line_break(text, start, end, count, out);
}

FRAME_INLINE enum frame_form_stop frame_line_loop(const struct frame_form *form, str text,
                                                  size_t start, struct frame_formed *out,
                                                  const struct frame_line_maker *lines)
{
    const struct literal *key = &form->key;
    const struct frame_line_key pair = {.first = key->text.ptr[key->rare[0]],
                                        .second = key->text.ptr[key->rare[1]],
                                        .apart = key->rare[1] - key->rare[0]};
    const char *line = text.ptr + start;
    size_t len = text.len - start < FRAME_LINE_MAX ? text.len - start : FRAME_LINE_MAX;
    size_t at = 0;
    struct line_sum sum = {0}; /* of brackets: from line[1] to line[at] */
    out->n_places = 0;
    for (size_t steps; (steps = frame_line_steps(len, at)) > 0;) {
        struct frame_line_search search = {.key = key, .line = line};
        for (size_t until = at + steps * FRAME_LINE_STEP; at < until; at += FRAME_LINE_STEP) {
            bool hit, quiet = lines->quiet(line + at, &pair, &hit, &sum);
            /* No branch, since in which step it stands cannot be foreseen. */
            search.hits = search.hits + search.hits + hit;
            size_t stop = quiet ? FRAME_LINE_STEP : frame_line_stop(line + at, lines);
            if (stop < FRAME_LINE_STEP) {
                search.last = at;
                search.end = at + stop;
                return frame_line_stopped(text, start, stop, &search, &sum, lines, out);
            }
        }
        search.last = at - FRAME_LINE_STEP;
        search.end = at;
        if (!lines->places(&search, out)) {
            return FRAME_FORM_OTHER;
        }
    }
    struct frame_line_count count = lines->total(&sum);
    if (at > 0) {
        count.depth = (uint8_t)(count.depth + 1 - frame_line_bracket(line[at]));
    }
    return frame_line_rest(form, text, start, at, count, out);
}

#endif
