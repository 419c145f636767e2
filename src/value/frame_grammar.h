/* SPDX-License-Identifier: Apache-2.0 */
/* A resumable check of JSON's structure: brackets, keys, colons and commas. Strings and words (numbers, literals) are opaque, so that an error always lies
 * outside strings. The framer asks it where a value that never closes went wrong; one byte at a time, about 0.4 GB/s. */
#ifndef POSTERN_VALUE_FRAME_GRAMMAR_H
#define POSTERN_VALUE_FRAME_GRAMMAR_H

#include "value/json.h"

struct frame_grammar {
    uint64_t object[JSON_MAX_DEPTH / 64 + 1]; /* bit d - 1: nesting d is an object */
    uint32_t depth;
    uint8_t state;
    uint8_t key; /* the string is a key */
};

enum frame_grammar_stop {
    FRAME_GRAMMAR_MORE,  /* no error so far */
    FRAME_GRAMMAR_END,   /* *at is one past the closing bracket */
    FRAME_GRAMMAR_ERROR, /* *at is the first byte that cannot stand there */
    FRAME_GRAMMAR_LINE,  /* *at is a line break inside a string */
};

/* Before an object or array. */
void frame_grammar_begin(struct frame_grammar *g);
/* Behind a member's value in an object at nesting `depth`, 1 or 2, all of whose containers are objects. */
void frame_grammar_begin_tail(struct frame_grammar *g, uint32_t depth);
/* Reads text from *at. */
enum frame_grammar_stop frame_grammar_run(struct frame_grammar *g, str text, size_t *at);
/* What was expected where the last run stopped: a literal. */
const char *frame_grammar_reason(const struct frame_grammar *g);

#endif
