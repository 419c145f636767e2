/* SPDX-License-Identifier: Apache-2.0 */
/* -o ndjson: one line a match, a contract (docs/reference/ndjson.md). */
#include "cli/match_writer.h"

static void write_text_or_null(const char *text, struct buf *b)
{
    if (text) {
        json_write_string(str_from(text), b);
    } else {
        buf_append(b, S("null"));
    }
}

static void write_rule(const postern_rule *rule, struct buf *b)
{
    buf_append(b, S("{\"rule\":{\"id\":"));
    json_write_string(str_from(rule->id), b);
    buf_append(b, S(",\"name\":"));
    json_write_string(str_from(rule->name), b);
    buf_append(b, S(",\"severity\":"));
    write_text_or_null(rule->severity, b);
    if (rule->risk_score < 0) {
        buf_append(b, S(",\"risk_score\":null}"));
    } else {
        buf_printf(b, ",\"risk_score\":%d}", rule->risk_score);
    }
}

static void write_place(const struct hunt_event *e, struct buf *b)
{
    buf_append(b, S("\"file\":"));
    json_write_string(e->file, b);
    buf_printf(b, ",\"record\":%llu,\"offset\":%llu,", (unsigned long long)e->record,
               (unsigned long long)e->offset);
}

static void write_time_and_dataset(const struct hunt_event *e, struct buf *b)
{
    buf_append(b, S("\"@timestamp\":"));
    if (e->timestamp.len) {
        json_write_string(e->timestamp, b);
    } else {
        buf_append(b, S("null"));
    }
    buf_append(b, S(",\"dataset\":"));
    json_write_string(e->dataset, b);
}

static void write_document(const struct hunt_event *e, struct buf *b)
{
    buf_append(b, S("\"event\":"));
    buf_append(b, e->document);
    buf_byte(b, '}');
}

static void write_events(const struct hunt_match *m, struct buf *b)
{
    if (m->join_keys.len) {
        buf_append(b, S(",\"join_keys\":"));
        buf_append(b, m->join_keys);
    }
    buf_append(b, S(",\"events\":["));
    for (size_t i = 0; i < m->n_events; i++) {
        buf_append(b, i ? S(",{") : S("{"));
        write_place(&m->events[i], b);
        write_document(&m->events[i], b);
    }
    buf_append(b, S("]}"));
}

static void write_match(struct match_writer *w, const struct hunt_match *m)
{
    struct buf *b = &w->out->pending;
    write_rule(postern_rules_get(w->rules, m->rule), b);
    buf_byte(b, ',');
    if (m->n_events) {
        write_time_and_dataset(&m->event, b);
        write_events(m, b);
    } else {
        write_place(&m->event, b);
        write_time_and_dataset(&m->event, b);
        buf_byte(b, ',');
        write_document(&m->event, b);
    }
    buf_byte(b, '\n');
}

const struct match_format match_format_ndjson = {.name = "ndjson", .match = write_match};
