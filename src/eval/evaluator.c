/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts of one thread. A leaf's verdict is kept with the number of the event it was made for, so that a new event forgets
 * all of them at once. */
#include <string.h>

#include "base/mem.h"
#include "eval/compare.h"
#include "eval/program_internal.h"
#include "eval/settled.h"
#include "eval/value_set.h"

enum { COMBINATIONS_MAX = 1000000, FIELDS_ON_STACK = 8 };

struct evaluator {
    const struct program *program;
    struct event *event;
    uint64_t number;         /* of the event */
    uint64_t *made;          /* per leaf: number * 2 + verdict */
    struct settled *settled; /* NULL: there is no long run */
    struct regex_scratch *regex;
    struct evaluator_limits limits;
    struct evaluator_recorder recorder;
};

struct evaluator *evaluator_new(const struct program *p)
{
    struct evaluator *e = mem_alloc(sizeof *e);
    e->program = p;
    e->made = mem_alloc((p->n_leaves + 1) * sizeof *e->made);
    e->regex = regex_scratch_new();
    e->settled = settled_new(p->n_runs);
    return e;
}

void evaluator_free(struct evaluator *e)
{
    if (e) {
        regex_scratch_free(e->regex);
        mem_free(e->made);
        settled_free(e->settled);
        mem_free(e);
    }
}

void evaluator_begin(struct evaluator *e, struct event *event)
{
    e->event = event;
    e->number++;
}

struct event *evaluator_event(const struct evaluator *e)
{
    return e->event;
}

struct evaluator_limits evaluator_limits(const struct evaluator *e)
{
    return e->limits;
}

void evaluator_record(struct evaluator *e, struct evaluator_recorder recorder)
{
    e->recorder = recorder;
}

static bool is_true(struct value v)
{
    return v.type == VALUE_BOOLEAN && v.boolean;
}

/* What a walk over all combinations of values works on. */
struct wheel {
    struct values values;
    size_t at;
};

struct odometer {
    struct wheel *wheels; /* per field */
    struct value *choice;
};

static void choose(struct odometer *o, size_t field)
{
    const struct wheel *w = &o->wheels[field];
    o->choice[field] = w->values.n ? w->values.v[w->at] : (struct value){0};
}

/* The next combination; false after the last. */
static bool advance(struct odometer *o, size_t n)
{
    for (size_t i = n; i > 0; i--) {
        size_t field = i - 1;
        if (++o->wheels[field].at < o->wheels[field].values.n) {
            choose(o, field);
            return true;
        }
        o->wheels[field].at = 0;
        choose(o, field);
    }
    return false;
}

/* Shows the recorder the arguments of the leaf for the choice in `env`. What the recorder keeps may lie in the same arena: nothing is taken back. */
static void record(struct evaluator *e, const struct leaf *leaf, const struct expr_env *env)
{
    uint32_t n = leaf->expr->node->n_args;
    struct value *args = NEW_ARRAY(e->event->arena, struct value, n);
    for (uint32_t i = 0; i < n; i++) {
        args[i] = expr_eval(leaf->expr->args[i], env);
    }
    e->recorder.leaf(e->recorder.user, args, n);
}

static __attribute__((noinline)) bool general(struct evaluator *e, const struct leaf *leaf)
{
    size_t n = leaf->n_slots;
    struct wheel few_wheels[FIELDS_ON_STACK];
    struct value few_choices[FIELDS_ON_STACK];
    struct odometer o = {few_wheels, few_choices};
    if (n > FIELDS_ON_STACK) {
        o.wheels = NEW_ARRAY(e->event->arena, struct wheel, n);
        o.choice = NEW_ARRAY(e->event->arena, struct value, n);
    }
    for (size_t i = 0; i < n; i++) {
        o.wheels[i] = (struct wheel){event_values(e->event, leaf->slots[i]), 0};
        choose(&o, i);
    }
    struct expr_env env = {.choice = o.choice,
                           .arena = e->event->arena,
                           .regex = e->regex,
                           .regex_cut = &e->limits.regex};
    struct arena mark = *e->event->arena;
    for (uint64_t tried = 0; tried < COMBINATIONS_MAX; tried++) {
        bool holds = is_true(expr_eval(leaf->expr, &env));
        arena_rewind(e->event->arena, mark);
        if (holds || !advance(&o, n)) {
            if (e->recorder.leaf) {
                record(e, leaf, &env); /* after the last, the choice is the first again */
            }
            return holds;
        }
    }
    e->limits.combinations++;
    return false;
}

