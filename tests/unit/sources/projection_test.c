/* SPDX-License-Identifier: Apache-2.0 */
/* The property that makes virtual ECS trustworthy: for every record and every field, what a rule reads from the raw record through its slot is what it would read from the finished
 * document. Records: the shared conformance inputs and traces (skipped where they are not), and those of the golden tests. */
#include "sources/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../shared.h"

#include "base/os.h"
#include "value/json_frame.h"

enum { MAX_FIELDS = 60000 };

struct field_set {
    const struct field **fields;
    bool *leaf; /* some document of the file holds the path */
    size_t n;
    struct map known;
    struct arena *arena;
};

static void add_field(struct field_set *set, str name, const struct field *field)
{
    void **place = map_put(&set->known, name, set->arena);
    if (*place || set->n == MAX_FIELDS)
        return;
    if (!field) {
        struct field *made = NEW(set->arena, struct field);
        made->name = name;
        made->format.type = FIELD_KEYWORD;
        field = made;
    }
    set->fields[set->n++] = field;
    *place = &set->leaf[set->n - 1];
}

/* Every path at which a document holds a scalar, as a field of the catalogue or else as a keyword. */
static void add_leaves(struct field_set *set, struct schema *schema, const struct json *node,
                       str path)
{
    if (node->type == JSON_ARRAY || node->type == JSON_OBJECT) {
        for (const struct json *m = node->child; m; m = m->next) {
            bool array = node->type == JSON_ARRAY;
            str below =
                array ? path : arena_concat(set->arena, path, path.len ? S(".") : S(""), m->key);
            add_leaves(set, schema, m, below);
        }
        return;
    }
    str name = arena_copy(set->arena, path);
    if (!map_get(&set->known, name))
        add_field(set, name, schema_find(schema, name));
    bool *leaf = map_get(&set->known, name);
    if (leaf)
        *leaf = true;
}

static bool same_values(struct values x, struct values y)
{
    if (x.n != y.n)
        return false;
    for (size_t i = 0; i < x.n; i++)
        if (!value_eq(&x.v[i], &y.v[i]))
            return false;
    return true;
}

/* Calls `see` for every event of a file. */
struct pass {
    struct record_reader *reader;
    void (*see)(struct pass *p, const struct record *record);
    struct field_set *set;
    struct schema *schema;
    const char *file;
    size_t events, compared, differences;
    struct buf *documents; /* one a line: what `compare` saw */
    struct buf *written;   /* the same, as they are written without a tree */
    str rest;              /* of them, while they are read back */
};

static void run_pass(struct pass *p, str bytes, struct arena *a)
{
    struct json_framer_options framing = {0};
    sources_container_keys(&framing, a);
    struct json_framer *framer = json_framer_new(&framing);
    json_framer_reset(framer);
    json_framer_feed(framer, bytes, true);
    struct frame frame;
    struct record record;
    while (json_framer_next(framer, &frame)) {
        if (frame.kind != FRAME_VALUE)
            continue;
        record_reader_item(p->reader, frame.text, frame.offset, frame.line, frame.container);
        while (record_reader_next(p->reader, &record))
            if (record.kind == RECORD_EVENT)
                p->see(p, &record);
    }
    json_framer_free(framer);
}

static void collect(struct pass *p, const struct record *record)
{
    (void)record;
    record_reader_write(p->reader, (str){0}, p->written);
    buf_byte(p->written, '\n');
    add_leaves(p->set, p->schema, record_reader_document(p->reader), S(""));
}

static void compare(struct pass *p, const struct record *record)
{
    struct event *event = record_reader_event(p->reader);
    p->events++;
    /* The slots first: the document must not help them. */
    for (uint32_t i = 0; i < p->set->n; i++)
        event_values(event, i);
    const struct json *document = record_reader_document(p->reader);
    for (uint32_t i = 0; i < p->set->n; i++) {
        const struct field *f = p->set->fields[i];
        p->compared++;
        /* A path that no document holds has no values in any: an empty slot is right without a look. */
        if (!p->set->leaf[i] && event_values(event, i).n == 0)
            continue;
        struct values whole = document_values(document, f->name, &f->format, event->arena);
        if (same_values(event_values(event, i), whole))
            continue;
        if (p->differences++ < 20)
            fprintf(stderr,
                    "up to %s: offset %llu: %.*s: %zu values in the slot, %zu in the document\n",
                    p->file, (unsigned long long)record->offset, STR_ARG(f->name),
                    event_values(event, i).n, whole.n);
    }
}

static void schema_fields_to(struct field_set *set, struct schema *schema)
{
    size_t n;
    const struct field *all = schema_fields(schema, &n);
    for (size_t i = 0; i < n; i++)
        if (!str_ends(all[i].name, S("*")))
            add_field(set, all[i].name, schema_find(schema, all[i].name));
}

/* The same of a document that was written and is read back as source ecs: it is the same document, of the same data set's rules, and every slot has the values that it had when made. */
static void compare_read_back(struct pass *p, const struct record *record)
{
    struct buf text = {0};
    str line;
    compare(p, record);
    json_write(record_reader_document(p->reader), &text);
    if (!p->rest.ptr || !str_split(&p->rest, '\n', &line) || !str_eq(line, buf_view(&text)))
        p->differences++;
    buf_deinit(&text);
}

