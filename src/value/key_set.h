/* SPDX-License-Identifier: Apache-2.0 */
/* Members by key in JSON text that is framed but not parsed: which of a few keys stand in it? The framer gives the places of the colons
 * (struct frame); a filter on the last bytes before each leaves few, which are compared. A set is frozen when made and may be shared by threads.
 * Sound for valid JSON: a member whose key is in the set, its colon among those given, is found, unless the key is written with escapes, and
 * then key_set_may_hide says so. */
#ifndef POSTERN_VALUE_KEY_SET_H
#define POSTERN_VALUE_KEY_SET_H

#include "base/arena.h"

struct key_set;

/* `keys` are borrowed; at most KEYS_IN_SET. A key is printable ASCII without '"', '\\' and '/', not empty; one of less than four letters makes the filter
 * weaker, one of a single letter useless. */
struct key_set *key_set_new(const str *keys, size_t n, struct arena *a);
enum { KEYS_IN_SET = 254 };

/* Copies those of the n places of colons to `out` behind which a key of the set may stand; `out` has n places and may be `colons`. Returns how many. */
size_t key_set_sift(const struct key_set *set, str text, const uint32_t *colons, size_t n,
                    uint32_t *out);

/* The number of the key before the colon at `colon`, or KEYS_IN_SET. */
size_t key_set_find(const struct key_set *set, str text, size_t colon);

/* Whether a \u escape in the text may be a letter of a key of the set. */
bool key_set_may_hide(const struct key_set *set, str text);

#endif
