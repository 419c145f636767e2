/* SPDX-License-Identifier: Apache-2.0 */
/* The ASCII path of folding, eight bytes at a time; everything else is base's. */
#include "eval/fold.h"

#include <string.h>

#include "base/utf8.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight ASCII bytes with A to Z made lower case. Adding to a byte below 0x80 sets its top bit when it is at least the bound, and never carries. */
static uint64_t lower_eight(uint64_t bytes)
{
    uint64_t from_a = bytes + EACH(0x80 - 'A');
    uint64_t past_z = bytes + EACH(0x80 - 'Z' - 1);
    uint64_t upper = (from_a ^ past_z) & EACH(0x80);
    return bytes | upper >> 2; /* 0x80 >> 2 is 'a' - 'A' */
}

str fold_text(str s, char room[FOLD_ROOM], struct arena *a)
{
    uint64_t bytes, all = 0;
    if (s.len > FOLD_ROOM)
        return utf8_fold(s, a);
    if (s.len < sizeof bytes) {
        bytes = 0;
        for (size_t i = 0; i < s.len; i++)
            bytes |= (uint64_t)(uint8_t)s.ptr[i] << 8 * i;
        if (bytes & EACH(0x80))
            return utf8_fold(s, a);
        bytes = lower_eight(bytes);
        for (size_t i = 0; i < s.len; i++)
            room[i] = (char)(bytes >> 8 * i);
        return (str){room, s.len};
    }
    /* From the end on: the first eight may overlap those behind. */
    for (size_t at = s.len; at > 0;) {
        at = at < sizeof bytes ? 0 : at - sizeof bytes;
        memcpy(&bytes, s.ptr + at, sizeof bytes);
        all |= bytes;
        bytes = lower_eight(bytes & ~EACH(0x80));
        memcpy(room + at, &bytes, sizeof bytes);
    }
    return all & EACH(0x80) ? utf8_fold(s, a) : (str){room, s.len};
}
