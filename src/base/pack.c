/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and texts as bytes. */
#include "base/pack.h"

#include "base/utf8.h"

static void pack_number(struct buf *out, uint64_t n, size_t bytes)
{
    char text[8];
    for (size_t i = 0; i < bytes; i++) {
        text[i] = (char)(n >> (8 * i));
    }
    buf_append(out, (str){text, bytes});
}

void pack_byte(struct buf *out, unsigned byte)
{
    buf_byte(out, (char)byte);
}

void pack_u32(struct buf *out, uint32_t n)
{
    pack_number(out, n, 4);
}

void pack_u64(struct buf *out, uint64_t n)
{
    pack_number(out, n, 8);
}

void pack_str(struct buf *out, str s)
{
    out->full = out->full || s.len > UINT32_MAX;
    pack_u32(out, (uint32_t)s.len);
    buf_append(out, s);
}

str unpack_text(struct unpack *u)
{
    str s = unpack_str(u);
    return unpack_require(u, utf8_first_invalid(s) == SIZE_MAX) ? s : S("");
}
