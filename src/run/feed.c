/* SPDX-License-Identifier: Apache-2.0 */
/* Input → framer → sink, one file after another. */
#include "run/feed.h"

#include "base/mem.h"

enum { READ_SIZE = 64 * 1024 };

struct feed {
    struct arena arena; /* of the container keys */
    const volatile sig_atomic_t *stop;
    struct json_framer *framer;
};

struct feed *feed_new(size_t max_record, bool whole, bool colons,
                      const volatile sig_atomic_t *stop)
{
    struct feed *f = mem_alloc(sizeof *f);
    f->stop = stop;
    f->arena = arena_open((size_t)1 << 20);
    struct json_framer_options options = {.max_record = max_record, .whole = whole, .colons = colons};
    if (!whole) {
        sources_container_keys(&options.containers, &options.n_containers,
                               &options.containers_later, &options.n_containers_later, &f->arena);
    }
    f->framer = json_framer_new(&options);
    return f;
}

void feed_free(struct feed *f)
{
    if (f) {
        json_framer_free(f->framer);
        arena_close(&f->arena);
        mem_free(f);
    }
}

/* Hands on every frame the framer has now. */
static bool drain(struct feed *f, const struct feed_sink *sink)
{
    struct frame frame;
    while (json_framer_next(f->framer, &frame)) {
        if (!sink->frame(sink->user, &frame)) {
            return false;
        }
    }
    return true;
}

struct feed_result feed_file(struct feed *f, str path, const struct feed_sink *sink)
{
    struct feed_result result = {.state = HUNT_FILE_READ};
    struct input *input = input_open(path, &result.why);
    if (!input) {
        result.state = HUNT_FILE_UNREADABLE;
        return result;
    }
    json_framer_reset(f->framer);
    input_stop_when(input, f->stop);
    for (bool last = false; !last && !result.stopped;) {
        char *room = json_framer_room(f->framer, READ_SIZE);
        size_t n = input_read(input, room, READ_SIZE, &result.why);
        last = n == 0;
        if (last && f->stop && *f->stop) {
            result.stopped = true; /* not the end of the input: nothing is cut */
            break;
        }
        result.bytes += n;
        json_framer_filled(f->framer, n, last);
        result.stopped = !drain(f, sink) || !sink->piece(sink->user, input_position(input));
    }
    if (result.why.code == ERROR_TRUNCATED || result.why.code == ERROR_CORRUPT) {
        result.state = HUNT_FILE_TRUNCATED;
    } else if (result.why.code != ERROR_NONE) {
        result.state = HUNT_FILE_UNREADABLE;
    }
    result.input_bytes = input_position(input);
    input_close(input);
    return result;
}
