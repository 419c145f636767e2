/* SPDX-License-Identifier: Apache-2.0 */
/* Known fields: names, aliases, open subtrees, suggestions, inference, schema files, and the catalogue against the list of ECS
 * 8.11 (types and names as in ECS's own reference). */
#include "ecs/schema.h"

#include <string.h>

#include "../base/arena_fixture.h"

static void add(struct schema *s, const char *name, enum field_type type)
{
    struct field f = {.name = str_from(name), .format.type = type};
    schema_add(s, &f);
}

static void check(struct schema *s, const char *name, const char *type)
{
    const struct field *f = schema_find(s, str_from(name));
    if (f == NULL) {
        fail_msg("'%s' is unknown", name);
        return;
    }
    assert_str(field_type_name(f->format.type), str_from(type));
}

static void names_and_the_objects_above_them(void **state)
{
    struct schema *s = schema_new(*state);
    add(s, "source.geo.name", FIELD_KEYWORD);
    add(s, "source.ip", FIELD_KEYWORD);
    add(s, "source.ip", FIELD_IP);
    check(s, "source.geo.name", "keyword");
    check(s, "source.ip", "ip");
    check(s, "source.geo", "object");
    check(s, "source", "object");
    assert_null(schema_find(s, S("sourc")));
    assert_null(schema_find(s, S("source.")));
    assert_null(schema_find(s, S("source.i")));
    assert_null(schema_find(s, S("Source.ip")));
    assert_null(schema_find(s, (str){0}));
    size_t n;
    const struct field *rows = schema_fields(s, &n);
    assert_int_equal(n, 2);
    assert_str(rows[1].name, S("source.ip"));
    assert_int_equal(rows[1].format.type, FIELD_IP);
}

static void aliases_give_their_target(void **state)
{
    struct schema *s = schema_new(*state);
    struct field alias = {.name = S("method"), .alias_of = S("event.action")};
    struct field lost = {.name = S("lost"), .alias_of = S("nowhere")};
    struct field ring = {.name = S("ring"), .alias_of = S("ring")};
    add(s, "event.action", FIELD_KEYWORD);
    schema_add(s, &alias);
    schema_add(s, &lost);
    schema_add(s, &ring);
    assert_ptr_equal(schema_find(s, S("method")), schema_find(s, S("event.action")));
    assert_null(schema_find(s, S("lost")));
    assert_null(schema_find(s, S("ring")));
}

static void open_subtrees_hold_every_path_below(void **state)
{
    struct schema *s = schema_new(*state);
    add(s, "g.request.*", FIELD_KEYWORD);
    add(s, "g.request.deep.*", FIELD_LONG);
    add(s, "g.request.size", FIELD_DOUBLE);
    check(s, "g.request.a.b/c d", "keyword");
    check(s, "g.request.deep.x", "long");
    check(s, "g.request.size", "double");
    check(s, "g.request", "object");
    check(s, "g", "object");
    assert_null(schema_find(s, S("g.requests.x")));
    assert_null(schema_find(s, S("g.request.")));
    const struct field *found = schema_find(s, S("g.request.a"));
    assert_str(found->name, S("g.request.a"));
    assert_true(found->format.open);
    assert_ptr_equal(found, schema_find(s, S("g.request.a")));
}

/* As of a name's rows, of equal subtrees the one added last counts: looked for row by row, and in the maps, which schema_fields makes. */
static void of_equal_open_subtrees_the_last_counts(void **state)
{
    struct schema *s = schema_new(*state);
    add(s, "g.*", FIELD_KEYWORD);
    add(s, "g.deep.*", FIELD_KEYWORD);
    add(s, "g.deep.*", FIELD_IP);
    add(s, "g.*", FIELD_LONG);
    check(s, "g.a", "long");
    check(s, "g.deep.a", "ip");
    size_t n;
    schema_fields(s, &n);
    assert_int_equal(n, 2);
    check(s, "g.b", "long");
    check(s, "g.deep.b", "ip");
}

/* A name of a million dots: only as much of it is looked at as the longest subtree is long. */
static void a_name_of_a_million_dots(void **state)
{
    struct schema *s = schema_new(*state);
    enum { N = 1000000 };
    char *dots = arena_push(*state, 1, N);
    memset(dots, '.', N);
    add(s, "labels.*", FIELD_KEYWORD);
    assert_null(schema_find(s, (str){dots, N}));
    memcpy(dots, "labels", 6);
    assert_non_null(schema_find(s, (str){dots, N}));
    str near[3];
    assert_int_equal(schema_suggest(s, (str){dots, N}, near, 3), 0);
}

