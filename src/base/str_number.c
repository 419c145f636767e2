/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers out of text: the whole view, or nothing. */
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A double is decided by its first 768 significant digits and whether anything but zeros follows.
 * Source: R. Regan, "Maximum number of decimal digits in binary floating-point numbers" (767 for binary64). */
enum { MAX_DIGITS = 768 };

/* Past these powers of ten every number of MAX_DIGITS digits is infinite or zero. */
enum { MAX_POWER = 9999 };

/* A decimal number: 0.DIGITS without a point, times 10^power. */
struct decimal {
    char digits[MAX_DIGITS + 1];
    size_t n;
    int64_t power;
    bool rest; /* a digit other than 0 was left out */
    bool negative;
};

static void decimal_digit(struct decimal *d, char c, bool fraction)
{
    d->power -= fraction;
    if (d->n == 0 && c == '0') {
        return;
    }
    if (d->n < MAX_DIGITS) {
        d->digits[d->n++] = c;
        return;
    }
    d->power++;
    d->rest |= c != '0';
}

/* Digits at *at; false when there is none. */
static bool read_digits(str s, size_t *at, bool fraction, struct decimal *d)
{
    size_t start = *at;
    while (*at < s.len && is_digit(s.ptr[*at])) {
        decimal_digit(d, s.ptr[(*at)++], fraction);
    }
    return *at > start;
}

/* "[+-]DIGITS" behind the e. Stops growing where no text that fits in memory could bring it back. */
static bool read_exponent(str s, size_t *at, struct decimal *d)
{
    const int64_t enough = INT64_MAX / 32;
    bool negative = *at < s.len && s.ptr[*at] == '-';
    if (*at < s.len && (negative || s.ptr[*at] == '+')) {
        ++*at;
    }
    size_t start = *at;
    int64_t exponent = 0;
    for (; *at < s.len && is_digit(s.ptr[*at]); ++*at) {
        if (exponent < enough) {
            exponent = exponent * 10 + (s.ptr[*at] - '0');
        }
    }
    d->power += negative ? -exponent : exponent;
    return *at > start;
}

/* The JSON grammar: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
static bool read_decimal(str s, struct decimal *d)
{
    size_t at = 0;
    if (at < s.len && s.ptr[at] == '-') {
        d->negative = true;
        at++;
    }
    if (at + 1 < s.len && s.ptr[at] == '0' && is_digit(s.ptr[at + 1])) {
        return false;
    }
    if (!read_digits(s, &at, false, d)) {
        return false;
    }
    if (at < s.len && s.ptr[at] == '.') {
        at++;
        if (!read_digits(s, &at, true, d)) {
            return false;
        }
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (!read_exponent(s, &at, d)) {
            return false;
        }
    }
    return at == s.len;
}

/* The value by strtod, which rounds correctly. The text given to it has no point, because which character is
 * the point depends on the locale. */
static double decimal_value(const struct decimal *d)
{
    char text[MAX_DIGITS + 16];
    size_t n = d->n;
    int64_t power = d->power;
    memcpy(text, d->digits, n);
    if (d->rest) {
        text[n++] = '1';
        power--;
    }
    if (power > MAX_POWER) {
        power = MAX_POWER;
    }
    if (power < -MAX_POWER) {
        power = -MAX_POWER;
    }
    text[n++] = 'e';
    text[n++] = power < 0 ? '-' : '+';
    unsigned size = (unsigned)(power < 0 ? -power : power);
    for (unsigned unit = 1000; unit > 0; unit /= 10) {
        text[n++] = (char)('0' + size / unit % 10);
    }
    text[n] = '\0';
    return strtod(text, NULL);
}

bool str_to_double(str s, double *out)
{
    struct decimal d;
    d.n = 0; /* the digits themselves need no zeroing */
    d.power = 0;
    d.rest = d.negative = false;
    if (!read_decimal(s, &d)) {
        return false;
    }
    double value = d.n ? decimal_value(&d) : 0.0;
    if (isinf(value)) {
        return false;
    }
    *out = d.negative ? -value : value;
    return true;
}
