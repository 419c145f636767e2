/* SPDX-License-Identifier: Apache-2.0 */
/* Balanced scanning: where does the JSON object or array that begins here end? Sixty-four bytes a step: masks of quotes, backslashes, brackets and line breaks, from SIMD where the processor has it
 * (frame_masks_avx2.c) and from plain C elsewhere; the logic over the masks is one and the same. */
#ifndef POSTERN_VALUE_FRAME_SCAN_H
#define POSTERN_VALUE_FRAME_SCAN_H

#include "base/str.h"

/* Bit i: byte i of the 64 is one of these. */
struct frame_masks {
    uint64_t quote, backslash, open, close, newline;
};

/* Fills the masks of the 64 bytes at p. */
typedef void frame_masks_fn(const char *p, struct frame_masks *out);
frame_masks_fn frame_masks_plain;
frame_masks_fn frame_masks_avx2; /* only where frame_has_avx2() */
bool frame_has_avx2(void);

/* Where a scan stands; zero before a value's first byte. */
struct frame_scan {
    uint64_t in_string;  /* all ones inside a string */
    uint64_t escaped;    /* 1: the next byte is escaped */
    uint64_t after_line; /* 1: the next byte begins a line */
    uint64_t depth;
    uint64_t newlines; /* seen so far */
};

enum frame_stop {
    FRAME_STOP_MORE,           /* the bytes are used up: *at is where to go on */
    FRAME_STOP_END,            /* *at is one past the closing bracket */
    FRAME_STOP_LINE_IN_STRING, /* *at is a line break inside a string */
    FRAME_STOP_OPEN_AT_LINE,   /* *at is a '{' in column 1 at nesting 1 or more, not yet counted */
};

/* Scans text from *at. Whole steps only, unless `last`: with FRAME_STOP_MORE up to 63 bytes may be left for the next call. */
enum frame_stop frame_scan_run(struct frame_scan *s, str text, size_t *at, bool last,
                               frame_masks_fn *masks);

#endif
