/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h: growing, and the maximum. */
#include "assert_str.h"

#include <string.h>

#include "base/buf.h"

static void an_empty_buffer_has_a_view(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_non_null(buf_view(&b).ptr);
    assert_int_equal(buf_view(&b).len, 0);
    buf_append(&b, (str){0});
    assert_false(b.full);
    buf_deinit(&b);
}

static void bytes_survive_growing(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 10000; i++) {
        buf_byte(&b, (char)('a' + i % 26));
    }
    assert_int_equal(b.len, 10000);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(b.ptr[i], 'a' + i % 26);
    }
    buf_deinit(&b);
}

static void the_maximum_itself_fits(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(4);
    buf_append(&b, S("abcd"));
    assert_false(b.full);
    buf_clear(&b);
    buf_printf(&b, "%s", "wxyz");
    assert_false(b.full);
    assert_str(buf_view(&b), S("wxyz"));
    buf_deinit(&b);
}

static void past_the_maximum_all_further_bytes_are_dropped(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(4);
    buf_append(&b, S("abc"));
    buf_append(&b, S("de"));
    assert_true(b.full);
    buf_byte(&b, 'f');
    buf_printf(&b, "g");
    assert_null(buf_reserve(&b, 1));
    assert_str(buf_view(&b), S("abc"));
    buf_clear(&b);
    buf_append(&b, S("xy"));
    assert_false(b.full);
    assert_str(buf_view(&b), S("xy"));
    buf_deinit(&b);
}

static void a_size_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_byte(&b, 'a');
    assert_null(buf_reserve(&b, SIZE_MAX));
    assert_true(b.full);
    buf_deinit(&b);
}

static void reserved_room_is_committed(void **state)
{
    (void)state;
    struct buf b = {0};
    char *to = buf_reserve(&b, 1000);
    memset(to, 'x', 1000);
    buf_commit(&b, 3);
    assert_str(buf_view(&b), S("xxx"));
    buf_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_has_a_view),
        cmocka_unit_test(bytes_survive_growing),
        cmocka_unit_test(the_maximum_itself_fits),
        cmocka_unit_test(past_the_maximum_all_further_bytes_are_dropped),
        cmocka_unit_test(a_size_that_cannot_be_is_refused),
        cmocka_unit_test(reserved_room_is_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
