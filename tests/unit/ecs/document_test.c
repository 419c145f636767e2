/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a path in a document: the spellings are those that EQL gives one meaning (dotted keys, objects, arrays of objects). */
#include "ecs/event.h"

#include "../base/arena_fixture.h"

/* The values, each followed by a blank. */
static void check(void **state, const char *json, const char *path, struct field_format format,
                  const char *expected)
{
    struct json_error e;
    struct buf out = BUF_INIT(0);
    const struct json *root = json_parse(str_from(json), *state, &e);
    assert_non_null(root);
    struct values values = document_values(root, str_from(path), &format, *state);
    for (size_t i = 0; i < values.n; i++) {
        buf_append(&out, value_text(&values.v[i], *state));
        buf_byte(&out, ' ');
    }
    assert_str(buf_view(&out), str_from(expected));
    buf_deinit(&out);
}

static const struct field_format number = {.type = FIELD_LONG};
static const struct field_format keyword = {.type = FIELD_KEYWORD};
static const struct field_format inside = {.type = FIELD_KEYWORD, .open = true};

static void every_spelling_of_a_path(void **state)
{
    check(state, "{\"a\":{\"b\":1}}", "a.b", number, "1 ");
    check(state, "{\"a.b\":1}", "a.b", number, "1 ");
    check(state, "{\"a\":[{\"b\":1}]}", "a.b", number, "1 ");
    check(state, "{\"a\":[{\"b\":1,\"c\":2},{\"b\":2,\"c\":1}]}", "a.c", number, "2 1 ");
    check(state, "{\"a.b\":1,\"a\":{\"b\":2},\"a.b.c\":3}", "a.b", number, "1 2 ");
    check(state, "{\"a\":{\"b.c\":1,\"b\":{\"c\":2}},\"a.b\":{\"c\":3}}", "a.b.c", number,
          "1 2 3 ");
    check(state, "{\"x\":{\"authorization.k8s.io/decision\":\"allow\"}}",
          "x.authorization.k8s.io/decision", keyword, "allow ");
}

static void what_is_not_the_path(void **state)
{
    check(state, "{\"a\":{\"bc\":1},\"ab\":{\"b\":2},\"b\":3}", "a.b", number, "");
    check(state, "{\"a\":1}", "a.b", number, "");
    check(state, "{\"a\":{\"b\":{}}}", "a.b", keyword, "");
    check(state, "{\"a\":1}", "", number, "");
    check(state, "{\"\":{\"a\":1}}", "a", number, "");
    check(state, "{\"\":{\"a\":1}}", ".a", number, "1 ");
    check(state, "[{\"a\":1}]", "a", number, "");
    check(state, "5", "a", number, "");
    assert_int_equal(document_values(NULL, S("a"), &number, *state).n, 0);
}

static void arrays_are_flattened_and_nulls_left_out(void **state)
{
    check(state, "{\"a\":[1,[2,[null,3]],[],\"x\",{\"b\":4}]}", "a", number, "1 2 3 ");
    check(state, "{\"a\":null}", "a", number, "");
    check(state, "{\"a\":[null]}", "a", number, "");
    struct field_format with_null = {.type = FIELD_KEYWORD, .null_value = S("NULL")};
    check(state, "{\"a\":[null,\"x\"]}", "a", with_null, "NULL x ");
    check(state, "{}", "a", with_null, "");
}

static void open_subtrees_lead_into_strings(void **state)
{
    static const char text[] = "{\"p\":{\"body\":\" {\\\"q\\\":{\\\"r\\\":[1,\\\"s\\\"]}}\"}}";
    check(state, text, "p.body.q.r", inside, "1 s ");
    check(state, text, "p.body.q.r", keyword, "");
    check(state, text, "p.body", inside, " {\"q\":{\"r\":[1,\"s\"]}} ");
    check(state, "{\"p\":\"{\\\"q\\\":\"}", "p.q", inside, "");
    check(state, "{\"p\":\"[{\\\"q\\\":1}]\"}", "p.q", inside, "");
    check(state, "{\"p\":[\"{\\\"q\\\":1}\",{\"q\":2}]}", "p.q", inside, "1 2 ");
}

