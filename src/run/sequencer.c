/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads of the sorter are: the head (tiebreaker, rules), then the text as it goes into the spool. The heap of a stream keeps the head, and the spool the text. */
#include "run/sequencer.h"

#include <string.h>

#include "base/mem.h"
#include "engine/sample.h"
#include "run/reorder.h"
#include "run/spool.h"

#define SCRATCH_CAP ((size_t)8 << 30)
enum { SCRATCH_KEEP = 1 << 20, LEAST_MEMORY = 1 << 10 };

/* What stands before an event's text in the spool. */
struct place {
    uint64_t record, offset;
    int64_t time;
    uint32_t file;
    uint32_t dataset_len, timestamp_len;
    bool has_time;
};

/* The machine of one rule; both NULL for an event query. */
struct machine {
    struct sequencer *owner;
    uint32_t rule;
    struct sequence *sequence;
    struct sample *sample;
};

/* The survivors of one order of the rule set. */
struct line {
    struct sorter *sorter;  /* batch */
    struct reorder waiting; /* stream */
    bool started;
    int64_t watermark;
};

struct sequencer {
    struct sequencer_options options;
    struct sequencer_sink sink;
    struct pool *pool;
    struct spool *spool;
    struct machine *machines; /* one a rule of the set */
    size_t n_machines;
    struct line *lines;
    size_t n_lines;
    struct arena scratch; /* of one event */
    struct buf payload;
    /* The event that the machines look at, which is in the spool only when they keep it. */
    str current;
    uint64_t current_handle;
    size_t current_holds;
    /* The match being sent. */
    struct buf texts;
    struct sequencer_event *events;
    size_t cap_events;
    struct error *error;
    int64_t ceiling; /* of the clock */
    bool stopped;
    struct sequencer_stats stats;
};

/* ---- Texts of events ---- */

static void on_hold(void *user, uint64_t handle)
{
    struct sequencer *s = ((struct machine *)user)->owner;
    if (handle == s->current_handle) {
        s->current_holds++;
    } else {
        spool_hold(s->spool, handle);
    }
}

static void on_release(void *user, uint64_t handle)
{
    struct sequencer *s = ((struct machine *)user)->owner;
    if (handle == s->current_handle) {
        s->current_holds--;
    } else {
        spool_release(s->spool, handle);
    }
}

static bool read_text(struct sequencer *s, uint64_t handle)
{
    if (handle == s->current_handle) {
        buf_append(&s->texts, s->current);
        return true;
    }
    return spool_read(s->spool, handle, &s->texts, s->error);
}

/* ---- Matches ---- */

static void room_for_events(struct sequencer *s, size_t n)
{
    if (n > s->cap_events) {
        s->events = mem_grow(s->events, s->cap_events * sizeof *s->events, n * sizeof *s->events);
        s->cap_events = n;
    }
}

static struct sequencer_event event_in(str text, struct place *place)
{
    memcpy(place, text.ptr, sizeof *place);
    size_t stamp = sizeof *place + place->dataset_len, document = stamp + place->timestamp_len;
    return (struct sequencer_event){
        .file = place->file,
        .record = place->record,
        .offset = place->offset,
        .dataset = str_slice(text, sizeof *place, stamp),
        .timestamp = str_slice(text, stamp, document),
        .document = str_slice(text, document, text.len),
    };
}

/* Whether the event at `place` is later than that of the match's anchor. */
static bool is_later(const struct place *place, const struct sequencer_match *m)
{
    if (place->has_time != m->has_time || place->time != m->time) {
        return place->has_time > m->has_time || (place->has_time && place->time > m->time);
    }
    const struct sequencer_event *e = &m->events[m->anchor];
    return place->file != e->file ? place->file > e->file : place->record > e->record;
}

