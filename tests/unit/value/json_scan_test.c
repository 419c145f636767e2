/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner: what it captures, against cases written by hand. */
#include "json_scan_fixture.h"

#include <sys/mman.h>
#include <unistd.h>

/* "path=raw,raw* …" of all captures; * marks in_array. */
static str shown(struct fixture *f)
{
    struct buf out = {0};
    for (size_t i = 0; i < f->n_paths; i++) {
        if (f->captures[i] == NULL)
            continue;
        buf_printf(&out, "%s%.*s=", out.len > 0 ? " " : "", STR_ARG(f->paths[i]));
        for (const struct json_capture *c = f->captures[i]; c != NULL; c = c->next)
            buf_printf(&out, "%.*s%s%s", STR_ARG(c->raw), c->in_array ? "*" : "",
                       c->next != NULL ? "|" : "");
    }
    str text = arena_copy(&f->a, buf_view(&out));
    buf_deinit(&out);
    return text;
}

/* The walk, the scan and the tree all capture `expected`. */
static void assert_captures(struct fixture *f, const char *record, const char *expected)
{
    str text = str_from(record);
    memset(f->captures, 0, sizeof f->captures);
    assert_int_equal(json_walk(f->scanner, text, f->trie, f->captures, &f->a), WALK_DONE);
    assert_string_equal(shown(f).ptr, expected);
    scan(f, text);
    assert_string_equal(shown(f).ptr, expected);
    struct json_error e;
    json_scan_tree(json_parse(text, &f->a, &e), f->trie, f->captures, &f->a);
    assert_string_equal(shown(f).ptr, expected);
}

static void refuse(struct fixture *f, str record)
{
    struct json_error e = {0};
    f->captures[0] = (struct json_capture *)f->captures;
    if (json_scan(f->scanner, record, f->trie, f->captures, &f->a, &e))
        fail_msg("accepted '%.*s'", STR_ARG(record));
    assert_non_null(e.reason);
    for (size_t i = 0; i < f->n_paths; i++)
        assert_null(f->captures[i]);
    assert_false(json_scan(f->scanner, record, NULL, NULL, &f->a, &e));
}

static void values_of_every_type_are_captured(void **state)
{
    struct fixture *f = with_paths(state, "a b c d e f", false);
    assert_captures(f,
                    "{\"a\":\"x\\\"y\" ,\"b\": -1.5e3 , \"c\":true\n,\"d\":null,\"e\":[1, "
                    "2],\"f\":{ \"g\" : 1 },\"z\":0}",
                    "a=\"x\\\"y\" b=-1.5e3 c=true d=null e=[1, 2] f={ \"g\" : 1 }");
    static const enum json_type types[] = {JSON_STRING, JSON_NUMBER, JSON_BOOL,
                                           JSON_NULL,   JSON_ARRAY,  JSON_OBJECT};
    scan(f, S("{\"a\":\"\",\"b\":0,\"c\":false,\"d\":null,\"e\":[],\"f\":{}}"));
    for (size_t i = 0; i < f->n_paths; i++) {
        assert_int_equal(f->captures[i]->type, types[i]);
        assert_int_equal(json_capture_node(f->captures[i], &f->a)->type, types[i]);
        assert_null(f->captures[i]->node);
    }
}

static void the_same_path_has_one_number_and_a_path_may_lead_through_another(void **state)
{
    struct fixture *f = *state;
    struct path_trie *t = path_trie_new(&f->a, false);
    assert_int_equal(path_trie_add_dotted(t, S("a.b")), 0);
    assert_int_equal(path_trie_add_dotted(t, S("a")), 1);
    assert_int_equal(path_trie_add(t, (str[]){S("a"), S("b")}, 2), 0);
    assert_int_equal(path_trie_add(t, (str[]){S("a.b")}, 1), 2);
    assert_int_equal(path_trie_add(t, NULL, 0), 3);
    assert_int_equal(path_trie_count(t), 4);
    path_trie_freeze(t);
    f->trie = t;
    f->n_paths = 4;
    for (size_t i = 0; i < 4; i++)
        f->paths[i] = arena_printf(&f->a, "%zu", i);
    assert_captures(f, "{\"a\":{\"b\":1},\"a.b\":2}",
                    "0=1 1={\"b\":1} 2=2 3={\"a\":{\"b\":1},\"a.b\":2}");
}

