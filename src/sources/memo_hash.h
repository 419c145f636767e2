/* SPDX-License-Identifier: Apache-2.0 */
/* Where a text is remembered. Cheap, and of all its bytes: texts of one kind begin and end alike ("aws-cli/2.15.7 Python/3.11"), and with a hash of their ends alone they drove each other out: a log of 30
 * versions of one program took two fifths more instructions a record. Who makes texts share a place gains that they are looked up anew. */
#ifndef POSTERN_SOURCES_MEMO_HASH_H
#define POSTERN_SOURCES_MEMO_HASH_H

#include <string.h>

#include "base/str.h"

static inline uint64_t memo_hash(str s)
{
    uint64_t h = s.len, word = 0;
    size_t at = 0;
    for (; s.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    for (word = 0; at < s.len; at++)
        word = word << 8 | (uint8_t)s.ptr[at];
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

#endif
