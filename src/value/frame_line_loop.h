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
    /* Whether the step at p holds no line break, no backslash, and no '{' or '[' behind a byte that '}' or a blank could be (other bytes may be taken for those). *hit: the key's two
     * bytes stand in it. *sum: what the step holds is added, of brackets that which begins one byte later. */
    bool (*quiet)(const char *p, const struct frame_line_key *key, bool *hit, struct line_sum *sum);
    struct frame_line_count (*total)(const struct line_sum *sum);
    uint64_t (*signs)(const char *p); /* what keeps the 64 bytes at p from being quiet */
};

/* The first byte of the step that ends the scan; FRAME_LINE_STEP: none. */
FRAME_INLINE size_t frame_line_stop(const char *p, const struct frame_line_maker *lines)
{
    for (size_t half = 0; half < FRAME_LINE_STEP; half += FRAME_STEP) {
        for (uint64_t bits = lines->signs(p + half); bits; bits &= bits - 1) {
            size_t at = half + (size_t)__builtin_ctzll(bits);
            if (p[at] == '\n' || frame_line_odd(p[at], p[at + 1])) {
                return at;
            }
        }
    }
    return FRAME_LINE_STEP;
}

/* Finds the keys by their first rare bytes in steps `from` to `to`, and before `end`. False: there are too many. */
static inline bool frame_line_places(str key, size_t rare, const struct frame_line_key *pair,
                                     const char *line, size_t from, size_t to, size_t end,
                                     const struct frame_maker *maker, struct frame_formed *out)
{
    for (size_t at = from; at <= to && at < end; at += FRAME_STEP) {
        const char *p = line + at;
        uint64_t hits = maker->pair(p, pair->first, p + pair->apart, pair->second);
        for (; hits; hits &= hits - 1) {
            size_t place = at + (size_t)__builtin_ctzll(hits);
            bool inside = place >= rare && place < end;
            if (inside && bytes_eq(line + (place - rare), key.ptr, key.len) &&
                !frame_line_place(out, place - rare)) {
                return false;
            }
        }
    }
    return true;
}

/* Takes away what stands in 64 bytes from `from` on: quotes, and brackets one byte later. */
FRAME_INLINE void frame_line_take(struct frame_line_count *c, const char *p, size_t from,
                                  const struct frame_maker *maker)
{
    bool rare;
    struct frame_masks m = maker->masks(p + 1, &rare);
    c->depth -= (uint8_t)(maker->count(m.open >> from) - maker->count(m.close >> from));
    c->quotes ^= (uint8_t)maker->count(maker->equal(p, '"') >> from);
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
        if (stop < FRAME_STEP) {
            frame_line_take(&count, step, stop, maker);
        }
        frame_line_take(&count, step + FRAME_STEP, stop < FRAME_STEP ? 0 : stop - FRAME_STEP,
                        maker);
        at += stop - FRAME_LINE_STEP;
    } else if (at > 0) {
        count.depth -= frame_line_bracket(line[at]);
    }
    if (at > 0) {
        count.depth++; /* line[0] */
    }
    out->n_places = 0;
    if (!frame_line_places(key->text, key->rare[0], &pair, line, from, to + FRAME_STEP, at, maker,
                           out)) {
        return FRAME_FORM_OTHER;
    }
    return frame_line_rest(form, text, start, at, count, out);
}

#endif