static void a_container_and_what_is_inside_it_are_captured_at_once(void **state)
{
    struct fixture *f = with_paths(state, "a a.b a.b.c", false);
    assert_captures(f, "{\"a\":{\"b\":{\"c\":[1]},\"x\":[{}]}}",
                    "a={\"b\":{\"c\":[1]},\"x\":[{}]} a.b={\"c\":[1]} a.b.c=[1]");
    assert_captures(
        f, "{\"a\":[{\"b\":1},{\"b\":[{\"c\":2},{\"c\":3}]}]}",
        "a=[{\"b\":1},{\"b\":[{\"c\":2},{\"c\":3}]}] a.b=1*|[{\"c\":2},{\"c\":3}]* a.b.c=2*|3*");
    assert_captures(f, "{\"a\":5}", "a=5");
}

static void arrays_of_objects_are_flattened_in_document_order(void **state)
{
    struct fixture *f = with_paths(state, "a.b", false);
    assert_captures(
        f, "{\"a\":[{\"b\":1},[{\"b\":2},[[{\"b\":[3]}]]],7,\"b\",{\"c\":{\"b\":9}},{\"b\":{}}]}",
        "a.b=1*|2*|[3]*|{}*");
    assert_captures(f, "[{\"a\":{\"b\":1}},{\"a\":{\"b\":2}}]", "a.b=1*|2*");
    assert_captures(f, "{\"a\":[]}", "");
    assert_captures(f, "{\"b\":{\"a\":{\"b\":1}},\"x\":[{\"a\":{\"b\":1}}]}", "");
}

static void more_captures_than_one_block_keep_their_order(void **state)
{
    struct fixture *f = with_paths(state, "a.b", false);
    struct buf text = {0};
    buf_append(&text, S("{\"a\":["));
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "%s{\"b\":%d}", i > 0 ? "," : "", i);
    buf_append(&text, S("]}"));
    scan(f, buf_view(&text));
    int n = 0;
    for (struct json_capture *c = f->captures[0]; c != NULL; c = c->next) {
        assert_true(str_eq(c->raw, arena_printf(&f->a, "%d", n)));
        n++;
    }
    assert_int_equal(n, 100);
    buf_deinit(&text);
}

static void keys_with_escapes_are_decoded_first(void **state)
{
    struct fixture *f = with_paths(state, "ab a\"b \xC3\xA9", false);
    assert_captures(f, "{\"\\u0061b\":1,\"a\\\"b\":2,\"\\u00e9\":3,\"a\\\\b\":4}",
                    "ab=1 a\"b=2 \xC3\xA9=3");
}

static void keys_of_any_length_are_told_apart(void **state)
{
    struct fixture *f = with_paths(state, "", false); /* one path, the empty key */
    assert_captures(f, "{\"\":1,\"a\":2}", "=1");
    char longest[101] = {0};
    memset(longest, 'k', 100);
    f = with_paths(state, longest, false);
    str record = arena_printf(&f->a, "{\"%.99s\":1,\"%s\":2,\"%sk\":3}", longest, longest, longest);
    scan(f, record);
    assert_true(str_eq(f->captures[0]->raw, S("2")));
    assert_null(f->captures[0]->next);
}

