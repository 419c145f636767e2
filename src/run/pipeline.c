/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt on several threads: each reads files, skips and searches their records, and helps where it has none to read (run/schedule.h); the caller's thread merges. */
#include "run/pipeline.h"

#include <pthread.h>

#include "base/mem.h"
#include "run/block.h"
#include "run/prefilter.h"
#include "run/schedule.h"

/* As stored. */
enum { SMALL_FILE = 2 * 1024 * 1024 };

/* One thread's own. What is used for reading is made for its first file, what is used for searching for its first block. */
struct worker {
    pthread_t thread;
    struct schedule *schedule;
    const struct walk_list *files;
    const struct hunt_options *options;
    struct feed *feed;
    struct prefilter *prefilter; /* NULL: none */
    struct searcher *searcher;
    struct profile *profile; /* NULL: none */
    bool helps;              /* the schedule's */
    size_t file;
    uint64_t size;       /* its stored size, 0: not known */
    struct block *block; /* being filled, or NULL */
    struct run_bounds run;
};

static struct searcher *searcher_of(struct worker *w)
{
    if (!w->searcher) {
        w->searcher = searcher_new(&w->options->search);
        searcher_profile(w->searcher, w->profile);
    }
    return w->searcher;
}

static void search_block(struct worker *w, struct block *b)
{
    enum profile_stage before = profile_enter(w->profile, PROFILE_PARSE);
    block_search(b, searcher_of(w));
    profile_enter(w->profile, before);
    schedule_done(w->schedule, b);
}

static bool open_block(struct worker *w)
{
    enum profile_stage before = profile_enter(w->profile, PROFILE_WAIT);
    struct schedule_task task;
    while ((task = schedule_fill(w->schedule, w->file, &w->helps)).action == SCHEDULE_SEARCH) {
        search_block(w, task.block);
    }
    profile_enter(w->profile, before);
    w->block = task.block;
    return task.action == SCHEDULE_FILL;
}

static void finish_block(struct worker *w)
{
    struct block *b = w->block;
    w->block = NULL;
    if (!b->shared || b->n == 0 || !schedule_share(w->schedule, b)) {
        search_block(w, b);
    }
}

/* A small file is one block, when little was found in it. */
static bool stays_open(const struct worker *w)
{
    const struct findings *found = &w->block->found;
    return w->size > 0 && w->size <= SMALL_FILE && !w->block->shared &&
           found->bytes.len < RUN_STRETCH && found->n_rejections < RUN_FRAMES;
}

/* Sees to the run that the frame belongs to, and to a block for it. False: the hunt ends. */
static bool worker_run(struct worker *w, const struct frame *frame)
{
    if (run_begins(&w->run, frame)) {
        if (w->prefilter) {
            prefilter_begin_run(w->prefilter);
        }
        if (w->block && !stays_open(w)) {
            finish_block(w);
        }
    }
    return w->block || open_block(w);
}

/* The framer's filter. */
static bool worker_skips(void *user, const struct frame *frame, size_t form,
                         const struct frame_formed *formed)
{
    struct worker *w = user;
    if (!worker_run(w, frame) || !prefilter_skips_formed(w->prefilter, frame, form, formed)) {
        return false;
    }
    block_skip(w->block);
    return true;
}

static bool worker_frame(void *user, const struct frame *frame)
{
    struct worker *w = user;
    if (!worker_run(w, frame)) {
        return false;
    }
    if (w->prefilter && prefilter_skips(w->prefilter, frame)) {
        block_skip(w->block);
    } else if (w->block->shared) {
        block_keep(w->block, frame);
    } else {
        searcher_frame(searcher_of(w), frame, &w->block->found);
    }
    return true;
}

static bool worker_piece(void *user, uint64_t input_bytes)
{
    struct worker *w = user;
    if (w->block) {
        w->block->input_bytes = input_bytes;
    }
    if (w->block && w->size == 0) {
        finish_block(w); /* of a pipe: what was found is told now, not when more has come */
    }
    return !schedule_stops(w->schedule);
}

