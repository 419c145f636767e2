/* SPDX-License-Identifier: Apache-2.0 */
/* From query text and documents to lists of sequences, by the engine's own parts; see ref_sequence_engine.h. */
#include "ref_sequence_engine.h"

#include <stdlib.h>

#include "engine/results.h"
#include "engine/ruleset.h"
#include "engine/sample.h"
#include "engine/sequence.h"
#include "ref_engine.h"

enum { EVENTS_MAX = 64 };

struct found {
    struct ref_result result;
    uint64_t number;
};

/* Of one query. */
struct collector {
    const struct ref_sequence *q;
    const struct stateful *form;
    struct found *found;
    size_t n, cap;
    int64_t now, maxspan;
    bool trailing, finished; /* the last term is a missing event and the first is not */
    uint64_t current;        /* handle of the event being taken */
    int64_t held[EVENTS_MAX];
    str broken;
    struct arena *arena;
};

static struct ref_value converted(const struct value *v)
{
    struct ref_value out = {.type = REF_NULL};
    switch (v->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        out = (struct ref_value){.type = REF_BOOLEAN, .boolean = v->boolean};
        break;
    case VALUE_LONG:
        out = (struct ref_value){.type = REF_LONG, .number = v->number};
        break;
    case VALUE_DOUBLE:
        out = (struct ref_value){.type = REF_DOUBLE, .real = v->real};
        break;
    case VALUE_STRING:
        out = (struct ref_value){.type = REF_TEXT, .text = v->text};
        break;
    case VALUE_DATE:
        out = (struct ref_value){.type = REF_DATE, .number = v->number};
        break;
    case VALUE_IP:
        out.type = REF_IP;
        for (int i = 0; i < 16; i++) {
            out.ip[i] = v->ip.byte[i];
        }
        break;
    case VALUE_VERSION:
        out = (struct ref_value){.type = REF_VERSION, .text = v->text};
        break;
    }
    return out;
}

struct ref_value *ref_engine_key(str key, uint32_t n, struct arena *a)
{
    struct ref_value *out = NEW_ARRAY(a, struct ref_value, n + 1);
    str copy = arena_copy(a, key);
    struct value v;
    uint32_t i = 0;
    for (; i < n && join_key_next(&copy, &v); i++) {
        out[i] = converted(&v);
    }
    return i == n && !join_key_next(&copy, &v) ? out : NULL;
}

static struct ref_value *read_key(str key, struct collector *c)
{
    struct ref_value *out = ref_engine_key(key, c->q->n_keys, c->arena);
    if (out == NULL) {
        c->broken = S("a key of the wrong length");
        out = NEW_ARRAY(c->arena, struct ref_value, c->q->n_keys);
    }
    return out;
}

static void add(struct collector *c, struct ref_result result, uint64_t number)
{
    if (c->n == c->cap) {
        c->cap = c->cap * 2 + 8;
        struct found *grown = NEW_ARRAY(c->arena, struct found, c->cap);
        for (size_t i = 0; i < c->n; i++) {
            grown[i] = c->found[i];
        }
        c->found = grown;
    }
    c->found[c->n++] = (struct found){result, number};
}

static void on_sequence(void *user, const struct sequence_match *m)
{
    struct collector *c = user;
    const struct sequence_form *form = &c->form->form;
    struct ref_result r = {.places = NEW_ARRAY(c->arena, int, form->n_places), .n = form->n_places};
    uint32_t filled = 0;
    for (uint32_t i = 0; i < form->n_places; i++) {
        if (form->missing[i]) {
            r.places[i] = REF_MISSING;
            continue;
        }
        uint64_t handle = filled < m->n ? m->handles[filled] : UINT64_MAX;
        filled++;
        if (handle >= EVENTS_MAX || (c->held[handle] <= 0 && handle != c->current)) {
            c->broken = S("a match of an event that is not held");
            return;
        }
        r.places[i] = (int)handle;
    }
    if (c->trailing && !c->finished && c->now - m->first <= c->maxspan) {
        c->broken = S("a match before its trailing missing event is decided");
    }
    r.key = read_key(m->key, c);
    add(c, r, m->number);
}

