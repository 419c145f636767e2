/* SPDX-License-Identifier: Apache-2.0 */
/* Slots that are known to be empty: conditions come out as they do when each slot is asked, and none of those is. */
#include "hand.h"

#include <stdio.h>

#include "eval/program.h"

/* The slots begin shortly before a word of their bit set ends. */
enum { FIRST_SLOT = 58, N_SLOTS = FIRST_SLOT + HAND_FIELDS, WORDS = (N_SLOTS + 63) / 64 };

struct wide {
    struct event event; /* first, so that the loader finds the rest */
    struct values values[N_SLOTS], cache[N_SLOTS];
    uint64_t loaded[WORDS], absent[WORDS];
};

static struct values load_wide(struct event *e, uint32_t slot)
{
    return ((struct wide *)e)->values[slot];
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static struct ir *random_leaf(struct hand *h, uint32_t field, uint32_t *seed)
{
    struct value x = hand_text("x"), listed[2] = {hand_text("y"), hand_text("z")};
    switch (next(seed) % 8) {
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

/* A long chain of leaves, most of them of fields side by side. */
static struct ir *random_condition(struct hand *h, uint32_t *seed)
{
    struct ir *root = NULL;
    uint32_t field = next(seed) % (HAND_FIELDS - 1);
    enum ir_op op = next(seed) % 4 ? IR_OR : IR_AND;
    for (int i = 0; i < 30; i++) {
        struct ir *leaf = random_leaf(h, field, seed);
        if (next(seed) % 8 == 0)
            leaf = hand_unary(h, IR_NOT, leaf);
        root = root ? hand_binary(h, next(seed) % 8 ? op : IR_AND, root, leaf) : leaf;
        field = next(seed) % 8 ? (field + 1) % (HAND_FIELDS - 1) : next(seed) % (HAND_FIELDS - 1);
    }
    return root;
}

static void set_event(struct wide *w, uint32_t *seed)
{
    static const char *const texts[] = {"x", "y", "w", "xy"};
    static struct value values[N_SLOTS];
    memset(w->values, 0, sizeof w->values);
    memset(w->absent, 0, sizeof w->absent);
    uint32_t seldom = 1 + next(seed) % 8;
    for (uint32_t i = FIRST_SLOT; i < N_SLOTS; i++) {
        if (next(seed) % seldom == 0) {
            values[i] = hand_text(texts[next(seed) % 4]);
            w->values[i] = (struct values){&values[i], 1};
        } else if (next(seed) % 8) {
            w->absent[i / 64] |= UINT64_C(1) << i % 64;
        }
    }
}

static bool holds(struct evaluator *e, struct wide *w, const uint64_t *absent, uint32_t condition)
{
    memset(w->loaded, 0, sizeof w->loaded);
    w->event.absent = absent;
    evaluator_begin(e, &w->event);
    return evaluator_holds(e, condition);
}

static void what_is_empty_need_not_be_asked(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    struct wide w = {.event = {.load = load_wide, .arena = &h.event_arena}};
    w.event.slots = w.cache;
    w.event.loaded = w.loaded;
    for (uint32_t i = 0; i < HAND_FIELDS; i++)
        h.slots[i] = FIRST_SLOT + i;
    uint32_t seed = 7, held = 0, asked = 0, passed = 0;
    for (int round = 0; round < 200; round++) {
        struct program *p = program_new(&h.arena);
        uint32_t number;
        const struct ir *root = random_condition(&h, &seed);
        assert_true(program_add(p, root, &h.query, h.slots, NULL, NULL, &number));
        program_freeze(p);
        struct evaluator *e = evaluator_new(p);
        for (int i = 0; i < 50; i++) {
            set_event(&w, &seed);
            bool expected = holds(e, &w, NULL, number);
            for (int word = 0; word < WORDS; word++)
                asked += (uint32_t)__builtin_popcountll(w.loaded[word]);
            assert_int_equal(holds(e, &w, w.absent, number), expected);
            for (int word = 0; word < WORDS; word++)
                passed += (uint32_t)__builtin_popcountll(w.loaded[word]);
            held += expected;
        }
        evaluator_free(e);
        program_free(p);
    }
    assert_in_range(held, 1000, 9000);
    assert_true(passed < asked / 4 * 3);
    hand_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_empty_need_not_be_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
