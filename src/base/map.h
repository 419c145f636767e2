/* SPDX-License-Identifier: Apache-2.0 */
/* A hash map from text to pointer. Open addressing, in an arena (old tables are left behind when it grows),
 * keeps insertion order for iteration. Keys are borrowed: they must live as long as the map. No removal.
 * Reading is safe from many threads once writing has stopped. */
#ifndef POSTERN_BASE_MAP_H
#define POSTERN_BASE_MAP_H

#include "base/arena.h"

struct map_entry {
    str key;
    uint64_t hash;
    void *value;
};

struct map {
    struct map_entry *entries; /* in order of insertion */
    size_t count;
    size_t cap;
    uint32_t *slots; /* index + 1 into entries, 0 is empty */
    size_t nslots;   /* a power of two */
};

/* The value of `key`, or NULL. */
void *map_get(const struct map *m, str key);
/* The place of the value of `key`, made (NULL) when it was not there; valid until the next map_put. */
void **map_put(struct map *m, str key, struct arena *a);
/* Room for `n` keys in all, so that no smaller tables are left behind on the way there. */
void map_reserve(struct map *m, size_t n, struct arena *a);

#endif
