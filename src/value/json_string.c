/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding of JSON string tokens. Escapes only ever get shorter when decoded, so the token's length is room enough. */
#include "value/json_string.h"

#include <string.h>

#include "base/utf8.h"
#include "value/json.h"

static const uint32_t no_character = 0xFFFD;

size_t json_string_length(const char *ptr, const char *end, bool *escaped)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    const char *p = ptr + 1;
    *escaped = false;
    for (;;) {
        /* Eight bytes at once while none is a quote or a backslash. Source: "haszero" of Bit Twiddling Hacks. */
        while (end - p >= 8) {
            uint64_t w;
            memcpy(&w, p, sizeof w);
            uint64_t quote = w ^ ones * '"', backslash = w ^ ones * '\\';
            if ((((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & high)
                break;
            p += 8;
        }
        while (*p != '"' && *p != '\\')
            p++;
        if (*p == '"')
            return (size_t)(p - ptr) + 1;
        *escaped = true;
        p += 2;
    }
}

static uint32_t hex4(const char *p)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t digit = (uint8_t)p[i];
        code = code << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return code;
}

/* The code point of the \u escape at *at (its backslash), with the second half of a pair; moves *at behind it. */
static uint32_t decode_unicode(str body, size_t *at)
{
    uint32_t code = hex4(body.ptr + *at + 2);
    *at += 6;
    if (code < 0xD800 || code > 0xDFFF)
        return code;
    bool pair =
        code < 0xDC00 && body.len - *at >= 6 && body.ptr[*at] == '\\' && body.ptr[*at + 1] == 'u';
    if (!pair)
        return no_character;
    uint32_t low = hex4(body.ptr + *at + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return no_character;
    *at += 6;
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

static char decode_short(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter; /* quote, backslash, slash stand for themselves */
    }
}

str json_string_decode(str body, struct arena *a)
{
    char *out = arena_push_raw(a, 1, body.len);
    size_t n = 0;
    size_t at = 0;
    while (at < body.len) {
        const char *next = memchr(body.ptr + at, '\\', body.len - at);
        size_t plain = next == NULL ? body.len - at : (size_t)(next - body.ptr) - at;
        memcpy(out + n, body.ptr + at, plain);
        n += plain;
        at += plain;
        if (next == NULL)
            break;
        if (body.ptr[at + 1] == 'u') {
            char bytes[4];
            size_t size = utf8_encode(decode_unicode(body, &at), bytes);
            memcpy(out + n, bytes, size);
            n += size;
        } else {
            out[n++] = decode_short(body.ptr[at + 1]);
            at += 2;
        }
    }
    return (str){out, n};
}

str json_unescape(str raw, struct arena *a)
{
    str body = {raw.ptr + 1, raw.len - 2};
    if (body.len == 0 || memchr(body.ptr, '\\', body.len) == NULL)
        return body;
    return json_string_decode(body, a);
}
