/* SPDX-License-Identifier: Apache-2.0 */
/* Stored bytes for tests, made by the libraries' own compressors: each call appends one gzip member, or one zstd frame. */
#ifndef TESTS_UNIT_INPUT_PACKED_H
#define TESTS_UNIT_INPUT_PACKED_H

#define ZLIB_CONST
#include "../base/assert_str.h"

#include <zlib.h>

#include "base/buf.h"

static void gzip_append(struct buf *out, str text)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t bound = deflateBound(&z, text.len) + 64;
    char *to = buf_reserve(out, bound);
    z.next_in = (const Bytef *)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buf_commit(out, bound - z.avail_out);
    deflateEnd(&z);
}

#endif
