/* SPDX-License-Identifier: Apache-2.0 */
/* TOML to a JSON tree whose scalars know their bytes in the file. */
#include "value/toml.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "value/toml_plain.h"
#include "value/toml_shim.h"

enum { TOML_MAX_SIZE = 1024 * 1024, NESTING = 300, MARK_EVERY = 64 };

/* Where lines and code points stand, so that a place in a long line is found without reading the line. */
struct places {
    const uint32_t *lines; /* each line's first code point, counted from the start of the text */
    size_t n_lines;
    const uint32_t *marks; /* byte offset of code point MARK_EVERY * i */
    size_t n_codes;
};

struct builder {
    const struct diag_source *src;
    struct arena *arena;
    struct diags *diags;
    struct places places;
    struct json *stack[NESTING];
    size_t depth;
    struct json *root;
    bool ok;
};

/* toml++ counts columns in code points and leaves a byte order mark out. */
static struct places find_places(str text, struct arena *a)
{
    size_t n_lines = 1;
    for (size_t i = 0; i < text.len; i++) {
        n_lines += text.ptr[i] == '\n';
    }
    uint32_t *lines = NEW_ARRAY(a, uint32_t, n_lines);
    uint32_t *marks = NEW_ARRAY(a, uint32_t, text.len / MARK_EVERY + 1);
    size_t line = 0, code = 0, at = 0;
    lines[line++] = str_starts(text, S("\xEF\xBB\xBF"));
    for (; at < text.len; code++) {
        if (code % MARK_EVERY == 0) {
            marks[code / MARK_EVERY] = (uint32_t)at;
        }
        if (text.ptr[at] == '\n') {
            lines[line++] = (uint32_t)(code + 1);
        }
        utf8_next(text, &at);
    }
    return (struct places){lines, n_lines, marks, code};
}

static uint32_t offset_of(const struct builder *b, uint32_t line, uint32_t column)
{
    const struct places *p = &b->places;
    str text = b->src->text;
    if (line == 0 || line > p->n_lines) {
        return (uint32_t)text.len;
    }
    size_t first = p->lines[line - 1];
    size_t code = first + (column ? column - 1 : 0);
    size_t next = line < p->n_lines ? p->lines[line] - 1u : p->n_codes; /* the line break, or end */
    code = code < next ? code : next;
    if (code == p->n_codes) {
        return (uint32_t)text.len;
    }
    size_t at = p->marks[code / MARK_EVERY];
    for (size_t i = code % MARK_EVERY; i > 0; i--) {
        utf8_next(text, &at);
    }
    return (uint32_t)at;
}

/* Where the string token that begins at `at` ends, delimiters included. */
static size_t string_end(str text, size_t at)
{
    char quote = text.ptr[at];
    str three = {text.ptr + at, 3};
    bool multi = text.len - at >= 3 && three.ptr[1] == quote && three.ptr[2] == quote;
    size_t i = at + (multi ? 3 : 1);
    for (; i < text.len; i++) {
        if (quote == '"' && text.ptr[i] == '\\') {
            i++;
        } else if (text.ptr[i] == quote) {
            if (!multi) {
                return i + 1;
            }
            if (text.len - i >= 3 && text.ptr[i + 1] == quote && text.ptr[i + 2] == quote) {
                i += 3;
                while (i < text.len &&
                       text.ptr[i] == quote) { /* one or two quotes of the content */
                    i++;
                }
                return i;
            }
        }
    }
    return text.len;
}

static size_t scalar_end(str text, size_t at)
{
    if (at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\'')) {
        return string_end(text, at);
    }
    while (at < text.len && !strchr(" \t\r\n,]}#", text.ptr[at])) {
        at++;
    }
    return at;
}

/* A date and a time may stand with one space between. */
static size_t date_end(str text, size_t at)
{
    enum { DATE = 10 }; /* bytes of 2024-01-31 */
    size_t end = scalar_end(text, at);
    bool time = end - at == DATE && text.len - end > 1 && text.ptr[end] == ' ' &&
                text.ptr[end + 1] >= '0' && text.ptr[end + 1] <= '9';
    return time ? scalar_end(text, end + 1) : end;
}