/* Fills events and anchor from the handles and sends the match. */
static void send(struct sequencer *s, struct sequencer_match *m, const uint64_t *handles,
                 bool ordered)
{
    size_t *starts = NEW_ARRAY(&s->scratch, size_t, m->n + 1);
    room_for_events(s, m->n);
    buf_clear(&s->texts);
    for (uint32_t i = 0; i < m->n && !s->stopped; i++) {
        s->stopped = !read_text(s, handles[i]);
        starts[i + 1] = s->texts.len;
    }
    m->events = s->events;
    for (uint32_t i = 0; i < m->n && !s->stopped; i++) {
        struct place place;
        s->events[i] = event_in(str_slice(buf_view(&s->texts), starts[i], starts[i + 1]), &place);
        if (i == 0 || ordered || is_later(&place, m)) {
            m->anchor = i;
            m->has_time = place.has_time;
            m->time = place.time;
        }
    }
    s->stopped = s->stopped || !s->sink.match(s->sink.user, m, s->error);
}

static void on_sequence(void *user, const struct sequence_match *m)
{
    const struct machine *machine = user;
    struct sequencer_match match = {
        .rule = machine->rule, .n = m->n, .serial = m->number, .key = m->key};
    if (!machine->owner->stopped) {
        send(machine->owner, &match, m->handles, true);
    }
}

static bool on_sample(void *user, const struct sample_match *m)
{
    const struct machine *machine = user;
    struct sequencer_match match = {.rule = machine->rule, .n = m->n, .key = m->key};
    send(machine->owner, &match, m->handles, false);
    return !machine->owner->stopped;
}

/* ---- Life ---- */

static void start_machine(struct sequencer *s, uint32_t rule)
{
    struct machine *m = &s->machines[rule];
    const struct stateful *stateful = ruleset_stateful(s->options.rules, rule);
    *m = (struct machine){.owner = s, .rule = rule};
    if (stateful && stateful->kind == IR_SAMPLE) {
        const struct sample_options options = {.filters = stateful->n_clauses,
                                               .max_keys = s->options.max_keys};
        const struct sample_sink sink = {m, on_sample, on_hold};
        m->sample = sample_new(s->pool, &options, &sink);
    } else if (stateful) {
        const struct sequence_options options = {.max_keys = s->options.max_keys};
        const struct sequence_sink sink = {
            .user = m, .match = on_sequence, .hold = on_hold, .release = on_release};
        m->sequence = sequence_new(&stateful->form, s->pool, &options, &sink);
    }
}

struct sequencer *sequencer_new(const struct sequencer_options *options,
                                const struct sequencer_sink *sink)
{
    struct sequencer *s = mem_alloc(sizeof *s);
    s->options = *options;
    s->sink = *sink;
    s->pool = pool_new();
    s->scratch = arena_open(SCRATCH_CAP);
    s->payload = s->texts = BUF_INIT(SIZE_MAX / 4);
    s->current_handle = UINT64_MAX;
    s->ceiling = INT64_MAX;
    size_t memory = options->memory > LEAST_MEMORY ? options->memory : LEAST_MEMORY;
    ruleset_orders(options->rules, &s->n_lines);
    s->lines = mem_alloc((s->n_lines + 1) * sizeof *s->lines);
    for (size_t i = 0; i < s->n_lines && !options->stream; i++) {
        s->lines[i].sorter = sorter_new(memory / 4 * 3 / s->n_lines, (str){0});
    }
    s->spool = spool_new(memory / 4);
    ruleset_rules(options->rules, &s->n_machines);
    s->machines = mem_alloc((s->n_machines + 1) * sizeof *s->machines);
    for (size_t i = 0; i < s->n_machines; i++) {
        start_machine(s, (uint32_t)i);
    }
    return s;
}

void sequencer_free(struct sequencer *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->n_machines; i++) {
        sequence_free(s->machines[i].sequence);
        sample_free(s->machines[i].sample);
    }
    for (size_t i = 0; i < s->n_lines; i++) {
        sorter_free(s->lines[i].sorter);
        reorder_deinit(&s->lines[i].waiting);
    }
    mem_free(s->machines);
    mem_free(s->lines);
    mem_free(s->events);
    spool_free(s->spool);
    pool_free(s->pool);
    buf_deinit(&s->payload);
    buf_deinit(&s->texts);
    arena_close(&s->scratch);
    mem_free(s);
}

/* ---- Events ---- */

