/* SPDX-License-Identifier: Apache-2.0 */
/* A tree to compact JSON text. Recursion is as deep as the tree: at most JSON_MAX_DEPTH for a parsed one. */
#include "value/json_writer.h"

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

/* Strings up to this length are tried as plain ones first. */
enum { PLAIN = 64 };

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
static char *put_slowly(str s, size_t *at, size_t end, char *to)
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

/* The same: plain blocks fast, the block that stops that and the last bytes slowly. */
static char *put_piece(json_escape_fn *escape, str s, size_t *at, size_t end, char *to)
{
    while (*at < end) {
        size_t taken;
        to = escape(s.ptr + *at, end - *at, to, &taken);
        *at += taken;
        size_t stop = end - *at < 2 * JSON_ESCAPE_BLOCK ? end : *at + JSON_ESCAPE_BLOCK;
        to = put_slowly(s, at, stop, to);
    }
    return to;
}

struct json_writer json_writer_begin(struct buf *out)
{
    return (struct json_writer){.out = out, .escape = json_escape_best()};
}

void json_writer_end(struct json_writer *w)
{
    if (w->at)
        buf_commit(w->out, (size_t)(w->at - w->out->ptr) - w->out->len);
    w->at = w->end = NULL;
}

bool json_writer_grow(struct json_writer *w, size_t n)
{
    json_writer_end(w);
    w->at = buf_reserve(w->out, n);
    if (!w->at)
        return false;
    /* What the buffer has beyond that is ours as well, up to its maximum, which the next reserve checks. */
    size_t free = w->out->cap - w->out->len;
    size_t most = w->out->max ? w->out->max - w->out->len : n;
    w->end = w->at + (free < most ? free : most);
    return true;
}

/* Writes a string of eight bytes to PLAIN with its quotes. False: there is something to escape in it, nothing is written. */
static bool put_plain(struct json_writer *w, str s)
{
    char *to = w->at + 1;
    size_t last = s.len - 8;
    uint64_t word, found = special_of_eight(s.ptr + last);
    memcpy(&word, s.ptr + last, 8);
    memcpy(to + last, &word, 8);
    for (size_t i = 0; i < last; i += 8) {
        found |= special_of_eight(s.ptr + i);
        memcpy(&word, s.ptr + i, 8);
        memcpy(to + i, &word, 8);
    }
    if (found)
        return false;
    w->at[0] = to[s.len] = '"';
    w->at = to + s.len + 1;
    return true;
}

/* Most strings that rows make are short (times, names, addresses) and have nothing to escape. Measured, with values that have bytes to spare: a thirtieth of normalize's instructions. */
void json_put_string(struct json_writer *w, str s)
{
    if (s.len >= 8 && s.len <= PLAIN && json_writer_room(w, PLAIN + 2) && put_plain(w, s))
        return;
    size_t at = 0;
    do {
        size_t n = s.len - at < PIECE ? s.len - at : PIECE;
        if (!json_writer_room(w, n * LONGEST + 2 * JSON_ESCAPE_BLOCK + 2))
            return;
        if (at == 0)
            *w->at++ = '"';
        w->at = put_piece(w->escape, s, &at, at + n, w->at);
    } while (at < s.len);
    *w->at++ = '"';
}

void json_put_u64(struct json_writer *w, uint64_t n)
{
    char digits[20]; /* of UINT64_MAX */
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    json_put(w, (str){digits + at, sizeof digits - at});
}

static void put_children(struct json_writer *w, const struct json *node)
{
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        if (child != node->child)
            json_put(w, S(","));
        if (node->type == JSON_OBJECT) {
            json_put_string(w, child->key);
            json_put(w, S(":"));
        }
        json_put_node(w, child);
    }
}

void json_put_node(struct json_writer *w, const struct json *node)
{
    if (node->as_written) {
        json_put(w, node->raw);
        return;
    }
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        json_put(w, S("null"));
        break;
    case JSON_BOOL:
        json_put(w, node->boolean ? S("true") : S("false"));
        break;
    case JSON_NUMBER:
        json_put(w, node->text);
        break;
    case JSON_STRING:
        json_put_string(w, node->text);
        break;
    case JSON_ARRAY:
        json_put(w, S("["));
        put_children(w, node);
        json_put(w, S("]"));
        break;
    case JSON_OBJECT:
        json_put(w, S("{"));
        put_children(w, node);
        json_put(w, S("}"));
        break;
    }
}

void json_write_string(str s, struct buf *out)
{
    struct json_writer w = json_writer_begin(out);
    json_put_string(&w, s);
    json_writer_end(&w);
}

struct json *json_written(const struct json *node, struct arena *a)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    json_write(node, &text);
    char *bytes = arena_push(a, 1, text.len < JSON_SPARE ? JSON_SPARE : text.len);
    memcpy(bytes, text.ptr, text.len);
    str raw = {bytes, text.len};
    buf_deinit(&text);
    struct json *copy = json_parse_valid(raw, a); /* every text that was written is JSON */
    copy->as_written = copy->spare = true;
    return copy;
}

void json_write(const struct json *node, struct buf *out)
{
    struct json_writer w = json_writer_begin(out);
    json_put_node(&w, node);
    json_writer_end(&w);
}
