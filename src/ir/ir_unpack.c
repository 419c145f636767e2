/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to a query; see ir_pack.c for their order. Nothing is believed. */
#include <string.h>

#include "ir/ir_pack.h"
#include "ir/ir_pack_format.h"

/* Far above what a front-end lets pass; they only keep sums and products of the machine small. */
enum { STAGES_MAX = 1000, RUNS_MAX = 1000, KEYS_MAX = 1000, SAMPLE_STAGES_MAX = 64 };
/* The least bytes of one of each. */
enum {
    FIELD_LEAST = 5,
    NODE_LEAST = 11,
    VALUE_LEAST = 2,
    KEY_LEAST = 5,
    STAGE_LEAST = 9,
    PIPE_LEAST = 9
};

struct unpacker {
    struct unpack *in;
    struct schema *schema;
    struct arena *arena;
    struct ir_query *query;
    size_t nodes, depth;
};

static bool require(struct unpacker *u, bool holds)
{
    return unpack_require(u->in, holds);
}

static struct value unpack_value(struct unpacker *u)
{
    struct value v = {.type = (enum value_type)unpack_byte(u->in, VALUE_VERSION + 1)};
    const unsigned char *ip;
    uint64_t bits;
    switch (v.type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        v.boolean = unpack_flag(u->in);
        break;
    case VALUE_LONG:
        v.number = (int64_t)unpack_u64(u->in);
        break;
    case VALUE_DATE:
        v.number = (int64_t)unpack_u64(u->in);
        v.written = unpack_text(u->in);
        break;
    case VALUE_DOUBLE:
        bits = unpack_u64(u->in);
        memcpy(&v.real, &bits, sizeof bits);
        break;
    case VALUE_STRING:
    case VALUE_VERSION:
        v.text = unpack_text(u->in);
        break;
    case VALUE_IP:
        ip = unpack_bytes(u->in, sizeof v.ip.byte);
        if (ip) {
            memcpy(v.ip.byte, ip, sizeof v.ip.byte);
        }
        v.written = unpack_text(u->in);
        break;
    }
    return v;
}

static bool is_text(const struct ir *node)
{
    return node->op == IR_CONST && node->constant.type == VALUE_STRING;
}

/* What is compiled to network blocks: constant texts behind the address. */
static bool has_blocks(const struct ir *node)
{
    for (uint32_t i = 1; i < node->n_args; i++) {
        if (!is_text(node->args[i])) {
            return false;
        }
    }
    return true;
}

static bool is_call(const struct ir *node)
{
    const struct function *row = function_row(node->call);
    bool many = row->max == UINT8_MAX;
    return node->n_args >= row->min && (many || node->n_args <= row->max) &&
           (row->fold_allowed || !node->fold) &&
           (node->call != FN_CIDR_MATCH || has_blocks(node)) && (many || node->n_args <= 8);
}

static bool is_known_field(const struct unpacker *u, const struct ir *node)
{
    if (node->field >= u->query->n_fields) {
        return false;
    }
    const struct field *f = u->query->fields[node->field];
    return node->type == (f ? field_type_value(f->format.type) : VALUE_NULL);
}

static bool has_texts(const struct ir *node)
{
    for (uint32_t i = 0; i < node->n_list; i++) {
        if (node->list[i].type != VALUE_STRING) {
            return false;
        }
    }
    return true;
}

/* Whether an operator has what ir.h says of it. */
static bool is_sound(const struct unpacker *u, const struct ir *node)
{
    bool list = node->op == IR_IN || node->op == IR_LIKE || node->op == IR_REGEX;
    if ((node->n_list > 0 && !list) || (node->network && node->op != IR_EQ)) {
        return false;
    }
    bool truth = node->type == VALUE_BOOLEAN;
    switch (node->op) {
    case IR_CONST:
        return node->n_args == 0 && node->type == node->constant.type;
    case IR_FIELD:
        return node->n_args == 0 && is_known_field(u, node);
    case IR_AND:
    case IR_OR:
        return truth && node->n_args >= 2;
    case IR_NOT:
    case IR_IS_NULL:
        return truth && node->n_args == 1;
    case IR_EQ:
        return truth && node->n_args == 2 && (!node->network || has_blocks(node));
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
        return truth && node->n_args == 2;
    case IR_IN:
        return truth && node->n_args == 1;
    case IR_LIKE:
    case IR_REGEX:
        return truth && node->n_args == 1 && has_texts(node);
    case IR_CALL:
        return is_call(node);
    }
    return false;
}

static struct ir *unpack_node(struct unpacker *u, bool outer);

static void unpack_args(struct unpacker *u, struct ir *node, bool outer)
{
    uint32_t n = unpack_count(u->in, NODE_LEAST);
    node->args = NEW_ARRAY(u->arena, struct ir *, n);
    u->depth++;
    while (node->n_args < n && !u->in->failed) {
        node->args[node->n_args++] = unpack_node(u, outer);
    }
    u->depth--;
}

static void unpack_list(struct unpacker *u, struct ir *node)
{
    node->n_list = unpack_count(u->in, VALUE_LEAST);
    struct value *list = NEW_ARRAY(u->arena, struct value, node->n_list);
    for (uint32_t i = 0; i < node->n_list && !u->in->failed; i++) {
        list[i] = unpack_value(u);
        require(u, list[i].type != VALUE_NULL);
    }
    node->list = node->n_list ? list : NULL;
}

