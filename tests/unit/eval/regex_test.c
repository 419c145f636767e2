/* SPDX-License-Identifier: Apache-2.0 */
/* Lucene's regular expressions, translated and run: what each accepts and rejects, worked out by hand from the grammar and the meaning in
 * Lucene's RegExp (every optional operator on). */
#include "hand.h"

#include "base/time.h"
#include "eval/regex.h"

static bool matches_list(const str *patterns, size_t n, bool fold, str text, uint64_t *cut)
{
    struct arena a = arena_open((size_t)1 << 26);
    struct regex_error e;
    struct regex_list *list = regex_list_new(patterns, n, fold, &a, &e);
    if (!list) {
        fail_msg("'%.*s' is refused at %zu: %s", STR_ARG(patterns[e.pattern]), e.at, e.reason);
    }
    struct regex_scratch *s = regex_scratch_new();
    bool holds = regex_list_matches(list, text, s, &a, cut);
    regex_scratch_free(s);
    regex_list_free(list);
    arena_close(&a);
    return holds;
}

static bool matches(const char *pattern, bool fold, const char *text)
{
    str p = str_from(pattern);
    uint64_t cut = 0;
    bool holds = matches_list(&p, 1, fold, str_from(text), &cut);
    assert_int_equal(cut, 0);
    return holds;
}

struct row {
    const char *pattern;
    const char *yes[4], *no[4];
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 4; k++) {
            if (rows[i].yes[k] && !matches(rows[i].pattern, false, rows[i].yes[k])) {
                fail_msg("'%s' must accept '%s'", rows[i].pattern, rows[i].yes[k]);
            }
            if (rows[i].no[k] && matches(rows[i].pattern, false, rows[i].no[k])) {
                fail_msg("'%s' must reject '%s'", rows[i].pattern, rows[i].no[k]);
            }
        }
    }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void the_common_subset(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"net", {"net"}, {"network", "anet", ""}},
        {".*Net[0-9]\\.exe", {"C:\\Net1.exe", "Net9.exe"}, {"Net1xexe", "Neta.exe"}},
        {"a.b", {"a\nb", "axb", "a\xF0\x9F\x98\x80\x62"}, {"ab", "axxb"}},
        {"a|bc", {"a", "bc"}, {"ac", "abc", "b"}},
        {"(a|b)c", {"ac", "bc"}, {"c", "abc"}},
        {"ab?c*d+", {"ad", "abccdd"}, {"abb", "abc"}},
        {"a{2}", {"aa"}, {"a", "aaa"}},
        {"a{2,}", {"aa", "aaaa"}, {"a"}},
        {"a{1,2}", {"a", "aa"}, {"", "aaa"}},
        {".*?x", {"x", "abx"}, {"xa"}},
        {"a*?", {"", "aaa"}, {"b"}},
        {"(a+)?", {"", "aa"}, {"b"}},
        {"()", {""}, {"a"}},
        {"", {""}, {"a"}},
        {"a()b", {"ab"}, {"a b"}},
    };
    CHECK(rows);
}

static void character_classes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"[abc]", {"a", "c"}, {"d", "ab", ""}},
        {"[^abc]", {"d", "\n", "^"}, {"a", ""}},
        {"[a-cx]", {"b", "x"}, {"d", "-"}},
        {"[a^]", {"a", "^"}, {"b"}},
        {"[]a]", {"]", "a"}, {"[", "]a"}},
        {"[^]a]", {"b"}, {"]", "a"}},
        {"[\\]\\\\]", {"]", "\\"}, {"a"}},
        {"[[:alpha:]", {"[", ":", "a", "p"}, {"b"}},
        {"[\\d_]+", {"12_3"}, {"a", "\\", ""}},
        {"[\\D]", {"a", "_"}, {"1"}},
        {"[^\\W]", {"a", "_", "9"}, {"-", " "}},
        {"\\d\\w\\s", {"1a ", "1_\t", "11\n"}, {"aa ", "1- ", "1a\v"}},
        {"\\D\\W\\S", {"a-b"}, {"1-b", "aab", "a- "}},
        {"\\w", {"a", "_"}, {"\xC3\xA4"}}, /* ASCII only */
        {"[\xC3\xA4-\xC3\xB6]", {"\xC3\xA5"}, {"a", "\xC3\xBC"}},
    };
    CHECK(rows);
}

