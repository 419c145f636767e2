/* SPDX-License-Identifier: Apache-2.0 */
/* Formats by name and alternatives; patterns are in date_pattern.c. */
#include "ecs/date_format.h"

#include "base/time.h"
#include "ecs/date_pattern.h"
#include "ecs/decimal.h"

/* One named format: how it is read. */
static const struct {
    str name;
    enum { ISO, MILLIS, SECONDS, PATTERN } kind;
    str pattern;
} named[] = {
    {S_INIT("date_optional_time"), ISO, S_INIT("")},
    {S_INIT("date_optional_time_nanos"), ISO, S_INIT("")},
    {S_INIT("iso8601"), ISO, S_INIT("")},
    {S_INIT("epoch_millis"), MILLIS, S_INIT("")},
    {S_INIT("epoch_second"), SECONDS, S_INIT("")},
    {S_INIT("basic_date"), PATTERN, S_INIT("yyyyMMdd")},
    {S_INIT("basic_date_time"), PATTERN, S_INIT("yyyyMMdd'T'HHmmss.SSSXXX")},
    {S_INIT("basic_date_time_no_millis"), PATTERN, S_INIT("yyyyMMdd'T'HHmmssXXX")},
    {S_INIT("date"), PATTERN, S_INIT("yyyy-MM-dd")},
    {S_INIT("year_month_day"), PATTERN, S_INIT("yyyy-MM-dd")},
    {S_INIT("year_month"), PATTERN, S_INIT("yyyy-MM")},
    {S_INIT("year"), PATTERN, S_INIT("yyyy")},
    {S_INIT("date_hour"), PATTERN, S_INIT("yyyy-MM-dd'T'HH")},
    {S_INIT("date_hour_minute"), PATTERN, S_INIT("yyyy-MM-dd'T'HH:mm")},
    {S_INIT("date_hour_minute_second"), PATTERN, S_INIT("yyyy-MM-dd'T'HH:mm:ss")},
    {S_INIT("date_hour_minute_second_millis"), PATTERN, S_INIT("yyyy-MM-dd'T'HH:mm:ss.SSS")},
    {S_INIT("date_hour_minute_second_fraction"), PATTERN,
     S_INIT("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS")},
    {S_INIT("date_time"), ISO, S_INIT("")},
    {S_INIT("date_time_no_millis"), PATTERN, S_INIT("yyyy-MM-dd'T'HH:mm:ssXXX")},
};

enum { N_NAMED = sizeof named / sizeof named[0] };

/* The row of a name, "strict_" or not (we read both strictly), or N_NAMED. */
static size_t find_named(str name)
{
    str plain = str_starts(name, S("strict_")) ? str_slice(name, 7, name.len) : name;
    size_t i = 0;
    while (i < N_NAMED && !str_eq(plain, named[i].name)) {
        i++;
    }
    return i;
}

/* Elasticsearch's date_optional_time also takes a year, a year and month, and a full hour. */
static bool parse_iso(str text, int64_t *out)
{
    return time_parse(text, out) || date_pattern_parse(S("yyyy-MM"), text, out) ||
           date_pattern_parse(S("yyyy"), text, out) ||
           date_pattern_parse(S("yyyy-MM-dd'T'HH[XXX]"), text, out);
}

static bool parse_epoch(str text, int power, int64_t *out)
{
    bool whole;
    return decimal_to_i64(text, power, out, &whole);
}

static bool parse_one(str format, str text, int64_t *out)
{
    size_t i = find_named(format);
    if (i == N_NAMED) {
        return date_pattern_parse(format, text, out);
    }
    switch (named[i].kind) {
    case ISO:
        return parse_iso(text, out);
    case MILLIS:
        return parse_epoch(text, 6, out);
    case SECONDS:
        return parse_epoch(text, 9, out);
    case PATTERN:
        return date_pattern_parse(named[i].pattern, text, out);
    }
    return false;
}

/* Takes the next alternative off the front of *rest. */
static bool next_alternative(str *rest, str *one)
{
    if (rest->ptr == NULL) {
        return false;
    }
    size_t bar = str_find(*rest, S("||"), 0);
    *one = str_slice(*rest, 0, bar);
    if (bar == SIZE_MAX) {
        *rest = (str){0};
    } else {
        *rest = str_slice(*rest, bar + 2, rest->len);
    }
    return true;
}

static bool parse_default(str text, int64_t *out)
{
    return parse_epoch(text, 6, out) || parse_iso(text, out);
}

bool date_format_parse(str format, str text, int64_t *out)
{
    if (format.len == 0) {
        return parse_default(text, out);
    }
    str one;
    while (next_alternative(&format, &one)) {
        if (parse_one(one, text, out)) {
            return true;
        }
    }
    return false;
}

bool date_format_check(str format, str *problem)
{
    if (format.len == 0) {
        return true;
    }
    str one;
    while (next_alternative(&format, &one)) {
        if (find_named(one) == N_NAMED && !date_pattern_check(one)) {
            *problem = one;
            return false;
        }
    }
    return true;
}
