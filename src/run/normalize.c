/* SPDX-License-Identifier: Apache-2.0 */
/* Frames → records → documents, one thread. */
#include "run/normalize.h"

#include "base/mem.h"
#include "run/feed.h"

struct normalizer {
    struct record_reader *reader;
    const struct normalize_sink *sink;
    const volatile sig_atomic_t *stop;
    struct hunt_stats *stats;
    struct buf line;
    str file;
    uint64_t records; /* of the file */
};

static struct record_counts *counts_of(struct normalizer *n, size_t source)
{
    size_t last = n->stats->n_datasets - 1;
    return &n->stats->datasets[source < last ? source : last];
}

static bool emit(struct normalizer *n, uint64_t line, str json, const char *why,
                 enum record_kind kind)
{
    n->stats->records++;
    return n->sink->record(n->sink->user, n->file, n->records++, line, json, why, kind);
}

static bool emit_record(struct normalizer *n, const struct record *record)
{
    struct record_counts *counts = counts_of(n, record->source);
    switch (record->kind) {
    case RECORD_PASSED:
        counts->passed++;
        n->stats->unknown += record->unknown;
        break;
    case RECORD_REJECTED:
        counts->rejected++;
        break;
    case RECORD_EVENT:
        counts->evaluated++;
        buf_clear(&n->line);
        json_write(record_reader_document(n->reader), &n->line);
        return emit(n, record->line, buf_view(&n->line), "", record->kind);
    }
    return emit(n, record->line, S("null"), record->reason, record->kind);
}

static bool normalize_frame(void *user, const struct frame *frame)
{
    struct normalizer *n = user;
    if (frame->kind != FRAME_VALUE) {
        counts_of(n, SIZE_MAX)->rejected++;
        return emit(n, frame->line, S("null"), frame->reason, RECORD_REJECTED);
    }
    record_reader_item(n->reader, frame->text, frame->offset, frame->line, frame->container);
    struct record record;
    while (record_reader_next(n->reader, &record)) {
        if (!emit_record(n, &record)) {
            return false;
        }
    }
    return true;
}

static bool normalize_piece(void *user, uint64_t input_bytes)
{
    const struct normalizer *n = user;
    (void)input_bytes;
    return !(n->stop && *n->stop);
}

static void count_end(struct normalizer *n, const struct feed_result *end, bool named)
{
    n->stats->bytes += end->bytes;
    n->stats->input_bytes += end->input_bytes;
    enum hunt_file_state state = end->state;
    if (state == HUNT_FILE_READ && n->records == 0) {
        state = HUNT_FILE_EMPTY;
    }
    n->stats->files_read += state == HUNT_FILE_READ;
    n->stats->files_empty += state == HUNT_FILE_EMPTY;
    n->stats->files_unreadable += state == HUNT_FILE_UNREADABLE;
    n->stats->files_truncated += state == HUNT_FILE_TRUNCATED;
    if (n->sink->file && (state == HUNT_FILE_UNREADABLE || state == HUNT_FILE_TRUNCATED)) {
        n->sink->file(n->sink->user, n->file, named, state, str_from(end->why.message));
    }
}

bool normalize_run(const struct walk_list *files, const struct record_reader_options *reader,
                   bool whole, const str *tags, size_t n_tags, const struct normalize_sink *sink,
                   const volatile sig_atomic_t *stop, struct hunt_stats *stats, struct arena *a)
{
    *stats = (struct hunt_stats){0};
    sources_all(&stats->n_datasets);
    stats->n_datasets++;
    stats->datasets = NEW_ARRAY(a, struct record_counts, stats->n_datasets);
    const struct source_plan *plan = source_plan_new(NULL, 0, tags, n_tags, a);
    struct normalizer n = {.reader = record_reader_new(plan, reader),
                           .sink = sink,
                           .stop = stop,
                           .stats = stats,
                           .line = BUF_INIT(SIZE_MAX / 4)};
    struct feed *feed = feed_new(reader->max_record, whole, false, stop);
    const struct feed_sink feed_sink = {
        .user = &n, .frame = normalize_frame, .piece = normalize_piece};
    bool stopped = false;
    for (size_t i = 0; !stopped && i < files->n; i++) {
        n.file = files->files[i].path;
        n.records = 0;
        struct feed_result end = feed_file(feed, n.file, &feed_sink);
        count_end(&n, &end, files->files[i].named);
        stopped = end.stopped;
    }
    stats->interrupted = stop && *stop;
    feed_free(feed);
    record_reader_free(n.reader);
    buf_deinit(&n.line);
    return !stopped || stats->interrupted;
}
