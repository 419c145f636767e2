/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker keeps of a record for the rules over several events: which stages it satisfies, its join keys, its place in their order. The document is beside it in the findings. One record gives one survivor an order of the
 * rule set, however many rules it serves. */
#ifndef POSTERN_RUN_SURVIVOR_H
#define POSTERN_RUN_SURVIVOR_H

#include "engine/ruleset.h"

struct survivor {
    uint32_t
        order; /* of ruleset_orders; SURVIVOR_UNORDERED: of samples, which take the order of input */
    uint16_t tie;  /* bytes of the tiebreaker at the front of the head */
    bool has_time; /* always but in a sample's */
    int64_t time;
    uint64_t record; /* counted from the first frame of the findings */
    uint64_t offset;
    size_t head, head_len; /* in findings.bytes: tiebreaker, then the rules */
    size_t text, text_len; /* in findings.bytes: dataset, @timestamp, document */
    uint32_t dataset_len, timestamp_len;
};

#define SURVIVOR_UNORDERED UINT32_MAX

/* One rule of a survivor. */
struct survivor_rule {
    uint32_t rule;
    uint64_t clauses;
    str taken; /* join_take */
};

/* Which records a hunt looks at: --from and --to. */
struct time_range {
    bool has_from, has_to;
    int64_t from, to; /* nanoseconds: inclusive, exclusive */
};
/* A record without a time is in a range without ends only. */
bool time_range_holds(const struct time_range *range, bool has_time, int64_t time);

/* Appends the head of the event's survivor in `order` to `out`: the rules among stages[0..n) that are ordered so, in the range, and can be joined. False, nothing appended, when there is none. Sets order, tie, has_time, time, head and head_len. */
bool survivor_take(const struct ruleset *rules, uint32_t order, const struct time_range *range,
                   struct event *event, const struct stage_match *stages, size_t n, struct buf *out,
                   struct survivor *s);

/* Takes the next rule off the front of a head without its tiebreaker. False at its end. */
bool survivor_rule_next(str *head, struct survivor_rule *out);

#endif
