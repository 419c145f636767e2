/* SPDX-License-Identifier: Apache-2.0 */
/* postern explain as JSON: {"query","kind","events":[…],…}, written piece by piece. */
#include "base/time.h"
#include "cli/explain_view.h"

static void write_values(const struct values *values, struct buf *out, struct arena *a)
{
    buf_byte(out, '[');
    for (size_t i = 0; i < values->n; i++) {
        buf_append(out, i ? S(",") : S(""));
        json_write(value_to_json(&values->v[i], a), out);
    }
    buf_byte(out, ']');
}

static void write_seen(const struct explain_view *v, const struct verdict *leaf, struct buf *out)
{
    const struct ir_query *q = v->x->query;
    buf_append(out, S(",\"seen\":["));
    for (uint32_t i = 0; i < leaf->n_seen; i++) {
        const struct seen *s = &leaf->seen[i];
        bool field = s->node->op == IR_FIELD;
        buf_append(out, i ? S(",") : S(""));
        buf_append(out, field ? S("{\"field\":") : S("{\"expression\":"));
        json_write_string(field ? q->field_names[s->node->field] : explain_words(v, s->node), out);
        buf_append(out, S(",\"values\":"));
        write_values(&s->values, out, v->scratch);
        buf_append(out, field && !q->fields[s->node->field] ? S(",\"known\":false}") : S("}"));
    }
    buf_byte(out, ']');
}

static void write_args(const struct explain_view *v, const struct verdict *t, bool *first,
                       struct buf *out);

static void write_verdict(const struct explain_view *v, const struct verdict *t, struct buf *out)
{
    static const char *const words[] = {[IR_AND] = "and", [IR_OR] = "or", [IR_NOT] = "not"};
    const struct verdict *leaf = explain_leaf_of(v, t);
    if (leaf) {
        buf_append(out, S("{\"leaf\":"));
        json_write_string(explain_words(v, t->node), out);
        buf_printf(out, ",\"holds\":%s", t->holds ? "true" : "false");
        write_seen(v, leaf, out);
        buf_byte(out, '}');
        return;
    }
    buf_printf(out, "{\"op\":\"%s\",\"holds\":%s,\"args\":[", words[t->node->op],
               t->holds ? "true" : "false");
    bool first = true;
    write_args(v, t, &first, out);
    buf_append(out, S("]}"));
}

/* Flat, as in text: an AND inside an AND is one AND. */
static void write_args(const struct explain_view *v, const struct verdict *t, bool *first,
                       struct buf *out)
{
    for (uint32_t i = 0; i < t->n_args; i++) {
        const struct verdict *arg = &t->args[i];
        if (arg->n_args > 0 && arg->node->op == t->node->op && t->node->op != IR_NOT) {
            write_args(v, arg, first, out);
        } else {
            buf_append(out, *first ? S("") : S(","));
            write_verdict(v, arg, out);
            *first = false;
        }
    }
}

static void write_key(str key, struct buf *out, struct arena *a)
{
    struct value value;
    bool first = true;
    buf_append(out, S("\"join_keys\":["));
    while (join_key_next(&key, &value)) {
        buf_append(out, first ? S("") : S(","));
        json_write(value_to_json(&value, a), out);
        first = false;
    }
    buf_byte(out, ']');
}

static void write_events(const size_t *events, uint32_t n, struct buf *out)
{
    buf_append(out, S("\"events\":["));
    for (uint32_t i = 0; i < n; i++) {
        buf_printf(out, "%s%zu", i ? "," : "", events[i] + 1);
    }
    buf_byte(out, ']');
}

