/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt on several threads: each reads files or parts of them, skips and searches their records, and helps where it has none to read (run/schedule.h); the caller's thread merges. A part is
 * read by who does not know what stands before it; the merging thread does, and reads it once more where that makes a difference (run/merge.h). */
#include "run/pipeline.h"

#include <pthread.h>

#include "base/mem.h"
#include "run/block.h"
#include "run/merge.h"
#include "run/prefilter.h"

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
    size_t number;           /* of the part being read */
    struct schedule_part part;
    struct block *block; /* being filled, or NULL */
    struct run_bounds run;
    const struct json_framer_filter *filter; /* of the part */
    bool asks;                               /* the framer has it now */
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
    while ((task = schedule_fill(w->schedule, w->number, &w->helps)).action == SCHEDULE_SEARCH) {
        search_block(w, task.block);
    }
    profile_enter(w->profile, before);
    w->block = task.block;
    if (w->block) {
        w->block->begin = feed_part_begin(w->feed);
    }
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

/* A small file or a part is one block, when little was found in it. */
static bool stays_open(const struct worker *w)
{
    const struct findings *found = &w->block->found;
    bool small = w->part.fd >= 0 || (w->part.size > 0 && w->part.size <= SMALL_FILE);
    return small && !w->block->shared && found->bytes.len < RUN_STRETCH &&
           found->n_rejections < RUN_FRAMES;
}

/* Sees to the run that the frame belongs to, and to a block for it. False: the hunt ends. */
static bool worker_run(struct worker *w, const struct frame *frame)
{
    if (run_begins(&w->run, frame)) {
        if (w->prefilter) {
            prefilter_begin_run(w->prefilter, frame->offset);
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
        block_take(w->block, frame, feed_index(w->feed, frame), searcher_of(w));
    }
    bool asks = w->prefilter && prefilter_pays(w->prefilter);
    if (asks != w->asks) {
        feed_filter(w->feed, asks ? w->filter : NULL);
        w->asks = asks;
    }
    return true;
}

static bool worker_piece(void *user, uint64_t input_bytes)
{
    struct worker *w = user;
    if (w->block) {
        w->block->input_bytes = input_bytes;
    }
    if (w->block && w->part.size == 0) {
        finish_block(w); /* of a pipe: what was found is told now, not when more has come */
    }
    return !schedule_stops(w->schedule);
}

/* Without a prefilter it does not matter whether a record was shown. */
static const struct prefilter_place nothing_to_show = {.recognised = true};

static void read_part(struct worker *w, const struct schedule_task *task)
{
    struct json_framer_filter filter = {.user = w, .skips = worker_skips};
    struct feed_sink sink = {.user = w, .frame = worker_frame, .piece = worker_piece};
    if (!w->feed) {
        w->feed =
            feed_new(w->options->search.reader.max_record, false, schedule_halted(w->schedule));
        feed_profile(w->feed, w->profile);
        w->prefilter = prefilter_new(&w->options->search, w->profile);
        feed_make_index(w->feed, !w->prefilter);
    }
    w->number = task->number;
    w->part = task->part;
    w->run.open = false;
    w->filter = &filter;
    w->asks = w->prefilter != NULL;
    if (w->prefilter) {
        filter.forms = prefilter_forms(w->prefilter, &filter.n_forms);
        sink.filter = &filter;
        prefilter_begin_file(w->prefilter, w->part.before);
        prefilter_go_on(w->prefilter, (struct prefilter_place){.recognised = w->part.from > 0});
    }
    struct schedule_end end = {0};
    str path = w->files->files[w->part.file].path;
    if (w->part.fd >= 0) {
        struct feed_part part = {.fd = w->part.fd, .from = w->part.from, .to = w->part.to};
        end.part = feed_part(w->feed, path, &part, &sink);
    } else {
        end.part.feed = feed_file(w->feed, path, &sink);
    }
    if (w->block) {
        finish_block(w);
    }
    end.run = w->run;
    end.place = w->prefilter ? prefilter_place(w->prefilter) : nothing_to_show;
    schedule_part_end(w->schedule, w->number, &end);
}

static void *worker_main(void *user)
{
    struct worker *w = user;
    w->profile = w->options->profile ? profile_new(w->options->profile->n_rules) : NULL;
    struct schedule_task task;
    while ((task = schedule_next(w->schedule, &w->helps)).action != SCHEDULE_END) {
        if (task.action == SCHEDULE_READ) {
            read_part(w, &task);
        } else {
            search_block(w, task.block);
        }
    }
    return NULL;
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
    struct schedule *schedule = schedule_new(files, threads, options);
    struct worker *workers = mem_alloc(threads * sizeof *workers);
    unsigned started = 0;
    for (bool ok = true; ok && started < threads; started += ok) {
        workers[started] =
            (struct worker){.schedule = schedule, .files = files, .options = options};
        ok = pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]) == 0;
    }
    struct merge_options merge = {schedule, files, options, collector, stats};
    bool ok = started ? merge_all(&merge, e) : error_set(e, ERROR_SYSTEM, "cannot start a thread");
    schedule_halt(schedule);
    for (unsigned i = 0; i < started; i++) {
        end_worker(&workers[i], &stats->limits);
    }
    mem_free(workers);
    schedule_free(schedule);
    return ok;
}
