/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the stateful rules: small blocks of 8-byte words, named by 32-bit references so that a link costs four bytes. A block that is given back is handed out again for the same size. Up to 32 GiB;
 * past that the process ends with a message, as for every arena. One thread. */
#ifndef POSTERN_ENGINE_POOL_H
#define POSTERN_ENGINE_POOL_H

#include "base/arena.h"

/* The number of a block's first word; 0 is none. */
typedef uint32_t block;

enum { POOL_EXACT = 64, POOL_CLASSES = POOL_EXACT + 32 };

struct pool {
    struct arena arena;
    uint64_t *words; /* the arena's start */
    block spare[POOL_CLASSES];
    uint64_t *fresh, *fresh_end; /* of the slab that blocks are cut from */
    size_t in_use;               /* words handed out now */
};

/* Heap; free with pool_free. */
struct pool *pool_new(void);
void pool_free(struct pool *p);

/* A block of at least `words` words, not zeroed. */
block pool_take(struct pool *p, size_t words);
/* Gives it back; `words` as it was asked for. */
void pool_give(struct pool *p, block b, size_t words);

/* Where the block lies: valid until the pool is freed. */
static inline void *pool_at(const struct pool *p, block b)
{
    return p->words + b;
}

#endif
