/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and networks. */
#include "base/ip.h"

#include <arpa/inet.h>
#include <string.h>

enum { TEXT_MAX = 46 };

/* "192.0.2.1". Not by inet_pton, which wants a copy with a NUL behind it and takes four times as long for what nearly every record has. */
static bool parse_v4(str s, uint8_t out[4])
{
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned value = 0;
        if (i > 0 && (at >= s.len || s.ptr[at++] != '.')) {
            return false;
        }
        size_t start = at;
        for (; at < s.len && at - start < 3 && (uint8_t)(s.ptr[at] - '0') < 10; at++) {
            value = value * 10 + (unsigned)(s.ptr[at] - '0');
        }
        bool zero_first = at - start > 1 && s.ptr[start] == '0';
        if (at == start || zero_first || value > 255) {
            return false;
        }
        out[i] = (uint8_t)value;
    }
    return at == s.len;
}

bool ip_parse(str s, struct ip *out)
{
    char text[TEXT_MAX];
    uint8_t four[4];
    if (parse_v4(s, four)) {
        *out = (struct ip){{[10] = 0xff, [11] = 0xff}};
        memcpy(out->byte + 12, four, 4);
        return true;
    }
    if (s.len == 0 || s.len >= sizeof text || memchr(s.ptr, '\0', s.len)) {
        return false;
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    /* inet_pton takes exactly the forms wanted: no zone, nothing around. */
    struct in6_addr six;
    if (inet_pton(AF_INET6, text, &six) != 1) {
        return false;
    }
    memcpy(out->byte, &six, 16);
    return true;
}

bool ip_is_v4(const struct ip *ip)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(ip->byte, mapped, 12) == 0;
}

int ip_cmp(const struct ip *a, const struct ip *b)
{
    return memcmp(a->byte, b->byte, 16);
}

bool ip_eq(const struct ip *a, const struct ip *b)
{
    return ip_cmp(a, b) == 0;
}

/* Where the zeros stand that "::" replaces: the first of the longest runs of two groups or more. 8 is nowhere.
 * Source: RFC 5952 section 4.2. */
static unsigned longest_zeros(const unsigned group[8], unsigned *length)
{
    unsigned best = 8;
    *length = 1;
    for (unsigned i = 0; i < 8;) {
        unsigned end = i;
        while (end < 8 && group[end] == 0) {
            end++;
        }
        if (end - i > *length) {
            best = i;
            *length = end - i;
        }
        i = end > i ? end : i + 1;
    }
    return best;
}

static size_t put_number(char *out, unsigned n, unsigned base)
{
    unsigned unit = 1;
    size_t len = 0;
    while (n / unit >= base) {
        unit *= base;
    }
    for (; unit > 0; unit /= base) {
        out[len++] = "0123456789abcdef"[n / unit % base];
    }
    return len;
}

static size_t format_v4(const uint8_t byte[4], char *out)
{
    size_t len = 0;
    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            out[len++] = '.';
        }
        len += put_number(out + len, byte[i], 10);
    }
    return len;
}

/* Not inet_ntop, which shows ::1:2 as ::0.1.0.2. */
static size_t format_v6(const uint8_t byte[16], char *out)
{
    unsigned group[8];
    for (int i = 0; i < 8; i++) {
        group[i] = (unsigned)byte[2 * i] << 8 | byte[2 * i + 1];
    }
    unsigned length;
    unsigned zeros = longest_zeros(group, &length);
    size_t len = 0;
    for (unsigned i = 0; i < 8;) {
        if (i == zeros) {
            out[len++] = ':';
            out[len++] = ':';
            i += length;
            continue;
        }
        if (i > 0 && i != zeros + length) {
            out[len++] = ':';
        }
        len += put_number(out + len, group[i++], 16);
    }
    return len;
}

size_t ip_format(const struct ip *ip, char out[48])
{
    size_t len = ip_is_v4(ip) ? format_v4(ip->byte + 12, out) : format_v6(ip->byte, out);
    out[len] = '\0';
    return len;
}

bool cidr_parse(str s, struct cidr *out)
{
    size_t slash = str_rfind_byte(s, '/');
    struct ip ip;
    int64_t bits;
    if (slash == SIZE_MAX || !ip_parse(str_slice(s, 0, slash), &ip)) {
        return false;
    }
    str digits = str_slice(s, slash + 1, s.len);
    bool four = str_find_byte(str_slice(s, 0, slash), ':', 0) == SIZE_MAX;
    if (digits.len > 3 || str_starts(digits, S("-")) || !str_to_i64(digits, &bits) ||
        bits > (four ? 32 : 128)) {
        return false;
    }
    unsigned prefix = (unsigned)bits + (four ? 96 : 0);
    for (unsigned i = 0; i < 16; i++) {
        unsigned keep = prefix >= 8 * (i + 1) ? 8 : prefix > 8 * i ? prefix - 8 * i : 0;
        ip.byte[i] &= (uint8_t)(0xff00u >> keep);
    }
    out->network = ip;
    out->bits = (uint8_t)prefix;
    return true;
}

bool cidr_contains(const struct cidr *c, const struct ip *ip)
{
    unsigned whole = c->bits / 8, rest = c->bits % 8;
    if (memcmp(c->network.byte, ip->byte, whole) != 0) {
        return false;
    }
    return rest == 0 ||
           ((c->network.byte[whole] ^ ip->byte[whole]) & (0xff00u >> rest) & 0xff) == 0;
}
