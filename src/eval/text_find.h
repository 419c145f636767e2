/* SPDX-License-Identifier: Apache-2.0 */
/* Searching one text of an event in another, in linear time whatever the two are. */
#ifndef POSTERN_EVAL_TEXT_FIND_H
#define POSTERN_EVAL_TEXT_FIND_H

#include "base/arena.h"

typedef struct {
    size_t at, end; /* byte offsets in the text; at SIZE_MAX: not found */
} found;

/* The first `needle` at or after byte `from`; the last one with `last`. `fold`: case-blind by simple folding. An empty needle is found at `from`. */
found text_find(str text, str needle, size_t from, bool fold, bool last, struct arena *a);
/* Whether text begins (ends) with `part`. */
bool text_starts(str text, str part, bool fold, struct arena *a);
bool text_ends(str text, str part, bool fold, struct arena *a);

#endif
