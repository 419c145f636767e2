/* SPDX-License-Identifier: Apache-2.0 */
/* Walks pattern and text together. */
#include "ecs/date_pattern.h"

#include <string.h>

#include "base/time.h"

struct moment {
    int year, month, day, hour, minute, second;
    int64_t ns;
    int offset; /* seconds east of UTC */
    bool half_day, afternoon;
};

struct cursor {
    str text;
    size_t at;
    struct moment moment;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take_byte(struct cursor *c, char byte)
{
    if (c->at >= c->text.len || c->text.ptr[c->at] != byte) {
        return false;
    }
    c->at++;
    return true;
}

static bool take_number(struct cursor *c, size_t min, size_t max, int *out)
{
    size_t n = 0;
    int value = 0;
    while (n < max && c->at < c->text.len && c->text.ptr[c->at] >= '0' &&
           c->text.ptr[c->at] <= '9') {
        value = value * 10 + (c->text.ptr[c->at++] - '0');
        n++;
    }
    *out = value;
    return n >= min;
}

/* A number field of `width` letters: one letter is lenient, more are exact. */
static bool take_field(struct cursor *c, size_t width, size_t widest, int *out)
{
    return width == 1 ? take_number(c, 1, widest, out)
                      : width <= widest && take_number(c, width, width, out);
}

static bool take_year(struct cursor *c, size_t width)
{
    int *year = &c->moment.year;
    if (width == 2) {
        bool ok = take_number(c, 2, 2, year);
        *year += 2000;
        return ok;
    }
    return take_field(c, width, 4, year);
}

static bool take_word(struct cursor *c, str word)
{
    if (!str_eq_nocase(str_slice(c->text, c->at, c->at + word.len), word)) {
        return false;
    }
    c->at += word.len;
    return true;
}

/* One of n names, whole or (width up to 3) their first three letters; its number from 1, or 0. */
static int take_name(struct cursor *c, const str *names, int n, size_t width)
{
    for (int i = 0; i < n; i++) {
        if (take_word(c, width > 3 ? names[i] : str_slice(names[i], 0, 3))) {
            return i + 1;
        }
    }
    return 0;
}

static bool take_month(struct cursor *c, size_t width)
{
    static const str names[] = {
        S_INIT("January"),   S_INIT("February"), S_INIT("March"),    S_INIT("April"),
        S_INIT("May"),       S_INIT("June"),     S_INIT("July"),     S_INIT("August"),
        S_INIT("September"), S_INIT("October"),  S_INIT("November"), S_INIT("December"),
    };
    if (width < 3) {
        return take_field(c, width, 2, &c->moment.month);
    }
    c->moment.month = take_name(c, names, 12, width);
    return c->moment.month > 0;
}

static bool take_weekday(struct cursor *c, size_t width)
{
    static const str names[] = {S_INIT("Monday"),   S_INIT("Tuesday"), S_INIT("Wednesday"),
                                S_INIT("Thursday"), S_INIT("Friday"),  S_INIT("Saturday"),
                                S_INIT("Sunday")};
    return take_name(c, names, 7, width) > 0;
}

static bool take_fraction(struct cursor *c, size_t width)
{
    int64_t scale = TIME_NS_PER_S;
    c->moment.ns = 0;
    for (size_t i = 0; i < width; i++) {
        int digit;
        scale /= 10;
        if (!take_number(c, 1, 1, &digit)) {
            return false;
        }
        c->moment.ns += scale * digit;
    }
    return width <= 9;
}

static bool take_zone(struct cursor *c, char letter)
{
    int hours = 0, minutes = 0;
    bool named = letter == 'z' || letter == 'V';
    c->moment.offset = 0;
    if (take_byte(c, 'Z') || (named && (take_word(c, S("UTC")) || take_word(c, S("GMT"))))) {
        return letter != 'x'; /* Java's x has no word for zero */
    }
    bool east = take_byte(c, '+');
    if ((!east && !take_byte(c, '-')) || !take_number(c, 2, 2, &hours)) {
        return false;
    }
    bool colon = take_byte(c, ':');
    bool more = take_number(c, 2, 2, &minutes);
    if ((colon && !more) || hours > 18 || minutes > 59) {
        return false;
    }
    c->moment.offset = (hours * 3600 + minutes * 60) * (east ? 1 : -1);
    return true;
}

static bool take_half(struct cursor *c)
{
    c->moment.half_day = true;
    c->moment.afternoon = take_word(c, S("PM"));
    return c->moment.afternoon || take_word(c, S("AM"));
}

static bool take_letters(struct cursor *c, char letter, size_t width)
{
    struct moment *m = &c->moment;
    switch (letter) {
    case 'y':
    case 'u':
        return take_year(c, width);
    case 'M':
        return take_month(c, width);
    case 'd':
        return take_field(c, width, 2, &m->day);
    case 'E':
        return take_weekday(c, width);
    case 'H':
    case 'h':
        return take_field(c, width, 2, &m->hour);
    case 'm':
        return take_field(c, width, 2, &m->minute);
    case 's':
        return take_field(c, width, 2, &m->second);
    case 'S':
        return take_fraction(c, width);
    case 'a':
        return take_half(c);
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
    case 'V':
        return take_zone(c, letter);
    default:
        return false;
    }
}

static size_t run_length(str pattern, size_t at)
{
    size_t n = 1;
    while (at + n < pattern.len && pattern.ptr[at + n] == pattern.ptr[at]) {
        n++;
    }
    return n;
}

/* The closing quote of the literal that begins at `at`, or SIZE_MAX. Two quotes inside stand for one; '' alone is a quote, and
 * its own end. */
static size_t quote_end(str pattern, size_t at)
{
    size_t end = str_find_byte(pattern, '\'', at + 1);
    while (end != SIZE_MAX && end > at + 1 && end + 1 < pattern.len &&
           pattern.ptr[end + 1] == '\'') {
        end = str_find_byte(pattern, '\'', end + 2);
    }
    return end;
}

static bool take_quoted(struct cursor *c, str pattern, size_t *at)
{
    size_t end = quote_end(pattern, *at), i = *at + 1;
    if (end == SIZE_MAX) {
        return false;
    }
    *at = end + 1;
    if (end == i) {
        return take_byte(c, '\'');
    }
    for (; i < end; i++) {
        if (!take_byte(c, pattern.ptr[i])) {
            return false;
        }
        i += pattern.ptr[i] == '\''; /* the second of two */
    }
    return true;
}

/* One piece of the pattern: a run of letters, a literal, a byte. */
static bool take_piece(struct cursor *c, str pattern, size_t *at)
{
    char letter = pattern.ptr[*at];
    if (letter == '\'') {
        return take_quoted(c, pattern, at);
    }
    if (is_letter(letter)) {
        size_t width = run_length(pattern, *at);
        *at += width;
        return take_letters(c, letter, width);
    }
    (*at)++;
    return take_byte(c, letter);
}

/* The closing bracket of the section that ends first at or after `at`; quotes are skipped. Sections do not nest. */
static size_t section_end(str pattern, size_t at)
{
    while (at < pattern.len && pattern.ptr[at] != ']' && pattern.ptr[at] != '[') {
        if (pattern.ptr[at] == '\'') {
            size_t end = quote_end(pattern, at);
            if (end == SIZE_MAX) {
                return SIZE_MAX;
            }
            at = end;
        }
        at++;
    }
    return at < pattern.len && pattern.ptr[at] == ']' ? at : SIZE_MAX;
}

static bool take_pattern(struct cursor *c, str pattern)
{
    struct cursor before = *c;
    size_t end = SIZE_MAX; /* of the open section */
    for (size_t at = 0; at < pattern.len;) {
        if (pattern.ptr[at] == '[' && end == SIZE_MAX) {
            before = *c;
            end = section_end(pattern, at + 1);
            if (end == SIZE_MAX) {
                return false;
            }
            at++;
        } else if (at == end) {
            end = SIZE_MAX;
            at++;
        } else if (!take_piece(c, pattern, &at)) {
            if (end == SIZE_MAX) {
                return false;
            }
            *c = before;
            at = end + 1;
            end = SIZE_MAX;
        }
    }
    return c->at == c->text.len;
}

static bool moment_time(const struct moment *m, int64_t *out)
{
    int hour = m->hour;
    if (m->half_day) {
        if (hour < 1 || hour > 12) {
            return false;
        }
        hour = hour % 12 + (m->afternoon ? 12 : 0);
    }
    int64_t t, shift = m->offset * TIME_NS_PER_S;
    if (!time_from_civil(m->year, m->month, m->day, hour, m->minute, m->second, m->ns, &t) ||
        (shift > 0 ? t < INT64_MIN + shift : t > INT64_MAX + shift)) {
        return false;
    }
    *out = t - shift;
    return true;
}

bool date_pattern_parse(str pattern, str text, int64_t *out)
{
    struct cursor c = {.text = text, .moment = {.year = 1970, .month = 1, .day = 1}};
    return take_pattern(&c, pattern) && moment_time(&c.moment, out);
}

static bool check_letters(char letter, size_t width)
{
    static const char known[] = "yuMdEHhmsSaXxZzV";
    size_t widest = letter == 'S' ? 9 : letter == 'X' || letter == 'x' || letter == 'Z' ? 5 : 4;
    return strchr(known, letter) != NULL && width <= widest &&
           (strchr("dHhms", letter) == NULL || width <= 2) && (letter != 'a' || width == 1);
}

bool date_pattern_check(str pattern)
{
    size_t end = SIZE_MAX;
    for (size_t at = 0; at < pattern.len; at++) {
        char letter = pattern.ptr[at];
        if (letter == '\'') {
            at = quote_end(pattern, at);
            if (at == SIZE_MAX) {
                return false;
            }
        } else if (is_letter(letter)) {
            size_t width = run_length(pattern, at);
            if (!check_letters(letter, width)) {
                return false;
            }
            at += width - 1;
        } else if (letter == '[') {
            end = section_end(pattern, at + 1);
            if (end == SIZE_MAX) {
                return false;
            }
        } else if (letter == ']' && at != end) {
            return false;
        }
    }
    return pattern.len > 0;
}
