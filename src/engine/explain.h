/* SPDX-License-Identifier: Apache-2.0 */
/* Why a query matches or not: its conditions as written over each event, and for a query over several events what each of them did in the machine, and the one change
 * that would have given a match. The same leaves, the same evaluator and the same machines as in a hunt, with recorders. For a few thousand events: everything is kept. One thread. */
#ifndef POSTERN_ENGINE_EXPLAIN_H
#define POSTERN_ENGINE_EXPLAIN_H

#include "engine/results.h"
#include "engine/ruleset.h"
#include "eval/explain.h"

/* What the machine did with one event. */
struct explain_note {
    enum sequence_action action;
    str key;              /* for join_key_next */
    const size_t *events; /* of the partial or whole match, by number of addition */
    uint32_t n;
};

struct explain_event {
    struct verdict **verdicts; /* one a clause: the condition, or stages in order, then `until` */
    struct result order;       /* its place in time; `input` is its number of addition */
    bool timeless;             /* takes no part in a sequence: it has no time */
    uint64_t held;             /* clauses whose condition holds */
    uint64_t joinable;         /* clauses whose keys it has */
    uint64_t clauses;          /* both */
    str taken;                 /* its keys (join_take, of all clauses) */
    struct explain_note *notes;
    size_t n_notes;
};

enum explain_change {
    EXPLAIN_NOTHING, /* no one change found */
    EXPLAIN_MAXSPAN, /* a longer maxspan */
    EXPLAIN_UNTIL,   /* without an event that satisfies until */
    EXPLAIN_MISSING, /* without an event that a missing clause asks not to occur */
    EXPLAIN_LEAF,    /* one leaf of one stage turned for one event */
    EXPLAIN_KEY,     /* another key for one event */
    EXPLAIN_TOO_MANY /* not looked for: too many events */
};

struct explain_miss {
    enum explain_change change;
    size_t event;               /* the event changed */
    uint32_t clause;            /* the clause that it would satisfy, or no longer satisfy */
    const struct verdict *leaf; /* EXPLAIN_LEAF */
    int64_t maxspan;            /* EXPLAIN_MAXSPAN: the least, nanoseconds */
    str key;              /* EXPLAIN_KEY: the key wanted; else of the match that there would be */
    const size_t *events; /* of that match */
    uint32_t n;
};

struct explain {
    struct arena *arena;
    const struct ir_query *query;
    struct ruleset *rules;         /* of the one rule; borrowed */
    const struct stateful *joined; /* NULL for an event query */
    uint32_t n_clauses;
    struct program *program;
    struct evaluator *evaluator;
    struct explain_plan **plans; /* of the clauses */
    struct explain_event *events;
    size_t n, cap;
    size_t *order;             /* numbers of events as the machine took them; set by explain_run */
    size_t n_order;            /* without the timeless */
    size_t *shown;             /* all events: those of `order`, then the timeless */
    struct explain_note *last; /* decided when there were no more events */
    size_t n_last;
    struct explain_note *open; /* partials that live at the end */
    size_t n_open;
    uint64_t matches;
    struct explain_note best; /* the furthest partial of no match; n == 0: none */
    struct explain_miss miss; /* of a query without a match */
};

/* Over the only rule of `rules`. Values of events are borrowed from `a`: give it to events too. NULL after a diagnostic. */
struct explain *explain_new(struct ruleset *rules, struct arena *a, struct diags *d);
void explain_free(struct explain *x);

/* Judges one event by every clause, and keeps it. */
const struct explain_event *explain_add(struct explain *x, struct event *event);
/* After all events: runs the machine of a query over several events, and looks for the nearest miss when there is no match. */
void explain_run(struct explain *x);

/* The inside (explain_miss.c): fills x->miss. */
void explain_find_miss(struct explain *x);

#endif
