/* SPDX-License-Identifier: Apache-2.0 */
/* -o ndjson: one line a match, a contract (docs/reference/ndjson.md). What a rule and a file give to each line is written once and kept: a line is copied texts, two numbers and two short strings
 * before its document. Measured: 6,000 instructions a line became 500. */
#include "cli/match_writer.h"

#include "base/mem.h"
#include "value/json_writer.h"

/* Rules and files are few beside their matches; their texts live as long as the writer. */
struct ndjson {
    str *rules;       /* by index in the rule set: {"rule":{…}, ; ptr NULL: no match yet */
    str file;         /* of the last event */
    struct buf place; /* "file":…,"record": for it */
    struct arena arena;
};

static void begin(struct match_writer *w)
{
    struct ndjson *state = mem_alloc(sizeof *state);
    state->arena = arena_open((size_t)1 << 32);
    state->rules = NEW_ARRAY(&state->arena, str, postern_rules_count(w->rules));
    w->state = state;
}

static void end(struct match_writer *w)
{
    struct ndjson *state = w->state;
    buf_deinit(&state->place);
    arena_close(&state->arena);
    mem_free(state);
    w->state = NULL;
}

static void put_text_or_null(struct json_writer *line, const char *text)
{
    if (text) {
        json_put_string(line, str_from(text));
    } else {
        json_put(line, S("null"));
    }
}

static str rule_text(const postern_rule *rule, struct arena *a)
{
    struct buf b = {0};
    struct json_writer text = json_writer_begin(&b);
    json_put(&text, S("{\"rule\":{\"id\":"));
    json_put_string(&text, str_from(rule->id));
    json_put(&text, S(",\"name\":"));
    json_put_string(&text, str_from(rule->name));
    json_put(&text, S(",\"severity\":"));
    put_text_or_null(&text, rule->severity);
    json_put(&text, S(",\"risk_score\":"));
    if (rule->risk_score < 0) {
        json_put(&text, S("null"));
    } else {
        json_put_u64(&text, (uint64_t)rule->risk_score);
    }
    json_put(&text, S("},"));
    json_writer_end(&text);
    str copy = arena_copy(a, buf_view(&b));
    buf_deinit(&b);
    return copy;
}

static void put_rule(struct match_writer *w, struct json_writer *line, uint32_t rule)
{
    struct ndjson *state = w->state;
    if (!state->rules[rule].ptr) {
        state->rules[rule] = rule_text(postern_rules_get(w->rules, rule), &state->arena);
    }
    json_put(line, state->rules[rule]);
}

static void put_place(struct ndjson *state, struct json_writer *line, const struct hunt_event *e)
{
    if (state->place.len == 0 || !str_eq(state->file, e->file)) {
        buf_clear(&state->place);
        buf_append(&state->place, S("\"file\":"));
        json_write_string(e->file, &state->place);
        buf_append(&state->place, S(",\"record\":"));
        state->file = e->file;
    }
    json_put(line, buf_view(&state->place));
    json_put_u64(line, e->record);
    json_put(line, S(",\"offset\":"));
    json_put_u64(line, e->offset);
    json_put(line, S(","));
}

static void put_time_and_dataset(struct json_writer *line, const struct hunt_event *e)
{
    json_put(line, S("\"@timestamp\":"));
    if (e->timestamp.len) {
        json_put_string(line, e->timestamp);
    } else {
        json_put(line, S("null"));
    }
    json_put(line, S(",\"dataset\":"));
    json_put_string(line, e->dataset);
}

static void put_document(struct json_writer *line, const struct hunt_event *e)
{
    json_put(line, S("\"event\":"));
    json_put(line, e->document);
    json_put(line, S("}"));
}

static void put_events(struct ndjson *state, struct json_writer *line, const struct hunt_match *m)
{
    if (m->join_keys.len) {
        json_put(line, S(",\"join_keys\":"));
        json_put(line, m->join_keys);
    }
    json_put(line, S(",\"events\":["));
    for (size_t i = 0; i < m->n_events; i++) {
        json_put(line, i ? S(",{") : S("{"));
        put_place(state, line, &m->events[i]);
        put_document(line, &m->events[i]);
    }
    json_put(line, S("]}"));
}

static void write_match(struct match_writer *w, const struct hunt_match *m)
{
    struct json_writer line = json_writer_begin(&w->out->pending);
    put_rule(w, &line, m->rule);
    if (m->n_events) {
        put_time_and_dataset(&line, &m->event);
        put_events(w->state, &line, m);
    } else {
        put_place(w->state, &line, &m->event);
        put_time_and_dataset(&line, &m->event);
        json_put(&line, S(","));
        put_document(&line, &m->event);
    }
    json_put(&line, S("\n"));
    json_writer_end(&line);
}

const struct match_format match_format_ndjson = {
    .name = "ndjson", .begin = begin, .match = write_match, .end = end};
