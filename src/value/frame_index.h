/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that are indexed as they are framed: one pass finds where the object ends and lists the positions that simdjson's first stage (stage1.h) would list, so that it is not
 * run over the same bytes once more. Only of the usual object: ASCII, on one line, no control character, a backslash in strings only. Any other is left to the ordinary
 * scan (frame_scan.h) and to simdjson, so what is found here is found there, too. */
#ifndef POSTERN_VALUE_FRAME_INDEX_H
#define POSTERN_VALUE_FRAME_INDEX_H

#include "base/str.h"

enum {
    FRAME_INDEX_MAX = 64 * 1024, /* longest object that is looked at */
    FRAME_INDEX_ROOM =
        FRAME_INDEX_MAX +
        64, /* places for it: what is written behind the last position is 0 or nothing */
};

enum frame_index_stop {
    FRAME_INDEX_END,   /* the object's end was found */
    FRAME_INDEX_MORE,  /* the bytes are used up */
    FRAME_INDEX_OTHER, /* not the usual object, or too long */
};

/* What was found; all but `at` is filled with FRAME_INDEX_END only. */
struct frame_index {
    uint32_t *
        at; /* FRAME_INDEX_ROOM places of the caller's: offsets in the object, ascending, and four places of 0 behind them */
    size_t n;
    size_t len;   /* of the object */
    bool escaped; /* the object holds a backslash */
    bool unicode; /* and an escape \u */
};

/* Indexes the object whose '{' is text[start]. Brackets are counted, whatever their kind: that they match is for the walk to tell. */
typedef enum frame_index_stop frame_index_fn(str text, size_t start, struct frame_index *out);
frame_index_fn frame_index_plain;
frame_index_fn frame_index_simd; /* only where simd_usable() (simd.h) */

#endif
