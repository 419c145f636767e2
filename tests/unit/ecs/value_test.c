/* SPDX-License-Identifier: Apache-2.0 */
/* Typed values. What a type takes is from the header and Elasticsearch's field types; orders are arithmetic. */
#include "ecs/value.h"

#include <math.h>

#include "../base/arena_fixture.h"
#include "base/time.h"

static bool convert(void **state, enum field_type type, const char *json, struct value *out)
{
    struct json_error e;
    const struct json *node = json_parse(str_from(json), *state, &e);
    assert_non_null(node);
    struct field_format format = {.type = type};
    return value_from_json(node, &format, out);
}

static void refuse(void **state, enum field_type type, const char *json)
{
    struct value v;
    if (convert(state, type, json, &v)) {
        fail_msg("%s was taken", json);
    }
}

static void check_text(void **state, enum field_type type, const char *json, const char *expected)
{
    struct value v;
    if (!convert(state, type, json, &v)) {
        fail_msg("%s was refused", json);
    }
    assert_str(value_text(&v, *state), str_from(expected));
}

static void type_names_go_both_ways(void **state)
{
    (void)state;
    for (enum field_type type = FIELD_KEYWORD; type <= FIELD_OBJECT; type++) {
        enum field_type back = FIELD_KEYWORD;
        assert_true(field_type_parse(field_type_name(type), &back));
        assert_int_equal(back, type);
    }
    enum field_type out = FIELD_IP;
    assert_true(field_type_parse(S("match_only_text"), &out));
    assert_int_equal(out, FIELD_KEYWORD);
    assert_true(field_type_parse(S("scaled_float"), &out));
    assert_int_equal(out, FIELD_DOUBLE);
    assert_true(field_type_parse(S("nested"), &out));
    assert_int_equal(out, FIELD_OBJECT);
    assert_false(field_type_parse(S("Long"), &out));
    assert_false(field_type_parse((str){0}, &out));
}

static void keyword_takes_scalars_as_written(void **state)
{
    check_text(state, FIELD_KEYWORD, "\"a\"", "a");
    check_text(state, FIELD_KEYWORD, "\"\"", "");
    check_text(state, FIELD_KEYWORD, "1.50", "1.50");
    check_text(state, FIELD_KEYWORD, "12345678901234567890", "12345678901234567890");
    check_text(state, FIELD_KEYWORD, "true", "true");
    check_text(state, FIELD_VERSION, "\"1.2.3\"", "1.2.3");
    refuse(state, FIELD_KEYWORD, "null");
    refuse(state, FIELD_KEYWORD, "{}");
    refuse(state, FIELD_KEYWORD, "[\"a\"]");
}

static void long_takes_integral_numbers(void **state)
{
    check_text(state, FIELD_LONG, "22", "22");
    check_text(state, FIELD_LONG, "22.0", "22");
    check_text(state, FIELD_LONG, "\"22\"", "22");
    check_text(state, FIELD_LONG, "9007199254740993", "9007199254740993");
    check_text(state, FIELD_LONG, "\"-9223372036854775808\"", "-9223372036854775808");
    refuse(state, FIELD_LONG, "22.5");
    refuse(state, FIELD_LONG, "9223372036854775808");
    refuse(state, FIELD_LONG, "1e400");
    refuse(state, FIELD_LONG, "\"\"");
    refuse(state, FIELD_LONG, "\"22 \"");
    refuse(state, FIELD_LONG, "true");
}

static void double_takes_numbers(void **state)
{
    check_text(state, FIELD_DOUBLE, "42.5", "42.5");
    check_text(state, FIELD_DOUBLE, "1", "1.0");
    check_text(state, FIELD_DOUBLE, "\"1e10\"", "1.0E10");
    refuse(state, FIELD_DOUBLE, "1e400");
    refuse(state, FIELD_DOUBLE, "\"NaN\"");
    refuse(state, FIELD_DOUBLE, "\"x\"");
    refuse(state, FIELD_DOUBLE, "false");
}

static void boolean_takes_its_words(void **state)
{
    check_text(state, FIELD_BOOLEAN, "true", "true");
    check_text(state, FIELD_BOOLEAN, "\"true\"", "true");
    check_text(state, FIELD_BOOLEAN, "\"false\"", "false");
    check_text(state, FIELD_BOOLEAN, "\"\"", "false");
    refuse(state, FIELD_BOOLEAN, "\"True\"");
    refuse(state, FIELD_BOOLEAN, "1");
}

