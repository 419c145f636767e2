/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner over random documents: what it captures, against a plain recursive reading of each path; and that the fast walk and the
 * validator agree on what is JSON. */
#include "json_scan_fixture.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

static void random_value(struct buf *out, uint64_t *seed, int depth)
{
    static const char *const scalars[] = {"1",    "-2.5e-7", "\"x\"", "\"a\\nb\"", "null",
                                          "true", "false",   "\"\"",  "{}",        "[]"};
    static const char *const keys[] = {"a",     "b",       "c", "a.b", "b.c",
                                       "a.b.c", "\\u0061", "d", "",    "a."};
    uint64_t kind = next_random(seed) % 4;
    if (depth == 0 || kind == 0) {
        buf_append(out, str_from(scalars[next_random(seed) % 10]));
        return;
    }
    bool object = kind != 1;
    uint64_t n = next_random(seed) % 5;
    buf_byte(out, object ? '{' : '[');
    for (uint64_t i = 0; i < n; i++) {
        if (i > 0)
            buf_append(out, next_random(seed) % 4 == 0 ? S(" ,\n ") : S(","));
        if (object)
            buf_printf(out, next_random(seed) % 4 == 0 ? "\"%s\"\t: " : "\"%s\":",
                       keys[next_random(seed) % 10]);
        random_value(out, seed, depth - 1);
    }
    buf_byte(out, object ? '}' : ']');
}

/* What the path `rest` leads to from a value, by reading the definition: the list of raws, one a line. */
static void read_path(const struct json *value, str rest, bool dotted, bool in_array,
                      struct buf *out)
{
    for (const struct json *child = value->child; child != NULL; child = child->next) {
        if (value->type == JSON_ARRAY) {
            read_path(child, rest, dotted, true, out);
            continue;
        }
        str key = child->key;
        bool whole = str_eq(key, rest);
        bool first =
            !whole && rest.len > key.len && str_starts(rest, key) && rest.ptr[key.len] == '.';
        if (!dotted && str_find_byte(key, '.', 0) != SIZE_MAX)
            continue;
        if (whole)
            buf_printf(out, "%.*s%s\n", STR_ARG(child->raw), in_array ? "*" : "");
        if (first)
            read_path(child, str_slice(rest, key.len + 1, rest.len), dotted, in_array, out);
    }
}

static void assert_reads(struct fixture *f, const struct json *root, bool dotted, str record)
{
    for (size_t i = 0; i < f->n_paths; i++) {
        struct buf expected = {0};
        struct buf got = {0};
        read_path(root, f->paths[i], dotted, false, &expected);
        for (const struct json_capture *c = f->captures[i]; c != NULL; c = c->next)
            buf_printf(&got, "%.*s%s\n", STR_ARG(c->raw), c->in_array ? "*" : "");
        if (!str_eq(buf_view(&got), buf_view(&expected)))
            fail_msg("%.*s\npath %.*s\ngot:\n%.*sexpected:\n%.*s", STR_ARG(record),
                     STR_ARG(f->paths[i]), STR_ARG(buf_view(&got)), STR_ARG(buf_view(&expected)));
        buf_deinit(&expected);
        buf_deinit(&got);
    }
}

static void assert_same_tree(const struct json *got, const struct json *expected)
{
    assert_int_equal(got->type, expected->type);
    assert_int_equal(got->count, expected->count);
    assert_int_equal(got->raw_count, expected->raw_count);
    assert_true(str_eq(got->raw, expected->raw));
    assert_true(str_eq(got->text, expected->text));
    struct buf text = {0};
    json_write(expected, &text); /* json_parse marks nothing, so this is written node by node */
    /* Strings with escapes are left out, although some would be written with the same. */
    bool same = str_eq(got->raw, buf_view(&text)) && str_find_byte(got->raw, '\\', 0) == SIZE_MAX;
    if (got->as_written != same)
        fail_msg("marked %d: '%.*s', written '%.*s'", got->as_written, STR_ARG(got->raw),
                 STR_ARG(buf_view(&text)));
    buf_deinit(&text);
    const struct json *x = got->child, *y = expected->child;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        assert_true(str_eq(x->key, y->key));
        assert_same_tree(x, y);
    }
    assert_true(x == NULL && y == NULL);
}

