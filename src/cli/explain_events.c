/* SPDX-License-Identifier: Apache-2.0 */
/* Files to documents. Both readings of a file are made in one pass, since standard input cannot be read twice. */
#include "cli/explain_events.h"

#include <string.h>

#include "cli/cmd.h"
#include "run/feed.h"

/* One file being read. */
struct reading {
    struct record_reader *reader;
    struct arena *arena;
    str file;
    struct input_events logs, plain;
    uint64_t records;
    bool known; /* a source other than `ecs` knows a record */
};

static void add(struct input_events *list, struct input_event event, struct arena *a)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        struct input_event *v = NEW_ARRAY(a, struct input_event, cap);
        if (list->n) {
            memcpy(v, list->v, list->n * sizeof *v);
        }
        list->v = v;
        list->cap = cap;
    }
    list->v[list->n++] = event;
}

static void complain_of(const struct reading *r, uint64_t line, const char *what,
                        const char *reason)
{
    complain("%.*s:%llu: %s: %s", STR_ARG(r->file), (unsigned long long)line, what, reason);
}

/* The frame as a plain event. */
static void read_plain(struct reading *r, const struct frame *frame)
{
    struct json_error e = {0};
    struct json *root = json_parse(arena_copy(r->arena, frame->text), r->arena, &e);
    uint64_t number = r->plain.n + r->plain.bad;
    if (!json_is(root, JSON_OBJECT)) {
        r->plain.bad++;
        return;
    }
    str dataset = json_text(json_at(root, "event", "dataset", (const char *)NULL));
    add(&r->plain, (struct input_event){r->file, number, dataset, root}, r->arena);
}

/* The document in memory of its own: the reader's is valid until the next record. */
static struct json *keep_document(struct reading *r)
{
    struct json_error e;
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    json_write(record_reader_document(r->reader), &text);
    struct json *root = json_parse(arena_copy(r->arena, buf_view(&text)), r->arena, &e);
    buf_deinit(&text);
    return root;
}

static void read_record(struct reading *r, const struct record *record)
{
    size_t n;
    const struct source *const *sources = sources_all(&n);
    uint64_t number = r->records++;
    r->known = r->known || (record->source < n && !sources[record->source]->ecs);
    if (record->kind == RECORD_EVENT) {
        struct json *root = keep_document(r);
        str dataset = arena_copy(r->arena, record->dataset);
        add(&r->logs, (struct input_event){r->file, number, dataset, root}, r->arena);
    }
}

static bool read_frame(void *user, const struct frame *frame)
{
    struct reading *r = user;
    if (frame->kind != FRAME_VALUE) {
        complain_of(r, frame->line, "rejected", frame->reason);
        r->logs.bad++;
        r->plain.bad++;
        r->records++;
        return true;
    }
    read_plain(r, frame);
    record_reader_item(r->reader, frame->text, frame->offset, frame->line, frame->container);
    struct record record;
    while (record_reader_next(r->reader, &record)) {
        read_record(r, &record);
        if (record.kind == RECORD_REJECTED) {
            complain_of(r, record.line, "rejected", record.reason);
            r->logs.bad++;
        }
    }
    return true;
}

static bool go_on(void *user, uint64_t bytes)
{
    (void)user;
    (void)bytes;
    return true;
}

void input_events_read(const struct walk_list *files, const struct source *forced,
                       struct input_events *out, struct arena *a)
{
    const struct record_reader_options options = {.forced = forced, .unwrap = true};
    const struct source_plan *plan = source_plan_new(NULL, 0, NULL, 0, a);
    struct feed *feed = feed_new(0, false, NULL);
    *out = (struct input_events){0};
    for (size_t i = 0; i < files->n; i++) {
        struct reading r = {
            .reader = record_reader_new(plan, &options), .arena = a, .file = files->files[i].path};
        const struct feed_sink sink = {.user = &r, .frame = read_frame, .piece = go_on};
        struct feed_result end = feed_file(feed, r.file, &sink);
        if (end.state == HUNT_FILE_UNREADABLE || end.state == HUNT_FILE_TRUNCATED) {
            complain("%.*s: %s", STR_ARG(r.file), end.why.message);
            out->bad++;
        }
        const struct input_events *taken = r.known || forced ? &r.logs : &r.plain;
        for (size_t k = 0; k < taken->n; k++) {
            add(out, taken->v[k], a);
        }
        out->bad += taken->bad;
        record_reader_free(r.reader);
    }
    feed_free(feed);
}
