/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's matching. A gate is the list of rules that can see a data set, made at its first sight. */
#include "base/mem.h"
#include "engine/ruleset_internal.h"

/* Data set names come from documents too: past this many the gate is made anew each time. */
enum { GATES_MAX = 1024 };

struct gate {
    uint32_t *rules;
    size_t n;
};

struct scanner {
    const struct ruleset *rules;
    struct evaluator *evaluator;
    struct arena arena;
    struct map names; /* data set → index + 1 */
    struct gate gates[GATES_MAX];
    size_t n_gates;
    uint32_t *matched;
};

#define SCANNER_ARENA_CAP ((size_t)1 << 30)

struct scanner *scanner_new(const struct ruleset *rs)
{
    struct scanner *s = mem_alloc(sizeof *s);
    s->rules = rs;
    s->evaluator = evaluator_new(rs->program);
    s->arena = arena_open(SCANNER_ARENA_CAP);
    s->matched = NEW_ARRAY(&s->arena, uint32_t, rs->n);
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

static void fill_gate(struct scanner *s, str dataset, struct gate *g)
{
    g->n = 0;
    for (size_t i = 0; i < s->rules->n; i++) {
        if (rule_sees(s->rules->rules[i], dataset)) {
            g->rules[g->n++] = (uint32_t)i;
        }
    }
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
    return may;
}

struct evaluator_limits scanner_limits(const struct scanner *s)
{
    return evaluator_limits(s->evaluator);
}