static void the_catalogue(void **state)
{
    struct schema *s = schema_new(*state);
    schema_add_ecs(s);
    check(s, "@timestamp", "date");
    check(s, "event.action", "keyword");
    check(s, "source.ip", "ip");
    check(s, "source.port", "long");
    check(s, "event.risk_score", "double");
    check(s, "process.interactive", "boolean");
    check(s, "url.full", "keyword");
    check(s, "message", "keyword");
    check(s, "source.geo.location", "object");
    check(s, "labels.team", "keyword");
    check(s, "labels", "object");
    check(s, "dll.pe.imports.kernel32", "keyword");
    check(s, "dll.pe.imports", "keyword");
    assert_true(schema_find(s, S("dll.pe.imports"))->format.leaves);
    assert_false(schema_find(s, S("dll.pe.imports.kernel32"))->format.leaves);
    assert_true(schema_find(s, S("event.category"))->multi);
    assert_false(schema_find(s, S("event.action"))->multi);
    assert_str(schema_find(s, S("process.command_line.text"))->name, S("process.command_line"));
    assert_null(schema_find(s, S("source.nope")));
    assert_null(schema_find(s, S("user.nmae")));
}

static void check_suggestion(struct schema *s, const char *name, const char *first)
{
    str near[3];
    size_t n = schema_suggest(s, str_from(name), near, 3);
    if (n == 0) {
        fail_msg("nothing near '%s'", name);
    }
    assert_str(near[0], str_from(first));
}

static void suggestions(void **state)
{
    struct schema *s = schema_new(*state);
    schema_add_ecs(s);
    add(s, "aws.cloudtrail.user_identity.type", FIELD_KEYWORD);
    check_suggestion(s, "user.nmae", "user.name");
    check_suggestion(s, "event.acton", "event.action");
    check_suggestion(s, "Event.Action", "event.action");
    check_suggestion(s, "evnet.category", "event.category");
    check_suggestion(s, "aws.cloudtrail.userIdentity.type", "aws.cloudtrail.user_identity.type");
    check_suggestion(s, "user_identity.type", "aws.cloudtrail.user_identity.type");
    check_suggestion(s, "availability_zone", "cloud.availability_zone");
    str near[8];
    assert_int_equal(schema_suggest(s, S("zzzzzzzzzzzz"), near, 8), 0);
    assert_int_equal(schema_suggest(s, S(""), near, 8), 0);
    assert_int_equal(schema_suggest(s, S("user.nam"), near, 1), 1);
    assert_int_equal(schema_suggest(s, S("user.nam"), near, 0), 0);
}

static void infer(void **state, struct schema *s, const char *const *events, size_t n)
{
    struct json_error e;
    struct schema_inference *i = schema_infer_new(s, S("@timestamp"), *state);
    for (size_t k = 0; k < n; k++) {
        const struct json *event = json_parse(str_from(events[k]), *state, &e);
        assert_non_null(event);
        schema_infer_event(i, event);
    }
    schema_infer_done(i);
}

static void types_of_the_events(void **state)
{
    static const char *const events[] = {
        "{\"@timestamp\":1,\"n\":1,\"d\":1,\"b\":true,\"mix\":1,\"t\":\"5\",\"big\":1,\"list\":[{"
        "\"x\":1}]}",
        "{\"@timestamp\":\"2017\",\"n\":[2,[3]],\"d\":1.5,\"b\":null,\"mix\":true,"
        "\"big\":18446744073709551616,\"list\":[{\"x\":\"y\"},{\"z.w\":1}]}",
        "{\"nothing\":null,\"empty\":[],\"object\":{},\"given\":\"1\",\"late\":[],\"\":{\"q\":1}}",
        "{\"late\":{\"r\":1}}",
        "5",
    };
    struct schema *s = schema_new(*state);
    add(s, "given", FIELD_VERSION);
    infer(state, s, events, sizeof events / sizeof events[0]);
    check(s, "@timestamp", "date");
    check(s, "n", "long");
    check(s, "d", "double");
    check(s, "b", "boolean");
    check(s, "mix", "keyword");
    check(s, "t", "keyword");
    check(s, "big", "double");
    check(s, "list.x", "keyword");
    check(s, "list.z.w", "long");
    check(s, "list", "object");
    check(s, "nothing", "keyword");
    check(s, "empty", "keyword");
    check(s, "given", "version");
    check(s, "late", "object");
    check(s, ".q", "long");
    assert_null(schema_find(s, S("q")));
    assert_null(schema_find(s, S("object")));
}

