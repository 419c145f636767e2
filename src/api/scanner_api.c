/* SPDX-License-Identifier: Apache-2.0 */
/* The scanning half of the public API: one thread, bytes in, matches out. */
#include <string.h>

#include "api/internal.h"
#include "base/mem.h"
#include "run/feed.h"
#include "run/search.h"
#include "run/sequencer.h"

/* Address space for the plan of one rule set. */
#define PLAN_ARENA_CAP ((size_t)1 << 30)
/* Address space for one sequence. */
#define SCRATCH_CAP ((size_t)32 << 30)
enum { SCRATCH_KEEP = 1 << 20, SEQUENCE_MEMORY = 256 << 20 };

struct postern_scanner {
    postern_scanner_options options;
    const postern_rules *rules;
    struct arena arena;
    struct feed *feed;
    struct searcher *searcher;
    struct findings found;
    struct buf text; /* NUL-terminated copies for the callbacks */
    struct buf input;
    uint64_t records; /* of the input */
    postern_scanner_stats stats;
    bool stopped;
    struct error error; /* why, when it was not a callback */
    /* Of rules over several events. */
    struct sequencer *sequencer; /* NULL: not run */
    const char **inputs;         /* names of all inputs so far */
    size_t n_inputs, cap_inputs;
    struct arena scratch; /* of one sequence */
};

static const char *text_copy(struct arena *a, str s)
{
    return arena_copy(a, s).ptr;
}

static bool tell_sequence(void *user, const struct sequencer_match *m, struct error *e)
{
    (void)e;
    postern_scanner *s = user;
    struct arena *a = &s->scratch;
    postern_event *events = NEW_ARRAY(a, postern_event, m->n);
    for (uint32_t i = 0; i < m->n; i++) {
        const struct sequencer_event *from = &m->events[i];
        events[i] = (postern_event){
            .input = s->inputs[from->file],
            .record = from->record,
            .offset = from->offset,
            .dataset = text_copy(a, from->dataset),
            .timestamp = from->timestamp.len ? text_copy(a, from->timestamp) : NULL,
            .document = text_copy(a, from->document),
            .document_length = from->document.len,
        };
    }
    postern_sequence sequence = {.rule = m->rule, .events = events, .count = m->n};
    if (m->key.len) {
        const struct ruleset *set = postern_rules_ruleset(s->rules);
        bool sample = ruleset_stateful(set, m->rule)->kind == IR_SAMPLE;
        buf_clear(&s->text);
        join_keys_write(m->key, sample, a, &s->text);
        sequence.join_keys = text_copy(a, buf_view(&s->text));
    }
    s->stats.sequences++;
    s->stopped = !s->options.on_sequence(s->options.user, &sequence);
    arena_reset(a, SCRATCH_KEEP);
    return !s->stopped;
}

static void start_sequencer(postern_scanner *s, const struct ruleset *set)
{
    const struct sequencer_options options = {.rules = set,
                                              .memory = SEQUENCE_MEMORY,
                                              .max_keys = s->options.max_keys,
                                              .stream = true,
                                              .lateness = s->options.lateness};
    if (s->options.on_sequence && ruleset_has_stateful(set)) {
        s->sequencer = sequencer_new(&options, &(struct sequencer_sink){s, tell_sequence});
    }
}

postern_scanner *postern_scanner_new(const postern_rules *rules,
                                     const postern_scanner_options *options)
{
    const struct ruleset *set = postern_rules_ruleset(rules);
    if (!set || !options || options->size < sizeof *options) {
        return NULL;
    }
    postern_scanner *s = mem_alloc(sizeof *s);
    s->options = *options;
    s->rules = rules;
    s->arena = arena_open(PLAN_ARENA_CAP);
    s->scratch = arena_open(SCRATCH_CAP);
    start_sequencer(s, set);
    s->text = s->input = BUF_INIT(0);
    s->feed = feed_new(options->max_record, false, NULL);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    const struct search_options search = {
        .rules = set,
        .plan = source_plan_new(fields, n_fields, NULL, 0, &s->arena),
        .reader = {.max_record = options->max_record},
        .ticks = s->sequencer != NULL,
    };
    s->searcher = searcher_new(&search);
    findings_init(&s->found);
    return s;
}

void postern_scanner_free(postern_scanner *s)
{
    if (s) {
        searcher_free(s->searcher);
        feed_free(s->feed);
        findings_deinit(&s->found);
        buf_deinit(&s->text);
        buf_deinit(&s->input);
        arena_close(&s->arena);
        arena_close(&s->scratch);
        sequencer_free(s->sequencer);
        mem_free(s->inputs);
        mem_free(s);
    }
}

