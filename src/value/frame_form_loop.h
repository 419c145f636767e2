/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of one record over masks, to be compiled once for each way of making the masks. */
#ifndef POSTERN_VALUE_FRAME_FORM_LOOP_H
#define POSTERN_VALUE_FRAME_FORM_LOOP_H

#include "value/frame_form.h"
#include "value/frame_masks.h"

/* Bytes that a step looks at. */
enum { FRAME_FORM_REACH = FRAME_STEP + FRAME_KEY_MAX };

/* Where a scan stands. Places are counted from the record's beginning. */
struct frame_form_scan {
    char first, second; /* the key's rare bytes */
    size_t first_at, second_at;
    uint64_t depth, in_string, escaped;
    size_t hit, last_hit; /* first and last step that shows both; SIZE_MAX and 0: none */
    size_t end;
};

/* Whether nesting stays above nothing through a step behind which it is `depth`: none is closed and opened again. May say no where it does stay. */
FRAME_INLINE bool frame_form_stays(uint64_t open, uint64_t close, uint64_t depth)
{
    uint64_t reopened = open & (0 - (close & (0 - close))); /* behind the first closing bracket */
    return (reopened == 0) & ((int64_t)depth > 0);
}

/* Notes whether the key may begin in the step, without a branch: it cannot be foreseen in which. */
FRAME_INLINE void frame_form_hit(struct frame_form_scan *s, const char *p, size_t at,
                                 const struct frame_maker *maker)
{
    bool hit = maker->pair_any(p + s->first_at, s->first, p + s->second_at, s->second);
    s->last_hit = hit ? at : s->last_hit;
    s->hit = hit && s->hit > at ? at : s->hit;
}

/* Follows the brackets of a step one by one. True: the record ends, or is not of the simple kind; *stop and *end say which. */
static inline bool frame_form_walk(uint64_t *depth, size_t *end, uint64_t open, uint64_t close,
                                   uint64_t newline, size_t at, enum frame_form_stop *stop)
{
    for (uint64_t bits = open | close | newline; bits; bits &= bits - 1) {
        uint64_t bit = bits & (0 - bits);
        if (newline & bit) {
            *stop = FRAME_FORM_OTHER;
            return true;
        }
        if (open & bit) {
            (*depth)++;
        } else if (--*depth == 0) {
            *end = at + (size_t)__builtin_ctzll(bits) + 1;
            *stop = FRAME_FORM_END;
            return true;
        }
    }
    return false;
}

/* Steps that hold no backslash and no line break. True: the record ends in the last one taken, at s->end. */
FRAME_INLINE bool frame_form_plain_steps(struct frame_form_scan *s, const char *record,
                                         size_t *place, size_t len, const struct frame_maker *maker)
{
    uint64_t depth = s->depth, in_string = s->in_string;
    size_t at = *place, hit = s->hit, last_hit = s->last_hit;
    const char *first = record + s->first_at, *second = record + s->second_at;
    bool done = false;
    for (; !done && len - at >= FRAME_FORM_REACH; at += FRAME_STEP) {
        bool rare;
        struct frame_masks m = maker->masks(record + at, &rare);
        if (rare) {
            break;
        }
        bool pair = maker->pair_any(first + at, s->first, second + at, s->second);
        last_hit = pair ? at : last_hit;
        hit = pair && hit > at ? at : hit;
        uint64_t inside = maker->parity(m.quote) ^ in_string;
        in_string = 0 - (inside >> 63);
        uint64_t open = m.open & ~inside, close = m.close & ~inside;
        uint64_t closed = maker->count(close), before = depth;
        depth += maker->count(open) - closed;
        if (closed >= before && !frame_form_stays(open, close, depth)) {
            enum frame_form_stop stop;
            depth = before;
            done = frame_form_walk(&depth, &s->end, open, close, 0, at, &stop);
        }
    }
    s->depth = depth;
    s->in_string = in_string;
    s->hit = hit;
    s->last_hit = last_hit;
    *place = at;
    return done;
}