static void addresses_keep_their_text(void **state)
{
    check_text(state, FIELD_IP, "\"0:0:0:0:0:0:0:1\"", "0:0:0:0:0:0:0:1");
    refuse(state, FIELD_IP, "\"10.0.0.0/8\"");
    refuse(state, FIELD_IP, "\"AWS Internal\"");
    refuse(state, FIELD_IP, "\"1.2.3.4\\u0000\"");
    refuse(state, FIELD_IP, "167772161");
    struct value a, b;
    assert_true(convert(state, FIELD_IP, "\"::1\"", &a));
    assert_true(convert(state, FIELD_IP, "\"0:0:0:0:0:0:0:1\"", &b));
    assert_true(value_eq(&a, &b));
    a.written = (str){0};
    b.written = (str){0};
    assert_str(value_text(&b, *state), S("::1"));
}

static void dates(void **state)
{
    struct value v;
    int64_t t;
    assert_true(time_parse(S("2026-01-31T09:00:00.387Z"), &t));
    assert_true(convert(state, FIELD_DATE, "\"2026-01-31T09:00:00.3875429Z\"", &v));
    assert_true(v.number == t);
    assert_true(convert(state, FIELD_DATE_NANOS, "\"2026-01-31T09:00:00.3875429Z\"", &v));
    assert_true(v.number == t + 542900);
    check_text(state, FIELD_DATE, "\"2026-01-31T10:00+01:00\"", "2026-01-31T10:00+01:00");
    check_text(state, FIELD_DATE, "1504126051000", "2017-08-30T20:47:31.000Z");
    check_text(state, FIELD_DATE, "-1", "1969-12-31T23:59:59.999Z");
    check_text(state, FIELD_DATE, "-0.5", "1969-12-31T23:59:59.999Z");
    refuse(state, FIELD_DATE, "\"\"");
    refuse(state, FIELD_DATE, "true");
    refuse(state, FIELD_DATE, "1e300");
}

static void dates_by_format(void **state)
{
    struct json_error e;
    struct value v;
    struct field_format seconds = {.type = FIELD_DATE, .date_format = S("epoch_second")};
    assert_true(value_from_json(json_parse(S("1.5"), *state, &e), &seconds, &v));
    assert_true(v.number == INT64_C(1500000000));
    struct field_format compact = {.type = FIELD_DATE, .date_format = S("yyyyMMdd")};
    assert_true(value_from_json(json_parse(S("20170830"), *state, &e), &compact, &v));
    assert_str(value_text(&v, *state), S("2017-08-30T00:00:00.000Z"));
    struct field_format day = {.type = FIELD_DATE, .date_format = S("dd-MM-yyyy")};
    assert_true(value_from_json(json_parse(S("1504126051000"), *state, &e), &day, &v));
    assert_str(value_text(&v, *state), S("2017-08-30T20:47:31.000Z"));
    assert_false(value_from_json(json_parse(S("\"1504126051000\""), *state, &e), &day, &v));
}

static void an_explicit_null_may_have_a_value(void **state)
{
    struct json_error e;
    struct value v;
    struct field_format word = {.type = FIELD_KEYWORD, .null_value = S("NULL")};
    assert_true(value_from_json(json_parse(S("null"), *state, &e), &word, &v));
    assert_str(v.text, S("NULL"));
    struct field_format empty = {.type = FIELD_KEYWORD, .null_value = S("")};
    assert_true(value_from_json(json_parse(S("null"), *state, &e), &empty, &v));
    struct field_format number = {.type = FIELD_LONG, .null_value = S("7")};
    assert_true(value_from_json(json_parse(S("null"), *state, &e), &number, &v));
    assert_true(v.type == VALUE_LONG && v.number == 7);
}

static struct value of_long(int64_t n)
{
    return (struct value){.type = VALUE_LONG, .number = n};
}

static struct value of_double(double d)
{
    return (struct value){.type = VALUE_DOUBLE, .real = d};
}

static int sign(struct value a, struct value b)
{
    int order = value_cmp(&a, &b), back = value_cmp(&b, &a);
    assert_int_equal((order > 0) - (order < 0), (back < 0) - (back > 0));
    assert_int_equal(value_eq(&a, &b), order == 0);
    return (order > 0) - (order < 0);
}

