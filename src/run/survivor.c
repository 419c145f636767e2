/* SPDX-License-Identifier: Apache-2.0 */
/* Stages and keys to bytes, and back. */
#include "run/survivor.h"

#include <string.h>

/* What stands before each rule's key values. */
struct rule_head {
    uint64_t clauses;
    uint32_t rule, len;
};

enum { TIE_MAX = UINT16_MAX };

bool time_range_holds(const struct time_range *range, bool has_time, int64_t time)
{
    if (!range->has_from && !range->has_to) {
        return true;
    }
    return has_time && (!range->has_from || time >= range->from) &&
           (!range->has_to || time < range->to);
}

static void put_big_endian(uint64_t n, struct buf *out)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        buf_byte(out, (char)(n >> shift & 0xff));
    }
}

/* So that bytes compare as the values do; an event without a tiebreaker comes last. */
static void put_tie(const struct value *v, struct buf *out)
{
    uint64_t bits;
    buf_byte(out, v->type == VALUE_NULL);
    switch (v->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        buf_byte(out, (char)v->boolean);
        break;
    case VALUE_LONG:
    case VALUE_DATE:
        put_big_endian((uint64_t)v->number ^ UINT64_C(1) << 63, out);
        break;
    case VALUE_DOUBLE:
        memcpy(&bits, &v->real, sizeof bits);
        bits = v->real == 0 ? 0 : bits;
        put_big_endian(bits >> 63 ? ~bits : bits | UINT64_C(1) << 63, out);
        break;
    case VALUE_STRING:
    case VALUE_VERSION:
        buf_append(out, str_slice(v->text, 0, TIE_MAX - 1));
        break;
    case VALUE_IP:
        buf_append(out, (str){(const char *)v->ip.byte, sizeof v->ip.byte});
        break;
    }
}

/* Appends one rule; false when the event cannot be joined. */
static bool put_rule(const struct ruleset *rules, const struct stage_match *m, struct event *event,
                     struct buf *out)
{
    size_t at = out->len;
    struct rule_head head = {.rule = m->rule};
    buf_append(out, (str){(const char *)&head, sizeof head});
    head.clauses = join_take(&ruleset_stateful(rules, m->rule)->join, event, m->clauses, out);
    if (!head.clauses) {
        out->len = at;
        return false;
    }
    head.len = (uint32_t)(out->len - at - sizeof head);
    memcpy(out->ptr + at, &head, sizeof head);
    return true;
}

static bool ordered_so(const struct stateful *rule, uint32_t order)
{
    return rule->kind == IR_SAMPLE ? order == SURVIVOR_UNORDERED : rule->order == order;
}

bool survivor_take(const struct ruleset *rules, uint32_t order, const struct time_range *range,
                   struct event *event, const struct stage_match *stages, size_t n, struct buf *out,
                   struct survivor *s)
{
    size_t at = out->len, n_rules = 0, n_orders;
    bool timed = order != SURVIVOR_UNORDERED;
    *s = (struct survivor){.order = order, .head = at};
    struct value time = {0};
    if (timed) {
        struct event_order fields = ruleset_orders(rules, &n_orders)[order];
        time = ruleset_order_value(fields.timestamp, event);
        if (time.type != VALUE_DATE || !time_range_holds(range, true, time.number)) {
            return false;
        }
        if (fields.tiebreaker != UINT32_MAX) {
            struct value tie = ruleset_order_value(fields.tiebreaker, event);
            put_tie(&tie, out);
        }
        s->has_time = true;
        s->time = time.number;
        s->tie = (uint16_t)(out->len - at);
    }
    for (size_t i = 0; i < n; i++) {
        if (!ordered_so(ruleset_stateful(rules, stages[i].rule), order)) {
            continue;
        }
        if (!timed) {
            time = ruleset_order_value(ruleset_timestamp_slot(rules, stages[i].rule), event);
            s->has_time = time.type == VALUE_DATE;
            s->time = s->has_time ? time.number : 0;
        }
        if (timed || time_range_holds(range, s->has_time, s->time)) {
            n_rules += put_rule(rules, &stages[i], event, out);
        }
    }
    out->len = n_rules ? out->len : at;
    s->head_len = out->len - at;
    return n_rules > 0;
}

bool survivor_rule_next(str *head, struct survivor_rule *out)
{
    struct rule_head fixed;
    if (head->len < sizeof fixed) {
        return false;
    }
    memcpy(&fixed, head->ptr, sizeof fixed);
    *out = (struct survivor_rule){
        .rule = fixed.rule,
        .clauses = fixed.clauses,
        .taken = str_slice(*head, sizeof fixed, sizeof fixed + fixed.len),
    };
    *head = str_slice(*head, sizeof fixed + fixed.len, head->len);
    return true;
}
