/* SPDX-License-Identifier: Apache-2.0 */
/* One worker's loop body: frame → records → event → matched rules → documents of the few that matched. */
#include "run/search.h"

#include <string.h>

#include "base/mem.h"

struct searcher {
    struct search_options options;
    struct record_reader *reader;
    struct scanner *scanner;
    const struct source *const *sources;
    size_t *gates; /* of the sources, by index */
};

void findings_init(struct findings *f)
{
    *f = (struct findings){.bytes = BUF_INIT(SIZE_MAX / 4)};
    sources_all(&f->n_datasets);
    f->n_datasets++;
    f->datasets = mem_alloc(f->n_datasets * sizeof *f->datasets);
}

void findings_deinit(struct findings *f)
{
    buf_deinit(&f->bytes);
    mem_free(f->matches);
    mem_free(f->rejections);
    mem_free(f->datasets);
    *f = (struct findings){0};
}

void findings_clear(struct findings *f)
{
    buf_clear(&f->bytes);
    f->n_matches = f->n_rejections = 0;
    f->records = f->recognised = f->unknown = f->matched = f->unparsed = 0;
    memset(f->datasets, 0, f->n_datasets * sizeof *f->datasets);
}

void findings_skip(struct findings *f, uint64_t n)
{
    f->records += n;
    f->unparsed += n;
}

static struct finding *new_finding(struct findings *f)
{
    if (f->n_matches == f->cap_matches) {
        size_t cap = f->cap_matches ? f->cap_matches * 2 : 16;
        f->matches =
            mem_grow(f->matches, f->cap_matches * sizeof *f->matches, cap * sizeof *f->matches);
        f->cap_matches = cap;
    }
    struct finding *m = &f->matches[f->n_matches++];
    *m = (struct finding){0};
    return m;
}

static struct rejection *new_rejection(struct findings *f)
{
    if (f->n_rejections == f->cap_rejections) {
        size_t cap = f->cap_rejections ? f->cap_rejections * 2 : 16;
        f->rejections = mem_grow(f->rejections, f->cap_rejections * sizeof *f->rejections,
                                 cap * sizeof *f->rejections);
        f->cap_rejections = cap;
    }
    struct rejection *r = &f->rejections[f->n_rejections++];
    *r = (struct rejection){0};
    return r;
}

struct searcher *searcher_new(const struct search_options *options)
{
    struct searcher *s = mem_alloc(sizeof *s);
    s->options = *options;
    s->reader = record_reader_new(options->plan, &options->reader);
    s->scanner = scanner_new(options->rules);
    size_t n_sources;
    s->sources = sources_all(&n_sources);
    s->gates = mem_alloc(n_sources * sizeof *s->gates);
    for (size_t i = 0; i < n_sources; i++) {
        s->gates[i] = scanner_gate(s->scanner, str_from(s->sources[i]->dataset));
    }
    return s;
}

void searcher_free(struct searcher *s)
{
    if (s) {
        record_reader_free(s->reader);
        scanner_free(s->scanner);
        mem_free(s->gates);
        mem_free(s);
    }
}

struct evaluator_limits searcher_limits(const struct searcher *s)
{
    return scanner_limits(s->scanner);
}

/* The time of the event by the rule's own timestamp field; the earliest of several. */
static bool rule_time(const struct ruleset *rules, uint32_t rule, struct event *event, int64_t *out)
{
    uint32_t slot = ruleset_timestamp_slot(rules, rule);
    struct values values = slot == UINT32_MAX ? (struct values){0} : event_values(event, slot);
    bool found = false;
    for (size_t i = 0; i < values.n; i++) {
        if (values.v[i].type == VALUE_DATE && (!found || values.v[i].number < *out)) {
            *out = values.v[i].number;
            found = true;
        }
    }
    return found;
}

static bool in_range(const struct search_options *o, bool has_time, int64_t time)
{
    if (!o->has_from && !o->has_to) {
        return true;
    }
    return has_time && (!o->has_from || time >= o->from) && (!o->has_to || time < o->to);
}

