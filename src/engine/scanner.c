/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's matching. A gate is the list of rules that can see a data set; data sets that the same rules see share one. Of its rules only what an index of their conditions finds is
 * evaluated. */
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "engine/ruleset_internal.h"
#include "eval/condition_index.h"

/* Data set names come from documents too, any number of them and of any length: past these a name's rules are looked up anew each time, and a list of rules that no gate has is not indexed. */
enum { NAMES_MAX = 1024, NAME_MAX_KEPT = 256, GATES_MAX = 64 };

/* A condition behind a gate: an event query, or a clause of a sequence or sample. */
struct clause {
    uint32_t rule, number;
};

/* Conditions and what finds those of them that may hold. */
struct asked {
    struct clause *clauses;
    uint32_t *conditions;
    size_t n;
    struct condition_index *index; /* NULL until it is wanted */
};

struct gate {
    struct asked events; /* rules ascending */
    struct asked stages; /* the same, and of each its clauses */
    bool kept;           /* for good: worth an index */
};

/* What of a gate may hold when some slots are known only. */
struct partial {
    size_t gate;
    uint64_t *known;
    struct condition_index *events, *stages;
};

struct scanner {
    struct rule_cost *costs; /* NULL: they are not measured */
    const struct ruleset *rules;
    struct evaluator *evaluator;
    struct arena arena;
    struct arena unkept;              /* of the last gate looked up */
    struct map names;                 /* data set → index + 1 */
    struct gate gates[GATES_MAX + 1]; /* the last is not kept */
    size_t n_gates;
    struct partial *partials;
    size_t n_partials, cap_partials;
    size_t n_clauses; /* of all rules: the most that may be found */
    uint32_t *found;
    uint32_t *matched;
    struct stage_match *stages;
};

#define SCANNER_ARENA_CAP ((size_t)1 << 30)
/* Of the lists of an unkept gate. */
static const size_t unkept_resident = (size_t)1 << 20;

static size_t clauses_of(const struct compiled_rule *c)
{
    return c->stateful ? c->stateful->n_clauses : 1;
}

struct scanner *scanner_new(const struct ruleset *rs)
{
    struct scanner *s = mem_alloc(sizeof *s);
    s->rules = rs;
    s->evaluator = evaluator_new(rs->program);
    s->arena = arena_open(SCANNER_ARENA_CAP);
    s->unkept = arena_open(SCANNER_ARENA_CAP);
    s->matched = NEW_ARRAY(&s->arena, uint32_t, rs->n);
    s->stages = NEW_ARRAY(&s->arena, struct stage_match, rs->n);
    for (size_t i = 0; i < rs->n; i++) {
        s->n_clauses += clauses_of(&rs->compiled[i]);
    }
    s->found = NEW_ARRAY(&s->arena, uint32_t, s->n_clauses);
    return s;
}

void scanner_free(struct scanner *s)
{
    if (s) {
        evaluator_free(s->evaluator);
        arena_close(&s->arena);
        arena_close(&s->unkept);
        mem_free(s->partials);
        mem_free(s);
    }
}

/* ---- gates ---- */

/* The conditions of the rules that see the data set and are, or are not, stateful. */
static struct asked ask(const struct ruleset *rs, str dataset, bool stateful, size_t room,
                        struct arena *a)
{
    struct asked out = {NEW_ARRAY(a, struct clause, room), NEW_ARRAY(a, uint32_t, room), 0, NULL};
    for (size_t i = 0; i < rs->n; i++) {
        const struct compiled_rule *c = &rs->compiled[i];
        if ((c->stateful != NULL) != stateful || !rule_sees(rs->rules[i], dataset)) {
            continue;
        }
        for (uint32_t j = 0; j < clauses_of(c); j++) {
            out.clauses[out.n] = (struct clause){(uint32_t)i, j};
            out.conditions[out.n++] = stateful ? c->stateful->conditions[j] : c->condition;
        }
    }
    return out;
}

static bool same_clauses(const struct asked *x, const struct asked *y)
{
    return x->n == y->n &&
           (x->n == 0 || memcmp(x->clauses, y->clauses, x->n * sizeof *x->clauses) == 0);
}

static struct asked copy_asked(const struct asked *from, struct arena *a)
{
    struct asked out = {NEW_ARRAY(a, struct clause, from->n), NEW_ARRAY(a, uint32_t, from->n),
                        from->n, NULL};
    if (from->n) {
        memcpy(out.clauses, from->clauses, from->n * sizeof *out.clauses);
        memcpy(out.conditions, from->conditions, from->n * sizeof *out.conditions);
    }
    return out;
}

/* The gate of the rules that see the data set: one that there is, else a new one. */
static size_t look_up_gate(struct scanner *s, str dataset)
{
    struct arena *a = &s->unkept;
    arena_reset(a, unkept_resident);
    struct gate made = {.events = ask(s->rules, dataset, false, s->n_clauses, a),
                        .stages = ask(s->rules, dataset, true, s->n_clauses, a)};
    for (size_t i = 0; i < s->n_gates; i++) {
        if (same_clauses(&s->gates[i].events, &made.events) &&
            same_clauses(&s->gates[i].stages, &made.stages)) {
            return i;
        }
    }
    if (s->n_gates == GATES_MAX) {
        s->gates[GATES_MAX] = made;
        return GATES_MAX;
    }
    s->gates[s->n_gates] = (struct gate){copy_asked(&made.events, &s->arena),
                                         copy_asked(&made.stages, &s->arena), true};
    return s->n_gates++;
}