static void a_dotted_key_and_nested_keys_are_one_path(void **state)
{
    struct fixture *f = with_paths(state, "a.b.c a", true);
    assert_captures(f, "{\"a.b.c\":1}", "a.b.c=1");
    assert_captures(f, "{\"a\":{\"b.c\":1}}", "a.b.c=1 a={\"b.c\":1}");
    assert_captures(f, "{\"a.b\":{\"c\":1}}", "a.b.c=1");
    assert_captures(f, "{\"a.b\":[{\"c\":1}],\"a\":{\"b\":{\"c\":2},\"b.c\":3},\"a.b.c\":4}",
                    "a.b.c=1*|2|3|4 a={\"b\":{\"c\":2},\"b.c\":3}");
    assert_captures(f, "{\"a..b.c\":1,\"a.b.c.\":2,\".a.b.c\":3,\"a.b\":4}", "");
    f = with_paths(state, "a.b.c a", false);
    assert_captures(f, "{\"a.b.c\":1,\"a\":{\"b.c\":2}}", "a={\"b.c\":2}");
}

static void the_last_of_equal_keys_counts(void **state)
{
    struct fixture *f = with_paths(state, "a a.b", false);
    scan(f, S("{\"a\":{\"b\":1},\"a\":{\"b\":2}}"));
    assert_string_equal(shown(f).ptr, "a={\"b\":2} a.b=2");
    assert_non_null(f->captures[0]->node);
    assert_ptr_equal(json_capture_node(f->captures[0], &f->a), f->captures[0]->node);
    scan(f, S("{\"a\":[{\"b\":1,\"b\":2},{\"b\":3}]}"));
    assert_string_equal(shown(f).ptr, "a=[{\"b\":1,\"b\":2},{\"b\":3}] a.b=2*|3*");
    scan(f, S("{\"a\":{\"b\":1},\"\\u0061\":5}"));
    assert_string_equal(shown(f).ptr, "a=5");
    refuse(f, S("{\"a\":1,\"a\":2,}"));
}

static void equal_keys_that_no_path_names_stay_on_the_fast_walk(void **state)
{
    assert_captures(with_paths(state, "a.b", false),
                    "{\"x\":1,\"x\":2,\"a\":{\"c\":1,\"c\":1,\"b\":3}}", "a.b=3");
}

static void equal_dotted_keys_are_seen_through_what_stands_between(void **state)
{
    struct fixture *f = with_paths(state, "a.b.c", true);
    scan(f, S("{\"a.b.c\":1,\"a\":{\"b.c\":2},\"a.b\":{\"c\":3},\"a.b.c\":4}"));
    assert_string_equal(shown(f).ptr, "a.b.c=4|2|3");
}

static void equal_keys_in_two_records_are_not_duplicates(void **state)
{
    struct fixture *f = with_paths(state, "a", false);
    assert_captures(f, "{\"a\":1}", "a=1");
    assert_captures(f, "{\"a\":2}", "a=2");
    assert_captures(with_paths(state, "x a y", true), "{\"a\":2}", "a=2");
}

