/* SPDX-License-Identifier: Apache-2.0 */
/* Which slots of a source read the same few values (ROW_FEW, ROW_SOME). */
#include "sources/plan_groups.h"

#include "sources/project.h"
#include "sources/row.h"

/* The value that all rows of a slot read and nothing else, one of few; NO_CAPTURE when they are not so. */
static uint32_t few_input(const struct bound_source *s, const struct slot_binding *slot)
{
    uint32_t input = NO_CAPTURE;
    if (slot->fixed || slot->way == SLOT_ECS || slot->way == SLOT_WHOLE)
        return NO_CAPTURE;
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct bound_row *b = &s->rows[slot->rows[i]];
        if (!(b->row->flags & ROW_FEW) || b->n_in != 1 || (i > 0 && b->slot_in[0] != input))
            return NO_CAPTURE;
        input = b->slot_in[0];
    }
    return input;
}

/* Whether all rows of a slot say that what they read is few. */
static bool is_some(const struct slot_binding *slot, const struct bound_source *s)
{
    bool some = !slot->fixed && slot->way != SLOT_ECS && slot->way != SLOT_WHOLE;
    for (size_t i = 0; i < slot->n_rows; i++)
        some &= (s->rows[slot->rows[i]].row->flags & ROW_SOME) != 0;
    return some;
}

static void add_input(struct few_group *g, uint32_t input)
{
    for (size_t i = 0; i < g->n_inputs; i++)
        if (g->inputs[i] == input)
            return;
    g->inputs[g->n_inputs++] = input;
}

/* Makes the slot one of the group. */
static void join(struct source_plan *plan, struct few_group *g, struct slot_binding *slot,
                 const struct bound_source *s)
{
    size_t number = (size_t)(slot - s->slots);
    slot->few = s->first_few + (uint32_t)(g - s->few);
    slot->member = g->n_members++;
    g->slots[number / 64] |= UINT64_C(1) << number % 64;
    if (g->n_members > plan->few_members)
        plan->few_members = g->n_members;
}

static struct few_group *new_group(const struct source_plan *plan, struct bound_source *s,
                                   size_t n_inputs, struct arena *a)
{
    struct few_group *g = &s->few[s->n_few++];
    g->inputs = NEW_ARRAY(a, uint32_t, n_inputs);
    g->slots = NEW_ARRAY(a, uint64_t, plan->n_fields / 64 + 1);
    return g;
}

/* The slots that read what is few only together. Two of them are made as soon as looked up. */
static void bind_some(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    enum { WORTH = 3 };
    size_t n = 0;
    for (size_t i = 0; i < plan->n_fields; i++)
        n += is_some(&s->slots[i], s);
    if (n < WORTH)
        return;
    struct few_group *g = new_group(plan, s, s->n_rows * ROW_INPUTS, a);
    for (size_t i = 0; i < plan->n_fields && g->n_members < FEW_MEMBERS; i++) {
        struct slot_binding *slot = &s->slots[i];
        if (!is_some(slot, s))
            continue;
        join(plan, g, slot, s);
        for (size_t j = 0; j < slot->n_rows; j++)
            for (size_t k = 0; k < s->rows[slot->rows[j]].n_in; k++)
                add_input(g, s->rows[slot->rows[j]].slot_in[k]);
    }
}

/* Slots that read the same value are a group. */
static void bind_few(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    s->few = NEW_ARRAY(a, struct few_group, plan->n_fields + 1);
    s->first_few = plan->n_few_groups;
    for (size_t i = 0; i < plan->n_fields; i++) {
        struct slot_binding *slot = &s->slots[i];
        uint32_t input = few_input(s, slot), group = 0;
        slot->few = FEW_NONE;
        while (group < s->n_few &&
               (s->few[group].inputs[0] != input || s->few[group].n_members == FEW_MEMBERS))
            group++;
        if (input == NO_CAPTURE)
            continue;
        struct few_group *g = group < s->n_few ? &s->few[group] : new_group(plan, s, 1, a);
        add_input(g, input);
        join(plan, g, slot, s);
    }
    bind_some(plan, s, a);
    plan->n_few_groups += (uint32_t)s->n_few;
}

void plan_bind_groups(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    bind_few(plan, s, a);
    s->n_groups = s->n_few + 1;
    s->groups = NEW_ARRAY(a, struct event_group, s->n_groups);
    s->groups[0].slots = s->fixed;
    for (size_t i = 0; i < s->n_few; i++)
        s->groups[i + 1].slots = s->few[i].slots;
}
