/* SPDX-License-Identifier: Apache-2.0 */
/* The text that Java's toString makes of a parsed JSON value. Rules search it with wildcards, so its order is part of the meaning: members stand in
 * the order of a java.util.HashMap. Source: java.util.HashMap (spread of the hash, table size, load factor 0.75), String.hashCode, Double.toString. */
#include "sources/row.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

/* ---- Hash order ---- */

/* String.hashCode: a 31-polynomial over UTF-16 units; then HashMap's spread. */
static uint32_t java_hash(str key)
{
    const uint32_t square = 31 * 31, cube = 31 * square, fourth = 31 * cube;
    uint32_t h = 0;
    size_t at = 0;
    for (; key.len - at >= 4;
         at += 4) { /* each multiplication waits for the last: one for four bytes */
        uint32_t word;
        memcpy(&word, key.ptr + at, 4);
        if (word & UINT32_C(0x80808080))
            break;
        const unsigned char *c = (const unsigned char *)key.ptr + at;
        h = fourth * h + (cube * c[0] + square * c[1] + 31 * c[2] + c[3]);
    }
    while (at < key.len && (unsigned char)key.ptr[at] < 0x80)
        h = 31 * h + (unsigned char)key.ptr[at++];
    while (at < key.len) {
        uint32_t code = utf8_next(key, &at);
        if (code >= 0x10000) {
            h = 31 * h + (0xd800 + ((code - 0x10000) >> 10));
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
        }
        h = 31 * h + code;
    }
    return h ^ h >> 16;
}

/* Size of the table that held `n` keys: 16, doubled while it is more than three quarters full. */
static uint32_t table_size(uint32_t n)
{
    uint32_t size = 16;
    while (size < (UINT32_C(1) << 30) && n > size / 4 * 3)
        size *= 2;
    return size;
}

struct placed {
    uint32_t bucket;
    const struct json *member;
};

/* Sorts by bucket, keeping the order inside one: bottom-up merge sort between `p` and `other`. Returns the sorted one. */
static struct placed *sort_buckets(struct placed *p, struct placed *other, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = from + width < n ? from + width : n;
            size_t end = from + 2 * width < n ? from + 2 * width : n;
            size_t left = from, right = middle;
            for (size_t i = from; i < end; i++) {
                bool take_left =
                    left < middle && (right >= end || p[left].bucket <= p[right].bucket);
                other[i] = p[take_left ? left++ : right++];
            }
        }
        struct placed *swap = p;
        p = other;
        other = swap;
    }
    return p;
}

/* The same for a few members: by insertion, in place. */
static struct placed *sort_few(struct placed *p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct placed moving = p[i];
        size_t to = i;
        for (; to > 0 && p[to - 1].bucket > moving.bucket; to--)
            p[to] = p[to - 1];
        p[to] = moving;
    }
    return p;
}

/* Most objects have fewer members than this; a stable insertion is faster than the merge then. */
enum { FEW = 16 };

static struct placed *hash_order(const struct json *object, struct arena *a)
{
    size_t n = object->count;
    struct placed *p = arena_push_raw(a, sizeof *p, n);
    uint32_t keys = object->raw_count > object->count ? object->raw_count : object->count;
    uint32_t mask = table_size(keys) - 1;
    size_t i = 0;
    for (const struct json *m = object->child; m; m = m->next)
        p[i++] = (struct placed){n > 1 ? java_hash(m->key) & mask : 0, m};
    return n <= FEW ? sort_few(p, n) : sort_buckets(p, arena_push_raw(a, sizeof *p, n), n);
}

/* ---- Numbers ---- */

enum { DOUBLE_TEXT_MAX = 40 };

