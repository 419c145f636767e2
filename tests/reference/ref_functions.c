/* SPDX-License-Identifier: Apache-2.0 */
/* The functions and the arithmetic of the reference (sections 6 and 9 of the EQL semantics). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ref.h"

const char *const ref_function_names[CALL_COUNT] = {
    "add",        "subtract", "multiply",       "divide",   "modulo", "between",
    "cidrMatch",  "concat",   "endsWith",       "indexOf",  "length", "number",
    "startsWith", "string",   "stringContains", "substring"};

static struct ref_value null_value(void)
{
    return (struct ref_value){.type = REF_NULL};
}

static struct ref_value boolean(bool b)
{
    return (struct ref_value){.type = REF_BOOLEAN, .boolean = b};
}

static struct ref_value integer(int64_t n)
{
    return (struct ref_value){.type = REF_LONG, .number = n};
}

static struct ref_value real(double d)
{
    return (struct ref_value){.type = REF_DOUBLE, .real = d};
}

static struct ref_value text(str s)
{
    return (struct ref_value){.type = REF_TEXT, .text = s};
}

/* x87's long double holds every integer up to 2^64, so a result is exact wherever it could fit. */
static struct ref_value checked(long double exact, int64_t wrapped)
{
    return exact < -0x1p63L || exact >= 0x1p63L ? null_value() : integer(wrapped);
}

static struct ref_value integers(char op, int64_t x, int64_t y)
{
    uint64_t p = (uint64_t)x, q = (uint64_t)y;
    switch (op) {
    case '+':
        return checked((long double)x + y, (int64_t)(p + q));
    case '-':
        return checked((long double)x - y, (int64_t)(p - q));
    case '*':
        return checked((long double)x * y, (int64_t)(p * q));
    default:
        break;
    }
    if (y == 0) {
        return null_value();
    }
    if (y == -1) {
        return op == '%' ? integer(0) : checked(-(long double)x, (int64_t)(0 - p));
    }
    return integer(op == '/' ? x / y : x % y);
}

struct ref_value ref_arithmetic(char op, struct ref_value x, struct ref_value y)
{
    if (x.type == REF_NULL || y.type == REF_NULL) {
        return null_value();
    }
    if (x.type == REF_LONG && y.type == REF_LONG) {
        return integers(op, x.number, y.number);
    }
    double p = x.type == REF_LONG ? (double)x.number : x.real;
    double q = y.type == REF_LONG ? (double)y.number : y.real;
    switch (op) {
    case '+':
        return real(p + q);
    case '-':
        return real(p - q);
    case '*':
        return real(p * q);
    case '/':
        return real(p / q);
    default:
        return real(fmod(p, q));
    }
}

/* Whether `needle` stands in `s` at `at`. */
static bool stands_at(struct ref_units s, struct ref_units needle, size_t at, bool fold)
{
    for (size_t i = 0; i < needle.n; i++) {
        if (at + i >= s.n) {
            return false;
        }
        uint32_t x = s.u[at + i], y = needle.u[i];
        if (fold ? ref_fold(x) != ref_fold(y) : x != y) {
            return false;
        }
    }
    return at + needle.n <= s.n;
}

/* The first place at or after `from`; SIZE_MAX: none. */
static size_t first_place(struct ref_units s, struct ref_units needle, size_t from, bool fold)
{
    for (size_t i = from; i <= s.n; i++) {
        if (stands_at(s, needle, i, fold)) {
            return i;
        }
    }
    return SIZE_MAX;
}

static size_t last_place(struct ref_units s, struct ref_units needle, bool fold)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i <= s.n; i++) {
        last = stands_at(s, needle, i, fold) ? i : last;
    }
    return last;
}

static struct ref_value between(const struct ref_value *v, uint32_t n, bool fold, struct arena *a)
{
    struct ref_units s = ref_utf16(v[0].text, a), left = ref_utf16(v[1].text, a),
                     right = ref_utf16(v[2].text, a);
    if (s.n == 0 || left.n == 0 || right.n == 0) {
        return v[0];
    }
    size_t start = first_place(s, left, 0, fold);
    if (start == SIZE_MAX) {
        return text(S(""));
    }
    start += left.n;
    bool greedy = n == 4 && v[3].boolean;
    size_t end = greedy ? last_place(s, right, fold) : first_place(s, right, start, fold);
    if (end == SIZE_MAX || end < start) {
        return text(S(""));
    }
    return text(ref_from_utf16((struct ref_units){s.u + start, end - start}, a));
}

static str as_text(const struct ref_value *v, struct arena *a)
{
    switch (v->type) {
    case REF_BOOLEAN:
        return v->boolean ? S("true") : S("false");
    case REF_LONG:
        return ref_long_text(v->number, a);
    case REF_DOUBLE:
        return ref_double_text(v->real, a);
    case REF_NULL:
    case REF_TEXT:
    case REF_DATE:
    case REF_NANOS:
    case REF_IP:
    case REF_VERSION:
        break;
    }
    return v->text;
}

static struct ref_value concat(const struct ref_value *v, uint32_t n, struct arena *a)
{
    str all = {0};
    for (uint32_t i = 0; i < n; i++) {
        all = arena_concat(a, all, as_text(&v[i], a), (str){0});
    }
    return text(all);
}