/* The tree from the index is the parser's, and tells which values may be copied. */
static bool assert_made_tree(struct fixture *f, const struct json *root, str record)
{
    const struct json *found[8] = {0};
    assert_true(f->n_paths <= 8);
    const struct json_tree_options options = {.trie = f->trie, .found = found};
    const struct json *made = json_scan_make_tree(f->scanner, record, &options, &f->a);
    if (made == NULL)
        return false;
    assert_same_tree(made, root);
    for (size_t i = 0; i < f->n_paths; i++) {
        const struct json_capture *c = f->captures[i];
        bool single = c != NULL && !c->in_array;
        assert_int_equal(single, found[i] != NULL);
        assert_true(!single || str_eq(found[i]->raw, c->raw));
    }
    return true;
}

static void trees_of_the_index_are_those_of_the_parser(void **state)
{
    struct fixture *f = with_paths(state, "a b.a a.b b.c c.d d.a", false);
    uint64_t seed = 99;
    size_t made = 0;
    struct buf text = {0};
    for (int i = 0; i < 20000; i++) {
        struct arena mark = f->a;
        buf_clear(&text);
        random_value(&text, &seed, 5);
        str record = buf_view(&text);
        struct json_error e;
        const struct json *root = json_parse(record, &f->a, &e);
        memset(f->captures, 0, sizeof f->captures);
        if (json_walk(f->scanner, record, f->trie, f->captures, &f->a) == WALK_DONE)
            made += assert_made_tree(f, root, record);
        else
            assert_null(
                json_scan_make_tree(f->scanner, record, &(struct json_tree_options){0}, &f->a));
        arena_rewind(&f->a, mark);
    }
    assert_true(made > 5000);
    buf_deinit(&text);
}

static void scan_and_tree_capture_what_the_paths_say(void **state)
{
    uint64_t seed = 0x9E3779B97F4A7C15u;
    size_t walked = 0;
    struct buf text = {0};
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        bool dotted = round == 1;
        f = with_paths(state, "a a.b b a.b.c c.a d.a", dotted);
        for (int i = 0; i < 20000; i++) {
            struct arena mark = f->a;
            buf_clear(&text);
            random_value(&text, &seed, 5);
            str record = buf_view(&text);
            struct json_error e;
            struct json *root = json_parse(record, &f->a, &e);
            assert_non_null(root);
            scan(f, record);
            assert_reads(f, root, dotted, record);
            json_scan_tree(root, f->trie, f->captures, &f->a);
            assert_reads(f, root, dotted, record);
            memset(f->captures, 0, sizeof f->captures);
            if (json_walk(f->scanner, record, f->trie, f->captures, &f->a) == WALK_DONE) {
                assert_reads(f, root, dotted, record);
                walked++;
            }
            arena_rewind(&f->a, mark);
        }
    }
    assert_true(walked > 10000); /* or this would test the tree alone */
    buf_deinit(&text);
}

/* Documents with a few bytes changed, mostly broken: the walk, with and without paths, and the validator agree. */
static void walk_and_validator_agree_on_broken_documents(void **state)
{
    static const char bytes[] = "{}[]:,\"\\ \n01-.eEtfnu\x0c\x1a\x80\xc3";
    struct fixture *f = with_paths(state, "a a.b b.c", true);
    uint64_t seed = 42;
    size_t good = 0;
    struct buf text = {0};
    for (int i = 0; i < 60000; i++) {
        struct arena mark = f->a;
        buf_clear(&text);
        random_value(&text, &seed, 4);
        for (uint64_t n = 1 + next_random(&seed) % 2; n > 0 && text.len > 0; n--)
            text.ptr[next_random(&seed) % text.len] = bytes[next_random(&seed) % sizeof bytes];
        str record = buf_view(&text);
        struct json_error e;
        bool valid = json_validate(record, &e);
        good += valid;
        enum walk_result plain = json_walk(f->scanner, record, NULL, NULL, &f->a);
        memset(f->captures, 0, sizeof f->captures);
        enum walk_result matching = json_walk(f->scanner, record, f->trie, f->captures, &f->a);
        if (plain == (valid ? WALK_REFUSED : WALK_DONE) ||
            matching == (valid ? WALK_REFUSED : WALK_DONE))
            fail_msg("disagree on '%.*s': validator %d, walks %d and %d", STR_ARG(record), valid,
                     plain, matching);
        arena_rewind(&f->a, mark);
    }
    assert_true(good > 1000 && good < 59000);
    buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCAN_TEST(scan_and_tree_capture_what_the_paths_say),
        SCAN_TEST(trees_of_the_index_are_those_of_the_parser),
        SCAN_TEST(walk_and_validator_agree_on_broken_documents),
    };
    return cmocka_run_group_tests_name("value/json_scan_random", tests, NULL, NULL);
}
