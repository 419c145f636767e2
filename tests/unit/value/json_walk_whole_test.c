/* SPDX-License-Identifier: Apache-2.0 */
/* The walk that makes values, against the general walk (what is JSON, what is captured) and the tree from the index (what values are). */
#include "json_scan_fixture.h"

#include <stdlib.h>

enum { CAPTURED = 3 };

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

/* Keys come mostly in one order, as in a log: so that guesses are right, wrong, and second ones. */
static void random_object(struct buf *out, uint64_t *seed, int depth)
{
    static const char *const keys[] = {"a", "b", "\\u0062x", "a key of 18 bytes.", "c", "d", "x"};
    static const char *const scalars[] = {"1",    "-2.5e-7", "\"x\"",    "\"a\\nb\"", "null",
                                          "true", "\"\"",    "\"none\"", "{}",        "[]"};
    const char *gap = next_random(seed) % 8 == 0 ? " \n" : "";
    size_t n = 0;
    buf_byte(out, '{');
    for (size_t i = 0; i < 7; i++) {
        if (next_random(seed) % 3 == 0)
            continue;
        size_t key = next_random(seed) % 16 == 0 ? next_random(seed) % 7 : i;
        buf_printf(out, "%s\"%s\"%s:%s", n++ ? "," : "", keys[key], gap, gap);
        uint64_t kind = next_random(seed) % 6;
        if (depth > 0 && kind < 2) {
            random_object(out, seed, depth - 1);
        } else if (depth > 0 && kind == 2) {
            buf_byte(out, '[');
            random_object(out, seed, depth - 1);
            buf_append(out, S(",1]"));
        } else {
            buf_append(out, str_from(scalars[next_random(seed) % 10]));
        }
        buf_append(out, str_from(gap));
    }
    buf_byte(out, '}');
}

static void assert_same_value(const struct json *got, const struct json *expected, str record)
{
    struct buf x = {0}, y = {0};
    json_write(got, &x);
    json_write(expected, &y);
    if (got->type != expected->type || got->as_written != expected->as_written ||
        !str_eq(got->text, expected->text) || !str_eq(got->raw, expected->raw) ||
        got->count != expected->count || got->raw_count != expected->raw_count ||
        !str_eq(buf_view(&x), buf_view(&y)))
        fail_msg("%.*s\ngot %.*s\nexpected %.*s", STR_ARG(record), STR_ARG(buf_view(&x)),
                 STR_ARG(buf_view(&y)));
    buf_deinit(&x);
    buf_deinit(&y);
}

static void assert_same_captures(struct fixture *f, struct json_capture *const *captures)
{
    for (size_t i = 0; i < CAPTURED; i++) {
        const struct json_capture *expected = f->captures[i];
        if (expected && expected->in_array)
            expected = NULL;
        assert_int_equal(captures[i] != NULL, expected != NULL);
        if (expected) {
            assert_true(str_eq(captures[i]->raw, expected->raw));
            assert_int_equal(captures[i]->type, expected->type);
            assert_null(captures[i]->next);
        }
    }
}

/* Scans a record in both ways. True: it was complete. */
static bool assert_same(struct fixture *f, const struct json_whole *what, str record)
{
    const struct json *found[MAX_PATHS] = {0}, *expected[MAX_PATHS] = {0};
    uint32_t filled[MAX_PATHS];
    struct json_values out = {.found = found, .filled = filled};
    struct json_capture *captures[MAX_PATHS];
    struct json_error e = {0}, other = {0};
    bool complete;
    bool valid = json_scan_whole(f->scanner, record, what, captures, &out, &complete, &f->a, &e);
    assert_int_equal(json_scan(f->scanner, record, f->trie, f->captures, &f->a, &other), valid);
    assert_int_equal(e.at, other.at);
    if (!valid || !complete)
        return false;
    assert_same_captures(f, captures);
    struct json_tree_options options = *what->options;
    options.trie = f->trie;
    options.found = expected;
    bool twice = json_scan_make_tree(f->scanner, record, &options, &f->a) == NULL;
    size_t n = 0;
    for (size_t i = 0; !twice && i < f->n_paths; i++) {
        uint32_t place = what->places[i];
        if (place == UINT32_MAX)
            continue;
        assert_int_equal(found[place] != NULL, expected[i] != NULL);
        if (expected[i])
            assert_same_value(found[place], expected[i], record);
        n += expected[i] && expected[i]->type != JSON_NULL;
    }
    assert_true(twice || n == out.n_filled);
    for (size_t i = 0; i < out.n_filled; i++)
        assert_true(found[filled[i]]->type != JSON_NULL);
    return true;
}

