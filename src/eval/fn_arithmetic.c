/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers: 64-bit integers (overflow is null), doubles by IEEE. */
#include <math.h>

#include "eval/function.h"

static bool both_long(const struct function_call *c)
{
    return c->args[0].type == VALUE_LONG && c->args[1].type == VALUE_LONG;
}

static double as_double(const struct value *v)
{
    return v->type == VALUE_LONG ? (double)v->number : v->real;
}

static bool numeric(const struct value *v)
{
    return v->type == VALUE_LONG || v->type == VALUE_DOUBLE;
}

static struct value real(double x)
{
    return (struct value){.type = VALUE_DOUBLE, .real = x};
}

static bool usable(const struct function_call *c)
{
    return numeric(&c->args[0]) && (c->n < 2 || numeric(&c->args[1]));
}

struct value fn_add(const struct function_call *c)
{
    int64_t r;
    if (!usable(c)) {
        return function_null();
    }
    if (both_long(c)) {
        return __builtin_add_overflow(c->args[0].number, c->args[1].number, &r) ? function_null()
                                                                                : function_long(r);
    }
    return real(as_double(&c->args[0]) + as_double(&c->args[1]));
}

struct value fn_subtract(const struct function_call *c)
{
    int64_t r;
    if (!usable(c)) {
        return function_null();
    }
    if (both_long(c)) {
        return __builtin_sub_overflow(c->args[0].number, c->args[1].number, &r) ? function_null()
                                                                                : function_long(r);
    }
    return real(as_double(&c->args[0]) - as_double(&c->args[1]));
}

struct value fn_multiply(const struct function_call *c)
{
    int64_t r;
    if (!usable(c)) {
        return function_null();
    }
    if (both_long(c)) {
        return __builtin_mul_overflow(c->args[0].number, c->args[1].number, &r) ? function_null()
                                                                                : function_long(r);
    }
    return real(as_double(&c->args[0]) * as_double(&c->args[1]));
}

struct value fn_divide(const struct function_call *c)
{
    if (!usable(c)) {
        return function_null();
    }
    if (!both_long(c)) {
        return real(as_double(&c->args[0]) / as_double(&c->args[1]));
    }
    int64_t a = c->args[0].number, b = c->args[1].number;
    return b == 0 || (a == INT64_MIN && b == -1) ? function_null() : function_long(a / b);
}

struct value fn_modulo(const struct function_call *c)
{
    if (!usable(c)) {
        return function_null();
    }
    if (!both_long(c)) {
        return real(fmod(as_double(&c->args[0]), as_double(&c->args[1])));
    }
    int64_t a = c->args[0].number, b = c->args[1].number;
    return b == 0 ? function_null() : function_long(b == -1 ? 0 : a % b);
}

struct value fn_negate(const struct function_call *c)
{
    if (!usable(c)) {
        return function_null();
    }
    if (c->args[0].type == VALUE_DOUBLE) {
        return real(-c->args[0].real);
    }
    return c->args[0].number == INT64_MIN ? function_null() : function_long(-c->args[0].number);
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'z' ? c - 'a' + 10
           : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                  : 99;
}

static struct value integer_in_base(str s, int base)
{
    size_t at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    bool negative = at && s.ptr[0] == '-';
    str digits = str_slice(s, at, s.len);
    if (base == 16 && str_starts(digits, S("0x"))) {
        digits = str_slice(digits, 2, digits.len);
    }
    int64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int d = digit_value(digits.ptr[i]);
        if (d >= base || __builtin_mul_overflow(n, base, &n) ||
            (negative ? __builtin_sub_overflow(n, d, &n) : __builtin_add_overflow(n, d, &n))) {
            return function_null();
        }
    }
    return digits.len ? function_long(n) : function_null();
}

/* Copies the digits at *at to *to; whether there was one. */
static bool take_digits(str s, size_t *at, char **to)
{
    size_t start = *at;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') {
        *(*to)++ = s.ptr[(*at)++];
    }
    return *at > start;
}

/* Nothing, or e, perhaps a sign, and digits. */
static bool take_exponent(str s, size_t *at, char **to)
{
    if (*at == s.len || (s.ptr[*at] != 'e' && s.ptr[*at] != 'E')) {
        return true;
    }
    *(*to)++ = s.ptr[(*at)++];
    if (*at < s.len && (s.ptr[*at] == '+' || s.ptr[*at] == '-')) {
        *(*to)++ = s.ptr[(*at)++];
    }
    return take_digits(s, at, to);
}

/* [+-] digits [. digits] [e digits], one of the digits at least, as Java's Double reads it ("5.", ".5", "007.5"): brought into JSON's shape and
 * read by base. */
static bool decimal(str s, struct arena *a, double *out)
{
    char *json = arena_push_raw(a, 1, s.len + 4), *to = json;
    size_t at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    if (at && s.ptr[0] == '-') {
        *to++ = '-';
    }
    size_t start = at;
    while (at < s.len && s.ptr[at] == '0') {
        at++;
    }
    bool digits = at > start;
    if (take_digits(s, &at, &to)) {
        digits = true;
    } else {
        *to++ = '0';
    }
    if (at < s.len && s.ptr[at] == '.') {
        *to++ = s.ptr[at++];
        if (take_digits(s, &at, &to)) {
            digits = true;
        } else {
            *to++ = '0';
        }
    }
    if (!digits || !take_exponent(s, &at, &to) || at != s.len) {
        return false;
    }
    return str_to_double((str){json, (size_t)(to - json)}, out);
}

struct value fn_number(const struct function_call *c)
{
    if (c->args[0].type != VALUE_STRING) {
        return function_null();
    }
    str s = c->args[0].text;
    bool given = c->n > 1 && c->args[1].type == VALUE_LONG;
    str unsigned_part = str_slice(s, s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'), s.len);
    if (!given && str_starts(unsigned_part, S("0x"))) {
        return integer_in_base(s, 16);
    }
    if (given && c->args[1].number != 10) {
        int64_t base = c->args[1].number;
        return base >= 2 && base <= 36 ? integer_in_base(s, (int)base) : function_null();
    }
    struct value n = integer_in_base(s, 10);
    double d;
    if (n.type != VALUE_NULL) {
        return n;
    }
    return decimal(s, c->arena, &d) ? real(d) : function_null();
}
