/* SPDX-License-Identifier: Apache-2.0 */
/* A rule over several events, compiled: its stages are conditions of the rule set's one program, so their leaves are shared with all rules. Frozen, in the arena of the rule set. */
#ifndef POSTERN_ENGINE_STATEFUL_H
#define POSTERN_ENGINE_STATEFUL_H

#include "engine/join.h"
#include "engine/sequence.h"

struct stateful {
    enum ir_query_kind kind; /* IR_SEQUENCE or IR_SAMPLE */
    uint32_t n_clauses;      /* stages, then `until` */
    uint32_t *conditions;    /* of each */
    struct join_plan join;
    struct sequence_form form; /* of a sequence */
    uint32_t
        order; /* which of the rule set's orders its events come in; of a sample: none counts */
};

/* The clauses of one rule that the event satisfies; never 0. */
struct stage_match {
    uint32_t rule;
    uint64_t clauses;
};

#endif
