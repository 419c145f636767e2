/* SPDX-License-Identifier: Apache-2.0 */
/* Golden records: sources_golden FOLDER. Below FOLDER a folder a data set, with *.test files. A case is
 *     # what it shows
 *     {"the":"record"}                  one line
 *     field.path JSON-VALUE             every leaf of the document, in any order; an array is one leaf
 * and a blank line. A line "tags A B" gives the cases that follow in its file those tags. "dropped REASON" stands for a record that is passed over. Left out everywhere: event.original (checked against the record), event.kind "event", and the data set
 * constants. Expected values are derived by hand from the mapping's law, never copied from our output. */
#include <stdio.h>
#include <string.h>

#include "base/os.h"
#include "sources/source.h"

struct run {
    struct arena *arena;
    struct record_reader *reader;
    struct record_reader *untagged;
    str file, dataset;
    size_t line, cases, failures;
};

static void fail(struct run *run, const char *what, str path, str expected, str actual)
{
    run->failures++;
    printf("%.*s:%zu: %s %.*s: expected %.*s, got %.*s\n", STR_ARG(run->file), run->line, what,
           STR_ARG(path), STR_ARG(expected), STR_ARG(actual));
}

static str written(const struct json *node, struct arena *a)
{
    struct buf text = {0};
    json_write(node, &text);
    str copy = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return copy;
}

/* Leaves of a document by path, as JSON text. */
static void leaves(struct map *out, const struct json *node, str path, struct arena *a)
{
    if (node->type != JSON_OBJECT || !node->child) {
        str *text = NEW(a, str);
        *text = written(node, a);
        *map_put(out, path, a) = text;
        return;
    }
    for (const struct json *m = node->child; m; m = m->next)
        leaves(out, m, path.len ? arena_concat(a, path, S("."), m->key) : m->key, a);
}

static bool is_constant(str path)
{
    static const char *const constants[] = {
        "event.original", "event.dataset",    "event.module",        "event.kind",
        "ecs.version",    "data_stream.type", "data_stream.dataset", "data_stream.namespace"};
    for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
        if (str_eq(path, str_from(constants[i])))
            return true;
    return false;
}

/* The expected leaves that follow the record, up to a blank line. */
static void expected_leaves(struct run *run, str *rest, struct map *out)
{
    str line;
    while (rest->len > 0 && str_split(rest, '\n', &line) && line.len > 0) {
        run->line++;
        size_t blank = str_find_byte(line, ' ', 0);
        struct json_error error;
        str *text = NEW(run->arena, str);
        const struct json *value =
            json_parse(str_slice(line, blank + 1, line.len), run->arena, &error);
        *text = value && !str_starts(line, S("dropped ")) ? written(value, run->arena)
                                                          : str_slice(line, blank + 1, line.len);
        *map_put(out, str_slice(line, 0, blank), run->arena) = text;
    }
    run->line++;
}

static void compare(struct run *run, const struct map *expected, const struct map *actual)
{
    for (size_t i = 0; i < expected->count; i++) {
        const str *want = expected->entries[i].value,
                  *have = map_get(actual, expected->entries[i].key);
        if (!have || !str_eq(*want, *have))
            fail(run, "field", expected->entries[i].key, *want, have ? *have : S("nothing"));
    }
    for (size_t i = 0; i < actual->count; i++)
        if (!map_get(expected, actual->entries[i].key) && !is_constant(actual->entries[i].key))
            fail(run, "field", actual->entries[i].key, S("nothing"),
                 *(str *)actual->entries[i].value);
}

static void run_case(struct run *run, str record, const struct map *expected)
{
    struct record out;
    const str *dropped = map_get(expected, S("dropped"));
    run->cases++;
    record_reader_item(run->reader, record, 0, 1, S(""));
    if (!record_reader_next(run->reader, &out)) {
        fail(run, "record", S(""), S("one"), S("none"));
    } else if (dropped || out.kind != RECORD_EVENT) {
        str reason = str_from(out.reason);
        if (!dropped || out.kind != RECORD_PASSED || !str_eq(*dropped, reason))
            fail(run, "record", S(""), dropped ? *dropped : S("an event"), reason);
    } else {
        struct map actual = {0};
        if (!str_eq(out.dataset, run->dataset))
            fail(run, "data set", S(""), run->dataset, out.dataset);
        leaves(&actual, record_reader_document(run->reader), S(""), run->arena);
        compare(run, expected, &actual);
    }
}

static struct record_reader *reader_with(str words, struct arena *a)
{
    /* User agents by the built-in names only: what is installed must not show. */
    static const struct record_reader_options options = {.max_record = (size_t)1 << 20,
                                                         .enrichment.user_agents = ""};
    str *tags = NEW_ARRAY(a, str, words.len + 1), tag;
    size_t n = 0;
    while (words.len > 0 && str_split(&words, ' ', &tag))
        tags[n++] = tag;
    return record_reader_new(source_plan_new(NULL, 0, tags, n, a), &options);
}

static void take_tags(struct run *run, str words)
{
    if (run->reader != run->untagged)
        record_reader_free(run->reader);
    run->reader = words.len > 0 ? reader_with(words, run->arena) : run->untagged;
}

static void run_file(struct run *run)
{
    struct error error = {0};
    str text, line;
    if (!os_read_file(run->file, (size_t)1 << 24, run->arena, &text, &error)) {
        fail(run, "file", run->file, S("readable"), str_from(error.message));
        return;
    }
    run->line = 0;
    while (text.len > 0 && str_split(&text, '\n', &line)) {
        run->line++;
        if (str_starts(line, S("tags ")))
            take_tags(run, str_slice(line, 5, line.len));
        if (line.len == 0 || line.ptr[0] != '{')
            continue;
        struct map expected = {0};
        expected_leaves(run, &text, &expected);
        run_case(run, line, &expected);
    }
    take_tags(run, S(""));
}

static void run_folder(struct run *run, str folder)
{
    struct error error = {0};
    str *names;
    size_t n;
    if (!os_list_folder(folder, run->arena, &names, &n, &error))
        return;
    for (size_t i = 0; i < n; i++) {
        str path = arena_concat(run->arena, folder, S("/"), names[i]);
        if (os_kind_of(path, &error) == OS_FOLDER) {
            run->dataset = names[i];
            run_folder(run, path);
        } else if (str_ends(path, S(".test"))) {
            run->file = path;
            run_file(run);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 3;
    struct arena arena = arena_open((size_t)1 << 30);
    struct run run = {.arena = &arena, .untagged = reader_with(S(""), &arena)};
    run.reader = run.untagged;
    run_folder(&run, str_from(argv[1]));
    printf("%zu cases, %zu failures\n", run.cases, run.failures);
    record_reader_free(run.untagged);
    arena_close(&arena);
    return run.cases > 0 && run.failures == 0 ? 0 : 1;
}
