/* SPDX-License-Identifier: Apache-2.0 */
/* Dates by format. Expected times are written as ISO text and read by time_parse, which base/time_test.c holds against RFC
 * 3339; what a format means is from the manual of Elasticsearch's date formats and of java.time's pattern letters. */
#include "ecs/date_format.h"

#include "../base/assert_str.h"
#include "base/time.h"

static void check(const char *format, const char *text, const char *iso)
{
    int64_t expected, out = 0;
    assert_true(time_parse(str_from(iso), &expected));
    if (!date_format_parse(str_from(format), str_from(text), &out) || out != expected) {
        fail_msg("'%s' by '%s' is not %s (%lld)", text, format, iso, (long long)out);
    }
}

static void refuse(const char *format, const char *text)
{
    int64_t out = 7;
    if (date_format_parse(str_from(format), str_from(text), &out) || out != 7) {
        fail_msg("'%s' by '%s' was taken: %lld", text, format, (long long)out);
    }
}

static void iso_or_digits_by_default(void **state)
{
    (void)state;
    check("", "2017-08-30T20:47:33Z", "2017-08-30T20:47:33Z");
    check("", "2017-08-30", "2017-08-30T00:00:00Z");
    check("", "2017-08", "2017-08-01T00:00:00Z");
    check("", "2017-08-30T20Z", "2017-08-30T20:00:00Z");
    check("", "2026-01-31T09:00:00.1234567+02:00", "2026-01-31T07:00:00.1234567Z");
    check("", "1504126051000", "2017-08-30T20:47:31Z");
    check("", "2017", "1970-01-01T00:00:02.017Z");
    check("", "-1", "1969-12-31T23:59:59.999Z");
    refuse("", "");
    refuse("", "yesterday");
    refuse("", "2017-13-01");
    refuse("", "2017-02-30");
    refuse("", "99999999999999999999");
}

static void epochs(void **state)
{
    (void)state;
    check("epoch_millis", "1504126051123", "2017-08-30T20:47:31.123Z");
    check("epoch_millis", "1504126051123.5", "2017-08-30T20:47:31.1235Z");
    check("epoch_second", "1504126051", "2017-08-30T20:47:31Z");
    check("epoch_second", "1504126051.25", "2017-08-30T20:47:31.25Z");
    check("epoch_second", "-0.5", "1969-12-31T23:59:59.5Z");
    refuse("epoch_second", "9223372037");
    refuse("epoch_millis", "2017-08-30");
}

static void names(void **state)
{
    (void)state;
    check("date_optional_time", "2017", "2017-01-01T00:00:00Z");
    check("strict_date_optional_time", "2017-08-30T20:47:33.5Z", "2017-08-30T20:47:33.5Z");
    check("strict_date_optional_time_nanos", "2017-08-30T20:47:33.123456789Z",
          "2017-08-30T20:47:33.123456789Z");
    check("iso8601", "2017-08-30T20:47:33Z", "2017-08-30T20:47:33Z");
    check("basic_date", "20170830", "2017-08-30T00:00:00Z");
    check("strict_year_month_day", "2017-08-30", "2017-08-30T00:00:00Z");
    check("basic_date_time_no_millis", "20170830T204733+0200", "2017-08-30T18:47:33Z");
    refuse("basic_date", "2017-08-30");
    refuse("strict_date_optional_time", "1504126051123");
}

static void patterns(void **state)
{
    (void)state;
    check("dd-MM-yyyy", "30-08-2017", "2017-08-30T00:00:00Z");
    check("yyyy-MM-dd HH:mm:ss", "2017-08-30 20:47:33", "2017-08-30T20:47:33Z");
    check("yyyy-MM-dd HH:mm:ss.SSS", "2017-08-30 20:47:33.045", "2017-08-30T20:47:33.045Z");
    check("yyyy-MM-dd'T'HH:mm:ssXXX", "2017-08-30T20:47:33-05:30", "2017-08-31T02:17:33Z");
    check("yyyy-MM-dd'T'HH:mm:ssZ", "2017-08-30T20:47:33+0200", "2017-08-30T18:47:33Z");
    check("yyyy-MM-dd HH:mm:ss z", "2021-10-19 02:55:46 UTC", "2021-10-19T02:55:46Z");
    check("M/d/yyyy H:mm:ss", "1/9/2007 3:04:05", "2007-01-09T03:04:05Z");
    check("MMM d, yyyy h:mm:ss a", "Sep 3, 2021 1:02:03 PM", "2021-09-03T13:02:03Z");
    check("EEE, dd MMMM yyyy", "Fri, 03 September 2021", "2021-09-03T00:00:00Z");
    check("yyyy-MM-dd[ HH:mm]", "2021-09-03", "2021-09-03T00:00:00Z");
    check("yyyy-MM-dd[ HH:mm]", "2021-09-03 04:05", "2021-09-03T04:05:00Z");
    check("yy-MM-dd", "21-09-03", "2021-09-03T00:00:00Z");
    check("HH:mm", "12:34", "1970-01-01T12:34:00Z");
    check("yyyy 'o''clock' HH", "2021 o'clock 07", "2021-01-01T07:00:00Z");
    check("yyyy''HH", "2021'07", "2021-01-01T07:00:00Z");
    check("yyyy'[d]'", "2021[d]", "2021-01-01T00:00:00Z");
}

