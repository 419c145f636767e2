/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of normalize. The caller's thread reads, fills blocks of frames, and hands on what workers made of them, in input order; a ring of blocks bounds memory. With one thread the caller does the work, too, piece by piece, so that what comes through a pipe goes out at once. */
#include "run/normalize.h"

#include <pthread.h>

#include "base/mem.h"
#include "base/os.h"
#include "run/feed.h"
#include "run/normalize_work.h"

/* Small, so that a block and the documents made of it stay in a core's own cache. */
enum { BLOCK_BYTES = 64 * 1024, BLOCK_FRAMES = 16 * 1024, MAX_THREADS = 256 };

struct block {
    bool done;
    struct buf bytes;     /* texts of the frames */
    struct frame *frames; /* text.ptr is an offset into bytes until the block is sent */
    size_t *starts;
    size_t n, cap;
    struct normalized out;
};

struct run {
    const struct normalize_options *options;
    const struct normalize_sink *sink;
    const struct source_plan *plan;
    struct hunt_stats *stats;
    struct normalizer *own; /* without workers */
    struct feed *feed;
    struct block *ring;
    size_t n_ring;
    uint64_t sent, taken, merged; /* blocks, counted; ring[number % n_ring] */
    struct block *filling;
    bool end; /* no more blocks */
    bool ok;
    str file;
    uint64_t records; /* of the file */
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

/* ---- Blocks ---- */

static void block_add(struct block *b, const struct frame *frame)
{
    if (b->n == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 256;
        b->frames = mem_grow(b->frames, b->cap * sizeof *b->frames, cap * sizeof *b->frames);
        b->starts = mem_grow(b->starts, b->cap * sizeof *b->starts, cap * sizeof *b->starts);
        b->cap = cap;
    }
    b->starts[b->n] = b->bytes.len;
    b->frames[b->n++] = *frame;
    buf_append(&b->bytes, frame->text);
}

static void block_work(struct block *b, struct normalizer *n)
{
    normalized_clear(&b->out);
    for (size_t i = 0; i < b->n; i++) {
        normalizer_frame(n, &b->frames[i], NULL, &b->out);
    }
}

static void *worker_main(void *user)
{
    struct run *r = user;
    struct normalizer *n = normalizer_new(r->plan, r->options);
    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (!r->end && r->taken == r->sent) {
            pthread_cond_wait(&r->changed, &r->lock);
        }
        if (r->taken == r->sent) {
            break;
        }
        struct block *b = &r->ring[r->taken++ % r->n_ring];
        pthread_mutex_unlock(&r->lock);
        block_work(b, n);
        pthread_mutex_lock(&r->lock);
        b->done = true;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
    normalizer_free(n);
    return NULL;
}

/* ---- Merge ---- */

static void count(struct run *r, const struct normalized_item *item)
{
    struct record_counts *counts = &r->stats->datasets[item->source];
    counts->evaluated += item->kind == RECORD_EVENT;
    counts->passed += item->kind == RECORD_PASSED;
    counts->rejected += item->kind == RECORD_REJECTED;
    r->stats->unknown += item->unknown;
    r->stats->records++;
}

static void hand_on(struct run *r, const struct normalized *out)
{
    size_t end = 0;
    for (size_t i = 0; r->ok && i < out->n; i++) {
        const struct normalized_item *item = &out->items[i];
        const struct normalized_record record = {
            .file = r->file,
            .record = r->records++,
            .line = item->line,
            .at = item->at,
            .kind = item->kind,
            .why = item->why == SIZE_MAX ? "" : out->reasons.ptr + item->why,
        };
        count(r, item);
        end = item->end;
        r->ok = r->sink->record(r->sink->user, &record);
    }
    if (end > 0 && !r->sink->text(r->sink->user, (str){out->bytes.ptr, end})) {
        r->ok = false;
    }
}

/* Hands on the oldest block. */
static void merge_one(struct run *r)
{
    struct block *b = &r->ring[r->merged % r->n_ring];
    pthread_mutex_lock(&r->lock);
    while (!b->done) {
        pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    hand_on(r, &b->out);
    r->merged++;
}

static void send(struct run *r)
{
    struct block *b = r->filling;
    if (!b) {
        return;
    }
    r->filling = NULL;
    if (r->own) {
        hand_on(r, &b->out);
        normalized_clear(&b->out);
        return;
    }
    for (size_t i = 0; i < b->n; i++) {
        b->frames[i].text.ptr = b->bytes.ptr ? b->bytes.ptr + b->starts[i] : "";
    }
    pthread_mutex_lock(&r->lock);
    r->sent++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static struct block *open_block(struct run *r)
{
    if (!r->own && r->sent - r->merged == r->n_ring) {
        merge_one(r);
    }
    struct block *b = &r->ring[r->sent % r->n_ring];
    b->done = false;
    b->n = 0;
    buf_clear(&b->bytes);
    return r->filling = b;
}

static bool on_frame(void *user, const struct frame *frame)
{
    struct run *r = user;
    struct block *b = r->filling ? r->filling : open_block(r);
    if (r->own) { /* no copy of the frame, and the documents go out at the end of the piece or block */
        normalizer_frame(r->own, frame, feed_index(r->feed, frame), &b->out);
        if (b->out.bytes.len >= BLOCK_BYTES || b->out.n >= BLOCK_FRAMES) {
            send(r);
        }
        return r->ok;
    }
    block_add(b, frame);
    if (b->bytes.len >= BLOCK_BYTES || b->n >= BLOCK_FRAMES) {
        send(r);
    }
    return r->ok;
}

static bool on_piece(void *user, uint64_t input_bytes)
{
    struct run *r = user;
    (void)input_bytes;
    if (r->own) {
        send(r);
    }
    return r->ok && !(r->options->stop && *r->options->stop);
}

/* ---- Files ---- */

static void finish_file(struct run *r, const struct feed_result *end, bool named)
{
    send(r);
    while (!r->own && r->merged < r->sent) {
        merge_one(r);
    }
    enum hunt_file_state state = end->state;
    if (state == HUNT_FILE_READ && r->records == 0) {
        state = HUNT_FILE_EMPTY;
    }
    r->stats->bytes += end->bytes;
    r->stats->input_bytes += end->input_bytes;
    r->stats->files_read += state == HUNT_FILE_READ;
    r->stats->files_empty += state == HUNT_FILE_EMPTY;
    r->stats->files_unreadable += state == HUNT_FILE_UNREADABLE;
    r->stats->files_truncated += state == HUNT_FILE_TRUNCATED;
    if (r->sink->file && (state == HUNT_FILE_UNREADABLE || state == HUNT_FILE_TRUNCATED)) {
        r->sink->file(r->sink->user, r->file, named, state, str_from(end->why.message));
    }
}

static void read_files(struct run *r, const struct walk_list *files)
{
    struct feed *feed =
        feed_new(r->options->reader.max_record, r->options->whole, r->options->stop);
    r->feed = feed;
    if (r->own) { /* workers get copies of the frames, and index them side by side */
        feed_make_index(feed, true);
    }
    const struct feed_sink sink = {.user = r, .frame = on_frame, .piece = on_piece};
    bool stopped = false;
    for (size_t i = 0; r->ok && !stopped && i < files->n; i++) {
        r->file = files->files[i].path;
        r->records = 0;
        struct feed_result end = feed_file(feed, r->file, &sink);
        finish_file(r, &end, files->files[i].named);
        stopped = end.stopped;
    }
    feed_free(feed);
}

/* ---- The run ---- */

/* Standard input is read by one thread: what it brings goes out at once. */
static unsigned threads_for(const struct walk_list *files, unsigned wanted)
{
    for (size_t i = 0; i < files->n; i++) {
        if (str_eq(files->files[i].path, S("-"))) {
            return 1;
        }
    }
    unsigned n = wanted ? wanted : os_cpu_count();
    return n < MAX_THREADS ? n : MAX_THREADS;
}

static void ring_init(struct run *r, unsigned threads)
{
    r->n_ring = threads > 1 ? 2 * (size_t)threads + 2 : 1;
    r->ring = mem_alloc(r->n_ring * sizeof *r->ring);
    for (size_t i = 0; i < r->n_ring; i++) {
        r->ring[i].bytes = BUF_INIT(SIZE_MAX / 4);
        normalized_init(&r->ring[i].out);
    }
}

static void ring_deinit(struct run *r)
{
    for (size_t i = 0; i < r->n_ring; i++) {
        buf_deinit(&r->ring[i].bytes);
        mem_free(r->ring[i].frames);
        mem_free(r->ring[i].starts);
        normalized_deinit(&r->ring[i].out);
    }
    mem_free(r->ring);
}

static void run_threads(struct run *r, const struct walk_list *files, unsigned threads,
                        struct error *e)
{
    pthread_t *workers = mem_alloc(threads * sizeof *workers);
    unsigned started = 0;
    while (r->ok && started < threads) {
        r->ok = pthread_create(&workers[started], NULL, worker_main, r) == 0;
        started += r->ok;
    }
    if (!r->ok) {
        error_set(e, ERROR_SYSTEM, "cannot start %u threads", threads);
    }
    read_files(r, files);
    pthread_mutex_lock(&r->lock);
    r->end = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
    }
    mem_free(workers);
}

bool normalize_run(const struct walk_list *files, const struct normalize_options *options,
                   const struct normalize_sink *sink, struct hunt_stats *stats, struct arena *a,
                   struct error *e)
{
    *stats = (struct hunt_stats){0};
    sources_all(&stats->n_datasets);
    stats->n_datasets++;
    stats->datasets = NEW_ARRAY(a, struct record_counts, stats->n_datasets);
    unsigned threads = threads_for(files, options->threads);
    struct run r = {.options = options,
                    .sink = sink,
                    .plan = source_plan_new(NULL, 0, options->tags, options->n_tags, a),
                    .stats = stats,
                    .ok = true};
    ring_init(&r, threads);
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    if (threads > 1) {
        run_threads(&r, files, threads, e);
    } else {
        r.own = normalizer_new(r.plan, options);
        read_files(&r, files);
        normalizer_free(r.own);
    }
    stats->interrupted = options->stop && *options->stop;
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    ring_deinit(&r);
    return r.ok || stats->interrupted;
}
