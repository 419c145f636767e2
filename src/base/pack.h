/* SPDX-License-Identifier: Apache-2.0 */
/* Small things as bytes, and back from bytes that nobody vouches for: numbers of fixed width, lowest byte first, and texts with their length before
 * them. Reading checks every length against what is left; the first piece that is not there or out of range fails the reader, and everything read behind it is zero or
 * empty. So a caller may read a whole structure and ask once, but never let a number steer a loop or an allocation that unpack_count has not bounded. */
#ifndef POSTERN_BASE_PACK_H
#define POSTERN_BASE_PACK_H

#include "base/buf.h"

void pack_byte(struct buf *out, unsigned byte); /* its low 8 bits */
void pack_u32(struct buf *out, uint32_t n);
void pack_u64(struct buf *out, uint64_t n);
/* Up to UINT32_MAX bytes; a longer text fills the buffer (out->full). */
void pack_str(struct buf *out, str s);

struct unpack {
    str rest;
    bool failed;
};

/* Fails unless `holds`; returns whether the reader has not failed so far. */
static inline bool unpack_require(struct unpack *u, bool holds)
{
    if (!holds) {
        *u = (struct unpack){.failed = true};
    }
    return !u->failed;
}

/* The next `n` bytes; NULL, and never any again, when there are fewer. What reads a few bytes is here, where it is part of its caller: a rule is some hundred pieces. */
static inline const unsigned char *unpack_bytes(struct unpack *u, size_t n)
{
    if (u->rest.len < n || u->failed) {
        *u = (struct unpack){.failed = true};
        return NULL;
    }
    const char *bytes = u->rest.ptr;
    u->rest = (str){bytes + n, u->rest.len - n};
    return (const unsigned char *)bytes;
}

/* Below `limit`, at most 256: else it fails and is 0. */
static inline unsigned unpack_byte(struct unpack *u, unsigned limit)
{
    const unsigned char *p = unpack_bytes(u, 1);
    return p && unpack_require(u, *p < limit) ? *p : 0;
}

static inline bool unpack_flag(struct unpack *u)
{
    return unpack_byte(u, 2) == 1;
}

static inline uint32_t unpack_u32(struct unpack *u)
{
    const unsigned char *p = unpack_bytes(u, 4);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24
             : 0;
}

static inline uint64_t unpack_u64(struct unpack *u)
{
    uint64_t low = unpack_u32(u);
    return low | (uint64_t)unpack_u32(u) << 32;
}

/* A view into the bytes. */
static inline str unpack_str(struct unpack *u)
{
    size_t len = unpack_u32(u);
    const unsigned char *p = unpack_bytes(u, len);
    return p ? (str){(const char *)p, len} : S("");
}

/* The same, but it fails unless the text is well-formed UTF-8. */
str unpack_text(struct unpack *u);

/* A number of things of which each takes `least` bytes or more: fails when there cannot be so many. */
static inline uint32_t unpack_count(struct unpack *u, size_t least)
{
    uint32_t n = unpack_u32(u);
    return unpack_require(u, n <= u->rest.len / least) ? n : 0;
}

#endif
