/* SPDX-License-Identifier: Apache-2.0 */
/* The scan over masks, to be compiled once for each way of making the masks. */
#ifndef POSTERN_VALUE_FRAME_SCAN_LOOP_H
#define POSTERN_VALUE_FRAME_SCAN_LOOP_H

#include "value/frame_masks.h"
#include "value/frame_scan.h"

/* What one step holds, outside strings unless named so. */
struct frame_step {
    uint64_t open, close, newline, line_in_string, open_at_line, unicode, stray;
    uint64_t in_string, escaped, after_line; /* behind the step */
};

FRAME_INLINE struct frame_step frame_read_step(const struct frame_scan *s, const char *p,
                                               const struct frame_masks *m,
                                               const struct frame_maker *maker)
{
    struct frame_step t = {.escaped = s->escaped, .newline = m->newline};
    uint64_t escaped = frame_escaped(m->backslash, &t.escaped);
    uint64_t inside = maker->parity(m->quote & ~escaped) ^ s->in_string;
    t.in_string = 0 - (inside >> 63);
    t.open = m->open & ~inside;
    t.close = m->close & ~inside;
    t.line_in_string = m->newline & inside;
    t.open_at_line = t.open & (m->newline << 1 | s->after_line);
    t.after_line = m->newline >> 63;
    t.unicode = escaped ? maker->equal(p, 'u') & escaped : 0;
    t.stray = m->backslash & ~inside;
    return t;
}

/* Walks the bits of a step in order until something stops. The offset in the step, or FRAME_STEP. */
static inline unsigned frame_walk_step(struct frame_scan *s, const struct frame_step *t,
                                       enum frame_stop *stop)
{
    uint64_t bits = t->open | t->close | t->line_in_string;
    for (; bits; bits &= bits - 1) {
        unsigned i = (unsigned)__builtin_ctzll(bits);
        uint64_t bit = bits & (0 - bits);
        if (t->line_in_string & bit) {
            *stop = FRAME_STOP_LINE_IN_STRING;
            return i;
        }
        if (t->open & bit) {
            if ((t->open_at_line & bit) && s->depth > 0) {
                *stop = FRAME_STOP_OPEN_AT_LINE;
                return i;
            }
            s->depth++;
        } else if (--s->depth == 0) {
            *stop = FRAME_STOP_END;
            return i + 1;
        }
    }
    return FRAME_STEP;
}

/* Takes the step, or what of it stands before a stop; how many bytes that is. */
FRAME_INLINE unsigned frame_take_step(struct frame_scan *s, const struct frame_step *t,
                                      const struct frame_maker *maker, enum frame_stop *stop)
{
    unsigned used = FRAME_STEP;
    s->unicode |= t->unicode;
    s->stray |= t->stray;
    if ((t->line_in_string | t->open_at_line) || maker->count(t->close) >= s->depth) {
        used = frame_walk_step(s, t, stop);
    } else {
        s->depth += maker->count(t->open) - maker->count(t->close);
    }
    uint64_t taken = used < FRAME_STEP ? (UINT64_C(1) << used) - 1 : ~UINT64_C(0);
    s->newlines += maker->count(t->newline & taken);
    bool stopped = *stop != FRAME_STOP_MORE;
    s->in_string = stopped ? 0 : t->in_string;
    s->escaped = stopped ? 0 : t->escaped;
    s->after_line = stopped ? 0 : t->after_line;
    return used;
}

/* One step with all that there may be in it. */
FRAME_INLINE unsigned frame_any_step(struct frame_scan *s, const char *p,
                                     const struct frame_maker *maker, enum frame_stop *stop)
{
    bool rare;
    struct frame_masks m = maker->masks(p, &rare);
    if (rare) {
        m.backslash = maker->equal(p, '\\');
        m.newline = maker->equal(p, '\n');
    }
    struct frame_step t = frame_read_step(s, p, &m, maker);
    return frame_take_step(s, &t, maker, stop);
}

