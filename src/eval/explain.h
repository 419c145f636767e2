/* SPDX-License-Identifier: Apache-2.0 */
/* Why a condition holds for an event or not: its tree, with the verdict of every leaf and the values it saw. The verdicts are the evaluator's own; a condition that is to be
 * explained as it was written is added to its program unsimplified. */
#ifndef POSTERN_EVAL_EXPLAIN_H
#define POSTERN_EVAL_EXPLAIN_H

#include "eval/program.h"

/* A value that a leaf saw: a field's, or what an argument of its operator was computed to. */
struct seen {
    const struct ir *node; /* IR_FIELD, or the argument */
    struct values values;  /* none: null */
};

struct verdict {
    const struct ir *node;
    bool holds;
    struct verdict *args; /* of the outer IR_AND, IR_OR, IR_NOT: one per argument */
    uint32_t n_args;
    struct seen *
        seen; /* of a leaf: its fields in the order written, each once, then its computed arguments */
    uint32_t n_seen;
};

struct explain_plan;

/* The condition `root`, which program_add took into `p` as it is, with the same query and slots. In `a`; everything is borrowed. */
struct explain_plan *explain_plan_new(const struct program *p, const struct ir *root,
                                      const struct ir_query *q, const uint32_t *slots,
                                      struct arena *a);

/* The verdict for the event. In `a`; values are borrowed from the event, computed ones are copied. */
struct verdict *explain_condition(const struct explain_plan *plan, struct evaluator *e,
                                  struct event *event, struct arena *a);

/* The one leaf whose turning alone turns the verdict, or NULL when there is none. */
const struct verdict *explain_turning_leaf(const struct verdict *v);

#endif