static void read_file(struct worker *w, const struct schedule_task *task)
{
    struct json_framer_filter filter = {.user = w, .skips = worker_skips};
    struct feed_sink sink = {.user = w, .frame = worker_frame, .piece = worker_piece};
    if (!w->feed) {
        w->feed =
            feed_new(w->options->search.reader.max_record, false, schedule_halted(w->schedule));
        feed_profile(w->feed, w->profile);
        w->prefilter = prefilter_new(&w->options->search, w->profile);
    }
    if (w->prefilter) {
        filter.forms = prefilter_forms(w->prefilter, &filter.n_forms);
        sink.filter = &filter;
        prefilter_begin_file(w->prefilter, task->before);
    }
    w->file = task->file;
    w->size = w->files->files[task->file].size;
    w->run.open = false;
    struct feed_result end = feed_file(w->feed, w->files->files[task->file].path, &sink);
    if (w->block) {
        finish_block(w);
    }
    schedule_file_end(w->schedule, task->file, &end);
}

static void *worker_main(void *user)
{
    struct worker *w = user;
    w->profile = w->options->profile ? profile_new(w->options->profile->n_rules) : NULL;
    struct schedule_task task;
    while ((task = schedule_next(w->schedule, &w->helps)).action != SCHEDULE_END) {
        if (task.action == SCHEDULE_READ) {
            read_file(w, &task);
        } else {
            search_block(w, task.block);
        }
    }
    return NULL;
}

/* Merges to the end, or to where the hunt was stopped. */
static bool merge_all(struct schedule *s, struct collector *collector, struct hunt_stats *stats,
                      struct profile *profile, struct error *e)
{
    uint64_t merged_bytes = 0; /* stored, of files merged to their end */
    for (struct schedule_merge m; (m = schedule_merge_next(s)).met != SCHEDULE_MET_END;) {
        uint32_t file = (uint32_t)m.file;
        bool ok, last = false;
        profile_enter(profile, PROFILE_MERGE);
        if (m.met == SCHEDULE_MET_BLOCK) {
            stats->input_bytes = merged_bytes + m.block->input_bytes;
            ok = collector_add(collector, file, &m.block->found, e);
            schedule_release(s, m.block);
        } else {
            stats->input_bytes = merged_bytes += m.end->input_bytes;
            last = m.end->stopped;
            ok = collector_file_end(collector, file, m.end);
            schedule_file_merged(s);
        }
        profile_enter(profile, PROFILE_WAIT);
        if (!ok || last) {
            return ok;
        }
    }
    return true;
}

static void end_worker(struct worker *w, struct evaluator_limits *limits)
{
    pthread_join(w->thread, NULL);
    if (w->searcher) {
        struct evaluator_limits own = searcher_limits(w->searcher);
        limits->combinations += own.combinations;
        limits->regex += own.regex;
    }
    searcher_free(w->searcher);
    prefilter_free(w->prefilter);
    feed_free(w->feed);
    profile_add(w->options->profile, w->profile);
    profile_free(w->profile);
}

bool pipeline_run_threads(const struct walk_list *files, const struct hunt_options *options,
                          unsigned threads, struct collector *collector, struct hunt_stats *stats,
                          struct error *e)
{
    struct schedule *schedule = schedule_new(files, threads, options->blocks, options->stop);
    struct worker *workers = mem_alloc(threads * sizeof *workers);
    unsigned started = 0;
    for (bool ok = true; ok && started < threads; started += ok) {
        workers[started] =
            (struct worker){.schedule = schedule, .files = files, .options = options};
        ok = pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]) == 0;
    }
    bool ok = started ? merge_all(schedule, collector, stats, options->profile, e)
                      : error_set(e, ERROR_SYSTEM, "cannot start a thread");
    schedule_halt(schedule);
    for (unsigned i = 0; i < started; i++) {
        end_worker(&workers[i], &stats->limits);
    }
    mem_free(workers);
    schedule_free(schedule);
    return ok;
}
