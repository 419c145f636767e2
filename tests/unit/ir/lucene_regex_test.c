/* SPDX-License-Identifier: Apache-2.0 */
/* What lucene_regex_translate refuses, and where; what it accepts is run in eval/regex_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "ir/lucene_regex.h"

static bool translate(str pattern, struct lucene_error *e)
{
    struct arena a = arena_open((size_t)1 << 28);
    str out = {0};
    bool ok = lucene_regex_translate(pattern, &a, &out, e);
    arena_close(&a);
    return ok;
}

static void refusals_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        size_t at;
    } rows[] = {
        {"a|", 2},    {"(", 1},      {"(a", 0},     {"a)", 1},      {"x[ab", 1},
        {"[", 1},     {"[b-a]", 1},  {"[a-]", 1},   {"ab\\", 3},    {"a{", 2},
        {"a{x}", 2},  {"a{1", 1},    {"a{2,1}", 1}, {"a{1001}", 2}, {"x\"ab", 1},
        {"x<1-2", 1}, {"<name>", 0}, {"<1-x>", 0},  {"a&", 2},      {"~", 1},
        {"~ab", 0},   {"(a&b)c", 2}, {"(~a)*", 1},  {"ab\xFF", 2},  {"a{99999999999}", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lucene_error e;
        if (translate(str_from(rows[i].pattern), &e)) {
            fail_msg("'%s' must be refused", rows[i].pattern);
        }
        assert_non_null(e.reason);
        if (e.at != rows[i].at) {
            fail_msg("'%s' is refused at %zu, not %zu: %s", rows[i].pattern, e.at, rows[i].at,
                     e.reason);
        }
    }
}

/* `before` n times, then `after`. */
static bool repeated(const char *before, size_t n, const char *after)
{
    struct arena a = arena_open((size_t)1 << 28);
    size_t len = strlen(before);
    char *text = NEW_ARRAY(&a, char, n *len + strlen(after) + 1);
    for (size_t i = 0; i < n; i++) {
        memcpy(text + i * len, before, len);
    }
    memcpy(text + n * len, after, strlen(after));
    struct lucene_error e;
    bool ok = translate((str){text, n * len + strlen(after)}, &e);
    arena_close(&a);
    return ok;
}

static void limits_are_refusals(void **state)
{
    (void)state;
    assert_true(repeated("a", 65536, ""));
    assert_false(repeated("a", 65537, ""));
    assert_false(repeated("(", 201, "a"));
    assert_false(repeated("(", 60000, "a"));
    assert_false(repeated("~", 60000, "a"));
    assert_true(repeated("(((((((((((((((((((((a)))))))))))))))))))))", 100, ""));
    assert_false(repeated("a{2}{2}{2}{2}{2}{2}{2}{2}{2}", 1, ""));
    assert_true(repeated("a", 1, "*****************************"));
}

/* Nothing takes more than time in line with the pattern. */
static void long_patterns_are_quick(void **state)
{
    (void)state;
    int64_t start = time_monotonic();
    (void)repeated("a*?+", 16000, "");
    (void)repeated("[a-z]", 13000, "");
    (void)repeated("a|", 32000, "a");
    (void)repeated("a&", 32000, "a");
    (void)repeated("<1-999999999>", 5000, "");
    assert_true(time_monotonic() - start < 5 * TIME_NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_name_the_place),
        cmocka_unit_test(limits_are_refusals),
        cmocka_unit_test(long_patterns_are_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
