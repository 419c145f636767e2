/* SPDX-License-Identifier: Apache-2.0 */
/* JSON by the letter of RFC 8259, byte by byte, without a tree: says yes, or where and why not. The position is the first
 * byte that no JSON text could have there (for UTF-8 the first byte of the broken sequence; the length when the text just
 * stops). No recursion: what is open is one bit a level. */
#include <string.h>

#include "value/json.h"

struct check {
    const uint8_t *text;
    size_t len;
    size_t at;
    struct json_error *e;
    size_t depth;
    uint64_t
        objects[(JSON_MAX_DEPTH + 63) / 64]; /* bit d: the container at depth d + 1 is an object */
};

static bool fail(struct check *c, size_t at, const char *reason)
{
    *c->e = (struct json_error){.at = at, .reason = reason};
    return false;
}

/* The byte at the cursor, or -1 at the end. */
static int peek(const struct check *c)
{
    return c->at < c->len ? c->text[c->at] : -1;
}

static void skip_space(struct check *c)
{
    while (c->at < c->len) {
        uint8_t b = c->text[c->at];
        if (b != ' ' && b != '\n' && b != '\r' && b != '\t')
            return;
        c->at++;
    }
}

static bool is_digit(int b)
{
    return b >= '0' && b <= '9';
}

static bool is_hex(int b)
{
    return is_digit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
}

static bool check_escape(struct check *c)
{
    c->at++;
    int b = peek(c);
    if (b < 0)
        return fail(c, c->at, "string is not closed");
    if (b == 0 || strchr("\"\\/bfnrtu", b) == NULL)
        return fail(c, c->at, "unknown escape in string");
    c->at++;
    for (int i = 0; b == 'u' && i < 4; i++) {
        if (peek(c) < 0)
            return fail(c, c->at, "string is not closed");
        if (!is_hex(peek(c)))
            return fail(c, c->at, "expected four hex digits behind '\\u'");
        c->at++;
    }
    return true;
}

/* Length of the well-formed sequence that starts with a byte >= 0x80, or 0. Source: Unicode 15, table 3-7. */
static size_t sequence_length(const uint8_t *p, size_t left)
{
    uint8_t lead = p[0];
    size_t n = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (n == 0 || left < n)
        return 0;
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    return n;
}

/* The cursor is at the opening quote. */
static bool check_string(struct check *c)
{
    c->at++;
    for (;;) {
        if (c->at == c->len)
            return fail(c, c->at, "string is not closed");
        uint8_t b = c->text[c->at];
        if (b == '"') {
            c->at++;
            return true;
        }
        if (b == '\\') {
            if (!check_escape(c))
                return false;
        } else if (b < 0x20) {
            return fail(c, c->at, "control character in string");
        } else if (b < 0x80) {
            c->at++;
        } else {
            size_t n = sequence_length(c->text + c->at, c->len - c->at);
            if (n == 0)
                return fail(c, c->at, "invalid UTF-8");
            c->at += n;
        }
    }
}

static bool check_digits(struct check *c)
{
    if (!is_digit(peek(c)))
        return fail(c, c->at, "expected a digit in number");
    while (is_digit(peek(c)))
        c->at++;
    return true;
}

static bool check_number(struct check *c)
{
    if (peek(c) == '-')
        c->at++;
    if (peek(c) == '0') {
        c->at++;
        if (is_digit(peek(c)))
            return fail(c, c->at, "number has a leading zero");
    } else if (!check_digits(c)) {
        return false;
    }
    if (peek(c) == '.') {
        c->at++;
        if (!check_digits(c))
            return false;
    }
    if (peek(c) == 'e' || peek(c) == 'E') {
        c->at++;
        if (peek(c) == '+' || peek(c) == '-')
            c->at++;
        return check_digits(c);
    }
    return true;
}

static bool check_literal(struct check *c, const char *word)
{
    for (; *word != '\0'; word++, c->at++) {
        if (peek(c) != *word)
            return fail(c, c->at, "unknown word");
    }
    return true;
}

static bool check_scalar(struct check *c)
{
    switch (peek(c)) {
    case '"':
        return check_string(c);
    case 't':
        return check_literal(c, "true");
    case 'f':
        return check_literal(c, "false");
    case 'n':
        return check_literal(c, "null");
    case '-':
        return check_number(c);
    default:
        if (is_digit(peek(c)))
            return check_number(c);
        return fail(c, c->at,
                    c->at == c->len ? "text ends where a value is expected" : "expected a value");
    }
}

static bool inside_object(const struct check *c)
{
    size_t level = c->depth - 1;
    return (c->objects[level / 64] >> (level % 64) & 1) != 0;
}

static bool check_open(struct check *c)
{
    if (c->depth == JSON_MAX_DEPTH)
        return fail(c, c->at, "nested too deep");
    uint64_t bit = (uint64_t)1 << (c->depth % 64);
    if (c->text[c->at] == '{')
        c->objects[c->depth / 64] |= bit;
    else
        c->objects[c->depth / 64] &= ~bit;
    c->depth++;
    c->at++;
    return true;
}

/* A key and its colon when the innermost container is an object; nothing in an array. */
static bool check_key(struct check *c)
{
    if (!inside_object(c))
        return true;
    skip_space(c);
    if (peek(c) != '"')
        return fail(c, c->at, "expected a key in quotes");
    if (!check_string(c))
        return false;
    skip_space(c);
    if (peek(c) != ':')
        return fail(c, c->at, "expected ':' behind a key");
    c->at++;
    return true;
}

/* Behind a value: closes what closes, until a comma announces the next value or nothing is open. */
static bool check_behind_value(struct check *c)
{
    while (c->depth > 0) {
        bool object = inside_object(c);
        skip_space(c);
        int b = peek(c);
        if (b == ',') {
            c->at++;
            return check_key(c);
        }
        if (b != (object ? '}' : ']'))
            return fail(c, c->at, object ? "expected ',' or '}'" : "expected ',' or ']'");
        c->at++;
        c->depth--;
    }
    return true;
}

/* One value, or the opening of one; true in *opened when a container began that is not empty. */
static bool check_value(struct check *c, bool *opened)
{
    *opened = false;
    skip_space(c);
    int b = peek(c);
    if (b != '{' && b != '[')
        return check_scalar(c);
    if (!check_open(c))
        return false;
    skip_space(c);
    if (peek(c) == (b == '{' ? '}' : ']')) {
        c->at++;
        c->depth--;
        return true;
    }
    *opened = true;
    return check_key(c);
}

bool json_validate(str text, struct json_error *e)
{
    struct check c = {.text = (const uint8_t *)text.ptr, .len = text.len, .e = e};
    skip_space(&c);
    if (c.at == c.len)
        return fail(&c, c.at, "text holds no value");
    do {
        bool opened;
        if (!check_value(&c, &opened) || (!opened && !check_behind_value(&c)))
            return false;
    } while (c.depth > 0);
    skip_space(&c);
    return c.at == c.len || fail(&c, c.at, "text goes on behind the value");
}
