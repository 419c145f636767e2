/* SPDX-License-Identifier: Apache-2.0 */
/* A column is its number of values (varint), then the values. A value is its type in one byte and: nothing (null), one byte (boolean), eight (long, double, date), sixteen (ip), or length (varint) and text. */
#include "engine/join.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/time.h"

/* ---- The plan ---- */

static uint32_t column_of(struct join_plan *plan, uint32_t slot)
{
    for (uint32_t i = 0; i < plan->n_columns; i++) {
        if (plan->slots[i] == slot) {
            return i;
        }
    }
    plan->slots[plan->n_columns] = slot;
    return plan->n_columns++;
}

static bool same_set(const struct join_plan *plan, const struct join_set *a,
                     const struct join_set *b)
{
    for (uint32_t i = 0; i < plan->n_keys; i++) {
        if (a->columns[i] != b->columns[i] || a->optional[i] != b->optional[i]) {
            return false;
        }
    }
    return true;
}

static uint8_t set_of(struct join_plan *plan, const struct ir_stage *stage, const uint32_t *slots,
                      struct arena *a)
{
    uint32_t *columns = NEW_ARRAY(a, uint32_t, plan->n_keys);
    for (uint32_t i = 0; i < plan->n_keys; i++) {
        columns[i] = column_of(plan, slots[stage->keys[i]]);
    }
    struct join_set set = {columns, stage->optional};
    for (uint32_t i = 0; i < plan->n_sets; i++) {
        if (same_set(plan, &plan->sets[i], &set)) {
            return (uint8_t)i;
        }
    }
    plan->sets[plan->n_sets] = set;
    return (uint8_t)plan->n_sets++;
}

void join_plan_init(struct join_plan *plan, const struct ir_query *q, const uint32_t *slots,
                    struct arena *a)
{
    uint32_t n = q->n_stages + (q->until ? 1 : 0);
    assert(n <= CLAUSES_MAX);
    *plan = (struct join_plan){.n_keys = q->stages[0].n_keys, .n_clauses = n};
    plan->slots = NEW_ARRAY(a, uint32_t, (size_t)n * plan->n_keys);
    plan->sets = NEW_ARRAY(a, struct join_set, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_stage *stage = i < q->n_stages ? &q->stages[i] : q->until;
        plan->set_of[i] = set_of(plan, stage, slots, a);
        if (!stage->missing && i < q->n_stages) {
            plan->first_set = plan->set_of[i];
        }
    }
}

/* ---- Values to bytes ---- */

static void put_varint(uint64_t n, struct buf *out)
{
    for (; n >= 0x80; n >>= 7) {
        buf_byte(out, (char)(n | 0x80));
    }
    buf_byte(out, (char)n);
}

static bool get_varint(str *s, uint64_t *out)
{
    uint64_t n = 0;
    for (unsigned i = 0, shift = 0; i < s->len && shift < 64; i++, shift += 7) {
        unsigned char c = (unsigned char)s->ptr[i];
        n |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *out = n;
            *s = str_slice(*s, i + 1, s->len);
            return true;
        }
    }
    return false;
}

static void put_value(const struct value *v, struct buf *out)
{
    buf_byte(out, (char)v->type);
    switch (v->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        buf_byte(out, (char)v->boolean);
        break;
    case VALUE_LONG:
    case VALUE_DATE:
        buf_append(out, (str){(const char *)&v->number, sizeof v->number});
        break;
    case VALUE_DOUBLE: {
        double real = v->real == 0 ? 0.0 : v->real; /* one zero */
        buf_append(out, (str){(const char *)&real, sizeof real});
        break;
    }
    case VALUE_STRING:
    case VALUE_VERSION:
        put_varint(v->text.len, out);
        buf_append(out, v->text);
        break;
    case VALUE_IP:
        buf_append(out, (str){(const char *)v->ip.byte, sizeof v->ip.byte});
        break;
    }
}

static bool get_bytes(str *s, void *out, size_t n)
{
    if (s->len < n) {
        return false;
    }
    memcpy(out, s->ptr, n);
    *s = str_slice(*s, n, s->len);
    return true;
}