static struct json *new_scalar(struct builder *b, const struct toml_event *e)
{
    str text = b->src->text;
    size_t at = offset_of(b, e->line, e->column);
    str raw = str_slice(text, at, e->kind == TOML_DATE ? date_end(text, at) : scalar_end(text, at));
    struct json *node = json_new_string(b->arena, raw); /* a date stays as written */
    switch (e->kind) {
    case TOML_STRING:
        node = json_new_string(b->arena, arena_copy(b->arena, (str){e->text, e->text_len}));
        break;
    case TOML_INTEGER:
        node = json_new_i64(b->arena, e->integer);
        break;
    case TOML_FLOAT:
        if (!isfinite(e->real)) {
            diag_error(b->diags, b->src, (span){(uint32_t)at, (uint32_t)(at + raw.len)},
                       DIAG_BAD_KEY, "inf and nan are no values of a rule");
            b->ok = false;
        }
        node = json_new_double(b->arena, isfinite(e->real) ? e->real : 0);
        break;
    case TOML_BOOLEAN:
        node = json_new_bool(b->arena, e->boolean);
        break;
    case TOML_DATE:
    case TOML_TABLE:
    case TOML_ARRAY:
    case TOML_END:
        break;
    }
    node->raw = raw;
    return node;
}

static void link_node(struct builder *b, const struct toml_event *e, struct json *node)
{
    struct json *parent = b->depth ? b->stack[b->depth - 1] : NULL;
    if (!parent) {
        b->root = node;
    } else if (parent->type == JSON_OBJECT) {
        json_add(parent, arena_copy(b->arena, (str){e->key, e->key_len}), node);
    } else {
        json_push(parent, node);
    }
}

static void on_event(void *user, const struct toml_event *e)
{
    struct builder *b = user;
    if (e->kind == TOML_END) {
        b->depth--;
        return;
    }
    bool container = e->kind == TOML_TABLE || e->kind == TOML_ARRAY;
    struct json *node = container
                            ? json_new(b->arena, e->kind == TOML_TABLE ? JSON_OBJECT : JSON_ARRAY)
                            : new_scalar(b, e);
    if (container) {
        size_t at = offset_of(b, e->line, e->column);
        node->raw = str_slice(b->src->text, at, at + 1);
    }
    link_node(b, e, node);
    if (container && b->depth < NESTING) { /* the shim stops at 256 */
        b->stack[b->depth++] = node;
    }
}

static bool check_bytes(const struct diag_source *src, struct diags *d)
{
    str text = src->text;
    if (str_starts(text, S("\xFF\xFE")) || str_starts(text, S("\xFE\xFF"))) {
        diag_error(d, src, (span){0, 2}, DIAG_NOT_UTF8, "the file is UTF-16; rule files are UTF-8");
        return false;
    }
    if (text.len > TOML_MAX_SIZE) {
        diag_error(d, src, (span){0, 0}, DIAG_TOO_LARGE, "the rule file is larger than %d bytes",
                   TOML_MAX_SIZE);
        return false;
    }
    size_t bad = utf8_first_invalid(text);
    if (bad != SIZE_MAX) {
        diag_error(d, src, (span){(uint32_t)bad, (uint32_t)bad + 1}, DIAG_NOT_UTF8,
                   "the file is not UTF-8 here");
        return false;
    }
    return true;
}

/* The first key with too many dots, or SIZE_MAX. toml++ limits the nesting of brackets, but not that of dotted keys, and frees
 * its tree by recursion. Where a string does not end, toml++ stops too. */
static size_t find_long_key(str text)
{
    enum { DOTS_MAX = 32 };
    unsigned dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '"':
        case '\'':
            i = string_end(text, i) - 1;
            break;
        case '#':
            while (i + 1 < text.len && text.ptr[i + 1] != '\n') {
                i++;
            }
            break;
        case '.':
            if (++dots > DOTS_MAX) {
                return i;
            }
            break;
        case '\n':
        case '=':
        case ',':
        case '{':
        case '[':
            dots = 0;
            break;
        default:
            break;
        }
    }
    return SIZE_MAX;
}

/* toml++'s words, as ours begin: in lower case, without "Error". */
static void report_failure(struct builder *b, const struct toml_failure *failure)
{
    str message = str_from(failure->message);
    str prefix = S("Error ");
    if (str_starts(message, prefix)) {
        message = str_slice(message, prefix.len, message.len);
    }
    uint32_t at = offset_of(b, failure->line, failure->column);
    struct diag *item = diag_error(b->diags, b->src, (span){at, at + 1}, DIAG_TOML_SYNTAX, "%.*s",
                                   STR_ARG(message));
    if (strstr(failure->message, "string: unescaped control")) {
        diag_hint(b->diags, item, "a string ends on its line; several lines stand in '''");
    }
}

