/* SPDX-License-Identifier: Apache-2.0 */
/* Version order. The long chain is the example of semver.org 2.0.0 section 11; the rest follows the rules of Elasticsearch's
 * version field: any number of main parts, no leading zeros, the build last, texts that are no versions behind all others. */
#include "ecs/value.h"

#include "../base/assert_str.h"

/* Every text sorts before every later one, and is equal to itself. */
static void check_chain(const str *chain, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            int order = version_cmp(chain[i], chain[j]);
            int sign = (order > 0) - (order < 0);
            int expected = (i > j) - (i < j);
            if (sign != expected) {
                fail_msg("'%.*s' against '%.*s': %d", STR_ARG(chain[i]), STR_ARG(chain[j]), sign);
            }
        }
    }
}

static void precedence_of_the_specification(void **state)
{
    (void)state;
    static const str chain[] = {
        S_INIT("1.0.0-alpha"),
        S_INIT("1.0.0-alpha.1"),
        S_INIT("1.0.0-alpha.beta"),
        S_INIT("1.0.0-beta"),
        S_INIT("1.0.0-beta.2"),
        S_INIT("1.0.0-beta.11"),
        S_INIT("1.0.0-rc.1"),
        S_INIT("1.0.0"),
        S_INIT("1.2.4-SNAPSHOT"),
        S_INIT("1.2.4"),
        S_INIT("1.11.3"),
        S_INIT("2.0.0"),
        S_INIT("2.1.0"),
        S_INIT("2.1.1"),
        S_INIT("10.0.0"),
        S_INIT("99999999999999999999999.0.0"), /* no number of ours holds it */
    };
    check_chain(chain, sizeof chain / sizeof chain[0]);
}

static void main_parts_of_any_number(void **state)
{
    (void)state;
    static const str chain[] = {S_INIT("1"), S_INIT("1.2"), S_INIT("1.2.0"), S_INIT("1.2.0.1"),
                                S_INIT("1.3")};
    check_chain(chain, sizeof chain / sizeof chain[0]);
}

static void builds_come_last(void **state)
{
    (void)state;
    static const str chain[] = {S_INIT("1.0.0-a+9"), S_INIT("1.0.0"), S_INIT("1.0.0+001"),
                                S_INIT("1.0.0+002"), S_INIT("1.0.1-a")};
    check_chain(chain, sizeof chain / sizeof chain[0]);
}

static void what_is_no_version_sorts_behind_bytewise(void **state)
{
    (void)state;
    static const str chain[] = {
        S_INIT("999.0.0"), S_INIT(""),         S_INIT("-1"),     S_INIT(".1"),
        S_INIT("01.2.3"),  S_INIT("1."),       S_INIT("1..2"),   S_INIT("1.0-"),
        S_INIT("1.0-01"),  S_INIT("1.0-a..b"), S_INIT("1.0.0+"), S_INIT("1.2 "),
        S_INIT("1\0002"),  S_INIT("abc"),      S_INIT("v1.0.0"), S_INIT("\xff"),
    };
    /* Bytewise among themselves, so the list need not be in order: only the first row is a version. */
    for (size_t i = 1; i < sizeof chain / sizeof chain[0]; i++) {
        assert_true(version_cmp(chain[0], chain[i]) < 0);
        assert_true(version_cmp(chain[i], chain[0]) > 0);
        for (size_t j = 1; j < sizeof chain / sizeof chain[0]; j++) {
            int order = version_cmp(chain[i], chain[j]), bytes = str_cmp(chain[i], chain[j]);
            assert_int_equal((order > 0) - (order < 0), (bytes > 0) - (bytes < 0));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precedence_of_the_specification),
        cmocka_unit_test(main_parts_of_any_number),
        cmocka_unit_test(builds_come_last),
        cmocka_unit_test(what_is_no_version_sorts_behind_bytewise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
