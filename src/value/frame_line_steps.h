/* SPDX-License-Identifier: Apache-2.0 */
/* What a line is told by, one byte at a time: all of the plain scan, and the end of one with vectors. */
#ifndef POSTERN_VALUE_FRAME_LINE_STEPS_H
#define POSTERN_VALUE_FRAME_LINE_STEPS_H

#include "value/frame_line.h"

/* Bytes that may mean something; the key's apart. */
static inline bool frame_line_looks(char c)
{
    return c == '\n' || c == '\\' || c == ' ' || c == '\t' || c == '\r';
}

/* Of a line up to a byte. */
struct frame_line_count {
    uint8_t depth;  /* brackets opened less those closed, in strings or not */
    uint8_t quotes; /* the lowest bit: whether there is an odd number of quotes */
};

/* How much deeper brackets are behind the byte. */
static inline uint8_t frame_line_bracket(char c)
{
    return c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? UINT8_MAX : 0;
}

/* Whether a byte and the one behind it say that the line is none of those. */
static inline bool frame_line_odd(char c, char next)
{
    bool opens = next == '{' || next == '[';
    return (c == '\\' && next == 'u') ||
           (opens && (c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\r'));
}

/* The line whose first line break stands `at` bytes into it. */
static inline enum frame_form_stop frame_line_break(str text, size_t start, size_t at,
                                                    struct frame_line_count count,
                                                    struct frame_formed *out)
{
    size_t end = start + at;
    if (out->n_places != 1 || count.depth != 0 || (count.quotes & 1) || text.ptr[end - 1] != '}') {
        return FRAME_FORM_OTHER;
    }
    if (end + 1 == text.len) {
        return FRAME_FORM_MORE;
    }
    out->end = end;
    return text.ptr[end + 1] == '{' ? FRAME_FORM_END : FRAME_FORM_OTHER;
}

/* False: there is no room for it. */
static inline bool frame_line_place(struct frame_formed *out, size_t place)
{
    if (out->n_places == FRAME_PLACES) {
        return false;
    }
    out->places[out->n_places++] = (uint32_t)place;
    return true;
}

/* From `at` bytes into the line, of which `count` is known. A key is found by the place of its first rare byte; those of which that stands before `at` are in `out`. */
static inline enum frame_form_stop frame_line_rest(const struct frame_form *form, str text,
                                                   size_t start, size_t at,
                                                   struct frame_line_count count,
                                                   struct frame_formed *out)
{
    str key = form->key.text;
    size_t rare = form->key.rare[0], len = text.len - start;
    for (; at < len && at < FRAME_LINE_MAX; at++) {
        const char *p = text.ptr + start + at;
        uint8_t bracket = frame_line_bracket(*p);
        count.depth += bracket;
        count.quotes ^= *p == '"';
        if (*p != key.ptr[rare] && !bracket && !frame_line_looks(*p)) {
            continue;
        }
        if (*p == '\n') {
            return frame_line_break(text, start, at, count, out);
        }
        if (at + 1 < len && frame_line_odd(*p, p[1])) {
            return FRAME_FORM_OTHER;
        }
        bool room = *p == key.ptr[rare] && at >= rare && len - (at - rare) >= key.len;
        if (room && bytes_eq(p - rare, key.ptr, key.len) && !frame_line_place(out, at - rare)) {
            return FRAME_FORM_OTHER;
        }
    }
    return at < len ? FRAME_FORM_OTHER : FRAME_FORM_MORE;
}

#endif