bool join_key_next(str *key, struct value *out)
{
    unsigned char type, flag;
    uint64_t len;
    if (!get_bytes(key, &type, 1)) {
        return false;
    }
    *out = (struct value){.type = (enum value_type)type};
    switch (out->type) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOLEAN:
        flag = 0;
        if (!get_bytes(key, &flag, 1)) {
            return false;
        }
        out->boolean = flag != 0;
        return true;
    case VALUE_LONG:
    case VALUE_DATE:
        return get_bytes(key, &out->number, sizeof out->number);
    case VALUE_DOUBLE:
        return get_bytes(key, &out->real, sizeof out->real);
    case VALUE_STRING:
    case VALUE_VERSION:
        if (!get_varint(key, &len) || len > key->len) {
            return false;
        }
        out->text = str_slice(*key, 0, (size_t)len);
        *key = str_slice(*key, (size_t)len, key->len);
        return true;
    case VALUE_IP:
        return get_bytes(key, out->ip.byte, sizeof out->ip.byte);
    }
    return false;
}

void join_keys_write(str key, bool dates_as_numbers, struct arena *scratch, struct buf *out)
{
    struct value v;
    buf_byte(out, '[');
    for (bool first = true; join_key_next(&key, &v); first = false) {
        buf_append(out, first ? S("") : S(","));
        if (dates_as_numbers && v.type == VALUE_DATE) {
            buf_printf(out, "%lld", (long long)(v.number / TIME_NS_PER_MS));
        } else {
            json_write(value_to_json(&v, scratch), out);
        }
    }
    buf_byte(out, ']');
}

/* ---- What an event has ---- */

/* Which columns the clauses read, and whether one of them needs a value there. */
static bool column_read(const struct join_plan *plan, uint64_t clauses, uint32_t column)
{
    for (uint32_t i = 0; i < plan->n_clauses; i++) {
        const struct join_set *set = &plan->sets[plan->set_of[i]];
        for (uint32_t k = 0; clauses & CLAUSE_BIT(i) && k < plan->n_keys; k++) {
            if (set->columns[k] == column) {
                return true;
            }
        }
    }
    return false;
}

static struct values column_values(const struct join_plan *plan, struct event *event, uint32_t i)
{
    uint32_t slot = plan->slots[i];
    if (slot == UINT32_MAX) {
        return (struct values){0};
    }
    return event_values(event, slot);
}

/* The clauses whose keys without `?` all have a value. */
static uint64_t joinable(const struct join_plan *plan, struct event *event, uint64_t clauses)
{
    for (uint32_t i = 0; i < plan->n_clauses; i++) {
        const struct join_set *set = &plan->sets[plan->set_of[i]];
        for (uint32_t k = 0; clauses & CLAUSE_BIT(i) && k < plan->n_keys; k++) {
            if (!set->optional[k] && column_values(plan, event, set->columns[k]).n == 0) {
                clauses &= ~CLAUSE_BIT(i);
            }
        }
    }
    return clauses;
}

uint64_t join_take(const struct join_plan *plan, struct event *event, uint64_t clauses,
                   struct buf *out)
{
    clauses = joinable(plan, event, clauses);
    for (uint32_t i = 0; clauses && i < plan->n_columns; i++) {
        struct values values = {0};
        if (column_read(plan, clauses, i)) {
            values = column_values(plan, event, i);
        }
        put_varint(values.n, out);
        for (size_t k = 0; k < values.n; k++) {
            put_value(&values.v[k], out);
        }
    }
    return clauses;
}

/* ---- Combinations ---- */

struct column {
    str *values; /* bytes, each once */
    size_t n;
};

enum { FEW = 16 };

static bool seen_before(const struct column *c, str value)
{
    for (size_t i = 0; i < c->n; i++) {
        if (str_eq(c->values[i], value)) {
            return true;
        }
    }
    return false;
}

