/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: decode, encode, check, count, fold. Folding is Unicode simple case folding (utf8proc) behind an ASCII
 * fast path. Nothing here allocates but utf8_fold into the arena given. */
#ifndef POSTERN_BASE_UTF8_H
#define POSTERN_BASE_UTF8_H

#include "base/arena.h"

/* Decodes the code point at s[*at] and moves *at behind it. Invalid bytes give U+FFFD and move by one. */
uint32_t utf8_next(str s, size_t *at);
/* Writes 1 to 4 bytes, returns how many. Surrogates and values above 10FFFF are written as U+FFFD. */
size_t utf8_encode(uint32_t code, char out[4]);
/* Offset of the first byte that is not well-formed UTF-8 (no surrogates, no overlong forms), or SIZE_MAX. */
size_t utf8_first_invalid(str s);
/* Code points in s (invalid bytes count one each); UTF-16 code units in s. */
size_t utf8_count(str s);
size_t utf8_utf16_len(str s);
/* Byte offset of the UTF-16 code unit `units` (inside a surrogate pair: of its start), clipped to s.len. */
size_t utf8_from_utf16(str s, size_t units);
/* Simple case folding: ASCII lower-casing when s is ASCII. Returns s itself when nothing changes. */
str utf8_fold(str s, struct arena *a);
uint32_t utf8_fold_code(uint32_t code);
/* Columns on a terminal. */
size_t utf8_width(str s);

#endif
