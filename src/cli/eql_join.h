/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences and samples of `postern eql`: events that satisfy a stage are kept, put in order, and run through the machine. */
#ifndef POSTERN_CLI_EQL_JOIN_H
#define POSTERN_CLI_EQL_JOIN_H

#include "cli/eql_body.h"
#include "engine/results.h"
#include "engine/ruleset.h"

/* The only rule of `set` over several events. */
struct eql_join {
    const struct ruleset *set;
    const struct stateful *rule;
    struct arena *arena;
    struct join_event *events;
    size_t n, cap;
    struct eql_group *groups; /* what was found, in the order of its completion */
    size_t n_groups, cap_groups;
    uint64_t cut; /* combinations of join keys over the limit */
};

void eql_join_init(struct eql_join *j, const struct ruleset *set, struct arena *a);
/* Takes event number `input`, which the scanner was given last, when it satisfies a stage. */
void eql_join_event(struct eql_join *j, struct scanner *scanner, size_t gate, struct event *event,
                    size_t input);
/* Runs the machine over what was taken. `per_key` and `size` are limits of samples. */
void eql_join_run(struct eql_join *j, uint64_t per_key, uint64_t size);

#endif