/* Reads a column off the front; equal values once. */
static struct column read_column(str *taken, struct arena *a)
{
    struct column c = {0};
    uint64_t n = 0;
    struct map seen = {0};
    struct value value;
    get_varint(taken, &n);
    c.values = NEW_ARRAY(a, str, n);
    for (uint64_t i = 0; i < n; i++) {
        str whole = *taken;
        if (!join_key_next(taken, &value)) {
            break;
        }
        str bytes = str_slice(whole, 0, whole.len - taken->len);
        bool again;
        if (n <= FEW) {
            again = seen_before(&c, bytes);
        } else {
            void **place = map_put(&seen, bytes, a);
            again = *place != NULL;
            *place = &c;
        }
        if (!again) {
            c.values[c.n++] = bytes;
        }
    }
    return c;
}

/* Walks the combinations of one set's columns. */
struct wheels {
    const struct column **columns;
    size_t *at;
    uint32_t n;
};

static bool turn(struct wheels *w)
{
    for (uint32_t i = w->n; i > 0; i--) {
        if (++w->at[i - 1] < w->columns[i - 1]->n) {
            return true;
        }
        w->at[i - 1] = 0;
    }
    return false;
}

static str combination(const struct wheels *w, struct arena *a)
{
    static const char null[1] = {VALUE_NULL};
    size_t len = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        len += w->columns[i]->n ? w->columns[i]->values[w->at[i]].len : sizeof null;
    }
    char *bytes = arena_push_raw(a, 1, len);
    size_t at = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        str v = w->columns[i]->n ? w->columns[i]->values[w->at[i]] : (str){null, sizeof null};
        memcpy(bytes + at, v.ptr, v.len);
        at += v.len;
    }
    return (str){bytes, len};
}

/* The offers being collected. */
struct offers {
    struct join_offer *v;
    size_t n, cap;
    struct map places; /* key to index + 1, when more than one set is offered */
    bool merge;
    struct arena *arena;
};

static void add_offer(struct offers *o, str key, uint64_t clauses)
{
    if (o->merge) {
        void **place = map_put(&o->places, key, o->arena);
        if (*place) {
            o->v[(uintptr_t)*place - 1].clauses |= clauses;
            return;
        }
        *place = (void *)(uintptr_t)(o->n + 1);
    }
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 4;
        struct join_offer *v = NEW_ARRAY(o->arena, struct join_offer, cap);
        if (o->n) {
            memcpy(v, o->v, o->n * sizeof *v);
        }
        o->v = v;
        o->cap = cap;
    }
    o->v[o->n++] = (struct join_offer){key, clauses};
}

static void offer_set(const struct join_plan *plan, uint32_t number, const struct column *columns,
                      uint64_t clauses, struct offers *o, uint64_t *cut)
{
    const struct join_set *set = &plan->sets[number];
    struct wheels w = {.columns = NEW_ARRAY(o->arena, const struct column *, plan->n_keys),
                       .at = NEW_ARRAY(o->arena, size_t, plan->n_keys),
                       .n = plan->n_keys};
    for (uint32_t k = 0; k < plan->n_keys; k++) {
        w.columns[k] = &columns[set->columns[k]];
    }
    for (size_t tried = 0; tried < JOIN_OFFERS_MAX; tried++) {
        add_offer(o, combination(&w, o->arena), clauses);
        if (!turn(&w)) {
            return;
        }
    }
    (*cut)++;
}

size_t join_offers(const struct join_plan *plan, str taken, uint64_t clauses, struct arena *a,
                   struct join_offer **out, uint64_t *cut)
{
    struct column *columns = NEW_ARRAY(a, struct column, plan->n_columns);
    for (uint32_t i = 0; i < plan->n_columns; i++) {
        columns[i] = read_column(&taken, a);
    }
    uint64_t by_set[CLAUSES_MAX] = {0};
    uint32_t sets = 0;
    for (uint32_t i = 0; i < plan->n_clauses; i++) {
        if (clauses & CLAUSE_BIT(i)) {
            sets += by_set[plan->set_of[i]] == 0;
            by_set[plan->set_of[i]] |= CLAUSE_BIT(i);
        }
    }
    struct offers o = {.merge = sets > 1, .arena = a};
    for (uint32_t i = 0; i < plan->n_sets; i++) {
        uint32_t number = (plan->first_set + i) % plan->n_sets;
        if (by_set[number]) {
            offer_set(plan, number, columns, by_set[number], &o, cut);
        }
    }
    *out = o.v;
    return o.n;
}