size_t scanner_gate(struct scanner *s, str dataset)
{
    bool fits = dataset.len <= NAME_MAX_KEPT;
    const void *known = fits ? map_get(&s->names, dataset) : NULL;
    if (known) {
        return (size_t)(uintptr_t)known - 1;
    }
    size_t index = look_up_gate(s, dataset);
    if (fits && index < GATES_MAX && s->names.count < NAMES_MAX) {
        *map_put(&s->names, arena_copy(&s->arena, dataset), &s->arena) =
            (void *)(uintptr_t)(index + 1);
    }
    return index;
}

/* The places of what may hold in `asked`, in s->found. */
static size_t find(struct scanner *s, const struct gate *g, struct asked *asked,
                   struct event *event)
{
    for (size_t i = 0; !g->kept && i < asked->n; i++) {
        s->found[i] = (uint32_t)i; /* an index for one event is not worth making */
    }
    if (!g->kept) {
        return asked->n;
    }
    if (!asked->index) {
        asked->index =
            condition_index_new(s->rules->program, asked->conditions, asked->n, NULL, &s->arena);
    }
    return condition_index_find(asked->index, event, s->found);
}

void scanner_measure(struct scanner *s, struct rule_cost *costs)
{
    s->costs = costs;
}

static bool holds_measured(struct scanner *s, uint32_t condition, uint32_t rule)
{
    struct rule_cost *cost = &s->costs[rule];
    int64_t start = time_monotonic();
    bool holds = evaluator_holds(s->evaluator, condition);
    cost->nanoseconds += time_monotonic() - start;
    cost->tried++;
    cost->held += holds;
    return holds;
}

static inline bool holds(struct scanner *s, uint32_t condition, uint32_t rule)
{
    return s->costs ? holds_measured(s, condition, rule) : evaluator_holds(s->evaluator, condition);
}

size_t scanner_match(struct scanner *s, struct event *event, size_t gate, const uint32_t **matched)
{
    struct gate *g = &s->gates[gate];
    size_t n = 0;
    evaluator_begin(s->evaluator, event);
    size_t n_found = find(s, g, &g->events, event);
    for (size_t i = 0; i < n_found; i++) {
        uint32_t place = s->found[i];
        uint32_t rule = g->events.clauses[place].rule;
        if (holds(s, g->events.conditions[place], rule)) {
            s->matched[n++] = rule;
        }
    }
    *matched = s->matched;
    return n;
}

/* ---- what may match ---- */

static const struct partial *partial_of(struct scanner *s, size_t gate, const uint64_t *known)
{
    size_t words = (s->rules->n_fields + 63) / 64;
    for (size_t i = 0; i < s->n_partials; i++) {
        const struct partial *p = &s->partials[i];
        if (p->gate == gate && memcmp(p->known, known, words * sizeof *known) == 0) {
            return p;
        }
    }
    if (s->n_partials == s->cap_partials) {
        size_t old = s->cap_partials;
        s->cap_partials = old ? 2 * old : 16;
        s->partials =
            mem_grow(s->partials, old * sizeof *s->partials, s->cap_partials * sizeof *s->partials);
    }
    const struct gate *g = &s->gates[gate];
    struct partial *p = &s->partials[s->n_partials++];
    p->gate = gate;
    p->known = NEW_ARRAY(&s->arena, uint64_t, words + 1);
    memcpy(p->known, known, words * sizeof *known);
    p->events = condition_index_new(s->rules->program, g->events.conditions, g->events.n, p->known,
                                    &s->arena);
    p->stages = condition_index_new(s->rules->program, g->stages.conditions, g->stages.n, p->known,
                                    &s->arena);
    return p;
}

static bool any_may_hold(struct scanner *s, struct event *event, struct condition_index *index,
                         const struct asked *asked, const uint64_t *known)
{
    size_t n = condition_index_find(index, event, s->found);
    for (size_t i = 0; i < n; i++) {
        if (evaluator_may_hold(s->evaluator, asked->conditions[s->found[i]], known)) {
            return true;
        }
    }
    return false;
}

bool scanner_may_match(struct scanner *s, struct event *event, size_t gate, const uint64_t *known)
{
    const struct partial *p = partial_of(s, gate, known);
    const struct gate *g = &s->gates[gate];
    evaluator_begin(s->evaluator, event);
    return any_may_hold(s, event, p->events, &g->events, known) ||
           any_may_hold(s, event, p->stages, &g->stages, known);
}

/* ---- stages ---- */

size_t scanner_stages(struct scanner *s, size_t gate, const struct stage_match **out)
{
    struct gate *g = &s->gates[gate];
    size_t n = 0, n_found = find(s, g, &g->stages, evaluator_event(s->evaluator));
    for (size_t i = 0; i < n_found; i++) {
        uint32_t place = s->found[i];
        struct clause clause = g->stages.clauses[place];
        if (!holds(s, g->stages.conditions[place], clause.rule)) {
            continue;
        }
        if (n == 0 || s->stages[n - 1].rule != clause.rule) {
            s->stages[n++] = (struct stage_match){clause.rule, 0};
        }
        s->stages[n - 1].clauses |= CLAUSE_BIT(clause.number);
    }
    *out = s->stages;
    return n;
}

struct evaluator_limits scanner_limits(const struct scanner *s)
{
    return evaluator_limits(s->evaluator);
}
