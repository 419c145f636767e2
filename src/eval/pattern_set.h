/* SPDX-License-Identifier: Apache-2.0 */
/* A list of wildcard patterns compiled together: holds when any of them covers the whole text. Patterns without wildcards are one hash probe; a long list of others is looked for by the longest literal of each, all in one pass over the text.
 * Lives in the arena it was made in; safe from any thread. */
#ifndef POSTERN_EVAL_PATTERN_SET_H
#define POSTERN_EVAL_PATTERN_SET_H

#include "base/arena.h"

struct pattern_set;

/* `fold`: case-blind (Unicode simple folding). `quoted`: a backslash makes the next character an ordinary one. Patterns are copied. */
struct pattern_set *pattern_set_new(const str *patterns, size_t n, bool fold, bool quoted,
                                    struct arena *a);
/* `scratch` is touched only to fold a long or non-ASCII text, or when a general pattern of a long list comes near. */
bool pattern_set_matches(const struct pattern_set *set, str text, struct arena *scratch);

#endif
