/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of single tokens on the walk. All of them rely on the text being a container: its last structural byte is a
 * closing bracket, which stops every loop here. */
#ifndef POSTERN_VALUE_JSON_TOKEN_H
#define POSTERN_VALUE_JSON_TOKEN_H

#include <string.h>

#include "value/json.h"

/* True when every backslash begins one of the escapes of RFC 8259. Looks at text outside strings too: there a backslash is
 * an error that the walk finds. */
bool json_escapes_valid(const char *text, size_t len);

/* Bytes that may follow a number or a word: white space and structural characters. */
static inline bool json_is_delimiter(char c)
{
    static const bool delimiter[256] = {
        [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true, [','] = true,
        [':'] = true, ['['] = true,  [']'] = true,  ['{'] = true,  ['}'] = true};
    return delimiter[(uint8_t)c];
}

static inline bool json_is_space(char c)
{
    return (uint8_t)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static inline bool json_is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

/* The end of the digits that start at `at`, or 0 when there are none. */
static inline size_t json_digits_end(const char *text, size_t at)
{
    if (!json_is_digit(text[at]))
        return 0;
    while (json_is_digit(text[at]))
        at++;
    return at;
}

/* The end of the number that starts at `at`, or 0 when it is none. */
static inline size_t json_number_end(const char *text, size_t at)
{
    if (text[at] == '-')
        at++;
    at = text[at] == '0' ? at + 1 : json_digits_end(text, at);
    if (at != 0 && text[at] == '.')
        at = json_digits_end(text, at + 1);
    if (at != 0 && (text[at] == 'e' || text[at] == 'E')) {
        bool sign = text[at + 1] == '+' || text[at + 1] == '-';
        at = json_digits_end(text, at + (sign ? 2 : 1));
    }
    return at != 0 && json_is_delimiter(text[at]) ? at : 0;
}

/* The same for true, false and null. */
static inline size_t json_word_end(const char *text, size_t len, size_t at)
{
    size_t n = text[at] == 'f' ? 5 : 4;
    if (len - at <= n || !json_is_delimiter(text[at + n]))
        return 0;
    const char *word = text[at] == 't' ? "true" : text[at] == 'f' ? "alse" : "null";
    return memcmp(text + at + n - 4, word, 4) == 0 ? at + n : 0;
}

/* The end of a number, true, false or null, or 0. */
static inline size_t json_scalar_end(const char *text, size_t len, size_t at)
{
    char c = text[at];
    return c == 't' || c == 'f' || c == 'n' ? json_word_end(text, len, at)
                                            : json_number_end(text, at);
}

#endif
