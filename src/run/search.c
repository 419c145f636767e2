/* SPDX-License-Identifier: Apache-2.0 */
/* One worker's loop body: frame → records → event → matched rules → documents of the few that matched. */
#include "run/search.h"

#include <string.h>

#include "base/mem.h"

struct searcher {
    struct search_options options;
    struct record_reader *reader;
    struct scanner *scanner;
    struct profile *profile; /* NULL: none */
    const struct source *const *sources;
    size_t *gates;       /* of the sources, by index */
    struct tick *ticked; /* per order: the last one noted, `order` 1 when there is one */
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
    mem_free(f->survivors);
    mem_free(f->ticks);
    mem_free(f->datasets);
    *f = (struct findings){0};
}

void findings_clear(struct findings *f)
{
    buf_clear(&f->bytes);
    f->n_matches = f->n_rejections = f->n_survivors = f->n_ticks = 0;
    f->records = f->recognised = f->unknown = f->matched = f->unparsed = 0;
    f->why_len = 0;
    memset(f->datasets, 0, f->n_datasets * sizeof *f->datasets);
}

void findings_skip(struct findings *f, uint64_t n)
{
    f->records += n;
    f->unparsed += n;
}

/* Room for one more item in a list of `size` bytes each. */
static void *grow_list(void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return list;
    }
    size_t old = *cap;
    *cap = old ? old * 2 : 16;
    return mem_grow(list, old * size, *cap * size);
}

static struct finding *new_finding(struct findings *f)
{
    f->matches = grow_list(f->matches, f->n_matches, &f->cap_matches, sizeof *f->matches);
    struct finding *m = &f->matches[f->n_matches++];
    *m = (struct finding){0};
    return m;
}

static struct rejection *new_rejection(struct findings *f)
{
    f->rejections =
        grow_list(f->rejections, f->n_rejections, &f->cap_rejections, sizeof *f->rejections);
    struct rejection *r = &f->rejections[f->n_rejections++];
    *r = (struct rejection){0};
    return r;
}

static struct survivor *new_survivor(struct findings *f)
{
    f->survivors = grow_list(f->survivors, f->n_survivors, &f->cap_survivors, sizeof *f->survivors);
    return &f->survivors[f->n_survivors++];
}

static struct tick *new_tick(struct findings *f)
{
    f->ticks = grow_list(f->ticks, f->n_ticks, &f->cap_ticks, sizeof *f->ticks);
    return &f->ticks[f->n_ticks++];
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
    size_t n_orders;
    ruleset_orders(options->rules, &n_orders);
    s->ticked = mem_alloc((n_orders + 1) * sizeof *s->ticked);
    return s;
}

void searcher_free(struct searcher *s)
{
    if (s) {
        record_reader_free(s->reader);
        scanner_free(s->scanner);
        mem_free(s->gates);
        mem_free(s->ticked);
        mem_free(s);
    }
}

struct evaluator_limits searcher_limits(const struct searcher *s)
{
    return scanner_limits(s->scanner);
}

void searcher_profile(struct searcher *s, struct profile *p)
{
    s->profile = p;
    scanner_measure(s->scanner, p ? p->rules : NULL);
}

/* The text of the current record's document: data set, @timestamp and JSON in findings.bytes. Made when the first asks for it. */
struct document_text {
    bool made;
    size_t text, text_len;
    uint32_t dataset_len, timestamp_len;
};

static void make_document(struct searcher *s, const struct record *record, struct findings *out,
                          struct document_text *t)
{
    if (t->made) {
        return;
    }
    t->made = true;
    t->text = out->bytes.len;
    if (s->options.no_documents) {
        return;
    }
    enum profile_stage before = profile_enter(s->profile, PROFILE_DOCUMENT);
    str timestamp = record_reader_timestamp(s->reader);
    t->dataset_len = (uint32_t)record->dataset.len;
    t->timestamp_len = (uint32_t)timestamp.len;
    buf_append(&out->bytes, record->dataset);
    buf_append(&out->bytes, timestamp);
    record_reader_write(s->reader, (str){0}, &out->bytes);
    t->text_len = out->bytes.len - t->text;
    profile_enter(s->profile, before);
}

