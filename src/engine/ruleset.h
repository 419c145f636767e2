/* SPDX-License-Identifier: Apache-2.0 */
/* A rule set is one compiled thing: rules, the fields they read (slots), and one program with shared leaves. Frozen and shared; a scanner is one thread's. The engine knows no source: it reads events through struct event. */
#ifndef POSTERN_ENGINE_RULESET_H
#define POSTERN_ENGINE_RULESET_H

#include "engine/stateful.h"
#include "eval/program.h"
#include "rules/rule.h"

struct ruleset;

/* Compiles the rules that can be run; what cannot (more than 64 stages, an order field that is unknown or of a wrong type) is refused with a diagnostic and left out. `rules` and their arena must outlive the set. */
struct ruleset *ruleset_new(const struct rule_list *rules, struct schema *schema, struct arena *a,
                            struct diags *d);
void ruleset_free(struct ruleset *rs);

/* The rules that run, in load order: a match names one by its index here. */
const struct rule *const *ruleset_rules(const struct ruleset *rs, size_t *n);
/* Rules refused by ruleset_new itself. */
size_t ruleset_refused(const struct ruleset *rs);
/* The fields behind the slots that every event must serve. */
const struct field *const *ruleset_fields(const struct ruleset *rs, size_t *n);
/* The slot of the rule's timestamp field (for ordering and --from/--to), and of its tiebreaker. UINT32_MAX: the rule has no tiebreaker; it names no timestamp and the schema has no "@timestamp". */
uint32_t ruleset_timestamp_slot(const struct ruleset *rs, size_t rule);
uint32_t ruleset_tiebreaker_slot(const struct ruleset *rs, size_t rule);
/* What a sequence or sample was compiled to; NULL for an event query. */
const struct stateful *ruleset_stateful(const struct ruleset *rs, size_t rule);
/* Whether any rule is one. */
bool ruleset_has_stateful(const struct ruleset *rs);
/* The orders that sequences take their events in: one a pair of timestamp and tiebreaker slots. */
struct event_order {
    uint32_t timestamp, tiebreaker; /* slots or UINT32_MAX */
};
const struct event_order *ruleset_orders(const struct ruleset *rs, size_t *n);
/* The least value of a slot (UINT32_MAX: none), as events are ordered by it; VALUE_NULL when the event has none. */
struct value ruleset_order_value(uint32_t slot, struct event *event);
/* For --stage=program. */
const struct program *ruleset_program(const struct ruleset *rs);

struct scanner;

struct scanner *scanner_new(const struct ruleset *rs);
void scanner_free(struct scanner *s);
/* The number of the gate of a data set: the rules that can see it (rule_sees). Kept by name, so that asking again is one probe; data sets that the same rules see have the same one. Valid until the next scanner_gate. */
size_t scanner_gate(struct scanner *s, str dataset);
/* The indexes of the event rules behind `gate` that match `event`: ascending, valid until the next call. */
size_t scanner_match(struct scanner *s, struct event *event, size_t gate, const uint32_t **matched);
/* Whether any of the rules behind `gate` could match, or one of its clauses hold for, an event of which only the slots in `known` (a bit set) are known, with the values they
 * have in `event`. False is a proof. */
bool scanner_may_match(struct scanner *s, struct event *event, size_t gate, const uint64_t *known);
/* The sequences and samples behind `gate` of which the event given to scanner_match last satisfies a stage: rules ascending, valid until the next call. */
size_t scanner_stages(struct scanner *s, size_t gate, const struct stage_match **out);
struct evaluator_limits scanner_limits(const struct scanner *s);
/* What a rule's conditions cost: evaluations of them (for sequences and samples, of their stages), how many held, and the time. What several rules ask for is evaluated once and
 * booked to the first that asks. */
struct rule_cost {
    uint64_t tried, held;
    int64_t nanoseconds;
};
/* Books into costs[], one a rule of the set, from now on; NULL: no more. The clock is read twice an evaluation. */
void scanner_measure(struct scanner *s, struct rule_cost *costs);

#endif
