/* SPDX-License-Identifier: Apache-2.0 */
/* What postern explain prints, as text or as one JSON document. */
#ifndef POSTERN_CLI_EXPLAIN_VIEW_H
#define POSTERN_CLI_EXPLAIN_VIEW_H

#include "cli/explain_events.h"
#include "engine/explain.h"

struct explain_view {
    const struct explain *x;
    const struct rule *rule;
    const struct input_event *inputs; /* by number */
    struct arena *scratch;            /* may be reset after each call */
};

/* "stage 2", "until", "the query". */
str explain_clause_name(const struct explain_view *v, uint32_t clause);
/* The leaf that the verdict is printed as: itself, or under a NOT that was written as part of it (`x != 1`, `x not in (1)`); NULL: a tree. */
const struct verdict *explain_leaf_of(const struct explain_view *v, const struct verdict *t);
/* The words of a part of the query, white space put in order; of the category's test, what it asks. */
str explain_words(const struct explain_view *v, const struct ir *node);
/* One sentence: the change that would give a match, or that there is none. */
str explain_miss_words(const struct explain_view *v);
/* `user.name == "bob", …`: a key. */
str explain_key_words(const struct explain_view *v, str key);
/* A value as EQL would write it. */
void explain_value(const struct value *value, struct buf *out, struct arena *a);

void explain_text_begin(const struct explain_view *v, struct buf *out);
void explain_text_event(const struct explain_view *v, size_t number, struct buf *out);
void explain_text_end(const struct explain_view *v, struct buf *out);

void explain_json_begin(const struct explain_view *v, struct buf *out);
void explain_json_event(const struct explain_view *v, size_t number, bool first, struct buf *out);
void explain_json_end(const struct explain_view *v, struct buf *out);

#endif
