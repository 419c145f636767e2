/* SPDX-License-Identifier: Apache-2.0 */
/* Many needles looked for in one pass over a text (Aho and Corasick, "Efficient string matching", 1975). Lives in the arena it was made in; safe from any thread. */
#ifndef POSTERN_EVAL_NEEDLE_SET_H
#define POSTERN_EVAL_NEEDLE_SET_H

#include "base/arena.h"

struct needle_set;

/* `needles` are borrowed and not empty; one text may stand several times. */
struct needle_set *needle_set_new(const str *needles, size_t n, struct arena *a);

/* Told of each occurrence: the needle's index and the offset behind it. True ends the search. */
typedef bool needle_hit(void *context, uint32_t needle, size_t end);

/* Scans `text` from front to back; true when `hit` ended it. */
bool needle_set_scan(const struct needle_set *set, str text, needle_hit *hit, void *context);

#endif
