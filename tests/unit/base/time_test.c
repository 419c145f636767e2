/* SPDX-License-Identifier: Apache-2.0 */
/* base/time.h. Seconds in here are from "date -u -d TEXT +%s" of GNU coreutils. */
#include "assert_str.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

static int64_t parse(str s)
{
    int64_t t = 0;
    if (!time_parse(s, &t)) {
        fail_msg("'%.*s' is refused", STR_ARG(s));
    }
    return t;
}

static void refuse(str s)
{
    int64_t t = 42;
    if (time_parse(s, &t)) {
        fail_msg("'%.*s' is taken", STR_ARG(s));
    }
    assert_true(t == 42);
}

static void assert_ns(str s, int64_t t, str expected)
{
    char text[40];
    size_t n = time_format_ns(t, text);
    if (!str_eq((str){text, n}, expected)) {
        fail_msg("'%.*s' gives %.*s", STR_ARG(s), (int)n, text);
    }
}

static void all_forms_of_one_time_are_equal(void **state)
{
    (void)state;
    const int64_t expected = 1769850000 * TIME_NS_PER_S;
    const str same[] = {
        S_INIT("2026-01-31T09:00"),          S_INIT("2026-01-31T09:00:00"),
        S_INIT("2026-01-31T09:00:00Z"),      S_INIT("2026-01-31t09:00:00z"),
        S_INIT("2026-01-31 09:00:00Z"),      S_INIT("2026-01-31T09:00Z"),
        S_INIT("2026-01-31T11:00:00+02:00"), S_INIT("2026-01-31T11:00:00+0200"),
        S_INIT("2026-01-31T11:00:00+02"),    S_INIT("2026-01-31T03:30:00-05:30"),
        S_INIT("2026-01-31T09:00:00-00:00"), S_INIT("2026-01-31T09:00:00.000000000Z"),
        S_INIT("2026-01-31T11:00+02:00"),    S_INIT("2026-02-01T08:59:00+23:59"),
        S_INIT("2026-01-31T09:00:00,0"),     S_INIT("2026-01-30T09:01:00-23:59"),
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (parse(same[i]) != expected) {
            fail_msg("'%.*s' is another time", STR_ARG(same[i]));
        }
    }
}

static void a_date_alone_is_its_midnight(void **state)
{
    (void)state;
    assert_true(parse(S("1970-01-01")) == 0);
    assert_true(parse(S("1900-03-01")) == -2203891200 * TIME_NS_PER_S);
}

static void fractions_have_up_to_nine_digits(void **state)
{
    (void)state;
    assert_true(parse(S("1970-01-01T00:00:00.5Z")) == 500000000);
    assert_true(parse(S("1970-01-01T00:00:00,5")) == 500000000);
    assert_true(parse(S("1970-01-01T00:00:00.1234567Z")) == 123456700);
    assert_true(parse(S("1970-01-01T00:00:00.000000001Z")) == 1);
    assert_true(parse(S("1969-12-31T23:59:59.999999999Z")) == -1);
    refuse(S("1970-01-01T00:00:00.1234567890Z"));
    refuse(S("1970-01-01T00:00:00.Z"));
    refuse(S("1970-01-01T00:00.5Z"));
}

static void leap_days_are_gregorian(void **state)
{
    (void)state;
    assert_true(parse(S("2000-02-29")) == 951782400 * TIME_NS_PER_S);
    assert_true(parse(S("2024-02-29T12:00:00Z")) == 1709208000 * TIME_NS_PER_S);
    assert_true(parse(S("2100-02-28T23:59:59Z")) == 4107542399 * TIME_NS_PER_S);
    refuse(S("1900-02-29"));
    refuse(S("2100-02-29"));
    refuse(S("2026-02-29"));
    refuse(S("2024-02-30"));
}

static void the_leap_second_is_the_next_minute(void **state)
{
    (void)state;
    assert_true(parse(S("2016-12-31T23:59:60Z")) == 1483228800 * TIME_NS_PER_S);
    assert_true(parse(S("2016-12-31T23:59:60.5Z")) == 1483228800 * TIME_NS_PER_S + 500000000);
    assert_true(parse(S("2017-01-01T00:59:60+01:00")) == 1483228800 * TIME_NS_PER_S);
    refuse(S("2016-12-31T23:59:61Z"));
}

static void the_range_ends_where_the_header_says(void **state)
{
    (void)state;
    assert_true(parse(S("1677-09-22T00:00:00Z")) == -9223286400 * TIME_NS_PER_S);
    assert_true(parse(S("2262-04-10T23:59:59.999999999Z")) == 9223286400 * TIME_NS_PER_S - 1);
    refuse(S("1677-09-21T23:59:59.999999999Z"));
    refuse(S("2262-04-11T00:00:00Z"));
    refuse(S("2262-04-10T23:59:60Z"));
    refuse(S("0001-01-01T00:00:00Z"));
    refuse(S("9999-12-31T23:59:59Z"));
}

