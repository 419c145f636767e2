/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a view: a pointer and a length, passed by value. Not NUL-terminated, may hold any byte, owns
 * nothing; whoever made the bytes says how long they live. An empty view may have ptr == NULL. */
#ifndef POSTERN_BASE_STR_H
#define POSTERN_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const char *ptr;
    size_t len;
} str;

/* A view of a string literal. */
#define S(literal) ((str){(literal), sizeof(literal) - 1})
/* The same for static initialisers, where a compound literal is not allowed. */
/* clang-format off */
#define S_INIT(literal) {(literal), sizeof(literal) - 1}
/* clang-format on */
/* For printf's "%.*s". Cuts at INT_MAX. */
#define STR_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), ((s).len ? (s).ptr : "")

/* The view of a NUL-terminated string; NULL gives the empty view. */
str str_from(const char *cstr);

/* Whether `n` bytes are the same; for texts of some 8 to 32 bytes, where calling memcmp costs more than comparing. */
static inline bool bytes_eq(const char *a, const char *b, size_t n)
{
    uint64_t x[4], y[4];
    if (n < 8 || n > 32) {
        return n == 0 || memcmp(a, b, n) == 0;
    }
    size_t half = n < 16 ? n - 8 : 8; /* four words, which may overlap */
    size_t last = n - 8, third = last < 16 ? last : 16;
    memcpy(&x[0], a, 8), memcpy(&y[0], b, 8);
    memcpy(&x[1], a + half, 8), memcpy(&y[1], b + half, 8);
    memcpy(&x[2], a + third, 8), memcpy(&y[2], b + third, 8);
    memcpy(&x[3], a + last, 8), memcpy(&y[3], b + last, 8);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

/* Byte equality; ASCII-case-blind equality. */
bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b);

/* memcmp order, a shorter prefix first: negative, zero or positive. */
int str_cmp(str a, str b);

bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* Offset of the first `needle` at or after `from`, or SIZE_MAX. An empty needle is found at `from`
 * when from <= s.len. */
size_t str_find(str s, str needle, size_t from);
/* Offset of the first / last byte `c`, or SIZE_MAX. */
size_t str_find_byte(str s, char c, size_t from);
size_t str_rfind_byte(str s, char c);

/* The bytes [from, to), both clipped to the view. */
str str_slice(str s, size_t from, size_t to);
/* Without leading and trailing space, tab, CR, LF. */
str str_trim(str s);

/* Takes everything up to the first `sep` (or all) off the front of *rest. False when *rest was already
 * used up (ptr NULL). "a,,b" gives "a", "", "b". Start with a view whose ptr is not NULL. */
bool str_split(str *rest, char sep, str *piece);

/* The whole view as a decimal integer with optional '-'. False when it is none or does not fit. */
bool str_to_i64(str s, int64_t *out);
/* The whole view as a JSON-shaped decimal number of any length, correctly rounded. False, with *out untouched, when it is
 * none or is beyond the largest double. */
bool str_to_double(str s, double *out);

#endif