static void add_matches(struct searcher *s, const struct record *record, const uint32_t *matched,
                        size_t n, struct document_text *text, struct findings *out)
{
    struct event *event = record_reader_event(s->reader);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t slot = ruleset_timestamp_slot(s->options.rules, matched[i]);
        struct value time = {0};
        if (!s->options.no_times) {
            time = ruleset_order_value(slot, event);
        }
        bool has_time = time.type == VALUE_DATE;
        if (!time_range_holds(&s->options.range, has_time, has_time ? time.number : 0)) {
            continue;
        }
        make_document(s, record, out, text);
        struct finding *m = new_finding(out);
        m->rule = matched[i];
        m->has_time = has_time;
        m->time = has_time ? time.number : 0;
        m->record = out->records;
        m->offset = record->offset;
        m->dataset_len = text->dataset_len;
        m->timestamp_len = text->timestamp_len;
        m->text = text->text;
        m->text_len = text->text_len;
        any = true;
    }
    out->matched += any;
}

/* The record as a survivor of one order, if it is one. */
static void add_survivor(struct searcher *s, const struct record *record, uint32_t order,
                         const struct stage_match *stages, size_t n, struct document_text *text,
                         struct findings *out)
{
    struct survivor v;
    if (!survivor_take(s->options.rules, order, &s->options.range, record_reader_event(s->reader),
                       stages, n, &out->bytes, &v)) {
        return;
    }
    make_document(s, record, out, text);
    v.record = out->records;
    v.offset = record->offset;
    v.text = text->text;
    v.text_len = text->text_len;
    v.dataset_len = text->dataset_len;
    v.timestamp_len = text->timestamp_len;
    *new_survivor(out) = v;
}

/* Notes the record's times where they are the latest of these findings so far. */
static void add_ticks(struct searcher *s, struct findings *out)
{
    size_t n;
    const struct event_order *orders = ruleset_orders(s->options.rules, &n);
    if (out->n_ticks == 0) { /* other findings: an earlier time counts again */
        memset(s->ticked, 0, n * sizeof *s->ticked);
    }
    for (size_t i = 0; s->options.ticks && i < n; i++) {
        struct value time =
            ruleset_order_value(orders[i].timestamp, record_reader_event(s->reader));
        if (time.type == VALUE_DATE && (!s->ticked[i].order || time.number > s->ticked[i].time)) {
            s->ticked[i] = (struct tick){out->records, 1, time.number};
            *new_tick(out) = (struct tick){out->records, (uint32_t)i, time.number};
        }
    }
}

static void match_record(struct searcher *s, const struct record *record, struct findings *out)
{
    /* A finished document says itself of which data set it is. */
    size_t gate = s->sources[record->source]->ecs ? scanner_gate(s->scanner, record->dataset)
                                                  : s->gates[record->source];
    struct document_text text = {0};
    const uint32_t *matched;
    size_t n = scanner_match(s->scanner, record_reader_event(s->reader), gate, &matched);
    add_matches(s, record, matched, n, &text, out);
    if (!ruleset_has_stateful(s->options.rules)) {
        return;
    }
    const struct stage_match *stages;
    size_t n_orders, n_stages = scanner_stages(s->scanner, gate, &stages);
    ruleset_orders(s->options.rules, &n_orders);
    for (uint32_t order = 0; n_stages && order < n_orders; order++) {
        add_survivor(s, record, order, stages, n_stages, &text, out);
    }
    if (n_stages) {
        add_survivor(s, record, SURVIVOR_UNORDERED, stages, n_stages, &text, out);
    }
    add_ticks(s, out);
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

static void count_record(struct searcher *s, const struct record *record, struct findings *out)
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
    if (record->unknown && out->unknown == 0) {
        out->why = out->bytes.len;
        buf_append(&out->bytes, str_from(record_reader_reason(s->reader, record)));
        out->why_len = out->bytes.len - out->why;
    }
    out->unknown += record->unknown;
    out->recognised += !record->unknown;
    out->records++;
}

void searcher_frame(struct searcher *s, const struct frame *frame, struct findings *out)
{
    searcher_indexed_frame(s, frame, NULL, out);
}

void searcher_indexed_frame(struct searcher *s, const struct frame *frame,
                            const struct frame_index *index, struct findings *out)
{
    if (frame->kind != FRAME_VALUE) {
        reject_frame(s, frame, out);
        return;
    }
    enum profile_stage before = profile_enter(s->profile, PROFILE_PARSE);
    record_reader_item(s->reader, frame->text, frame->offset, frame->line, frame->container);
    record_reader_lend_index(s->reader, index);
    struct record record;
    while (record_reader_next(s->reader, &record)) {
        if (record.kind == RECORD_EVENT) {
            profile_enter(s->profile, PROFILE_MATCH);
            match_record(s, &record, out);
            profile_enter(s->profile, PROFILE_PARSE);
        } else if (record.kind == RECORD_REJECTED) {
            reject(s, &record, false, out);
        }
        count_record(s, &record, out);
    }
    profile_enter(s->profile, before);
}
