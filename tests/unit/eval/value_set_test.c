/* SPDX-License-Identifier: Apache-2.0 */
/* Value sets against a scan of the list, and comparison of values against figures worked out by hand. */
#include "hand.h"

#include <math.h>

#include "base/utf8.h"
#include "eval/compare.h"
#include "eval/value_set.h"

static struct value random_value(uint64_t *seed)
{
    static const char *const texts[] = {"",         "a",        "A", "b",   "ab",
                                        "\xC3\xA4", "\xC3\x84", "1", "true"};
    static const double reals[] = {0, 1, 1.5, -1, 9007199254740993.0, 1e300};
    static const int64_t longs[] = {0, 1, -1, 2, INT64_C(9007199254740993), INT64_MAX};
    switch (hand_random(seed, 6)) {
    case 0:
    case 1:
        return hand_text(texts[hand_random(seed, 9)]);
    case 2:
        return hand_double(reals[hand_random(seed, 6)]);
    case 3:
        return hand_long(longs[hand_random(seed, 6)]);
    case 4:
        return hand_boolean(hand_random(seed, 2));
    default:
        return hand_random(seed, 2) ? hand_ip("10.0.0.1") : hand_ip("::1");
    }
}

static bool scan_has(const struct value *list, size_t n, const struct value *v, bool fold,
                     struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        bool texts = v->type == VALUE_STRING && list[i].type == VALUE_STRING;
        if (texts && fold ? str_eq(utf8_fold(v->text, a), utf8_fold(list[i].text, a))
                          : compare_equal(v, &list[i])) {
            return true;
        }
    }
    return false;
}

static void a_set_agrees_with_a_scan_of_its_list(void **state)
{
    (void)state;
    struct arena arena = arena_open((size_t)1 << 26);
    uint64_t seed = 7;
    unsigned held = 0;
    for (int round = 0; round < 6000; round++) {
        struct value list[16];
        size_t n = hand_random(&seed, 17);
        bool fold = hand_random(&seed, 2);
        for (size_t i = 0; i < n; i++) {
            list[i] = random_value(&seed);
        }
        const struct value_set *set = value_set_new(list, n, fold, &arena);
        for (int k = 0; k < 4; k++) {
            struct value v = random_value(&seed);
            bool want = scan_has(list, n, &v, fold, &arena);
            assert_int_equal(value_set_has(set, &v, &arena), want);
            held += want;
        }
        arena_reset(&arena, (size_t)1 << 20);
    }
    assert_true(held > 2000 && held < 22000);
    arena_close(&arena);
}

static void a_list_of_thousands_is_exact(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 26);
    struct value *list = NEW_ARRAY(&a, struct value, 6000);
    for (unsigned i = 0; i < 3000; i++) {
        list[i] = (struct value){.type = VALUE_STRING, .text = arena_printf(&a, "Name%u", i * 2)};
        list[3000 + i] = hand_long((int64_t)i * 2);
    }
    const struct value_set *set = value_set_new(list, 6000, true, &a);
    for (unsigned i = 0; i < 6000; i++) {
        struct value text = {.type = VALUE_STRING, .text = arena_printf(&a, "nAME%u", i)};
        struct value number = hand_double(i);
        assert_int_equal(value_set_has(set, &text, &a), i % 2 == 0);
        assert_int_equal(value_set_has(set, &number, &a), i % 2 == 0);
    }
    arena_close(&a);
}

static int order(struct value a, struct value b)
{
    int o = 99, back = 99;
    assert_true(compare_order(&a, &b, &o));
    assert_true(compare_order(&b, &a, &back));
    assert_int_equal((o > 0) - (o < 0), (back < 0) - (back > 0));
    return (o > 0) - (o < 0);
}

/* 2^53 + 1 is no double: comparing by a conversion to double would call it equal to 2^53. 2^63 is a double but no long. */
static void longs_and_doubles_compare_exactly(void **state)
{
    (void)state;
    assert_int_equal(order(hand_long(INT64_C(9007199254740993)), hand_double(9007199254740992.0)),
                     1);
    assert_int_equal(order(hand_long(INT64_MAX), hand_double(9223372036854775808.0)), -1);
    assert_int_equal(order(hand_long(INT64_MIN), hand_double(-9223372036854775808.0)), 0);
    assert_int_equal(order(hand_long(3), hand_double(3.0)), 0);
    assert_int_equal(order(hand_long(-3), hand_double(-3.5)), 1);
    assert_int_equal(order(hand_double(-0.0), hand_long(0)), 0);
    assert_int_equal(order(hand_long(INT64_MIN), hand_double(-INFINITY)), 1);
}

static void a_nan_has_no_order(void **state)
{
    (void)state;
    struct value nan = hand_double(NAN), one = hand_long(1);
    int o;
    assert_false(compare_order(&nan, &one, &o));
    assert_false(compare_order(&one, &nan, &o));
    assert_false(compare_order(&nan, &nan, &o));
    assert_false(compare_equal(&nan, &nan));
}

/* In UTF-16 an emoji is D83D DE00 and so before U+FFFD and U+E000, in UTF-8 it is after both. */
static void text_is_ordered_by_utf16_units(void **state)
{
    (void)state;
    assert_int_equal(order(hand_text("\xF0\x9F\x98\x80"), hand_text("\xEF\xBF\xBD")), -1);
    assert_int_equal(order(hand_text("\xF0\x9F\x98\x80"), hand_text("\xEE\x80\x80")), -1);
    assert_int_equal(order(hand_text("\xF0\x9F\x98\x80"), hand_text("\xED\x9F\xBF")), 1);
    assert_int_equal(order(hand_text("Foo"), hand_text("foo")), -1);
    assert_int_equal(order(hand_text("fo"), hand_text("foo")), -1);
    assert_int_equal(order(hand_text(""), hand_text("")), 0);
}

static void families_do_not_mix(void **state)
{
    (void)state;
    struct value text = hand_text("1"), number = hand_long(1), truth = hand_boolean(true);
    int o;
    assert_false(compare_equal(&text, &number));
    assert_false(compare_equal(&truth, &number));
    assert_false(compare_order(&text, &number, &o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_agrees_with_a_scan_of_its_list),
        cmocka_unit_test(a_list_of_thousands_is_exact),
        cmocka_unit_test(longs_and_doubles_compare_exactly),
        cmocka_unit_test(a_nan_has_no_order),
        cmocka_unit_test(text_is_ordered_by_utf16_units),
        cmocka_unit_test(families_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
