/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of a hunt: a reader fills blocks of frames in input order, workers search them in any order, the caller's
 * thread merges them in input order again. Blocks live in a ring: block number s is ring[s % n], and a place is filled anew only when it was merged, so memory is
 * bounded whatever the input. One mutex guards the states; it is taken a few times a block (about half a MiB), not a record. */
#include "run/pipeline.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "run/prefilter.h"

enum { BLOCK_BYTES = 512 * 1024, BLOCK_FRAMES = 16 * 1024 };

/* Where a run of frames ends is told by the places of the frames in their file, whatever the number of threads. */
struct run_bounds {
    bool open;
    uint64_t offset; /* of the frame before */
    uint64_t stretch;
    size_t frames;
};

/* True when the frame does not belong to the run before it. A frame may be shown twice. */
static bool starts_run(struct run_bounds *r, const struct frame *frame)
{
    if (r->open && frame->offset == r->offset) {
        return false;
    }
    r->offset = frame->offset;
    uint64_t stretch = frame->offset / BLOCK_BYTES;
    bool starts = !r->open || stretch != r->stretch || r->frames == BLOCK_FRAMES;
    r->frames = starts ? 1 : r->frames + 1;
    r->open = true;
    r->stretch = stretch;
    return starts;
}

enum block_state { BLOCK_FREE, BLOCK_READY, BLOCK_DONE };

struct block {
    enum block_state state;
    struct buf bytes;     /* texts of the frames */
    struct frame *frames; /* text.ptr is an offset into bytes until the block is sealed */
    size_t *starts;
    uint64_t *skipped_before; /* records skipped between the frame before and this one */
    size_t n, cap;
    uint64_t skipped; /* behind the last frame */
    uint32_t file;
    bool file_end;
    struct feed_result end; /* when file_end */
    uint64_t input_bytes;   /* read so far, for progress */
    struct findings found;
};

struct pipeline {
    const struct walk_list *files;
    const struct hunt_options *options;
    struct collector *collector;
    struct block *ring;
    size_t n_ring;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* any state changed: three kinds of waiters, few threads */
    uint64_t filled;        /* blocks given to the workers */
    uint64_t taken;         /* of them taken by a worker */
    uint64_t merged;
    bool input_done; /* no block after `filled` */
    bool stop;
    struct block *filling;       /* reader's own */
    struct run_bounds run;       /* reader's own */
    struct prefilter *prefilter; /* reader's own; NULL: none */
    uint32_t file;               /* reader's own */
    uint64_t input_bytes;        /* reader's own: of all finished files */
    uint64_t decoded;            /* reader's own: likewise, unpacked */
    struct evaluator_limits limits;
};

static struct block *ring_at(struct pipeline *p, uint64_t number)
{
    return &p->ring[number % p->n_ring];
}

/* ---- reader ---- */

/* Waits for a free place; NULL when the hunt ends. */
static struct block *open_block(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    struct block *b = ring_at(p, p->filled);
    while (!p->stop && b->state != BLOCK_FREE) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    bool stop = p->stop;
    pthread_mutex_unlock(&p->lock);
    if (stop) {
        return NULL;
    }
    buf_clear(&b->bytes);
    b->n = 0;
    b->skipped = 0;
    b->file = p->file;
    b->file_end = false;
    return p->filling = b;
}

