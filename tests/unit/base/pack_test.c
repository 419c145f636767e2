/* SPDX-License-Identifier: Apache-2.0 */
/* base/pack.h: what is written comes back, and what is cut off, too long or out of range fails the reader for good. */
#include "assert_str.h"

#include "base/pack.h"

static struct buf everything(void)
{
    struct buf b = BUF_INIT(0);
    pack_byte(&b, 0x1ff);
    pack_byte(&b, 1);
    pack_u32(&b, 0x04030201);
    pack_u64(&b, UINT64_C(0x0807060504030201));
    pack_str(&b, S("text"));
    pack_str(&b, S(""));
    return b;
}

enum { EVERYTHING = 1 + 1 + 4 + 8 + 4 + 4 + 4 };

/* Whether all of it was there; then it is what was written. */
static bool read_everything(str bytes)
{
    struct unpack u = {.rest = bytes};
    bool same = unpack_byte(&u, 256) == 0xff;
    same = unpack_flag(&u) && same;
    same = unpack_u32(&u) == 0x04030201 && same;
    same = unpack_u64(&u) == UINT64_C(0x0807060504030201) && same;
    same = str_eq(unpack_text(&u), S("text")) && same;
    same = unpack_str(&u).len == 0 && same;
    assert_true(same || u.failed);
    return !u.failed;
}

static void bytes_stand_lowest_first(void **state)
{
    (void)state;
    struct buf b = everything();
    assert_int_equal(b.len, EVERYTHING);
    assert_memory_equal(b.ptr, "\xff\1\1\2\3\4\1\2\3\4\5\6\7\10\4\0\0\0text\0\0\0\0", EVERYTHING);
    buf_deinit(&b);
}

static void what_is_cut_off_fails(void **state)
{
    (void)state;
    struct buf b = everything();
    assert_true(read_everything(buf_view(&b)));
    for (size_t len = 0; len < EVERYTHING; len++) {
        assert_false(read_everything(str_slice(buf_view(&b), 0, len)));
    }
    buf_deinit(&b);
}

static void a_failed_reader_gives_nothing_more(void **state)
{
    (void)state;
    struct unpack u = {.rest = S("\2\1\1\1\1\1\1\1\1")};
    assert_int_equal(unpack_byte(&u, 2), 0);
    assert_true(u.failed);
    assert_int_equal(unpack_u32(&u), 0);
    assert_int_equal(unpack_u64(&u), 0);
    assert_int_equal(unpack_str(&u).len, 0);
    assert_false(unpack_flag(&u));
    assert_false(unpack_require(&u, true));
}

static void counts_are_bounded_by_what_is_left(void **state)
{
    (void)state;
    struct unpack fits = {.rest = S("\2\0\0\0abcd")}, over = {.rest = S("\3\0\0\0abcd")};
    assert_int_equal(unpack_count(&fits, 2), 2);
    assert_false(fits.failed);
    assert_int_equal(unpack_count(&over, 2), 0);
    assert_true(over.failed);
}

static void text_is_utf_8(void **state)
{
    (void)state;
    struct unpack bytes = {.rest = S("\1\0\0\0\xff")}, text = bytes;
    assert_str(unpack_str(&bytes), S("\xff"));
    assert_int_equal(unpack_text(&text).len, 0);
    assert_true(text.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_stand_lowest_first),
        cmocka_unit_test(what_is_cut_off_fails),
        cmocka_unit_test(a_failed_reader_gives_nothing_more),
        cmocka_unit_test(counts_are_bounded_by_what_is_left),
        cmocka_unit_test(text_is_utf_8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
