/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison of typed values, by family. */
#include "eval/compare.h"

#include <string.h>

/* Moves the lead bytes F0..F4 (characters above U+FFFF: surrogates D800.. in UTF-16) below EE and EF (U+E000 to U+FFFF). */
static int utf16_weight(unsigned char c)
{
    if (c >= 0xF0)
        return c - 2;
    return c >= 0xEE ? c + 0x20 : c;
}

int compare_text(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++) {
        unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)b.ptr[i];
        if (x != y)
            return utf16_weight(x) - utf16_weight(y);
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int three_way(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static bool order_doubles(double a, double b, int *order)
{
    *order = (a > b) - (a < b);
    return a == a && b == b;
}

/* Exact: a long above 2^53 is not rounded to a double first. */
static bool order_long_double(int64_t a, double b, int *order)
{
    if (b != b)
        return false;
    if (b >= 9223372036854775808.0) {
        *order = -1;
    } else if (b < -9223372036854775808.0) {
        *order = 1;
    } else {
        int64_t whole = (int64_t)b;
        double rest = b - (double)whole;
        *order = a != whole ? three_way(a, whole) : (rest < 0) - (rest > 0);
    }
    return true;
}

static bool order_numbers(const struct value *a, const struct value *b, int *order)
{
    if (a->type == VALUE_LONG && b->type == VALUE_LONG) {
        *order = three_way(a->number, b->number);
        return true;
    }
    if (a->type == VALUE_DOUBLE && b->type == VALUE_DOUBLE)
        return order_doubles(a->real, b->real, order);
    if (a->type == VALUE_LONG)
        return order_long_double(a->number, b->real, order);
    bool ok = order_long_double(b->number, a->real, order);
    *order = -*order;
    return ok;
}

static bool is_number(const struct value *v)
{
    return v->type == VALUE_LONG || v->type == VALUE_DOUBLE;
}

static bool is_text(const struct value *v)
{
    return v->type == VALUE_STRING || v->type == VALUE_VERSION;
}

static bool order_same_type(const struct value *a, const struct value *b, int *order)
{
    switch (a->type) {
    case VALUE_NULL:
        return false;
    case VALUE_BOOLEAN:
        *order = (int)a->boolean - (int)b->boolean;
        return true;
    case VALUE_LONG:
    case VALUE_DOUBLE:
        return order_numbers(a, b, order);
    case VALUE_STRING:
        *order = compare_text(a->text, b->text);
        return true;
    case VALUE_DATE:
        *order = three_way(a->number, b->number);
        return true;
    case VALUE_IP:
        *order = ip_cmp(&a->ip, &b->ip);
        return true;
    case VALUE_VERSION:
        *order = version_cmp(a->text, b->text);
        return true;
    }
    return false;
}

bool compare_order(const struct value *a, const struct value *b, int *order)
{
    *order = 0;
    if (a->type == b->type)
        return order_same_type(a, b, order);
    if (is_number(a) && is_number(b))
        return order_numbers(a, b, order);
    /* A version field against a text. */
    if (is_text(a) && is_text(b)) {
        *order = version_cmp(a->text, b->text);
        return true;
    }
    return false;
}

bool compare_equal(const struct value *a, const struct value *b)
{
    if (a->type == VALUE_STRING && b->type == VALUE_STRING)
        return a->text.len == b->text.len &&
               (a->text.len == 0 || memcmp(a->text.ptr, b->text.ptr, a->text.len) == 0);
    int order;
    return compare_order(a, b, &order) && order == 0;
}
