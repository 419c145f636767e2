/* SPDX-License-Identifier: Apache-2.0 */
/* A decimal text split into digits and a power of ten, then read digit by digit. */
#include "ecs/decimal.h"

/* Beyond any exponent that leaves a digit of a text of this length: larger ones are clipped to it. */
#define EXPONENT_MAX INT64_C(1000000000000)

struct parts {
    bool negative;
    str whole;    /* digits before the point */
    str fraction; /* digits after it */
    int64_t exponent;
};

static str take_digits(str s, size_t *at)
{
    size_t start = *at;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') {
        (*at)++;
    }
    return (str){s.ptr + start, *at - start};
}

static bool take_exponent(str s, size_t *at, int64_t *out)
{
    bool negative = *at < s.len && s.ptr[*at] == '-';
    if (negative || (*at < s.len && s.ptr[*at] == '+')) {
        (*at)++;
    }
    str digits = take_digits(s, at);
    int64_t value = 0;
    for (size_t i = 0; i < digits.len && value < EXPONENT_MAX; i++) {
        value = value * 10 + (digits.ptr[i] - '0');
    }
    *out = negative ? -value : value;
    return digits.len > 0;
}

static bool split(str s, struct parts *p)
{
    if (s.len == 0) {
        return false;
    }
    p->negative = s.ptr[0] == '-';
    size_t at = s.ptr[0] == '-' || s.ptr[0] == '+';
    p->whole = take_digits(s, &at);
    if (at < s.len && s.ptr[at] == '.') {
        at++;
        p->fraction = take_digits(s, &at);
    }
    if (p->whole.len + p->fraction.len == 0) {
        return false;
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (!take_exponent(s, &at, &p->exponent)) {
            return false;
        }
    }
    return at == s.len;
}

static unsigned digit_at(const struct parts *p, size_t i)
{
    char c = i < p->whole.len ? p->whole.ptr[i] : p->fraction.ptr[i - p->whole.len];
    return (unsigned)(c - '0');
}

/* The first `kept` digits as a number, zeros appended past the last. False when it does not fit. */
static bool accumulate(const struct parts *p, int64_t kept, uint64_t *out)
{
    size_t n = p->whole.len + p->fraction.len;
    uint64_t value = 0;
    for (int64_t i = 0; i < kept; i++) {
        unsigned digit = (size_t)i < n ? digit_at(p, (size_t)i) : 0;
        if (value == 0 && (size_t)i >= n) {
            break; /* zero, however many zeros follow */
        }
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool decimal_to_i64(str s, int power, int64_t *out, bool *whole)
{
    struct parts p = {0};
    uint64_t value;
    if (!split(s, &p)) {
        return false;
    }
    int64_t kept = (int64_t)p.whole.len + p.exponent + power;
    if (!accumulate(&p, kept, &value)) {
        return false;
    }
    size_t n = p.whole.len + p.fraction.len;
    bool exact = true;
    for (size_t i = kept < 0 ? 0 : (size_t)kept; i < n && exact; i++) {
        exact = digit_at(&p, i) == 0;
    }
    if (!exact && p.negative && value++ == UINT64_MAX) {
        return false;
    }
    if (value > (uint64_t)INT64_MAX + (p.negative ? 1 : 0)) {
        return false;
    }
    *out = p.negative ? (value == 0 ? 0 : -(int64_t)(value - 1) - 1) : (int64_t)value;
    *whole = exact;
    return true;
}
