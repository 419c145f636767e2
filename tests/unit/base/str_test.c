/* SPDX-License-Identifier: Apache-2.0 */
/* base/str.h: views, searching and numbers. */
#include "assert_str.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

static void empty_views_are_equal_whatever_they_point_at(void **state)
{
    (void)state;
    assert_true(str_eq((str){NULL, 0}, S("")));
    assert_true(str_eq_nocase((str){NULL, 0}, S("")));
    assert_int_equal(str_cmp((str){NULL, 0}, S("")), 0);
    assert_true(str_starts((str){NULL, 0}, (str){NULL, 0}));
    assert_true(str_ends(S("a"), (str){NULL, 0}));
    assert_str(str_from(NULL), S(""));
    assert_null(str_from(NULL).ptr);
}

static void equality_sees_every_byte(void **state)
{
    (void)state;
    assert_true(str_eq(S("a\0b"), S("a\0b")));
    assert_false(str_eq(S("a\0b"), S("a\0c")));
    assert_false(str_eq(S("ab"), S("abc")));
}

static void case_blind_equality_folds_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(str_eq_nocase(S("DeleteTrail"), S("dELETEtRAIL")));
    assert_false(str_eq_nocase(S("@["), S("`{")));
    assert_false(str_eq_nocase(S("\xC3\x84"), S("\xC3\xA4")));
}

static void order_is_by_unsigned_bytes_and_shorter_first(void **state)
{
    (void)state;
    assert_true(str_cmp(S("a"), S("b")) < 0);
    assert_true(str_cmp(S("ab"), S("a")) > 0);
    assert_true(str_cmp(S("\x7f"), S("\x80")) < 0);
    assert_true(str_cmp(S(""), S("a")) < 0);
}

static void find_gives_the_first_at_or_after_from(void **state)
{
    (void)state;
    assert_int_equal(str_find(S("abcabc"), S("bc"), 0), 1);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 2), 4);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 5), SIZE_MAX);
    assert_int_equal(str_find(S("aab"), S("ab"), 0), 1);
    assert_int_equal(str_find(S("ab"), S("abc"), 0), SIZE_MAX);
    assert_int_equal(str_find(S("a\0b"), S("\0b"), 0), 1);
}

static void find_gives_an_empty_needle_at_from(void **state)
{
    (void)state;
    assert_int_equal(str_find(S("abc"), S(""), 3), 3);
    assert_int_equal(str_find(S("abc"), S(""), 4), SIZE_MAX);
    assert_int_equal(str_find((str){NULL, 0}, S(""), 0), 0);
    assert_int_equal(str_find((str){NULL, 0}, S("a"), 0), SIZE_MAX);
}

/* Both texts may be fields of one record. 4 MiB by 2 MiB is 4 * 10^12 steps for a search that starts over. */
static void find_is_linear_in_hostile_texts(void **state)
{
    (void)state;
    enum { HAY = 4 << 20, NEEDLE = 2 << 20 };
    char *hay = malloc(HAY);
    char *needle = malloc(NEEDLE);
    assert_non_null(hay);
    assert_non_null(needle);
    memset(hay, 'a', HAY);
    memset(needle, 'a', NEEDLE);
    needle[NEEDLE - 1] = 'b';
    int64_t start = time_monotonic();
    assert_int_equal(str_find((str){hay, HAY}, (str){needle, NEEDLE}, 0), SIZE_MAX);
    assert_true(time_monotonic() - start < 5 * TIME_NS_PER_S);
    free(hay);
    free(needle);
}

static void bytes_are_found_from_both_ends(void **state)
{
    (void)state;
    assert_int_equal(str_find_byte(S("a/b/c"), '/', 0), 1);
    assert_int_equal(str_find_byte(S("a/b/c"), '/', 2), 3);
    assert_int_equal(str_find_byte(S("a/b/c"), '/', 99), SIZE_MAX);
    assert_int_equal(str_rfind_byte(S("a/b/c"), '/'), 3);
    assert_int_equal(str_rfind_byte((str){NULL, 0}, '/'), SIZE_MAX);
}

