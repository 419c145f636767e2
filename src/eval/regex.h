/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of Lucene regular expressions, compiled by PCRE2: the only file that sees it. A text matches when one of the list covers it whole. A list is frozen and shared; the scratch is one thread's. */
#ifndef POSTERN_EVAL_REGEX_H
#define POSTERN_EVAL_REGEX_H

#include "base/arena.h"

struct regex_list;
struct regex_scratch;

/* Why the list was refused: which pattern, where in it (bytes), and the reason. */
struct regex_error {
    size_t pattern;
    size_t at;
    char reason[160];
};

/* NULL with *e filled when a pattern is refused. In `a`, but the compiled code is PCRE2's: give it back by regex_list_free. */
struct regex_list *regex_list_new(const str *patterns, size_t n, bool fold, struct arena *a,
                                  struct regex_error *e);
void regex_list_free(struct regex_list *list);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* Adds one to *cut for each search that ran into a limit (no match). Invalid bytes of `text` count as U+FFFD; `arena` is touched only then. */
bool regex_list_matches(const struct regex_list *list, str text, struct regex_scratch *s,
                        struct arena *arena, uint64_t *cut);

#endif