static void take_rule(struct sequencer *s, const struct survivor_rule *r, int64_t time)
{
    const struct stateful *stateful = ruleset_stateful(s->options.rules, r->rule);
    const struct machine *m = &s->machines[r->rule];
    struct join_offer *offers;
    size_t n =
        join_offers(&stateful->join, r->taken, r->clauses, &s->scratch, &offers, &s->stats.cut);
    if (m->sample) {
        sample_event(m->sample, offers, n, s->current_handle);
    } else {
        sequence_event(m->sequence, time, offers, n, s->current_handle);
    }
}

/* Shows an event, as a payload whose tiebreaker is `tie` bytes long, to the machines of its rules. */
static bool take_event(struct sequencer *s, str payload, uint16_t tie, size_t head_len,
                       int64_t time, struct error *e)
{
    str head = str_slice(payload, tie, head_len);
    struct survivor_rule rule;
    s->error = e;
    s->current = str_slice(payload, head_len, payload.len);
    s->current_handle = spool_next(s->spool, s->current.len);
    s->current_holds = 0;
    while (!s->stopped && survivor_rule_next(&head, &rule)) {
        take_rule(s, &rule, time);
    }
    if (s->current_holds && !spool_add(s->spool, s->current, s->current_holds, e)) {
        s->stopped = true;
    }
    s->current_handle = UINT64_MAX;
    arena_reset(&s->scratch, SCRATCH_KEEP);
    return !s->stopped;
}

static str make_payload(struct sequencer *s, const struct survivor *v, str head, str text,
                        uint32_t file, uint64_t record)
{
    struct place place;
    memset(&place, 0, sizeof place); /* padding too: runs are byte-identical */
    place.record = record;
    place.offset = v->offset;
    place.time = v->time;
    place.file = file;
    place.dataset_len = v->dataset_len;
    place.timestamp_len = v->timestamp_len;
    place.has_time = v->has_time;
    buf_clear(&s->payload);
    buf_append(&s->payload, head);
    buf_append(&s->payload, (str){(const char *)&place, sizeof place});
    buf_append(&s->payload, text);
    return buf_view(&s->payload);
}

bool sequencer_add(struct sequencer *s, const struct survivor *v, str head, str text, uint32_t file,
                   uint64_t record, struct error *e)
{
    str payload = make_payload(s, v, head, text, file, record);
    s->stats.survivors++;
    if (v->order == SURVIVOR_UNORDERED) {
        return take_event(s, payload, 0, head.len, v->time, e);
    }
    struct line *line = &s->lines[v->order];
    /* The rule is not needed here: the length of the head takes its place. */
    struct sort_key key = {.has_time = true,
                           .time = v->time,
                           .tie = v->tie,
                           .file = file,
                           .record = record,
                           .rule = (uint32_t)head.len};
    if (line->sorter) {
        return sorter_add(line->sorter, key, payload, (str){0}, e);
    }
    if (line->started && v->time < line->watermark) {
        s->stats.late++;
    } else {
        str kept = str_slice(payload, head.len, payload.len);
        uint64_t handle = spool_next(s->spool, kept.len);
        s->stopped = s->stopped || !spool_add(s->spool, kept, 1, e);
        reorder_add(&line->waiting, key, head, handle);
    }
    return !s->stopped;
}

/* ---- Stream ---- */

static void advance_machines(struct sequencer *s, uint32_t order, int64_t time)
{
    for (size_t i = 0; i < s->n_machines; i++) {
        const struct stateful *stateful = ruleset_stateful(s->options.rules, i);
        if (s->machines[i].sequence && stateful->order == order) {
            sequence_advance(s->machines[i].sequence, time);
        }
    }
    arena_reset(&s->scratch, SCRATCH_KEEP);
}

/* Runs what waits before `time`, and with `all` the rest too. */
static bool run_waiting(struct sequencer *s, struct line *line, int64_t time, bool all,
                        struct error *e)
{
    while (!s->stopped && line->waiting.n && (all || line->waiting.v[0].key.time < time)) {
        struct reorder_item item = reorder_take(&line->waiting);
        buf_clear(&s->payload);
        buf_append(&s->payload, (str){item.bytes, item.len});
        mem_free(item.bytes);
        s->stopped = !spool_read(s->spool, item.text, &s->payload, e);
        spool_release(s->spool, item.text);
        if (!s->stopped) {
            take_event(s, buf_view(&s->payload), item.key.tie, item.key.rule, item.key.time, e);
        }
    }
    return !s->stopped;
}

