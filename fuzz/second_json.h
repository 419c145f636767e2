/* SPDX-License-Identifier: Apache-2.0 */
/* A second reader of JSON for fuzz targets: RFC 8259 said once more, as plainly as possible and sharing nothing with src/value, so that what we write is not judged by what we read with. */
#ifndef POSTERN_FUZZ_SECOND_JSON_H
#define POSTERN_FUZZ_SECOND_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct second {
    const unsigned char *at, *end;
};

static inline bool second_take(struct second *s, char c)
{
    if (s->at == s->end || *s->at != (unsigned char)c)
        return false;
    s->at++;
    return true;
}

static inline bool second_digits(struct second *s)
{
    const unsigned char *start = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > start;
}

static inline bool second_number(struct second *s)
{
    second_take(s, '-');
    if (!second_take(s, '0') && !second_digits(s))
        return false;
    if (second_take(s, '.') && !second_digits(s))
        return false;
    if (!second_take(s, 'e') && !second_take(s, 'E'))
        return true;
    if (!second_take(s, '+'))
        second_take(s, '-');
    return second_digits(s);
}

/* One character above ASCII: no overlong forms, no surrogates, nothing above U+10FFFF. */
static inline bool second_utf8(struct second *s)
{
    unsigned char c = *s->at++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    static const unsigned long least[] = {0, 0x80, 0x800, 0x10000};
    unsigned long code = c & (0x3fU >> more);
    if (c < 0xc2 || c > 0xf4)
        return false;
    for (int i = 0; i < more; i++, s->at++) {
        if (s->at == s->end || (*s->at & 0xc0) != 0x80)
            return false;
        code = code << 6 | (*s->at & 0x3f);
    }
    return code >= least[more] && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

static inline bool second_string(struct second *s)
{
    if (!second_take(s, '"'))
        return false;
    while (s->at < s->end && *s->at != '"') {
        if (*s->at < 0x20)
            return false;
        if (*s->at >= 0x80) {
            if (!second_utf8(s))
                return false;
        } else if (*s->at++ == '\\') {
            if (s->at == s->end || !strchr("\"\\/bfnrtu", *s->at) || *s->at == 0)
                return false;
            if (*s->at++ == 'u')
                for (int i = 0; i < 4; i++, s->at++)
                    if (s->at == s->end || !strchr("0123456789abcdefABCDEF", *s->at) || *s->at == 0)
                        return false;
        }
    }
    return second_take(s, '"');
}

static inline bool second_value(struct second *s, int depth);

static inline bool second_items(struct second *s, bool object, int depth)
{
    char close = object ? '}' : ']';
    if (second_take(s, close))
        return true;
    do {
        if (object && (!second_string(s) || !second_take(s, ':')))
            return false;
        if (!second_value(s, depth + 1))
            return false;
    } while (second_take(s, ','));
    return second_take(s, close);
}

static inline bool second_value(struct second *s, int depth)
{
    static const char *const words[] = {"true", "false", "null"};
    if (s->at == s->end || depth > 2000)
        return false;
    if (second_take(s, '{'))
        return second_items(s, true, depth);
    if (second_take(s, '['))
        return second_items(s, false, depth);
    if (*s->at == '"')
        return second_string(s);
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= n && memcmp(s->at, words[i], n) == 0) {
            s->at += n;
            return true;
        }
    }
    return second_number(s);
}

/* Whether a text is one JSON value without white space around or in it: what we write. */
static inline bool second_json(const char *text, size_t len)
{
    struct second s = {(const unsigned char *)text, (const unsigned char *)text + len};
    return second_value(&s, 0) && s.at == s.end;
}

#endif