static void slices_are_clipped(void **state)
{
    (void)state;
    assert_str(str_slice(S("abc"), 1, 2), S("b"));
    assert_str(str_slice(S("abc"), 1, SIZE_MAX), S("bc"));
    assert_str(str_slice(S("abc"), 7, 9), S(""));
    assert_str(str_slice(S("abc"), 2, 1), S(""));
    assert_str(str_slice((str){NULL, 0}, 1, 2), S(""));
}

static void trim_takes_blanks_off_both_ends(void **state)
{
    (void)state;
    assert_str(str_trim(S(" \t\r\n a b \n")), S("a b"));
    assert_str(str_trim(S(" \n")), S(""));
    assert_str(str_trim(S("\va\v")), S("\va\v"));
}

static void split_gives_empty_pieces_too(void **state)
{
    (void)state;
    str rest = S("a,,b,");
    str piece;
    const str expected[] = {S_INIT("a"), S_INIT(""), S_INIT("b"), S_INIT("")};
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_split(&rest, ',', &piece));
        assert_str(piece, expected[i]);
    }
    assert_false(str_split(&rest, ',', &piece));
}

static void split_of_an_empty_text_is_one_empty_piece(void **state)
{
    (void)state;
    str rest = S("");
    str piece;
    assert_true(str_split(&rest, ',', &piece));
    assert_str(piece, S(""));
    assert_false(str_split(&rest, ',', &piece));
}

static void integers_fit_or_are_refused(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_true(str_to_i64(S("9223372036854775807"), &n));
    assert_true(n == INT64_MAX);
    assert_true(str_to_i64(S("-9223372036854775808"), &n));
    assert_true(n == INT64_MIN);
    assert_true(str_to_i64(S("-0"), &n));
    assert_true(n == 0);
    assert_true(str_to_i64(S("007"), &n));
    assert_true(n == 7);
    const str wrong[] = {S_INIT(""),    S_INIT("-"),   S_INIT("+1"),
                         S_INIT(" 1"),  S_INIT("1 "),  S_INIT("1.0"),
                         S_INIT("0x1"), S_INIT("1\0"), S_INIT("9223372036854775808"),
                         S_INIT("--1"), S_INIT("1e3"), S_INIT("-9223372036854775809"),
                         S_INIT("/"),   S_INIT(":"),   S_INIT("18446744073709551617")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(str_to_i64(wrong[i], &n));
        assert_true(n == 7);
    }
}

static double to_double(str s)
{
    double value = NAN;
    if (!str_to_double(s, &value)) {
        fail_msg("'%.*s' is refused", STR_ARG(s));
    }
    return value;
}

static void decimals_are_rounded_correctly(void **state)
{
    (void)state;
    assert_true(to_double(S("0.1")) == 0x1.999999999999ap-4);
    assert_true(to_double(S("12.5e3")) == 12500.0);
    assert_true(to_double(S("1E+2")) == 100.0);
    assert_true(to_double(S("0.00250")) == 0.0025);
    assert_true(to_double(S("100")) == 100.0);
    /* 2^53 + 1 lies between two doubles: the even one is taken. */
    assert_true(to_double(S("9007199254740993")) == 9007199254740992.0);
    assert_true(to_double(S("9007199254740993.0000000000000001")) == 9007199254740994.0);
    assert_true(to_double(S("1.7976931348623157e308")) == 0x1.fffffffffffffp1023);
    assert_true(to_double(S("5e-324")) == 0x1p-1074);
    assert_true(to_double(S("2e-324")) == 0.0);
    assert_true(to_double(S("2.2250738585072011e-308")) == 0x0.fffffffffffffp-1022);
}

static void zero_keeps_its_sign(void **state)
{
    (void)state;
    assert_true(signbit(to_double(S("-0"))));
    assert_true(signbit(to_double(S("-0.0e5"))));
    assert_false(signbit(to_double(S("0"))));
    assert_true(to_double(S("0e999999999999999999999999")) == 0.0);
}

