/* SPDX-License-Identifier: Apache-2.0 */
/* Input → framer → sink, one file after another. */
#include "run/feed.h"

#include <string.h>

#include "base/mem.h"
#include "sources/csv.h"

/* At a time; where documents are made of all of it, less, since what they need wants room in the second cache, too. Measured: a twentieth of a hunt, and of normalize. */
enum { READ_SIZE = 128 * 1024, READ_INDEXED = 64 * 1024 };

struct feed {
    struct arena arena; /* of the container keys */
    const atomic_bool *stop;
    struct profile *profile; /* NULL: none */
    struct input *input;     /* its memory is used for one file after another */
    struct json_framer *framer;
    struct csv_reader *csv; /* NULL: no table was met yet; most inputs are none */
    size_t max_record, read_size;
    bool decided; /* of this file: JSON, or the rows of a table */
    bool is_csv;
    size_t n_head; /* first bytes of the file that wait for that, in `bytes` */
    char *bytes;
    char *whole; /* a compressed file decoded at once */
    size_t cap_whole;
    uint64_t part_begin;
};

struct feed *feed_new(size_t max_record, bool whole, const atomic_bool *stop)
{
    struct feed *f = mem_alloc(sizeof *f);
    f->stop = stop;
    f->arena = arena_open((size_t)1 << 20);
    struct json_framer_options options = {.max_record = max_record, .whole = whole};
    if (!whole) {
        sources_container_keys(&options, &f->arena);
    }
    f->framer = json_framer_new(&options);
    f->max_record = max_record;
    f->read_size = READ_SIZE;
    f->bytes = mem_room(READ_SIZE);
    return f;
}

void feed_free(struct feed *f)
{
    if (f) {
        input_close(f->input);
        json_framer_free(f->framer);
        csv_reader_free(f->csv);
        arena_close(&f->arena);
        mem_free(f->bytes);
        mem_free(f->whole);
        mem_free(f);
    }
}

void feed_make_index(struct feed *f, bool all)
{
    json_framer_make_index(f->framer);
    f->read_size = all ? READ_INDEXED : f->read_size;
}

void feed_filter(struct feed *f, const struct json_framer_filter *filter)
{
    json_framer_set_filter(f->framer, filter);
}

const struct frame_index *feed_index(const struct feed *f, const struct frame *frame)
{
    return f->is_csv ? NULL : json_framer_index(f->framer, frame);
}

void feed_profile(struct feed *f, struct profile *p)
{
    f->profile = p;
}

/* input_read, booked. */
static size_t read_booked(struct feed *f, struct input *input, char *out, size_t n,
                          struct error *why)
{
    enum profile_stage before = profile_enter(f->profile, PROFILE_READ);
    size_t got = input_read(input, out, n, why);
    profile_enter(f->profile, before);
    return got;
}

void feed_begin(struct feed *f)
{
    json_framer_reset(f->framer);
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
        return read_booked(f, input, json_framer_room(f->framer, f->read_size), f->read_size, why);
    }
    return read_booked(f, input, f->bytes + f->n_head, READ_SIZE - f->n_head, why);
}

/* A table begins. */
static void begin_csv(struct feed *f)
{
    f->csv = f->csv ? f->csv : csv_reader_new(f->max_record);
    csv_reader_reset(f->csv);
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
        if (f->is_csv) {
            begin_csv(f);
        }
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

/* What logs are kept in and we do not read, by its first bytes: to be named, not taken for a file that is no log. */
static const struct {
    str begins;
    const char *is;
} unread[] = {
    {S_INIT("\xFF\xFE"),
     "the text is UTF-16, logs are UTF-8; iconv converts it"}, /* what a shell on Windows writes */
    {S_INIT("\xFE\xFF"), "the text is UTF-16, logs are UTF-8; iconv converts it"},
    {S_INIT("PK\3\4"), "it is a zip archive; unzip it"},
    {S_INIT("BZh"), "it is bzip2 data; bunzip2 unpacks it, gzip and zstd are read as they are"},
    {S_INIT("\xFD"
            "7zXZ\0"),
     "it is xz data; unxz unpacks it, gzip and zstd are read as they are"},
    {S_INIT("\x04\x22\x4D\x18"),
     "it is lz4 data; unlz4 unpacks it, gzip and zstd are read as they are"},
    {S_INIT("7z\xBC\xAF\x27\x1C"), "it is a 7-Zip archive; unpack it"},
    {S_INIT("PAR1"), "it is Parquet; export its rows as JSON"},
    {S_INIT("Obj\1"), "it is Avro; export its rows as JSON"},
};

/* True with the reason in *why when the first bytes are of such a file. */
static bool is_unread(str head, str path, struct error *why)
{
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
        if (str_starts(head, unread[i].begins)) {
            str end = str_slice(path, path.len > 80 ? path.len - 80 : 0, path.len);
            return !error_set(why, ERROR_READ, "cannot open '%s%.*s': %s",
                              end.len < path.len ? "..." : "", STR_ARG(end), unread[i].is);
        }
    }
    return false;
}

void feed_judge(struct feed_result *result)
{
    if (result->why.code == ERROR_TRUNCATED || result->why.code == ERROR_CORRUPT) {
        result->state = HUNT_FILE_TRUNCATED;
    } else if (result->why.code != ERROR_NONE) {
        result->state = HUNT_FILE_UNREADABLE;
    }
}

