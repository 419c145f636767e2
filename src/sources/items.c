/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting containers into items; see items.h. */
#include "sources/items.h"

#include <assert.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(str s, size_t at)
{
    while (at < s.len && is_blank(s.ptr[at]))
        at++;
    return at;
}

/* Behind the string that starts at `at`; s.len when it is not closed. */
static size_t skip_string(str s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++)
        if (s.ptr[at] == '\\')
            at++;
    return at < s.len ? at + 1 : s.len;
}

/* Where a value ends, found by brackets alone. */
struct value_end {
    size_t
        at; /* the byte behind it: ',', ']' or '}' at its own nesting; s.len when there is none */
    size_t broken; /* the first closing bracket of the wrong kind, or SIZE_MAX */
};

/* Kinds of the brackets open are kept for this many; deeper ones are taken to match. */
enum { BRACKETS_KEPT = 64 };

static struct value_end skip_value(str s, size_t at)
{
    size_t depth = 0;
    uint64_t objects = 0; /* bit 0: the innermost bracket is a brace */
    while (at < s.len) {
        char c = s.ptr[at];
        if (c == '"') {
            at = skip_string(s, at);
            continue;
        }
        bool closes = c == '}' || c == ']';
        if (depth == 0 && (c == ',' || closes))
            return (struct value_end){at, SIZE_MAX};
        if (c == '{' || c == '[') {
            depth++;
            objects = objects << 1 | (c == '{');
        } else if (closes) {
            if (depth <= BRACKETS_KEPT && (objects & 1) != (c == '}'))
                return (struct value_end){s.len, at};
            depth--;
            objects >>= 1;
        }
        at++;
    }
    return (struct value_end){s.len, SIZE_MAX};
}

/* The comma of the next "},{" at or after `at`, outside strings; s.len when there is none. */
static size_t next_cut(str s, size_t at)
{
    while (at < s.len) {
        if (s.ptr[at] == '"') {
            at = skip_string(s, at);
            continue;
        }
        size_t comma = skip_blanks(s, at + 1);
        if (s.ptr[at] == '}' && comma < s.len && s.ptr[comma] == ',') {
            size_t brace = skip_blanks(s, comma + 1);
            if (brace < s.len && s.ptr[brace] == '{')
                return comma;
        }
        at++;
    }
    return s.len;
}

struct item item_inside(const struct item *outer, str view, const str *decoded,
                        const struct bound_container *container)
{
    struct item inner = {.text = view,
                         .offset = outer->offset,
                         .literal = outer->literal && !decoded,
                         .depth = outer->depth + 1,
                         .container = container};
    if (outer->literal)
        inner.offset += (uint64_t)(view.ptr - outer->text.ptr);
    if (decoded)
        inner.text = *decoded;
    return inner;
}

static void move_on(struct item *array, size_t by)
{
    if (array->literal)
        array->offset += by;
    array->text = str_slice(array->text, by, array->text.len);
}

struct level level_open(const struct item *array, struct arena mark)
{
    assert(array->text.len > 0 && array->text.ptr[0] == '[');
    struct level l = {.array = *array, .first = true, .mark = mark};
    move_on(&l.array, 1);
    return l;
}

struct level level_open_bare(const struct item *values, struct arena mark)
{
    return (struct level){.array = *values, .bare = true, .first = true, .mark = mark};
}

/* One past the object or array that starts at `at`; the text's end for anything else and when it is not closed. */
static size_t whole_value(str s, size_t at)
{
    if (at >= s.len || (s.ptr[at] != '{' && s.ptr[at] != '['))
        return s.len;
    str inside = str_slice(s, at + 1, s.len);
    for (size_t from = 0;;) {
        struct value_end end = skip_value(inside, from);
        if (end.at >= inside.len)
            return s.len;
        if (inside.ptr[end.at] != ',')
            return at + 1 + end.at + 1;
        from = end.at + 1;
    }
}

bool item_is_bare(str text)
{
    size_t start = skip_blanks(text, 0);
    return skip_blanks(text, whole_value(text, start)) < text.len;
}

/* A piece of the array's text as an item of the array's own depth and container. */
static struct item piece(const struct level *l, size_t from, size_t to)
{
    struct item out = l->array;
    out.text = str_trim(str_slice(l->array.text, from, to));
    if (out.literal && out.text.len > 0)
        out.offset += (uint64_t)(out.text.ptr - l->array.text.ptr);
    return out;
}

