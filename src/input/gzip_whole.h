/* SPDX-License-Identifier: Apache-2.0 */
/* A whole gzip file in memory decoded at once, by libdeflate where the build has it (gzip_libdeflate.c; else gzip_none.c): two to three times as fast as zlib. It checks lengths and checksums, and
 * tells nothing of what is broken: then the file is decoded in steps from its beginning. */
#ifndef POSTERN_INPUT_GZIP_WHOLE_H
#define POSTERN_INPUT_GZIP_WHOLE_H

#include "base/str.h"

struct gzip_whole;

/* NULL when there is no such way. */
struct gzip_whole *gzip_whole_new(void);
void gzip_whole_free(struct gzip_whole *g);
/* Decodes all members. False, with `out` written over in part, when they do not fit in `cap` bytes or are not sound to the end (zero bytes behind the last are padding). */
bool gzip_whole_decode(struct gzip_whole *g, str stored, char *out, size_t cap, size_t *n);

#endif
