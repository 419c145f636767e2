/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles begin, end, and are added up. */
#include "run/profile.h"

#include "base/mem.h"

struct profile *profile_new(size_t n_rules)
{
    struct profile *p = mem_alloc(sizeof *p);
    p->rules = mem_alloc((n_rules + 1) * sizeof *p->rules);
    p->n_rules = n_rules;
    p->stage = PROFILE_WAIT;
    p->since = time_monotonic();
    return p;
}

void profile_free(struct profile *p)
{
    if (p) {
        mem_free(p->rules);
        mem_free(p);
    }
}

void profile_add(struct profile *total, struct profile *p)
{
    if (!total || !p) {
        return;
    }
    profile_enter(p, p->stage);
    for (size_t i = 0; i < PROFILE_STAGES; i++) {
        total->nanoseconds[i] += p->nanoseconds[i];
    }
    for (size_t i = 0; i < total->n_rules && i < p->n_rules; i++) {
        total->rules[i].tried += p->rules[i].tried;
        total->rules[i].held += p->rules[i].held;
        total->rules[i].nanoseconds += p->rules[i].nanoseconds;
    }
    total->prefilter_off = p->prefilter_off ? p->prefilter_off : total->prefilter_off;
    total->stretches += p->stretches;
    total->given_up += p->given_up;
}
