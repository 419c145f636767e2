/* SPDX-License-Identifier: Apache-2.0 */
/* The in-order end of the pipeline. */
#include "run/collect.h"

#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "run/match_text.h"
#include "run/sequencer.h"

enum {
    SCRATCH_KEEP = 1 << 20,
    DEFAULT_MEMORY = 1 << 30,
    MATCHES_MEMORY = 64 << 20,
    HELD_MAX = 64 << 20
};

/* What is known of the file being merged. Rejections wait until the file has proved to be a log: lines of a file that is
 * none are not rejected records. */
struct file_state {
    uint32_t file;
    bool open;
    bool is_log;
    uint64_t records;              /* numbered so far */
    uint64_t unknown;              /* held back from the books while is_log is false */
    struct record_counts *pending; /* likewise */
    struct buf held;               /* rejections held back, as struct held_rejection + bytes */
    uint64_t held_count;
    struct buf why; /* the first record that no source knows is none */
};

struct collector {
    const struct hunt_options *options;
    const struct walk_list *files;
    const struct hunt_sink *sink;
    struct hunt_stats *stats;
    struct sorter *sorter;       /* NULL with HUNT_BY_INPUT */
    struct file_state *states;   /* one, or one a file when several grow side by side */
    struct file_state *file;     /* of the findings being merged */
    struct sequencer *sequencer; /* NULL without rules over several events */
    struct arena scratch;        /* of one match */
    struct buf payload;
    bool stopped;
};

static bool send_match(struct collector *c, const struct sort_key *key, str payload)
{
    struct hunt_match m = match_text_read(key, payload, c->files, &c->scratch);
    if (c->sink->match && !c->sink->match(c->sink->user, &m)) {
        c->stopped = true;
    }
    arena_reset(&c->scratch, SCRATCH_KEEP);
    return !c->stopped;
}

/* Sends c->payload, or puts it into the sorter. */
static bool give_match(struct collector *c, const struct sort_key *key, struct error *e)
{
    c->stats->rule_matches[key->rule]++;
    str payload = buf_view(&c->payload);
    return c->sorter ? sorter_add(c->sorter, *key, payload, e) : send_match(c, key, payload);
}

static bool add_match(struct collector *c, const struct finding *m, const struct findings *f,
                      struct error *e)
{
    struct sort_key key = {.time = m->time,
                           .has_time = m->has_time,
                           .file = c->file->file,
                           .record = c->file->records + m->record,
                           .rule = m->rule};
    buf_clear(&c->payload);
    match_text_single(m, (str){f->bytes.ptr + m->text, m->text_len}, &c->payload);
    return give_match(c, &key, e);
}

/* A match of several events, from the sequencer. */
static bool add_sequence(void *user, const struct sequencer_match *m, struct error *e)
{
    struct collector *c = user;
    const struct sequencer_event *anchor = &m->events[m->anchor];
    struct sort_key key = {.time = m->time,
                           .has_time = m->has_time,
                           .file = anchor->file,
                           .record = anchor->record,
                           .rule = m->rule,
                           .serial = m->serial};
    bool sample = ruleset_stateful(c->options->search.rules, m->rule)->kind == IR_SAMPLE;
    c->stats->sequence_matches++;
    buf_clear(&c->payload);
    match_text_several(m, sample, &c->scratch, &c->payload);
    arena_reset(&c->scratch, SCRATCH_KEEP);
    return give_match(c, &key, e);
}

static size_t n_states(const struct collector *c)
{
    return c->options->follow ? c->files->n : 1;
}

static void open_states(struct collector *c)
{
    c->states = mem_alloc(n_states(c) * sizeof *c->states + 1);
    for (size_t i = 0; i < n_states(c); i++) {
        c->states[i].pending = mem_alloc(c->stats->n_datasets * sizeof *c->states[i].pending);
        c->states[i].held = BUF_INIT(HELD_MAX);
    }
    c->file = c->states;
}

static void close_states(struct collector *c)
{
    for (size_t i = 0; i < n_states(c); i++) {
        mem_free(c->states[i].pending);
        buf_deinit(&c->states[i].held);
        buf_deinit(&c->states[i].why);
    }
    mem_free(c->states);
}

