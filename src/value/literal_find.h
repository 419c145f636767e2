/* SPDX-License-Identifier: Apache-2.0 */
/* Where a short text stands in a record: by its two rarest bytes, 64 places at a time with vector instructions. memmem of the C library takes several times as long for texts of this
 * size, and the search is made in every record that the prefilter looks at. */
#ifndef POSTERN_VALUE_LITERAL_FIND_H
#define POSTERN_VALUE_LITERAL_FIND_H

#include "base/str.h"

struct literal {
    str text;
    size_t rare[2]; /* places of its two rarest bytes, ascending */
};

/* A text of two bytes or more; borrowed. */
struct literal literal_of(str text);

/* The first place at or behind `from`; SIZE_MAX when there is none. Both find the same; the second only where simd_usable() (simd.h). */
typedef size_t literal_find_fn(const struct literal *l, str in, size_t from);
literal_find_fn literal_find_plain;
literal_find_fn literal_find_simd;

#endif
