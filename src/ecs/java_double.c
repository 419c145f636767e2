/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest decimal of a double, laid out as Java does. */
#include "ecs/java_double.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

enum { MAX_DIGITS = 17 }; /* every double survives 17 significant digits (IEEE 754) */

/* d.ddd × 10^exponent; n digits, no zeros at the end but the second digit. */
struct decimal {
    char digit[MAX_DIGITS + 1];
    int n;
    int exponent;
};

static bool reads_back(const struct decimal *d, double value)
{
    char text[MAX_DIGITS + 16];
    double back;
    snprintf(text, sizeof text, "%c.%.*se%d", d->digit[0], d->n - 1, d->digit + 1, d->exponent);
    return str_to_double(str_from(text), &back) && !(back < value) && !(back > value);
}

/* `value` rounded to n digits. */
static struct decimal rounded(double value, int n)
{
    struct decimal d = {.n = n};
    char text[MAX_DIGITS + 16];
    snprintf(text, sizeof text, "%.*e", n - 1, value);
    d.digit[0] = text[0];
    memcpy(d.digit + 1, text + 2, (size_t)n - 1);
    int64_t exponent = 0;
    const char *tail = text + n + 2; /* behind the 'e' */
    str_to_i64(str_from(tail + (*tail == '+')), &exponent);
    d.exponent = (int)exponent;
    return d;
}

/* One more in the last place. False when that would carry through all digits. */
static bool increment(struct decimal *d)
{
    int i = d->n - 1;
    while (i >= 0 && d->digit[i] == '9') {
        d->digit[i--] = '0';
    }
    if (i < 0) {
        return false;
    }
    d->digit[i]++;
    return true;
}

/* Java looks at two digits at least, so that 4.9E-324 is not 5.0E-324. Above a power of two the doubles lie twice as far apart
 * as below it, so the digits rounded up may read back where the nearest ones do not (2^-44). */
static struct decimal shortest(double value)
{
    for (int n = 2; n < MAX_DIGITS; n++) {
        struct decimal d = rounded(value, n);
        if (reads_back(&d, value) || (increment(&d) && reads_back(&d, value))) {
            return d;
        }
    }
    return rounded(value, MAX_DIGITS);
}

static size_t write_plain(const struct decimal *d, const char *sign, char out[40])
{
    int n;
    if (d->exponent < 0) {
        n = snprintf(out, 40, "%s0.%.*s%.*s", sign, -d->exponent - 1, "000", d->n, d->digit);
    } else if (d->exponent >= d->n - 1) {
        n = snprintf(out, 40, "%s%.*s%.*s.0", sign, d->n, d->digit, d->exponent - d->n + 1,
                     "0000000");
    } else {
        n = snprintf(out, 40, "%s%.*s.%.*s", sign, d->exponent + 1, d->digit,
                     d->n - d->exponent - 1, d->digit + d->exponent + 1);
    }
    return (size_t)n;
}

size_t java_double_format(double x, char out[40])
{
    const char *sign = signbit(x) && !isnan(x) ? "-" : "";
    if (isnan(x)) {
        return (size_t)snprintf(out, 40, "NaN");
    }
    if (isinf(x) || x == 0) {
        return (size_t)snprintf(out, 40, "%s%s", sign, x == 0 ? "0.0" : "Infinity");
    }
    double size = fabs(x);
    struct decimal d = shortest(size);
    bool plain = size >= 0.001 && size < 1e7;
    while (d.n > (plain ? 1 : 2) && d.digit[d.n - 1] == '0') {
        d.n--;
    }
    if (plain) {
        return write_plain(&d, sign, out);
    }
    return (size_t)snprintf(out, 40, "%s%c.%.*sE%d", sign, d.digit[0], d.n - 1, d.digit + 1,
                            d.exponent);
}
