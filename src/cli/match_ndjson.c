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

static void write_match(struct match_writer *w, const struct hunt_match *m)
{
    struct buf *b = &w->out->pending;
    write_rule(postern_rules_get(w->rules, m->rule), b);
    buf_append(b, S(",\"file\":"));
    json_write_string(m->file, b);
    buf_printf(b, ",\"record\":%llu,\"offset\":%llu,\"@timestamp\":", (unsigned long long)m->record,
               (unsigned long long)m->offset);
    if (m->timestamp.len) {
        json_write_string(m->timestamp, b);
    } else {
        buf_append(b, S("null"));
    }
    buf_append(b, S(",\"dataset\":"));
    json_write_string(m->dataset, b);
    buf_append(b, S(",\"event\":"));
    buf_append(b, m->document);
    buf_append(b, S("}\n"));
}

const struct match_format match_format_ndjson = {.name = "ndjson", .match = write_match};
