/* SPDX-License-Identifier: Apache-2.0 */
/* Remembered values of slots; see slot_memo.h. Measured with a rule of 89 fields, eight of which come from a user agent and an event's name: a quarter of its instructions. */
#include "sources/slot_memo.h"

#include "base/mem.h"
#include "sources/memo_hash.h"
#include "value/path_trie.h"

/* Texts remembered; longer texts than TEXT_MAX are not. Few places are in use: with so many they seldom fall together. */
enum { PLACES = 4096, TEXT_MAX = 512 };
/* Texts and values take this much before all are forgotten: more would not stay in a core's own cache. */
static const size_t memory_max = (size_t)256 << 10;

struct slot_place {
    str text; /* ptr NULL: nothing */
    uint32_t group;
    uint32_t filled; /* bits of the members whose values are there */
    struct values *values;
};

/* The place that a group's text has in this event. */
struct slot_group {
    uint64_t number; /* of the event */
    struct slot_place *place;
};

struct slot_memo {
    struct slot_place *places;
    struct values *values; /* of all places */
    size_t few_members;
    struct slot_group *groups;
    uint64_t number;    /* of the event */
    struct arena arena; /* texts and values */
    struct arena
        fixed; /* places: their memory is touched when they are first used, which keeps start short */
};

struct slot_memo *slot_memo_new(const struct source_plan *plan)
{
    if (plan->n_few_groups == 0)
        return NULL;
    struct slot_memo *m = mem_alloc(sizeof *m);
    m->groups = mem_alloc(plan->n_few_groups * sizeof *m->groups);
    size_t n_values = PLACES * (size_t)plan->few_members;
    m->fixed = arena_open(PLACES * sizeof *m->places + n_values * sizeof *m->values);
    m->places = NEW_ARRAY(&m->fixed, struct slot_place, PLACES);
    m->values = NEW_ARRAY(&m->fixed, struct values, n_values);
    m->few_members = plan->few_members;
    m->arena = arena_open(4 * memory_max);
    m->number = 1;
    return m;
}

void slot_memo_free(struct slot_memo *m)
{
    if (!m)
        return;
    mem_free(m->groups);
    arena_close(&m->arena);
    arena_close(&m->fixed);
    mem_free(m);
}

void slot_memo_begin(struct slot_memo *m)
{
    if (!m)
        return;
    m->number++;
    if (arena_used(&m->arena) < memory_max)
        return;
    arena_reset(&m->arena, memory_max);
    for (size_t i = 0; i < PLACES; i++)
        m->places[i].text = (str){0};
}

struct slot_place *slot_memo_place(struct slot_memo *m, uint32_t group,
                                   const struct json_capture *c)
{
    struct slot_group *g = &m->groups[group];
    if (g->number == m->number && g->place->group == group)
        return g->place;
    /* Text of a string, and not yet too much in one event. */
    if (!c || c->node || c->type != JSON_STRING || c->in_array || c->raw.len > TEXT_MAX ||
        arena_used(&m->arena) > 2 * memory_max)
        return NULL;
    size_t number = (size_t)(memo_hash(c->raw) + group) % PLACES;
    struct slot_place *place = &m->places[number];
    if (place->group != group || place->text.len != c->raw.len ||
        !trie_same_key(place->text.ptr, c->raw.ptr, c->raw.len)) {
        place->text = arena_copy(&m->arena, c->raw);
        place->group = group;
        place->filled = 0;
        place->values = m->values + number * m->few_members;
    }
    *g = (struct slot_group){m->number, place};
    return place;
}

bool slot_memo_find(const struct slot_place *place, uint32_t member, struct values *out)
{
    *out = place->values[member];
    return place->filled >> member & 1;
}

struct values slot_memo_keep(struct slot_memo *m, struct slot_place *place, uint32_t member,
                             struct values values)
{
    struct value *copy = NEW_ARRAY(&m->arena, struct value, values.n);
    for (size_t i = 0; i < values.n; i++) {
        copy[i] = values.v[i];
        if (copy[i].type == VALUE_STRING || copy[i].type == VALUE_VERSION)
            copy[i].text = arena_copy(&m->arena, copy[i].text);
        if (copy[i].type == VALUE_IP || copy[i].type == VALUE_DATE)
            copy[i].written = arena_copy(&m->arena, copy[i].written);
    }
    place->values[member] = (struct values){copy, values.n};
    place->filled |= UINT32_C(1) << member;
    return place->values[member];
}