static void scalars_are_records_too(void **state)
{
    struct fixture *f = with_paths(state, "a", false);
    static const char *const good[] = {"1", " \"a\" ", "true", "null", "-0.5e1", "\"\\ud800\""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        scan(f, str_from(good[i]));
}

static void what_hides_between_structural_characters_is_found(void **state)
{
    struct fixture *f = with_paths(state, "a", false);
    static const char *const bad[] = {"[\"a\"b]",
                                      "[truex]",
                                      "[1 2]",
                                      "[\"a\" \"b\"]",
                                      "[true\"a\"]",
                                      "[1\"a\"]",
                                      "[\"a\"1]",
                                      "[1\x0c]",
                                      "[\x0c"
                                      "1]",
                                      "[1\x1a"
                                      "2]",
                                      "[1\\n]",
                                      "[\\\"a\"]",
                                      "[\"a\"\\]",
                                      "{\"a\"\\:1}",
                                      "{\"a\"x:1}",
                                      "{x\"a\":1}",
                                      "[1,2}",
                                      "{\"a\":1]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{:1}",
                                      "{,}",
                                      "[,]",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "[1]]",
                                      "[1],",
                                      "{}{}",
                                      "[",
                                      "{",
                                      "]",
                                      "}",
                                      ",",
                                      ":",
                                      "[[]",
                                      "{\"a\":{}",
                                      "[1:2]",
                                      "{\"a\",1}",
                                      "{\"a\":1:2}",
                                      "{\"a\":\"b\":1}",
                                      "{1:1}",
                                      "{[]:1}",
                                      "[{]}",
                                      "[tru]",
                                      "[t]",
                                      "[nul]",
                                      "[fals]",
                                      "[-]",
                                      "[01]",
                                      "[1.]",
                                      "[1e]",
                                      "[.1]",
                                      "[+1]",
                                      "[--1]",
                                      "[1.2.3]",
                                      "[0x1]",
                                      "[\"\\x\"]",
                                      "[\"\\u12\"]",
                                      "[\"\\u123g\"]",
                                      "{\"\\q\":1}",
                                      "{\"a\":1 \"b\":2}",
                                      "{\"a\":\"b\"c}",
                                      "{\"x\":tru}",
                                      "{\"a\":nulll}",
                                      "{\"a\":01}",
                                      "[\"\t\"]",
                                      "[\"\x01\"]",
                                      "[\"\x80\"]",
                                      "[\xC3\xA9]",
                                      "[]\x80",
                                      "[1]x",
                                      "[\"a",
                                      "{\"a",
                                      "[\"a\\\"]",
                                      "\xEF\xBB\xBF[]",
                                      "",
                                      " ",
                                      "[1,,2]",
                                      "{\"a\":1,,\"b\":2}",
                                      "[}",
                                      "{]",
                                      "[{}",
                                      "[[}]",
                                      "{\"a\":[}]",
                                      "[[]0]",
                                      "[{}\"a\"]",
                                      "{\"a\":{}\"b\":1}",
                                      "{\"x\":[[]1]}",
                                      "[nan]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(f, str_from(bad[i]));
    refuse(f, S("[\"a\0b\"]"));
    refuse(f, S("[1\0]"));
    refuse(f, S("[1]\0"));
    scan(f, S("{\"a\":\"\\u0000\\ud800\"}"));
}

static str repeat(struct arena *a, str piece, size_t n)
{
    char *bytes = arena_push_raw(a, piece.len, n);
    for (size_t i = 0; i < n; i++)
        memcpy(bytes + i * piece.len, piece.ptr, piece.len);
    return (str){bytes, n * piece.len};
}

static void nesting_ends_at_the_limit_on_every_way(void **state)
{
    struct fixture *f = with_paths(state, "a.b", false);
    struct arena *a = &f->a;
    static const struct {
        str before, open, close, after;
        size_t around;
    } rows[] = {
        {S_INIT(""), S_INIT("["), S_INIT("]"), S_INIT(""), 0},
        {S_INIT("{\"a\":"), S_INIT("["), S_INIT("]"), S_INIT("}"), 1},
        {S_INIT("{\"x\":"), S_INIT("["), S_INIT("]"), S_INIT("}"), 1},
        {S_INIT("{\"x\":"), S_INIT("{\"a\":[1,"), S_INIT("]}"), S_INIT("}"), 2},
        {S_INIT("{\"a\":{\"b\":"), S_INIT("["), S_INIT("]"), S_INIT("}}"), 2},
        {S_INIT("[{\"a\":["), S_INIT("["), S_INIT("]"), S_INIT("]}]"), 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t each = rows[i].open.len > 1 ? 2 : 1;
        size_t n = (JSON_MAX_DEPTH - rows[i].around) / each;
        str inside = each == 2 ? S("[]") : S("");
        for (size_t more = 0; more < 2; more++) {
            str opens = arena_concat(a, rows[i].before, repeat(a, rows[i].open, n + more), inside);
            str text = arena_concat(a, opens, repeat(a, rows[i].close, n + more), rows[i].after);
            struct json_error e = {0};
            bool ok = json_scan(f->scanner, text, f->trie, f->captures, a, &e);
            assert_int_equal(ok, json_validate(text, &e));
            assert_int_equal(ok, more == 0);
            assert_int_equal(json_walk(f->scanner, text, NULL, NULL, a),
                             ok ? WALK_DONE : WALK_REFUSED);
        }
    }
    refuse(f, repeat(a, S("["), 100000));
    refuse(f, repeat(a, S("{\"a\":"), 100000));
    refuse(f, repeat(a, S("[{\"a\":"), 100000));
}

static void a_record_larger_than_announced_is_scanned_and_memory_can_be_given_back(void **state)
{
    struct fixture *f = with_paths(state, "a", false);
    str big =
        arena_concat(&f->a, S("{\"x\":\""), repeat(&f->a, S("y"), 10000000), S("\",\"a\":1}"));
    for (int i = 0; i < 2; i++) {
        scan(f, big);
        assert_true(str_eq(f->captures[0]->raw, S("1")));
        json_scanner_trim(f->scanner);
    }
    struct json_scanner *none = json_scanner_new(0);
    assert_int_equal(json_walk(none, big, NULL, NULL, &f->a), WALK_DONE);
    json_scanner_free(none);
}

/* The record ends where readable memory ends. */
static void nothing_behind_the_record_is_read(void **state)
{
    struct fixture *f = with_paths(state, "a.b", false);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(map, MAP_FAILED);
    assert_int_equal(mprotect(map + page, page, PROT_NONE), 0);
    str whole = S("{\"a\":{\"b\":\"\\u00e9 and more text, so that there are several "
                  "blocks\",\"c\":[true,false,null,-1.25e-3]},"
                  "\"x\":{\"y\":[1,{\"z\":\"long enough for the last block to begin "
                  "anywhere\"}]},\"a.b\":12345678901234567890}");
    for (size_t len = 1; len <= whole.len; len++) {
        char *at = map + page - len;
        struct json_error e;
        memcpy(at, whole.ptr, len);
        assert_int_equal(json_scan(f->scanner, (str){at, len}, f->trie, f->captures, &f->a, &e),
                         len == whole.len);
        memcpy(at, whole.ptr + whole.len - len, len);
        json_scan(f->scanner, (str){at, len}, f->trie, f->captures, &f->a, &e);
    }
    munmap(map, 2 * page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCAN_TEST(values_of_every_type_are_captured),
        SCAN_TEST(the_same_path_has_one_number_and_a_path_may_lead_through_another),
        SCAN_TEST(a_container_and_what_is_inside_it_are_captured_at_once),
        SCAN_TEST(arrays_of_objects_are_flattened_in_document_order),
        SCAN_TEST(more_captures_than_one_block_keep_their_order),
        SCAN_TEST(keys_with_escapes_are_decoded_first),
        SCAN_TEST(keys_of_any_length_are_told_apart),
        SCAN_TEST(a_dotted_key_and_nested_keys_are_one_path),
        SCAN_TEST(the_last_of_equal_keys_counts),
        SCAN_TEST(equal_keys_that_no_path_names_stay_on_the_fast_walk),
        SCAN_TEST(equal_dotted_keys_are_seen_through_what_stands_between),
        SCAN_TEST(equal_keys_in_two_records_are_not_duplicates),
        SCAN_TEST(scalars_are_records_too),
        SCAN_TEST(what_hides_between_structural_characters_is_found),
        SCAN_TEST(nesting_ends_at_the_limit_on_every_way),
        SCAN_TEST(a_record_larger_than_announced_is_scanned_and_memory_can_be_given_back),
        SCAN_TEST(nothing_behind_the_record_is_read),
    };
    return cmocka_run_group_tests_name("value/json_scan", tests, NULL, NULL);
}
