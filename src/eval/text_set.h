/* SPDX-License-Identifier: Apache-2.0 */
/* A frozen set of texts: most misses are answered by length or a few bytes, the rest by one hash and one compare. Lives in the arena it was made in;
 * safe from any thread. */
#ifndef POSTERN_EVAL_TEXT_SET_H
#define POSTERN_EVAL_TEXT_SET_H

#include "base/arena.h"

struct text_set;

/* `texts` are borrowed. */
struct text_set *text_set_new(const str *texts, size_t n, struct arena *a);
bool text_set_has(const struct text_set *set, str s);
/* False: no member has this length. */
bool text_set_has_length(const struct text_set *set, size_t len);

#endif