static void what_json_has_no_number_for_is_refused(void **state)
{
    (void)state;
    const str wrong[] = {S_INIT(""),      S_INIT("-"),   S_INIT("01"),  S_INIT("-01"),
                         S_INIT("1."),    S_INIT(".5"),  S_INIT("1e"),  S_INIT("1e+"),
                         S_INIT("+1"),    S_INIT(" 1"),  S_INIT("1 "),  S_INIT("0x10"),
                         S_INIT("inf"),   S_INIT("nan"), S_INIT("1,5"), S_INIT("1\0"),
                         S_INIT("1e1.5"), S_INIT("--1"), S_INIT("NaN"), S_INIT("1_0")};
    double value = 42;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(str_to_double(wrong[i], &value));
        assert_true(value == 42);
    }
}

static void what_is_beyond_the_largest_double_is_refused(void **state)
{
    (void)state;
    double value = 42;
    assert_false(str_to_double(S("1e309"), &value));
    assert_false(str_to_double(S("-1e99999999999999999999"), &value));
    assert_false(str_to_double(S("1.7976931348623159e308"), &value));
    assert_true(value == 42);
}

/* "DIGIT zeros... tail" of `n` bytes in all; caller frees. */
static char *long_text(const char *head, size_t n, const char *tail)
{
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, '0', n);
    memcpy(text, head, strlen(head));
    memcpy(text + n - strlen(tail), tail, strlen(tail));
    return text;
}

static void long_texts_are_numbers_like_any(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    /* The last digit of many tips the balance between two doubles. */
    char *text = long_text("9007199254740993.", LONG, "1");
    assert_true(to_double((str){text, LONG}) == 9007199254740994.0);
    assert_true(to_double((str){text, LONG - 1}) == 9007199254740992.0);
    free(text);
    /* 100,000 bytes less "0." and "e99990" are 99,992 places behind the point; the 1 is the last: 10^(99990 - 99992). */
    text = long_text("0.", LONG, "1e99990");
    assert_true(to_double((str){text, LONG}) == 0.01);
    free(text);
    /* 100,000 bytes less the 1 and "e-99992" are 99,992 zeros. */
    text = long_text("1", LONG, "e-99992");
    assert_true(to_double((str){text, LONG}) == 1.0);
    free(text);
}

static void the_decimal_point_is_no_matter_of_locale(void **state)
{
    (void)state;
    const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_AT.UTF-8"};
    bool set = false;
    for (size_t i = 0; i < 4 && !set; i++) {
        set = setlocale(LC_NUMERIC, names[i]) != NULL;
    }
    if (!set) {
        skip();
    }
    double value = to_double(S("1.5"));
    setlocale(LC_NUMERIC, "C");
    assert_true(value == 1.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_views_are_equal_whatever_they_point_at),
        cmocka_unit_test(equality_sees_every_byte),
        cmocka_unit_test(case_blind_equality_folds_ascii_letters_only),
        cmocka_unit_test(order_is_by_unsigned_bytes_and_shorter_first),
        cmocka_unit_test(find_gives_the_first_at_or_after_from),
        cmocka_unit_test(find_gives_an_empty_needle_at_from),
        cmocka_unit_test(find_is_linear_in_hostile_texts),
        cmocka_unit_test(bytes_are_found_from_both_ends),
        cmocka_unit_test(slices_are_clipped),
        cmocka_unit_test(trim_takes_blanks_off_both_ends),
        cmocka_unit_test(split_gives_empty_pieces_too),
        cmocka_unit_test(split_of_an_empty_text_is_one_empty_piece),
        cmocka_unit_test(integers_fit_or_are_refused),
        cmocka_unit_test(decimals_are_rounded_correctly),
        cmocka_unit_test(zero_keeps_its_sign),
        cmocka_unit_test(what_json_has_no_number_for_is_refused),
        cmocka_unit_test(what_is_beyond_the_largest_double_is_refused),
        cmocka_unit_test(long_texts_are_numbers_like_any),
        cmocka_unit_test(the_decimal_point_is_no_matter_of_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
