/* SPDX-License-Identifier: Apache-2.0 */
/* A query to bytes; ir_unpack.c reads them in the same order. */
#include "ir/ir_pack.h"

#include <string.h>

#include "ir/ir_pack_format.h"

struct packer {
    struct buf *out;
    size_t nodes, depth;
    bool ok;
};

static void pack_value(struct packer *p, const struct value *v)
{
    uint64_t bits;
    pack_byte(p->out, v->type);
    switch (v->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        pack_byte(p->out, v->boolean);
        break;
    case VALUE_LONG:
        pack_u64(p->out, (uint64_t)v->number);
        break;
    case VALUE_DATE:
        pack_u64(p->out, (uint64_t)v->number);
        pack_str(p->out, v->written);
        break;
    case VALUE_DOUBLE:
        memcpy(&bits, &v->real, sizeof bits);
        pack_u64(p->out, bits);
        break;
    case VALUE_STRING:
    case VALUE_VERSION:
        pack_str(p->out, v->text);
        break;
    case VALUE_IP:
        buf_append(p->out, (str){(const char *)v->ip.byte, sizeof v->ip.byte});
        pack_str(p->out, v->written);
        break;
    }
}

static void pack_node(struct packer *p, const struct ir *node, bool outer)
{
    bool logic = ir_pack_is_logic(node->op);
    if (!p->ok || p->nodes++ == IR_PACK_NODES || p->depth == IR_PACK_DEPTH) {
        p->ok = false;
        return;
    }
    pack_byte(p->out, node->op);
    pack_byte(p->out, node->type);
    pack_byte(p->out, (node->fold ? IR_PACK_FOLD : 0u) | (node->quoted ? IR_PACK_QUOTED : 0u) |
                          (node->network ? IR_PACK_NETWORK : 0u));
    switch (node->op) {
    case IR_CONST:
        pack_value(p, &node->constant);
        break;
    case IR_FIELD:
        pack_u32(p->out, node->field);
        break;
    case IR_CALL:
        pack_byte(p->out, node->call);
        break;
    default:
        break;
    }
    if (outer && !logic) {
        pack_str(p->out, node->text);
    }
    pack_u32(p->out, node->n_args);
    p->depth++;
    for (uint32_t i = 0; i < node->n_args; i++) {
        pack_node(p, node->args[i], outer && logic);
    }
    p->depth--;
    pack_u32(p->out, node->n_list);
    for (uint32_t i = 0; i < node->n_list; i++) {
        pack_value(p, &node->list[i]);
    }
}

static void pack_stage(struct packer *p, const struct ir_stage *stage)
{
    pack_u32(p->out, stage->n_keys);
    for (uint32_t i = 0; i < stage->n_keys; i++) {
        pack_u32(p->out, stage->keys[i]);
        pack_byte(p->out, stage->optional[i]);
    }
    pack_u32(p->out, stage->runs);
    pack_byte(p->out, stage->missing);
    pack_node(p, stage->where, true);
}

bool ir_pack(const struct ir_query *q, struct buf *out)
{
    struct packer p = {.out = out, .ok = true};
    pack_byte(out, q->kind);
    pack_u32(out, q->n_fields);
    for (uint32_t i = 0; i < q->n_fields; i++) {
        pack_str(out, q->field_names[i]);
        pack_byte(out, q->fields[i] != NULL);
    }
    pack_u32(out, q->n_stages);
    for (uint32_t i = 0; i < q->n_stages; i++) {
        pack_stage(&p, &q->stages[i]);
    }
    pack_byte(out, q->until != NULL);
    if (q->until) {
        pack_stage(&p, q->until);
    }
    pack_u64(out, (uint64_t)q->maxspan);
    pack_u32(out, q->n_pipes);
    for (uint32_t i = 0; i < q->n_pipes; i++) {
        pack_byte(out, q->pipes[i].op);
        pack_u64(out, q->pipes[i].count);
    }
    return p.ok && q->simple && !out->full;
}