/* The document of the current record behind the text of finding `m`. */
static void write_document(struct searcher *s, const struct record *record, struct findings *out,
                           struct finding *m)
{
    struct json *document = record_reader_document(s->reader);
    str timestamp = json_text(json_get(document, S("@timestamp")));
    m->text = out->bytes.len;
    m->dataset_len = (uint32_t)record->dataset.len;
    m->timestamp_len = (uint32_t)timestamp.len;
    buf_append(&out->bytes, record->dataset);
    buf_append(&out->bytes, timestamp);
    json_write(document, &out->bytes);
    m->text_len = out->bytes.len - m->text;
}

static void match_record(struct searcher *s, const struct record *record, struct findings *out)
{
    struct event *event = record_reader_event(s->reader);
    /* A finished document says itself of which data set it is. */
    size_t gate = s->sources[record->source]->ecs ? scanner_gate(s->scanner, record->dataset)
                                                  : s->gates[record->source];
    const uint32_t *matched;
    size_t n = scanner_match(s->scanner, event, gate, &matched);
    const struct finding *first = NULL;
    size_t first_index = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t time = 0;
        bool has_time = rule_time(s->options.rules, matched[i], event, &time);
        if (!in_range(&s->options, has_time, time)) {
            continue;
        }
        struct finding *m = new_finding(out);
        m->rule = matched[i];
        m->has_time = has_time;
        m->time = time;
        m->record = out->records;
        m->offset = record->offset;
        if (first) {
            first = &out->matches[first_index]; /* the array may have moved */
            m->dataset_len = first->dataset_len;
            m->timestamp_len = first->timestamp_len;
            m->text = first->text;
            m->text_len = first->text_len;
        } else {
            write_document(s, record, out, m);
            first = m;
            first_index = out->n_matches - 1;
            out->matched++;
        }
    }
}

static void reject(struct searcher *s, const struct record *record, bool cut, struct findings *out)
{
    struct rejection *r = new_rejection(out);
    r->record = out->records;
    r->offset = record->offset;
    r->at = record->error_at;
    r->line = record->line;
    r->reason = record->reason;
    r->cut = cut;
    if (s->options.keep_rejected) {
        r->text = out->bytes.len;
        r->text_len = record->text.len;
        buf_append(&out->bytes, record->text);
    }
}

/* A frame that the framer itself gave up. */
static void reject_frame(struct searcher *s, const struct frame *frame, struct findings *out)
{
    struct record record = {.text = frame->text,
                            .offset = frame->offset,
                            .error_at = frame->offset,
                            .line = frame->line,
                            .reason = frame->reason};
    reject(s, &record, frame->kind == FRAME_CUT, out);
    out->datasets[out->n_datasets - 1].rejected++;
    out->records++;
    /* Text that does not even begin like JSON makes no file a file of logs. */
    bool json = frame->container.len > 0 ||
                (frame->text.len && (frame->text.ptr[0] == '{' || frame->text.ptr[0] == '['));
    out->recognised += json;
}

static void count_record(const struct record *record, struct findings *out)
{
    size_t dataset = record->source < out->n_datasets - 1 ? record->source : out->n_datasets - 1;
    struct record_counts *counts = &out->datasets[dataset];
    switch (record->kind) {
    case RECORD_EVENT:
        counts->evaluated++;
        break;
    case RECORD_PASSED:
        counts->passed++;
        break;
    case RECORD_REJECTED:
        counts->rejected++;
        break;
    }
    out->unknown += record->unknown;
    out->recognised += !record->unknown;
    out->records++;
}

void searcher_frame(struct searcher *s, const struct frame *frame, struct findings *out)
{
    if (frame->kind != FRAME_VALUE) {
        reject_frame(s, frame, out);
        return;
    }
    record_reader_item(s->reader, frame->text, frame->offset, frame->line, frame->container);
    struct record record;
    while (record_reader_next(s->reader, &record)) {
        if (record.kind == RECORD_EVENT) {
            match_record(s, &record, out);
        } else if (record.kind == RECORD_REJECTED) {
            reject(s, &record, false, out);
        }
        count_record(&record, out);
    }
}
