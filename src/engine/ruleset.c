/* SPDX-License-Identifier: Apache-2.0 */
/* Rules to slots and conditions. */
#include <string.h>

#include "engine/ruleset_internal.h"

static uint32_t find_slot(struct ruleset *rs, const struct field *field)
{
    void **place = map_put(&rs->slots, field->name, rs->arena);
    if (*place) {
        return (uint32_t)((uintptr_t)*place - 1);
    }
    if (rs->n_fields == rs->cap_fields) {
        size_t cap = rs->cap_fields ? rs->cap_fields * 2 : 32;
        const struct field **fields = NEW_ARRAY(rs->arena, const struct field *, cap);
        if (rs->n_fields) {
            memcpy(fields, rs->fields, rs->n_fields * sizeof *fields);
        }
        rs->fields = fields;
        rs->cap_fields = cap;
    }
    rs->fields[rs->n_fields++] = field;
    *place = (void *)(uintptr_t)rs->n_fields;
    return (uint32_t)(rs->n_fields - 1);
}

/* Rules read few fields again and again, which need not be hashed each time. */
static uint32_t slot_of(struct ruleset *rs, const struct field *field)
{
    uint32_t *recent = &rs->recent[(uintptr_t)field / sizeof *field % RECENT_SLOTS];
    if (*recent >= rs->n_fields || rs->fields[*recent] != field) {
        *recent = find_slot(rs, field);
    }
    return *recent;
}

/* The slot of a field that events are ordered by. One that the rule names must be known, and a timestamp a date; "@timestamp" by default may be
 * unknown, since a query may run over documents without any. */
static bool order_slot(struct ruleset *rs, struct schema *schema, const struct rule *r, str name,
                       bool date, struct diags *d, uint32_t *out)
{
    *out = UINT32_MAX;
    const struct field *f = schema_find(schema, name.len ? name : S("@timestamp"));
    if (!f) {
        if (name.len) {
            diag_error(d, &r->source, r->query->at, DIAG_UNKNOWN_FIELD, "unknown field '%.*s'",
                       STR_ARG(name));
        }
        return name.len == 0;
    }
    enum field_type type = f->format.type;
    bool fits = date ? type == FIELD_DATE || type == FIELD_DATE_NANOS : type != FIELD_OBJECT;
    if (name.len && !fits) {
        str is = field_type_name(type);
        diag_error(d, &r->source, r->query->at, DIAG_FIELD_TYPE,
                   "events cannot be ordered by '%.*s', which is %.*s", STR_ARG(name), STR_ARG(is));
        return false;
    }
    *out = slot_of(rs, f);
    return true;
}

/* Where a query is compiled to. */
struct compilation {
    struct ruleset *rules;
    const struct rule *rule;
    const uint32_t *slots; /* of the query's fields */
    struct diags *diags;
};

static bool add_stage(const struct compilation *c, const struct ir_stage *stage, uint32_t *out)
{
    struct ruleset *rs = c->rules;
    const struct ir_query *q = c->rule->query;
    const struct ir *where = ir_simple_where(stage, q, rs->arena);
    return program_add(rs->program, where, q, c->slots, &c->rule->source, c->diags, out);
}

static bool fits(const struct compilation *c, const struct ir_query *q, struct stateful *s)
{
    struct diag *item = NULL;
    s->n_clauses = q->n_stages + (q->until ? 1 : 0);
    if (s->n_clauses > CLAUSES_MAX) {
        item = diag_error(c->diags, &c->rule->source, q->at, DIAG_TOO_LARGE,
                          "the query has %u stages", s->n_clauses);
        diag_hint(c->diags, item, "a sequence may have %d, 'until' included", CLAUSES_MAX);
        return false;
    }
    if (q->kind == IR_SEQUENCE && !sequence_form_init(&s->form, q, c->rules->arena)) {
        diag_error(c->diags, &c->rule->source, q->at, DIAG_TOO_LARGE,
                   "the sequence has more than %d places", SEQUENCE_PLACES_MAX);
        return false;
    }
    return true;
}

static bool compile_stateful(const struct compilation *c, struct stateful **out)
{
    const struct ir_query *q = c->rule->query;
    struct arena *a = c->rules->arena;
    struct stateful *s = NEW(a, struct stateful);
    s->kind = q->kind;
    if (!fits(c, q, s)) {
        return false;
    }
    join_plan_init(&s->join, q, c->slots, a);
    s->conditions = NEW_ARRAY(a, uint32_t, s->n_clauses);
    for (uint32_t i = 0; i < s->n_clauses; i++) {
        if (!add_stage(c, i < q->n_stages ? &q->stages[i] : q->until, &s->conditions[i])) {
            return false;
        }
    }
    *out = s;
    return true;
}

