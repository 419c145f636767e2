/* SPDX-License-Identifier: Apache-2.0 */
/* IR and events made by hand, for the tests of eval: a query over the fields a to f, an event whose values are set field by field,
 * and a seeded random source. */
#ifndef POSTERN_TESTS_EVAL_HAND_H
#define POSTERN_TESTS_EVAL_HAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ecs/event.h"
#include "ir/ir.h"

enum { HAND_FIELDS = 24 };

struct hand {
    struct event event; /* first, so that the loader finds the rest */
    struct arena arena, event_arena;
    struct field fields[HAND_FIELDS];
    const struct field *field_list[HAND_FIELDS];
    str names[HAND_FIELDS];
    uint32_t slots[HAND_FIELDS];
    struct ir_query query;
    struct values values[HAND_FIELDS]; /* what the event holds */
    struct values cache[HAND_FIELDS];
    uint64_t loaded;
    unsigned loads; /* how often a slot was asked for */
};

static inline struct values hand_load(struct event *e, uint32_t slot)
{
    struct hand *h = (struct hand *)e;
    h->loads++;
    return h->values[slot];
}

/* Fields a, b, c … in slots 0, 1, 2 …; the last one is unknown and optional. */
static inline void hand_open(struct hand *h)
{
    *h = (struct hand){0};
    h->arena = arena_open((size_t)1 << 30);
    h->event_arena = arena_open((size_t)1 << 30);
    for (uint32_t i = 0; i < HAND_FIELDS; i++) {
        h->names[i] = (str){&"abcdefghijklmnopqrstuvwx"[i], 1};
        h->fields[i] = (struct field){.name = h->names[i]};
        h->field_list[i] = i + 1 < HAND_FIELDS ? &h->fields[i] : NULL;
        h->slots[i] = i;
    }
    h->query = (struct ir_query){
        .fields = h->field_list, .field_names = h->names, .n_fields = HAND_FIELDS};
    h->event = (struct event){
        .load = hand_load, .slots = h->cache, .loaded = &h->loaded, .arena = &h->event_arena};
}

static inline void hand_close(struct hand *h)
{
    arena_close(&h->arena);
    arena_close(&h->event_arena);
}

/* A new event without any value. */
static inline void hand_event(struct hand *h)
{
    h->loaded = 0;
    h->loads = 0;
    arena_reset(&h->event_arena, (size_t)1 << 20);
    memset(h->values, 0, sizeof h->values);
}

static inline void hand_set(struct hand *h, uint32_t field, const struct value *v, size_t n)
{
    struct value *copy = NEW_ARRAY(&h->event_arena, struct value, n);
    for (size_t i = 0; i < n; i++) {
        copy[i] = v[i];
    }
    h->values[field] = (struct values){copy, n};
}

static inline struct value hand_text(const char *s)
{
    return (struct value){.type = VALUE_STRING, .text = str_from(s)};
}

static inline struct value hand_long(int64_t n)
{
    return (struct value){.type = VALUE_LONG, .number = n};
}

static inline struct value hand_double(double d)
{
    return (struct value){.type = VALUE_DOUBLE, .real = d};
}

static inline struct value hand_boolean(bool b)
{
    return (struct value){.type = VALUE_BOOLEAN, .boolean = b};
}

static inline struct value hand_null(void)
{
    return (struct value){.type = VALUE_NULL};
}

static inline struct value hand_ip(const char *s)
{
    struct value v = {.type = VALUE_IP, .written = str_from(s)};
    assert_true(ip_parse(str_from(s), &v.ip));
    return v;
}

static inline struct ir *hand_constant(struct hand *h, struct value v)
{
    struct ir *ir = NEW(&h->arena, struct ir);
    *ir = (struct ir){.op = IR_CONST, .type = v.type, .constant = v};
    return ir;
}

static inline struct ir *hand_field(struct hand *h, uint32_t field)
{
    struct ir *ir = NEW(&h->arena, struct ir);
    *ir = (struct ir){.op = IR_FIELD, .type = VALUE_STRING, .field = field};
    return ir;
}

/* A node over `n` arguments. */
static inline struct ir *hand_node(struct hand *h, enum ir_op op, struct ir *const *args,
                                   uint32_t n)
{
    struct ir *ir = NEW(&h->arena, struct ir);
    *ir = (struct ir){.op = op, .type = VALUE_BOOLEAN, .n_args = n};
    ir->args = NEW_ARRAY(&h->arena, struct ir *, n);
    for (uint32_t i = 0; i < n; i++) {
        ir->args[i] = args[i];
    }
    return ir;
}

static inline struct ir *hand_binary(struct hand *h, enum ir_op op, struct ir *a, struct ir *b)
{
    return hand_node(h, op, (struct ir *[]){a, b}, 2);
}

static inline struct ir *hand_unary(struct hand *h, enum ir_op op, struct ir *a)
{
    return hand_node(h, op, &a, 1);
}

static inline struct ir *hand_call(struct hand *h, enum function_id id, bool fold,
                                   struct ir *const *args, uint32_t n)
{
    struct ir *ir = hand_node(h, IR_CALL, args, n);
    ir->call = id;
    ir->fold = fold;
    return ir;
}

/* `arg` in, like or regex a list. */
static inline struct ir *hand_list(struct hand *h, enum ir_op op, struct ir *arg,
                                   const struct value *list, uint32_t n, bool fold)
{
    struct ir *ir = hand_unary(h, op, arg);
    struct value *copy = NEW_ARRAY(&h->arena, struct value, n);
    for (uint32_t i = 0; i < n; i++) {
        copy[i] = list[i];
    }
    ir->list = copy;
    ir->n_list = n;
    ir->fold = fold;
    return ir;
}

/* SplitMix64 (Steele, Lea, Flood, 2014), below `n`. */
static inline uint32_t hand_random(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

#endif
