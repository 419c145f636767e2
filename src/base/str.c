/* SPDX-License-Identifier: Apache-2.0 */
/* Views of text: comparing, searching, cutting. Numbers are in str_number.c. */
#define _GNU_SOURCE /* memmem: two-way search, linear also when both texts are hostile */
#include "base/str.h"

#include <string.h>

str str_from(const char *cstr)
{
    return (str){cstr, cstr ? strlen(cstr) : 0};
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

int str_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq((str){s.ptr, prefix.len}, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

size_t str_find_byte(str s, char c, size_t from)
{
    const char *p = from < s.len ? memchr(s.ptr + from, c, s.len - from) : NULL;
    return p ? (size_t)(p - s.ptr) : SIZE_MAX;
}

size_t str_find(str s, str needle, size_t from)
{
    if (from > s.len || needle.len > s.len - from) {
        return SIZE_MAX;
    }
    if (needle.len == 0) {
        return from;
    }
    const char *p = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return p ? (size_t)(p - s.ptr) : SIZE_MAX;
}

size_t str_rfind_byte(str s, char c)
{
    for (size_t i = s.len; i > 0; i--) {
        if (s.ptr[i - 1] == c) {
            return i - 1;
        }
    }
    return SIZE_MAX;
}

str str_slice(str s, size_t from, size_t to)
{
    to = to < s.len ? to : s.len;
    from = from < to ? from : to;
    return s.ptr ? (str){s.ptr + from, to - from} : s;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

str str_trim(str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool str_split(str *rest, char sep, str *piece)
{
    if (!rest->ptr) {
        return false;
    }
    size_t at = str_find_byte(*rest, sep, 0);
    if (at == SIZE_MAX) {
        *piece = *rest;
        *rest = (str){0};
    } else {
        *piece = (str){rest->ptr, at};
        *rest = (str){rest->ptr + at + 1, rest->len - at - 1};
    }
    return true;
}
