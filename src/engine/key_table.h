/* SPDX-License-Identifier: Apache-2.0 */
/* Open join keys: bytes to a record in a pool. Open addressing with removal; a slot is eight bytes, so the table costs 11 to 21 bytes a key. What hangs on a key is its machine's business. One thread. */
#ifndef POSTERN_ENGINE_KEY_TABLE_H
#define POSTERN_ENGINE_KEY_TABLE_H

#include "base/str.h"
#include "engine/pool.h"

struct key_record {
    uint32_t hash;
    block state, waiting; /* of the machine */
    uint32_t len;
    char bytes[];
};

struct key_slot {
    uint32_t hash;
    block record; /* 0: empty */
};

struct key_table {
    struct pool *pool;
    struct key_slot *slots;
    size_t n_slots; /* a power of two */
    size_t count;
};

/* `pool` is borrowed. The records left in it are the pool's to free. */
void key_table_init(struct key_table *t, struct pool *pool);
void key_table_deinit(struct key_table *t);

static inline struct key_record *key_at(const struct key_table *t, block key)
{
    return pool_at(t->pool, key);
}

uint32_t key_hash(str key);
/* The record of the key, or 0. */
block key_find(const struct key_table *t, str key, uint32_t hash);
/* Adds a key that is not there; nothing hangs on it. */
block key_add(struct key_table *t, str key, uint32_t hash);
void key_remove(struct key_table *t, block key);

#endif
