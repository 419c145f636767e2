/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds over the inputs; in each, a piece of every one that has bytes. */
#define _POSIX_C_SOURCE 200809L
#include "run/follow.h"

#include <poll.h>

#include "base/mem.h"
#include "base/os.h"
#include "run/watch.h"

enum {
    PIECE = 64 * 1024,
    WAIT_MS = 100,
    BUSY_MAX = 64, /* files that are read at a time; those that wait to grow do not count */
};

/* One input. */
struct tail {
    struct input *input; /* NULL: not opened yet, or ended */
    struct feed *feed;   /* likewise */
    bool started;
    bool busy; /* gave bytes when it was looked at last */
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
    struct watch *watch;
    struct tail *tails; /* one a file */
    size_t n, cap;
    size_t busy;
    char *bytes;
    bool ok;
};

static bool stopped(const struct follower *f)
{
    return !f->ok || (f->options->stop && *f->options->stop);
}

static void set_busy(struct follower *f, struct tail *t, bool busy)
{
    f->busy = f->busy + (busy && !t->busy) - (!busy && t->busy);
    t->busy = busy;
}

/* The input has ended: what the framer holds is the last, unless the hunt was stopped. */
static void end_tail(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    feed_judge(&t->end);
    if (t->input) {
        struct input_mark mark;
        t->input_bytes += input_position(t->input);
        if (input_mark(t->input, &mark)) {
            watch_know(f->watch, &mark);
        }
    }
    input_close(t->input);
    t->input = NULL;
    feed_free(t->feed);
    t->feed = NULL;
    set_busy(f, t, false);
    f->ok = collector_file_end(f->collector, file, &t->end) && f->ok;
}

static void start_tail(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    struct input_mark mark;
    t->started = true;
    t->end = (struct feed_result){.state = HUNT_FILE_READ};
    t->input = input_open(f->files->files[file].path, &t->end.why);
    if (!t->input) {
        end_tail(f, file);
        return;
    }
    input_stop_when(t->input, f->options->stop);
    if (input_mark(t->input, &mark)) {
        watch_know(f->watch, &mark);
    }
    t->feed = feed_new(f->options->search.reader.max_record, false, f->options->stop);
    feed_begin(t->feed);
    set_busy(f, t, true);
}

static void add_tail(struct follower *f)
{
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        f->tails = mem_grow(f->tails, f->cap * sizeof *f->tails, cap * sizeof *f->tails);
        f->cap = cap;
    }
    f->n++;
}

/* Takes a new file in, unless an input of that name is open: that one sees for itself when it was rotated. */
static void add_file(void *user, str path)
{
    struct follower *f = user;
    const struct hunt_watch *w = &f->options->watch;
    for (size_t i = 0; i < f->n; i++) {
        if (f->tails[i].input && str_eq(f->files->files[i].path, path)) {
            return;
        }
    }
    walk_add(w->files, arena_copy(w->arena, path), 0, false, w->arena);
    add_tail(f);
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
    f->ok = collector_add(f->collector, file, &f->found, 0, f->error) && f->ok;
}

/* Reads a piece of one input, if there is one. */
static bool look_at(struct follower *f, uint32_t file)
{
    struct tail *t = &f->tails[file];
    set_busy(f, t, false);
    if (!input_ready(t->input)) {
        return false;
    }
    size_t n = input_read(t->input, f->bytes, PIECE, &t->end.why);
    if (n) {
        set_busy(f, t, true);
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

/* Until it is time to look at the files again, or a pipe has something to say. A signal ends it early. */
static void rest(struct follower *f)
{
    struct pollfd *pipes = mem_alloc((f->n + 1) * sizeof *pipes);
    nfds_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        int fd = f->tails[i].input ? input_descriptor(f->tails[i].input) : -1;
        if (fd >= 0) {
            pipes[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
        }
    }
    poll(pipes, n, WAIT_MS);
    mem_free(pipes);
}

/* One look at every input. Returns whether one gave bytes or began; *open: whether any may still give some. */
static bool look_at_all(struct follower *f, bool *open)
{
    bool any = false;
    for (size_t i = 0; i < f->n && !stopped(f); i++) {
        struct tail *t = &f->tails[i];
        if (!t->started && f->busy < BUSY_MAX) {
            start_tail(f, (uint32_t)i);
            any = true;
        }
        if (t->input) {
            any = look_at(f, (uint32_t)i) || any;
        }
        *open = *open || t->input || !t->started;
    }
    return any;
}

static void look_until_the_end(struct follower *f, const struct hunt_sink *sink)
{
    for (bool open = true; open && !stopped(f);) {
        open = watch_waits(f->watch);
        bool any = look_at_all(f, &open);
        any = watch_look(f->watch, add_file, f) || any;
        if (sink->looked && !sink->looked(sink->user)) {
            f->ok = false;
        }
        if (open && !any && !stopped(f)) {
            rest(f);
        }
    }
}

static void begin(struct follower *f)
{
    const struct hunt_watch *w = &f->options->watch;
    os_open_many_files();
    f->watch = watch_new(w->paths, w->n_paths, w->own, w->n_own, f->files);
    f->searcher = searcher_new(&f->options->search);
    findings_init(&f->found);
    f->bytes = mem_alloc(PIECE);
    for (size_t i = 0; i < f->files->n; i++) {
        add_tail(f);
    }
}

static void end(struct follower *f)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->tails[i].input) {
            end_tail(f, (uint32_t)i);
        }
    }
    f->stats->limits = searcher_limits(f->searcher);
    searcher_free(f->searcher);
    findings_deinit(&f->found);
    watch_free(f->watch);
    mem_free(f->tails);
    mem_free(f->bytes);
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
                         .ok = true};
    begin(&f);
    look_until_the_end(&f, sink);
    end(&f);
    return f.ok && e->code == ERROR_NONE;
}