/* The zone counts: it is the instant that must be in range. */
static void offsets_move_times_over_the_ends_of_the_range(void **state)
{
    (void)state;
    refuse(S("1677-09-22T00:00:00+00:01"));
    refuse(S("2262-04-10T23:59:59-00:01"));
    assert_true(parse(S("1677-09-22T00:01:00+00:01")) == -9223286400 * TIME_NS_PER_S);
    assert_true(parse(S("1677-09-21T23:59:00-00:01")) == -9223286400 * TIME_NS_PER_S);
    assert_true(parse(S("2262-04-11T00:00:59+00:01")) == 9223286399 * TIME_NS_PER_S);
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    const str wrong[] = {
        S_INIT(""),
        S_INIT("2026"),
        S_INIT("2026-01"),
        S_INIT("2026-1-31"),
        S_INIT("26-01-31"),
        S_INIT("2026-00-01"),
        S_INIT("2026-13-01"),
        S_INIT("2026-01-00"),
        S_INIT("2026-01-32"),
        S_INIT("2026-04-31"),
        S_INIT("2026/01/31"),
        S_INIT("20260131"),
        S_INIT("2026-01-31T"),
        S_INIT("2026-01-31Z"),
        S_INIT("2026-01-31T09"),
        S_INIT("2026-01-31T9:00"),
        S_INIT("2026-01-31T24:00:00Z"),
        S_INIT("2026-01-31T09:60:00Z"),
        S_INIT("2026-01-31T09:00:"),
        S_INIT("2026-01-31T09:00:00ZZ"),
        S_INIT("2026-01-31T09:00:00 Z"),
        S_INIT("2026-01-31T09:00:00+"),
        S_INIT("2026-01-31T09:00:00+2"),
        S_INIT("2026-01-31T09:00:00+02:"),
        S_INIT("2026-01-31T09:00:00+02:0"),
        S_INIT("2026-01-31T09:00:00+24:00"),
        S_INIT("2026-01-31T09:00:00+02:60"),
        S_INIT("2026-01-31T09:00:00+020"),
        S_INIT("2026-01-31T09:00:00UTC"),
        S_INIT(" 2026-01-31"),
        S_INIT("2026-01-31 "),
        S_INIT("2026-01-31\0"),
        S_INIT("-026-01-31"),
        S_INIT("+2026-01-31"),
        S_INIT("2026-01-31T09:00:00.5.5Z"),
        S_INIT("2026-01-31T-9:00:00Z"),
        S_INIT("\xEF\xBC\x92"
               "026-01-31"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        refuse(wrong[i]);
    }
}

static void every_prefix_of_a_time_is_read_within_its_bounds(void **state)
{
    (void)state;
    static const char text[] = "2026-01-31T09:00:00.123456789+02:30";
    for (size_t n = 0; n < sizeof text; n++) {
        char *exact = malloc(n ? n : 1); /* not test_malloc, which puts room behind it */
        assert_non_null(exact);
        memcpy(exact, text, n);
        int64_t t;
        (void)time_parse((str){exact, n}, &t);
        free(exact);
    }
}

static void civil_fields_out_of_range_are_refused(void **state)
{
    (void)state;
    int64_t t = 42;
    assert_false(time_from_civil(2026, 0, 1, 0, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 13, 1, 0, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 1, 0, 0, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 6, 31, 0, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 1, 1, 24, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 1, 1, -1, 0, 0, 0, &t));
    assert_false(time_from_civil(2026, 1, 1, 0, 60, 0, 0, &t));
    assert_false(time_from_civil(2026, 1, 1, 0, 0, 61, 0, &t));
    assert_false(time_from_civil(2026, 1, 1, 0, 0, 0, -1, &t));
    assert_false(time_from_civil(2026, 1, 1, 0, 0, 0, TIME_NS_PER_S, &t));
    assert_false(time_from_civil(INT32_MAX, INT32_MAX, INT32_MAX, 0, 0, 0, 0, &t));
    assert_false(time_from_civil(INT32_MIN, 1, 1, 0, 0, 0, 0, &t));
    assert_true(t == 42);
    assert_true(time_from_civil(1969, 12, 31, 23, 59, 59, 999999999, &t));
    assert_true(t == -1);
}

static void milliseconds_are_truncated_towards_the_past(void **state)
{
    (void)state;
    char text[32];
    assert_int_equal(time_format_ms(1769850000 * TIME_NS_PER_S + 123999999, text), 24);
    assert_string_equal(text, "2026-01-31T09:00:00.123Z");
    assert_int_equal(time_format_ms(-1, text), 24);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    time_format_ms(-1000001, text);
    assert_string_equal(text, "1969-12-31T23:59:59.998Z");
    time_format_ms(-TIME_NS_PER_S, text);
    assert_string_equal(text, "1969-12-31T23:59:59.000Z");
    time_format_ms(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
}

static void nanoseconds_are_shown_when_there_are_any(void **state)
{
    (void)state;
    assert_ns(S("whole"), 5 * TIME_NS_PER_MS, S("1970-01-01T00:00:00.005Z"));
    assert_ns(S("part"), 5 * TIME_NS_PER_MS + 1, S("1970-01-01T00:00:00.005000001Z"));
    assert_ns(S("past"), -1, S("1969-12-31T23:59:59.999999999Z"));
    assert_ns(S("past, whole"), -TIME_NS_PER_MS, S("1969-12-31T23:59:59.999Z"));
}

/* Source: the int64 nanosecond range as printed by numpy.datetime64(2**63 - 1, "ns") and (-2**63 + 1, "ns"). */
static void every_int64_can_be_shown(void **state)
{
    (void)state;
    assert_ns(S("INT64_MAX"), INT64_MAX, S("2262-04-11T23:47:16.854775807Z"));
    assert_ns(S("INT64_MIN + 1"), INT64_MIN + 1, S("1677-09-21T00:12:43.145224193Z"));
    assert_ns(S("INT64_MIN"), INT64_MIN, S("1677-09-21T00:12:43.145224192Z"));
}

/* A step of 17 days and some meets all months, leap years and hours; showing and reading must undo each other. */
static void reading_undoes_showing(void **state)
{
    (void)state;
    const int64_t step = 17 * 86400 * TIME_NS_PER_S + 12345678901;
    for (int64_t t = -9223286400 * TIME_NS_PER_S; t < 9220000000 * TIME_NS_PER_S; t += step) {
        char text[40];
        size_t n = time_format_ns(t, text);
        assert_true(parse((str){text, n}) == t);
    }
}

static void clocks_move_forward(void **state)
{
    (void)state;
    int64_t first = time_monotonic();
    assert_true(time_monotonic() >= first);
    /* After this test was written, before the range of the type ends. */
    assert_true(time_wall() > 1700000000 * TIME_NS_PER_S);
}

/* The measure: time_parse, then time_format_ms. Each byte of a plain time is replaced by all others, so every check of the short way is met. */
static void plain_times_are_rewritten_as_through_nanoseconds(void **state)
{
    (void)state;
    static const char *const times[] = {
        "2026-01-31T09:00:00Z",         "2024-02-29T23:59:59Z",
        "1678-01-01T00:00:00.1Z",       "2261-12-31T23:59:59.999Z",
        "2026-11-30T19:08:07.0000Z",    "2026-01-31T09:00:00.123456789Z",
        "1969-12-31T23:59:59.9999999Z", "2026-01-31T09:00:00.1234567890Z",
        "2026-01-31T09:00:00.Z"};
    size_t taken = 0;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        size_t len = strlen(times[i]);
        for (size_t at = 0; at < len; at++) {
            for (int c = 0; c < 256; c++) {
                char text[40], expected[32], got[32];
                int64_t t;
                memcpy(text, times[i], len);
                text[at] = (char)c;
                char *exact = malloc(len);
                memcpy(exact, text, len);
                size_t n = time_plain_ms((str){exact, len}, got);
                bool known = time_parse((str){exact, len}, &t);
                free(exact);
                taken += n > 0;
                assert_true(n == 0 || known);
                if (n > 0) {
                    assert_int_equal(n, time_format_ms(t, expected));
                    assert_memory_equal(got, expected, n);
                }
            }
        }
    }
    assert_true(taken > 500); /* else the short way is never gone */
    char out[32];
    assert_int_equal(time_plain_ms(S("2026-01-31T09:00:00Z"), out), 24);
    assert_memory_equal(out, "2026-01-31T09:00:00.000Z", 24);
    assert_int_equal(time_plain_ms(S("2023-02-29T09:00:00Z"), out), 0);
    assert_int_equal(time_plain_ms(S("2026-01-31T09:00:00"), out), 0);
    assert_int_equal(time_plain_ms(S(""), out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_forms_of_one_time_are_equal),
        cmocka_unit_test(plain_times_are_rewritten_as_through_nanoseconds),
        cmocka_unit_test(a_date_alone_is_its_midnight),
        cmocka_unit_test(fractions_have_up_to_nine_digits),
        cmocka_unit_test(leap_days_are_gregorian),
        cmocka_unit_test(the_leap_second_is_the_next_minute),
        cmocka_unit_test(the_range_ends_where_the_header_says),
        cmocka_unit_test(offsets_move_times_over_the_ends_of_the_range),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(every_prefix_of_a_time_is_read_within_its_bounds),
        cmocka_unit_test(civil_fields_out_of_range_are_refused),
        cmocka_unit_test(milliseconds_are_truncated_towards_the_past),
        cmocka_unit_test(nanoseconds_are_shown_when_there_are_any),
        cmocka_unit_test(every_int64_can_be_shown),
        cmocka_unit_test(reading_undoes_showing),
        cmocka_unit_test(clocks_move_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
