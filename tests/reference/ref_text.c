/* SPDX-License-Identifier: Apache-2.0 */
/* Text for the reference: code points, UTF-16 units, case, wildcards, numbers as text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ref.h"

/* One code point of valid UTF-8 (or of a lone surrogate written the same way). */
static uint32_t next_point(str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xe0) {
        *at += 2;
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    }
    if (p[0] < 0xf0) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    }
    *at += 4;
    return (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
           (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

struct ref_units ref_points(str s, struct arena *a)
{
    struct ref_units out = {NEW_ARRAY(a, uint32_t, s.len + 1), 0};
    for (size_t at = 0; at < s.len;) {
        out.u[out.n++] = next_point(s, &at);
    }
    return out;
}

struct ref_units ref_utf16(str s, struct arena *a)
{
    struct ref_units points = ref_points(s, a), out = {NEW_ARRAY(a, uint32_t, 2 * s.len + 1), 0};
    for (size_t i = 0; i < points.n; i++) {
        uint32_t c = points.u[i];
        if (c >= 0x10000) {
            out.u[out.n++] = 0xd800 + ((c - 0x10000) >> 10);
            out.u[out.n++] = 0xdc00 + ((c - 0x10000) & 0x3ff);
        } else {
            out.u[out.n++] = c;
        }
    }
    return out;
}

void ref_put_utf8(uint32_t c, struct buf *out)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
    } else if (c < 0x800) {
        buf_byte(out, (char)(0xc0 | c >> 6));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_byte(out, (char)(0xe0 | c >> 12));
        buf_byte(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_byte(out, (char)(0xf0 | c >> 18));
        buf_byte(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    }
}

str ref_from_utf16(struct ref_units units, struct arena *a)
{
    struct buf out = {0};
    for (size_t i = 0; i < units.n; i++) {
        uint32_t c = units.u[i];
        bool pair =
            (c & 0xfc00) == 0xd800 && i + 1 < units.n && (units.u[i + 1] & 0xfc00) == 0xdc00;
        if (pair) {
            c = 0x10000 + ((c & 0x3ff) << 10) + (units.u[++i] & 0x3ff);
        }
        ref_put_utf8(c, &out);
    }
    str s = arena_copy(a, buf_view(&out));
    buf_deinit(&out);
    return s;
}

/* The blocks from which the pools take letters, in which upper and lower case differ by one number. */
static const struct {
    uint32_t first, last, to_lower;
} upper_cases[] = {
    {'A', 'Z', 32}, {0xc0, 0xd6, 32}, {0xd8, 0xde, 32}, {0x391, 0x3a1, 32}, {0x410, 0x42f, 32}};

uint32_t ref_fold(uint32_t c)
{
    for (size_t i = 0; i < sizeof upper_cases / sizeof upper_cases[0]; i++) {
        if (c >= upper_cases[i].first && c <= upper_cases[i].last) {
            return c + upper_cases[i].to_lower;
        }
    }
    return c;
}

uint32_t ref_other_case(uint32_t c)
{
    for (size_t i = 0; i < sizeof upper_cases / sizeof upper_cases[0]; i++) {
        uint32_t d = upper_cases[i].to_lower;
        if (c >= upper_cases[i].first + d && c <= upper_cases[i].last + d) {
            return c - d;
        }
    }
    return ref_fold(c);
}

bool ref_text_equal(str x, str y, bool fold, struct arena *a)
{
    struct ref_units p = ref_points(x, a), q = ref_points(y, a);
    if (p.n != q.n) {
        return false;
    }
    for (size_t i = 0; i < p.n; i++) {
        if (fold ? ref_fold(p.u[i]) != ref_fold(q.u[i]) : p.u[i] != q.u[i]) {
            return false;
        }
    }
    return true;
}

static bool wildcard(const struct ref_units *p, size_t i, const struct ref_units *t, size_t j,
                     bool fold, bool quoted)
{
    if (i == p->n) {
        return j == t->n;
    }
    if (p->u[i] == '*') {
        for (size_t k = j; k <= t->n; k++) {
            if (wildcard(p, i + 1, t, k, fold, quoted)) {
                return true;
            }
        }
        return false;
    }
    if (j == t->n) {
        return false;
    }
    bool any = p->u[i] == '?';
    if (quoted && p->u[i] == '\\' && i + 1 < p->n) {
        i++;
    }
    bool same = fold ? ref_fold(p->u[i]) == ref_fold(t->u[j]) : p->u[i] == t->u[j];
    return (any || same) && wildcard(p, i + 1, t, j + 1, fold, quoted);
}

bool ref_wildcard(str pattern, str text, bool fold, bool quoted, struct arena *a)
{
    struct ref_units p = ref_points(pattern, a), t = ref_points(text, a);
    return wildcard(&p, 0, &t, 0, fold, quoted);
}

str ref_long_text(int64_t n, struct arena *a)
{
    return arena_printf(a, "%lld", (long long)n);
}

/* As Java prints a double: the shortest digits that read back, plain between 0.001 and 10^7, else with an exponent. */
str ref_double_text(double d, struct arena *a)
{
    if (isnan(d)) {
        return S("NaN");
    }
    if (isinf(d)) {
        return d < 0 ? S("-Infinity") : S("Infinity");
    }
    if (d == 0) {
        return signbit(d) ? S("-0.0") : S("0.0");
    }
    char digits[64];
    int precision = 0;
    do {
        snprintf(digits, sizeof digits, "%.*e", precision++, fabs(d));
    } while (strtod(digits, NULL) != fabs(d));
    int exponent = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
    str sign = d < 0 ? S("-") : S("");
    if (fabs(d) >= 1e-3 && fabs(d) < 1e7) {
        int decimals = precision - 1 - exponent;
        return arena_printf(a, "%.*s%.*f", STR_ARG(sign), decimals < 1 ? 1 : decimals, fabs(d));
    }
    str mantissa = {digits, (size_t)(strchr(digits, 'e') - digits)};
    const char *zero = mantissa.len == 1 ? ".0" : "";
    return arena_printf(a, "%.*s%.*s%sE%d", STR_ARG(sign), STR_ARG(mantissa), zero, exponent);
}
