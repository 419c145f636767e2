/* SPDX-License-Identifier: Apache-2.0 */
/* Sixty-four bytes at a time as masks: what the scans are made of. frame_masks_plain.h, frame_masks_avx2.h and frame_masks_neon.h each define one static
 * `mask_maker`. */
#ifndef POSTERN_VALUE_FRAME_MASKS_H
#define POSTERN_VALUE_FRAME_MASKS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FRAME_STEP = 64 };

/* Inlined wherever they are used, so that the functions of a frame_maker are known and inlined in their turn. Measured: a fifth of a hunt's time. */
#define FRAME_INLINE static inline __attribute__((always_inline))

/* Bit i: byte i of the step is one of these. */
struct frame_masks {
    uint64_t quote, open, close, newline, backslash;
};

/* How masks are made: the only thing in which the ways of scanning differ. */
struct frame_maker {
    /* Of the 64 bytes at p. *rare: there is a backslash or a line break among them; those two masks are left empty. */
    struct frame_masks (*masks)(const char *p, bool *rare);
    uint64_t (*equal)(const char *p, char c); /* bit i: byte i is c */
    /* Bit i: a[i] is x and b[i] is y. */
    uint64_t (*pair)(const char *a, char x, const char *b, char y);
    bool (*pair_any)(const char *a, char x, const char *b, char y); /* whether there is one */
    uint64_t (*parity)(uint64_t x); /* bit i: whether an odd number of bits 0..i is set */
    uint64_t (*count)(uint64_t x);  /* of the bits set */
};

/* `parity` where there is no carry-less multiplication. */
FRAME_INLINE uint64_t frame_parity_by_shifts(uint64_t x)
{
    for (int shift = 1; shift < FRAME_STEP; shift *= 2) {
        x ^= x << shift;
    }
    return x;
}

/* Bytes that are escaped: those behind an odd run of backslashes. `carry` is 1 when the first byte
 * is escaped, and becomes that of the next step. Runs that start at odd places are added away, so
 * that what is left tells the parity of each run's end.
 * Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", section 3.1.1. */
static inline uint64_t frame_escaped(uint64_t backslash, uint64_t *carry)
{
    if (!backslash) {
        uint64_t first = *carry;
        *carry = 0;
        return first;
    }
    const uint64_t even = UINT64_C(0x5555555555555555);
    backslash &= ~*carry;
    uint64_t follows = backslash << 1 | *carry;
    uint64_t odd_starts = backslash & ~even & ~follows;
    uint64_t sum = odd_starts + backslash;
    *carry = sum < backslash; /* the run goes on into the next step */
    return (even ^ (sum << 1)) & follows;
}

#endif
