/* SPDX-License-Identifier: Apache-2.0 */
/* Balanced scanning: where does the JSON object or array that begins here end? Sixty-four bytes a
 * step. Masks of quotes, backslashes, brackets and line breaks come from plain C (frame_scan.c) or
 * from vector instructions (frame_scan_avx2.c, frame_scan_neon.c); the logic over the masks is one and the same (frame_scan_loop.h).
 */
#ifndef POSTERN_VALUE_FRAME_SCAN_H
#define POSTERN_VALUE_FRAME_SCAN_H

#include "base/str.h"

/* Where a scan stands; zero before a value's first byte. */
struct frame_scan {
    uint64_t in_string;  /* all ones inside a string */
    uint64_t escaped;    /* 1: the next byte is escaped */
    uint64_t after_line; /* 1: the next byte begins a line */
    uint64_t depth;
    uint64_t newlines; /* seen so far */
    uint64_t unicode;  /* not 0: there was an escape \u */
    uint64_t stray;    /* not 0: there was a backslash outside strings */
};

enum frame_stop {
    FRAME_STOP_MORE,           /* the bytes are used up: *at is where to go on */
    FRAME_STOP_END,            /* *at is one past the closing bracket */
    FRAME_STOP_LINE_IN_STRING, /* *at is a line break inside a string */
    FRAME_STOP_OPEN_AT_LINE,   /* *at is a bracket in column 1 at nesting 1 or more that opens
                                  something; not counted yet, the scan may go on from it */
};

/* Scans text from *at. Whole steps only, unless `last`: with FRAME_STOP_MORE up to 63 bytes may be
 * left for the next call. The sizes of the pieces do not change what is found. */
typedef enum frame_stop frame_scan_fn(struct frame_scan *s, str text, size_t *at, bool last);

frame_scan_fn frame_scan_plain;
frame_scan_fn frame_scan_simd; /* only where simd_usable() (simd.h) */
/* Places of the colons between the keys and values of a whole value that holds no stray backslash, ascending: how many. `places` has room for
 * one a byte of text and FRAME_COLONS_SPARE more, which are written over. text.len is below 4 GiB. */
typedef size_t frame_colons_fn(str text, uint32_t *places);
enum { FRAME_COLONS_SPARE = 4 };

frame_colons_fn frame_colons_plain;
frame_colons_fn frame_colons_simd; /* only where simd_usable() */

#endif
