/* SPDX-License-Identifier: Apache-2.0 */
/* The search with NEON. */
#include <string.h>

#include "value/frame_masks_neon.h"
#include "value/literal_find.h"

/* The first of the places that the bits name, counted from `from`, where the text stands. NULL: none. */
static __attribute__((noinline)) const char *confirm(const struct literal *l, const char *from,
                                                     uint64_t places)
{
    for (; places; places &= places - 1) {
        const char *place = from + __builtin_ctzll(places);
        if (memcmp(place, l->text.ptr, l->text.len) == 0) {
            return place;
        }
    }
    return NULL;
}

size_t literal_find_simd(const struct literal *l, str in, size_t from)
{
    size_t need = FRAME_STEP - 1 + l->text.len; /* bytes that a step may look at */
    if (in.len < need || from > in.len - need) {
        return str_find(in, l->text, from);
    }
    const char a = l->text.ptr[l->rare[0]], b = l->text.ptr[l->rare[1]];
    const char *first = in.ptr + l->rare[0], *second = in.ptr + l->rare[1];
    /* Where the last step begins; it may meet places for the second time. */
    size_t last = in.len - need;
    for (size_t at = from;; at = at + FRAME_STEP < last ? at + FRAME_STEP : last) {
        vectors found = both(is(load(first + at), a), is(load(second + at), b));
        if (any(found)) {
            const char *place = confirm(l, in.ptr + at, bits(found));
            if (place) {
                return (size_t)(place - in.ptr);
            }
        }
        if (at == last) {
            return SIZE_MAX;
        }
    }
}