static __attribute__((noinline)) bool test_values(struct evaluator *e, const struct leaf *leaf,
                                                  struct values values)
{
    struct expr_env env = {
        .arena = e->event->arena, .regex = e->regex, .regex_cut = &e->limits.regex};
    for (size_t i = 0; i < values.n; i++) {
        if (expr_test(leaf->expr, &values.v[i], &env)) {
            return true;
        }
    }
    return false;
}

static inline bool one_in_set(const struct evaluator *e, const struct leaf *leaf,
                              struct values values)
{
    for (size_t i = 0; i < values.n; i++) {
        if (value_set_has(leaf->set, &values.v[i], e->event->arena)) {
            return true;
        }
    }
    return false;
}

/* Texts of different lengths are not compared. */
static inline bool equal_values(const struct leaf *leaf, struct values values)
{
    const struct value *wanted = leaf->wanted;
    for (size_t i = 0; i < values.n; i++) {
        const struct value *v = &values.v[i];
        bool differs = v->type == VALUE_STRING && wanted->type == VALUE_STRING &&
                       v->text.len != wanted->text.len;
        if (!differs && compare_equal(v, wanted)) {
            return true;
        }
    }
    return false;
}

static bool compute(struct evaluator *e, const struct leaf *leaf)
{
    switch (leaf->kind) {
    case LEAF_CONSTANT:
        return is_true(leaf->expr->node->constant);
    case LEAF_EQUAL:
        return equal_values(leaf, event_values(e->event, leaf->slot));
    case LEAF_TEST: {
        struct values values = event_values(e->event, leaf->slot);
        return values.n > 0 && test_values(e, leaf, values);
    }
    case LEAF_NULL:
        return event_values(e->event, leaf->slot).n == 0;
    case LEAF_GENERAL:
        return general(e, leaf);
    }
    return false;
}

static bool leaf_kept(struct evaluator *e, uint32_t leaf)
{
    uint64_t made = e->made[leaf];
    if (made >> 1 == e->number) {
        return made & 1;
    }
    bool holds = compute(e, &e->program->leaves[leaf]);
    e->made[leaf] = e->number << 1 | holds;
    return holds;
}

static inline bool leaf_holds(struct evaluator *e, uint32_t leaf)
{
    const struct leaf *l = &e->program->leaves[leaf];
    if (!l->once) {
        return leaf_kept(e, leaf);
    }
    struct values values = event_values(e->event, l->slot);
    if (l->kind == LEAF_EQUAL) {
        return equal_values(l, values);
    }
    return l->set ? one_in_set(e, l, values) : values.n > 0 && test_values(e, l, values);
}

bool evaluator_leaf(struct evaluator *e, uint32_t leaf)
{
    return leaf_holds(e, leaf);
}

/* Where to go on from a test whose slot has no values: behind those of its run of which the same is known. */
static inline uint32_t pass_over(const struct test *tests, uint32_t at, const uint64_t *absent)
{
    uint32_t run = TEST_RUN(tests[at].lacking), slot = TEST_RUN_SLOT(tests[at].lacking);
    uint64_t present = ~(absent[slot >> 6] >> (slot & 63));
    uint32_t n = present ? (uint32_t)__builtin_ctzll(present) : 64;
    return n < run ? at + n : tests[at + run - 1].on_false;
}

/* ---- Long runs ---- */

/* A run from one of its tests on. */
struct run {
    const struct test *tests; /* of the condition */
    uint32_t at, n;
    uint32_t word, first; /* where the slot of the test at `at` stands in a bit set */
};

static inline const struct test *test_of(const struct run *r, uint32_t bit)
{
    return &r->tests[r->at + bit - r->first];
}

/* Those of the tests `bits` that want a text, and fail. */
static __attribute__((noinline)) uint64_t failing(struct evaluator *e, const struct run *r,
                                                  uint64_t bits)
{
    uint64_t out = 0;
    for (; bits; bits &= bits - 1) {
        const struct test *t = test_of(r, (uint32_t)__builtin_ctzll(bits));
        bool fails = t->length != TEST_NO_TEXT && !leaf_holds(e, t->leaf);
        out |= fails ? bits & (0 - bits) : 0;
    }
    return out;
}

