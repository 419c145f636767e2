/* SPDX-License-Identifier: Apache-2.0 */
/* Linear probing; a removal shifts what follows back, so there are no tombstones and a probe stays short. */
#include "engine/key_table.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { FIRST_SLOTS = 16 };

void key_table_init(struct key_table *t, struct pool *pool)
{
    *t = (struct key_table){.pool = pool, .n_slots = FIRST_SLOTS};
    t->slots = mem_alloc(t->n_slots * sizeof *t->slots);
}

void key_table_deinit(struct key_table *t)
{
    mem_free(t->slots);
    *t = (struct key_table){0};
}

uint32_t key_hash(str key)
{
    uint64_t hash = hash_str(key);
    return (uint32_t)(hash ^ hash >> 32);
}

static size_t words_of(size_t len)
{
    return (sizeof(struct key_record) + len + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

block key_find(const struct key_table *t, str key, uint32_t hash)
{
    size_t mask = t->n_slots - 1;
    for (size_t i = hash & mask; t->slots[i].record; i = (i + 1) & mask) {
        if (t->slots[i].hash == hash) {
            const struct key_record *r = key_at(t, t->slots[i].record);
            if (r->len == key.len && (!key.len || memcmp(r->bytes, key.ptr, key.len) == 0)) {
                return t->slots[i].record;
            }
        }
    }
    return 0;
}

static void place(struct key_table *t, struct key_slot slot)
{
    size_t mask = t->n_slots - 1, i = slot.hash & mask;
    while (t->slots[i].record) {
        i = (i + 1) & mask;
    }
    t->slots[i] = slot;
}

/* At three quarters. */
static void grow(struct key_table *t)
{
    struct key_slot *old = t->slots;
    size_t n = t->n_slots;
    t->n_slots *= 2;
    t->slots = mem_alloc(t->n_slots * sizeof *t->slots);
    for (size_t i = 0; i < n; i++) {
        if (old[i].record) {
            place(t, old[i]);
        }
    }
    mem_free(old);
}

block key_add(struct key_table *t, str key, uint32_t hash)
{
    assert(key.len <= UINT32_MAX);
    if (t->count + 1 > t->n_slots / 4 * 3) {
        grow(t);
    }
    block b = pool_take(t->pool, words_of(key.len));
    struct key_record *r = pool_at(t->pool, b);
    *r = (struct key_record){.hash = hash, .len = (uint32_t)key.len};
    if (key.len) {
        memcpy(r->bytes, key.ptr, key.len);
    }
    place(t, (struct key_slot){hash, b});
    t->count++;
    return b;
}

void key_remove(struct key_table *t, block key)
{
    const struct key_record *r = key_at(t, key);
    size_t mask = t->n_slots - 1, hole = r->hash & mask;
    while (t->slots[hole].record != key) {
        assert(t->slots[hole].record);
        hole = (hole + 1) & mask;
    }
    for (size_t i = (hole + 1) & mask; t->slots[i].record; i = (i + 1) & mask) {
        /* May slot i move back to the hole? Only if its home is not between the two. */
        size_t home = t->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            t->slots[hole] = t->slots[i];
            hole = i;
        }
    }
    t->slots[hole].record = 0;
    t->count--;
    pool_give(t->pool, key, words_of(r->len));
}
