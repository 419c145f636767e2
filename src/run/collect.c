/* SPDX-License-Identifier: Apache-2.0 */
/* The in-order end of the pipeline. */
#include "run/collect.h"

#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "run/match_text.h"
#include "run/sequencer.h"
#include "run/spool.h"

enum {
    SCRATCH_KEEP = 1 << 20,
    DEFAULT_MEMORY = 1 << 30,
    MATCHES_MEMORY = 64 << 20,
    HELD_MEMORY = 64 << 20
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
    struct spool *held; /* rejections held back, as struct rejection + bytes; made for the first */
    uint64_t *handles;  /* of them */
    size_t n_held, cap_held;
    struct buf why; /* the first record that no source knows is none */
};

struct collector {
    const struct hunt_options *options;
    const struct walk_list *files;
    const struct hunt_sink *sink;
    struct hunt_stats *stats;
    struct sorter *sorter;     /* NULL with HUNT_BY_INPUT */
    struct file_state *states; /* one, or one a file when several grow side by side */
    size_t n_states;
    struct file_state *file;     /* of the findings being merged */
    struct sequencer *sequencer; /* NULL without rules over several events */
    struct arena scratch;        /* of one match */
    struct buf payload;
    struct buf held_text; /* one rejection on its way to or from the spool */
    bool stopped;
};

static void forget_held(struct file_state *f)
{
    spool_free(f->held);
    mem_free(f->handles);
    f->held = NULL;
    f->handles = NULL;
    f->n_held = f->cap_held = 0;
}

static bool send(struct collector *c, const struct hunt_match *m)
{
    enum profile_stage before = profile_enter(c->options->profile, PROFILE_OUTPUT);
    bool wanted = !c->sink->match || c->sink->match(c->sink->user, m);
    profile_enter(c->options->profile, before);
    if (!wanted) {
        c->stopped = true;
    }
    return !c->stopped;
}

static bool send_kept(struct collector *c, const struct sort_key *key, str payload)
{
    struct hunt_match m = match_text_read(key, payload, c->files, &c->scratch);
    bool more = send(c, &m);
    arena_reset(&c->scratch, SCRATCH_KEEP);
    return more;
}

/* A match that needs no sorting, from where its text lies: with the sorter's form of it in between each took two copies more. */
static bool send_found(struct collector *c, const struct sort_key *key, const struct finding *m,
                       str text)
{
    const struct hunt_match match = {
        .rule = m->rule,
        .event = {.file = c->files->files[key->file].path,
                  .record = key->record,
                  .offset = m->offset,
                  .dataset = str_slice(text, 0, m->dataset_len),
                  .timestamp = str_slice(text, m->dataset_len, m->dataset_len + m->timestamp_len),
                  .document = str_slice(text, m->dataset_len + m->timestamp_len, text.len)}};
    return send(c, &match);
}

static bool add_match(struct collector *c, const struct finding *m, const struct findings *f,
                      struct error *e)
{
    struct sort_key key = {.time = m->time,
                           .has_time = m->has_time,
                           .file = c->file->file,
                           .record = c->file->records + m->record,
                           .rule = m->rule};
    str text = str_slice(buf_view(&f->bytes), m->text, m->text + m->text_len);
    c->stats->rule_matches[m->rule]++;
    if (!c->sorter) {
        return send_found(c, &key, m, text);
    }
    const struct match_single head = match_text_single(m);
    return sorter_add(c->sorter, key, (str){(const char *)&head, sizeof head}, text, e);
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
    c->stats->rule_matches[m->rule]++;
    str payload = buf_view(&c->payload);
    return c->sorter ? sorter_add(c->sorter, key, payload, (str){0}, e)
                     : send_kept(c, &key, payload);
}

/* Room for the state of file number `file`. */
static void grow_states(struct collector *c, uint32_t file)
{
    size_t n = c->n_states ? 2 * c->n_states : 1;
    if (file < c->n_states) {
        return;
    }
    n = n > file ? n : (size_t)file + 1;
    c->states = mem_grow(c->states, c->n_states * sizeof *c->states, n * sizeof *c->states);
    c->n_states = n;
}