static void twelve_hours(void **state)
{
    (void)state;
    check("yyyy-MM-dd hh:mm a", "2021-09-03 12:30 AM", "2021-09-03T00:30:00Z");
    check("yyyy-MM-dd hh:mm a", "2021-09-03 12:30 PM", "2021-09-03T12:30:00Z");
    check("yyyy-MM-dd hh:mm a", "2021-09-03 01:30 pm", "2021-09-03T13:30:00Z");
    refuse("yyyy-MM-dd hh:mm a", "2021-09-03 13:30 PM");
    refuse("yyyy-MM-dd hh:mm a", "2021-09-03 01:30 XM");
}

static void alternatives_are_tried_in_turn(void **state)
{
    (void)state;
    check("yyyy-MM-dd||epoch_second", "1504126051", "2017-08-30T20:47:31Z");
    check("epoch_second||yyyy-MM-dd", "2017-08-30", "2017-08-30T00:00:00Z");
    refuse("yyyy-MM-dd||epoch_second", "30-08-2017");
}

static void all_of_the_text_and_no_more(void **state)
{
    (void)state;
    refuse("yyyy-MM-dd", "2017-08-30 ");
    refuse("yyyy-MM-dd", "2017-08-3");
    refuse("yyyy-MM-dd", "2017-8-30");
    refuse("yyyy-MM-dd", "2017-08");
    refuse("yyyy-MM-dd", "");
    refuse("HH:mm:ss.SSS", "01:02:03.1234");
    refuse("HHX", "01+");
    refuse("HHX", "01+25");
    refuse("hh a", "01 A");
    refuse("dd", "32");
}

/* The last hours that nanoseconds can hold, with zones that lead out of them. */
static void the_ends_of_time(void **state)
{
    (void)state;
    refuse("yyyy-MM-dd HH:mm:ssXXX", "2262-04-11 23:47:15-18:00");
    refuse("yyyy-MM-dd HH:mm:ssXXX", "1677-09-21 00:12:45+18:00");
    refuse("yyyy", "9999");
    refuse("yyyy", "0000");
    refuse("epoch_millis", "9223372036855");
}

static void formats_that_are_none(void **state)
{
    (void)state;
    static const char *const good[] = {"",           "epoch_millis",       "strict_date_time",
                                       "dd-MM-yyyy", "yyyy||epoch_second", "HH[:mm]X",
                                       "yyyy'x''y'"};
    static const char *const bad[] = {"epoch",        "yyyy||weekyear", "yyyy-MM-dd'T", "yyyy||",
                                      "||yyyy",       "yyyy'x''",       "HH[:mm",       "HH]",
                                      "HH[:mm[:ss]]", "SSSSSSSSSSS",    "QQ",           "hello"};
    str problem;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!date_format_check(str_from(good[i]), &problem)) {
            fail_msg("'%s' was refused", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t out;
        if (date_format_check(str_from(bad[i]), &problem)) {
            fail_msg("'%s' was taken", bad[i]);
        }
        date_format_parse(str_from(bad[i]), S("2017-08-30"), &out);
    }
    assert_false(date_format_check(S("yyyy||weekyear"), &problem));
    assert_str(problem, S("weekyear"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_or_digits_by_default),
        cmocka_unit_test(epochs),
        cmocka_unit_test(names),
        cmocka_unit_test(patterns),
        cmocka_unit_test(twelve_hours),
        cmocka_unit_test(alternatives_are_tried_in_turn),
        cmocka_unit_test(all_of_the_text_and_no_more),
        cmocka_unit_test(the_ends_of_time),
        cmocka_unit_test(formats_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
