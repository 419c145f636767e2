/* SPDX-License-Identifier: Apache-2.0 */
/* Double.toString. */
#include "ecs/java_double.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* Shortest round-trip digits of x > 0: "d" and "ddd…" run together, and the exponent of the first digit. */
static size_t shortest(double x, char digits[24], int *exponent)
{
    char text[40];
    for (int precision = 0; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, x);
        double back;
        if (str_to_double(str_from(text), &back) && !(back < x) && !(back > x)) {
            break;
        }
    }
    size_t n = 0;
    const char *c = text;
    for (; *c && *c != 'e'; c++) {
        if (*c != '.') {
            digits[n++] = *c;
        }
    }
    int64_t power = 0;
    str_to_i64(str_from(c + 1 + (c[1] == '+')), &power);
    *exponent = (int)power;
    while (n > 1 && digits[n - 1] == '0') {
        n--;
    }
    return n;
}

/* digits with the point behind the first `whole` of them. */
static size_t plain(const char *digits, size_t n, int whole, char *out)
{
    size_t at = 0;
    if (whole <= 0) {
        out[at++] = '0';
    }
    for (int i = 0; i < whole; i++) {
        out[at++] = (size_t)i < n ? digits[i] : '0';
    }
    out[at++] = '.';
    for (int i = whole; i < 0; i++) {
        out[at++] = '0';
    }
    size_t from = whole > 0 ? (size_t)whole : 0;
    if (from >= n) {
        out[at++] = '0';
    }
    for (size_t i = from; i < n; i++) {
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return at;
}

size_t java_double_format(double x, char out[40])
{
    size_t at = 0;
    if (isnan(x)) {
        memcpy(out, "NaN", 4);
        return 3;
    }
    if (signbit(x)) {
        out[at++] = '-';
        x = -x;
    }
    if (isinf(x)) {
        memcpy(out + at, "Infinity", 9);
        return at + 8;
    }
    if (!(x > 0)) {
        memcpy(out + at, "0.0", 4);
        return at + 3;
    }
    char digits[24];
    int exponent;
    size_t n = shortest(x, digits, &exponent);
    if (x >= 0.001 && x < 1e7) {
        return at + plain(digits, n, exponent + 1, out + at);
    }
    at += plain(digits, n, 1, out + at);
    int written = snprintf(out + at, 40 - at, "E%d", exponent);
    return at + (size_t)written;
}
