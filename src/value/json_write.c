/* SPDX-License-Identifier: Apache-2.0 */
/* A tree to compact JSON text. Recursion is as deep as the tree: at most JSON_MAX_DEPTH for a parsed one. */
#include "base/utf8.h"
#include "value/json.h"

/* Bytes that a string holds as they are: printable ASCII but quote and backslash. */
static bool is_plain(char c)
{
    return (uint8_t)c >= 0x20 && (uint8_t)c < 0x80 && c != '"' && c != '\\';
}

static void write_escape(char c, struct buf *out)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        buf_append(out, S("\\\""));
        return;
    case '\\':
        buf_append(out, S("\\\\"));
        return;
    case '\n':
        buf_append(out, S("\\n"));
        return;
    case '\r':
        buf_append(out, S("\\r"));
        return;
    case '\t':
        buf_append(out, S("\\t"));
        return;
    case '\b':
        buf_append(out, S("\\b"));
        return;
    case '\f':
        buf_append(out, S("\\f"));
        return;
    default:
        buf_append(out, S("\\u00"));
        buf_byte(out, hex[(uint8_t)c >> 4]);
        buf_byte(out, hex[(uint8_t)c & 15]);
        return;
    }
}

/* One code point, or U+FFFD for a byte that is none. */
static void write_code(str s, size_t *at, struct buf *out)
{
    char bytes[4];
    size_t n = utf8_encode(utf8_next(s, at), bytes);
    buf_append(out, (str){bytes, n});
}

void json_write_string(str s, struct buf *out)
{
    buf_byte(out, '"');
    size_t at = 0;
    while (at < s.len) {
        size_t start = at;
        while (at < s.len && is_plain(s.ptr[at]))
            at++;
        buf_append(out, str_slice(s, start, at));
        if (at == s.len)
            break;
        if ((uint8_t)s.ptr[at] < 0x80)
            write_escape(s.ptr[at++], out);
        else
            write_code(s, &at, out);
    }
    buf_byte(out, '"');
}

static void write_children(const struct json *node, struct buf *out)
{
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        if (child != node->child)
            buf_byte(out, ',');
        if (node->type == JSON_OBJECT) {
            json_write_string(child->key, out);
            buf_byte(out, ':');
        }
        json_write(child, out);
    }
}

void json_write(const struct json *node, struct buf *out)
{
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        buf_append(out, S("null"));
        break;
    case JSON_BOOL:
        buf_append(out, node->boolean ? S("true") : S("false"));
        break;
    case JSON_NUMBER:
        buf_append(out, node->text);
        break;
    case JSON_STRING:
        json_write_string(node->text, out);
        break;
    case JSON_ARRAY:
        buf_byte(out, '[');
        write_children(node, out);
        buf_byte(out, ']');
        break;
    case JSON_OBJECT:
        buf_byte(out, '{');
        write_children(node, out);
        buf_byte(out, '}');
        break;
    }
}
