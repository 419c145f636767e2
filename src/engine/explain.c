/* SPDX-License-Identifier: Apache-2.0 */
/* Explaining a query: the conditions of its clauses, unsimplified, in a program of their own; the machine with a recorder. */
#include "engine/explain.h"

#include <stdlib.h>
#include <string.h>

#include "engine/sample.h"

static const struct ir_stage *clause_at(const struct ir_query *q, uint32_t i)
{
    return i < q->n_stages ? &q->stages[i] : q->until;
}

/* The rule set's slots of the query's fields. */
static uint32_t *slots_of(const struct explain *x)
{
    size_t n;
    const struct field *const *fields = ruleset_fields(x->rules, &n);
    struct map places = {0};
    uint32_t *slots = NEW_ARRAY(x->arena, uint32_t, x->query->n_fields);
    for (size_t i = 0; i < n; i++) {
        *map_put(&places, fields[i]->name, x->arena) = (void *)(uintptr_t)(i + 1);
    }
    for (uint32_t i = 0; i < x->query->n_fields; i++) {
        const struct field *f = x->query->fields[i];
        slots[i] = f ? (uint32_t)((uintptr_t)map_get(&places, f->name) - 1) : UINT32_MAX;
    }
    return slots;
}

struct explain *explain_new(struct ruleset *rules, struct arena *a, struct diags *d)
{
    size_t n;
    const struct rule *rule = ruleset_rules(rules, &n)[0];
    struct explain *x = NEW(a, struct explain);
    x->arena = a;
    x->query = rule->query;
    x->rules = rules;
    x->joined = ruleset_stateful(rules, 0);
    x->n_clauses = x->joined ? x->joined->n_clauses : 1;
    x->program = program_new(a);
    x->plans = NEW_ARRAY(a, struct explain_plan *, x->n_clauses);
    const uint32_t *slots = slots_of(x);
    for (uint32_t i = 0; i < x->n_clauses; i++) {
        const struct ir *where = clause_at(x->query, i)->where;
        uint32_t condition;
        if (!program_add(x->program, where, x->query, slots, &rule->source, d, &condition)) {
            program_free(x->program);
            return NULL;
        }
        x->plans[i] = explain_plan_new(x->program, where, x->query, slots, a);
    }
    program_freeze(x->program);
    x->evaluator = evaluator_new(x->program);
    return x;
}

void explain_free(struct explain *x)
{
    if (x) {
        evaluator_free(x->evaluator);
        program_free(x->program);
    }
}

static struct explain_event *new_event(struct explain *x)
{
    if (x->n == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 64;
        struct explain_event *events = NEW_ARRAY(x->arena, struct explain_event, cap);
        if (x->n) {
            memcpy(events, x->events, x->n * sizeof *events);
        }
        x->events = events;
        x->cap = cap;
    }
    return &x->events[x->n++];
}

/* What the machines ask of an event. */
static void take_keys(struct explain *x, struct event *event, struct explain_event *e)
{
    uint64_t all = x->n_clauses < CLAUSES_MAX ? CLAUSE_BIT(x->n_clauses) - 1 : UINT64_MAX;
    struct buf taken = BUF_INIT(0);
    uint64_t joinable = join_take(&x->joined->join, event, all, &taken);
    e->timeless = x->query->kind == IR_SEQUENCE && e->order.timestamp.type != VALUE_DATE;
    e->joinable = joinable;
    e->clauses = e->timeless ? 0 : e->held & joinable;
    e->taken = arena_copy(x->arena, buf_view(&taken));
    buf_deinit(&taken);
}

const struct explain_event *explain_add(struct explain *x, struct event *event)
{
    struct explain_event *e = new_event(x);
    *e = (struct explain_event){.order = {.input = x->n - 1}};
    e->verdicts = NEW_ARRAY(x->arena, struct verdict *, x->n_clauses);
    for (uint32_t i = 0; i < x->n_clauses; i++) {
        e->verdicts[i] = explain_condition(x->plans[i], x->evaluator, event, x->arena);
        e->held |= e->verdicts[i]->holds ? CLAUSE_BIT(i) : 0;
    }
    e->order.timestamp = ruleset_order_value(ruleset_timestamp_slot(x->rules, 0), event);
    e->order.tiebreaker = ruleset_order_value(ruleset_tiebreaker_slot(x->rules, 0), event);
    if (x->joined) {
        take_keys(x, event, e);
    } else {
        x->matches += e->held;
    }
    return e;
}

/* ---- Running the machine ---- */

/* Where the recorder puts what it hears. */
struct recording {
    struct explain *x;
    struct explain_event *event; /* NULL: at the end */
    size_t cap;                  /* of the notes being filled */
    struct map open;             /* of each partial that lives: its note, by length and key */
};

static struct explain_note note_of(struct explain *x, const struct sequence_trace *t)
{
    size_t *events = NEW_ARRAY(x->arena, size_t, t->n);
    for (uint32_t i = 0; i < t->n; i++) {
        events[i] = (size_t)t->handles[i];
    }
    return (struct explain_note){t->action, arena_copy(x->arena, t->key), events, t->n};
}

static void add_note(struct recording *r, struct explain_note note)
{
    struct explain_note **notes = r->event ? &r->event->notes : &r->x->last;
    size_t *n = r->event ? &r->event->n_notes : &r->x->n_last;
    if (*n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 4;
        struct explain_note *grown = NEW_ARRAY(r->x->arena, struct explain_note, cap);
        if (*n) {
            memcpy(grown, *notes, *n * sizeof *grown);
        }
        *notes = grown;
        r->cap = cap;
    }
    (*notes)[(*n)++] = note;
}

