/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a short text (value/stage1.h), for the usual one: ASCII, no backslash, no error. simdjson works through two blocks at the least and checks UTF-8: for a record of
 * 60 bytes that was a tenth of all that is done with it. */
#ifndef POSTERN_VALUE_SHORT_INDEX_H
#define POSTERN_VALUE_SHORT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest text that is worth it, and places that must be behind those of the index: they become 0. */
enum { SHORT_INDEX_MAX = 512, SHORT_INDEX_SPARE = 8 };

/* How many positions were written to `at` (room for SHORT_INDEX_MAX + SHORT_INDEX_SPARE): those that stage 1 would list. 0: simdjson is to be asked. Nothing behind text + len is
 * read. Only where simd_usable() (simd.h). */
size_t short_index_simd(const char *text, size_t len, uint32_t *at);

#endif
