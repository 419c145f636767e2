/* SPDX-License-Identifier: Apache-2.0 */
/* Folding of one event text for case-blind leaves, without an allocation in the usual case. */
#ifndef POSTERN_EVAL_FOLD_H
#define POSTERN_EVAL_FOLD_H

#include <string.h>

#include "base/arena.h"

/* Longest text that is folded on the stack. */
enum { FOLD_ROOM = 256 };

static inline bool fold_is_ascii(str s)
{
    uint64_t word, all = 0;
    size_t at = 0;
    for (; s.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        all |= word;
    }
    for (; at < s.len; at++)
        all |= (uint8_t)s.ptr[at];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* `s` in simple case folding: `s` itself, or made in `room` (ASCII of at most FOLD_ROOM bytes), or in `a`. */
str fold_text(str s, char room[FOLD_ROOM], struct arena *a);

#endif