/* Elements that are not closed cost a walk to the end each; after this many the rest is one broken piece. */
enum { MAX_UNCLOSED = 16 };

/* The byte behind an element; one whose brackets do not fit is cut at the next "},{". */
static size_t element_end(struct level *l, size_t start)
{
    str s = l->array.text;
    struct value_end end = skip_value(s, start);
    size_t cut = end.broken == SIZE_MAX ? end.at : next_cut(s, end.broken);
    if (cut < s.len || ++l->unclosed > MAX_UNCLOSED)
        return cut;
    return next_cut(s, start);
}

static enum level_result next_bare(struct level *l, struct item *out)
{
    str s = l->array.text;
    size_t start = skip_blanks(s, 0);
    if (start == s.len)
        return LEVEL_END;
    size_t end = whole_value(s, start);
    *out = piece(l, start, end);
    move_on(&l->array, end);
    return LEVEL_ELEMENT;
}

enum level_result level_next(struct level *l, struct item *out)
{
    if (l->bare)
        return next_bare(l, out);
    str s = l->array.text;
    if (l->closed) {
        *out = piece(l, 0, s.len);
        l->array.text = (str){0};
        return out->text.len > 0 && !l->salvaged ? LEVEL_BROKEN : LEVEL_END;
    }
    size_t start = skip_blanks(s, 0);
    bool empty = l->first && start < s.len && s.ptr[start] == ']';
    size_t end = empty ? start : element_end(l, start);
    l->first = false;
    *out = piece(l, start, end);
    if (end >= s.len || s.ptr[end] == '}') {
        *out = piece(l, start, s.len);
        l->closed = true;
        l->array.text = (str){0};
        return LEVEL_BROKEN;
    }
    l->closed = s.ptr[end] == ']';
    move_on(&l->array, end + 1);
    return empty ? level_next(l, out) : LEVEL_ELEMENT;
}

/* The next key of an object and the byte behind its value. False when there is none. */
static bool next_key(str object, size_t *at, str *key)
{
    *at = skip_blanks(object, *at);
    if (*at >= object.len || object.ptr[*at] != '"')
        return false;
    size_t end = skip_string(object, *at);
    *key = str_slice(object, *at + 1, end - 1);
    size_t value = skip_blanks(object, end);
    if (value >= object.len || object.ptr[value] != ':')
        return false;
    *at = skip_value(object, value + 1).at;
    *at += *at < object.len && object.ptr[*at] == ',';
    return true;
}

str item_first_keys(str object, struct arena *a)
{
    enum { SHOWN = 6, KEY_MAX = 40 };
    struct buf text = {0};
    size_t at = skip_blanks(object, 0) + 1;
    str key;
    for (int i = 0; next_key(object, &at, &key); i++) {
        buf_append(&text, i > 0 ? S(", ") : S(""));
        if (i == SHOWN) {
            buf_append(&text, S("…"));
            break;
        }
        for (size_t j = 0; j < key.len && j < KEY_MAX; j++)
            buf_byte(&text, key.ptr[j] >= ' ' && key.ptr[j] <= '~' ? key.ptr[j] : '?');
    }
    str copy = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return copy;
}

bool item_salvage(const struct source_plan *plan, str object, str *array,
                  const struct bound_container **container)
{
    size_t at = skip_blanks(object, 0) + 1;
    while (at < object.len) {
        at = skip_blanks(object, at);
        if (at >= object.len || object.ptr[at] != '"')
            return false;
        size_t end = skip_string(object, at);
        str key = str_slice(object, at + 1, end - 1);
        at = skip_blanks(object, end);
        if (at >= object.len || object.ptr[at] != ':')
            return false;
        at = skip_blanks(object, at + 1);
        const struct container *c =
            at < object.len && object.ptr[at] == '[' ? container_of_key(key) : NULL;
        if (c) {
            *array = str_slice(object, at, object.len);
            *container = &plan->containers[c - plan->containers[0].container];
            return true;
        }
        at = skip_value(object, at).at;
        if (at >= object.len || object.ptr[at] != ',')
            return false;
        at++;
    }
    return false;
}