static void compare_and_keep(struct pass *p, const struct record *record)
{
    compare(p, record);
    json_write(record_reader_document(p->reader), p->documents);
    buf_byte(p->documents, '\n');
}

struct totals {
    size_t files, events, compared, differences;
};

static void check_bytes(str bytes, const char *last_file, struct totals *totals)
{
    struct arena arena = arena_open((size_t)256 << 20);
    static const str tags[] = {S_INIT("preserve_duplicate_custom_fields"),
                               S_INIT("actor_target_mapping")};
    struct schema *schema = schema_new(&arena);
    schema_add_ecs(schema);
    sources_add_fields(schema);
    struct field_set set = {.arena = &arena,
                            .fields = NEW_ARRAY(&arena, const struct field *, MAX_FIELDS),
                            .leaf = NEW_ARRAY(&arena, bool, MAX_FIELDS)};
    schema_fields_to(&set, schema);
    /* No record of the collections is near this; a reader reserves memory by it. */
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    struct buf written = {0};
    struct pass pass = {
        .set = &set, .schema = schema, .file = last_file, .see = collect, .written = &written};

    pass.reader = record_reader_new(source_plan_new(NULL, 0, tags, 2, &arena), &options);
    run_pass(&pass, bytes, &arena);
    record_reader_free(pass.reader);

    const struct source_plan *plan = source_plan_new(set.fields, set.n, tags, 2, &arena);
    struct buf documents = {0};
    pass.see = compare_and_keep;
    pass.documents = &documents;
    pass.reader = record_reader_new(plan, &options);
    run_pass(&pass, bytes, &arena);
    record_reader_free(pass.reader);

    if (!str_eq(buf_view(&written), buf_view(&documents))) {
        pass.differences++;
        fprintf(stderr, "up to %s: a document is written in two ways\n", pass.file);
    }
    buf_deinit(&written);

    options.forced = source_find(S("ecs"));
    size_t made = pass.events;
    pass.see = compare_read_back;
    pass.rest = buf_view(&documents);
    pass.reader = record_reader_new(plan, &options);
    run_pass(&pass, buf_view(&documents), &arena);
    record_reader_free(pass.reader);
    pass.differences += pass.events != 2 * made;
    buf_deinit(&documents);

    totals->events += pass.events;
    totals->compared += pass.compared;
    totals->differences += pass.differences;
    arena_close(&arena);
}

/* Files are read together up to this size: making a plan for every field there is costs more than a file. */
enum { TOGETHER = 64 * 1024 };

static void check_file(str path, struct totals *totals, struct buf *waiting)
{
    struct arena arena = arena_open((size_t)64 << 20);
    struct error error = {0};
    str bytes;
    if (os_read_file(path, (size_t)32 << 20, &arena, &bytes, &error)) {
        totals->files++;
        buf_append(waiting, bytes);
        buf_byte(waiting, '\n');
        if (waiting->len > TOGETHER) {
            check_bytes(buf_view(waiting), arena_copy(&arena, path).ptr, totals);
            buf_clear(waiting);
        }
    }
    arena_close(&arena);
}

static void check_folder(str folder, struct totals *totals, struct buf *waiting, struct arena *a)
{
    struct error error = {0};
    str *names;
    size_t n;
    if (!os_list_folder(folder, a, &names, &n, &error))
        return;
    for (size_t i = 0; i < n; i++) {
        str path = arena_concat(a, folder, S("/"), names[i]);
        if (os_kind_of(path, &error) == OS_FOLDER)
            check_folder(path, totals, waiting, a);
        else if (!str_ends(path, S(".gz")) && str_find(path, S(".expected."), 0) == SIZE_MAX)
            check_file(path, totals, waiting);
    }
}

static void check(str folder)
{
    struct arena arena = arena_open((size_t)1 << 28);
    struct totals totals = {0};
    struct buf waiting = {0};
    check_folder(folder, &totals, &waiting, &arena);
    check_bytes(buf_view(&waiting), "the last files", &totals);
    buf_deinit(&waiting);
    print_message("%zu files, %zu events, %zu slots compared\n", totals.files, totals.events,
                  totals.compared);
    arena_close(&arena);
    assert_true(totals.events > 0);
    assert_int_equal(totals.differences, 0);
}

static void check_shared(const char *below)
{
    struct arena arena = arena_open((size_t)1 << 16);
    check(shared_folder(below, &arena));
    arena_close(&arena);
}

static void slots_equal_documents_for_conformance_records(void **state)
{
    (void)state;
    check_shared("conformance/ecs");
}

static void slots_equal_documents_for_traces(void **state)
{
    (void)state;
    check_shared("corpus/traces");
}

static void slots_equal_documents_for_golden_records(void **state)
{
    (void)state;
    check(S(POSTERN_SOURCE_DIR "/tests/golden/sources"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_equal_documents_for_golden_records),
        cmocka_unit_test(slots_equal_documents_for_conformance_records),
        cmocka_unit_test(slots_equal_documents_for_traces),
    };
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