/* What PCRE2 would read as something else. */
static void what_lucene_lacks_is_plain_text(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"^a$", {"^a$"}, {"a"}},
        {"a\\bb", {"abb"}, {"ab", "a b"}},
        {"(a)\\1", {"a1"}, {"aa"}},
        {"\\Qa\\E", {"QaE"}, {"a"}},
        {"\\p", {"p"}, {"\\p"}},
        {"a\\|b", {"a|b"}, {"a", "b"}},
        {"\\(\\)\\[\\{", {"()[{"}, {"x"}},
        {"*a", {"*a"}, {"a", "aa"}},
        {"+", {"+"}, {""}},
        {"a }-x", {"a }-x"}, {"a-x"}},
        {"(|a)", {"|a"}, {"", "a"}}, /* an operator where an operand must stand is a character */
        {"\\\xC3\xA4", {"\xC3\xA4"}, {"a"}},
        {"(?:a)", {"?:a"}, {"a"}},
        {"(?=a)", {"?=a"}, {"a"}},
    };
    CHECK(rows);
}

static void lucenes_own_operators(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a\"b.*c\"d", {"ab.*cd"}, {"abxcd"}},
        {"\"\"", {""}, {"\"\""}},
        {"a@", {"a", "a\nb"}, {"b"}},
        {"a|#", {"a"}, {"#", ""}},
        {"a#b", {NULL}, {"a#b", "ab"}},
        {"a\\@\\#\\&\\~\\<\\>\\\"", {"a@#&~<>\""}, {"a"}},
        {"a>b", {"a>b"}, {"ab"}},
        {"~a", {"", "b", "aa"}, {"a"}},
        {"~(a.*)", {"", "ba"}, {"a", "ab"}},
        {"x~(y)", {"x", "xyy", "xz"}, {"xy", "y"}},
        {"~~a", {"a"}, {"", "b", "aa"}},
        {"a.*&.*b", {"acb", "ab"}, {"b", "bac", "a"}},
        {"a.*&.*b&...", {"axb"}, {"ab", "axxb", "bxa"}},
        {"x(.*a.*&.*b.*)", {"xab", "xba"}, {"xa", "ab"}},
        {"a.*&~(.*z.*)", {"ab"}, {"az", "b"}},
        {"(a&b)|c", {"c"}, {"a", "b"}},
    };
    CHECK(rows);
}

static void number_ranges(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"<1-9>", {"1", "9"}, {"0", "10", "01"}},
        {"<1-99>", {"1", "42", "99", "007"}, {"0", "100", "a"}},
        {"<0-5>x", {"0x", "5x"}, {"6x", "00x"}},
        {"<01-10>", {"01", "09", "10"}, {"1", "11", "00"}},
        {"<99-1>", {"5", "99"}, {"100"}},
        {"p<80-443>", {"p80", "p99", "p443", "p0100"}, {"p79", "p444", "p"}},
    };
    CHECK(rows);
}

/* Every number up to 1200 against a range, by arithmetic. */
static void number_ranges_agree_with_arithmetic(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct arena a = arena_open((size_t)1 << 26);
    for (int round = 0; round < 40; round++) {
        unsigned low = hand_random(&seed, 1100), high = low + hand_random(&seed, 1100);
        str pattern = arena_printf(&a, "<%u-%u>", low, high);
        struct regex_error e;
        struct regex_list *list = regex_list_new(&pattern, 1, false, &a, &e);
        assert_non_null(list);
        struct regex_scratch *s = regex_scratch_new();
        bool free_zeros = arena_printf(&a, "%u", low).len != arena_printf(&a, "%u", high).len;
        for (unsigned n = 0; n <= 1200; n++) {
            uint64_t cut = 0;
            bool in = n >= low && n <= high;
            str padded = arena_printf(&a, "0%u", n);
            assert_int_equal(regex_list_matches(list, str_slice(padded, 1, 9), s, &a, &cut), in);
            assert_int_equal(regex_list_matches(list, padded, s, &a, &cut), in && free_zeros);
        }
        regex_scratch_free(s);
        regex_list_free(list);
        arena_reset(&a, (size_t)1 << 20);
    }
    arena_close(&a);
}

