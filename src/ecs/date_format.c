/* SPDX-License-Identifier: Apache-2.0 */
/* Text to time by a format. */
#include "ecs/date_format.h"

#include "base/time.h"

struct reading {
    str text;
    size_t at;
    int year, month, day, hour, minute, second, offset;
    int64_t ns;
    bool afternoon;
};

/* Between `least` and `most` digits. */
static bool number(struct reading *r, size_t least, size_t most, int *out)
{
    size_t n = 0;
    int value = 0;
    while (n < most && r->at < r->text.len && r->text.ptr[r->at] >= '0' &&
           r->text.ptr[r->at] <= '9') {
        value = value * 10 + (r->text.ptr[r->at++] - '0');
        n++;
    }
    *out = value;
    return n >= least;
}

static bool fraction(struct reading *r)
{
    int64_t scale = TIME_NS_PER_S;
    size_t start = r->at;
    while (r->at < r->text.len && r->text.ptr[r->at] >= '0' && r->text.ptr[r->at] <= '9') {
        scale /= 10;
        r->ns += scale * (r->text.ptr[r->at++] - '0');
    }
    return r->at > start;
}

static bool month_name(struct reading *r)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    str word = str_slice(r->text, r->at, r->at + 3);
    for (int i = 0; i < 12; i++) {
        if (str_eq_nocase(word, (str){names + 3 * i, 3})) {
            r->month = i + 1;
            r->at += 3;
            return true;
        }
    }
    return false;
}

static bool zone(struct reading *r)
{
    char c = r->at < r->text.len ? r->text.ptr[r->at] : '\0';
    if (c == 'Z' || c == 'z') {
        r->at++;
        return true;
    }
    int hours, minutes = 0;
    r->at++;
    if ((c != '+' && c != '-') || !number(r, 2, 2, &hours)) {
        return false;
    }
    if (r->at < r->text.len && r->text.ptr[r->at] == ':') {
        r->at++;
    }
    number(r, 0, 2, &minutes);
    r->offset = (hours * 60 + minutes) * (c == '+' ? 60 : -60);
    return hours <= 18 && minutes < 60;
}

static bool half_of_day(struct reading *r)
{
    str word = str_slice(r->text, r->at, r->at + 2);
    r->afternoon = str_eq_nocase(word, S("pm"));
    r->at += 2;
    return r->afternoon || str_eq_nocase(word, S("am"));
}

/* One run of a pattern letter. */
static bool unit(struct reading *r, char letter, size_t run)
{
    size_t most = run > 1 ? run : 2;
    switch (letter) {
    case 'y':
    case 'u':
        return number(r, run == 2 ? 2 : 4, run == 2 ? 2 : 4, &r->year);
    case 'M':
        return run >= 3 ? month_name(r) : number(r, run, most, &r->month);
    case 'd':
        return number(r, run, most, &r->day);
    case 'H':
    case 'h':
        return number(r, run, most, &r->hour);
    case 'm':
        return number(r, run, most, &r->minute);
    case 's':
        return number(r, run, most, &r->second);
    case 'S':
    case 'n':
        return fraction(r);
    case 'a':
        return half_of_day(r);
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
        return zone(r);
    default:
        return false;
    }
}

static bool literal(struct reading *r, char c)
{
    return r->at < r->text.len && r->text.ptr[r->at++] == c;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool match_pattern(struct reading *r, str pattern)
{
    for (size_t i = 0; i < pattern.len;) {
        char c = pattern.ptr[i];
        if (c == '\'') {
            for (i++; i < pattern.len && pattern.ptr[i] != '\''; i++) {
                if (!literal(r, pattern.ptr[i])) {
                    return false;
                }
            }
            i++;
        } else if (is_letter(c)) {
            size_t run = 0;
            while (i + run < pattern.len && pattern.ptr[i + run] == c) {
                run++;
            }
            if (!unit(r, c, run)) {
                return false;
            }
            i += run;
        } else if (!literal(r, c)) {
            return false;
        } else {
            i++;
        }
    }
    return r->at == r->text.len;
}

static bool by_pattern(str pattern, str text, int64_t *out)
{
    struct reading r = {.text = text, .year = 1970, .month = 1, .day = 1};
    if (!match_pattern(&r, pattern)) {
        return false;
    }
    r.hour += r.afternoon && r.hour < 12 ? 12 : 0;
    int64_t t;
    if (!time_from_civil(r.year, r.month, r.day, r.hour, r.minute, r.second, r.ns, &t)) {
        return false;
    }
    *out = t - r.offset * TIME_NS_PER_S;
    return true;
}

static bool epoch(str text, int64_t unit_ns, int64_t *out)
{
    int64_t n;
    if (!str_to_i64(text, &n) || n > INT64_MAX / unit_ns || n < INT64_MIN / unit_ns) {
        return false;
    }
    *out = n * unit_ns;
    return true;
}

static bool by_one(str format, str text, int64_t *out)
{
    if (str_eq(format, S("epoch_millis"))) {
        return epoch(text, TIME_NS_PER_MS, out);
    }
    if (str_eq(format, S("epoch_second"))) {
        return epoch(text, TIME_NS_PER_S, out);
    }
    if (str_starts(format, S("strict_date")) || str_starts(format, S("date_optional")) ||
        str_starts(format, S("iso8601"))) {
        return time_parse(text, out);
    }
    return by_pattern(format, text, out);
}

bool date_format_parse(str format, str text, int64_t *out)
{
    if (!format.len) {
        return time_parse(text, out) || epoch(text, TIME_NS_PER_MS, out);
    }
    while (format.len) {
        size_t bar = str_find(format, S("||"), 0);
        if (by_one(str_trim(str_slice(format, 0, bar)), text, out)) {
            return true;
        }
        format = bar == SIZE_MAX ? (str){0} : str_slice(format, bar + 2, format.len);
    }
    return false;
}
