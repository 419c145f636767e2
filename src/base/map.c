/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing over an insertion-ordered list of entries. */
#include "base/map.h"

#include <string.h>

#include "base/hash.h"

/* The slot that holds `key`, or the empty one where it belongs. */
static size_t find_slot(const struct map *m, str key, uint64_t hash)
{
    size_t i = hash & (m->nslots - 1);
    for (;; i = (i + 1) & (m->nslots - 1)) {
        if (!m->slots[i]) {
            return i;
        }
        const struct map_entry *e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && str_eq(e->key, key)) {
            return i;
        }
    }
}

void *map_get(const struct map *m, str key)
{
    if (!m->count) {
        return NULL;
    }
    uint32_t slot = m->slots[find_slot(m, key, hash_str(key))];
    return slot ? m->entries[slot - 1].value : NULL;
}

static void grow(struct map *m, size_t cap, struct arena *a)
{
    struct map_entry *entries = NEW_ARRAY(a, struct map_entry, cap);
    if (m->count) {
        memcpy(entries, m->entries, m->count * sizeof *entries);
    }
    m->entries = entries;
    m->cap = cap;
    m->nslots = cap * 2;
    m->slots = NEW_ARRAY(a, uint32_t, m->nslots);
    for (size_t i = 0; i < m->count; i++) {
        m->slots[find_slot(m, entries[i].key, entries[i].hash)] = (uint32_t)(i + 1);
    }
}

void map_reserve(struct map *m, size_t n, struct arena *a)
{
    size_t cap = m->cap ? m->cap : 8;
    while (cap < n) {
        cap *= 2;
    }
    if (cap > m->cap) {
        grow(m, cap, a);
    }
}

void **map_put(struct map *m, str key, struct arena *a)
{
    if (m->count == m->cap) {
        map_reserve(m, m->count + 1, a);
    }
    uint64_t hash = hash_str(key);
    size_t slot = find_slot(m, key, hash);
    if (!m->slots[slot]) {
        m->entries[m->count++] = (struct map_entry){.key = key, .hash = hash};
        m->slots[slot] = (uint32_t)m->count;
    }
    return &m->entries[m->slots[slot] - 1].value;
}
