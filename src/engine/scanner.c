/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's matching. A gate is the list of rules that can see a data set, made at its first sight. */
#include "base/mem.h"
#include "engine/ruleset_internal.h"

/* Data set names come from documents too: past this many the gate is made anew each time. */
enum { GATES_MAX = 1024 };

struct gate {
    uint32_t *rules; /* event queries from the front, sequences and samples from `stateful` on */
    size_t n, stateful, n_stateful;
};

struct scanner {
    const struct ruleset *rules;
    struct evaluator *evaluator;
    struct arena arena;
    struct map names; /* data set → index + 1 */
    struct gate gates[GATES_MAX];
    size_t n_gates;
    uint32_t *matched;
    struct stage_match *stages;
};

#define SCANNER_ARENA_CAP ((size_t)1 << 30)

struct scanner *scanner_new(const struct ruleset *rs)
{
    struct scanner *s = mem_alloc(sizeof *s);
    s->rules = rs;
    s->evaluator = evaluator_new(rs->program);
    s->arena = arena_open(SCANNER_ARENA_CAP);
    s->matched = NEW_ARRAY(&s->arena, uint32_t, rs->n);
    s->stages = NEW_ARRAY(&s->arena, struct stage_match, rs->n);
    return s;
}

void scanner_free(struct scanner *s)
{
    if (s) {
        evaluator_free(s->evaluator);
        arena_close(&s->arena);
        mem_free(s);
    }
}

/* Appends the rules that see the data set and are, or are not, stateful. */
static size_t add_rules(const struct ruleset *rs, str dataset, bool stateful, uint32_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < rs->n; i++) {
        if ((rs->compiled[i].stateful != NULL) == stateful && rule_sees(rs->rules[i], dataset)) {
            out[n++] = (uint32_t)i;
        }
    }
    return n;
}

static void fill_gate(struct scanner *s, str dataset, struct gate *g)
{
    g->n = g->stateful = add_rules(s->rules, dataset, false, g->rules);
    g->n_stateful = add_rules(s->rules, dataset, true, g->rules + g->stateful);
}

size_t scanner_gate(struct scanner *s, str dataset)
{
    const void *known = map_get(&s->names, dataset);
    if (known) {
        return (size_t)(uintptr_t)known - 1;
    }
    size_t index = s->n_gates < GATES_MAX - 1 ? s->n_gates++ : GATES_MAX - 1;
    struct gate *g = &s->gates[index];
    if (!g->rules) {
        g->rules = NEW_ARRAY(&s->arena, uint32_t, s->rules->n);
    }
    fill_gate(s, dataset, g);
    if (index < GATES_MAX - 1) {
        *map_put(&s->names, arena_copy(&s->arena, dataset), &s->arena) =
            (void *)(uintptr_t)(index + 1);
    }
    return index;
}

size_t scanner_match(struct scanner *s, struct event *event, size_t gate, const uint32_t **matched)
{
    const struct gate *g = &s->gates[gate];
    size_t n = 0;
    evaluator_begin(s->evaluator, event);
    for (size_t i = 0; i < g->n; i++) {
        if (evaluator_holds(s->evaluator, s->rules->compiled[g->rules[i]].condition)) {
            s->matched[n++] = g->rules[i];
        }
    }
    *matched = s->matched;
    return n;
}

bool scanner_may_match(struct scanner *s, struct event *event, size_t gate, const uint64_t *known)
{
    const struct gate *g = &s->gates[gate];
    bool may = false;
    evaluator_begin(s->evaluator, event);
    for (size_t i = 0; i < g->n && !may; i++) {
        may = evaluator_may_hold(s->evaluator, s->rules->compiled[g->rules[i]].condition, known);
    }
    for (size_t i = 0; i < g->n_stateful && !may; i++) {
        const struct stateful *rule = s->rules->compiled[g->rules[g->stateful + i]].stateful;
        for (uint32_t j = 0; j < rule->n_clauses && !may; j++) {
            may = evaluator_may_hold(s->evaluator, rule->conditions[j], known);
        }
    }
    return may;
}

/* The clauses of a rule that hold for the event. */
static uint64_t clauses_held(struct scanner *s, const struct stateful *rule)
{
    uint64_t clauses = 0;
    for (uint32_t i = 0; i < rule->n_clauses; i++) {
        if (evaluator_holds(s->evaluator, rule->conditions[i])) {
            clauses |= CLAUSE_BIT(i);
        }
    }
    return clauses;
}

size_t scanner_stages(struct scanner *s, size_t gate, const struct stage_match **out)
{
    const struct gate *g = &s->gates[gate];
    size_t n = 0;
    for (size_t i = 0; i < g->n_stateful; i++) {
        uint32_t rule = g->rules[g->stateful + i];
        uint64_t clauses = clauses_held(s, s->rules->compiled[rule].stateful);
        if (clauses) {
            s->stages[n++] = (struct stage_match){rule, clauses};
        }
    }
    *out = s->stages;
    return n;
}

struct evaluator_limits scanner_limits(const struct scanner *s)
{
    return evaluator_limits(s->evaluator);
}
