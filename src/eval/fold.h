/* SPDX-License-Identifier: Apache-2.0 */
/* Folding of one event text for case-blind leaves, without an allocation in the usual case. */
#ifndef POSTERN_EVAL_FOLD_H
#define POSTERN_EVAL_FOLD_H

#include "base/arena.h"

/* Longest text that is folded on the stack. */
enum { FOLD_ROOM = 256 };

/* `s` in simple case folding: `s` itself, or made in `room` (ASCII of at most FOLD_ROOM bytes), or in `a`. */
str fold_text(str s, char room[FOLD_ROOM], struct arena *a);

#endif
