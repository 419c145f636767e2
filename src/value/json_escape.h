/* SPDX-License-Identifier: Apache-2.0 */
/* The fast part of writing a JSON string: blocks of plain ASCII, quotes and backslashes. What else a string may hold (controls,
 * characters above ASCII) is json_write.c's. */
#ifndef POSTERN_VALUE_JSON_ESCAPE_H
#define POSTERN_VALUE_JSON_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a block. */
enum { JSON_ESCAPE_BLOCK = 16 };

/* Writes blocks of from[0..n) to `to`, the last of which may be shorter, with a backslash before each quote and backslash, up to the first block that holds
 * another kind of byte. *taken: bytes read. Returns the end of what was written; as much as a block and a half behind it may be
 * written over, so `to` needs room for 2 * n + 32 bytes. */
typedef char *json_escape_fn(const char *from, size_t n, char *to, size_t *taken);

/* Takes nothing: every byte is left to the caller. The measure for the other. */
json_escape_fn json_escape_none;
json_escape_fn json_escape_avx2;
/* The one for this processor. */
json_escape_fn *json_escape_best(void);

#endif