/* The name of a partial among those that live: no key has two in one slot. A key may hold any byte. */
static str partial_name(struct explain *x, str key, uint32_t n)
{
    struct buf b = BUF_INIT(0);
    buf_printf(&b, "%u:", (unsigned)n);
    buf_append(&b, key);
    str name = arena_copy(x->arena, buf_view(&b));
    buf_deinit(&b);
    return name;
}

static void open_partial(struct recording *r, const struct explain_note *note)
{
    struct explain_note *kept = NEW(r->x->arena, struct explain_note);
    *kept = *note;
    *map_put(&r->open, partial_name(r->x, note->key, note->n), r->x->arena) = kept;
}

/* The partial of the first n events of the note lives no longer. Another may have taken its place already. */
static void close_partial(struct recording *r, const struct explain_note *note, uint32_t n)
{
    void **place = map_put(&r->open, partial_name(r->x, note->key, n), r->x->arena);
    const struct explain_note *kept = *place;
    if (kept && memcmp(kept->events, note->events, n * sizeof *note->events) == 0) {
        *place = NULL;
    }
}

/* Keeps the list of what lives in step. */
static void follow(struct recording *r, const struct explain_note *note)
{
    switch (note->action) {
    case SEQUENCE_STARTED:
        open_partial(r, note);
        break;
    case SEQUENCE_ADVANCED:
        close_partial(r, note, note->n - 1);
        open_partial(r, note);
        break;
    case SEQUENCE_WAITS:
    case SEQUENCE_REFUSED:
    case SEQUENCE_MATCHED:
        close_partial(r, note, note->n - 1);
        break;
    case SEQUENCE_REPLACED:
    case SEQUENCE_EXPIRED:
    case SEQUENCE_KILLED:
    case SEQUENCE_DROPPED:
        close_partial(r, note, note->n);
        break;
    case SEQUENCE_BROKEN:
    case SEQUENCE_DISCARDED:
        break;
    }
}

static void on_trace(void *user, const struct sequence_trace *t)
{
    struct recording *r = user;
    struct explain_note note = note_of(r->x, t);
    add_note(r, note);
    follow(r, &note);
    bool matched = t->action == SEQUENCE_MATCHED;
    r->x->matches += matched;
    if (!matched && t->n >= r->x->best.n) {
        r->x->best = note;
    }
}

static void ignore_match(void *user, const struct sequence_match *m)
{
    (void)user; /* the recorder has heard of it */
    (void)m;
}

static int in_order(const void *a, const void *b)
{
    return results_compare(a, b);
}

static void put_in_order(struct explain *x)
{
    struct result *results = NEW_ARRAY(x->arena, struct result, x->n);
    for (size_t i = 0; i < x->n; i++) {
        if (!x->events[i].timeless) {
            results[x->n_order++] = x->events[i].order;
        }
    }
    if (x->n_order && x->query->kind == IR_SEQUENCE) {
        qsort(results, x->n_order, sizeof *results, in_order);
    }
    x->order = x->shown = NEW_ARRAY(x->arena, size_t, x->n);
    for (size_t i = 0; i < x->n_order; i++) {
        x->order[i] = (size_t)results[i].input;
    }
    for (size_t i = 0, n = x->n_order; i < x->n; i++) {
        if (x->events[i].timeless) {
            x->shown[n++] = i;
        }
    }
}

static void keep_open(struct recording *r)
{
    struct explain *x = r->x;
    x->open = NEW_ARRAY(x->arena, struct explain_note, r->open.count);
    for (size_t i = 0; i < r->open.count; i++) {
        if (r->open.entries[i].value) {
            x->open[x->n_open++] = *(const struct explain_note *)r->open.entries[i].value;
        }
    }
}

static void run_sequence(struct explain *x)
{
    struct recording r = {.x = x};
    const struct sequence_options options = {0};
    const struct sequence_sink sink = {.user = &r, .match = ignore_match, .trace = on_trace};
    struct pool *pool = pool_new();
    struct sequence *machine = sequence_new(&x->joined->form, pool, &options, &sink);
    for (size_t i = 0; i < x->n_order; i++) {
        struct explain_event *e = &x->events[x->order[i]];
        struct join_offer *offers;
        uint64_t cut = 0;
        size_t n = join_offers(&x->joined->join, e->taken, e->clauses, x->arena, &offers, &cut);
        r.event = e;
        r.cap = 0;
        sequence_event(machine, e->order.timestamp.number, offers, e->clauses ? n : 0, x->order[i]);
    }
    r.event = NULL;
    r.cap = 0;
    sequence_finish(machine);
    keep_open(&r);
    sequence_free(machine);
    pool_free(pool);
}

static bool count_sample(void *user, const struct sample_match *m)
{
    struct explain *x = user;
    (void)m;
    x->matches++;
    return true;
}

static void run_sample(struct explain *x)
{
    const struct sample_options options = {.filters = x->n_clauses, .per_key = 1};
    const struct sample_sink sink = {.user = x, .match = count_sample};
    struct pool *pool = pool_new();
    struct sample *machine = sample_new(pool, &options, &sink);
    for (size_t i = 0; i < x->n; i++) {
        struct join_offer *offers;
        uint64_t cut = 0;
        const struct explain_event *e = &x->events[i];
        size_t n = join_offers(&x->joined->join, e->taken, e->clauses, x->arena, &offers, &cut);
        sample_event(machine, offers, e->clauses ? n : 0, i);
    }
    sample_finish(machine);
    sample_free(machine);
    pool_free(pool);
}

void explain_run(struct explain *x)
{
    if (!x->joined) {
        return;
    }
    put_in_order(x);
    if (x->query->kind == IR_SEQUENCE) {
        run_sequence(x);
    } else {
        run_sample(x);
    }
    if (x->matches == 0) {
        explain_find_miss(x);
    }
}
