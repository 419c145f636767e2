/* SPDX-License-Identifier: Apache-2.0 */
/* A test's stand-in for `postern normalize` and for looking at records:
 *     normalize_tool --dataset D [--tag T]... FILE    one document a record; null for one that is dropped or rejected
 *     normalize_tool --records FILE                   one line a record: number, offset, line, kind, data set, reason (containers taken apart) */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "sources/source.h"
#include "value/json_frame.h"

enum { MAX_TAGS = 16 };

struct options {
    const struct source *dataset;
    const char *file;
    bool records;
    str tags[MAX_TAGS];
    size_t n_tags;
};

static bool read_options(int argc, char **argv, struct options *out)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--dataset") == 0 && i + 1 < argc) {
            out->dataset = source_find(str_from(argv[++i]));
            if (!out->dataset)
                return false;
        } else if (strcmp(argv[i], "--tag") == 0 && i + 1 < argc && out->n_tags < MAX_TAGS) {
            out->tags[out->n_tags++] = str_from(argv[++i]);
        } else if (strcmp(argv[i], "--records") == 0) {
            out->records = true;
        } else {
            out->file = argv[i];
        }
    }
    return out->file && (out->dataset || out->records);
}

static void print_record(struct record_reader *reader, const struct record *record, size_t number)
{
    static const char *const kinds[] = {"event", "passed", "rejected"};
    const char *reason = record_reader_reason(reader, record);
    printf("%zu %llu %llu %s%s %.*s %s\n", number, (unsigned long long)record->offset,
           (unsigned long long)record->line, kinds[record->kind],
           record->unknown ? "(unknown)" : "", STR_ARG(record->dataset), reason ? reason : "-");
}

static void print_document(struct record_reader *reader, const struct record *record)
{
    struct buf text = {0};
    if (record->kind == RECORD_EVENT)
        json_write(record_reader_document(reader), &text);
    else
        buf_append(&text, S("null"));
    buf_byte(&text, '\n');
    fwrite(text.ptr, 1, text.len, stdout);
    buf_deinit(&text);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    if (!read_options(argc, argv, &options)) {
        fputs("usage: normalize_tool --dataset D [--tag T]... FILE | --records FILE\n", stderr);
        return 3;
    }
    struct arena arena = arena_open((size_t)1 << 30);
    struct error error = {0};
    str bytes;
    if (!os_read_file(str_from(options.file), (size_t)1 << 29, &arena, &bytes, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 3;
    }
    struct source_plan *plan = source_plan_new(NULL, 0, options.tags, options.n_tags, &arena);
    struct record_reader_options how = {.forced = options.dataset};
    struct record_reader *reader = record_reader_new(plan, &how);
    struct json_framer_options framing = {0};
    if (options.records)
        sources_container_keys(&framing, &arena);
    struct json_framer *framer = json_framer_new(&framing);
    json_framer_reset(framer);
    json_framer_feed(framer, bytes, true);
    struct frame frame;
    struct record record;
    size_t number = 0;
    while (json_framer_next(framer, &frame)) {
        if (frame.kind != FRAME_VALUE) {
            record = (struct record){.kind = RECORD_REJECTED,
                                     .offset = frame.offset,
                                     .line = frame.line,
                                     .reason = frame.reason};
            if (options.records)
                print_record(reader, &record, number++);
            else
                print_document(reader, &record);
            continue;
        }
        record_reader_item(reader, frame.text, frame.offset, frame.line, frame.container);
        while (record_reader_next(reader, &record)) {
            if (options.records)
                print_record(reader, &record, number++);
            else
                print_document(reader, &record);
        }
    }
    json_framer_free(framer);
    record_reader_free(reader);
    arena_close(&arena);
    return 0;
}
