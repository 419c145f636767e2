/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as Java prints them. Expected texts are from the specification of java.lang.Double.toString (JDK 19 and later)
 * and its examples: 2.0E-3's layout, 4.9E-324 (MIN_VALUE), 1.7976931348623157E308 (MAX_VALUE), 2.2250738585072014E-308
 * (MIN_NORMAL), 1.0E23 and 2.0E-3. */
#include "ecs/java_double.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "../base/assert_str.h"

static void check(double value, const char *expected)
{
    char text[40];
    size_t n = java_double_format(value, text);
    assert_str(((str){text, n}), str_from(expected));
    assert_int_equal(text[n], '\0');
}

static void plain_between_a_thousandth_and_ten_million(void **state)
{
    (void)state;
    check(42.5, "42.5");
    check(1.0, "1.0");
    check(-1.0, "-1.0");
    check(10.0, "10.0");
    check(100.25, "100.25");
    check(0.1, "0.1");
    check(0.002, "0.002");
    check(0.001, "0.001");
    check(0.0123, "0.0123");
    check(1234567.0, "1234567.0");
    check(9999999.999, "9999999.999");
    check(123456.789, "123456.789");
}

static void exponent_outside(void **state)
{
    (void)state;
    check(1e7, "1.0E7");
    check(1e10, "1.0E10");
    check(1688905708.62, "1.68890570862E9");
    check(1e-4, "1.0E-4");
    check(-0.00015, "-1.5E-4");
    check(1e23, "1.0E23");
    check(9007199254740993.0, "9.007199254740992E15");
    check(DBL_MAX, "1.7976931348623157E308");
    check(DBL_MIN, "2.2250738585072014E-308");
}

static void two_digits_at_least_are_looked_at(void **state)
{
    (void)state;
    check(0x1p-1074, "4.9E-324");
}

/* The nearest 16 digits of 2^-44 (…801) do not read back, …802 do: the doubles below a power of two lie closer. */
static void digits_rounded_up_may_be_the_shortest(void **state)
{
    (void)state;
    check(0x1p-44, "5.684341886080802E-14");
}

static void specials(void **state)
{
    (void)state;
    check(0.0, "0.0");
    check(-0.0, "-0.0");
    check(INFINITY, "Infinity");
    check(-INFINITY, "-Infinity");
    check(NAN, "NaN");
}

/* Round trip over doubles of every size: bits from a linear congruence (Knuth's MMIX constants). */
static void reads_back(void **state)
{
    (void)state;
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        union {
            uint64_t bits;
            double value;
        } u;
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        u.bits = bits;
        char text[40];
        if (isfinite(u.value)) {
            size_t n = java_double_format(u.value, text);
            assert_true(n < 32);
            assert_true(strtod(text, NULL) == u.value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_between_a_thousandth_and_ten_million),
        cmocka_unit_test(exponent_outside),
        cmocka_unit_test(two_digits_at_least_are_looked_at),
        cmocka_unit_test(digits_rounded_up_may_be_the_shortest),
        cmocka_unit_test(specials),
        cmocka_unit_test(reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
