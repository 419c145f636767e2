/* SPDX-License-Identifier: Apache-2.0 */
/* Who makes identities share a place gains that their tests are looked at each time. */
#include "eval/settled.h"

#include "base/mem.h"

enum { PLACE_BITS = 13 };

struct place {
    uint64_t identity; /* 0: nothing */
    uint64_t failing;
    uint32_t run;
};

struct settled {
    struct place places[1 << PLACE_BITS];
};

struct settled *settled_new(uint32_t n_runs)
{
    return n_runs > 0 ? mem_alloc(sizeof(struct settled)) : NULL;
}

void settled_free(struct settled *s)
{
    mem_free(s);
}

bool settled_find(struct settled *s, uint32_t run, uint64_t identity, uint64_t **failing)
{
    uint64_t mixed = (identity + run * UINT64_C(0x100000001)) * UINT64_C(0x9e3779b97f4a7c15);
    struct place *p = &s->places[mixed >> (64 - PLACE_BITS)];
    bool found = p->identity == identity && p->run == run;
    if (!found)
        *p = (struct place){.identity = identity, .run = run};
    *failing = &p->failing;
    return found;
}
