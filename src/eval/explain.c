/* SPDX-License-Identifier: Apache-2.0 */
/* Verdict trees. */
#include "eval/explain.h"

#include <string.h>

#include "eval/program_internal.h"

/* A node of the condition: its arguments, or the number of its leaf. */
struct plan_node {
    const struct ir *node;
    struct plan_node *args;
    uint32_t leaf;
    const struct ir **fields; /* of a leaf: IR_FIELD nodes, each field once */
    uint32_t n_fields;
};

struct explain_plan {
    const struct ir_query *query;
    const uint32_t *slots;
    struct plan_node root;
};

static bool is_logic(const struct ir *node)
{
    return node->op == IR_AND || node->op == IR_OR || node->op == IR_NOT;
}

static uint32_t count_fields(const struct ir *node)
{
    uint32_t n = node->op == IR_FIELD;
    for (uint32_t i = 0; i < node->n_args; i++) {
        n += count_fields(node->args[i]);
    }
    return n;
}

static void collect_fields(const struct ir *node, struct plan_node *leaf)
{
    bool known = node->op != IR_FIELD;
    for (uint32_t i = 0; !known && i < leaf->n_fields; i++) {
        known = leaf->fields[i]->field == node->field;
    }
    if (!known) {
        leaf->fields[leaf->n_fields++] = node;
    }
    for (uint32_t i = 0; i < node->n_args; i++) {
        collect_fields(node->args[i], leaf);
    }
}

/* What making a plan needs. */
struct planner {
    const struct program *program;
    const struct ir_query *query;
    struct arena *arena;
};

static void plan_leaf(const struct planner *p, struct plan_node *out)
{
    struct buf text = BUF_INIT(0);
    ir_print(out->node, p->query, &text);
    const uint32_t *number = map_get(&p->program->leaf_names, buf_view(&text));
    buf_deinit(&text);
    out->leaf = number ? *number : UINT32_MAX;
    out->fields = NEW_ARRAY(p->arena, const struct ir *, count_fields(out->node));
    collect_fields(out->node, out);
}

static void plan(const struct planner *p, const struct ir *node, struct plan_node *out)
{
    out->node = node;
    if (!is_logic(node)) {
        plan_leaf(p, out);
        return;
    }
    out->args = NEW_ARRAY(p->arena, struct plan_node, node->n_args);
    for (uint32_t i = 0; i < node->n_args; i++) {
        plan(p, node->args[i], &out->args[i]);
    }
}

struct explain_plan *explain_plan_new(const struct program *p, const struct ir *root,
                                      const struct ir_query *q, const uint32_t *slots,
                                      struct arena *a)
{
    struct explain_plan *made = NEW(a, struct explain_plan);
    made->query = q;
    made->slots = slots;
    plan(&(struct planner){p, q, a}, root, &made->root);
    return made;
}

/* ---- Verdicts ---- */

/* What explaining one event needs, and what the recorder fills for the leaf in hand. */
struct explaining {
    const struct explain_plan *plan;
    struct evaluator *evaluator;
    struct event *event;
    struct arena *arena;
    struct value *computed; /* of the leaf's arguments; NULL when it was not computed in general */
};

static struct value keep(struct value v, struct arena *a)
{
    if (v.type == VALUE_STRING || v.type == VALUE_VERSION) {
        v.text = arena_copy(a, v.text);
    }
    v.written = v.written.len ? arena_copy(a, v.written) : v.written;
    return v;
}

static void record(void *user, const struct value *args, size_t n)
{
    struct explaining *x = user;
    x->computed = NEW_ARRAY(x->arena, struct value, n + 1);
    for (size_t i = 0; i < n; i++) {
        x->computed[i] = keep(args[i], x->arena);
    }
}

static struct values field_values(const struct explaining *x, uint32_t field)
{
    bool known = x->plan->query->fields[field] != NULL;
    return known ? event_values(x->event, x->plan->slots[field]) : (struct values){0};
}

static void explain_leaf(struct explaining *x, const struct plan_node *p, struct verdict *out)
{
    const struct ir *node = p->node;
    x->computed = NULL;
    evaluator_begin(x->evaluator, x->event); /* so that the leaf is computed anew, and recorded */
    out->holds = evaluator_leaf(x->evaluator, p->leaf);
    out->seen = NEW_ARRAY(x->arena, struct seen, p->n_fields + node->n_args);
    for (uint32_t i = 0; i < p->n_fields; i++) {
        out->seen[out->n_seen++] =
            (struct seen){p->fields[i], field_values(x, p->fields[i]->field)};
    }
    for (uint32_t i = 0; x->computed && i < node->n_args; i++) {
        const struct ir *arg = node->args[i];
        if (arg->op != IR_FIELD && arg->op != IR_CONST) {
            bool null = x->computed[i].type == VALUE_NULL;
            out->seen[out->n_seen++] = (struct seen){arg, {&x->computed[i], null ? 0 : 1}};
        }
    }
}

static bool combine(enum ir_op op, const struct verdict *args, uint32_t n)
{
    if (op == IR_NOT) {
        return !args[0].holds;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (args[i].holds == (op == IR_OR)) {
            return op == IR_OR;
        }
    }
    return op == IR_AND;
}

static void explain(struct explaining *x, const struct plan_node *p, struct verdict *out)
{
    out->node = p->node;
    if (!p->args) {
        explain_leaf(x, p, out);
        return;
    }
    out->n_args = p->node->n_args;
    out->args = NEW_ARRAY(x->arena, struct verdict, out->n_args);
    for (uint32_t i = 0; i < out->n_args; i++) {
        explain(x, &p->args[i], &out->args[i]);
    }
    out->holds = combine(p->node->op, out->args, out->n_args);
}

struct verdict *explain_condition(const struct explain_plan *plan, struct evaluator *e,
                                  struct event *event, struct arena *a)
{
    struct verdict *v = NEW(a, struct verdict);
    struct explaining x = {plan, e, event, a, NULL};
    evaluator_record(e, (struct evaluator_recorder){record, &x});
    explain(&x, &plan->root, v);
    evaluator_record(e, (struct evaluator_recorder){0});
    return v;
}

/* An argument decides alone when it is the only one with the verdict that must change: a false one of a false AND, a true one of a true OR; any
 * will do to make an AND false or an OR true. */
const struct verdict *explain_turning_leaf(const struct verdict *v)
{
    if (v->n_args == 0) {
        return v;
    }
    if (v->node->op == IR_NOT) {
        return explain_turning_leaf(&v->args[0]);
    }
    bool any = v->holds == (v->node->op == IR_AND);
    const struct verdict *found = NULL;
    uint32_t opposed = 0;
    for (uint32_t i = 0; i < v->n_args; i++) {
        if (any || v->args[i].holds == v->holds) {
            opposed++;
            found = found ? found : explain_turning_leaf(&v->args[i]);
        }
    }
    return any || opposed == 1 ? found : NULL;
}
