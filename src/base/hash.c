/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-1-3. The key is drawn before main() ends its first hash; it never changes after that. */
#include "base/hash.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

/* The one process-wide state of the product: a random key, written once under pthread_once and read-only ever after. */
static struct {
    pthread_once_t once;
    uint64_t k0, k1;
} process_key = {.once = PTHREAD_ONCE_INIT};

static void draw_key(void)
{
    uint64_t k[2];
    if (getrandom(k, sizeof k, 0) != (ssize_t)sizeof k) {
        mem_fail("no random numbers");
    }
    process_key.k0 = k[0];
    process_key.k1 = k[1];
}

static void keep_key(void)
{
}

void hash_set_key(uint64_t k0, uint64_t k1)
{
    pthread_once(&process_key.once, keep_key);
    process_key.k0 = k0;
    process_key.k1 = k1;
}

static uint64_t rotate(uint64_t x, int n)
{
    return (x << n) | (x >> (64 - n));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

/* The last bytes, fewer than a word. */
static uint64_t load_tail(const unsigned char *p, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) {
        word |= (uint64_t)p[i] << (8 * i);
    }
    return word;
}

/* Little-endian; spelt out, so that compilers see one load. */
static uint64_t load_word(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

uint64_t hash_bytes(const void *ptr, size_t len)
{
    pthread_once(&process_key.once, draw_key);
    const unsigned char *p =
        ptr ? ptr : (const void *)""; /* an empty view may have no bytes to point at */
    uint64_t k0 = process_key.k0, k1 = process_key.k1;
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t words = len / 8;
    for (size_t i = 0; i <= words; i++) {
        uint64_t m = i < words ? load_word(p + 8 * i)
                               : load_tail(p + 8 * i, len % 8) | (uint64_t)(len & 0xff) << 56;
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_checksum(str bytes)
{
    const uint64_t odd =
        UINT64_C(0x9e3779b97f4a7c15); /* of many bits, as 2^64 by the golden ratio */
    const unsigned char *p = bytes.len ? (const void *)bytes.ptr : (const void *)"";
    uint64_t sum = bytes.len;
    size_t words = bytes.len / 8;
    for (size_t i = 0; i <= words; i++) {
        sum ^= i < words ? load_word(p + 8 * i) : load_tail(p + 8 * i, bytes.len % 8);
        sum *= odd;
        sum ^= sum >> 32;
    }
    return sum;
}
