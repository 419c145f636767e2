/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes, all of a record at once: records without a backslash never come here. */
#include "value/json_token.h"

static bool is_hex(char c)
{
    return json_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6;
}

/* Length of the escape whose backslash is at `p`, or 0. */
static size_t escape_length(const char *p, size_t left)
{
    static const bool letter[256] = {['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true,
                                     ['f'] = true, ['n'] = true,  ['r'] = true, ['t'] = true};
    if (left < 2)
        return 0;
    if (letter[(uint8_t)p[1]])
        return 2;
    bool unicode =
        left >= 6 && p[1] == 'u' && is_hex(p[2]) && is_hex(p[3]) && is_hex(p[4]) && is_hex(p[5]);
    return unicode ? 6 : 0;
}

bool json_escapes_valid(const char *text, size_t len)
{
    size_t at = 0;
    for (;;) {
        const char *next = at < len ? memchr(text + at, '\\', len - at) : NULL;
        if (next == NULL)
            return true;
        at = (size_t)(next - text);
        size_t n = escape_length(next, len - at);
        if (n == 0)
            return false;
        at += n;
    }
}
