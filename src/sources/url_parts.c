/* SPDX-License-Identifier: Apache-2.0 */
/* URLs taken apart; see url_parts.h. */
#include "sources/url_parts.h"

static bool is_scheme_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* %XX undone; a view when there is none. */
static str decoded(str s, struct arena *a)
{
    if (str_find_byte(s, '%', 0) == SIZE_MAX)
        return s;
    char *out = arena_push_raw(a, 1, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        int high = i + 2 < s.len && s.ptr[i] == '%' ? hex_digit(s.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : s.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return (str){out, n};
}

/* Cuts *s at the first `c`: what follows it, or nothing. */
static str cut(str *s, char c)
{
    size_t at = str_find_byte(*s, c, 0);
    if (at == SIZE_MAX)
        return (str){0};
    str behind = str_slice(*s, at + 1, s->len);
    *s = str_slice(*s, 0, at);
    return behind;
}

/* "user@host:port", "[::1]:port" */
static void read_authority(str s, struct url_parts *out)
{
    size_t at = str_rfind_byte(s, '@');
    str host = at == SIZE_MAX ? s : str_slice(s, at + 1, s.len);
    size_t bracket = str_rfind_byte(host, ']'), colon = str_rfind_byte(host, ':');
    if (colon != SIZE_MAX && (bracket == SIZE_MAX || colon > bracket)) {
        out->part[URL_PORT] = str_slice(host, colon + 1, host.len);
        host = str_slice(host, 0, colon);
    }
    out->part[URL_DOMAIN] = host;
}

static str extension_of(str path)
{
    size_t slash = str_rfind_byte(path, '/');
    str name = slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.len);
    size_t dot = str_rfind_byte(name, '.');
    return dot == SIZE_MAX ? S("") : str_slice(name, dot + 1, name.len);
}

bool url_parse(str text, struct arena *a, struct url_parts *out)
{
    *out = (struct url_parts){0};
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    size_t colon = 0;
    while (colon < text.len && is_scheme_byte(text.ptr[colon]))
        colon++;
    if (colon == 0 || colon >= text.len || text.ptr[colon] != ':')
        return false;
    out->part[URL_SCHEME] = str_slice(text, 0, colon);
    str rest = str_slice(text, colon + 1, text.len);
    out->part[URL_FRAGMENT] = decoded(cut(&rest, '#'), a);
    out->part[URL_QUERY] = decoded(cut(&rest, '?'), a);
    if (str_starts(rest, S("//"))) {
        size_t slash = str_find_byte(rest, '/', 2);
        read_authority(str_slice(rest, 2, slash), out);
        rest = slash == SIZE_MAX ? S("") : str_slice(rest, slash, rest.len);
    }
    out->part[URL_PATH] = decoded(rest, a);
    out->part[URL_EXTENSION] = extension_of(out->part[URL_PATH]);
    return true;
}