static struct ref_value index_of(const struct ref_value *v, uint32_t n, bool fold, struct arena *a)
{
    struct ref_units s = ref_utf16(v[0].text, a), x = ref_utf16(v[1].text, a);
    int64_t start = n == 3 && v[2].type == REF_LONG ? v[2].number : 0;
    start = start < 0 ? 0 : start;
    if (start > (int64_t)s.n) {
        return null_value();
    }
    size_t at = first_place(s, x, (size_t)start, fold);
    return at == SIZE_MAX ? null_value() : integer((int64_t)at);
}

static int64_t clip(int64_t at, int64_t length)
{
    if (at < 0) {
        at = at < -length ? 0 : at + length;
    }
    return at > length ? length : at;
}

static struct ref_value substring(const struct ref_value *v, uint32_t n, struct arena *a)
{
    struct ref_units s = ref_utf16(v[0].text, a);
    int64_t length = (int64_t)s.n;
    int64_t start = v[1].type == REF_LONG ? clip(v[1].number, length) : 0;
    int64_t end = n == 3 && v[2].type == REF_LONG ? clip(v[2].number, length) : length;
    if (start >= end) {
        return text(S(""));
    }
    return text(ref_from_utf16((struct ref_units){s.u + start, (size_t)(end - start)}, a));
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'z' ? c - 'a' + 10
           : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                  : 99;
}

/* A sign and digits of that base, within 64 bits. */
static bool read_integer(str s, int base, int64_t *out)
{
    bool negative = str_starts(s, S("-"));
    str digits = negative || str_starts(s, S("+")) ? str_slice(s, 1, s.len) : s;
    long double n = 0;
    uint64_t exact = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = digit_of(digits.ptr[i]);
        if (digit >= base) {
            return false;
        }
        n = n * base + digit;
        exact = exact * (uint64_t)base + (uint64_t)digit;
    }
    *out = (int64_t)(negative ? 0 - exact : exact);
    return digits.len > 0 && n <= (negative ? 0x1p63L : 0x1p63L - 1);
}

static struct ref_value number(const struct ref_value *v, uint32_t n, struct arena *a)
{
    bool has_base = n == 2 && v[1].type == REF_LONG;
    int64_t base = has_base ? v[1].number : 10, found;
    str s = v[0].text;
    if (str_starts(s, S("0x")) && (!has_base || base == 16)) {
        s = str_slice(s, 2, s.len);
        base = 16;
        has_base = true;
    }
    if (read_integer(s, (int)base, &found)) {
        return integer(found);
    }
    const char *copy = arena_copy(a, s).ptr;
    char *end;
    if (base != 10 || s.len == 0 || strspn(copy, "+-.0123456789eE") != s.len) {
        return null_value();
    }
    double d = strtod(copy, &end);
    return *end == 0 && !isinf(d) ? real(d) : null_value(); /* too large is no number here */
}

/* Which arguments may be null without making the result null. */
static bool null_allowed(enum ref_function f, uint32_t i)
{
    return (f == CALL_INDEX && i == 2) || (f == CALL_NUMBER && i == 1) ||
           (f == CALL_SUBSTRING && i > 0);
}

static struct ref_value search(enum ref_function f, bool fold, const struct ref_value *v,
                               struct arena *a)
{
    struct ref_units s = ref_utf16(v[0].text, a), x = ref_utf16(v[1].text, a);
    if (f == CALL_STARTS) {
        return boolean(stands_at(s, x, 0, fold));
    }
    if (f == CALL_ENDS) {
        return boolean(x.n <= s.n && stands_at(s, x, s.n - x.n, fold));
    }
    return boolean(s.n > 0 && x.n > 0 && first_place(s, x, 0, fold) != SIZE_MAX);
}

static struct ref_value in_networks(const struct ref_value *v, uint32_t n)
{
    bool in = false;
    for (uint32_t i = 1; i < n; i++) {
        in = in || ref_cidr_holds(v[i].text, v[0].ip);
    }
    return boolean(in);
}

struct ref_value ref_call(enum ref_function f, bool fold, const struct ref_value *v, uint32_t n,
                          struct arena *a)
{
    for (uint32_t i = 0; i < n; i++) {
        if (v[i].type == REF_NULL && !null_allowed(f, i)) {
            return null_value();
        }
    }
    switch (f) {
    case CALL_ADD:
    case CALL_SUBTRACT:
    case CALL_MULTIPLY:
    case CALL_DIVIDE:
    case CALL_MODULO:
        return ref_arithmetic("+-*/%"[f - CALL_ADD], v[0], v[1]);
    case CALL_BETWEEN:
        return between(v, n, fold, a);
    case CALL_CIDR:
        return in_networks(v, n);
    case CALL_CONCAT:
        return concat(v, n, a);
    case CALL_INDEX:
        return index_of(v, n, fold, a);
    case CALL_LENGTH:
        return integer((int64_t)ref_utf16(v[0].text, a).n);
    case CALL_NUMBER:
        return number(v, n, a);
    case CALL_STRING:
        return text(as_text(&v[0], a));
    case CALL_SUBSTRING:
        return substring(v, n, a);
    case CALL_STARTS:
    case CALL_ENDS:
    case CALL_CONTAINS:
    case CALL_COUNT:
        break;
    }
    return search(f, fold, v, a);
}