static bool advance_line(struct sequencer *s, uint32_t order, int64_t watermark, struct error *e)
{
    struct line *line = &s->lines[order];
    if (line->started && watermark <= line->watermark) {
        return !s->stopped;
    }
    line->started = true;
    line->watermark = watermark;
    s->error = e;
    if (run_waiting(s, line, watermark, false, e)) {
        advance_machines(s, order, watermark);
    }
    return !s->stopped;
}

bool sequencer_tick(struct sequencer *s, uint32_t order, int64_t time, struct error *e)
{
    int64_t lateness = s->options.lateness;
    time = time < s->ceiling ? time : s->ceiling;
    return advance_line(s, order, time < INT64_MIN + lateness ? INT64_MIN : time - lateness, e);
}

void sequencer_ceiling(struct sequencer *s, int64_t time)
{
    s->ceiling = time;
}

bool sequencer_advance(struct sequencer *s, int64_t time, struct error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < s->n_lines; i++) {
        ok = advance_line(s, (uint32_t)i, time, e);
    }
    return ok;
}

bool sequencer_take(struct sequencer *s, const struct findings *f, uint32_t file, uint64_t first,
                    struct error *e)
{
    size_t tick = 0;
    bool ok = true;
    for (size_t i = 0; ok && i <= f->n_survivors; i++) {
        uint64_t before = i < f->n_survivors ? f->survivors[i].record : UINT64_MAX;
        for (; ok && tick < f->n_ticks && f->ticks[tick].record < before; tick++) {
            ok = sequencer_tick(s, f->ticks[tick].order, f->ticks[tick].time, e);
        }
        if (ok && i < f->n_survivors) {
            const struct survivor *v = &f->survivors[i];
            str head = {f->bytes.ptr + v->head, v->head_len};
            str text = {f->bytes.ptr + v->text, v->text_len};
            ok = sequencer_add(s, v, head, text, file, first + v->record, e);
        }
    }
    return ok;
}

/* ---- The end ---- */

static bool run_sorted(struct sequencer *s, struct line *line, struct error *e)
{
    struct sort_key key;
    str payload;
    if (!sorter_finish(line->sorter, e)) {
        return false;
    }
    s->stats.spilled = s->stats.spilled || sorter_runs(line->sorter);
    while (sorter_next(line->sorter, &key, &payload, e)) {
        if (!take_event(s, payload, key.tie, key.rule, key.time, e)) {
            return false;
        }
    }
    return e->code == ERROR_NONE;
}

bool sequencer_finish(struct sequencer *s, struct error *e)
{
    bool ok = !s->stopped;
    for (size_t i = 0; ok && i < s->n_lines; i++) {
        struct line *line = &s->lines[i];
        ok = line->sorter ? run_sorted(s, line, e) : run_waiting(s, line, 0, true, e);
    }
    s->error = e;
    for (size_t i = 0; ok && i < s->n_machines && !s->stopped; i++) {
        if (s->machines[i].sequence) {
            sequence_finish(s->machines[i].sequence);
        } else if (s->machines[i].sample) {
            sample_finish(s->machines[i].sample);
        }
        arena_reset(&s->scratch, SCRATCH_KEEP);
    }
    return ok && !s->stopped;
}

struct sequencer_stats sequencer_stats(const struct sequencer *s)
{
    struct sequencer_stats stats = s->stats;
    stats.state_bytes = s->pool->in_use * sizeof(uint64_t);
    stats.spilled = stats.spilled || spool_spilled(s->spool);
    for (size_t i = 0; i < s->n_machines; i++) {
        if (s->machines[i].sequence) {
            struct sequence_stats m = sequence_stats(s->machines[i].sequence);
            stats.dropped_keys += m.dropped_keys;
            stats.state_bytes += m.table_bytes;
            stats.peak_keys = m.peak_keys > stats.peak_keys ? m.peak_keys : stats.peak_keys;
        } else if (s->machines[i].sample) {
            struct sample_stats m = sample_stats(s->machines[i].sample);
            stats.dropped_keys += m.dropped_keys;
            stats.peak_keys = m.open_keys > stats.peak_keys ? m.open_keys : stats.peak_keys;
        }
    }
    return stats;
}
