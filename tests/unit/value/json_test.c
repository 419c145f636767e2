/* SPDX-License-Identifier: Apache-2.0 */
/* The tree and the validator. Expected values follow RFC 8259 unless a test says otherwise. */
#include "../base/arena_fixture.h"

#include <math.h>
#include <string.h>

#include "value/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct json *parse(void **state, str text)
{
    struct json_error e = {0};
    struct json *root = json_parse(text, *state, &e);
    if (root == NULL)
        fail_msg("%.*s: at %zu: %s", STR_ARG(text), e.at, e.reason);
    return root;
}

static void assert_written(const struct json *node, str expected)
{
    struct buf out = {0};
    json_write(node, &out);
    assert_str(buf_view(&out), expected);
    buf_deinit(&out);
}

/* Both readers refuse the text at `at`. */
static void assert_refused(void **state, str text, size_t at, const char *reason)
{
    struct json_error e = {0};
    if (json_validate(text, &e))
        fail_msg("accepted '%.*s'", STR_ARG(text));
    if (e.at != at || strcmp(e.reason, reason) != 0)
        fail_msg("'%.*s': at %zu: %s, expected %zu: %s", STR_ARG(text), e.at, e.reason, at, reason);
    assert_null(json_parse(text, *state, &e));
    assert_int_equal(e.at, at);
}

static void numbers_follow_the_grammar_of_rfc_8259_section_6(void **state)
{
    static const char *const good[] = {
        "0",       "-0",         "1",     "10",
        "-12",     "0.5",        "-0.0",  "1.50",
        "1e5",     "1E+5",       "1e-5",  "0e0",
        "1.5e+10", "-1.25E-300", "1e400", "123456789012345678901234567890"};
    static const struct {
        const char *text;
        size_t at;
        const char *reason;
    } bad[] = {
        {"01", 1, "number has a leading zero"},
        {"-01", 2, "number has a leading zero"},
        {"00", 1, "number has a leading zero"},
        {"-", 1, "expected a digit in number"},
        {"-a", 1, "expected a digit in number"},
        {"1.", 2, "expected a digit in number"},
        {"1.e5", 2, "expected a digit in number"},
        {"1e", 2, "expected a digit in number"},
        {"1e+", 3, "expected a digit in number"},
        {"--1", 1, "expected a digit in number"},
        {"+1", 0, "expected a value"},
        {".5", 0, "expected a value"},
        {"NaN", 0, "expected a value"},
        {"Infinity", 0, "expected a value"},
        {"-Infinity", 1, "expected a digit in number"},
        {"0x1F", 1, "text goes on behind the value"},
        {"1_000", 1, "text goes on behind the value"},
        {"1e5.5", 3, "text goes on behind the value"},
    };
    struct json_error e;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(json_validate(str_from(good[i]), &e));
        assert_str(parse(state, str_from(good[i]))->text, str_from(good[i]));
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_refused(state, str_from(bad[i].text), bad[i].at, bad[i].reason);
}

static void errors_stand_at_the_first_byte_that_cannot_be_json(void **state)
{
    assert_refused(state, S(""), 0, "text holds no value");
    assert_refused(state, S(" \n"), 2, "text holds no value");
    assert_refused(state, S("\xEF\xBB\xBF{}"), 0, "expected a value");
    assert_refused(state, S("{"), 1, "expected a key in quotes");
    assert_refused(state, S("{a:1}"), 1, "expected a key in quotes");
    assert_refused(state, S("{\"a\" 1}"), 5, "expected ':' behind a key");
    assert_refused(state, S("{\"a\":}"), 5, "expected a value");
    assert_refused(state, S("{\"a\":1,}"), 7, "expected a key in quotes");
    assert_refused(state, S("{\"a\":1 \"b\":2}"), 7, "expected ',' or '}'");
    assert_refused(state, S("{\"a\":1]"), 6, "expected ',' or '}'");
    assert_refused(state, S("[1,]"), 3, "expected a value");
    assert_refused(state, S("[1 2]"), 3, "expected ',' or ']'");
    assert_refused(state, S("[1"), 2, "expected ',' or ']'");
    assert_refused(state, S("[,1]"), 1, "expected a value");
    assert_refused(state, S("[1,"), 3, "text ends where a value is expected");
    assert_refused(state, S("[trux]"), 4, "unknown word");
    assert_refused(state, S("nul"), 3, "unknown word");
    assert_refused(state, S("\"abc"), 4, "string is not closed");
    assert_refused(state, S("\"abc\\"), 5, "string is not closed");
    assert_refused(state, S("\"\\x41\""), 2, "unknown escape in string");
    assert_refused(state, S("\"\\u12G4\""), 5, "expected four hex digits behind '\\u'");
    assert_refused(state, S("\"a\nb\""), 2, "control character in string");
    assert_refused(state, S("// note\n1"), 0, "expected a value");
}