static void write_notes(const struct explain_view *v, const struct explain_note *notes, size_t n,
                        bool open, struct buf *out)
{
    static const char *const actions[] = {
        [SEQUENCE_STARTED] = "started",     [SEQUENCE_ADVANCED] = "advanced",
        [SEQUENCE_REPLACED] = "replaced",   [SEQUENCE_EXPIRED] = "expired",
        [SEQUENCE_KILLED] = "killed",       [SEQUENCE_BROKEN] = "broken",
        [SEQUENCE_REFUSED] = "refused",     [SEQUENCE_WAITS] = "waits",
        [SEQUENCE_DISCARDED] = "discarded", [SEQUENCE_DROPPED] = "dropped",
        [SEQUENCE_MATCHED] = "matched",
    };
    buf_byte(out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s{\"action\":\"%s\",\"place\":%u,\"of\":%u,", i ? "," : "",
                   open ? "open" : actions[notes[i].action], notes[i].n, v->x->joined->form.n);
        write_key(notes[i].key, out, v->scratch);
        buf_byte(out, ',');
        write_events(notes[i].events, notes[i].n, out);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

void explain_json_begin(const struct explain_view *v, struct buf *out)
{
    static const char *const kinds[] = {
        [IR_EVENT] = "event", [IR_SEQUENCE] = "sequence", [IR_SAMPLE] = "sample"};
    buf_append(out, S("{\"query\":"));
    json_write_string(v->rule->query_text, out);
    buf_printf(out, ",\"kind\":\"%s\",\"events\":[", kinds[v->x->query->kind]);
}

static void write_stages(const struct explain_view *v, const struct explain_event *e,
                         struct buf *out)
{
    const struct ir_query *q = v->x->query;
    buf_append(out, S(",\"stages\":["));
    for (uint32_t i = 0; i < v->x->n_clauses; i++) {
        bool until = i == q->n_stages;
        buf_printf(out, "%s{\"stage\":", i ? "," : "");
        if (until) {
            buf_append(out, S("\"until\""));
        } else {
            buf_printf(out, "%u,\"missing\":%s", i + 1, q->stages[i].missing ? "true" : "false");
        }
        buf_printf(
            out, ",\"holds\":%s,\"joins\":%s,\"tree\":", e->held & CLAUSE_BIT(i) ? "true" : "false",
            e->joinable & CLAUSE_BIT(i) ? "true" : "false");
        write_verdict(v, e->verdicts[i], out);
        buf_byte(out, '}');
    }
    buf_append(out, S("],\"did\":"));
    write_notes(v, e->notes, e->n_notes, false, out);
}

void explain_json_event(const struct explain_view *v, size_t number, bool first, struct buf *out)
{
    const struct explain_event *e = &v->x->events[number];
    const struct input_event *in = &v->inputs[number];
    buf_printf(out, "%s\n{\"event\":%zu,\"file\":", first ? "" : ",", number + 1);
    json_write_string(in->file, out);
    buf_printf(out, ",\"record\":%llu", (unsigned long long)in->record);
    if (e->order.timestamp.type == VALUE_DATE) {
        char time[40];
        buf_printf(out, ",\"@timestamp\":\"%.*s\"",
                   (int)time_format_ns(e->order.timestamp.number, time), time);
    }
    buf_printf(out, ",\"seen_by_rule\":%s", rule_sees(v->rule, in->dataset) ? "true" : "false");
    if (v->x->query->kind == IR_EVENT) {
        buf_printf(out, ",\"matches\":%s,\"tree\":", e->held ? "true" : "false");
        write_verdict(v, e->verdicts[0], out);
    } else {
        write_stages(v, e, out);
    }
    buf_byte(out, '}');
}

static void write_miss(const struct explain_view *v, struct buf *out)
{
    static const char *const changes[] = {
        [EXPLAIN_NOTHING] = "none",
        [EXPLAIN_MAXSPAN] = "maxspan",
        [EXPLAIN_UNTIL] = "until",
        [EXPLAIN_MISSING] = "missing",
        [EXPLAIN_LEAF] = "leaf",
        [EXPLAIN_KEY] = "key",
        [EXPLAIN_TOO_MANY] = "too-many-events",
    };
    const struct explain_miss *m = &v->x->miss;
    buf_printf(out, ",\"nearest_miss\":{\"change\":\"%s\",\"words\":", changes[m->change]);
    json_write_string(explain_miss_words(v), out);
    if (m->n) {
        buf_byte(out, ',');
        write_key(m->key, out, v->scratch);
        buf_byte(out, ',');
        write_events(m->events, m->n, out);
    }
    if (m->change == EXPLAIN_MAXSPAN) {
        int64_t ms = m->maxspan / TIME_NS_PER_MS + (m->maxspan % TIME_NS_PER_MS != 0);
        buf_printf(out, ",\"maxspan_ms\":%lld", (long long)ms);
    } else if (m->n) {
        buf_printf(out, ",\"event\":%zu,\"stage\":%u", m->event + 1, m->clause + 1);
    }
    if (m->leaf) {
        buf_append(out, S(",\"leaf\":"));
        json_write_string(explain_words(v, m->leaf->node), out);
        write_seen(v, m->leaf, out);
    }
    buf_byte(out, '}');
}

void explain_json_end(const struct explain_view *v, struct buf *out)
{
    const struct explain *x = v->x;
    buf_printf(out, "\n],\"matches\":%llu", (unsigned long long)x->matches);
    if (x->query->kind == IR_SEQUENCE) {
        buf_append(out, S(",\"at_end\":"));
        write_notes(v, x->last, x->n_last, false, out);
        buf_append(out, S(",\"open\":"));
        write_notes(v, x->open, x->n_open, true, out);
    }
    if (x->joined && x->matches == 0) {
        write_miss(v, out);
    }
    buf_append(out, S("}\n"));
}
