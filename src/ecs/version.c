/* SPDX-License-Identifier: Apache-2.0 */
/* Version order: numbers joined by dots, "-" and a pre-release, "+" and a build. Source: semver.org 2.0.0 section 11, with
 * Elasticsearch's two liberties: any number of main parts (the shorter first), and the build counts last, so that equal order
 * means equal text. */
#include "ecs/value.h"

struct version {
    str main, pre, build;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_number(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

/* A number without leading zeros, or, where letters are allowed, a word that is not all digits. */
static bool legal_part(str s, bool letters, bool zeros)
{
    if (is_number(s)) {
        return zeros || s.len == 1 || s.ptr[0] != '0';
    }
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-') {
            return false;
        }
    }
    return letters && s.len > 0;
}

static bool legal_parts(str s, bool letters, bool zeros)
{
    str part;
    bool legal = s.len > 0 && s.ptr[s.len - 1] != '.';
    while (legal && str_split(&s, '.', &part)) {
        legal = legal_part(part, letters, zeros);
    }
    return legal;
}

static bool version_split(str s, struct version *v)
{
    *v = (struct version){.main = s};
    size_t plus = str_find_byte(s, '+', 0);
    if (plus != SIZE_MAX) {
        v->build = str_slice(s, plus + 1, s.len);
        v->main = str_slice(s, 0, plus);
        if (!legal_parts(v->build, true, true)) {
            return false;
        }
    }
    size_t dash = str_find_byte(v->main, '-', 0);
    if (dash != SIZE_MAX) {
        v->pre = str_slice(v->main, dash + 1, v->main.len);
        v->main = str_slice(v->main, 0, dash);
        if (!legal_parts(v->pre, true, false)) {
            return false;
        }
    }
    return legal_parts(v->main, false, false);
}

/* Numbers by value (no leading zeros, so by length first) and before words; words bytewise. */
static int part_cmp(str a, str b)
{
    bool number_a = is_number(a), number_b = is_number(b);
    if (number_a != number_b) {
        return number_a ? -1 : 1;
    }
    if (number_a && a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return str_cmp(a, b);
}

static int parts_cmp(str a, str b)
{
    for (;;) {
        str part_a, part_b;
        bool more_a = a.len > 0 && str_split(&a, '.', &part_a);
        bool more_b = b.len > 0 && str_split(&b, '.', &part_b);
        if (!more_a || !more_b) {
            return (int)more_a - (int)more_b;
        }
        int order = part_cmp(part_a, part_b);
        if (order != 0) {
            return order;
        }
    }
}

int version_cmp(str a, str b)
{
    struct version va, vb;
    bool legal_a = version_split(a, &va), legal_b = version_split(b, &vb);
    if (!legal_a || !legal_b) {
        return legal_a != legal_b ? (legal_a ? -1 : 1) : str_cmp(a, b);
    }
    int order = parts_cmp(va.main, vb.main);
    if (order != 0) {
        return order;
    }
    if ((va.pre.len == 0) != (vb.pre.len == 0)) {
        return va.pre.len == 0 ? 1 : -1;
    }
    order = parts_cmp(va.pre, vb.pre);
    return order != 0 ? order : str_cmp(va.build, vb.build);
}