static void numbers_compare_exactly(void **state)
{
    (void)state;
    assert_int_equal(sign(of_long(3), of_double(3.0)), 0);
    assert_int_equal(sign(of_long(3), of_double(3.5)), -1);
    assert_int_equal(sign(of_long(-3), of_double(-3.5)), 1);
    assert_int_equal(sign(of_long(0), of_double(-0.0)), 0);
    /* 2^53 + 1 is no double: as one it would be equal to 2^53. */
    assert_int_equal(sign(of_long(INT64_C(9007199254740993)), of_double(0x1p53)), 1);
    assert_int_equal(sign(of_long(INT64_MAX), of_double(0x1p63)), -1);
    assert_int_equal(sign(of_long(INT64_MIN), of_double(-0x1p63)), 0);
    assert_int_equal(sign(of_long(INT64_MIN), of_double(-0x1.8p63)), 1);
    assert_int_equal(sign(of_long(INT64_MAX), of_double(INFINITY)), -1);
    assert_int_equal(sign(of_long(INT64_MIN), of_double(-INFINITY)), 1);
    assert_int_equal(sign(of_long(INT64_MAX), of_double(NAN)), -1);
    assert_int_equal(sign(of_double(NAN), of_double(NAN)), 0);
    assert_int_equal(sign(of_double(0.0), of_double(-0.0)), 0);
    assert_int_equal(sign(of_long(INT64_MIN), of_long(INT64_MAX)), -1);
}

static void other_types_compare_within_themselves(void **state)
{
    (void)state;
    struct value upper = {.type = VALUE_STRING, .text = S("Foo")};
    struct value lower = {.type = VALUE_STRING, .text = S("foo")};
    struct value no = {.type = VALUE_BOOLEAN}, yes = {.type = VALUE_BOOLEAN, .boolean = true};
    struct value snapshot = {.type = VALUE_VERSION, .text = S("1.2.4-SNAPSHOT")};
    struct value release = {.type = VALUE_VERSION, .text = S("1.2.4")};
    struct value null = {0};
    assert_int_equal(sign(upper, lower), -1);
    assert_int_equal(sign(no, yes), -1);
    assert_int_equal(sign(snapshot, release), -1);
    assert_int_equal(sign(null, null), 0);
    assert_int_equal(sign(null, no), -1);
    assert_int_equal(sign(of_long(1), lower), -1);
}

static void check_json(void **state, const struct value *v, const char *expected)
{
    struct buf out = BUF_INIT(0);
    json_write(value_to_json(v, *state), &out);
    assert_str(buf_view(&out), str_from(expected));
    buf_deinit(&out);
}

static void json_keeps_the_type(void **state)
{
    struct value v = of_long(INT64_MIN);
    check_json(state, &v, "-9223372036854775808");
    v = of_double(1.5);
    check_json(state, &v, "1.5");
    v = of_double(NAN);
    check_json(state, &v, "null");
    v = (struct value){.type = VALUE_BOOLEAN, .boolean = true};
    check_json(state, &v, "true");
    v = (struct value){0};
    check_json(state, &v, "null");
    assert_true(convert(state, FIELD_DATE, "\"2026-01-31T10:00+01:00\"", &v));
    check_json(state, &v, "\"2026-01-31T09:00:00.000Z\"");
    assert_true(convert(state, FIELD_IP, "\"10.0.0.1\"", &v));
    check_json(state, &v, "\"10.0.0.1\"");
    v = (struct value){.type = VALUE_DATE, .number = INT64_MIN};
    check_json(state, &v, "\"1677-09-21T00:12:43.145224192Z\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_names_go_both_ways),
        cmocka_unit_test(keyword_takes_scalars_as_written),
        cmocka_unit_test(long_takes_integral_numbers),
        cmocka_unit_test(double_takes_numbers),
        cmocka_unit_test(boolean_takes_its_words),
        cmocka_unit_test(addresses_keep_their_text),
        cmocka_unit_test(dates),
        cmocka_unit_test(dates_by_format),
        cmocka_unit_test(an_explicit_null_may_have_a_value),
        cmocka_unit_test(numbers_compare_exactly),
        cmocka_unit_test(other_types_compare_within_themselves),
        cmocka_unit_test(json_keeps_the_type),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