/* Places in another order than paths, one of them wanted as a capture only. */
static const uint32_t places[MAX_PATHS] = {4, UINT32_MAX, 0, 1, 2, 3, 6, 5};

static void random_records(struct fixture *f, bool prune, bool damaged, size_t least)
{
    static const str empty[] = {S_INIT("none")};
    const struct json_tree_options options = {.prune = prune, .pruned = empty, .n_pruned = 1};
    const struct json_whole what = {f->trie, CAPTURED, places, &options, NULL};
    struct buf text = {0};
    uint64_t seed = 11;
    size_t complete = 0;
    for (int i = 0; i < 5000; i++) {
        struct arena mark = f->a;
        buf_clear(&text);
        random_object(&text, &seed, 3);
        if (damaged)
            text.ptr[next_random(&seed) % text.len] =
                "{}[]:,\"\\ 0a\xff\x01"[next_random(&seed) % 13];
        char *exact = malloc(text.len); /* a byte read behind it is seen */
        memcpy(exact, text.ptr, text.len);
        complete += assert_same(f, &what, (str){exact, text.len});
        free(exact);
        arena_rewind(&f->a, mark);
    }
    buf_deinit(&text);
    assert_true(complete > least);
}

#define PATHS "a b a.b b.a c bx.d b.c.d x"

static void values_are_those_of_the_tree(void **state)
{
    random_records(with_paths(state, PATHS, false), false, false, 1500);
}

static void values_are_pruned_as_in_the_tree(void **state)
{
    random_records(with_paths(state, PATHS, false), true, false, 1500);
}

static void damaged_records_are_judged_as_by_the_general_walk(void **state)
{
    random_records(with_paths(state, PATHS, false), true, true, 300);
}

static void nesting_has_the_same_limit(void **state)
{
    struct fixture *f = with_paths(state, PATHS, false);
    const struct json_tree_options options = {0};
    const struct json_whole what = {f->trie, CAPTURED, places, &options, NULL};
    for (size_t depth = JSON_MAX_DEPTH - 3; depth <= JSON_MAX_DEPTH + 1; depth++) {
        struct buf text = {0};
        for (size_t i = 1; i < depth; i++)
            buf_append(&text, S("{\"b\":"));
        buf_append(&text, S("{}"));
        for (size_t i = 1; i < depth; i++)
            buf_byte(&text, '}');
        assert_int_equal(assert_same(f, &what, buf_view(&text)), depth <= JSON_MAX_DEPTH);
        buf_deinit(&text);
    }
}

static void keys_that_stand_twice_are_left_to_the_general_walk(void **state)
{
    struct fixture *f = with_paths(state, PATHS, false);
    const struct json_tree_options options = {0};
    const struct json_whole what = {f->trie, CAPTURED, places, &options, NULL};
    assert_false(assert_same(f, &what, S("{\"a\":1,\"a\":2}")));
    assert_false(assert_same(f, &what, S("{\"a\":1,\"\\u0061\":2}")));
    assert_false(assert_same(f, &what, S("{\"a\":{\"y\":1,\"y\":2}}")));
    assert_true(assert_same(f, &what, S("{\"y\":1,\"y\":2}"))); /* no path leads there */
    assert_true(assert_same(f, &what, S("{\"a\":1,\"b\":{\"a\":2}}")));
}

static void arrays_on_the_way_to_captures_are_left_to_the_general_walk(void **state)
{
    struct fixture *f = with_paths(state, PATHS, false); /* a, b and a.b are captured */
    const struct json_tree_options options = {0};
    const struct json_whole what = {f->trie, CAPTURED, places, &options,
                                    path_trie_inner(f->trie, CAPTURED, &f->a)};
    assert_false(assert_same(f, &what, S("{\"a\":[{\"b\":1}]}")));
    assert_non_null(f->captures[2]);
    assert_false(assert_same(f, &what, S("{\"b\":1,\"a\":[]}")));
    assert_true(assert_same(f, &what, S("{\"b\":[{\"a\":1}]}")));
    assert_true(assert_same(f, &what, S("{\"c\":[1],\"a\":{\"b\":[2]}}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_those_of_the_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_pruned_as_in_the_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_records_are_judged_as_by_the_general_walk, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nesting_has_the_same_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_that_stand_twice_are_left_to_the_general_walk, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(arrays_on_the_way_to_captures_are_left_to_the_general_walk,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
