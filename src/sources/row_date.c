/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of rows: ISO 8601 everywhere, the two American spellings that Azure writes. Output has milliseconds, truncated. */
#include "sources/row.h"

#include "base/time.h"

/* Takes 1 or 2 (or exactly `exact`) digits off the front. */
static bool take_number(str *s, size_t exact, int *out)
{
    size_t n = 0, most = exact ? exact : 2;
    int value = 0;
    while (n < s->len && n < most && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        value = value * 10 + (s->ptr[n++] - '0');
    *s = str_slice(*s, n, s->len);
    *out = value;
    return exact ? n == exact : n > 0;
}

static bool take_byte(str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = str_slice(*s, 1, s->len);
    return true;
}

/* ".123" in nanoseconds; 0 when there is none. Digits past the ninth do not count. */
static int64_t take_fraction(str *s)
{
    int64_t ns = 0, unit = TIME_NS_PER_S;
    if (!take_byte(s, '.'))
        return 0;
    for (; s->len > 0 && s->ptr[0] >= '0' && s->ptr[0] <= '9'; *s = str_slice(*s, 1, s->len)) {
        unit /= 10;
        ns += unit * (s->ptr[0] - '0');
    }
    return ns;
}

/* " AM" or " PM": turns a 12-hour clock's hour into the day's. False when the hour does not fit one. */
static bool take_half_day(str *s, int *hour)
{
    bool am = str_starts(*s, S(" AM")), pm = str_starts(*s, S(" PM"));
    if (!am && !pm)
        return true;
    *s = str_slice(*s, 3, s->len);
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (pm ? 12 : 0);
    return true;
}

/* " +01:00" in nanoseconds; 0 when there is none. */
static bool take_offset(str *s, int64_t *offset)
{
    *offset = 0;
    if (s->len == 0)
        return true;
    int hours, minutes;
    if (!take_byte(s, ' '))
        return false;
    bool west = take_byte(s, '-');
    if (!west && !take_byte(s, '+'))
        return false;
    if (!take_number(s, 2, &hours) || !take_byte(s, ':') || !take_number(s, 2, &minutes) ||
        hours > 18 || minutes > 59)
        return false;
    *offset = (hours * INT64_C(60) + minutes) * 60 * TIME_NS_PER_S * (west ? -1 : 1);
    return s->len == 0;
}

/* "M/d/yyyy[,] H:mm:ss[.SSS][ AM|PM][ +01:00]". */
static bool parse_american(str s, int64_t *out)
{
    int month, day, year, hour, minute, second;
    int64_t offset, time;
    if (!take_number(&s, 0, &month) || !take_byte(&s, '/') || !take_number(&s, 0, &day) ||
        !take_byte(&s, '/') || !take_number(&s, 4, &year))
        return false;
    take_byte(&s, ','); /* the portal's export: "1/31/2026, 9:00:00.123 AM" */
    if (!take_byte(&s, ' '))
        return false;
    if (!take_number(&s, 0, &hour) || !take_byte(&s, ':') || !take_number(&s, 2, &minute) ||
        !take_byte(&s, ':') || !take_number(&s, 2, &second))
        return false;
    int64_t fraction = take_fraction(&s);
    if (!take_half_day(&s, &hour) || !take_offset(&s, &offset))
        return false;
    if (!time_from_civil(year, month, day, hour, minute, second, fraction, &time))
        return false;
    /* Years at the edge of the range: the offset must not leave it. */
    if (offset > 0 ? time < INT64_MIN + offset : time > INT64_MAX + offset)
        return false;
    *out = time - offset;
    return true;
}

/* Seconds since the epoch, with a fraction. */
static bool parse_epoch(str s, int64_t *out)
{
    double seconds;
    /* The range of a time in nanoseconds, about 292 years to either side. */
    if (!str_to_double(s, &seconds) || !(seconds > -9.2e9 && seconds < 9.2e9))
        return false;
    /* Rounded once: 1636625755.218 is the double just below, and its milliseconds are 218 all the same. */
    *out = (int64_t)(seconds * 1e3) * TIME_NS_PER_MS;
    return true;
}

/* "2021-10-19 02:55:46.633 UTC", or seconds. */
static bool parse_bigquery(str s, int64_t *out)
{
    if (str_ends(s, S(" UTC")))
        return time_parse(str_slice(s, 0, s.len - 4), out);
    return parse_epoch(s, out);
}

/* ISO 8601 with its 'T': a blank in its place is another format, which the mapping does not read. */
static bool parse_iso(str s, int64_t *out)
{
    return str_find_byte(s, ' ', 0) == SIZE_MAX && time_parse(s, out);
}

bool date_iso_or_epoch(str s, int64_t *out)
{
    return parse_iso(s, out) || parse_epoch(s, out);
}

const struct json *date_text(int64_t time, struct arena *a)
{
    char *out = arena_push_raw(a, 1, 32);
    return json_new_string(a, (str){out, time_format_ms(time, out)});
}

const struct json *row_date(const struct row_input *r)
{
    bool number = json_is(r->in[0], JSON_NUMBER) && r->row->arg == DATE_GCP;
    str text = number ? r->in[0]->text : json_text(r->in[0]);
    int64_t time;
    char *plain = arena_push_raw(r->arena, 1, 32);
    size_t n = time_plain_ms(text, plain); /* one of the forms of parse_iso */
    if (n > 0)
        return json_new_string(r->arena, (str){plain, n});
    bool known = text.ptr && (parse_iso(text, &time) ||
                              (r->row->arg == DATE_AZURE && parse_american(text, &time)) ||
                              (r->row->arg == DATE_GCP && parse_bigquery(text, &time)));
    return known ? date_text(time, r->arena) : NULL;
}
