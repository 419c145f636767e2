/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a rule set, for its scanner. */
#ifndef POSTERN_ENGINE_RULESET_INTERNAL_H
#define POSTERN_ENGINE_RULESET_INTERNAL_H

#include "base/map.h"
#include "engine/ruleset.h"
#include "engine/stateful.h"

/* One rule that runs. */
struct compiled_rule {
    uint32_t condition;             /* of an event query */
    struct stateful *stateful;      /* else */
    uint32_t timestamp, tiebreaker; /* slots */
};

enum { RECENT_SLOTS = 64 };

struct ruleset {
    struct arena *arena;
    const struct rule **rules;
    struct compiled_rule *compiled;
    size_t n, refused;
    bool has_stateful;
    struct event_order *orders;
    size_t n_orders;
    const struct field **fields;
    size_t n_fields, cap_fields;
    struct map slots;              /* field name → slot + 1 */
    uint32_t recent[RECENT_SLOTS]; /* slots by the addresses of their fields */
    struct program *program;
};

#endif
