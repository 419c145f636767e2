/* SPDX-License-Identifier: Apache-2.0 */
/* The batch form of the machines, all in memory: handles are numbers of events. */
#include "cli/eql_join.h"

#include <stdlib.h>
#include <string.h>

#include "engine/sample.h"

/* An event that satisfies a stage. */
struct join_event {
    struct result order; /* first: results_sort orders these */
    uint64_t clauses;
    str taken; /* its key values */
};

void eql_join_init(struct eql_join *j, const struct ruleset *set, struct arena *a)
{
    *j = (struct eql_join){.set = set, .rule = ruleset_stateful(set, 0), .arena = a};
}

static struct join_event *new_event(struct eql_join *j)
{
    if (j->n == j->cap) {
        size_t cap = j->cap ? j->cap * 2 : 64;
        struct join_event *events = NEW_ARRAY(j->arena, struct join_event, cap);
        if (j->n) {
            memcpy(events, j->events, j->n * sizeof *events);
        }
        j->events = events;
        j->cap = cap;
    }
    return &j->events[j->n++];
}

void eql_join_event(struct eql_join *j, struct scanner *scanner, size_t gate, struct event *event,
                    size_t input)
{
    const struct stage_match *stages;
    struct value time = ruleset_order_value(ruleset_timestamp_slot(j->set, 0), event);
    bool timeless = j->rule->kind == IR_SEQUENCE && time.type != VALUE_DATE;
    if (timeless || !scanner_stages(scanner, gate, &stages)) {
        return;
    }
    struct buf taken = BUF_INIT(0);
    uint64_t clauses = join_take(&j->rule->join, event, stages[0].clauses, &taken);
    if (clauses) {
        struct value tie = ruleset_order_value(ruleset_tiebreaker_slot(j->set, 0), event);
        if (tie.type == VALUE_STRING || tie.type == VALUE_VERSION) {
            tie.text = arena_copy(j->arena, tie.text);
        }
        *new_event(j) = (struct join_event){
            .order = {time, tie, input},
            .clauses = clauses,
            .taken = arena_copy(j->arena, buf_view(&taken)),
        };
    }
    buf_deinit(&taken);
}

/* ---- What is found ---- */

static struct eql_group *new_group(struct eql_join *j, str key, uint32_t places)
{
    if (j->n_groups == j->cap_groups) {
        size_t cap = j->cap_groups ? j->cap_groups * 2 : 16;
        struct eql_group *groups = NEW_ARRAY(j->arena, struct eql_group, cap);
        if (j->n_groups) {
            memcpy(groups, j->groups, j->n_groups * sizeof *groups);
        }
        j->groups = groups;
        j->cap_groups = cap;
    }
    struct eql_group *g = &j->groups[j->n_groups++];
    *g = (struct eql_group){.key = arena_copy(j->arena, key),
                            .events = NEW_ARRAY(j->arena, size_t, places),
                            .n = places};
    return g;
}

static void add_sequence(void *user, const struct sequence_match *m)
{
    struct eql_join *j = user;
    const struct sequence_form *form = &j->rule->form;
    struct eql_group *g = new_group(j, m->key, form->n_places);
    g->number = m->number;
    for (uint32_t i = 0, filled = 0; i < form->n_places; i++) {
        g->events[i] = form->missing[i] ? SIZE_MAX : (size_t)m->handles[filled++];
    }
}

/* What a sample is collected into, and how many more. */
struct sampling {
    struct eql_join *join;
    uint64_t left;
};

static bool add_sample(void *user, const struct sample_match *m)
{
    struct sampling *s = user;
    struct eql_group *g = new_group(s->join, m->key, m->n);
    for (uint32_t i = 0; i < m->n; i++) {
        g->events[i] = (size_t)m->handles[i];
    }
    return --s->left > 0;
}

/* ---- Running ---- */

static int in_order(const void *x, const void *y)
{
    const struct join_event *a = x, *b = y;
    return results_compare(&a->order, &b->order);
}

static int by_completion(const void *x, const void *y)
{
    const struct eql_group *a = x, *b = y;
    return a->number < b->number ? -1 : a->number > b->number;
}

static size_t offers_of(struct eql_join *j, const struct join_event *e, struct arena *scratch,
                        struct join_offer **out)
{
    return join_offers(&j->rule->join, e->taken, e->clauses, scratch, out, &j->cut);
}

static void run_sequence(struct eql_join *j, struct pool *pool, struct arena *scratch)
{
    const struct sequence_options options = {0};
    const struct sequence_sink sink = {.user = j, .match = add_sequence};
    struct sequence *machine = sequence_new(&j->rule->form, pool, &options, &sink);
    if (j->n) {
        qsort(j->events, j->n, sizeof *j->events, in_order);
    }
    for (size_t i = 0; i < j->n; i++) {
        struct join_offer *offers;
        size_t n = offers_of(j, &j->events[i], scratch, &offers);
        const struct result *at = &j->events[i].order;
        sequence_event(machine, at->timestamp.number, offers, n, at->input);
        arena_reset(scratch, (size_t)1 << 20);
    }
    sequence_finish(machine);
    sequence_free(machine);
    if (j->n_groups) {
        qsort(j->groups, j->n_groups, sizeof *j->groups, by_completion);
    }
}

static void run_sample(struct eql_join *j, uint64_t per_key, uint64_t size, struct pool *pool,
                       struct arena *scratch)
{
    struct sampling sampling = {j, size};
    const struct sample_options options = {.filters = j->rule->n_clauses, .per_key = per_key};
    const struct sample_sink sink = {.user = &sampling, .match = add_sample};
    struct sample *machine = sample_new(pool, &options, &sink);
    for (size_t i = 0; i < j->n; i++) {
        struct join_offer *offers;
        size_t n = offers_of(j, &j->events[i], scratch, &offers);
        sample_event(machine, offers, n, j->events[i].order.input);
        arena_reset(scratch, (size_t)1 << 20);
    }
    if (size) {
        sample_finish(machine);
    }
    sample_free(machine);
}

void eql_join_run(struct eql_join *j, uint64_t per_key, uint64_t size)
{
    struct pool *pool = pool_new();
    struct arena scratch = arena_open((size_t)8 << 30);
    if (j->rule->kind == IR_SEQUENCE) {
        run_sequence(j, pool, &scratch);
    } else {
        run_sample(j, per_key, size, pool, &scratch);
    }
    arena_close(&scratch);
    pool_free(pool);
}
