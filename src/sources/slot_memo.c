/* SPDX-License-Identifier: Apache-2.0 */
/* Remembered values of slots; see slot_memo.h. Measured with a rule of 89 fields, eight of which come from a user agent and an event's name: a quarter of its instructions. */
#include "sources/slot_memo.h"

#include "base/mem.h"
#include "sources/memo_hash.h"
#include "value/path_trie.h"

/* Texts remembered; longer texts than TEXT_MAX are not. Few places are in use: with so many they seldom fall together. */
enum { PLACES = 8192, TEXT_MAX = 512 };
/* A group whose texts are new too often (half of them; three of four when there is one text, behind which is a user agent) is left alone for REST events, and then tried again for some: nothing is gained, and each costs a copy. */
enum { TIRED = 1024, RESTED = TIRED - 64, REST = 4096 };
/* Texts and values take this much before all are forgotten: more would not stay in a core's own cache. */
static const size_t memory_max = (size_t)768 << 10;

struct slot_place {
    str text; /* ptr NULL: nothing */
    uint64_t serial;
    uint32_t group;
    uint32_t filled; /* bits of the members whose values are there */
    struct values *values;
};

/* The place that a group's text has in this event. */
struct slot_group {
    uint64_t number;          /* of the event */
    struct slot_place *place; /* NULL: none */
    uint64_t rests_until;     /* number of an event */
    uint32_t tired;           /* grows with texts that are new, shrinks faster with others */
};

struct slot_memo {
    struct slot_place *places;
    struct values *values; /* of all places */
    size_t few_members;
    struct slot_group *groups;
    uint64_t number;           /* of the event */
    uint64_t serial;           /* given last */
    char joined[TEXT_MAX + 1]; /* the texts of a group of several inputs */
    struct arena arena;        /* texts and values */
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

/* Whether the raw text is all that rows see of it. */
static inline bool is_text(const struct json_capture *c)
{
    return !c->node && c->type != JSON_OBJECT && c->type != JSON_ARRAY && !c->in_array;
}

/* The raw texts one behind the other, a comma behind each: JSON tells where one ends. ptr NULL: they are too long, or not all is text. */
static str join_texts(struct slot_memo *m, const struct few_group *g,
                      struct json_capture *const *captures)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_inputs; i++) {
        const struct json_capture *c = captures[g->inputs[i]];
        size_t len = c ? c->raw.len : 0;
        if (c && (!is_text(c) || len > TEXT_MAX - n))
            return (str){0};
        if (c)
            memcpy(m->joined + n, c->raw.ptr, len);
        n += len;
        if (n == TEXT_MAX)
            return (str){0};
        m->joined[n++] = ',';
    }
    return (str){m->joined, n};
}

/* What the group reads; ptr NULL: not to be remembered. */
static inline str text_of(struct slot_memo *m, const struct few_group *g,
                          struct json_capture *const *captures)
{
    if (g->n_inputs > 1)
        return join_texts(m, g, captures);
    const struct json_capture *c = captures[g->inputs[0]];
    return c && is_text(c) && c->raw.len <= TEXT_MAX ? c->raw : (str){0};
}

/* A text was new, or it was found, which is worth so much. */
static void note(struct slot_memo *m, struct slot_group *g, bool found, uint32_t worth)
{
    g->tired = found ? g->tired - (g->tired < worth ? g->tired : worth) : g->tired + 1;
    if (g->tired < TIRED)
        return;
    g->tired = RESTED;
    g->rests_until = m->number + REST;
}

/* The place of a text, which is there afterwards. */
static struct slot_place *put(struct slot_memo *m, struct slot_group *g, uint32_t number, str text,
                              uint32_t worth)
{
    size_t at = (size_t)(memo_hash(text) + number) % PLACES;
    struct slot_place *place = &m->places[at];
    bool found = place->group == number && place->text.ptr && place->text.len == text.len &&
                 trie_same_key(place->text.ptr, text.ptr, text.len);
    note(m, g, found, worth);
    if (!found) {
        place->text = arena_copy(&m->arena, text);
        place->serial = ++m->serial;
        place->group = number;
        place->filled = 0;
        place->values = m->values + at * m->few_members;
    }
    return place;
}

struct slot_place *slot_memo_place(struct slot_memo *m, uint32_t number, const struct few_group *g,
                                   struct json_capture *const *captures)
{
    struct slot_group *group = &m->groups[number];
    bool known = group->number == m->number;
    if (known && (!group->place || group->place->group == number))
        return group->place;
    group->number = m->number;
    group->place = NULL;
    /* Not yet too much in one event. */
    if (m->number < group->rests_until || arena_used(&m->arena) > 2 * memory_max)
        return NULL;
    str text = text_of(m, g, captures);
    if (text.ptr)
        group->place = put(m, group, number, text, g->n_inputs > 1 ? 1 : 3);
    return group->place;
}

uint64_t slot_memo_serial(const struct slot_place *place)
{
    return place->serial;
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
