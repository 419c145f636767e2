/* SPDX-License-Identifier: Apache-2.0 */
/* Lucene regular expressions (RegExp with all optional operators, as Elasticsearch runs EQL's regex) translated to PCRE2. */
#ifndef POSTERN_IR_LUCENE_REGEX_H
#define POSTERN_IR_LUCENE_REGEX_H

#include "base/arena.h"

struct lucene_error {
    size_t at; /* byte offset in the pattern */
    const char *reason;
};

/* The PCRE2 pattern (UTF, DOTALL, to be matched whole) that accepts the same language: . [ ] [^ ] | ( ) ? * + {n} {n,} {n,m} \x \d \D \w \W \s \S "literal" @ # <n-m>; `^` and `$` are plain characters; every PCRE2 construct that Lucene
 * lacks is quoted. `.*?` is read as Lucene does. Complement ~ and intersection & have no PCRE2 form in general: intersection of whole alternatives becomes a look-ahead, complement a negative look-ahead over a group that spans the rest; what
 * cannot be expressed is refused. Limits: pattern length 64 KiB, nesting 200, repetition count 1000. False with *e filled when refused. Result in `a`. */
bool lucene_regex_translate(str pattern, struct arena *a, str *out, struct lucene_error *e);

#endif
