/* SPDX-License-Identifier: Apache-2.0 */
/* Objects joined: what is there stays, what lacks is added, objects on both sides are joined, and the values given are not touched. */
#include "../base/assert_str.h"

#include "sources/row.h"

static struct json *parse(const char *text, struct arena *a)
{
    struct json_error e;
    struct json *node = json_parse(str_from(text), a, &e);
    assert_non_null(node);
    return node;
}

static void check_text(const struct json *node, const char *expected)
{
    struct buf out = {0};
    json_write(node, &out);
    assert_str(buf_view(&out), str_from(expected));
    buf_deinit(&out);
}

static void check(const char *object, const char *value, const char *expected)
{
    struct arena a = arena_open((size_t)1 << 24);
    struct json *there = parse(object, &a), *joined = json_shallow(there, &a);
    const struct json *given = parse(value, &a);
    json_join(joined, given, &a);
    check_text(joined, expected);
    check_text(there, object);
    check_text(given, value);
    arena_close(&a);
}

static void members_are_joined(void **state)
{
    (void)state;
    check("{}", "{\"a\":1}", "{\"a\":1}");
    check("{\"a\":1}", "{}", "{\"a\":1}");
    check("{\"a\":1}", "{\"b\":2,\"a\":3}", "{\"a\":1,\"b\":2}");
    /* Only two objects are joined. */
    check("{\"a\":[1]}", "{\"a\":[2]}", "{\"a\":[1]}");
    check("{\"a\":1}", "{\"a\":{\"b\":2}}", "{\"a\":1}");
    check("{\"a\":{\"b\":2}}", "{\"a\":null}", "{\"a\":{\"b\":2}}");
}

static void objects_in_them_are_joined(void **state)
{
    (void)state;
    check("{\"a\":{\"b\":1}}", "{\"a\":{\"c\":2,\"b\":3}}", "{\"a\":{\"b\":1,\"c\":2}}");
    check("{\"x\":0,\"a\":{\"b\":{\"c\":1},\"d\":2}}",
          "{\"a\":{\"b\":{\"e\":3},\"f\":{\"g\":4}},\"y\":5}",
          "{\"x\":0,\"a\":{\"b\":{\"c\":1,\"e\":3},\"d\":2,\"f\":{\"g\":4}},\"y\":5}");
}

/* More members than are compared one by one: m0 to m59 are there, all even ones of m0 to m119 are given. */
static void many_members_are_joined(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 24);
    struct json *object = json_new(&a, JSON_OBJECT), *value = json_new(&a, JSON_OBJECT);
    for (int i = 0; i < 120; i++) {
        str key = arena_printf(&a, "m%d", i);
        if (i < 60) {
            json_add(object, key, parse("{\"old\":1}", &a));
        }
        if (i % 2 == 0) {
            json_add(value, key, parse("{\"new\":2}", &a));
        }
    }
    json_join(object, value, &a);
    assert_int_equal(object->count, 90);
    for (int i = 0; i < 120; i++) {
        const struct json *m = json_get(object, arena_printf(&a, "m%d", i));
        assert_int_equal(m != NULL, i < 60 || i % 2 == 0);
        if (m) {
            assert_int_equal(json_get(m, S("old")) != NULL, i < 60);
            assert_int_equal(json_get(m, S("new")) != NULL, i % 2 == 0);
        }
    }
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_joined),
        cmocka_unit_test(objects_in_them_are_joined),
        cmocka_unit_test(many_members_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
