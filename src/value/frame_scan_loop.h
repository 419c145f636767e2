/* SPDX-License-Identifier: Apache-2.0 */
/* The scan over masks, to be compiled once for each way of making the masks. */
#ifndef POSTERN_VALUE_FRAME_SCAN_LOOP_H
#define POSTERN_VALUE_FRAME_SCAN_LOOP_H

#include <stdbool.h>
#include <string.h>

#include "value/frame_scan.h"

enum { FRAME_STEP = 64 };

/* Bit i: byte i of the step is one of these. */
struct frame_masks {
    uint64_t quote, backslash, open, close, newline, colon, u;
};

/* Fills the masks of the 64 bytes at p; bit i becomes the parity of bits 0..i. */
typedef struct frame_masks frame_masks_fn(const char *p);
typedef uint64_t frame_parity_fn(uint64_t x);

/* What one step holds, outside strings unless named so. */
struct frame_step {
    uint64_t open, close, newline, line_in_string, open_at_line, colon, unicode, stray;
    uint64_t in_string, escaped, after_line; /* behind the step */
};

/* Bytes that are escaped: those behind an odd run of backslashes. `carry` is 1 when the first byte
 * is escaped, and becomes that of the next step. Runs that start at odd places are added away, so
 * that what is left tells the parity of each run's end.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", section 3.1.1. */
static inline uint64_t frame_escaped(uint64_t backslash, uint64_t *carry)
{
    if (!backslash) {
        uint64_t first = *carry;
        *carry = 0;
        return first;
    }
    const uint64_t even = UINT64_C(0x5555555555555555);
    backslash &= ~*carry;
    uint64_t follows = backslash << 1 | *carry;
    uint64_t odd_starts = backslash & ~even & ~follows;
    uint64_t sum = odd_starts + backslash;
    *carry = sum < backslash; /* the run goes on into the next step */
    return (even ^ (sum << 1)) & follows;
}

static inline struct frame_step frame_read_step(const struct frame_scan *s, const char *p,
                                                frame_masks_fn *masks, frame_parity_fn *parity)
{
    struct frame_masks m = masks(p);
    struct frame_step t = {.escaped = s->escaped, .newline = m.newline};
    uint64_t escaped = frame_escaped(m.backslash, &t.escaped);
    uint64_t quote = m.quote & ~escaped;
    uint64_t inside = parity(quote) ^ s->in_string;
    t.in_string = 0 - (inside >> 63);
    t.open = m.open & ~inside;
    t.close = m.close & ~inside;
    t.line_in_string = m.newline & inside;
    t.open_at_line = t.open & (m.newline << 1 | s->after_line);
    t.after_line = m.newline >> 63;
    t.colon = m.colon & ~inside;
    t.unicode = m.u & escaped;
    t.stray = m.backslash & ~inside;
    return t;
}

static inline uint64_t frame_count_bits(uint64_t x)
{
#ifdef __POPCNT__
    return (uint64_t)__builtin_popcountll(x);
#else /* else that would be a call; most masks are empty or nearly so */
    uint64_t n = 0;
    for (; x; x &= x - 1) {
        n++;
    }
    return n;
#endif
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

/* The lowest bit's place, and takes the bit away; any place when there is none. */
static inline uint32_t frame_pop_bit(uint64_t *bits, size_t at)
{
    uint32_t place = (uint32_t)(at + (size_t)__builtin_ctzll(*bits | UINT64_C(1) << 63));
    *bits &= *bits - 1;
    return place;
}

/* Keeps the places of a step's colons; the step begins at `at`, counted from s->start. Keys stand too irregularly for a processor to foresee, so the
 * first four are written without a branch. Measured: half the time of a loop over the bits. */
static inline void frame_keep_colons(struct frame_scan *s, uint64_t colons, size_t at)
{
    if (!s->colons || s->n_colons > FRAME_COLONS) {
        return;
    }
    uint32_t *out = s->colons + s->n_colons;
    s->n_colons += at <= INT32_MAX ? frame_count_bits(colons) : FRAME_COLONS + 1;
    out[0] = frame_pop_bit(&colons, at);
    out[1] = frame_pop_bit(&colons, at);
    out[2] = frame_pop_bit(&colons, at);
    out[3] = frame_pop_bit(&colons, at);
    for (size_t i = 4; colons; i++) {
        out[i] = frame_pop_bit(&colons, at);
    }
}

/* A step in which something may stop. */
static __attribute__((noinline)) unsigned frame_take_slowly(struct frame_scan *s,
                                                            const struct frame_step *t, size_t at,
                                                            enum frame_stop *stop)
{
    unsigned used = frame_walk_step(s, t, stop);
    uint64_t taken = used < FRAME_STEP ? (UINT64_C(1) << used) - 1 : ~UINT64_C(0);
    frame_keep_colons(s, t->colon & taken, at - s->start);
    s->newlines += frame_count_bits(t->newline & taken);
    bool stopped = *stop != FRAME_STOP_MORE;
    s->in_string = stopped ? 0 : t->in_string;
    s->escaped = stopped ? 0 : t->escaped;
    s->after_line = stopped ? 0 : t->after_line;
    return used;
}

/* Takes the step at `at`, or what of it stands before a stop; how many bytes that is. */
static inline unsigned frame_take_step(struct frame_scan *s, const struct frame_step *t, size_t at,
                                       enum frame_stop *stop)
{
    s->unicode |= t->unicode;
    s->stray |= t->stray;
    if ((t->line_in_string | t->open_at_line) || frame_count_bits(t->close) >= s->depth) {
        return frame_take_slowly(s, t, at, stop);
    }
    frame_keep_colons(s, t->colon, at - s->start);
    s->depth += frame_count_bits(t->open) - frame_count_bits(t->close);
    s->newlines += frame_count_bits(t->newline);
    s->in_string = t->in_string;
    s->escaped = t->escaped;
    s->after_line = t->after_line;
    return FRAME_STEP;
}

/* The bytes behind the last whole step. */
static inline enum frame_stop frame_scan_rest(struct frame_scan *s, str text, size_t *at, bool last,
                                              frame_masks_fn *masks, frame_parity_fn *parity)
{
    char padded[FRAME_STEP];
    size_t left = text.len - *at;
    if (left == 0) {
        return FRAME_STOP_MORE;
    }
    memset(padded, ' ', sizeof padded);
    memcpy(padded, text.ptr + *at, left);
    struct frame_step t = frame_read_step(s, padded, masks, parity);
    struct frame_scan trial = *s;
    enum frame_stop stop = FRAME_STOP_MORE;
    unsigned used = frame_take_step(&trial, &t, *at, &stop);
    if (stop != FRAME_STOP_MORE || last) { /* else the rest waits for more bytes */
        *s = trial;
        *at += used < left ? used : left;
    }
    return stop;
}

static inline enum frame_stop frame_scan_loop(struct frame_scan *state, str text, size_t *place,
                                              bool last, frame_masks_fn *masks,
                                              frame_parity_fn *parity)
{
    struct frame_scan s = *state; /* copies stay in registers */
    size_t at = *place;
    enum frame_stop stop = FRAME_STOP_MORE;
    while (stop == FRAME_STOP_MORE && text.len - at >= FRAME_STEP) {
        struct frame_step t = frame_read_step(&s, text.ptr + at, masks, parity);
        at += frame_take_step(&s, &t, at, &stop);
    }
    if (stop == FRAME_STOP_MORE) {
        stop = frame_scan_rest(&s, text, &at, last, masks, parity);
    }
    *state = s;
    *place = at;
    return stop;
}

#endif
