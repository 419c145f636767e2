/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a Lucene regular expression, between its parser (lucene_parse.c) and its printer (lucene_print.c). In the arena of the
 * parse. Inside this layer only; the face is lucene_regex.h. */
#ifndef POSTERN_IR_LUCENE_TREE_H
#define POSTERN_IR_LUCENE_TREE_H

#include "base/buf.h"
#include "ir/lucene_regex.h"

enum { LUCENE_UNBOUNDED = -1 }; /* a repetition without an upper count */

enum lucene_kind {
    LUCENE_EMPTY_TEXT,
    LUCENE_NOTHING, /* # : the empty language */
    LUCENE_ANY_CHARACTER,
    LUCENE_ANY_TEXT,
    LUCENE_CHARACTER,
    LUCENE_CLASS,
    LUCENE_NUMBERS, /* <n-m> */
    LUCENE_CONCAT,
    LUCENE_UNION,
    LUCENE_INTERSECTION,
    LUCENE_REPEAT,
    LUCENE_COMPLEMENT,
};

struct lucene_range {
    uint32_t from, to;
    bool not_word; /* instead: all that \w is not */
    struct lucene_range *next;
};

struct lucene_node {
    enum lucene_kind kind;
    uint32_t code;
    bool negated;
    int min, max;
    struct lucene_range *ranges;
    str low, high; /* digits of <n-m>, low not above high */
    size_t at;
    struct lucene_node *child, *last, *next;
};

/* The tree, or NULL with *e filled. */
struct lucene_node *lucene_parse(str pattern, struct arena *a, struct lucene_error *e);
/* Appends the PCRE2 pattern. False with *e filled when it has none. */
bool lucene_print(const struct lucene_node *root, struct buf *out, struct lucene_error *e);

/* Digits without leading zeros, at least one. */
str lucene_without_zeros(str s);

#endif
