/* SPDX-License-Identifier: Apache-2.0 */
/* rules/rule.h: index patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/rule.h"

static bool sees(const str *index, size_t n, str dataset)
{
    const struct rule rule = {.index = index, .n_index = n};
    return rule_sees(&rule, dataset);
}

/* The index of a data set is logs-<dataset>-default. */
static void patterns_admit_and_exclude(void **state)
{
    (void)state;
    const str one[] = {S_INIT("logs-aws.cloudtrail-*")};
    const str filebeat[] = {S_INIT("filebeat-*")};
    const str other[] = {S_INIT("logs-aws.cloudtrail")};
    const str excluded[] = {S_INIT("logs-*"), S_INIT("-logs-aws.*")};
    const str only_excluded[] = {S_INIT("-logs-aws.*")};
    assert_true(sees(NULL, 0, S("aws.cloudtrail")));
    assert_true(sees(one, 1, S("aws.cloudtrail")));
    assert_false(sees(one, 1, S("gcp.audit")));
    assert_true(sees(filebeat, 1, S("gcp.audit")));
    assert_false(sees(other, 1, S("aws.cloudtrail")));
    assert_false(sees(excluded, 2, S("aws.cloudtrail")));
    assert_true(sees(excluded, 2, S("gcp.audit")));
    assert_true(sees(only_excluded, 1, S("gcp.audit")));
    assert_false(sees(only_excluded, 1, S("aws.cloudtrail")));
}

static void severities_have_names(void **state)
{
    (void)state;
    enum rule_severity s = SEVERITY_NONE;
    assert_true(rule_severity_parse(S("critical"), &s));
    assert_int_equal(s, SEVERITY_CRITICAL);
    assert_false(rule_severity_parse(S("High"), &s));
    assert_false(rule_severity_parse(S(""), &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_admit_and_exclude),
        cmocka_unit_test(severities_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