struct collector *collector_new(const struct hunt_options *options, const struct walk_list *files,
                                const struct hunt_sink *sink, struct hunt_stats *stats)
{
    struct collector *c = mem_alloc(sizeof *c);
    c->options = options;
    c->files = files;
    c->sink = sink;
    c->stats = stats;
    open_states(c);
    bool several = ruleset_has_stateful(options->search.rules);
    size_t memory = options->max_memory ? options->max_memory : DEFAULT_MEMORY;
    size_t matches = several ? memory / 4 : memory;
    if (!options->max_memory && matches > MATCHES_MEMORY) {
        matches = MATCHES_MEMORY;
    }
    if (options->order == HUNT_BY_TIME && !options->follow) {
        c->sorter = sorter_new(matches, (str){0});
    }
    c->scratch = arena_open((size_t)1 << 32);
    if (several) {
        const struct sequencer_options sequences = {.rules = options->search.rules,
                                                    .memory = memory - matches,
                                                    .max_keys = options->max_keys,
                                                    .stream = options->follow,
                                                    .lateness = options->lateness};
        c->sequencer = sequencer_new(&sequences, &(struct sequencer_sink){c, add_sequence});
    }
    c->payload = BUF_INIT(SIZE_MAX / 4);
    return c;
}

void collector_free(struct collector *c)
{
    if (c) {
        sorter_free(c->sorter);
        sequencer_free(c->sequencer);
        arena_close(&c->scratch);
        close_states(c);
        buf_deinit(&c->payload);
        mem_free(c);
    }
}

bool collector_stopped(const struct collector *c)
{
    return c->stopped || (c->options->stop && *c->options->stop);
}

static bool send_rejection(struct collector *c, const struct rejection *r, str bytes)
{
    struct hunt_rejection out = {.file = c->files->files[c->file->file].path,
                                 .record = r->record,
                                 .offset = r->offset,
                                 .at = r->at,
                                 .line = r->line,
                                 .reason = r->reason,
                                 .bytes = bytes};
    if (c->sink->rejection && !c->sink->rejection(c->sink->user, &out)) {
        c->stopped = true;
    }
    return !c->stopped;
}

/* Keeps a rejection until the file is known to be a log. */
static void hold_rejection(struct collector *c, const struct rejection *r, str bytes)
{
    struct rejection held = *r;
    held.text_len = bytes.len;
    buf_append(&c->file->held, (str){(const char *)&held, sizeof held});
    buf_append(&c->file->held, bytes);
    c->file->held_count++;
}

static bool release_held(struct collector *c)
{
    bool ok = true;
    str held = buf_view(&c->file->held);
    for (size_t at = 0; ok && at + sizeof(struct rejection) <= held.len;) {
        struct rejection r;
        memcpy(&r, held.ptr + at, sizeof r);
        at += sizeof r;
        ok = send_rejection(c, &r, str_slice(held, at, at + r.text_len));
        at += r.text_len;
    }
    buf_clear(&c->file->held);
    return ok;
}

static void add_counts(struct record_counts *to, const struct record_counts *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i].evaluated += from[i].evaluated;
        to[i].passed += from[i].passed;
        to[i].rejected += from[i].rejected;
    }
}

/* Moves what the file was held back for into the books. */
static bool accept_file(struct collector *c)
{
    add_counts(c->stats->datasets, c->file->pending, c->stats->n_datasets);
    c->stats->unknown += c->file->unknown;
    c->stats->records += c->file->records;
    c->file->is_log = true;
    return release_held(c);
}

static void open_file(struct collector *c, uint32_t file)
{
    c->file = &c->states[c->options->follow ? file : 0];
    if (c->file->open) {
        return;
    }
    c->file->open = true;
    c->file->file = file;
    c->file->is_log = false;
    c->file->records = c->file->unknown = c->file->held_count = 0;
    memset(c->file->pending, 0, c->stats->n_datasets * sizeof *c->file->pending);
    buf_clear(&c->file->held);
    buf_clear(&c->file->why);
}

static bool add_rejections(struct collector *c, const struct findings *f)
{
    for (size_t i = 0; i < f->n_rejections; i++) {
        struct rejection r = f->rejections[i];
        r.record += c->file->records;
        str bytes = {f->bytes.ptr ? f->bytes.ptr + r.text : "", r.text_len};
        if (!c->file->is_log) {
            hold_rejection(c, &r, bytes);
        } else if (!send_rejection(c, &r, bytes)) {
            return false;
        }
    }
    return true;
}

