/* SPDX-License-Identifier: Apache-2.0 */
/* A tree to compact JSON text. Recursion is as deep as the tree: at most JSON_MAX_DEPTH for a parsed one. */
#include "value/json.h"

#include <string.h>

#include "base/utf8.h"

/* How each byte of a string is written: 0 as it is, 1 as \u00XX, 2 the start of a longer character, else behind a backslash as that letter. */
static const unsigned char escapes[256] = {
    /* clang-format off */
    1, 1, 1, 1, 1, 1, 1, 1, 'b', 't', 'n', 1, 'f', 'r', 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    0, 0, '"', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\\', 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    /* clang-format on */
};

/* A text is written in pieces of this many bytes, each of which becomes at most six times as long. */
enum { PIECE = 4096, LONGEST = 6 };

/* The high bit of each of eight bytes that needs a look (a control, a quote, a backslash, above ASCII); exact up to the first. Source: "haszero" of Bit Twiddling Hacks. */
static uint64_t special_of_eight(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    uint64_t w;
    memcpy(&w, p, sizeof w);
    uint64_t quote = w ^ ones * '"', backslash = w ^ ones * '\\';
    uint64_t found =
        (w - ones * 0x20) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | w;
    return found & high;
}

/* The number of the first byte, in the order of memory, whose high bit is set: the lowest bit alone, times a word whose bytes count down from 7. */
static size_t first_of_eight(uint64_t found)
{
    uint64_t lowest = (found & (0 - found)) >> 7;
    return (size_t)(lowest * UINT64_C(0x0001020304050607) >> 56);
}

static char *put_escape(char c, char *to)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char letter = escapes[(unsigned char)c];
    *to++ = '\\';
    if (letter > 1) {
        *to++ = (char)letter;
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = hex[(unsigned char)c >> 4];
    to[4] = hex[c & 15];
    return to + 5;
}

/* Writes from *at on, up to `end` or a little further (a character is not cut). Returns the end of what was written. */
static char *put_piece(str s, size_t *at, size_t end, char *to)
{
    size_t i = *at;
    while (i < end) {
        if (end - i >= 8) {
            uint64_t found = special_of_eight(s.ptr + i);
            size_t plain = found ? first_of_eight(found) : 8;
            memcpy(to, s.ptr + i, 8);
            to += plain;
            i += plain;
            if (!found)
                continue;
        }
        unsigned char how = escapes[(unsigned char)s.ptr[i]];
        if (how == 0)
            *to++ = s.ptr[i++];
        else if (how != 2)
            to = put_escape(s.ptr[i++], to);
        else
            to += utf8_encode(utf8_next(s, &i), to); /* U+FFFD for a byte that is none */
    }
    *at = i;
    return to;
}

/* Where text goes: bytes are written straight into the buffer, which is told of them now and then. */
struct writer {
    struct buf *out;
    char *at, *end;
};

static struct writer writer_begin(struct buf *out)
{
    return (struct writer){.out = out};
}

static void writer_end(struct writer *w)
{
    if (w->at)
        buf_commit(w->out, (size_t)(w->at - w->out->ptr) - w->out->len);
    w->at = w->end = NULL;
}

/* Room for `n` bytes at w->at. False when the buffer is full. */
static bool room_more(struct writer *w, size_t n)
{
    writer_end(w);
    w->at = buf_reserve(w->out, n);
    if (!w->at)
        return false;
    /* What the buffer has beyond that is ours as well, up to its maximum, which the next reserve checks. */
    size_t free = w->out->cap - w->out->len;
    size_t most = w->out->max ? w->out->max - w->out->len : n;
    w->end = w->at + (free < most ? free : most);
    return true;
}

static inline bool room(struct writer *w, size_t n)
{
    return (size_t)(w->end - w->at) >= n || room_more(w, n);
}

static inline void put(struct writer *w, str s)
{
    if (s.len > 0 && room(w, s.len)) {
        memcpy(w->at, s.ptr, s.len);
        w->at += s.len;
    }
}

static inline void put_byte(struct writer *w, char c)
{
    if (room(w, 1))
        *w->at++ = c;
}

static void put_string(struct writer *w, str s)
{
    put_byte(w, '"');
    for (size_t at = 0; at < s.len;) {
        size_t n = s.len - at < PIECE ? s.len - at : PIECE;
        if (!room(w, n * LONGEST + 16))
            return;
        w->at = put_piece(s, &at, at + n, w->at);
    }
    put_byte(w, '"');
}

static void put_node(struct writer *w, const struct json *node);

static void put_children(struct writer *w, const struct json *node)
{
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        if (child != node->child)
            put_byte(w, ',');
        if (node->type == JSON_OBJECT) {
            put_string(w, child->key);
            put_byte(w, ':');
        }
        put_node(w, child);
    }
}

static void put_node(struct writer *w, const struct json *node)
{
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        put(w, S("null"));
        break;
    case JSON_BOOL:
        put(w, node->boolean ? S("true") : S("false"));
        break;
    case JSON_NUMBER:
        put(w, node->text);
        break;
    case JSON_STRING:
        put_string(w, node->text);
        break;
    case JSON_ARRAY:
        put_byte(w, '[');
        put_children(w, node);
        put_byte(w, ']');
        break;
    case JSON_OBJECT:
        put_byte(w, '{');
        put_children(w, node);
        put_byte(w, '}');
        break;
    }
}

void json_write_string(str s, struct buf *out)
{
    struct writer w = writer_begin(out);
    put_string(&w, s);
    writer_end(&w);
}

void json_write(const struct json *node, struct buf *out)
{
    struct writer w = writer_begin(out);
    put_node(&w, node);
    writer_end(&w);
}
