/* SPDX-License-Identifier: Apache-2.0 */
/* gzip at once by libdeflate. */
#include "input/gzip_whole.h"

#include <libdeflate.h>

#include "base/mem.h"

struct gzip_whole {
    struct libdeflate_decompressor *decompressor;
};

struct gzip_whole *gzip_whole_new(void)
{
    struct gzip_whole *g = mem_alloc(sizeof *g);
    g->decompressor = libdeflate_alloc_decompressor();
    if (!g->decompressor) {
        mem_fail("libdeflate");
    }
    return g;
}

void gzip_whole_free(struct gzip_whole *g)
{
    if (g) {
        libdeflate_free_decompressor(g->decompressor);
        mem_free(g);
    }
}

bool gzip_whole_decode(struct gzip_whole *g, str stored, char *out, size_t cap, size_t *n)
{
    *n = 0;
    for (size_t at = 0; at < stored.len;) {
        size_t used = 0, made = 0;
        if (at > 0 && stored.ptr[at] == '\0') {
            at++; /* padding; a member behind it is read as well, as in steps */
            continue;
        }
        if (libdeflate_gzip_decompress_ex(g->decompressor, stored.ptr + at, stored.len - at,
                                          out + *n, cap - *n, &used, &made) != LIBDEFLATE_SUCCESS) {
            return false;
        }
        at += used;
        *n += made;
    }
    return true;
}