static void hostile_paths_stay_unknown(void **state)
{
    struct buf out = BUF_INIT(0);
    for (int i = 0; i < 900; i++) {
        buf_append(&out, S("{\"abc\":"));
    }
    buf_append(&out, S("1"));
    for (int i = 0; i < 900; i++) {
        buf_append(&out, S("}"));
    }
    buf_byte(&out, '\0');
    const char *const events[] = {out.ptr};
    struct schema *s = schema_new(*state);
    infer(state, s, events, 1);
    size_t n;
    schema_fields(s, &n);
    assert_int_equal(n, 0); /* 3,599 bytes of path */
    buf_deinit(&out);
}

static bool read(void **state, struct schema *s, const char *json, struct diags *d)
{
    struct diag_source src = {.file = S("types.json"), .text = str_from(json)};
    *d = (struct diags){.arena = *state};
    return schema_read_json(s, &src, *state, d);
}

static void a_schema_file(void **state)
{
    struct schema *s = schema_new(*state);
    struct diags d;
    assert_true(
        read(state, s,
             "{\"when\":{\"type\":\"date\",\"format\":\"dd-MM-yyyy\"},"
             "\"word\":{\"type\":\"keyword\",\"null_value\":\"NULL\"},"
             "\"n\":{\"type\":\"integer\",\"null_value\":5},\"f\":{\"type\":\"flattened\"}}",
             &d));
    assert_int_equal(d.errors + d.warnings, 0);
    assert_str(schema_find(s, S("when"))->format.date_format, S("dd-MM-yyyy"));
    assert_str(schema_find(s, S("word"))->format.null_value, S("NULL"));
    assert_str(schema_find(s, S("n"))->format.null_value, S("5"));
    assert_null(schema_find(s, S("when"))->format.null_value.ptr);
    check(s, "n", "long");
    check(s, "f.any.path", "keyword");
}

/* One error, whose span covers `at` of the text. */
static void check_refused(void **state, const char *json, const char *at)
{
    struct diags d;
    if (read(state, schema_new(*state), json, &d)) {
        fail_msg("%s was taken", json);
    }
    assert_int_equal(d.errors, 1);
    assert_str(str_slice(str_from(json), d.first->at.at, d.first->at.end), str_from(at));
    assert_str(diag_id_text(d.first->id), S("bad-schema"));
}

static void schema_files_with_mistakes(void **state)
{
    check_refused(state, "", "");
    check_refused(state, "[]", "[]");
    check_refused(state, "{\"a\":1}", "1");
    check_refused(state, "{\"a\":{}}", "{}");
    check_refused(state, "{\"a\":{\"type\":\"keywrod\"}}", "\"keywrod\"");
    check_refused(state, "{\"a\":{\"type\":5}}", "5");
    check_refused(state, "{\"a\":{\"type\":\"date\",\"format\":\"hello\"}}", "\"hello\"");
    check_refused(state, "{\"a\":{\"type\":\"ip\",\"null_value\":\"x\"}}", "\"x\"");
    check_refused(state, "{\"a\":{\"type\":\"long\",\"null_value\":[1]}}", "[1]");
    struct diags d;
    assert_true(read(state, schema_new(*state), "{\"a\":{\"type\":\"long\",\"ignore\":1}}", &d));
    assert_int_equal(d.warnings, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_the_objects_above_them),
        cmocka_unit_test(aliases_give_their_target),
        cmocka_unit_test(open_subtrees_hold_every_path_below),
        cmocka_unit_test(of_equal_open_subtrees_the_last_counts),
        cmocka_unit_test(a_name_of_a_million_dots),
        cmocka_unit_test(the_catalogue),
        cmocka_unit_test(suggestions),
        cmocka_unit_test(types_of_the_events),
        cmocka_unit_test(hostile_paths_stay_unknown),
        cmocka_unit_test(a_schema_file),
        cmocka_unit_test(schema_files_with_mistakes),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
