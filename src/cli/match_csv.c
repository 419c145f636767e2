/* SPDX-License-Identifier: Apache-2.0 */
/* -o csv: RFC 4180, one header line, CRLF line ends as the RFC has them. */
#include "cli/match_writer.h"

static void cell(struct buf *b, str s, bool last)
{
    bool quote = false;
    for (size_t i = 0; i < s.len && !quote; i++) {
        char c = s.ptr[i];
        quote = c == '"' || c == ',' || c == '\n' || c == '\r';
    }
    if (quote) {
        buf_byte(b, '"');
        for (size_t i = 0; i < s.len; i++) {
            buf_append(b, s.ptr[i] == '"' ? S("\"\"") : (str){s.ptr + i, 1});
        }
        buf_byte(b, '"');
    } else {
        buf_append(b, s);
    }
    buf_append(b, last ? S("\r\n") : S(","));
}

static void begin(struct match_writer *w)
{
    buf_append(&w->out->pending, S("@timestamp,rule.id,rule.name,severity,risk_score,dataset,event."
                                   "action,event.outcome,user,"
                                   "source,target,file,record,offset,part\r\n"));
}

static str risk_score(struct match_writer *w, const postern_rule *rule)
{
    return rule->risk_score < 0 ? S("") : arena_printf(&w->arena, "%d", rule->risk_score);
}

/* `part` is "2/3" for the second of three events of a match, empty for a match of one. */
static void write_event(struct match_writer *w, const struct hunt_match *m,
                        const struct hunt_event *e, str part)
{
    struct match_cells c = match_cells(w, m->rule, e);
    struct buf *b = &w->out->pending;
    cell(b, c.time, false);
    cell(b, str_from(c.rule->id), false);
    cell(b, str_from(c.rule->name), false);
    cell(b, str_from(c.rule->severity), false);
    cell(b, risk_score(w, c.rule), false);
    cell(b, c.dataset, false);
    cell(b, c.action, false);
    cell(b, c.outcome, false);
    cell(b, c.user, false);
    cell(b, c.source, false);
    cell(b, c.target, false);
    cell(b, e->file, false);
    cell(b, arena_printf(&w->arena, "%llu", (unsigned long long)e->record), false);
    cell(b, arena_printf(&w->arena, "%llu", (unsigned long long)e->offset), false);
    cell(b, part, true);
}

/* One line an event. */
static void write_match(struct match_writer *w, const struct hunt_match *m)
{
    if (!m->n_events) {
        write_event(w, m, &m->event, (str){0});
    }
    for (size_t i = 0; i < m->n_events; i++) {
        str part = arena_printf(&w->arena, "%zu/%zu", i + 1, m->n_events);
        write_event(w, m, &m->events[i], part);
    }
}

const struct match_format match_format_csv = {.name = "csv", .begin = begin, .match = write_match};
