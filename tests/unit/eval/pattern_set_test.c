/* SPDX-License-Identifier: Apache-2.0 */
/* Pattern sets against the shortest possible matcher, on random texts over alphabets small enough that things match. */
#include "hand.h"

#include "base/time.h"
#include "base/utf8.h"
#include "eval/pattern_set.h"

static str behind(str s, size_t at)
{
    return str_slice(s, at, s.len);
}

/* The definition: exponential, and plainly right. */
static bool naive(str pattern, bool quoted, str text)
{
    if (pattern.len == 0) {
        return text.len == 0;
    }
    size_t p = 0, t = 0;
    uint32_t want = utf8_next(pattern, &p);
    bool any = want == '?';
    if (want == '*') {
        if (naive(behind(pattern, p), quoted, text)) {
            return true;
        }
        if (text.len) {
            utf8_next(text, &t);
        }
        return text.len && naive(pattern, quoted, behind(text, t));
    }
    if (quoted && want == '\\' && p < pattern.len) {
        want = utf8_next(pattern, &p);
    }
    return text.len && (utf8_next(text, &t) == want || any) &&
           naive(behind(pattern, p), quoted, behind(text, t));
}

static str random_text(uint64_t *seed, const char *const *alphabet, uint32_t n, uint32_t max,
                       struct arena *a)
{
    uint32_t len = hand_random(seed, max + 1);
    str s = S("");
    for (uint32_t i = 0; i < len; i++) {
        s = arena_concat(a, s, str_from(alphabet[hand_random(seed, n)]), S(""));
    }
    return s;
}

static const char *const marks[] = {"a",  "b", "\xC3\xA4", "\xF0\x9F\x98\x80", "*", "?",
                                    "\\", "A", "*"};
static const char *const letters[] = {"a", "b", "\xC3\xA4", "\xF0\x9F\x98\x80", "*", "?", "\\"};

/* `list` random patterns against eight random texts; how many held. Texts have no capitals, so folding the patterns is all that
 * case-blindness asks of the definition. */
static unsigned check_round(uint64_t *seed, uint32_t list, bool fold, bool quoted, struct arena *a)
{
    unsigned held = 0;
    str patterns[64], folded[64];
    for (uint32_t i = 0; i < list; i++) {
        patterns[i] = random_text(seed, marks, 9, 6, a);
        folded[i] = fold ? utf8_fold(patterns[i], a) : patterns[i];
    }
    const struct pattern_set *set = pattern_set_new(patterns, list, fold, quoted, a);
    for (int k = 0; k < 8; k++) {
        str text = random_text(seed, letters, 7, 8, a);
        bool want = false;
        for (uint32_t i = 0; i < list; i++) {
            want = want || naive(folded[i], quoted, text);
        }
        if (pattern_set_matches(set, text, a) != want) {
            fail_msg("text '%.*s', first pattern '%.*s' of %u: expected %d", STR_ARG(text),
                     STR_ARG(patterns[0]), (unsigned)list, want);
        }
        held += want;
    }
    return held;
}

static void check_random(uint64_t seed, uint32_t list, bool fold, bool quoted, unsigned rounds)
{
    struct arena arena = arena_open((size_t)1 << 28);
    unsigned held = 0;
    for (unsigned round = 0; round < rounds; round++) {
        held += check_round(&seed, list, fold, quoted, &arena);
        arena_reset(&arena, (size_t)1 << 20);
    }
    assert_true(held > rounds / 4 && held < rounds * 8); /* both answers occur */
    arena_close(&arena);
}

static void one_pattern_agrees_with_the_definition(void **state)
{
    (void)state;
    check_random(1, 1, false, false, 8000);
    check_random(2, 1, true, true, 8000);
}

static void lists_agree_with_the_definition(void **state)
{
    (void)state;
    check_random(3, 3, false, false, 1000);
    check_random(4, 24, false, false, 300);
    check_random(5, 24, true, true, 300);
}

static bool matches(const char *pattern, const char *text, bool fold, bool quoted)
{
    struct arena a = arena_open((size_t)1 << 20);
    str p = str_from(pattern);
    bool holds = pattern_set_matches(pattern_set_new(&p, 1, fold, quoted, &a), str_from(text), &a);
    arena_close(&a);
    return holds;
}

