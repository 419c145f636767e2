/* SPDX-License-Identifier: Apache-2.0 */
/* base/build_id.h: the id of this test program, held against the bytes of its file, where the linker wrote it behind the owner's name. */
#include "assert_str.h"

#include "base/build_id.h"
#include "base/os.h"

static void the_id_is_the_one_in_the_file(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 28);
    struct error e = {0};
    str program, id = build_id();
    assert_in_range(id.len, 8, 64); /* sha1: 20 */
    assert_true(os_read_file(S("/proc/self/exe"), (size_t)1 << 27, &a, &program, &e));
    str note = arena_concat(&a, (str){"GNU", 4}, id, S(""));
    assert_int_not_equal(str_find(program, note, 0), SIZE_MAX);
    assert_ptr_equal(build_id().ptr, id.ptr);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_id_is_the_one_in_the_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