static void close_state(struct file_state *s)
{
    mem_free(s->pending);
    s->pending = NULL;
    forget_held(s);
    buf_deinit(&s->why);
    s->open = false;
}

static void close_states(struct collector *c)
{
    for (size_t i = 0; i < c->n_states; i++) {
        close_state(&c->states[i]);
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
        buf_deinit(&c->held_text);
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
static bool hold_rejection(struct collector *c, const struct rejection *r, str bytes,
                           struct error *e)
{
    struct file_state *f = c->file;
    f->held = f->held ? f->held : spool_new(HELD_MEMORY);
    if (f->n_held == f->cap_held) {
        size_t cap = f->cap_held ? f->cap_held * 2 : 64;
        f->handles =
            mem_grow(f->handles, f->cap_held * sizeof *f->handles, cap * sizeof *f->handles);
        f->cap_held = cap;
    }
    buf_clear(&c->held_text);
    buf_append(&c->held_text, (str){(const char *)r, sizeof *r});
    buf_append(&c->held_text, bytes);
    f->handles[f->n_held++] = spool_next(f->held, c->held_text.len);
    return spool_add(f->held, buf_view(&c->held_text), 1, e);
}

static bool release_held(struct collector *c, struct error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->file->n_held; i++) {
        struct rejection r;
        buf_clear(&c->held_text);
        ok = spool_read(c->file->held, c->file->handles[i], &c->held_text, e);
        str held = buf_view(&c->held_text);
        if (ok) {
            memcpy(&r, held.ptr, sizeof r);
            ok = send_rejection(c, &r, str_slice(held, sizeof r, held.len));
        }
    }
    forget_held(c->file);
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
static bool accept_file(struct collector *c, struct error *e)
{
    add_counts(c->stats->datasets, c->file->pending, c->stats->n_datasets);
    c->stats->unknown += c->file->unknown;
    c->stats->records += c->file->records;
    c->file->is_log = true;
    return release_held(c, e);
}

static void open_file(struct collector *c, uint32_t file)
{
    uint32_t place = c->options->follow ? file : 0;
    grow_states(c, place);
    c->file = &c->states[place];
    if (c->file->open) {
        return;
    }
    *c->file = (struct file_state){
        .file = file,
        .open = true,
        .pending = mem_alloc(c->stats->n_datasets * sizeof *c->file->pending),
    };
}

static bool add_rejections(struct collector *c, const struct findings *f, uint64_t line_breaks,
                           struct error *e)
{
    for (size_t i = 0; i < f->n_rejections; i++) {
        struct rejection r = f->rejections[i];
        r.record += c->file->records;
        r.line += line_breaks;
        str bytes = {f->bytes.ptr ? f->bytes.ptr + r.text : "", r.text_len};
        bool ok = c->file->is_log ? send_rejection(c, &r, bytes) : hold_rejection(c, &r, bytes, e);
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool collector_add(struct collector *c, uint32_t file, const struct findings *f,
                   uint64_t line_breaks, struct error *e)
{
    open_file(c, file);
    if (!c->file->is_log && f->recognised && !accept_file(c, e)) {
        return false;
    }
    if (!add_rejections(c, f, line_breaks, e)) {
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
    const struct walk_file *f = &c->files->files[file];
    enum hunt_file_state state = file_verdict(c, end->state);
    count_file(c->stats, state, f->named);
    c->stats->bytes += end->bytes;
    if (state != HUNT_FILE_READ && state != HUNT_FILE_EMPTY && c->sink->file) {
        str why = state == HUNT_FILE_NOT_LOG ? buf_view(&c->file->why) : str_from(end->why.message);
        c->sink->file(c->sink->user, f->path, f->named, state, why);
    }
    close_state(c->file);
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
        if (!send_kept(c, &key, payload)) {
            return false;
        }
    }
    return e->code == ERROR_NONE;
}
