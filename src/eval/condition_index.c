/* SPDX-License-Identifier: Apache-2.0 */
/* Guards are found backwards over a condition's tests, whose jumps go forward only: what accepts from a test on either comes through its true side, then the leaf or the guard of
 * that side is needed, or through its false side, then the guard of that one. */
#include "eval/condition_index.h"

#include <math.h>
#include <string.h>

#include "eval/program_internal.h"

/* Fewer conditions are asked in turn: cheaper than the values of all their slots. */
enum { WORTH_AN_INDEX = 8 };

/* The places kept under one atom. */
struct posting {
    uint32_t *places;
    uint32_t n;
    uint64_t met; /* number of the event in which the atom was met last */
};

struct indexed_slot {
    uint32_t slot;
    unsigned kinds; /* bits 1 << atom_kind */
};

struct condition_index {
    const struct program *program;
    const uint64_t *slots;
    size_t n, n_unguarded, n_words;
    uint64_t *always;         /* bits of the conditions without a guard */
    uint64_t *found;          /* of the event looked at */
    struct posting *postings; /* by atom; none without guards */
    uint64_t n_events;        /* looked at so far */
    struct indexed_slot *indexed;
    size_t n_indexed;
    struct arena *arena;
};

/* ---- guards ---- */

struct way {
    double cost; /* how often it is thought to be true; INFINITY: nothing is needed */
    bool by_leaf;
};

/* How often one of the leaf's atoms is met: a slot that rules ask many different values of takes each of them seldom. */
static double leaf_cost(const struct condition_index *index, const struct leaf *leaf)
{
    double cost = 0;
    const struct atom_table *atoms = index->program->atoms;
    if (!leaf->has_atoms) {
        return INFINITY;
    }
    for (size_t i = 0; i < leaf->n_atoms; i++) {
        uint32_t slot = atom_table_slot(atoms, leaf->atoms[i]);
        if (index->slots && !(index->slots[slot >> 6] >> (slot & 63) & 1)) {
            return INFINITY;
        }
        cost += 1 / (1 + (double)atom_table_of_slot(atoms, slot));
    }
    return cost;
}

static double target_cost(const struct way *ways, uint32_t target)
{
    return target == TEST_ACCEPT ? INFINITY : target == TEST_REJECT ? 0 : ways[target].cost;
}

static void find_ways(const struct condition_index *index, const struct condition *c,
                      struct way *ways)
{
    for (size_t i = c->n; i > 0; i--) {
        const struct test *t = &c->tests[i - 1];
        double by_leaf = leaf_cost(index, &index->program->leaves[t->leaf]);
        double beyond = target_cost(ways, t->on_true);
        struct way *w = &ways[i - 1];
        w->by_leaf = by_leaf < beyond;
        w->cost = (w->by_leaf ? by_leaf : beyond) + target_cost(ways, t->on_false);
    }
}

static void put_under(struct condition_index *index, uint32_t atom, uint32_t place)
{
    struct posting *p = &index->postings[atom];
    if (p->n > 0 && p->places[p->n - 1] == place) {
        return;
    }
    p->places = arena_grow(index->arena, p->places, p->n, sizeof *p->places);
    p->places[p->n++] = place;
}

static void reach(bool *reached, uint32_t target)
{
    if (target != TEST_ACCEPT && target != TEST_REJECT) {
        reached[target] = true;
    }
}

static void add_guard(struct condition_index *index, uint32_t place, const struct condition *c,
                      const struct way *ways, bool *reached)
{
    reach(reached, c->entry);
    for (size_t i = 0; i < c->n; i++) {
        const struct test *t = &c->tests[i];
        const struct leaf *leaf = &index->program->leaves[t->leaf];
        if (!reached[i]) {
            continue;
        }
        for (size_t j = 0; ways[i].by_leaf && j < leaf->n_atoms; j++) {
            put_under(index, leaf->atoms[j], place);
        }
        if (!ways[i].by_leaf) {
            reach(reached, t->on_true);
        }
        reach(reached, t->on_false);
    }
}

