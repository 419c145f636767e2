/* SPDX-License-Identifier: Apache-2.0 */
/* base/map.h. */
#include "assert_str.h"

#include "base/map.h"

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct map m = {0};
    assert_null(map_get(&m, S("a")));
    assert_null(map_get(&m, S("")));
}

static void every_key_is_found_in_order_of_insertion(void **state)
{
    (void)state;
    enum { N = 5000 };
    struct arena a = arena_open(1 << 24);
    struct map m = {0};
    int *numbers = NEW_ARRAY(&a, int, N);
    for (int i = 0; i < N; i++) {
        *map_put(&m, arena_printf(&a, "key%d", i), &a) = &numbers[i];
    }
    assert_int_equal(m.count, N);
    for (int i = 0; i < N; i++) {
        str key = arena_printf(&a, "key%d", i);
        assert_ptr_equal(map_get(&m, key), &numbers[i]);
        assert_str(m.entries[i].key, key);
    }
    assert_null(map_get(&m, S("key5000")));
    arena_close(&a);
}

static void a_second_put_gives_the_same_place(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    struct map m = {0};
    int one = 1;
    void **place = map_put(&m, S("a\0b"), &a);
    assert_null(*place);
    *place = &one;
    assert_ptr_equal(*map_put(&m, S("a\0b"), &a), &one);
    assert_null(*map_put(&m, S("a\0c"), &a));
    assert_null(*map_put(&m, (str){0}, &a));
    assert_int_equal(m.count, 3);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(every_key_is_found_in_order_of_insertion),
        cmocka_unit_test(a_second_put_gives_the_same_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