static void on_hold(void *user, uint64_t handle)
{
    struct collector *c = user;
    c->held[handle]++;
}

static void on_release(void *user, uint64_t handle)
{
    struct collector *c = user;
    if (--c->held[handle] < 0) {
        c->broken = S("an event is released more often than held");
    }
}

static bool on_sample(void *user, const struct sample_match *m)
{
    struct collector *c = user;
    struct ref_result r = {.places = NEW_ARRAY(c->arena, int, m->n), .n = m->n};
    for (uint32_t i = 0; i < m->n; i++) {
        r.places[i] = (int)m->handles[i];
    }
    r.key = read_key(m->key, c);
    add(c, r, c->n);
    return true;
}

struct bench {
    struct ruleset *set;
    struct scanner *scanner;
    struct document_event document;
    struct pool *pool;
    struct arena *arena;
    bool clock;
};

/* The value that the document is ordered by; there are no two. */
static struct value order_value(struct bench *b, uint32_t slot)
{
    struct value none = {.type = VALUE_NULL};
    if (slot == UINT32_MAX) {
        return none;
    }
    struct values values = event_values(&b->document.event, slot);
    return values.n > 0 ? values.v[0] : none;
}

static size_t order_events(struct bench *b, struct ref_event *const *events, uint32_t n,
                           uint32_t rule, bool sample, struct result *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct json_error e;
        document_event_set(&b->document, json_parse(events[i]->text, b->arena, &e), b->arena);
        struct result r = {.input = i};
        if (!sample) {
            r.timestamp = order_value(b, ruleset_timestamp_slot(b->set, rule));
            r.tiebreaker = order_value(b, ruleset_tiebreaker_slot(b->set, rule));
        }
        if (sample || r.timestamp.type != VALUE_NULL) {
            out[count++] = r;
        }
    }
    if (!sample) {
        results_sort(out, count);
    }
    return count;
}

/* The clauses of rule `rule` that the document satisfies, as offers of keys. */
static size_t find_offers(struct bench *b, uint32_t rule, const struct stateful *form,
                          struct join_offer **offers)
{
    const uint32_t *matched;
    const struct stage_match *stages;
    size_t gate = scanner_gate(b->scanner, S("any"));
    scanner_match(b->scanner, &b->document.event, gate, &matched);
    size_t n = scanner_stages(b->scanner, gate, &stages);
    uint64_t clauses = 0, cut = 0;
    for (size_t i = 0; i < n; i++) {
        clauses |= stages[i].rule == rule ? stages[i].clauses : 0;
    }
    struct buf taken = {0};
    clauses = join_take(&form->join, &b->document.event, clauses, &taken);
    str bytes = arena_copy(b->arena, buf_view(&taken));
    buf_deinit(&taken);
    return clauses == 0 ? 0 : join_offers(&form->join, bytes, clauses, b->arena, offers, &cut);
}