/* Never NULL; of no use once the reader has failed. */
static struct ir *unpack_node(struct unpacker *u, bool outer)
{
    struct ir *node = NEW(u->arena, struct ir);
    if (!require(u, u->nodes++ < IR_PACK_NODES && u->depth < IR_PACK_DEPTH)) {
        return node;
    }
    node->op = (enum ir_op)unpack_byte(u->in, IR_CALL + 1);
    node->type = (enum value_type)unpack_byte(u->in, VALUE_VERSION + 1);
    unsigned flags = unpack_byte(u->in, IR_PACK_FLAGS);
    node->fold = flags & IR_PACK_FOLD;
    node->quoted = flags & IR_PACK_QUOTED;
    node->network = flags & IR_PACK_NETWORK;
    if (node->op == IR_CONST) {
        node->constant = unpack_value(u);
    } else if (node->op == IR_FIELD) {
        node->field = unpack_u32(u->in);
    } else if (node->op == IR_CALL) {
        node->call = (enum function_id)unpack_byte(u->in, FN_COUNT);
    }
    bool logic = ir_pack_is_logic(node->op);
    if (outer && !logic) {
        node->text = unpack_text(u->in);
    }
    unpack_args(u, node, outer && logic);
    unpack_list(u, node);
    require(u, !u->in->failed && is_sound(u, node));
    return node;
}

static void unpack_fields(struct unpacker *u)
{
    struct ir_query *q = u->query;
    uint32_t n = unpack_count(u->in, FIELD_LEAST);
    q->fields = NEW_ARRAY(u->arena, const struct field *, n);
    q->field_names = NEW_ARRAY(u->arena, str, n);
    while (q->n_fields < n && !u->in->failed) {
        str name = unpack_text(u->in);
        bool known = unpack_flag(u->in);
        const struct field *f = u->in->failed ? NULL : schema_find(u->schema, name);
        require(u, (f != NULL) == known && !(f && f->format.type == FIELD_OBJECT));
        q->fields[q->n_fields] = f;
        q->field_names[q->n_fields++] = name;
    }
}

static void unpack_stage(struct unpacker *u, struct ir_stage *stage)
{
    uint32_t n = unpack_count(u->in, KEY_LEAST);
    uint32_t *keys = NEW_ARRAY(u->arena, uint32_t, n);
    bool *optional = NEW_ARRAY(u->arena, bool, n);
    for (uint32_t i = 0; i < n && !u->in->failed; i++) {
        keys[i] = unpack_u32(u->in);
        optional[i] = unpack_flag(u->in);
        /* Only a key that may be missing can be of a field that is not there. */
        require(u, keys[i] < u->query->n_fields && (u->query->fields[keys[i]] || optional[i]));
    }
    stage->keys = keys;
    stage->optional = optional;
    stage->n_keys = n;
    stage->runs = unpack_u32(u->in);
    stage->missing = unpack_flag(u->in);
    stage->where = unpack_node(u, true);
    require(u, n <= KEYS_MAX && stage->runs >= 1 && stage->runs <= RUNS_MAX &&
                   stage->where->type == VALUE_BOOLEAN);
}

static void unpack_pipes(struct unpacker *u)
{
    uint32_t n = unpack_count(u->in, PIPE_LEAST);
    struct ir_pipe *pipes = NEW_ARRAY(u->arena, struct ir_pipe, n);
    for (uint32_t i = 0; i < n; i++) {
        pipes[i].op = (enum ir_pipe_op)unpack_byte(u->in, IR_PIPE_TAIL + 1);
        pipes[i].count = unpack_u64(u->in);
    }
    u->query->pipes = pipes;
    u->query->n_pipes = n;
}

/* What the machines of sequences and samples take for granted. */
static bool is_of_shape(const struct ir_query *q)
{
    uint32_t keys = q->stages[0].n_keys, positive = 0, single = 0;
    for (uint32_t i = 0; i < q->n_stages; i++) {
        const struct ir_stage *stage = &q->stages[i];
        positive += !stage->missing;
        single += !stage->missing && stage->runs == 1;
        if (stage->n_keys != keys) {
            return false;
        }
    }
    if (q->until && (q->until->n_keys != keys || q->until->missing || q->until->runs != 1)) {
        return false;
    }
    switch (q->kind) {
    case IR_EVENT:
        return q->n_stages == 1 && single == 1 && keys == 0 && !q->until;
    case IR_SEQUENCE:
        return positive > 0 && (positive == q->n_stages || q->maxspan > 0);
    case IR_SAMPLE:
        return q->n_stages <= SAMPLE_STAGES_MAX && single == q->n_stages && keys > 0 && !q->until;
    }
    return false;
}

struct ir_query *ir_unpack(struct unpack *in, struct schema *schema, struct arena *a)
{
    struct ir_query *q = NEW(a, struct ir_query);
    struct unpacker u = {.in = in, .schema = schema, .arena = a, .query = q};
    q->kind = (enum ir_query_kind)unpack_byte(in, IR_SAMPLE + 1);
    q->simple = true;
    unpack_fields(&u);
    q->n_stages = unpack_count(in, STAGE_LEAST);
    require(&u, q->n_stages >= 1 && q->n_stages <= STAGES_MAX);
    q->stages = in->failed ? NULL : NEW_ARRAY(a, struct ir_stage, q->n_stages);
    for (uint32_t i = 0; i < q->n_stages && !in->failed; i++) {
        unpack_stage(&u, &q->stages[i]);
    }
    if (unpack_flag(in)) {
        q->until = NEW(a, struct ir_stage);
        unpack_stage(&u, q->until);
    }
    uint64_t maxspan = unpack_u64(in);
    require(&u, maxspan <= INT64_MAX);
    q->maxspan = (int64_t)maxspan;
    unpack_pipes(&u);
    return unpack_require(in, !in->failed && is_of_shape(q)) ? q : NULL;
}
