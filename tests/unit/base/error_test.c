/* SPDX-License-Identifier: Apache-2.0 */
/* base/error.h. */
#include "assert_str.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static void the_first_error_stays(void **state)
{
    (void)state;
    struct error e = {0};
    assert_false(error_set(&e, ERROR_CORRUPT, "block %d", 3));
    assert_false(error_set(&e, ERROR_READ, "later"));
    assert_int_equal(e.code, ERROR_CORRUPT);
    assert_string_equal(e.message, "block 3");
}

/* The reasons are the C library's English texts, first letter lowered. */
static void an_errno_is_named_with_the_thing(void **state)
{
    (void)state;
    struct error e = {0};
    assert_false(error_errno(&e, ENOENT, "cannot open", S("a.json")));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    assert_string_equal(e.message, "cannot open 'a.json': no such file or directory");
}

static void errnos_map_to_codes(void **state)
{
    (void)state;
    static const struct {
        int errnum;
        enum error_code code;
    } rows[] = {{EACCES, ERROR_DENIED},     {EISDIR, ERROR_IS_DIRECTORY}, {ENOSPC, ERROR_NO_SPACE},
                {EPIPE, ERROR_CLOSED_PIPE}, {EFBIG, ERROR_TOO_LARGE},     {EMFILE, ERROR_SYSTEM}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error e = {0};
        error_errno(&e, rows[i].errnum, "w", S("n"));
        assert_int_equal(e.code, rows[i].code);
    }
}

static void a_message_is_one_line_whatever_the_name(void **state)
{
    (void)state;
    struct error e = {0};
    error_errno(&e, ENOENT, "cannot open", S("a\nb\x1b[2J\x7f\xC3\xA4"));
    assert_string_equal(e.message, "cannot open 'a?b?[2J?\xC3\xA4': no such file or directory");
}

static void a_long_name_is_cut_not_overrun(void **state)
{
    (void)state;
    char name[1000];
    struct error e = {0};
    memset(name, 'n', sizeof name);
    error_errno(&e, ENOENT, "cannot open", (str){name, sizeof name});
    assert_int_equal(strlen(e.message), sizeof e.message - 1);
}

static void of_a_long_name_the_end_and_the_reason_are_told(void **state)
{
    (void)state;
    char name[1000];
    struct error e = {0};
    for (size_t i = 0; i < sizeof name; i += 2) {
        memcpy(name + i, "\xC3\xA4", 2);
    }
    memcpy(name + 991, "/log.json", 9); /* the cut would fall inside a character */
    error_errno(&e, ENOENT, "cannot open", (str){name, sizeof name});
    static const char begin[] = "cannot open '...\xC3\xA4";
    static const char end[] = "/log.json': no such file or directory";
    assert_memory_equal(e.message, begin, sizeof begin - 1);
    assert_string_equal(e.message + strlen(e.message) - (sizeof end - 1), end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(an_errno_is_named_with_the_thing),
        cmocka_unit_test(errnos_map_to_codes),
        cmocka_unit_test(a_message_is_one_line_whatever_the_name),
        cmocka_unit_test(a_long_name_is_cut_not_overrun),
        cmocka_unit_test(of_a_long_name_the_end_and_the_reason_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
