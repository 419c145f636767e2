/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds over the inputs; in each, a piece of every one that has bytes. */
#define _POSIX_C_SOURCE 200809L
#include "run/follow.h"

#include <time.h>

#include "base/mem.h"

enum { PIECE = 64 * 1024, WAIT_NS = 100 * 1000 * 1000 };

/* One input. */
struct tail {
    struct input *input; /* NULL: ended */
    struct feed *feed;   /* NULL until it was opened */
    struct feed_result end;
    uint64_t input_bytes; /* of the files that had the name before */
};

struct follower {
    const struct walk_list *files;
    const struct hunt_options *options;
    struct collector *collector;
    struct hunt_stats *stats;
    struct error *error;
    struct searcher *searcher;
    struct findings found;
    struct tail *tails; /* one a file */
    char *bytes;
    bool ok;
};

static bool stopped(const struct follower *f)
{
    return !f->ok || (f->options->stop && *f->options->stop);
}

/* The input has ended: what the framer holds is the last, unless the hunt was stopped. */
static void end_tail(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    feed_judge(&t->end);
    t->input_bytes += t->input ? input_position(t->input) : 0;
    input_close(t->input);
    t->input = NULL;
    f->ok = collector_file_end(f->collector, file, &t->end) && f->ok;
}

static void start_tail(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    t->end = (struct feed_result){.state = HUNT_FILE_READ};
    t->input = input_open(f->files->files[file].path, &t->end.why);
    if (!t->input) {
        end_tail(f, file);
        return;
    }
    input_stop_when(t->input, f->options->stop);
    if (!t->feed) {
        t->feed = feed_new(f->options->search.reader.max_record, false, f->options->stop);
    }
    feed_begin(t->feed);
}

/* Searches the bytes and merges what was found. */
static void take_bytes(struct follower *f, uint32_t file, str bytes, bool last)
{
    struct tail *t = &f->tails[file];
    struct frame frame;
    t->end.bytes += bytes.len;
    feed_take(t->feed, bytes, last);
    findings_clear(&f->found);
    while (feed_next(t->feed, &frame)) {
        searcher_frame(f->searcher, &frame, &f->found);
    }
    f->stats->input_bytes += bytes.len;
    f->ok = collector_add(f->collector, file, &f->found, f->error) && f->ok;
}

/* Reads a piece of one input, if there is one. */
static bool look_at(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    if (!input_ready(t->input)) {
        return false;
    }
    size_t n = input_read(t->input, f->bytes, PIECE, &t->end.why);
    if (n) {
        take_bytes(f, file, (str){f->bytes, n}, false);
        return true;
    }
    if (stopped(f)) {
        return false;
    }
    str path = f->files->files[file].path;
    /* Standard input that ends has ended, also when it is a file: who wants to see it grow names it. */
    bool grows = !str_eq(path, S("-")) && input_again(t->input);
    bool replaced = grows && input_replaced(t->input, path);
    if (!grows || replaced) {
        take_bytes(f, file, (str){"", 0}, true);
        end_tail(f, file);
    }
    if (replaced && f->ok) {
        start_tail(f, file);
    }
    return !grows || replaced;
}

static void rest(void)
{
    const struct timespec pause = {.tv_nsec = WAIT_NS};
    nanosleep(&pause, NULL); /* a signal ends it early */
}

static void look_until_the_end(struct follower *f, const struct hunt_sink *sink)
{
    for (bool open = true; open && !stopped(f);) {
        bool any = false;
        open = false;
        for (size_t i = 0; i < f->files->n && !stopped(f); i++) {
            if (f->tails[i].input) {
                any = look_at(f, (uint32_t)i) || any;
                open = true;
            }
        }
        if (sink->looked && !sink->looked(sink->user)) {
            f->ok = false;
        }
        if (open && !any && !stopped(f)) {
            rest();
        }
    }
}

bool follow_run(const struct walk_list *files, const struct hunt_options *options,
                struct collector *collector, const struct hunt_sink *sink, struct hunt_stats *stats,
                struct error *e)
{
    struct follower f = {.files = files,
                         .options = options,
                         .collector = collector,
                         .stats = stats,
                         .error = e,
                         .searcher = searcher_new(&options->search),
                         .ok = true};
    findings_init(&f.found);
    f.bytes = mem_alloc(PIECE);
    f.tails = mem_alloc(files->n * sizeof *f.tails + 1);
    for (size_t i = 0; i < files->n; i++) {
        start_tail(&f, (uint32_t)i);
    }
    look_until_the_end(&f, sink);
    for (size_t i = 0; i < files->n; i++) {
        if (f.tails[i].input) {
            end_tail(&f, (uint32_t)i);
        }
        feed_free(f.tails[i].feed);
    }
    stats->limits = searcher_limits(f.searcher);
    searcher_free(f.searcher);
    findings_deinit(&f.found);
    mem_free(f.tails);
    mem_free(f.bytes);
    return f.ok && e->code == ERROR_NONE;
}
