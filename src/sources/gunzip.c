/* SPDX-License-Identifier: Apache-2.0 */
/* gzip from memory to memory; see gunzip.h. */
#define ZLIB_CONST
#include "sources/gunzip.h"

#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"

enum { PIECE = 64 * 1024 };

static const char broken[] = "the gzip data inside is broken";
static const char early[] = "the gzip data inside ends early";
static const char large[] = "the gzip data inside is larger than the limit for a record";

/* One member, appended to `out`. */
static const char *inflate_member(z_stream *z, size_t max, struct buf *out)
{
    unsigned char piece[PIECE];
    for (;;) {
        z->next_out = piece;
        z->avail_out = PIECE;
        int code = inflate(z, Z_NO_FLUSH);
        size_t n = PIECE - z->avail_out;
        if (n > max - out->len)
            return large;
        buf_append(out, (str){(const char *)piece, n});
        if (code == Z_STREAM_END)
            return NULL;
        if (code != Z_OK && code != Z_BUF_ERROR)
            return broken;
        if (n == 0 && z->avail_in == 0)
            return early;
    }
}

const char *gunzip(str data, size_t max, struct arena *a, str *out)
{
    z_stream z = {.next_in = (const Bytef *)data.ptr, .avail_in = (uInt)data.len};
    if (data.len > UINT32_MAX)
        return large;
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        mem_fail("zlib");
    struct buf text = BUF_INIT(max);
    const char *why;
    do {
        why = inflate_member(&z, max, &text);
        inflateReset(&z);
    } while (!why && z.avail_in > 1 && z.next_in[0] == 0x1f);
    inflateEnd(&z);
    if (!why)
        *out = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return why;
}
