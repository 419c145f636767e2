/* SPDX-License-Identifier: Apache-2.0 */
/* Texts. Positions are UTF-16 code units. */
#include <string.h>

#include "base/utf8.h"
#include "eval/function.h"
#include "eval/text_find.h"

/* Longest text that concat makes. Past it the result is null, as past 64 bits in arithmetic, so that one long value in
 * nested calls cannot fill the memory. */
#define CONCAT_MAX ((size_t)64 << 20)

static bool is_text(const struct value *v)
{
    return v->type == VALUE_STRING || v->type == VALUE_VERSION;
}

static bool texts(const struct function_call *c, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!is_text(&c->args[i])) {
            return false;
        }
    }
    return true;
}

struct value fn_between(const struct function_call *c)
{
    if (!texts(c, 3)) {
        return function_null();
    }
    str s = c->args[0].text, left = c->args[1].text, right = c->args[2].text;
    bool greedy = c->n > 3 && c->args[3].type == VALUE_BOOLEAN && c->args[3].boolean;
    if (!s.len || !left.len || !right.len) {
        return function_text(s);
    }
    found first = text_find(s, left, 0, c->fold, false, c->arena);
    if (first.at == SIZE_MAX) {
        return function_text(S(""));
    }
    found end = text_find(s, right, first.end, c->fold, greedy, c->arena);
    return function_text(end.at == SIZE_MAX ? S("") : str_slice(s, first.end, end.at));
}

struct value fn_concat(const struct function_call *c)
{
    str *parts = NEW_ARRAY(c->arena, str, c->n);
    size_t len = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        parts[i] = value_text(&c->args[i], c->arena);
        if (parts[i].len > CONCAT_MAX - len) {
            return function_null();
        }
        len += parts[i].len;
    }
    char *all = arena_push_raw(c->arena, 1, len + 1), *to = all;
    for (uint32_t i = 0; i < c->n; i++) {
        if (parts[i].len) {
            memcpy(to, parts[i].ptr, parts[i].len);
        }
        to += parts[i].len;
    }
    return function_text((str){all, len});
}

struct value fn_ends_with(const struct function_call *c)
{
    return texts(c, 2)
               ? function_boolean(text_ends(c->args[0].text, c->args[1].text, c->fold, c->arena))
               : function_null();
}

struct value fn_starts_with(const struct function_call *c)
{
    return texts(c, 2)
               ? function_boolean(text_starts(c->args[0].text, c->args[1].text, c->fold, c->arena))
               : function_null();
}

struct value fn_string_contains(const struct function_call *c)
{
    if (!texts(c, 2)) {
        return function_null();
    }
    str s = c->args[0].text, x = c->args[1].text;
    if (!s.len || !x.len) {
        return function_boolean(false);
    }
    return function_boolean(text_find(s, x, 0, c->fold, false, c->arena).at != SIZE_MAX);
}

/* A position argument: null is `fallback`; false when it is no integer. */
static bool position(const struct function_call *c, uint32_t i, int64_t fallback, int64_t *out)
{
    *out = fallback;
    if (i >= c->n || c->args[i].type == VALUE_NULL) {
        return true;
    }
    *out = c->args[i].number;
    return c->args[i].type == VALUE_LONG;
}

struct value fn_index_of(const struct function_call *c)
{
    int64_t start;
    if (!texts(c, 2) || !position(c, 2, 0, &start)) {
        return function_null();
    }
    str s = c->args[0].text;
    start = start < 0 ? 0 : start;
    if (start > (int64_t)utf8_utf16_len(s)) {
        return function_null();
    }
    if (c->args[1].text.len == 0) {
        return function_long(start);
    }
    size_t from = utf8_from_utf16(s, (size_t)start);
    found f = text_find(s, c->args[1].text, from, c->fold, false, c->arena);
    if (f.at == SIZE_MAX) {
        return function_null();
    }
    return function_long((int64_t)utf8_utf16_len(str_slice(s, 0, f.at)));
}

struct value fn_length(const struct function_call *c)
{
    return texts(c, 1) ? function_long((int64_t)utf8_utf16_len(c->args[0].text)) : function_null();
}

struct value fn_string(const struct function_call *c)
{
    return function_text(value_text(&c->args[0], c->arena));
}

struct value fn_substring(const struct function_call *c)
{
    int64_t start, end;
    if (!texts(c, 1) || !position(c, 1, 0, &start)) {
        return function_null();
    }
    str s = c->args[0].text;
    int64_t n = (int64_t)utf8_utf16_len(s);
    if (!position(c, 2, n, &end)) {
        return function_null();
    }
    start = start < 0 ? (start < -n ? 0 : start + n) : start;
    end = end < 0 ? (end < -n ? 0 : end + n) : end;
    end = end > n ? n : end;
    if (start >= end) {
        return function_text(S(""));
    }
    return function_text(
        str_slice(s, utf8_from_utf16(s, (size_t)start), utf8_from_utf16(s, (size_t)end)));
}