static uint32_t order_of(struct ruleset *rs, struct event_order wanted)
{
    for (size_t i = 0; i < rs->n_orders; i++) {
        const struct event_order *o = &rs->orders[i];
        if (o->timestamp == wanted.timestamp && o->tiebreaker == wanted.tiebreaker) {
            return (uint32_t)i;
        }
    }
    rs->orders[rs->n_orders] = wanted;
    return (uint32_t)rs->n_orders++;
}

static bool compile_rule(struct ruleset *rs, const struct rule *r, struct schema *schema,
                         struct diags *d)
{
    const struct ir_query *q = r->query;
    uint32_t *slots = NEW_ARRAY(rs->arena, uint32_t, q->n_fields);
    for (uint32_t i = 0; i < q->n_fields; i++) {
        slots[i] = q->fields[i] ? slot_of(rs, q->fields[i]) : UINT32_MAX;
    }
    struct compiled_rule c = {.tiebreaker = UINT32_MAX};
    const struct eql_options *o = &r->options;
    if (!order_slot(rs, schema, r, o->timestamp_field, true, d, &c.timestamp)) {
        return false;
    }
    if (o->tiebreaker_field.len &&
        !order_slot(rs, schema, r, o->tiebreaker_field, false, d, &c.tiebreaker)) {
        return false;
    }
    const struct compilation compilation = {rs, r, slots, d};
    bool ok = q->kind == IR_EVENT ? add_stage(&compilation, &q->stages[0], &c.condition)
                                  : compile_stateful(&compilation, &c.stateful);
    if (!ok) {
        return false;
    }
    if (c.stateful) {
        rs->has_stateful = true;
        c.stateful->order = order_of(rs, (struct event_order){c.timestamp, c.tiebreaker});
    }
    rs->rules[rs->n] = r;
    rs->compiled[rs->n++] = c;
    return true;
}

struct ruleset *ruleset_new(const struct rule_list *rules, struct schema *schema, struct arena *a,
                            struct diags *d)
{
    struct ruleset *rs = NEW(a, struct ruleset);
    rs->arena = a;
    rs->program = program_new(a);
    rs->rules = NEW_ARRAY(a, const struct rule *, rules->count);
    rs->compiled = NEW_ARRAY(a, struct compiled_rule, rules->count);
    rs->orders = NEW_ARRAY(a, struct event_order, rules->count);
    for (size_t i = 0; i < rules->count; i++) {
        rs->refused += !compile_rule(rs, rules->rules[i], schema, d);
    }
    program_freeze(rs->program);
    return rs;
}

void ruleset_free(struct ruleset *rs)
{
    if (rs) {
        program_free(rs->program);
    }
}

const struct rule *const *ruleset_rules(const struct ruleset *rs, size_t *n)
{
    *n = rs->n;
    return rs->rules;
}

size_t ruleset_refused(const struct ruleset *rs)
{
    return rs->refused;
}

const struct field *const *ruleset_fields(const struct ruleset *rs, size_t *n)
{
    *n = rs->n_fields;
    return rs->fields;
}

uint32_t ruleset_timestamp_slot(const struct ruleset *rs, size_t rule)
{
    return rs->compiled[rule].timestamp;
}

uint32_t ruleset_tiebreaker_slot(const struct ruleset *rs, size_t rule)
{
    return rs->compiled[rule].tiebreaker;
}

const struct stateful *ruleset_stateful(const struct ruleset *rs, size_t rule)
{
    return rs->compiled[rule].stateful;
}

bool ruleset_has_stateful(const struct ruleset *rs)
{
    return rs->has_stateful;
}

const struct event_order *ruleset_orders(const struct ruleset *rs, size_t *n)
{
    *n = rs->n_orders;
    return rs->orders;
}

struct value ruleset_order_value(uint32_t slot, struct event *event)
{
    struct values values = {0};
    if (slot != UINT32_MAX) {
        values = event_values(event, slot);
    }
    struct value least = {0};
    for (size_t i = 0; i < values.n; i++) {
        if (i == 0 || value_cmp(&values.v[i], &least) < 0) {
            least = values.v[i];
        }
    }
    return least;
}

const struct program *ruleset_program(const struct ruleset *rs)
{
    return rs->program;
}
