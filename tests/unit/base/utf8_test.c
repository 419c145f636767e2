/* SPDX-License-Identifier: Apache-2.0 */
/* base/utf8.h. Well-formedness is table 3-7 of the Unicode standard, folding is CaseFolding.txt. */
#include "assert_str.h"

#include "base/utf8.h"

static void malformed_sequences_are_found_where_they_start(void **state)
{
    (void)state;
    static const str bad[] = {
        S_INIT("ab\x80"),             /* a lone continuation */
        S_INIT("ab\xC0\xAF"),         /* overlong '/' */
        S_INIT("ab\xC1\xBF"),         /* overlong */
        S_INIT("ab\xE0\x9F\xBF"),     /* overlong, three bytes */
        S_INIT("ab\xF0\x8F\xBF\xBF"), /* overlong, four bytes */
        S_INIT("ab\xED\xA0\x80"),     /* a surrogate */
        S_INIT("ab\xF4\x90\x80\x80"), /* above 10FFFF */
        S_INIT("ab\xF5\x80\x80\x80"),
        S_INIT("ab\xFF"),
        S_INIT("ab\xE2\x82"), /* cut off */
        S_INIT("ab\xE2(\xA1"),
        S_INIT("ab\xF0\x9F\x98"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(utf8_first_invalid(bad[i]), 2);
        size_t at = 2;
        assert_int_equal(utf8_next(bad[i], &at), 0xFFFD);
        assert_int_equal(at, 3);
    }
}

static void the_limits_of_every_length_are_well_formed(void **state)
{
    (void)state;
    static const uint32_t codes[] = {0,      0x7F,   0x80,   0x7FF,   0x800,
                                     0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    static const size_t lengths[] = {1, 1, 2, 2, 3, 3, 3, 3, 4, 4};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char bytes[4];
        str s = {bytes, utf8_encode(codes[i], bytes)};
        size_t at = 0;
        assert_int_equal(s.len, lengths[i]);
        assert_int_equal(utf8_first_invalid(s), SIZE_MAX);
        assert_int_equal(utf8_next(s, &at), codes[i]);
        assert_int_equal(at, s.len);
    }
}

static void what_is_no_character_is_written_as_the_replacement(void **state)
{
    (void)state;
    char bytes[4];
    assert_str(((str){bytes, utf8_encode(0xD800, bytes)}), S("\xEF\xBF\xBD"));
    assert_str(((str){bytes, utf8_encode(0x110000, bytes)}), S("\xEF\xBF\xBD"));
}

static void an_invalid_byte_is_seen_behind_eight_ascii_bytes(void **state)
{
    (void)state;
    assert_int_equal(utf8_first_invalid(S("0123456789abcde\xFFgh")), 15);
    assert_int_equal(utf8_first_invalid(S("0123456\xFF")), 7);
    assert_int_equal(utf8_first_invalid((str){0}), SIZE_MAX);
}

static void invalid_bytes_count_one_each(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(S("a\xE2\x82z")), 4);
    assert_int_equal(utf8_count(S("\xC3\xA9\xE2\x82\xAC")), 2);
}

/* a = 1 unit, U+1F600 = 2 units in 4 bytes, e acute = 1 unit in 2 bytes, b = 1. */
static void offsets_in_utf16_count_astral_characters_twice(void **state)
{
    (void)state;
    str s = S("a\xF0\x9F\x98\x80\xC3\xA9"
              "b");
    static const size_t offsets[] = {0, 1, 1, 5, 7, 8, 8};
    assert_int_equal(utf8_utf16_len(s), 5);
    for (size_t units = 0; units < sizeof offsets / sizeof offsets[0]; units++) {
        assert_int_equal(utf8_from_utf16(s, units), offsets[units]);
    }
    assert_int_equal(utf8_from_utf16(S("abc"), 9), 3);
}

static void folding_is_the_simple_one(void **state)
{
    (void)state;
    assert_int_equal(utf8_fold_code('A'), 'a');
    assert_int_equal(utf8_fold_code('['), '[');
    assert_int_equal(utf8_fold_code(0xC4), 0xE4);       /* A umlaut */
    assert_int_equal(utf8_fold_code(0x3C2), 0x3C3);     /* final sigma */
    assert_int_equal(utf8_fold_code(0x17F), 's');       /* long s */
    assert_int_equal(utf8_fold_code(0x212A), 'k');      /* Kelvin sign */
    assert_int_equal(utf8_fold_code(0xDF), 0xDF);       /* sharp s: only full folding gives ss */
    assert_int_equal(utf8_fold_code(0x1E9E), 0xDF);     /* capital sharp s */
    assert_int_equal(utf8_fold_code(0x130), 0x130);     /* only full and Turkic folding */
    assert_int_equal(utf8_fold_code(0x10400), 0x10428); /* Deseret */
}

static void a_text_that_folds_to_itself_is_returned(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    str ascii = S("delete"), wide = S("stra\xC3\x9F"
                                      "e");
    assert_ptr_equal(utf8_fold(ascii, &a).ptr, ascii.ptr);
    assert_ptr_equal(utf8_fold(wide, &a).ptr, wide.ptr);
    assert_int_equal(arena_used(&a), 0);
    assert_str(utf8_fold(S("DeleteTrail"), &a), S("deletetrail"));
    assert_str(utf8_fold(S("\xC3\x84\xFFZ"), &a), S("\xC3\xA4\xEF\xBF\xBDz"));
    /* U+023A, two bytes, folds to U+2C65, three. */
    assert_str(utf8_fold(S("\xC8\xBA\xC8\xBA"), &a), S("\xE2\xB1\xA5\xE2\xB1\xA5"));
    arena_close(&a);
}

static void wide_characters_take_two_columns_and_marks_none(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(S("\xE6\x97\xA5\xE6\x9C\xAC")), 4);
    assert_int_equal(utf8_width(S("e\xCC\x81")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_sequences_are_found_where_they_start),
        cmocka_unit_test(the_limits_of_every_length_are_well_formed),
        cmocka_unit_test(what_is_no_character_is_written_as_the_replacement),
        cmocka_unit_test(an_invalid_byte_is_seen_behind_eight_ascii_bytes),
        cmocka_unit_test(invalid_bytes_count_one_each),
        cmocka_unit_test(offsets_in_utf16_count_astral_characters_twice),
        cmocka_unit_test(folding_is_the_simple_one),
        cmocka_unit_test(a_text_that_folds_to_itself_is_returned),
        cmocka_unit_test(wide_characters_take_two_columns_and_marks_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
