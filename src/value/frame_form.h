/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a known form, one after another: providers begin each of theirs with one text ({"eventVersion":), write it without blanks and line breaks, and say in one member
 * what was done ("eventName"). In one pass over such a record: where it ends, and where that member's key stands. A record that is not of that simple kind is left to
 * the ordinary scan (frame_scan.h), so what is found here is found there, too. */
#ifndef POSTERN_VALUE_FRAME_FORM_H
#define POSTERN_VALUE_FRAME_FORM_H

#include "value/literal_find.h"

enum {
    FRAME_KEY_MAX = 32,       /* bytes of a key with its quotes */
    FRAME_PLACES = 16,        /* most places noted in a record */
    FRAME_FORM_MAX = 1 << 20, /* longest record that is looked at */
};

struct frame_form {
    str opening; /* the record begins so: '{' (behind it one blank, or none), the first key in quotes, ':' */
    struct literal key; /* what is searched for, in quotes, at most FRAME_KEY_MAX bytes */
};

enum frame_form_stop {
    FRAME_FORM_END,  /* the record ends before text[end] */
    FRAME_FORM_MORE, /* the bytes are used up */
    FRAME_FORM_OTHER, /* a line break, an escape like \u0041, a backslash outside strings, too long, or too many places */
};

struct frame_formed {
    size_t end;
    size_t n_places;
    uint32_t places[FRAME_PLACES]; /* from the record's beginning, ascending */
};

/* Scans the object at text[start], which begins with the form's opening. `out` is filled with FRAME_FORM_END only. */
typedef enum frame_form_stop frame_form_fn(const struct frame_form *form, str text, size_t start,
                                           struct frame_formed *out);
frame_form_fn frame_form_plain;
frame_form_fn frame_form_simd; /* only where simd_usable() (simd.h) */

#endif