static void garbage_behind_the_value_is_refused(void **state)
{
    assert_refused(state, S("{} x"), 3, "text goes on behind the value");
    assert_refused(state, S("{}{}"), 2, "text goes on behind the value");
    assert_refused(state, S("1 2"), 2, "text goes on behind the value");
    assert_refused(state, S("\"a\"b"), 3, "text goes on behind the value");
    assert_refused(state, S("truex"), 4, "text goes on behind the value");
    assert_refused(state, S("[]]"), 2, "text goes on behind the value");
}

static void white_space_of_rfc_8259_section_2_is_allowed_around_everything(void **state)
{
    assert_written(parse(state, S(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] }\n")),
                   S("{\"a\":[1,2],\"b\":{},\"c\":[]}"));
    assert_refused(state, S("\f1"), 0, "expected a value");
    assert_refused(state, S("[\v1]"), 1, "expected a value");
}

/* Unicode 15, table 3-7: well-formed UTF-8 byte sequences. */
static void invalid_utf8_is_refused_where_it_begins(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xE2\x82",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xE2\x28\xA1"};
    static const char *const good[] = {"\xC2\x80",     "\xE0\xA0\x80",     "\xED\x9F\xBF",
                                       "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_refused(state, arena_concat(*state, S("\"ab"), str_from(bad[i]), S("\"")), 3,
                       "invalid UTF-8");
    for (size_t i = 0; i < COUNT(good); i++)
        assert_str(parse(state, arena_concat(*state, S("\""), str_from(good[i]), S("\"")))->text,
                   str_from(good[i]));
}

static void a_raw_nul_is_refused_and_an_escaped_one_is_read(void **state)
{
    assert_refused(state, S("\"a\0b\""), 2, "control character in string");
    assert_refused(state, S("[\0]"), 1, "expected a value");
    assert_refused(state, S("1\0"), 1, "text goes on behind the value");
    struct json *node = parse(state, S("{\"k\\u0000\":\"a\\u0000b\"}"));
    assert_str(node->child->text, S("a\0b"));
    assert_str(node->child->key, S("k\0"));
    assert_written(node, S("{\"k\\u0000\":\"a\\u0000b\"}"));
}