void postern_scanner_begin(postern_scanner *s, const char *name)
{
    feed_begin(s->feed);
    buf_clear(&s->input);
    buf_append(&s->input, str_from(name));
    buf_byte(&s->input, '\0');
    s->records = 0;
    s->stopped = s->error.code != ERROR_NONE;
    if (!s->sequencer) { /* no event is told after its input */
        return;
    }
    if (s->n_inputs == s->cap_inputs) {
        size_t cap = s->cap_inputs ? s->cap_inputs * 2 : 8;
        s->inputs = mem_grow(s->inputs, s->cap_inputs * sizeof *s->inputs, cap * sizeof *s->inputs);
        s->cap_inputs = cap;
    }
    s->inputs[s->n_inputs++] = text_copy(&s->arena, str_from(name));
}

/* The three texts of a finding, each with a NUL behind it. */
static bool tell_match(postern_scanner *s, const struct finding *m)
{
    str text = {s->found.bytes.ptr + m->text, m->text_len};
    size_t stamp = m->dataset_len + 1, document = stamp + m->timestamp_len + 1;
    buf_clear(&s->text);
    buf_append(&s->text, str_slice(text, 0, m->dataset_len));
    buf_byte(&s->text, '\0');
    buf_append(&s->text, str_slice(text, m->dataset_len, m->dataset_len + m->timestamp_len));
    buf_byte(&s->text, '\0');
    buf_append(&s->text, str_slice(text, m->dataset_len + m->timestamp_len, text.len));
    buf_byte(&s->text, '\0');
    s->stats.matches++;
    const postern_match match = {
        .rule = m->rule,
        .input = s->input.ptr,
        .record = s->records + m->record,
        .offset = m->offset,
        .dataset = s->text.ptr,
        .timestamp = m->timestamp_len ? s->text.ptr + stamp : NULL,
        .document = s->text.ptr + document,
        .document_length = text.len - m->dataset_len - m->timestamp_len,
    };
    return !s->options.on_match || s->options.on_match(s->options.user, &match);
}

static void tell_rejection(postern_scanner *s, const struct rejection *r)
{
    const postern_rejection rejection = {
        .input = s->input.ptr,
        .record = s->records + r->record,
        .line = r->line,
        .offset = r->offset,
        .error_offset = r->at,
        .reason = r->reason,
    };
    if (s->options.on_rejection) {
        s->options.on_rejection(s->options.user, &rejection);
    }
}

static void tell_findings(postern_scanner *s)
{
    for (size_t i = 0; i < s->found.n_rejections; i++) {
        tell_rejection(s, &s->found.rejections[i]);
    }
    for (size_t i = 0; i < s->found.n_matches && !s->stopped; i++) {
        s->stopped = !tell_match(s, &s->found.matches[i]);
    }
    if (s->sequencer && !s->stopped) {
        uint32_t input = (uint32_t)(s->n_inputs - 1);
        s->stopped = !sequencer_take(s->sequencer, &s->found, input, s->records, &s->error);
    }
    for (size_t i = 0; i < s->found.n_datasets; i++) {
        s->stats.evaluated += s->found.datasets[i].evaluated;
        s->stats.passed_over += s->found.datasets[i].passed;
        s->stats.rejected += s->found.datasets[i].rejected;
    }
    s->records += s->found.records;
    findings_clear(&s->found);
}

static bool feed(postern_scanner *s, str bytes, bool last)
{
    if (s->stopped) {
        return false;
    }
    feed_take(s->feed, bytes, last);
    s->stats.bytes += bytes.len;
    struct frame frame;
    while (!s->stopped && feed_next(s->feed, &frame)) {
        searcher_frame(s->searcher, &frame, &s->found);
        tell_findings(s);
    }
    return !s->stopped;
}

bool postern_scanner_feed(postern_scanner *s, const void *bytes, size_t length)
{
    return feed(s, (str){bytes, length}, false);
}

bool postern_scanner_end(postern_scanner *s)
{
    return feed(s, (str){"", 0}, true);
}

bool postern_scanner_advance(postern_scanner *s, int64_t nanoseconds)
{
    s->stopped =
        s->stopped || (s->sequencer && !sequencer_advance(s->sequencer, nanoseconds, &s->error));
    return !s->stopped;
}

bool postern_scanner_drain(postern_scanner *s)
{
    s->stopped = s->stopped || (s->sequencer && !sequencer_finish(s->sequencer, &s->error));
    return !s->stopped;
}

const char *postern_scanner_error(const postern_scanner *s)
{
    return s->error.code == ERROR_NONE ? "" : s->error.message;
}

postern_scanner_stats postern_scanner_get_stats(const postern_scanner *s)
{
    postern_scanner_stats stats = s->stats;
    if (s->sequencer) {
        struct sequencer_stats sequences = sequencer_stats(s->sequencer);
        stats.late = sequences.late;
        stats.dropped_keys = sequences.dropped_keys;
    }
    return stats;
}