bool collector_add(struct collector *c, uint32_t file, const struct findings *f, struct error *e)
{
    open_file(c, file);
    if (!c->file->is_log && f->recognised && !accept_file(c)) {
        return false;
    }
    if (!add_rejections(c, f)) {
        return false;
    }
    for (size_t i = 0; i < f->n_matches; i++) {
        if (!add_match(c, &f->matches[i], f, e)) {
            return false;
        }
    }
    if (c->sequencer && c->options->follow) {
        sequencer_ceiling(c->sequencer, time_wall());
    }
    if (c->sequencer && !sequencer_take(c->sequencer, f, c->file->file, c->file->records, e)) {
        return false;
    }
    if (c->file->is_log) {
        add_counts(c->stats->datasets, f->datasets, c->stats->n_datasets);
        c->stats->unknown += f->unknown;
        c->stats->records += f->records;
    } else {
        add_counts(c->file->pending, f->datasets, c->stats->n_datasets);
        if (c->file->unknown == 0 && f->why_len > 0) {
            buf_append(&c->file->why, (str){f->bytes.ptr + f->why, f->why_len});
        }
        c->file->unknown += f->unknown;
    }
    c->stats->unparsed += f->unparsed;
    c->stats->matched_records += f->matched;
    c->file->records += f->records;
    if (c->sink->progress) {
        c->sink->progress(c->sink->user, c->stats);
    }
    return true;
}

/* What the file turned out to be, now that all of it was seen. */
static enum hunt_file_state file_verdict(const struct collector *c, enum hunt_file_state state)
{
    if (state != HUNT_FILE_READ || c->file->is_log) {
        return state;
    }
    return c->file->records ? HUNT_FILE_NOT_LOG : HUNT_FILE_EMPTY;
}

static void count_file(struct hunt_stats *stats, enum hunt_file_state state, bool named)
{
    switch (state) {
    case HUNT_FILE_READ:
        stats->files_read++;
        break;
    case HUNT_FILE_EMPTY:
        stats->files_empty++;
        break;
    case HUNT_FILE_NOT_LOG:
        stats->files_not_log++;
        stats->named_not_log += named;
        break;
    case HUNT_FILE_UNREADABLE:
        stats->files_unreadable++;
        break;
    case HUNT_FILE_TRUNCATED:
        stats->files_truncated++;
        break;
    }
}

bool collector_file_end(struct collector *c, uint32_t file, const struct feed_result *end)
{
    open_file(c, file);
    c->file->open = false;
    const struct walk_file *f = &c->files->files[file];
    enum hunt_file_state state = file_verdict(c, end->state);
    count_file(c->stats, state, f->named);
    c->stats->bytes += end->bytes;
    if (state != HUNT_FILE_READ && state != HUNT_FILE_EMPTY && c->sink->file) {
        str why = state == HUNT_FILE_NOT_LOG ? buf_view(&c->file->why) : str_from(end->why.message);
        c->sink->file(c->sink->user, f->path, f->named, state, why);
    }
    return !c->stopped;
}

/* Runs the rules over several events, now that all are there. What was not read could change any of their answers, so an interrupted hunt leaves them out; one that follows leaves out what is not decided yet. */
static bool finish_sequences(struct collector *c, struct error *e)
{
    if (!c->sequencer) {
        return true;
    }
    bool stop = c->options->stop && *c->options->stop;
    c->stats->sequences_left_out = stop && !c->options->follow;
    bool ok = stop || sequencer_finish(c->sequencer, e);
    c->stats->sequences = sequencer_stats(c->sequencer);
    return ok;
}

bool collector_finish(struct collector *c, struct error *e)
{
    if (!c->stopped && !finish_sequences(c, e)) {
        return false;
    }
    if (!c->sorter || c->stopped) {
        return !c->stopped;
    }
    if (!sorter_finish(c->sorter, e)) {
        return false;
    }
    c->stats->sorted_runs = sorter_runs(c->sorter);
    struct sort_key key;
    str payload;
    while (sorter_next(c->sorter, &key, &payload, e)) {
        if (!send_match(c, &key, payload)) {
            return false;
        }
    }
    return e->code == ERROR_NONE;
}
