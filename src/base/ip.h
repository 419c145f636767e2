/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and networks. An address is 16 bytes; IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d), as
 * Elasticsearch does, so a text in either family compares by address. */
#ifndef POSTERN_BASE_IP_H
#define POSTERN_BASE_IP_H

#include "base/arena.h"

struct ip {
    uint8_t byte[16];
};

struct cidr {
    struct ip network; /* host bits cleared */
    uint8_t bits;      /* 0..128; an IPv4 block /n is stored as 96 + n */
};

/* A complete IPv4 dotted quad (four decimal parts 0..255, no leading zeros beyond "0") or IPv6 literal (with "::", embedded IPv4;
 * no zone, no brackets). Nothing around it. */
bool ip_parse(str s, struct ip *out);
bool ip_is_v4(const struct ip *ip);
bool ip_eq(const struct ip *a, const struct ip *b);
int ip_cmp(const struct ip *a, const struct ip *b);
/* Canonical text (RFC 5952; dotted quad for IPv4). Returns the length. */
size_t ip_format(const struct ip *ip, char out[48]);

/* "ADDRESS/PREFIX"; host bits are ignored. A bare address is refused. */
bool cidr_parse(str s, struct cidr *out);
bool cidr_contains(const struct cidr *c, const struct ip *ip);

#endif
