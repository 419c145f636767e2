/* SPDX-License-Identifier: Apache-2.0 */
/* Input → framer → sink, one file after another. */
#include "run/feed.h"

#include <string.h>

#include "base/mem.h"
#include "sources/csv.h"

enum { READ_SIZE = 64 * 1024 };

struct feed {
    struct arena arena; /* of the container keys */
    const volatile sig_atomic_t *stop;
    struct json_framer *framer;
    struct csv_reader *csv;
    bool decided; /* of this file: JSON, or the rows of a table */
    bool is_csv;
    size_t n_head; /* first bytes of the file that wait for that, in `bytes` */
    char *bytes;
};

struct feed *feed_new(size_t max_record, bool whole, const volatile sig_atomic_t *stop)
{
    struct feed *f = mem_alloc(sizeof *f);
    f->stop = stop;
    f->arena = arena_open((size_t)1 << 20);
    struct json_framer_options options = {.max_record = max_record, .whole = whole};
    if (!whole) {
        sources_container_keys(&options.containers, &options.n_containers,
                               &options.containers_later, &options.n_containers_later, &f->arena);
    }
    f->framer = json_framer_new(&options);
    f->csv = csv_reader_new(max_record);
    f->bytes = mem_alloc(READ_SIZE);
    return f;
}

void feed_free(struct feed *f)
{
    if (f) {
        json_framer_free(f->framer);
        csv_reader_free(f->csv);
        arena_close(&f->arena);
        mem_free(f->bytes);
        mem_free(f);
    }
}

void feed_begin(struct feed *f)
{
    json_framer_reset(f->framer);
    csv_reader_reset(f->csv);
    f->decided = f->is_csv = false;
    f->n_head = 0;
}

bool feed_next(struct feed *f, struct frame *frame)
{
    return f->is_csv ? csv_reader_next(f->csv, frame) : json_framer_next(f->framer, frame);
}

/* Hands on every frame there is now. */
static bool drain(struct feed *f, const struct feed_sink *sink)
{
    struct frame frame;
    while (feed_next(f, &frame)) {
        if (!sink->frame(sink->user, &frame)) {
            return false;
        }
    }
    return true;
}

/* Whether bytes are read to where they are framed; else to `bytes`. */
static bool reads_in_place(const struct feed *f)
{
    return f->decided && !f->is_csv;
}

static size_t read_some(struct feed *f, struct input *input, struct error *why)
{
    if (reads_in_place(f)) {
        return input_read(input, json_framer_room(f->framer, READ_SIZE), READ_SIZE, why);
    }
    return input_read(input, f->bytes + f->n_head, READ_SIZE - f->n_head, why);
}

/* Takes the bytes that were read behind those that wait. A file is JSON unless its first line is the header of a table that we know; it is held back until that line is there. */
static void take(struct feed *f, size_t n, bool last)
{
    if (reads_in_place(f)) {
        json_framer_filled(f->framer, n, last);
        return;
    }
    str head = {f->bytes, f->n_head + n};
    bool line = memchr(head.ptr, '\n', head.len) != NULL || head.len == READ_SIZE || last;
    bool json = head.len > 0 && (head.ptr[0] == '{' || head.ptr[0] == '[');
    if (!f->decided && !line && !json) {
        f->n_head = head.len;
        return;
    }
    if (!f->decided) {
        f->is_csv = !json && csv_begins(head);
    }
    f->decided = true;
    f->n_head = 0;
    if (f->is_csv) {
        csv_reader_feed(f->csv, head, last);
    } else {
        json_framer_feed(f->framer, head, last);
    }
}

void feed_take(struct feed *f, str bytes, bool last)
{
    do {
        char *room =
            reads_in_place(f) ? json_framer_room(f->framer, READ_SIZE) : f->bytes + f->n_head;
        size_t free = reads_in_place(f) ? READ_SIZE : READ_SIZE - f->n_head;
        size_t n = bytes.len < free ? bytes.len : free;
        if (n) {
            memcpy(room, bytes.ptr, n);
        }
        bytes = str_slice(bytes, n, bytes.len);
        take(f, n, last && bytes.len == 0);
    } while (bytes.len);
}

void feed_judge(struct feed_result *result)
{
    if (result->why.code == ERROR_TRUNCATED || result->why.code == ERROR_CORRUPT) {
        result->state = HUNT_FILE_TRUNCATED;
    } else if (result->why.code != ERROR_NONE) {
        result->state = HUNT_FILE_UNREADABLE;
    }
}

struct feed_result feed_file(struct feed *f, str path, const struct feed_sink *sink)
{
    struct feed_result result = {.state = HUNT_FILE_READ};
    struct input *input = input_open(path, &result.why);
    if (!input) {
        result.state = HUNT_FILE_UNREADABLE;
        return result;
    }
    feed_begin(f);
    input_stop_when(input, f->stop);
    for (bool last = false; !last && !result.stopped;) {
        size_t n = read_some(f, input, &result.why);
        last = n == 0;
        if (last && f->stop && *f->stop) {
            result.stopped = true; /* not the end of the input: nothing is cut */
            break;
        }
        result.bytes += n;
        take(f, n, last);
        result.stopped = !drain(f, sink) || !sink->piece(sink->user, input_position(input));
    }
    feed_judge(&result);
    result.input_bytes = input_position(input);
    input_close(input);
    return result;
}
