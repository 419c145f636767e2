/* SPDX-License-Identifier: Apache-2.0 */
/* The values that queries and events are made of, and what the reference knows of addresses, dates and versions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ref.h"

const struct ref_field_row ref_fields[F_COUNT] = {
    [F_CATEGORY] = {"event.category", "keyword", REF_TEXT, NULL},
    [F_KW] = {"kw", "keyword", REF_TEXT, NULL},
    [F_USER] = {"user.name", "wildcard", REF_TEXT, NULL},
    [F_AB] = {"a.b", "keyword", REF_TEXT, NULL},
    [F_TXT] = {"txt", "text", REF_TEXT, NULL},
    [F_KWN] = {"kwn", "keyword", REF_TEXT, "NULL"},
    [F_NUM] = {"num", "long", REF_LONG, NULL},
    [F_AN] = {"a.n", "integer", REF_LONG, NULL},
    [F_TIE] = {"tie", "long", REF_LONG, NULL},
    [F_REAL] = {"real", "double", REF_DOUBLE, NULL},
    [F_AR] = {"a.r", "float", REF_DOUBLE, NULL},
    [F_FLAG] = {"flag", "boolean", REF_BOOLEAN, NULL},
    [F_FLAG2] = {"a.flag", "boolean", REF_BOOLEAN, NULL},
    [F_IP] = {"ip", "ip", REF_IP, NULL},
    [F_AIP] = {"a.ip", "ip", REF_IP, NULL},
    [F_TIME] = {"@timestamp", "date", REF_DATE, NULL},
    [F_WHEN] = {"when", "date", REF_DATE, NULL},
    [F_NANOS] = {"nanos", "date_nanos", REF_NANOS, NULL},
    [F_VER] = {"ver", "version", REF_VERSION, NULL},
    [F_NOPE] = {"nope", "", REF_NULL, NULL},
    [F_NADA] = {"a.nada", "", REF_NULL, NULL},
};

static const char *const fixed_texts[] = {"root",
                                          "Root",
                                          "bob",
                                          "",
                                          "a",
                                          "abcabc",
                                          "C:\\Tools\\Net1.exe",
                                          "a-b-c",
                                          "subdomain.example.com",
                                          "42",
                                          "-7",
                                          "+5",
                                          "1.5",
                                          "-0.25",
                                          "1e3",
                                          "0x1F",
                                          "0X1f",
                                          "99999999999999999999",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "zz",
                                          "true",
                                          "NULL",
                                          "*",
                                          "a*b",
                                          "what?",
                                          "valuesToAdd=[123]",
                                          "x\ny",
                                          "\xc3\xa9t\xc3\xa9",
                                          "\xc3\x89T\xc3\x89",
                                          "\xd0\xb6\xd0\x96",
                                          "\xce\xb1\xce\x92",
                                          "a\xf0\x9f\x98\x80z",
                                          "say \"hi\"",
                                          "a\\",
                                          "\\*",
                                          "100%_"};
static const char *const letters[] = {"s", "K",  "a", "b",        "c",       "A", "B",
                                      "x", "1",  "2", " ",        "-",       ".", "*",
                                      "?", "\\", "/", "\xc3\xa9", "\xc3\x89"};
static const int64_t fixed_longs[] = {0,
                                      1,
                                      2,
                                      3,
                                      -1,
                                      -2,
                                      5,
                                      7,
                                      -10,
                                      10,
                                      42,
                                      100,
                                      255,
                                      -256,
                                      65536,
                                      INT32_MAX,
                                      INT32_MIN,
                                      INT64_MAX,
                                      INT64_MIN,
                                      INT64_C(9007199254740993),
                                      INT64_C(9007199254740992)};
static const char *const fixed_reals[] = {"0.0",
                                          "-0.0",
                                          "1.0",
                                          "1.5",
                                          "2.5",
                                          "-2.5",
                                          "3.0",
                                          "0.1",
                                          "100.25",
                                          "1e3",
                                          "1E10",
                                          "1.5e-5",
                                          "9007199254740993.0",
                                          "7.0",
                                          "-1.0",
                                          "1e300",
                                          "0.3333333333333333",
                                          "12345678.9",
                                          "9.223372036854775807E18"};

str ref_recase(struct ref_random *r, str s)
{
    struct ref_units points = ref_points(s, r->arena);
    struct buf out = {0};
    for (size_t i = 0; i < points.n; i++) {
        ref_put_utf8(ref_chance(r, 40) ? ref_other_case(points.u[i]) : points.u[i], &out);
    }
    str copy = arena_copy(r->arena, buf_view(&out));
    buf_deinit(&out);
    return copy;
}

#define PICK(r, list) list[ref_below(r, sizeof(list) / sizeof(list)[0])]

static str random_text(struct ref_random *r)
{
    if (ref_chance(r, 50)) {
        return str_from(PICK(r, fixed_texts));
    }
    struct buf out = {0};
    uint32_t longest = ref_chance(r, 15) ? 60 : 6;
    for (uint32_t n = ref_below(r, longest); n > 0; n--) {
        buf_append(&out, str_from(PICK(r, letters)));
    }
    str copy = arena_copy(r->arena, buf_view(&out));
    buf_deinit(&out);
    return copy;
}

static int64_t random_date(struct ref_random *r)
{
    int64_t day = 15000 + ref_below(r, 5000), ms = ref_below(r, 86400000);
    int64_t t = (day * 86400000 + (ref_chance(r, 40) ? ms / 86400000 : ms)) * 1000000;
    return ref_chance(r, 40) ? t : t + ref_below(r, 1000000);
}

void ref_pool_fill(struct ref_random *r)
{
    for (int i = 0; i < REF_TEXTS; i++) {
        r->texts[i] = random_text(r);
    }
    for (int i = 0; i < REF_LONGS; i++) {
        r->longs[i] = PICK(r, fixed_longs);
    }
    for (int i = 0; i < REF_REALS; i++) {
        r->reals[i] = PICK(r, fixed_reals);
    }
    for (int i = 0; i < REF_DATES; i++) {
        bool near = i > 0 && ref_chance(r, 50);
        r->dates[i] =
            near ? r->dates[i - 1] + (int64_t)ref_below(r, 3) * 1000000 - 1000000 : random_date(r);
    }
}

str ref_pool_text(struct ref_random *r)
{
    str s = r->texts[ref_below(r, REF_TEXTS)];
    return ref_chance(r, 20) ? ref_recase(r, s) : s;
}

/* Addresses and what they are, byte by byte. */
static const struct {
    const char *text;
    uint8_t byte[16];
} addresses[] = {
    {"10.0.0.1", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1}},
    {"10.6.48.157", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 6, 48, 157}},
    {"10.6.49.1", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 6, 49, 1}},
    {"192.168.1.2", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 168, 1, 2}},
    {"255.255.255.255", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255}},
    {"0.0.0.0", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0}},
    {"::ffff:10.0.0.1", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1}},
    {"::1", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {"0:0:0:0:0:0:0:1", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {"::", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {"2001:db8::ff00:42:8329", {32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 255, 0, 0, 66, 131, 41}},
    {"2001:DB8:0:0:0:ff00:42:8329", {32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 255, 0, 0, 66, 131, 41}},
    {"2001:db8::ff00:42:832a", {32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 255, 0, 0, 66, 131, 42}},
    {"fe80::1", {254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
};

const char *ref_pool_ip(struct ref_random *r)
{
    return PICK(r, addresses).text;
}

bool ref_ip_bytes(str s, uint8_t out[16])
{
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        if (str_eq(s, str_from(addresses[i].text))) {
            memcpy(out, addresses[i].byte, 16);
            return true;
        }
    }
    return false;
}

str ref_pool_cidr(struct ref_random *r)
{
    const char *address = PICK(r, addresses).text;
    static const uint32_t lengths[] = {0, 1, 8, 12, 16, 20, 24, 25, 31, 32, 64, 96, 104, 127, 128};
    uint32_t bits;
    do {
        bits = PICK(r, lengths);
    } while (strchr(address, ':') == NULL && bits > 32);
    return arena_printf(r->arena, "%s/%u", address, bits);
}

bool ref_cidr_holds(str block, const uint8_t ip[16])
{
    size_t slash = str_find_byte(block, '/', 0);
    uint8_t network[16];
    int64_t bits = 0;
    if (!ref_ip_bytes(str_slice(block, 0, slash), network) ||
        !str_to_i64(str_slice(block, slash + 1, block.len), &bits)) {
        abort(); /* blocks are made of the table above */
    }
    if (str_find_byte(block, ':', 0) == SIZE_MAX) {
        bits += 96;
    }
    for (int64_t i = 0; i < bits; i++) {
        if (((network[i / 8] ^ ip[i / 8]) >> (7 - i % 8) & 1) != 0) {
            return false;
        }
    }
    return true;
}

static const char *const versions[] = {
    "1.2.3",          "1.2.4",       "1.2.4-SNAPSHOT", "1.11.3", "1.2.4-alpha.1", "1.2.4-alpha.2",
    "1.2.4-alpha.10", "1.2.4-alpha", "1.2.4-1",        "2.0.0",  "10.0.0",        "abc",
    "not a version",  "0.0.1"};

const char *ref_pool_version(struct ref_random *r)
{
    return PICK(r, versions);
}

/* The main parts of the versions above, and what follows the hyphen. */
static bool version_split(str s, int64_t main[3], str *pre)
{
    size_t hyphen = str_find_byte(s, '-', 0);
    str rest = str_slice(s, 0, hyphen == SIZE_MAX ? s.len : hyphen), piece;
    *pre = hyphen == SIZE_MAX ? (str){0} : str_slice(s, hyphen + 1, s.len);
    for (int i = 0; i < 3; i++) {
        if (!str_split(&rest, '.', &piece) || !str_to_i64(piece, &main[i])) {
            return false;
        }
    }
    return true;
}

/* semver.org, 11.4: parts one by one, numbers by value and before words, fewer parts before more. */
static int prerelease_order(str a, str b)
{
    str x, y;
    for (;;) {
        bool more_a = str_split(&a, '.', &x), more_b = str_split(&b, '.', &y);
        if (!more_a || !more_b) {
            return (int)more_a - (int)more_b;
        }
        int64_t n, m;
        bool is_n = str_to_i64(x, &n), is_m = str_to_i64(y, &m);
        int order = is_n && is_m ? (n > m) - (n < m) : is_n != is_m ? is_m - is_n : str_cmp(x, y);
        if (order != 0) {
            return order;
        }
    }
}

int ref_version_order(str a, str b)
{
    int64_t x[3], y[3];
    str pre_a, pre_b;
    bool is_a = version_split(a, x, &pre_a), is_b = version_split(b, y, &pre_b);
    if (!is_a || !is_b) {
        return is_a != is_b ? (int)is_b - (int)is_a : str_cmp(a, b);
    }
    for (int i = 0; i < 3; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    if (pre_a.ptr == NULL || pre_b.ptr == NULL) {
        return (pre_a.ptr == NULL) - (pre_b.ptr == NULL);
    }
    return prerelease_order(pre_a, pre_b);
}

static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970-01-01 to a civil date, counting year by year and month by month. */
static void civil_date(int64_t days, int *year, int *month, int *day)
{
    for (*year = 1970; days >= 365 + is_leap(*year); (*year)++) {
        days -= 365 + is_leap(*year);
    }
    for (*month = 1; days >= month_days[*month - 1] + (is_leap(*year) && *month == 2); (*month)++) {
        days -= month_days[*month - 1] + (is_leap(*year) && *month == 2);
    }
    *day = (int)days + 1;
}

static int64_t civil_days(int year, int month, int day)
{
    int64_t days = day - 1;
    for (int y = 1970; y < year; y++) {
        days += 365 + is_leap(y);
    }
    for (int m = 1; m < month; m++) {
        days += month_days[m - 1] + (is_leap(year) && m == 2);
    }
    return days;
}

str ref_date_text(struct ref_random *r, int64_t ns, int digits)
{
    static const int64_t units[] = {1000000000, 0, 0, 1000000, 0, 0, 1000, 0, 0, 1};
    int zone = ref_chance(r, 15) ? (int)ref_below(r, 25) * 60 - 720 : 0;
    int64_t t = ns + (int64_t)zone * 60 * 1000000000, s = t / 1000000000;
    int year, month, day;
    civil_date(s / 86400, &year, &month, &day);
    str date = arena_printf(r->arena, "%04d-%02d-%02d", year, month, day);
    if (zone == 0 && t % (INT64_C(86400) * 1000000000) == 0 && ref_chance(r, 60)) {
        return date;
    }
    str time = arena_printf(r->arena, "T%02d:%02d:%02d", (int)(s / 3600 % 24), (int)(s / 60 % 60),
                            (int)(s % 60));
    int shown = 0;
    while (shown < digits && t % units[shown] != 0) {
        shown += 3;
    }
    if (shown > 0) {
        time = arena_printf(r->arena, "%.*s.%0*d", STR_ARG(time), shown,
                            (int)(t % 1000000000 / units[shown]));
    }
    str suffix = ref_chance(r, 80) ? S("Z") : S("");
    if (zone != 0) {
        suffix = arena_printf(r->arena, "%c%02d:%02d", zone < 0 ? '-' : '+', abs(zone) / 60, 0);
    }
    return arena_concat(r->arena, date, time, suffix);
}

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* The spellings above, and digits that mean milliseconds. */
bool ref_date_parse(str s, int64_t *out)
{
    int64_t ms;
    if (str_to_i64(s, &ms)) {
        *out = ms * 1000000;
        return true;
    }
    if (s.len < 10) {
        return false;
    }
    int year = two_digits(s.ptr) * 100 + two_digits(s.ptr + 2);
    int64_t t = civil_days(year, two_digits(s.ptr + 5), two_digits(s.ptr + 8)) * 86400;
    size_t at = 10;
    if (at < s.len) {
        t += two_digits(s.ptr + 11) * 3600 + two_digits(s.ptr + 14) * 60 + two_digits(s.ptr + 17);
        at = 19;
    }
    t *= 1000000000;
    if (at < s.len && s.ptr[at] == '.') {
        int64_t unit = 100000000;
        for (at++; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++, unit /= 10) {
            t += (s.ptr[at] - '0') * unit;
        }
    }
    if (at < s.len && s.ptr[at] != 'Z') {
        int64_t minutes = two_digits(s.ptr + at + 1) * 60 + two_digits(s.ptr + at + 4);
        t -= (s.ptr[at] == '-' ? -minutes : minutes) * 60 * 1000000000;
    }
    *out = t;
    return true;
}
