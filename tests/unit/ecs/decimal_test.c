/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as written to integers. Expected values are arithmetic; limits are those of two's complement. */
#include "ecs/decimal.h"

#include <stdlib.h>
#include <string.h>

#include "../base/assert_str.h"

static void check(const char *text, int power, int64_t expected, bool expected_whole)
{
    int64_t out = 0;
    bool whole = !expected_whole;
    assert_true(decimal_to_i64(str_from(text), power, &out, &whole));
    assert_true(out == expected);
    assert_int_equal(whole, expected_whole);
}

static void refuse(const char *text, int power)
{
    int64_t out = 7;
    bool whole = true;
    assert_false(decimal_to_i64(str_from(text), power, &out, &whole));
    assert_true(out == 7);
}

static void integers_in_any_spelling(void **state)
{
    (void)state;
    check("0", 0, 0, true);
    check("-0", 0, 0, true);
    check("+5", 0, 5, true);
    check("007", 0, 7, true);
    check("5.0", 0, 5, true);
    check("5.", 0, 5, true);
    check("1e3", 0, 1000, true);
    check("1.5E+1", 0, 15, true);
    check("1200e-2", 0, 12, true);
    check("0e999999999999999999999", 0, 0, true);
}

static void no_digit_is_lost(void **state)
{
    (void)state;
    check("9007199254740993", 0, INT64_C(9007199254740993), true);
    check("9007199254740993.0", 0, INT64_C(9007199254740993), true);
    check("9223372036854775807", 0, INT64_MAX, true);
    check("-9223372036854775808", 0, INT64_MIN, true);
    refuse("9223372036854775808", 0);
    refuse("-9223372036854775809", 0);
    refuse("18446744073709551616", 0);
    refuse("1e19", 0);
    refuse("1e999999999999999999999", 0);
}

static void fractions_round_towards_the_past(void **state)
{
    (void)state;
    check("1.7", 0, 1, false);
    check("-1.2", 0, -2, false);
    check("0.5", 0, 0, false);
    check("-0.5", 0, -1, false);
    check("1e-999999999999999999999", 0, 0, false);
}

static void powers_shift(void **state)
{
    (void)state;
    check("1504126051.123456789", 9, INT64_C(1504126051123456789), true);
    check("1.5", 6, 1500000, true);
    refuse("9223372037", 9);
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "-",   "+",   ".",   "e5",    "1e",       "1e+", " 1",
                                        "1 ", "0x1", "1,5", "--1", "1.2.3", "Infinity", "NaN"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        refuse(texts[i], 0);
    }
    int64_t out;
    bool whole;
    assert_false(decimal_to_i64((str){0}, 0, &out, &whole));
    assert_false(decimal_to_i64((str){"1\0", 2}, 0, &out, &whole));
}

/* A million digits are read once: over the limit they are refused, as zeros they are fine. */
static void a_million_digits(void **state)
{
    (void)state;
    enum { N = 1000000 };
    char *digits = test_malloc(N);
    memset(digits, '9', N);
    int64_t out = 0;
    bool whole;
    assert_false(decimal_to_i64((str){digits, N}, 0, &out, &whole));
    memset(digits, '0', N);
    digits[N - 1] = '5';
    assert_true(decimal_to_i64((str){digits, N}, 0, &out, &whole));
    assert_true(out == 5 && whole);
    test_free(digits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_in_any_spelling),
        cmocka_unit_test(no_digit_is_lost),
        cmocka_unit_test(fractions_round_towards_the_past),
        cmocka_unit_test(powers_shift),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(a_million_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
