/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8. The only file that knows utf8proc. */
#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

/* The length of the well-formed sequence at s[at] with its code point, or 0. Table 3-7 of the Unicode standard. */
static size_t decode(str s, size_t at, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t left = s.len - at;
    unsigned b = p[0];
    if (b < 0x80) {
        *code = b;
        return 1;
    }
    size_t n = b >= 0xC2 && b <= 0xDF   ? 2
               : b >= 0xE0 && b <= 0xEF ? 3
               : b >= 0xF0 && b <= 0xF4 ? 4
                                        : 0;
    if (n == 0 || n > left) {
        return 0;
    }
    unsigned low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    unsigned high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    uint32_t c = b & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *code = c;
    return n;
}

uint32_t utf8_next(str s, size_t *at)
{
    uint32_t code = REPLACEMENT;
    size_t n = decode(s, *at, &code);
    *at += n ? n : 1;
    return code;
}

size_t utf8_encode(uint32_t code, char out[4])
{
    if ((code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
        code = REPLACEMENT;
    }
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* Bytes of ASCII at the front. */
static size_t ascii_prefix(str s, size_t at)
{
    uint64_t word;
    while (s.len - at >= sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) {
            break;
        }
        at += sizeof word;
    }
    while (at < s.len && (unsigned char)s.ptr[at] < 0x80) {
        at++;
    }
    return at;
}

size_t utf8_first_invalid(str s)
{
    for (size_t at = ascii_prefix(s, 0); at < s.len; at = ascii_prefix(s, at)) {
        uint32_t code;
        size_t n = decode(s, at, &code);
        if (!n) {
            return at;
        }
        at += n;
    }
    return SIZE_MAX;
}

size_t utf8_count(str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++) {
        utf8_next(s, &at);
    }
    return n;
}

size_t utf8_utf16_len(str s)
{
    size_t at = ascii_prefix(s, 0), n = at;
    while (at < s.len) {
        n += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
    }
    return n;
}

size_t utf8_from_utf16(str s, size_t units)
{
    size_t ascii = ascii_prefix(s, 0);
    if (units <= ascii) {
        return units;
    }
    size_t at = ascii, n = ascii;
    while (at < s.len) {
        size_t next = at;
        n += utf8_next(s, &next) > 0xFFFF ? 2 : 1;
        if (n > units) {
            break;
        }
        at = next;
    }
    return at;
}

/* utf8proc has full folding only. Where that is one code point it is the simple folding too; where it is several, simple
 * folding is the lower case, but for U+0130, which has none. Source: CaseFolding.txt, statuses C, S and F. */
uint32_t utf8_fold_code(uint32_t code)
{
    enum { CAPITAL_I_WITH_DOT = 0x130 };
    if (code < 0x80) {
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    }
    utf8proc_int32_t folded[4];
    int boundary = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)code, folded, 4, UTF8PROC_CASEFOLD, &boundary);
    if (n == 1) {
        return (uint32_t)folded[0];
    }
    return code == CAPITAL_I_WITH_DOT ? code : (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

static str fold_ascii(str s, struct arena *a)
{
    size_t at = 0;
    while (at < s.len && !(s.ptr[at] >= 'A' && s.ptr[at] <= 'Z')) {
        at++;
    }
    if (at == s.len) {
        return s;
    }
    char *out = arena_push_raw(a, 1, s.len);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return (str){out, s.len};
}

/* Whether folding gives the same bytes back; an invalid byte never does. */
static bool is_folded(str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t code;
        size_t n = decode(s, at, &code);
        if (n == 0 || utf8_fold_code(code) != code) {
            return false;
        }
        at += n;
    }
    return true;
}

str utf8_fold(str s, struct arena *a)
{
    if (ascii_prefix(s, 0) == s.len) {
        return fold_ascii(s, a);
    }
    if (is_folded(s)) {
        return s;
    }
    char *out = arena_push_raw(a, 3, s.len); /* an invalid byte becomes U+FFFD, three bytes */
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        len += utf8_encode(utf8_fold_code(utf8_next(s, &at)), out + len);
    }
    return (str){out, len};
}

size_t utf8_width(str s)
{
    size_t width = 0;
    for (size_t at = 0; at < s.len;) {
        int w = utf8proc_charwidth((utf8proc_int32_t)utf8_next(s, &at));
        width += w > 0 ? (size_t)w : 0;
    }
    return width;
}