static void a_flattened_field_has_all_leaves(void **state)
{
    struct field_format leaves = {.type = FIELD_KEYWORD, .leaves = true};
    check(state, "{\"f\":{\"a\":1,\"b\":[{\"c\":true},\"x\"],\"d\":null}}", "f", leaves,
          "1 true x ");
}

/* {"a":"{\"a\":\"{…1…}\"}"}: four strings are entered, the fifth is text. */
static str nested_strings(int depth, struct arena *a)
{
    str text = S("{\"a\":1}");
    for (int i = 0; i < depth; i++) {
        struct buf out = BUF_INIT(0);
        buf_append(&out, S("{\"a\":"));
        json_write_string(text, &out);
        buf_append(&out, S("}"));
        text = arena_copy(a, buf_view(&out));
        buf_deinit(&out);
    }
    return text;
}

static void strings_in_strings_end(void **state)
{
    check(state, nested_strings(4, *state).ptr, "a.a.a.a.a", inside, "1 ");
    check(state, nested_strings(5, *state).ptr, "a.a.a.a.a.a", inside, "");
}

static str repeat(const char *open, const char *middle, const char *shut, size_t n, struct arena *a)
{
    struct buf out = BUF_INIT(0);
    for (size_t i = 0; i < n; i++) {
        buf_append(&out, str_from(open));
    }
    buf_append(&out, str_from(middle));
    for (size_t i = 0; i < n; i++) {
        buf_append(&out, str_from(shut));
    }
    str text = arena_copy(a, buf_view(&out));
    buf_deinit(&out);
    return text;
}

static void the_deepest_document(void **state)
{
    str json = repeat("{\"a\":", "1", "}", JSON_MAX_DEPTH, *state);
    str path = repeat("a.", "a", "", JSON_MAX_DEPTH - 1, *state);
    check(state, json.ptr, path.ptr, number, "1 ");
    str lists = repeat("[", "1", "]", JSON_MAX_DEPTH - 1, *state);
    check(state, arena_concat(*state, S("{\"a\":"), lists, S("}")).ptr, "a", number, "1 ");
}

/* Each of many members shares a long prefix with the path: one pass, some 50 ms; a quadratic walk would take minutes. */
static void many_members_are_one_pass(void **state)
{
    str json = repeat("", "{\"a\":[{\"b\":0}", "", 1, *state);
    str more = repeat(",{\"b\":1,\"a\":{\"b\":2}}", "]}", "", 200000, *state);
    struct json_error e;
    const struct json *root = json_parse(arena_concat(*state, json, more, S("")), *state, &e);
    assert_non_null(root);
    assert_int_equal(document_values(root, S("a.b"), &number, *state).n, 200001);
    assert_int_equal(document_values(root, S("a.a.b"), &number, *state).n, 200000);
}

static void events_compute_a_slot_once(void **state)
{
    struct json_error e;
    struct field a = {.name = S("a"), .format.type = FIELD_LONG};
    struct field b = {.name = S("b.c"), .format.type = FIELD_KEYWORD};
    const struct field *fields[70] = {0};
    fields[0] = &a;
    fields[69] = &b;
    struct document_event d;
    document_event_init(&d, fields, 70, *state);
    document_event_set(&d, json_parse(S("{\"a\":5,\"b\":{\"c\":\"x\"}}"), *state, &e), *state);
    assert_true(event_values(&d.event, 0).v[0].number == 5);
    assert_str(event_values(&d.event, 69).v[0].text, S("x"));
    assert_ptr_equal(event_values(&d.event, 69).v, event_values(&d.event, 69).v);
    assert_int_equal(event_values(&d.event, 1).n, 0); /* an unknown optional field */
    document_event_set(&d, json_parse(S("{\"a\":[6,7]}"), *state, &e), *state);
    assert_int_equal(event_values(&d.event, 0).n, 2);
    assert_int_equal(event_values(&d.event, 69).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_path),
        cmocka_unit_test(what_is_not_the_path),
        cmocka_unit_test(arrays_are_flattened_and_nulls_left_out),
        cmocka_unit_test(open_subtrees_lead_into_strings),
        cmocka_unit_test(a_flattened_field_has_all_leaves),
        cmocka_unit_test(strings_in_strings_end),
        cmocka_unit_test(the_deepest_document),
        cmocka_unit_test(many_members_are_one_pass),
        cmocka_unit_test(events_compute_a_slot_once),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