/* Section 7 of the EQL semantics, and quirk 16.1. */
static void wildcards_follow_the_table(void **state)
{
    (void)state;
    assert_true(matches("c:\\tools\\*.EXE", "C:\\Tools\\Net1.exe", true, false));
    assert_true(matches("C:\\Tools\\Net?.exe", "C:\\Tools\\Net1.exe", false, false));
    assert_false(matches("c:*", "C:\\Tools\\Net1.exe", false, false));
    assert_true(matches("*", "", false, false));
    assert_false(matches("?", "", false, false));
    assert_true(matches("a\\*b", "a\\xxb", false, false));
    assert_false(matches("a\\*b", "axxb", false, false));
    assert_true(matches("a*b?c", "a\n\nb\nc", false, false));
    assert_false(matches("net", "network", false, false));
    assert_true(matches("*principal=\\**", "{principal=*, x}", false, true));
    assert_false(matches("*principal=\\**", "{principal=arn}", false, true));
    assert_true(matches("*[*]*", "valuesToAdd=[123]", false, true));
}

static void folding_is_unicode(void **state)
{
    (void)state;
    assert_true(matches("*\xC3\x84?", "x\xC3\xA4\xC3\xB6", true, false)); /* Ä, ä ö */
    assert_false(matches("\xC3\x84", "\xC3\xA4", false, false));
    assert_true(matches("k*", "\xE2\x84\xAA-elvin", true, false)); /* KELVIN SIGN folds to k */
}

static void an_invalid_byte_is_one_character(void **state)
{
    (void)state;
    assert_true(matches("a?b", "a\xFF\x62", false, false));
    assert_false(matches("a?b", "a\xFF\xFF\x62", false, false));
    assert_true(matches("*?b", "\xFF\x62", false, false));
}

/* A matcher that goes back over more than one star is exponential here. */
static void many_stars_stay_cheap(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 26);
    enum { TEXT = 100000, PATTERN = 400 };
    char *text = NEW_ARRAY(&a, char, TEXT), *pattern = NEW_ARRAY(&a, char, PATTERN);
    memset(text, 'a', TEXT);
    for (size_t i = 0; i < PATTERN; i++) {
        pattern[i] = "a*a?"[i % 4];
    }
    pattern[PATTERN - 1] = 'b';
    str p = {pattern, PATTERN};
    int64_t start = time_monotonic();
    const struct pattern_set *set = pattern_set_new(&p, 1, false, false, &a);
    assert_false(pattern_set_matches(set, (str){text, TEXT}, &a));
    assert_true(time_monotonic() - start < 5 * TIME_NS_PER_S);
    arena_close(&a);
}

/* 2,609 constants, the longest published list, and a text that none covers: one pass, not 2,609. */
static void a_long_list_costs_one_pass(void **state)
{
    (void)state;
    enum { LIST = 2609 };
    struct arena a = arena_open((size_t)1 << 26);
    str *patterns = NEW_ARRAY(&a, str, LIST);
    for (unsigned i = 0; i < LIST; i++) {
        patterns[i] = arena_printf(&a, "*library%u.dll*x", i);
    }
    const struct pattern_set *set = pattern_set_new(patterns, LIST, true, false, &a);
    assert_true(pattern_set_matches(set, S("C:\\LIBRARY2608.dll--X"), &a));
    assert_false(pattern_set_matches(set, S("C:\\LIBRARY2609.dll--X"), &a));
    int64_t start = time_monotonic();
    for (int i = 0; i < 20000; i++) {
        assert_false(pattern_set_matches(set, S("C:\\windows\\system32\\something.dll"), &a));
    }
    assert_true(time_monotonic() - start < 2 * TIME_NS_PER_S);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_pattern_agrees_with_the_definition),
        cmocka_unit_test(lists_agree_with_the_definition),
        cmocka_unit_test(wildcards_follow_the_table),
        cmocka_unit_test(folding_is_unicode),
        cmocka_unit_test(an_invalid_byte_is_one_character),
        cmocka_unit_test(many_stars_stay_cheap),
        cmocka_unit_test(a_long_list_costs_one_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