/* Steps that hold no backslash and no line break, and behind which the value goes on: only the nesting must be known. */
FRAME_INLINE size_t frame_plain_steps(struct frame_scan *s, str text, size_t at,
                                      const struct frame_maker *maker)
{
    uint64_t depth = s->depth, in_string = s->in_string;
    while (text.len - at >= FRAME_STEP) {
        bool rare;
        struct frame_masks m = maker->masks(text.ptr + at, &rare);
        uint64_t inside = maker->parity(m.quote) ^ in_string;
        uint64_t closed = maker->count(m.close & ~inside);
        if (rare | (closed >= depth)) {
            break;
        }
        depth += maker->count(m.open & ~inside) - closed;
        in_string = 0 - (inside >> 63);
        at += FRAME_STEP;
    }
    s->depth = depth;
    s->in_string = in_string;
    return at;
}

/* The bytes behind the last whole step. */
FRAME_INLINE enum frame_stop frame_scan_rest(struct frame_scan *s, str text, size_t *at, bool last,
                                             const struct frame_maker *maker)
{
    char padded[FRAME_STEP];
    size_t left = text.len - *at;
    if (left == 0) {
        return FRAME_STOP_MORE;
    }
    memset(padded, ' ', sizeof padded);
    memcpy(padded, text.ptr + *at, left);
    struct frame_scan trial = *s;
    enum frame_stop stop = FRAME_STOP_MORE;
    unsigned used = frame_any_step(&trial, padded, maker, &stop);
    if (stop != FRAME_STOP_MORE || last) { /* else the rest waits for more bytes */
        *s = trial;
        *at += used < left ? used : left;
    }
    return stop;
}

FRAME_INLINE enum frame_stop frame_scan_loop(struct frame_scan *state, str text, size_t *place,
                                             bool last, const struct frame_maker *maker)
{
    struct frame_scan s = *state; /* copies stay in registers */
    size_t at = *place;
    enum frame_stop stop = FRAME_STOP_MORE;
    while (stop == FRAME_STOP_MORE && text.len - at >= FRAME_STEP) {
        if (!(s.escaped | s.after_line) &&
            s.depth > 0) { /* the shortest values end in their first step */
            at = frame_plain_steps(&s, text, at, maker);
        }
        if (text.len - at >= FRAME_STEP) {
            at += frame_any_step(&s, text.ptr + at, maker, &stop);
        }
    }
    if (stop == FRAME_STOP_MORE) {
        stop = frame_scan_rest(&s, text, &at, last, maker);
    }
    *state = s;
    *place = at;
    return stop;
}

/* The lowest bit's place, and takes the bit away; any place when there is none. */
static inline uint32_t frame_pop_bit(uint64_t *bits, size_t at)
{
    uint32_t place = (uint32_t)(at + (size_t)__builtin_ctzll(*bits | UINT64_C(1) << 63));
    *bits &= *bits - 1;
    return place;
}

/* Keys stand too irregularly for a processor to foresee, so the first four are written without a branch. Measured: half the time of a loop
 * over the bits. */
FRAME_INLINE size_t frame_colons_loop(str text, uint32_t *places, const struct frame_maker *maker)
{
    uint64_t in_string = 0, carry = 0;
    size_t n = 0;
    for (size_t at = 0; at < text.len; at += FRAME_STEP) {
        char padded[FRAME_STEP];
        const char *p = text.ptr + at;
        if (text.len - at < FRAME_STEP) {
            memset(padded, ' ', sizeof padded);
            memcpy(padded, p, text.len - at);
            p = padded;
        }
        uint64_t escaped = frame_escaped(maker->equal(p, '\\'), &carry);
        uint64_t inside = maker->parity(maker->equal(p, '"') & ~escaped) ^ in_string;
        uint64_t colons = maker->equal(p, ':') & ~inside;
        uint32_t *out = places + n;
        in_string = 0 - (inside >> 63);
        n += maker->count(colons);
        for (size_t i = 0; i < 4; i++) {
            out[i] = frame_pop_bit(&colons, at);
        }
        for (size_t i = 4; colons; i++) {
            out[i] = frame_pop_bit(&colons, at);
        }
    }
    return n;
}

#endif
