/* SPDX-License-Identifier: Apache-2.0 */
/* Members by key in JSON text that is not parsed: where in a record does any of a few keys stand? A scan of the bytes for the last three
 * letters of a key and its closing quote (SIMD with a plain twin), then a look at the key itself. Nesting is not known: a hit may be a
 * member at any depth, and never is one inside a string, where quotes are escaped.
 * Sound for valid JSON: every member with one of the keys is among the hits, or the scan says that it cannot tell (the key may be
 * written with \u escapes). A set is frozen when made and may be shared by threads. */
#ifndef POSTERN_VALUE_KEY_SET_H
#define POSTERN_VALUE_KEY_SET_H

#include "base/arena.h"

struct key_set;

/* `keys` are borrowed; n <= 255. A key is printable ASCII without '"', '\\' and '/'; it may be empty. */
struct key_set *key_set_new(const str *keys, size_t n, struct arena *a);

struct key_hit {
    size_t key;      /* index into keys */
    size_t value_at; /* of its value's first byte in the text */
};

/* The next member at or after *at, which moves on; start with 0. KEYS_UNSURE ends the scan. */
enum keys_found { KEYS_NONE, KEYS_HIT, KEYS_UNSURE };

/* One text being scanned. */
struct key_scan {
    const struct key_set *set;
    str text;
    size_t at;           /* scanned up to here */
    uint16_t places[512]; /* candidates not looked at yet, from `base` on */
    size_t n_places, next_place, base;
};

void key_scan_begin(struct key_scan *s, const struct key_set *set, str text);
enum keys_found key_scan_next(struct key_scan *s, struct key_hit *hit);

#endif