static void send_block(struct pipeline *p)
{
    struct block *b = p->filling;
    for (size_t i = 0; i < b->n; i++) {
        b->frames[i].text.ptr = b->bytes.ptr + b->starts[i];
    }
    p->filling = NULL;
    pthread_mutex_lock(&p->lock);
    b->state = BLOCK_READY;
    p->filled++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

/* Sees to the run that the frame belongs to. */
static void reader_run(struct pipeline *p, const struct frame *frame)
{
    if (starts_run(&p->run, frame)) {
        if (p->prefilter) {
            prefilter_begin_run(p->prefilter, p->decoded);
        }
        if (p->filling && p->filling->n + p->filling->skipped > 0) {
            send_block(p);
        }
    }
}

static bool reader_skips(void *user, const struct frame *frame, size_t form,
                         const struct frame_formed *formed)
{
    struct pipeline *p = user;
    reader_run(p, frame);
    if (!prefilter_skips_formed(p->prefilter, frame, form, formed)) {
        return false;
    }
    struct block *b = p->filling ? p->filling : open_block(p);
    if (b) {
        b->skipped++;
    }
    return b != NULL;
}

static bool reader_frame(void *user, const struct frame *frame)
{
    struct pipeline *p = user;
    reader_run(p, frame);
    struct block *b = p->filling ? p->filling : open_block(p);
    if (!b) {
        return false;
    }
    if (p->prefilter && prefilter_skips(p->prefilter, frame)) {
        b->skipped++;
        return true;
    }
    if (b->n == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 256;
        b->frames = mem_grow(b->frames, b->cap * sizeof *b->frames, cap * sizeof *b->frames);
        b->starts = mem_grow(b->starts, b->cap * sizeof *b->starts, cap * sizeof *b->starts);
        b->skipped_before = mem_grow(b->skipped_before, b->cap * sizeof *b->skipped_before,
                                     cap * sizeof *b->skipped_before);
        b->cap = cap;
    }
    b->skipped_before[b->n] = b->skipped;
    b->skipped = 0;
    b->starts[b->n] = b->bytes.len;
    b->frames[b->n++] = *frame;
    buf_append(&b->bytes, frame->text);
    return true;
}

static bool reader_piece(void *user, uint64_t input_bytes)
{
    struct pipeline *p = user;
    if (p->filling) {
        p->filling->input_bytes = p->input_bytes + input_bytes;
    }
    return !(p->options->stop && *p->options->stop);
}

static void *reader_main(void *user)
{
    struct pipeline *p = user;
    p->prefilter = prefilter_new(&p->options->search);
    struct feed *feed = feed_new(p->options->search.reader.max_record, false, p->options->stop);
    struct json_framer_filter filter = {.user = p, .skips = reader_skips};
    struct feed_sink sink = {.user = p, .frame = reader_frame, .piece = reader_piece};
    if (p->prefilter) {
        filter.forms = prefilter_forms(p->prefilter, &filter.n_forms);
        sink.filter = &filter;
    }
    for (size_t i = 0; i < p->files->n; i++) {
        p->file = (uint32_t)i;
        p->run.open = false;
        struct feed_result end = feed_file(feed, p->files->files[i].path, &sink);
        p->input_bytes += end.input_bytes;
        p->decoded += end.bytes;
        struct block *b = p->filling ? p->filling : open_block(p);
        if (!b) {
            break;
        }
        b->file_end = true;
        b->end = end;
        b->input_bytes = p->input_bytes;
        send_block(p);
        if (end.stopped) {
            break;
        }
    }
    feed_free(feed);
    prefilter_free(p->prefilter);
    pthread_mutex_lock(&p->lock);
    p->input_done = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- workers ---- */

/* The next block to search; NULL when there will be none. */
static struct block *take_block(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->stop && p->taken == p->filled && !p->input_done) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    struct block *b = NULL;
    if (!p->stop && p->taken < p->filled) {
        b = ring_at(p, p->taken++);
    }
    pthread_mutex_unlock(&p->lock);
    return b;
}

static void *worker_main(void *user)
{
    struct pipeline *p = user;
    struct searcher *searcher = searcher_new(&p->options->search);
    for (struct block *b; (b = take_block(p));) {
        findings_clear(&b->found);
        for (size_t i = 0; i < b->n; i++) {
            findings_skip(&b->found, b->skipped_before[i]);
            searcher_frame(searcher, &b->frames[i], &b->found);
        }
        findings_skip(&b->found, b->skipped);
        pthread_mutex_lock(&p->lock);
        b->state = BLOCK_DONE;
        pthread_cond_broadcast(&p->changed);
        pthread_mutex_unlock(&p->lock);
    }
    struct evaluator_limits limits = searcher_limits(searcher);
    searcher_free(searcher);
    pthread_mutex_lock(&p->lock);
    p->limits.combinations += limits.combinations;
    p->limits.regex += limits.regex;
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- merge ---- */

/* The next block in order, searched; NULL at the end. */
static struct block *next_merged(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    struct block *b = ring_at(p, p->merged);
    while (!(p->merged < p->filled && b->state == BLOCK_DONE) &&
           !(p->input_done && p->merged == p->filled)) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    bool end = p->merged == p->filled;
    pthread_mutex_unlock(&p->lock);
    return end ? NULL : b;
}

static void release_block(struct pipeline *p, struct block *b)
{
    pthread_mutex_lock(&p->lock);
    b->state = BLOCK_FREE;
    p->merged++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static void stop_all(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static bool merge_all(struct pipeline *p, struct hunt_stats *stats, struct error *e)
{
    for (struct block *b; (b = next_merged(p));) {
        stats->input_bytes = b->input_bytes;
        bool ok = collector_add(p->collector, b->file, &b->found, e);
        if (ok && b->file_end) {
            ok = collector_file_end(p->collector, b->file, &b->end);
        }
        release_block(p, b);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static void ring_init(struct pipeline *p, unsigned threads)
{
    p->n_ring = 2 * (size_t)threads + 2;
    p->ring = mem_alloc(p->n_ring * sizeof *p->ring);
    for (size_t i = 0; i < p->n_ring; i++) {
        p->ring[i].bytes = BUF_INIT(SIZE_MAX / 4);
        findings_init(&p->ring[i].found);
    }
}

static void ring_deinit(struct pipeline *p)
{
    for (size_t i = 0; i < p->n_ring; i++) {
        buf_deinit(&p->ring[i].bytes);
        mem_free(p->ring[i].frames);
        mem_free(p->ring[i].starts);
        mem_free(p->ring[i].skipped_before);
        findings_deinit(&p->ring[i].found);
    }
    mem_free(p->ring);
}

bool pipeline_run_threads(const struct walk_list *files, const struct hunt_options *options,
                          unsigned threads, struct collector *collector, struct hunt_stats *stats,
                          struct error *e)
{
    struct pipeline p = {.files = files, .options = options, .collector = collector};
    ring_init(&p, threads);
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    pthread_t *workers = mem_alloc(threads * sizeof *workers);
    pthread_t reader;
    unsigned started = 0;
    bool ok = pthread_create(&reader, NULL, reader_main, &p) == 0;
    bool reading = ok;
    while (ok && started < threads) {
        ok = pthread_create(&workers[started], NULL, worker_main, &p) == 0;
        started += ok;
    }
    if (!ok) {
        error_set(e, ERROR_SYSTEM, "cannot start %u threads", threads + 1);
    }
    ok = ok && merge_all(&p, stats, e);
    stop_all(&p);
    if (reading) {
        pthread_join(reader, NULL);
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
    }
    stats->limits = p.limits;
    mem_free(workers);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    ring_deinit(&p);
    return ok;
}

/* ---- without threads ---- */

struct inline_hunt {
    struct searcher *searcher;
    struct prefilter *prefilter; /* NULL: none */
    struct collector *collector;
    struct findings found;
    struct hunt_stats *stats;
    struct error *error;
    struct run_bounds run;
    uint64_t input_bytes; /* of all finished files */
    uint64_t decoded;     /* likewise, unpacked */
    uint32_t file;
    bool ok;
};

static void inline_run(struct inline_hunt *h, const struct frame *frame)
{
    if (starts_run(&h->run, frame) && h->prefilter) {
        prefilter_begin_run(h->prefilter, h->decoded);
    }
}

static bool inline_skips(void *user, const struct frame *frame, size_t form,
                         const struct frame_formed *formed)
{
    struct inline_hunt *h = user;
    inline_run(h, frame);
    bool skips = prefilter_skips_formed(h->prefilter, frame, form, formed);
    findings_skip(&h->found, skips);
    return skips;
}

static bool inline_frame(void *user, const struct frame *frame)
{
    struct inline_hunt *h = user;
    inline_run(h, frame);
    if (h->prefilter && prefilter_skips(h->prefilter, frame)) {
        findings_skip(&h->found, 1);
    } else {
        searcher_frame(h->searcher, frame, &h->found);
    }
    return true;
}

static bool inline_piece(void *user, uint64_t input_bytes)
{
    struct inline_hunt *h = user;
    h->stats->input_bytes = h->input_bytes + input_bytes;
    h->ok = collector_add(h->collector, h->file, &h->found, h->error);
    findings_clear(&h->found);
    return h->ok && !collector_stopped(h->collector);
}

bool pipeline_run_inline(const struct walk_list *files, const struct hunt_options *options,
                         struct collector *collector, struct hunt_stats *stats, struct error *e)
{
    struct inline_hunt h = {.searcher = searcher_new(&options->search),
                            .prefilter = prefilter_new(&options->search),
                            .collector = collector,
                            .stats = stats,
                            .error = e,
                            .ok = true};
    findings_init(&h.found);
    struct feed *feed = feed_new(options->search.reader.max_record, false, options->stop);
    struct json_framer_filter filter = {.user = &h, .skips = inline_skips};
    struct feed_sink sink = {.user = &h, .frame = inline_frame, .piece = inline_piece};
    if (h.prefilter) {
        filter.forms = prefilter_forms(h.prefilter, &filter.n_forms);
        sink.filter = &filter;
    }
    for (size_t i = 0; h.ok && i < files->n; i++) {
        h.file = (uint32_t)i;
        h.run.open = false;
        struct feed_result end = feed_file(feed, files->files[i].path, &sink);
        h.input_bytes += end.input_bytes;
        h.decoded += end.bytes;
        h.ok = h.ok && collector_file_end(collector, h.file, &end);
        if (end.stopped) {
            break;
        }
    }
    stats->limits = searcher_limits(h.searcher);
    feed_free(feed);
    findings_deinit(&h.found);
    searcher_free(h.searcher);
    prefilter_free(h.prefilter);
    return h.ok;
}
