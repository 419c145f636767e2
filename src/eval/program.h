/* SPDX-License-Identifier: Apache-2.0 */
/* IR to a program; program and event to a verdict. Conditions of many rules go into one program: every distinct leaf (by its canonical text) is kept once and evaluated at most once an event, however many
 * conditions hold it. A condition is a list of tests with forward jumps only, so it always ends; program_freeze verifies that. A program is frozen and shared; an evaluator is one thread's. */
#ifndef POSTERN_EVAL_PROGRAM_H
#define POSTERN_EVAL_PROGRAM_H

#include "ecs/event.h"
#include "ir/ir.h"

struct program;

/* An empty program; everything lives in `a` but compiled regular expressions, which program_free gives back. */
struct program *program_new(struct arena *a);
void program_free(struct program *p);

/* Adds the condition `root` of query `q`; slots[i] is the rule set's slot for the query's field i (ignored for unknown optional fields). Returns the condition's number. False after a diagnostic (a regular expression over a limit).
 * Spans of diagnostics are root's. */
bool program_add(struct program *p, const struct ir *root, const struct ir_query *q,
                 const uint32_t *slots, const struct diag_source *src, struct diags *d,
                 uint32_t *out);
/* Verifies the jumps and freezes. */
void program_freeze(struct program *p);

size_t program_leaf_count(const struct program *p);
/* The slots that a leaf reads. */
const uint32_t *program_leaf_slots(const struct program *p, uint32_t leaf, size_t *n);
/* Prints the program (leaves, then each condition's tests and jumps) for --stage=program. */
void program_print(const struct program *p, struct buf *out);

struct evaluator;

/* Private state of one thread: leaf memory, regex scratch. */
struct evaluator *evaluator_new(const struct program *p);
void evaluator_free(struct evaluator *e);
/* Begins a new event (forgets leaf verdicts). */
void evaluator_begin(struct evaluator *e, struct event *event);
/* The event given last. */
struct event *evaluator_event(const struct evaluator *e);
/* Whether the condition holds for the event given last. */
bool evaluator_holds(struct evaluator *e, uint32_t condition);
/* Whether one leaf holds (memoised). */
bool evaluator_leaf(struct evaluator *e, uint32_t leaf);

/* Whether the condition could hold for an event of which only the slots in the bit set `known` are known, and have the values of the event
 * given last: false is a proof that it does not. Leaves that read other slots may be anything. */
bool evaluator_may_hold(struct evaluator *e, uint32_t condition, const uint64_t *known);

/* Told what a leaf that is computed over choices of values came to: the values of its operator's arguments for the choice that made it true, or
 * for the first choice when none did. They are valid during the call. A leaf is computed once an event. */
struct evaluator_recorder {
    void (*leaf)(void *user, const struct value *args, size_t n);
    void *user;
};
/* Sets the recorder; {0} takes it away. */
void evaluator_record(struct evaluator *e, struct evaluator_recorder recorder);

/* What limits cut since the evaluator was made: combinations of multi-values past 1,000,000 for one leaf and event (the leaf then does not hold unless a tried combination made it true), regex matches over PCRE2's limits (no match). Reported with the run. */
struct evaluator_limits {
    uint64_t combinations, regex;
};
struct evaluator_limits evaluator_limits(const struct evaluator *e);

#endif
