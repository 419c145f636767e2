/* SPDX-License-Identifier: Apache-2.0 */
/* One wildcard pattern: `*` is any run of characters, `?` exactly one (a code point; an invalid byte counts as one). Covers the whole text. Worst case O(text x pattern), never
 * exponential: between two stars the first fit is taken, and it is never worth going back before it. */
#ifndef POSTERN_EVAL_WILDCARD_H
#define POSTERN_EVAL_WILDCARD_H

#include "base/arena.h"

/* `skip` characters, then `literal`. */
struct wildcard_piece {
    size_t skip;
    str literal;
};

/* What stands between two stars: always the same number of characters. */
struct wildcard_segment {
    struct wildcard_piece *pieces;
    size_t n_pieces;
    size_t characters;
    bool plain; /* one literal, perhaps empty: no `?` */
};

/* The segments with a star between each two of them; one segment: no star. */
struct wildcard {
    struct wildcard_segment *segments;
    size_t n_segments;
    str longest; /* the longest literal, empty when there is none */
};

/* `quoted`: a backslash makes the next character an ordinary one. Everything is copied into `a`. */
struct wildcard wildcard_parse(str pattern, bool quoted, struct arena *a);
bool wildcard_matches(const struct wildcard *w, str text);

#endif
