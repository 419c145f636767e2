/* SPDX-License-Identifier: Apache-2.0 */
/* Semantic versioning order, semver.org section 11. */
#include "ecs/value.h"

/* A version taken apart: major.minor.patch, then the parts behind '-'; build data behind '+' does not order. */
struct version {
    bool valid;
    str core[3];
    str release; /* pre-release, ptr NULL: none */
};

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return s.len > 0;
}

static struct version parse(str s)
{
    struct version v = {0};
    size_t plus = str_find_byte(s, '+', 0);
    str text = str_slice(s, 0, plus);
    size_t dash = str_find_byte(text, '-', 0);
    if (dash != SIZE_MAX) {
        v.release = str_slice(text, dash + 1, text.len);
        text.len = dash;
    }
    str rest = text;
    size_t n = 0;
    str part;
    while (n < 3 && str_split(&rest, '.', &part)) {
        if (!is_digits(part)) {
            return v;
        }
        v.core[n++] = part;
    }
    v.valid = n == 3 && !rest.ptr && (dash == SIZE_MAX || v.release.len > 0);
    return v;
}

static str without_zeros(str s)
{
    while (s.len > 1 && s.ptr[0] == '0') {
        s.ptr++;
        s.len--;
    }
    return s;
}

/* Numbers of any length by value. */
static int compare_digits(str a, str b)
{
    a = without_zeros(a);
    b = without_zeros(b);
    return a.len != b.len ? (a.len < b.len ? -1 : 1) : str_cmp(a, b);
}

static int compare_part(str a, str b)
{
    bool x = is_digits(a), y = is_digits(b);
    if (x && y) {
        return compare_digits(a, b);
    }
    return x != y ? (x ? -1 : 1) : str_cmp(a, b);
}

static int compare_release(str a, str b)
{
    if (!a.ptr || !b.ptr) { /* a release sorts after its pre-releases */
        return a.ptr ? -1 : b.ptr ? 1 : 0;
    }
    str x, y;
    for (;;) {
        bool more_a = str_split(&a, '.', &x), more_b = str_split(&b, '.', &y);
        if (!more_a || !more_b) {
            return more_a - more_b;
        }
        int c = compare_part(x, y);
        if (c) {
            return c;
        }
    }
}

int version_cmp(str a, str b)
{
    struct version x = parse(a), y = parse(b);
    if (!x.valid || !y.valid) {
        return x.valid != y.valid ? (x.valid ? -1 : 1) : str_cmp(a, b);
    }
    for (int i = 0; i < 3; i++) {
        int c = compare_digits(x.core[i], y.core[i]);
        if (c) {
            return c;
        }
    }
    return compare_release(x.release, y.release);
}
