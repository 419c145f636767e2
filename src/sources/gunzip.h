/* SPDX-License-Identifier: Apache-2.0 */
/* gzip data inside a record (CloudWatch Logs sends its batches so), from memory to memory. Files are the business of layer input. */
#ifndef POSTERN_SOURCES_GUNZIP_H
#define POSTERN_SOURCES_GUNZIP_H

#include "base/arena.h"

static inline bool is_gzip(str s)
{
    return str_starts(s, S("\x1f\x8b"));
}

/* All members one after another into `a`, at most `max` bytes. NULL, or why not (a literal). */
const char *gunzip(str data, size_t max, struct arena *a, str *out);

#endif
