/* SPDX-License-Identifier: Apache-2.0 */
/* The ASCII path of folding; everything else is base's. */
#include "eval/fold.h"

#include "base/utf8.h"

str fold_text(str s, char room[FOLD_ROOM], struct arena *a)
{
    if (s.len > FOLD_ROOM)
        return utf8_fold(s, a);
    unsigned char seen = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        seen |= c;
        room[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return seen & 0x80 ? utf8_fold(s, a) : (str){room, s.len};
}
