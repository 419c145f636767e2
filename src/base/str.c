/* SPDX-License-Identifier: Apache-2.0 */
/* Views of text. */
#include "base/str.h"

#include <stdlib.h>
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

/* memchr for the first byte, then a comparison. A hostile pair of texts could make it quadratic in the needle; needles are
 * constants of rules, so their length bounds it. */
size_t str_find(str s, str needle, size_t from)
{
    if (needle.len == 0) {
        return from <= s.len ? from : SIZE_MAX;
    }
    while (from < s.len && s.len - from >= needle.len) {
        size_t at = str_find_byte((str){s.ptr, s.len - needle.len + 1}, needle.ptr[0], from);
        if (at == SIZE_MAX || memcmp(s.ptr + at, needle.ptr, needle.len) == 0) {
            return at;
        }
        from = at + 1;
    }
    return SIZE_MAX;
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

bool str_to_i64(str s, int64_t *out)
{
    bool negative = s.len && s.ptr[0] == '-';
    size_t i = negative;
    if (i == s.len) {
        return false;
    }
    uint64_t limit = (uint64_t)INT64_MAX + negative, n = 0;
    for (; i < s.len; i++) {
        unsigned digit = (unsigned)(unsigned char)s.ptr[i] - '0';
        if (digit > 9 || n > (limit - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

static size_t skip_digits(str s, size_t at)
{
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9') {
        at++;
    }
    return at;
}

/* The grammar of a JSON number. */
static bool is_number(str s)
{
    size_t at = s.len && s.ptr[0] == '-';
    size_t digits = skip_digits(s, at);
    if (digits == at || (s.ptr[at] == '0' && digits > at + 1)) {
        return false;
    }
    at = digits;
    if (at < s.len && s.ptr[at] == '.') {
        digits = skip_digits(s, at + 1);
        if (digits == at + 1) {
            return false;
        }
        at = digits;
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        at += at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-');
        digits = skip_digits(s, at);
        if (digits == at) {
            return false;
        }
        at = digits;
    }
    return at == s.len;
}

/* strtod is correctly rounded; it reads the decimal point of the locale, which no program of ours sets. Texts longer than the
 * buffer keep all digits that can matter (a double is decided by 770 of them) by being refused. */
bool str_to_double(str s, double *out)
{
    char copy[1100];
    if (s.len >= sizeof copy || !is_number(s)) {
        return false;
    }
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    *out = strtod(copy, NULL);
    return true;
}