static void add_condition(struct condition_index *index, uint32_t place, uint32_t condition,
                          struct arena scratch)
{
    const struct condition *c = &index->program->conditions[condition];
    struct way *ways = NEW_ARRAY(&scratch, struct way, c->n);
    bool *reached = NEW_ARRAY(&scratch, bool, c->n);
    find_ways(index, c, ways);
    if (index->n < WORTH_AN_INDEX || target_cost(ways, c->entry) == INFINITY) {
        index->always[place >> 6] |= UINT64_C(1) << (place & 63);
        index->n_unguarded++;
    } else {
        add_guard(index, place, c, ways, reached);
    }
}

/* Which slots, and what of them, must be looked at; `n`: atoms that have postings. */
static void list_slots(struct condition_index *index, size_t n)
{
    const struct atom_table *atoms = index->program->atoms;
    index->indexed = NEW_ARRAY(index->arena, struct indexed_slot, n);
    for (uint32_t atom = 0; atom < n; atom++) {
        if (index->postings[atom].n == 0) {
            continue;
        }
        uint32_t slot = atom_table_slot(atoms, atom);
        size_t i = 0;
        while (i < index->n_indexed && index->indexed[i].slot != slot) {
            i++;
        }
        index->n_indexed += i == index->n_indexed;
        index->indexed[i].slot = slot;
        index->indexed[i].kinds |= 1u << atom_table_kind(atoms, atom);
    }
}

struct condition_index *condition_index_new(const struct program *p, const uint32_t *conditions,
                                            size_t n, const uint64_t *slots, struct arena *a)
{
    struct condition_index *index = NEW(a, struct condition_index);
    *index = (struct condition_index){.program = p, .slots = slots, .n = n, .arena = a};
    index->n_words = (n + 63) / 64;
    index->always = NEW_ARRAY(a, uint64_t, index->n_words);
    index->found = NEW_ARRAY(a, uint64_t, index->n_words);
    size_t n_atoms = n < WORTH_AN_INDEX ? 0 : atom_table_count(p->atoms);
    index->postings = NEW_ARRAY(a, struct posting, n_atoms);
    struct arena scratch = arena_open((size_t)64 << 20);
    for (size_t i = 0; i < n; i++) {
        add_condition(index, (uint32_t)i, conditions[i], scratch);
    }
    arena_close(&scratch);
    list_slots(index, n_atoms);
    return index;
}

size_t condition_index_unguarded(const struct condition_index *index)
{
    return index->n_unguarded;
}

/* ---- finding ---- */

/* A log's text may hold a needle millions of times: its places are walked at the first only. */
static void found_atom(void *user, uint32_t atom)
{
    struct condition_index *index = user;
    struct posting *p = &index->postings[atom];
    if (p->met == index->n_events) {
        return;
    }
    p->met = index->n_events;
    for (uint32_t i = 0; i < p->n; i++) {
        index->found[p->places[i] >> 6] |= UINT64_C(1) << (p->places[i] & 63);
    }
}

size_t condition_index_find(struct condition_index *index, struct event *event, uint32_t *out)
{
    size_t n = 0;
    if (index->n_unguarded == index->n) {
        for (; n < index->n; n++) {
            out[n] = (uint32_t)n;
        }
        return n;
    }
    index->n_events++;
    memcpy(index->found, index->always, index->n_words * sizeof *index->found);
    for (size_t i = 0; i < index->n_indexed; i++) {
        const struct indexed_slot *s = &index->indexed[i];
        atom_table_meet(index->program->atoms, s->slot, event_values(event, s->slot), s->kinds,
                        event->arena, found_atom, index);
    }
    for (size_t word = 0; word < index->n_words; word++) {
        for (uint64_t bits = index->found[word]; bits; bits &= bits - 1) {
            out[n++] = (uint32_t)(word * 64 + (size_t)__builtin_ctzll(bits));
        }
    }
    return n;
}
