/* SPDX-License-Identifier: Apache-2.0 */
/* Response bodies of `postern eql`. */
#include "cli/eql_body.h"

#include "engine/join.h"

static void write_hit(const struct eql_event *e, struct buf *out)
{
    buf_append(out, S("{\"_index\":"));
    json_write_string(e->index, out);
    buf_append(out, S(",\"_id\":"));
    json_write_string(e->id, out);
    buf_append(out, S(",\"_source\":"));
    json_write(e->root, out);
    buf_byte(out, '}');
}

static void begin(size_t n, int64_t took_ms, const char *list, struct buf *out)
{
    buf_printf(out,
               "{\"is_partial\":false,\"is_running\":false,\"took\":%lld,\"timed_out\":false,"
               "\"hits\":{\"total\":{\"value\":%zu,\"relation\":\"eq\"},\"%s\":[",
               (long long)took_ms, n, list);
}

void eql_body_events(const struct eql_event *const *hits, size_t n, int64_t took_ms,
                     struct buf *out)
{
    begin(n, took_ms, "events", out);
    for (size_t i = 0; i < n; i++) {
        buf_append(out, i ? S(",") : S(""));
        write_hit(hits[i], out);
    }
    buf_append(out, S("]}}\n"));
}

static void write_group(const struct eql_group *g, const struct eql_event *events, struct buf *out)
{
    buf_append(out, S("\"events\":["));
    for (size_t i = 0; i < g->n; i++) {
        buf_append(out, i ? S(",") : S(""));
        if (g->events[i] == SIZE_MAX) {
            buf_append(out, S("{\"_index\":\"\",\"_id\":\"\",\"_source\":{},\"missing\":true}"));
        } else {
            write_hit(&events[g->events[i]], out);
        }
    }
    buf_byte(out, ']');
}

void eql_body_groups(const struct eql_group *groups, size_t n, const struct eql_event *events,
                     bool sample, int64_t took_ms, struct buf *out)
{
    struct arena scratch = arena_open((size_t)1 << 30);
    begin(n, took_ms, "sequences", out);
    for (size_t i = 0; i < n; i++) {
        buf_append(out, i ? S(",{") : S("{"));
        if (groups[i].key.len) {
            buf_append(out, S("\"join_keys\":"));
            join_keys_write(groups[i].key, sample, &scratch, out);
            buf_byte(out, ',');
        }
        write_group(&groups[i], events, out);
        buf_byte(out, '}');
        arena_reset(&scratch, (size_t)1 << 20);
    }
    buf_append(out, S("]}}\n"));
    arena_close(&scratch);
}

static const char *type_of(const struct diag *d)
{
    return diag_id_kind(d->id) == DIAG_KIND_VERIFICATION ? "verification_exception"
                                                         : "parsing_exception";
}

static void write_cause(const struct diag *d, struct buf *out)
{
    struct line_column at = diag_locate(d->text, d->at.at);
    struct buf reason = BUF_INIT(0);
    buf_printf(&reason, "line %zu:%zu: %.*s", at.line, at.column, STR_ARG(d->message));
    if (d->hint.len) {
        buf_printf(&reason, " (%.*s)", STR_ARG(d->hint));
    }
    buf_printf(out, "\"type\":\"%s\",\"reason\":", type_of(d));
    json_write_string(buf_view(&reason), out);
    buf_deinit(&reason);
}

void eql_body_error(const struct diags *d, struct buf *out)
{
    const struct diag *first = NULL;
    buf_append(out, S("{\"error\":{\"root_cause\":["));
    for (const struct diag *i = d->first; i; i = i->next) {
        if (i->severity != DIAG_ERROR) {
            continue;
        }
        buf_append(out, first ? S(",{") : S("{"));
        write_cause(i, out);
        buf_byte(out, '}');
        first = first ? first : i;
    }
    buf_append(out, S("],"));
    if (first) {
        write_cause(first, out);
    }
    buf_append(out, S("},\"status\":400}\n"));
}