/* One step with all that there may be in it, at `p`, `at` bytes into the record. True: *stop says how the scan ended. */
FRAME_INLINE bool frame_form_step(struct frame_form_scan *s, const char *p, size_t at,
                                  const struct frame_maker *maker, enum frame_form_stop *stop)
{
    bool rare;
    struct frame_masks m = maker->masks(p, &rare);
    frame_form_hit(s, p, at, maker);
    if (rare | s->escaped) {
        m.backslash = maker->equal(p, '\\');
        m.newline = maker->equal(p, '\n');
        uint64_t escaped = frame_escaped(m.backslash, &s->escaped);
        m.quote &= ~escaped;
        if (escaped && (escaped & maker->equal(p, 'u'))) {
            *stop = FRAME_FORM_OTHER;
            return true;
        }
    }
    uint64_t inside = maker->parity(m.quote) ^ s->in_string;
    if (m.backslash & ~inside) {
        *stop = FRAME_FORM_OTHER;
        return true;
    }
    s->in_string = 0 - (inside >> 63);
    return frame_form_walk(&s->depth, &s->end, m.open & ~inside, m.close & ~inside, m.newline, at,
                           stop);
}

/* Finds the key in the steps that may hold it. `len`: bytes that may be looked at. False: it stands at too many places. */
static inline bool frame_form_places(const struct frame_form_scan *s, str key, const char *record,
                                     size_t len, const struct frame_maker *maker,
                                     struct frame_formed *out)
{
    out->n_places = 0;
    for (size_t at = s->hit; at <= s->last_hit; at += FRAME_STEP) {
        const char *p = record + at;
        uint64_t hits = ~UINT64_C(0);
        if (len - at >= FRAME_FORM_REACH) {
            hits = maker->pair(p + s->first_at, s->first, p + s->second_at, s->second);
        }
        for (; hits; hits &= hits - 1) {
            size_t place = at + (size_t)__builtin_ctzll(hits);
            if (place + key.len > s->end) {
                break;
            }
            if (bytes_eq(record + place, key.ptr, key.len)) {
                if (out->n_places == FRAME_PLACES) {
                    return false;
                }
                out->places[out->n_places++] = (uint32_t)place;
            }
        }
    }
    return true;
}

FRAME_INLINE enum frame_form_stop frame_form_loop(const struct frame_form *form, str text,
                                                  size_t start, struct frame_formed *out,
                                                  const struct frame_maker *maker)
{
    str key = form->key.text;
    struct frame_form_scan s = {.first_at = form->key.rare[0],
                                .second_at = form->key.rare[1],
                                .first = key.ptr[form->key.rare[0]],
                                .second = key.ptr[form->key.rare[1]],
                                .hit = SIZE_MAX,
                                .depth = 1};
    const char *record = text.ptr + start;
    size_t len = text.len - start < FRAME_FORM_MAX ? text.len - start : FRAME_FORM_MAX;
    enum frame_form_stop stop = FRAME_FORM_MORE;
    size_t at = 1;
    bool done = false;
    while (!done && len - at >= FRAME_FORM_REACH) {
        if (!s.escaped) {
            done = frame_form_plain_steps(&s, record, &at, len, maker);
            stop = done ? FRAME_FORM_END : stop;
        }
        if (!done && len - at >= FRAME_FORM_REACH) {
            done = frame_form_step(&s, record + at, at, maker, &stop);
            at += FRAME_STEP;
        }
    }
    if (!done && at < len) {
        char padded[2 * FRAME_FORM_REACH];
        size_t rest = at;
        memset(padded, ' ', sizeof padded);
        memcpy(padded, record + at, len - at);
        for (; !done && at < len; at += FRAME_STEP) {
            done = frame_form_step(&s, padded + (at - rest), at, maker, &stop);
        }
    }
    if (!done) {
        return len == FRAME_FORM_MAX ? FRAME_FORM_OTHER : FRAME_FORM_MORE;
    }
    if (stop == FRAME_FORM_END && !frame_form_places(&s, key, record, len, maker, out)) {
        return FRAME_FORM_OTHER;
    }
    out->end = start + s.end;
    return stop;
}

#endif