/* What is left of the tests `bits` without those that fail whenever some group of slots is what it is in this event. */
static inline uint64_t without_settled(struct evaluator *e, const struct run *r, uint64_t bits)
{
    struct event *event = e->event;
    for (size_t i = 0; i < event->n_groups && bits; i++) {
        uint64_t own = bits & event->groups[i].slots[r->word], *known;
        if ((own & (own - 1)) == 0) { /* one is looked at as soon as remembered */
            continue;
        }
        uint64_t identity = event->recall(event, i);
        if (identity == 0) {
            continue;
        }
        if (!settled_find(e->settled, r->tests[r->at].run, identity, &known)) {
            *known = failing(e, r, own);
        }
        bits &= ~(own & *known);
    }
    return bits;
}

/* Where to go on from a long run. Measured with a rule of 89 fields: half of its instructions outside of rows. */
static uint32_t pass_run(struct evaluator *e, const struct test *tests, uint32_t at)
{
    const struct event *event = e->event;
    uint32_t slot = TEST_RUN_SLOT(tests[at].lacking);
    struct run r = {tests, at, TEST_RUN(tests[at].lacking), slot >> 6, slot & 63};
    uint64_t bits = ~UINT64_C(0) >> (64 - r.n) << r.first;
    bits &= event->absent ? ~event->absent[r.word] : ~UINT64_C(0);
    bits = without_settled(e, &r, bits);
    uint64_t plain = event->plain ? event->plain[r.word] : 0;
    for (; bits; bits &= bits - 1) {
        uint32_t bit = (uint32_t)__builtin_ctzll(bits);
        const struct test *t = test_of(&r, bit);
        bool differs = plain >> bit & 1 && t->length != TEST_NO_TEXT &&
                       event_length_differs(event, slot + bit - r.first, t->length);
        if (!differs && leaf_holds(e, t->leaf)) {
            return t->on_true;
        }
    }
    return tests[at + r.n - 1].on_false;
}

/* Most fields that a long rule asks for are not in a record: their tests are passed over without a look at the leaf. Measured with a rule of 89 fields: a fifth of its instructions. */
bool evaluator_holds(struct evaluator *e, uint32_t condition)
{
    const struct condition *c = &e->program->conditions[condition];
    const struct test *tests = c->tests;
    const uint64_t *absent = e->event->absent;
    uint32_t at = c->entry;
    while (at != TEST_ACCEPT && at != TEST_REJECT) {
        const struct test *t = &tests[at];
        uint32_t slot = TEST_RUN_SLOT(t->lacking);
        if (t->run) {
            at = pass_run(e, tests, at);
        } else if (absent && TEST_RUN(t->lacking) && absent[slot >> 6] >> (slot & 63) & 1) {
            at = pass_over(tests, at, absent);
        } else {
            at = leaf_holds(e, t->leaf) ? t->on_true : t->on_false;
        }
    }
    return at == TEST_ACCEPT;
}

static bool leaf_known(const struct leaf *leaf, const uint64_t *known)
{
    for (size_t i = 0; i < leaf->n_slots; i++) {
        if (!(known[leaf->slots[i] >> 6] >> (leaf->slots[i] & 63) & 1)) {
            return false;
        }
    }
    return true;
}

/* Marks a test as reached; true when the jump accepts. */
static bool reach(bool *reached, uint32_t at)
{
    if (at != TEST_ACCEPT && at != TEST_REJECT) {
        reached[at] = true;
    }
    return at == TEST_ACCEPT;
}

/* Jumps go forward only, so one pass over the tests follows every way. */
bool evaluator_may_hold(struct evaluator *e, uint32_t condition, const uint64_t *known)
{
    const struct condition *c = &e->program->conditions[condition];
    bool *reached = NEW_ARRAY(e->event->arena, bool, c->n);
    bool accepts = reach(reached, c->entry);
    for (size_t i = 0; i < c->n && !accepts; i++) {
        const struct test *t = &c->tests[i];
        if (!reached[i]) {
            continue;
        }
        bool unknown = !leaf_known(&e->program->leaves[t->leaf], known);
        bool holds = !unknown && evaluator_leaf(e, t->leaf);
        accepts = (unknown || holds) && reach(reached, t->on_true);
        accepts |= (unknown || !holds) && reach(reached, t->on_false);
    }
    return accepts;
}