/* All of a small compressed file, framed where it was decoded. False: it is to be read in pieces. */
static bool take_whole(struct feed *f, struct input *input, str path, struct feed_result *result)
{
    size_t room = input_whole(input);
    if (room == 0) {
        return false;
    }
    if (room > f->cap_whole) {
        f->whole = mem_grow(f->whole, 0, room);
        f->cap_whole = room;
    }
    str bytes = {f->whole, read_booked(f, input, f->whole, room, &result->why)};
    result->bytes = bytes.len;
    bool json = bytes.len > 0 && (bytes.ptr[0] == '{' || bytes.ptr[0] == '[');
    if (json && input_done(input)) {
        f->decided = true;
        json_framer_lend(f->framer, bytes);
        return true;
    }
    if (!is_unread(bytes, path, &result->why)) {
        feed_take(f, bytes, input_done(input));
    }
    return true;
}

/* Reads to the end of the input, or of its part. */
static void read_all(struct feed *f, struct input *input, str path, const struct feed_sink *sink,
                     struct feed_result *result)
{
    for (bool last = input_done(input) || result->why.code == ERROR_READ, ended = false;
         !last && !ended && !result->stopped;) {
        size_t n = read_some(f, input, &result->why);
        last = n == 0;
        if (last && f->stop && *f->stop) {
            result->stopped = true; /* not the end of the input: nothing is cut */
            break;
        }
        result->bytes += n;
        if (!f->decided && is_unread((str){f->bytes, f->n_head + n}, path, &result->why)) {
            break;
        }
        take(f, n, last);
        result->stopped = !drain(f, sink) || !sink->piece(sink->user, input_position(input));
        ended = json_framer_ended(f->framer, &(uint64_t){0}, &(uint64_t){0});
    }
}

struct feed_result feed_file(struct feed *f, str path, const struct feed_sink *sink)
{
    struct feed_result result = {.state = HUNT_FILE_READ};
    enum profile_stage before = profile_enter(f->profile, PROFILE_READ);
    struct input *input = input_reopen(f->input, path, &result.why);
    profile_enter(f->profile, PROFILE_FRAME);
    if (!input) {
        profile_enter(f->profile, before);
        result.state = HUNT_FILE_UNREADABLE;
        return result;
    }
    f->input = input;
    feed_begin(f);
    json_framer_set_filter(f->framer, sink->filter);
    input_stop_when(input, f->stop);
    if (take_whole(f, input, path, &result)) {
        result.stopped = !drain(f, sink) || !sink->piece(sink->user, input_position(input));
    }
    read_all(f, input, path, sink, &result);
    feed_judge(&result);
    result.input_bytes = input_position(input);
    input_shut(input);
    profile_enter(f->profile, before);
    return result;
}

/* ---- parts ---- */

/* The first line at or behind `from` that begins with '{'; UINT64_MAX: none does before `to`. */
static uint64_t find_line(struct feed *f, const struct feed_part *part, str path, struct error *why)
{
    uint64_t at = part->from - 1, found = UINT64_MAX; /* of the bytes at hand */
    f->input = input_reopen_at(f->input, part->fd, path, at);
    size_t held = 0;
    for (size_t n = 1; n && found == UINT64_MAX && at < part->to;) {
        n = read_booked(f, f->input, f->bytes + held, READ_SIZE - held, why);
        str bytes = {f->bytes, held + n};
        size_t line = 0;
        while ((line = str_find_byte(bytes, '\n', line)) != SIZE_MAX && line + 1 < bytes.len) {
            if (bytes.ptr[++line] == '{') {
                found = at + line;
                break;
            }
        }
        held = line + 1 == bytes.len; /* a line break: what follows it is still to come */
        at += bytes.len - held;
        f->bytes[0] = '\n';
    }
    input_shut(f->input);
    return found < part->to ? found : UINT64_MAX;
}

struct feed_part_result feed_part(struct feed *f, str path, const struct feed_part *part,
                                  const struct feed_sink *sink)
{
    struct feed_part_result result = {.feed.state = HUNT_FILE_READ, .begin = part->from};
    struct feed_result *feed = &result.feed;
    enum profile_stage before = profile_enter(f->profile, PROFILE_FRAME);
    if (!part->exact && part->from > 0) {
        result.begin = find_line(f, part, path, &feed->why);
    }
    f->part_begin = result.begin;
    if (result.begin != UINT64_MAX && feed->why.code == ERROR_NONE) {
        feed_begin(f);
        f->decided = true;
        json_framer_reset_at(f->framer, result.begin);
        json_framer_set_end(f->framer, part->to);
        json_framer_set_filter(f->framer, sink->filter);
        f->input = input_reopen_at(f->input, part->fd, path, result.begin);
        feed->bytes = result.begin;
        read_all(f, f->input, path, sink, feed);
        result.more = json_framer_ended(f->framer, &result.end, &result.line_breaks);
        feed->bytes = result.more ? result.end : feed->bytes;
        feed->input_bytes = feed->bytes;
        input_shut(f->input);
    }
    feed_judge(feed);
    profile_enter(f->profile, before);
    return result;
}

uint64_t feed_part_begin(const struct feed *f)
{
    return f->part_begin;
}
