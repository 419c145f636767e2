/* SPDX-License-Identifier: Apache-2.0 */
/* Free lists by size over one arena: exact sizes up to POOL_EXACT words, powers of two above. */
#include "engine/pool.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define POOL_ARENA_CAP ((size_t)32 << 30)
enum { SLAB_WORDS = 8192 };

struct pool *pool_new(void)
{
    struct pool *p = mem_alloc(sizeof *p);
    p->arena = arena_open(POOL_ARENA_CAP);
    /* Block 0 is none: the first word is never handed out. */
    p->words = arena_push_raw(&p->arena, sizeof *p->words, 1);
    return p;
}

void pool_free(struct pool *p)
{
    if (p) {
        arena_close(&p->arena);
        mem_free(p);
    }
}

static size_t class_of(size_t words, size_t *rounded)
{
    if (words <= POOL_EXACT) {
        *rounded = words;
        return words;
    }
    size_t class = POOL_EXACT;
    for (*rounded = POOL_EXACT; *rounded < words; *rounded *= 2) {
        class ++;
    }
    return class;
}

/* Words that were never handed out. The arena aligns to two words, so it is asked for slabs. */
static uint64_t *fresh(struct pool *p, size_t words)
{
    if ((size_t)(p->fresh_end - p->fresh) < words) {
        size_t slab = words > SLAB_WORDS ? words : SLAB_WORDS;
        p->fresh = arena_push_raw(&p->arena, sizeof *p->fresh, slab);
        p->fresh_end = p->fresh + slab;
    }
    uint64_t *at = p->fresh;
    p->fresh += words;
    return at;
}

block pool_take(struct pool *p, size_t words)
{
    size_t rounded, class = class_of(words, &rounded);
    block b = p->spare[class];
    p->in_use += rounded;
    if (b) {
        memcpy(&p->spare[class], pool_at(p, b), sizeof b);
        return b;
    }
    return (block)(fresh(p, rounded) - p->words);
}

void pool_give(struct pool *p, block b, size_t words)
{
    size_t rounded, class = class_of(words, &rounded);
    assert(b && p->in_use >= rounded);
    p->in_use -= rounded;
    memcpy(pool_at(p, b), &p->spare[class], sizeof b);
    p->spare[class] = b;
}
