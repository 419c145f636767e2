/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for ids that must be the same everywhere and for ever. */
#ifndef POSTERN_BASE_SHA256_H
#define POSTERN_BASE_SHA256_H

#include "base/str.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64 };

struct sha256 {
    uint32_t state[8];
    uint64_t len; /* bytes taken */
    unsigned char block[64];
};

void sha256_init(struct sha256 *h);
void sha256_update(struct sha256 *h, str bytes);
/* The digest; the state is used up. */
void sha256_final(struct sha256 *h, unsigned char out[SHA256_BYTES]);
/* The digest of some bytes as 64 lower-case hexadecimal digits, not NUL-terminated. */
void sha256_hex(str bytes, char out[SHA256_HEX]);

#endif
