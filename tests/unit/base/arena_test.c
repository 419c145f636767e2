/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h. */
#include "assert_str.h"

#include <string.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned_also_after_a_rewind(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 20);
    struct arena mark = a;
    memset(arena_push_raw(&a, 1, 5000), 0xAA, 5000);
    arena_rewind(&a, mark);
    for (size_t size = 1; size < 100; size++) {
        char *p = arena_push(&a, 1, size);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
    }
    arena_close(&a);
}

static void what_a_copy_pushes_dies_with_the_copy(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    struct arena scratch = a;
    NEW_ARRAY(&scratch, int, 100);
    assert_int_equal(arena_used(&a), 0);
    assert_true(arena_used(&scratch) >= 400);
    arena_close(&a);
}

static void a_reset_frees_everything_and_clears_what_it_returns(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 24);
    memset(arena_push_raw(&a, 1, 1 << 20), 1, 1 << 20);
    arena_reset(&a, 4096);
    assert_int_equal(arena_used(&a), 0);
    const char *again = arena_push(&a, 1, 1 << 20);
    for (size_t i = 0; i < 1 << 20; i++) {
        assert_int_equal(again[i], 0);
    }
    arena_close(&a);
}

static void texts_have_a_nul_behind_them(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    str copy = arena_copy(&a, S("ab"));
    assert_str(copy, S("ab"));
    assert_int_equal(copy.ptr[2], 0);
    assert_int_equal(arena_copy(&a, (str){0}).ptr[0], 0);
    assert_str(arena_printf(&a, "%d-%s", 7, "x"), S("7-x"));
    assert_str(arena_concat(&a, S("a"), (str){0}, S("b")), S("ab"));
    arena_close(&a);
}

static void a_grown_array_keeps_what_it_held_and_is_zero_behind_it(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 20);
    memset(arena_push_raw(&a, 1, 1 << 16), 0xff, 1 << 16); /* not as the system gave it */
    arena_reset(&a, 1 << 20);
    size_t *items = NULL;
    for (size_t n = 0; n < 1000; n++) {
        items = arena_grow(&a, items, n, sizeof *items);
        assert_int_equal(items[n], 0);
        items[n] = n + 1;
    }
    for (size_t n = 0; n < 1000; n++) {
        assert_int_equal(items[n], n + 1);
    }
    arena_close(&a);
}

static void nothing_is_a_valid_amount(void **state)
{
    (void)state;
    struct arena a = arena_open(0);
    assert_non_null(arena_push(&a, 0, 5));
    assert_non_null(arena_push(&a, 5, 0));
    arena_close(&a);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned_also_after_a_rewind),
        cmocka_unit_test(what_a_copy_pushes_dies_with_the_copy),
        cmocka_unit_test(a_reset_frees_everything_and_clears_what_it_returns),
        cmocka_unit_test(texts_have_a_nul_behind_them),
        cmocka_unit_test(a_grown_array_keeps_what_it_held_and_is_zero_behind_it),
        cmocka_unit_test(nothing_is_a_valid_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