struct json *toml_parse_any(const struct diag_source *src, struct arena *a, struct diags *d)
{
    if (!check_bytes(src, d)) {
        return NULL;
    }
    size_t long_key = find_long_key(src->text);
    if (long_key != SIZE_MAX) {
        diag_error(d, src, (span){(uint32_t)long_key, (uint32_t)long_key + 1}, DIAG_TOML_SYNTAX,
                   "nested too deeply");
        return NULL;
    }
    struct builder b = {.src = src, .arena = a, .diags = d, .ok = true};
    b.places = find_places(src->text, a);
    struct toml_failure failure;
    if (!toml_shim_parse(src->text.ptr ? src->text.ptr : "", src->text.len, on_event, &b,
                         &failure)) {
        report_failure(&b, &failure);
        return NULL;
    }
    return b.ok ? b.root : NULL;
}

struct json *toml_parse(const struct diag_source *src, struct arena *a, struct diags *d)
{
    struct json *plain = src->text.len <= TOML_MAX_SIZE ? toml_plain_parse(src->text, a) : NULL;
    return plain ? plain : toml_parse_any(src, a, d);
}

/* ---- the map of a string ---- */

struct map_builder {
    uint32_t *inner, *outer;
    size_t n;
    uint32_t length; /* of the decoded text so far */
};

/* From here on decoded bytes stand at `outer`. */
static void piece(struct map_builder *m, size_t outer)
{
    if (m->n && m->inner[m->n - 1] == m->length) {
        m->n--;
    }
    m->inner[m->n] = m->length;
    m->outer[m->n++] = (uint32_t)outer;
}

/* What toml++ takes for white space (impl/unicode.h and unicode_autogenerated.h of version 3): more than TOML does. */
static bool is_white_space(uint32_t c)
{
    return (c >= '\t' && c <= '\r') || c == ' ' || c == 0xA0 || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F || c == 0x2060 ||
           c == 0x3000 || c == 0xFEFF;
}

static size_t skip_white_space(str s, size_t at)
{
    size_t next = at;
    while (next < s.len && is_white_space(utf8_next(s, &next))) {
        at = next;
    }
    return at;
}

/* Decoded length of the escape at raw[at] ('\' included); *used is its length in the file. */
static uint32_t escape_length(str raw, size_t at, size_t *used)
{
    char c = at + 1 < raw.len ? raw.ptr[at + 1] : '\0';
    if (c == 'u' || c == 'U') {
        size_t digits = c == 'u' ? 4 : 8;
        uint32_t code = 0;
        for (size_t i = 0; i < digits && at + 2 + i < raw.len; i++) {
            unsigned char h = (unsigned char)raw.ptr[at + 2 + i];
            code = code << 4 | (h <= 0x39 ? h - 0x30u : (h | 0x20u) - 0x61u + 10u);
        }
        char bytes[4];
        *used = 2 + digits;
        return (uint32_t)utf8_encode(code, bytes);
    }
    size_t behind = skip_white_space(raw, at + 1);
    if (behind > at + 1) { /* a line-ending backslash eats white space */
        *used = behind - at;
        return 0;
    }
    *used = 2;
    return 1;
}

struct text_map *toml_string_map(str file, const struct json *value, struct arena *a)
{
    str raw = value->raw;
    size_t start = (size_t)(raw.ptr - file.ptr);
    struct map_builder m = {.inner = NEW_ARRAY(a, uint32_t, raw.len + 2),
                            .outer = NEW_ARRAY(a, uint32_t, raw.len + 2)};
    bool basic = raw.len && raw.ptr[0] == '"';
    bool multi = raw.len >= 6 && raw.ptr[1] == raw.ptr[0] && raw.ptr[2] == raw.ptr[0];
    size_t at = multi ? 3 : 1, end = raw.len > at ? raw.len - at : at;
    if (multi && at < end && raw.ptr[at] == '\r') {
        at++;
    }
    if (multi && at < end && raw.ptr[at] == '\n') { /* the first line break is not content */
        at++;
    }
    piece(&m, start + at);
    while (at < end) {
        if (basic && raw.ptr[at] == '\\') {
            size_t used;
            m.length += escape_length(raw, at, &used);
            at += used;
            piece(&m, start + at);
        } else if (raw.ptr[at] == '\r' && at + 1 < end && raw.ptr[at + 1] == '\n' &&
                   m.length < value->text.len && value->text.ptr[m.length] == '\n') {
            at++; /* toml++ reads CRLF as LF */
            piece(&m, start + at);
        } else {
            at++;
            m.length++;
        }
    }
    struct text_map *map = NEW(a, struct text_map);
    *map = (struct text_map){m.inner, m.outer, m.n};
    return map;
}