static void escapes_are_decoded(void **state)
{
    assert_str(parse(state, S("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""))->text, S("\"\\/\b\f\n\r\t"));
    assert_str(parse(state, S("\"\\u0041\\u00e9\\u20AC\""))->text, S("A\xC3\xA9\xE2\x82\xAC"));
    assert_str(parse(state, S("\"\\ud83D\\uDE00\""))->text, S("\xF0\x9F\x98\x80"));
    assert_str(json_unescape(S("\"a\\tb\""), *state), S("a\tb"));
    assert_str(json_unescape(S("\"\""), *state), S(""));
    str raw = S("\"plain\"");
    assert_ptr_equal(json_unescape(raw, *state).ptr, raw.ptr + 1);
}

static void a_lone_surrogate_becomes_the_replacement_character(void **state)
{
    assert_str(parse(state, S("\"\\ud800\""))->text, S("\xEF\xBF\xBD"));
    assert_str(parse(state, S("\"\\udc00x\""))->text, S("\xEF\xBF\xBDx"));
    assert_str(parse(state, S("\"\\ud800\\u0041\""))->text, S("\xEF\xBF\xBD"
                                                              "A"));
    assert_str(parse(state, S("\"\\ud800\\ud83d\\ude00\""))->text,
               S("\xEF\xBF\xBD\xF0\x9F\x98\x80"));
    assert_str(parse(state, S("\"\\ud800\\n\""))->text, S("\xEF\xBF\xBD\n"));
    assert_str(parse(state, S("\"\\ud800dc00\""))->text, S("\xEF\xBF\xBD"
                                                           "dc00"));
}

static void the_last_value_of_a_key_counts_at_the_place_of_the_first(void **state)
{
    assert_written(parse(state, S("{\"a\":1,\"b\":2,\"a\":{\"c\":3}}")),
                   S("{\"a\":{\"c\":3},\"b\":2}"));
    assert_written(parse(state, S("{\"a\":1,\"\\u0061\":2,\"a\":3}")), S("{\"a\":3}"));
    struct json *root = parse(state, S("{\"x\":1,\"y\":2,\"y\":3,\"x\":4}"));
    assert_int_equal(root->count, 2);
    assert_int_equal(root->raw_count, 2);
    json_add(root, S("z"), json_new_bool(*state, true));
    assert_written(root, S("{\"x\":4,\"y\":3,\"z\":true}"));
}

static void a_hundred_thousand_equal_keys_take_linear_time(void **state)
{
    struct buf text = {0};
    buf_byte(&text, '{');
    for (int i = 0; i < 200000; i++)
        buf_printf(&text, "\"k%d\":%d,", i % 100000, i);
    buf_append(&text, S("\"end\":0}"));
    struct json *root = parse(state, buf_view(&text));
    assert_int_equal(root->count, 100001);
    assert_str(root->child->text, S("100000"));
    assert_str(root->last->key, S("end"));
    buf_deinit(&text);
}

static str repeat(struct arena *a, char c, size_t n)
{
    char *bytes = arena_push_raw(a, 1, n);
    memset(bytes, c, n);
    return (str){bytes, n};
}

static void nesting_ends_at_the_limit(void **state)
{
    struct arena *a = *state;
    str deepest =
        arena_concat(a, repeat(a, '[', JSON_MAX_DEPTH), S(""), repeat(a, ']', JSON_MAX_DEPTH));
    assert_written(parse(state, deepest), deepest);
    assert_written(json_clone(a, parse(state, deepest)), deepest);
    assert_refused(state,
                   arena_concat(a, repeat(a, '[', JSON_MAX_DEPTH + 1), S(""),
                                repeat(a, ']', JSON_MAX_DEPTH + 1)),
                   JSON_MAX_DEPTH, "nested too deep");
    assert_refused(state, repeat(a, '[', 100000), JSON_MAX_DEPTH, "nested too deep");
}

static void a_string_of_ten_megabytes_is_read(void **state)
{
    struct arena *a = *state;
    str text = arena_concat(a, S("[\""), repeat(a, 'x', 10000000), S("\"]"));
    assert_int_equal(parse(state, text)->child->text.len, 10000000);
}

static void numbers_keep_their_digits(void **state)
{
    str text =
        S("[123456789012345678901234567890,1.10,1E400,-0,9223372036854775807,9223372036854775808]");
    struct json *root = parse(state, text);
    assert_written(root, text);
    int64_t i = 0;
    double d = 0;
    assert_false(json_i64(json_element(root, 0), &i));
    assert_true(json_double(json_element(root, 0), &d));
    assert_true(d == 123456789012345678901234567890.0);
    assert_false(json_i64(json_element(root, 1), &i));
    assert_true(json_is_decimal(json_element(root, 1)));
    assert_false(json_double(json_element(root, 2), &d));
    assert_true(json_i64(json_element(root, 3), &i) && i == 0);
    assert_false(json_is_decimal(json_element(root, 3)));
    assert_true(json_i64(json_element(root, 4), &i) && i == INT64_MAX);
    assert_false(json_i64(json_element(root, 5), &i));
    assert_null(json_element(root, 6));
}

static void doubles_are_written_as_their_shortest_text(void **state)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {{1.5, "1.5"},       {1, "1"},
                {1e22, "1e+22"},    {0.1, "0.1"},
                {-0.0, "-0"},       {1.0 / 3, "0.3333333333333333"},
                {5e-324, "5e-324"}, {0.1 + 0.2, "0.30000000000000004"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json *node = json_new_double(*state, rows[i].value);
        assert_str(node->text, str_from(rows[i].text));
        double back = 1;
        assert_true(json_double(node, &back) && back == rows[i].value &&
                    signbit(back) == signbit(rows[i].value));
    }
    assert_true(json_is(json_new_double(*state, (double)NAN), JSON_NULL));
    assert_true(json_is(json_new_double(*state, (double)INFINITY), JSON_NULL));
}

static void nodes_know_their_own_bytes(void **state)
{
    struct json *root = parse(state, S(" {\"a\" : [ 1, {} ] ,\"b\":\"x\\ny\", \"c\": true} "));
    assert_str(root->raw, S("{\"a\" : [ 1, {} ] ,\"b\":\"x\\ny\", \"c\": true}"));
    assert_str(json_get(root, S("a"))->raw, S("[ 1, {} ]"));
    assert_str(json_get(root, S("b"))->raw, S("\"x\\ny\""));
    assert_str(json_get(root, S("c"))->raw, S("true"));
}

static void members_are_found_by_path(void **state)
{
    struct json *root = parse(state, S("{\"a\":{\"b\":{\"c\":\"x\"}},\"n\":null}"));
    assert_str(json_text(json_at(root, "a", "b", "c", NULL)), S("x"));
    assert_null(json_at(root, "a", "x", "c", NULL));
    assert_null(json_at(root, "n", "x", NULL));
    assert_null(json_get(NULL, S("a")));
    assert_null(json_text(json_get(root, S("n"))).ptr);
    assert_true(json_is(json_get(root, S("n")), JSON_NULL));
    assert_non_null(json_text(parse(state, S("\"\""))).ptr);
}

static void trees_are_edited_by_hand(void **state)
{
    struct arena *a = *state;
    struct json *root = json_new(a, JSON_OBJECT);
    json_set(root, S("a"), json_new_i64(a, INT64_MIN));
    json_set(root, S("b"), json_new_string(a, S("t")));
    json_set(root, S("c"), json_new_bool(a, false));
    json_set(root, S("c"), json_new(a, JSON_NULL));
    json_set(root, S("a"), json_new(a, JSON_ARRAY));
    json_push(json_get(root, S("a")), json_alias(a, json_get(root, S("b"))));
    struct json *copy = json_clone(a, root);
    assert_written(root, S("{\"a\":[\"t\"],\"b\":\"t\",\"c\":null}"));
    struct json *removed = json_remove(root, S("c"));
    assert_null(removed->next);
    assert_null(json_remove(root, S("c")));
    json_add(root, S("d"), removed);
    assert_written(root, S("{\"a\":[\"t\"],\"b\":\"t\",\"d\":null}"));
    assert_non_null(json_remove(root, S("a")));
    assert_non_null(json_remove(root, S("b")));
    assert_non_null(json_remove(root, S("d")));
    json_add(root, S("e"), json_new_i64(a, 7));
    assert_written(root, S("{\"e\":7}"));
    assert_int_equal(root->count, 1);
    assert_written(copy, S("{\"a\":[\"t\"],\"b\":\"t\",\"c\":null}"));
}

static void strings_are_written_with_the_shortest_escapes(void **state)
{
    (void)state;
    struct buf out = {0};
    json_write_string(S("\"\\/\b\f\n\r\t\x01\x1f\x7f\xC3\xA9\xFFz\xE2\x82"), &out);
    assert_str(
        buf_view(&out),
        S("\"\\\"\\\\/"
          "\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xC3\xA9\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\""));
    buf_deinit(&out);
}

static void a_copy_to_be_written_has_bytes_to_spare(void **state)
{
    static const char *const texts[] = {"\"\"", "\"x\\ny\"", "12", "{ \"a\" : [ 1 ] }"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct json *node = parse(state, str_from(texts[i]));
        const struct json *copy = json_written(node, *state);
        struct buf expected = {0};
        char spare[JSON_SPARE];
        json_write(node, &expected);
        assert_false(node->spare);
        assert_true(copy->as_written && copy->spare);
        memcpy(spare, copy->raw.ptr, sizeof spare); /* a sanitizer looks on */
        assert_memory_equal(spare, expected.ptr, expected.len);
        assert_str(copy->raw, buf_view(&expected));
        assert_written(copy, buf_view(&expected));
        buf_deinit(&expected);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)
    const struct CMUnitTest tests[] = {
        TEST(numbers_follow_the_grammar_of_rfc_8259_section_6),
        TEST(errors_stand_at_the_first_byte_that_cannot_be_json),
        TEST(garbage_behind_the_value_is_refused),
        TEST(white_space_of_rfc_8259_section_2_is_allowed_around_everything),
        TEST(invalid_utf8_is_refused_where_it_begins),
        TEST(a_raw_nul_is_refused_and_an_escaped_one_is_read),
        TEST(escapes_are_decoded),
        TEST(a_lone_surrogate_becomes_the_replacement_character),
        TEST(the_last_value_of_a_key_counts_at_the_place_of_the_first),
        TEST(a_hundred_thousand_equal_keys_take_linear_time),
        TEST(nesting_ends_at_the_limit),
        TEST(a_string_of_ten_megabytes_is_read),
        TEST(numbers_keep_their_digits),
        TEST(doubles_are_written_as_their_shortest_text),
        TEST(nodes_know_their_own_bytes),
        TEST(members_are_found_by_path),
        TEST(trees_are_edited_by_hand),
        TEST(strings_are_written_with_the_shortest_escapes),
        TEST(a_copy_to_be_written_has_bytes_to_spare),
    };
    return cmocka_run_group_tests_name("value/json", tests, NULL, NULL);
}