static void folding(void **state)
{
    (void)state;
    assert_true(matches(".*net\\d\\.exe", true, "C:\\NET1.EXE"));
    assert_false(matches(".*net\\d\\.exe", false, "C:\\NET1.EXE"));
    assert_true(matches("[a-c]\xC3\xA4", true, "B\xC3\x84"));
    assert_false(matches("~a", true, "A"));
    /* \W is what \w is not, also when case is ignored; U+017F is no \w. */
    assert_false(matches("\\W", true, "s"));
    assert_false(matches("[\\Wx]", true, "K"));
    assert_true(matches("\\W", true, "\xc5\xbf"));
    assert_true(matches("[^\\W]", true, "s"));
}

static void a_list_is_an_alternation(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 26);
    str patterns[500];
    for (unsigned i = 0; i < 500; i++) {
        patterns[i] = arena_printf(&a, "host%u|very-long-name-of-number-%u-[0-9]{3}", i, i);
    }
    patterns[499] = S("~(.*)|only-this");
    uint64_t cut = 0;
    assert_true(matches_list(patterns, 500, false, S("host0"), &cut));
    assert_true(matches_list(patterns, 500, false, S("host498"), &cut));
    assert_true(matches_list(patterns, 500, false, S("very-long-name-of-number-250-123"), &cut));
    assert_true(matches_list(patterns, 500, false, S("only-this"), &cut));
    assert_false(matches_list(patterns, 500, false, S("host500"), &cut));
    assert_false(matches_list(patterns, 0, false, S(""), &cut));
    assert_int_equal(cut, 0);
    arena_close(&a);
}

static void an_invalid_byte_is_a_replacement_character(void **state)
{
    (void)state;
    assert_true(matches("a.b", false, "a\xFF\x62"));
    assert_true(matches(".*", false, "\xC3"));
    assert_true(matches("[^a]", false, "\xFF"));
    assert_false(matches("ab", false, "a\xFF\x62"));
}

/* Ways through quantifiers inside quantifiers are too many to be tried one after another; short texts are answered all the same. */
static void many_ways_are_followed_at_once(void **state)
{
    (void)state;
    str nested = S("(a|aa|aaa)*[bc][bc]"), optional = S("((a?){30}){3}a{30}b");
    char text[200];
    uint64_t cut = 0;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    assert_false(matches_list(&nested, 1, false, (str){text, sizeof text}, &cut));
    text[sizeof text - 2] = 'c';
    assert_true(matches_list(&nested, 1, false, (str){text, sizeof text}, &cut));
    assert_true(matches_list(&nested, 1, true, (str){text, sizeof text}, &cut));
    text[sizeof text - 2] = 'a';
    assert_true(matches_list(&optional, 1, false, (str){text + 100, 100}, &cut));
    assert_false(matches_list(&optional, 1, false, (str){text, sizeof text}, &cut));
    assert_int_equal(cut, 0);
}

/* A search that would take years in a long text is cut, and the cut is counted. */
static void a_hostile_search_is_cut(void **state)
{
    (void)state;
    str pattern = S("(a|aa|aaa)*[bc][bc]");
    char text[5000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    uint64_t cut = 0;
    int64_t start = time_monotonic();
    assert_false(matches_list(&pattern, 1, false, (str){text, sizeof text}, &cut));
    assert_int_equal(cut, 1);
    assert_true(time_monotonic() - start < 20 * TIME_NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_common_subset),
        cmocka_unit_test(character_classes),
        cmocka_unit_test(what_lucene_lacks_is_plain_text),
        cmocka_unit_test(lucenes_own_operators),
        cmocka_unit_test(number_ranges),
        cmocka_unit_test(number_ranges_agree_with_arithmetic),
        cmocka_unit_test(folding),
        cmocka_unit_test(a_list_is_an_alternation),
        cmocka_unit_test(an_invalid_byte_is_a_replacement_character),
        cmocka_unit_test(many_ways_are_followed_at_once),
        cmocka_unit_test(a_hostile_search_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