/* The significant digits of a shortest decimal text and the exponent of 0.DIGITS × 10^point. */
static size_t digits_of(str text, char *digits, int *point)
{
    size_t n = 0, i = 0;
    int before = 0, exponent = 0;
    bool fraction = false;
    for (; i < text.len && text.ptr[i] != 'e' && text.ptr[i] != 'E'; i++) {
        char c = text.ptr[i];
        if (c == '.') {
            fraction = true;
        } else if (c >= '0' && c <= '9' && (n > 0 || c != '0')) {
            if (n < DOUBLE_TEXT_MAX - 1)
                digits[n++] = c;
            before += fraction ? 0 : 1;
        } else if (c == '0' && fraction) {
            before--;
        }
    }
    if (i < text.len) {
        int64_t value = 0;
        str written = str_slice(text, i + 1, text.len);
        if (written.len > 0 && written.ptr[0] == '+')
            written = str_slice(written, 1, written.len);
        if (str_to_i64(written, &value))
            exponent = (int)value;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    *point = before + exponent;
    return n;
}

/* Double.toString. `out` has room for DOUBLE_TEXT_MAX bytes. */
static size_t format_double(double value, char *out, struct arena *a)
{
    char digits[DOUBLE_TEXT_MAX];
    int point = 0;
    size_t at = 0;
    if (signbit(value))
        out[at++] = '-';
    if (value == 0) {
        memcpy(out + at, "0.0", 3);
        return at + 3;
    }
    struct arena scratch = *a;
    int n = (int)digits_of(json_new_double(&scratch, fabs(value))->text, digits, &point);
    bool plain = fabs(value) >= 1e-3 && fabs(value) < 1e7;
    int whole = plain ? point : 1; /* digits before the decimal point; 0 or less: zeros follow it */
    if (whole <= 0)
        out[at++] = '0';
    for (int i = 0; i < whole; i++)
        out[at++] = i < n ? digits[i] : '0';
    out[at++] = '.';
    for (int i = whole; i < 0; i++)
        out[at++] = '0';
    if (n <= whole)
        out[at++] = '0';
    for (int i = whole > 0 ? whole : 0; i < n; i++)
        out[at++] = digits[i];
    if (!plain) {
        str exponent = arena_printf(&scratch, "E%d", point - 1);
        memcpy(out + at, exponent.ptr, exponent.len);
        at += exponent.len;
    }
    return at;
}

/* ---- Text ---- */

struct writer {
    char *at;
    char *end;
    struct arena *arena;
};

static inline void put(struct writer *w, str s)
{
    assert((size_t)(w->end - w->at) >= s.len);
    if (s.len >= 8 &&
        s.len <= 16) { /* most keys, and values as well: two halves that may overlap, and no call */
        char first[8], last[8];
        memcpy(first, s.ptr, 8);
        memcpy(last, s.ptr + s.len - 8, 8);
        memcpy(w->at, first, 8);
        memcpy(w->at + s.len - 8, last, 8);
    } else if (s.len > 0) {
        memcpy(w->at, s.ptr, s.len);
    }
    w->at += s.len;
}

/* Bytes that the text of `node` has at most. */
static size_t size_bound(const struct json *node)
{
    size_t n =
        node->key.len + 3 + 2 + (node->type == JSON_NUMBER ? DOUBLE_TEXT_MAX : 5) + node->text.len;
    for (const struct json *m = node->child; m; m = m->next)
        n += size_bound(m);
    return n;
}

static void write_number(struct writer *w, const struct json *node)
{
    double value;
    if (json_is_decimal(node) && json_double(node, &value) && isfinite(value)) {
        char text[DOUBLE_TEXT_MAX];
        put(w, (str){text, format_double(value, text, w->arena)});
    } else {
        put(w, str_eq(node->text, S("-0")) ? S("0") : node->text);
    }
}

static void write_value(struct writer *w, const struct json *node)
{
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        put(w, S("null"));
        break;
    case JSON_BOOL:
        put(w, node->boolean ? S("true") : S("false"));
        break;
    case JSON_NUMBER:
        write_number(w, node);
        break;
    case JSON_STRING:
        put(w, node->text);
        break;
    case JSON_ARRAY:
        put(w, S("["));
        for (const struct json *m = node->child; m; m = m->next) {
            write_value(w, m);
            put(w, m->next ? S(", ") : S(""));
        }
        put(w, S("]"));
        break;
    case JSON_OBJECT: {
        struct arena mark = *w->arena;
        struct placed *order = hash_order(node, w->arena);
        put(w, S("{"));
        for (size_t i = 0; i < node->count; i++) {
            put(w, i ? S(", ") : S(""));
            put(w, order[i].member->key);
            put(w, S("="));
            write_value(w, order[i].member);
        }
        put(w, S("}"));
        arena_rewind(w->arena, mark);
        break;
    }
    }
}

str render_java(const struct json *node, struct arena *a)
{
    size_t bound = size_bound(node);
    char *text = arena_push_raw(a, 1, bound);
    struct writer w = {text, text + bound, a};
    write_value(&w, node);
    return (str){text, (size_t)(w.at - text)};
}
