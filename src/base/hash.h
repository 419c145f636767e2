/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-1-3 with a key drawn once per process, because the keys of our tables come from attackers. */
#ifndef POSTERN_BASE_HASH_H
#define POSTERN_BASE_HASH_H

#include "base/str.h"

/* 64-bit SipHash-1-3 under the process key. Safe from any thread. Source: Aumasson, Bernstein, "SipHash". */
uint64_t hash_bytes(const void *ptr, size_t len);
static inline uint64_t hash_str(str s)
{
    return hash_bytes(s.ptr, s.len);
}
/* A checksum without a key, the same in every process: tells damage, but no forger. Every step can be undone, so a change within eight bytes always shows, any other but once
 * in 2^64. For files of megabytes, where SipHash took a tenth of the time of what was read from them. */
uint64_t hash_checksum(str bytes);
/* Fixes the key, so that a test repeats. Call before the first hash. */
void hash_set_key(uint64_t k0, uint64_t k1);

#endif
