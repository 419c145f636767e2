/* SPDX-License-Identifier: Apache-2.0 */
/* Slots that are known to be empty, to hold a text of some length, or to hold what they held in an event before: conditions come out as they do when each slot is asked, and few of those are. */
#include "hand.h"

#include <stdio.h>

#include "eval/program.h"

/* The slots begin shortly before a word of their bit set ends. */
enum { FIRST_SLOT = 58, N_SLOTS = FIRST_SLOT + HAND_FIELDS, WORDS = (N_SLOTS + 63) / 64 };

struct wide {
    struct event event; /* first, so that the loader finds the rest */
    struct values values[N_SLOTS], cache[N_SLOTS];
    uint64_t loaded[WORDS], absent[WORDS], plain[WORDS], alike[WORDS];
    uint32_t plain_at[N_SLOTS];
    char raw[N_SLOTS][16]; /* what the record would say */
    struct json_capture texts[N_SLOTS], *captures[N_SLOTS];
    struct event_group group; /* of the slots in `alike` */
    uint64_t number;          /* of what they hold; 0: not told */
};

static uint64_t recall(struct event *e, size_t group)
{
    assert_int_equal(group, 0);
    return ((struct wide *)e)->number;
}

static struct values load_wide(struct event *e, uint32_t slot)
{
    return ((struct wide *)e)->values[slot];
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static struct ir *random_leaf(struct hand *h, uint32_t field, bool calm, uint32_t *seed)
{
    struct value x = hand_text(next(seed) % 4 ? "longer" : "x"),
                 listed[2] = {hand_text("y"), hand_text("z")};
    switch (calm && next(seed) % 8 ? 3 : next(seed) % 8) {
    case 0:
        return hand_unary(h, IR_IS_NULL, hand_field(h, field));
    case 1:
        return hand_list(h, IR_IN, hand_field(h, field), listed, 2, next(seed) % 2);
    case 2:
        return hand_list(h, IR_LIKE, hand_field(h, field), &x, 1, true);
    default:
        return hand_binary(h, IR_EQ, hand_field(h, field), hand_constant(h, x));
    }
}

/* A long chain of leaves, most of them of fields side by side; in a calm one nearly all, and joined alike. */
static struct ir *random_condition(struct hand *h, bool calm, uint32_t *seed)
{
    struct ir *root = NULL;
    uint32_t field = next(seed) % (HAND_FIELDS - 1), often = calm ? 64 : 8;
    enum ir_op op = calm || next(seed) % 4 ? IR_OR : IR_AND;
    for (int i = 0; i < 30; i++) {
        struct ir *leaf = random_leaf(h, field, calm, seed);
        if (next(seed) % often == 0)
            leaf = hand_unary(h, IR_NOT, leaf);
        root = root ? hand_binary(h, next(seed) % often ? op : IR_AND, root, leaf) : leaf;
        field =
            next(seed) % often ? (field + 1) % (HAND_FIELDS - 1) : next(seed) % (HAND_FIELDS - 1);
    }
    return root;
}

static void set_event(struct wide *w, uint32_t *seed)
{
    static const char *const texts[] = {"x", "y", "w", "xy", "longer", "other1", "longest", "none"};
    static struct value values[N_SLOTS];
    uint32_t alike =
        next(seed) % 4; /* the slots side by side in the group hold one of few things */
    memset(w->values, 0, sizeof w->values);
    memset(w->absent, 0, sizeof w->absent);
    memset(w->plain, 0, sizeof w->plain);
    w->number = alike + 1;
    uint32_t seldom = 1 + next(seed) % 8;
    for (uint32_t i = FIRST_SLOT; i < N_SLOTS; i++) {
        bool in_group = w->alike[i / 64] >> i % 64 & 1;
        uint32_t *from = seed, fixed = alike * 1000 + i;
        if (in_group) {
            from = &fixed;
        }
        if (in_group ? next(from) % 4 : next(seed) % seldom == 0) {
            const char *text = texts[next(from) % 8];
            values[i] = hand_text(text);
            w->values[i] = (struct values){&values[i], 1};
            snprintf(w->raw[i], sizeof w->raw[i], "\"%s\"", text);
            w->texts[i] = (struct json_capture){.raw = str_from(w->raw[i]), .type = JSON_STRING};
            w->plain[i / 64] |= (uint64_t)(next(seed) % 2) << i % 64;
        } else if (next(seed) % 8) {
            w->absent[i / 64] |= UINT64_C(1) << i % 64;
        }
    }
}

/* `told`: the evaluator is told what is known; else each test on the way is looked at. */
static bool holds(struct evaluator *e, struct wide *w, bool told, uint32_t condition)
{
    static const uint64_t all_known[WORDS] = {UINT64_MAX, UINT64_MAX};
    memset(w->loaded, 0, sizeof w->loaded);
    w->event.absent = told ? w->absent : NULL;
    w->event.plain = told ? w->plain : NULL;
    w->event.n_groups = told;
    evaluator_begin(e, &w->event);
    return told ? evaluator_holds(e, condition) : evaluator_may_hold(e, condition, all_known);
}

static void set_up(struct wide *w, struct hand *h)
{
    *w = (struct wide){.event = {.load = load_wide, .recall = recall, .arena = &h->event_arena}};
    w->event.slots = w->cache;
    w->event.loaded = w->loaded;
    w->event.plain_at = w->plain_at;
    w->event.captures = w->captures;
    w->event.groups = &w->group;
    w->group.slots = w->alike;
    for (uint32_t i = 0; i < N_SLOTS; i++) {
        w->plain_at[i] = N_SLOTS - 1 - i;
        w->captures[N_SLOTS - 1 - i] = &w->texts[i];
    }
    for (uint32_t i = 0; i < HAND_FIELDS; i++)
        h->slots[i] = FIRST_SLOT + i;
}

static void what_is_known_need_not_be_asked(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    static struct wide wide;
    struct wide *w = &wide;
    set_up(w, &h);
    uint32_t seed = 7, held = 0, asked = 0, passed = 0;
    for (int round = 0; round < 400; round++) {
        struct program *p = program_new(&h.arena);
        uint32_t number;
        const struct ir *root = random_condition(&h, round % 2, &seed);
        assert_true(program_add(p, root, &h.query, h.slots, NULL, NULL, &number));
        program_freeze(p);
        struct evaluator *e = evaluator_new(p);
        for (int word = 0; word < WORDS; word++)
            w->alike[word] = next(&seed) % 2 ? (uint64_t)next(&seed) << 48 | next(&seed) << 4 : 0;
        for (int i = 0; i < 50; i++) {
            set_event(w, &seed);
            bool expected = holds(e, w, false, number);
            for (int word = 0; word < WORDS; word++)
                asked += (uint32_t)__builtin_popcountll(w->loaded[word]);
            assert_int_equal(holds(e, w, true, number), expected);
            for (int word = 0; word < WORDS; word++)
                passed += (uint32_t)__builtin_popcountll(w->loaded[word]);
            held += expected;
        }
        evaluator_free(e);
        program_free(p);
    }
    assert_in_range(held, 2000, 18000);
    assert_true(passed < asked / 3 * 2);
    hand_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_known_need_not_be_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