static void run_rule(struct bench *b, uint32_t rule, struct collector *c,
                     struct ref_event *const *events, uint32_t n)
{
    bool sample = c->form->kind == IR_SAMPLE;
    struct result *order = NEW_ARRAY(b->arena, struct result, n);
    size_t count = order_events(b, events, n, rule, sample, order);
    struct sequence_sink sink = {
        .user = c, .match = on_sequence, .hold = on_hold, .release = on_release};
    struct sample_sink sample_sink = {.user = c, .match = on_sample};
    struct sequence *machine =
        sample ? NULL : sequence_new(&c->form->form, b->pool, &(struct sequence_options){0}, &sink);
    struct sample_options options = {.filters = c->q->n, .per_key = c->q->per_key};
    struct sample *sampler = sample ? sample_new(b->pool, &options, &sample_sink) : NULL;
    for (size_t i = 0; i < count; i++) {
        struct json_error e;
        struct join_offer *offers = NULL;
        document_event_set(&b->document, json_parse(events[order[i].input]->text, b->arena, &e),
                           b->arena);
        size_t n_offers = find_offers(b, rule, c->form, &offers);
        c->current = order[i].input;
        if (sample) {
            sample_event(sampler, offers, n_offers, c->current);
            continue;
        }
        c->now = order[i].timestamp.number;
        if (b->clock && i % 3 == 0) {
            sequence_advance(machine, c->now);
        }
        if (n_offers > 0 || i % 2 == 0) {
            sequence_event(machine, c->now, offers, n_offers, c->current);
        }
    }
    c->finished = true;
    c->current = UINT64_MAX;
    if (sample) {
        sample_finish(sampler);
        sample_free(sampler);
    } else {
        sequence_finish(machine);
        sequence_free(machine);
    }
}

/* In the order of completion: matches that wait are overtaken. */
static struct ref_results in_order(struct collector *c)
{
    struct ref_results out = {.v = NEW_ARRAY(c->arena, struct ref_result, c->n), .n = c->n};
    for (size_t i = 0; i < c->n; i++) {
        size_t at = i;
        struct found f = c->found[i];
        for (; at > 0 && c->found[at - 1].number > f.number; at--) {
            c->found[at] = c->found[at - 1];
        }
        c->found[at] = f;
    }
    for (size_t i = 0; i < c->n; i++) {
        out.v[i] = c->found[i].result;
    }
    return out;
}

static void run_rules(struct bench *b, const struct ref_sequence *queries,
                      struct ref_engine_results *out, struct ref_event *const *events,
                      uint32_t n_events)
{
    size_t n;
    const struct rule *const *rules = ruleset_rules(b->set, &n);
    for (uint32_t i = 0; i < n; i++) {
        int64_t number = 0; /* the id is "-e:N" */
        str_to_i64(str_slice(rules[i]->id, 3, rules[i]->id.len), &number);
        const struct ref_sequence *q = &queries[number - 1];
        struct collector c = {.q = q, .form = ruleset_stateful(b->set, i), .arena = b->arena};
        c.maxspan = q->maxspan;
        c.trailing = !q->sample && q->terms[q->n - 1].missing && !q->terms[0].missing;
        run_rule(b, i, &c, events, n_events);
        out[number - 1] = (struct ref_engine_results){.results = in_order(&c), .broken = c.broken};
    }
}

struct ref_engine_results *ref_engine_sequences(const struct ref_sequence *queries,
                                                const str *texts, uint32_t n,
                                                struct ref_event *const *events, uint32_t n_events,
                                                bool clock, struct arena *a)
{
    struct ref_engine_results *out = NEW_ARRAY(a, struct ref_engine_results, n);
    struct schema *schema = ref_engine_schema(a);
    struct rule_list list = {0};
    for (uint32_t i = 0; i < n; i++) {
        struct diags d = {.arena = a};
        struct rule *rule = rule_from_query(texts[i], i + 1, schema, a, &d);
        out[i].refused = S("by the rule set");
        if (rule == NULL) {
            out[i].refused = d.first == NULL ? S("without a diagnostic") : d.first->message;
            continue;
        }
        rule->options.tiebreaker_field = queries[i].tiebreaker ? S("tie") : (str){0};
        rule_list_add(&list, rule, a, &d);
    }
    struct diags d = {.arena = a};
    struct bench b = {.pool = pool_new(), .arena = a, .clock = clock};
    b.set = ruleset_new(&list, schema, a, &d);
    b.scanner = scanner_new(b.set);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(b.set, &n_fields);
    document_event_init(&b.document, fields, n_fields, a);
    run_rules(&b, queries, out, events, n_events);
    scanner_free(b.scanner);
    ruleset_free(b.set);
    pool_free(b.pool);
    return out;
}
