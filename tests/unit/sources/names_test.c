/* SPDX-License-Identifier: Apache-2.0 */
/* Names taken apart: Azure resource ids, Kubernetes resource names, user agents, times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/azure_resource.h"
#include "sources/gcp_kubernetes.h"
#include "sources/row.h"

#define SUB "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
#define NSG                                                                                        \
    "/subscriptions/" SUB                                                                          \
    "/resourceGroups/rg1/providers/Microsoft.Network/networkSecurityGroups/nsg1"

static void expect_resource(const char *id, const char *const *parts)
{
    struct azure_resource r = azure_resource_parse(str_from(id));
    for (size_t i = 0; i < AZURE_PARTS; i++)
        if (!str_eq(r.part[i], str_from(parts[i])))
            fail_msg("%s: part %zu is '%.*s', not '%s'", id, i, STR_ARG(r.part[i]),
                     parts[i] ? parts[i] : "");
}

static void resource_ids_have_the_parts_that_the_mapping_tells(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const char *parts[AZURE_PARTS]; /* subscription, group, provider, name, namespace, rule */
    } cases[] = {
        {NSG, {SUB, "rg1", "Microsoft.Network/networkSecurityGroups", "nsg1", NULL, NULL}},
        {NSG "/securityRules/ssh",
         {SUB, "rg1", "Microsoft.Network/networkSecurityGroups", "nsg1/securityRules/ssh", NULL,
          NULL}},
        {NSG "/providers/microsoft.insights/diagnosticSettings/default",
         {SUB, "rg1/providers/Microsoft.Network/networkSecurityGroups/nsg1",
          "microsoft.insights/diagnosticSettings", "default", NULL, NULL}},
        {"/SUBSCRIPTIONS/{" SUB "}/RESOURCEGROUPS/RG1/PROVIDERS/A.B/CDE/N",
         {"{" SUB "}", "RG1", "A.B/CDE", "N", NULL, NULL}},
        {"/subscriptions/" SUB
         "/resourcegroups/rg1/providers/Microsoft.Network/networkSecurityGroups/nsg1",
         {SUB, NULL, "Microsoft.Network/networkSecurityGroups/nsg1", NULL, NULL, NULL}},
        {"/subscriptions/" SUB "/providers/Microsoft.Authorization/roleAssignments/x",
         {SUB, NULL, "Microsoft.Authorization/roleAssignments", NULL, NULL, NULL}},
        {"/tenants/x/providers/Microsoft.aadiam",
         {NULL, NULL, "Microsoft.aadiam", NULL, NULL, NULL}},
        {"/subscriptions/" SUB "/resourceGroups/rg1", {SUB, "rg1", NULL, NULL, NULL, NULL}},
        {"/subscriptions/" SUB, {SUB, NULL, NULL, NULL, NULL, NULL}},
        {"/subscriptions/no-guid/resourceGroups/rg1", {NULL, NULL, NULL, NULL, NULL, NULL}},
        {"/SUBSCRIPTIONS/" SUB
         "/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.EVENTHUB/NAMESPACES/N/AUTHORIZATIONRULES/R",
         {SUB, "G", "MICROSOFT.EVENTHUB", NULL, "N", "R"}},
        {"", {NULL, NULL, NULL, NULL, NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_resource(cases[i].id, cases[i].parts);
}

static void kubernetes_names_fit_the_first_form(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *parts[4]; /* api, namespace, type, name */
    } cases[] = {
        {"core/v1/namespaces/shop/pods/web-1", {"v1", "shop", "pods", "web-1"}},
        {"apps/v1beta2/namespaces/shop/deployments", {"v1beta2", "shop", "deployments", NULL}},
        {"rbac.authorization.k8s.io/v1/clusterroles/admin", {"v1", NULL, "clusterroles", NULL}},
        {"core/v1/namespaces/shop", {"v1", NULL, "namespaces", NULL}},
        {"apis/apps/v1", {"v1", NULL, "apps", NULL}},
        {"api/v1", {"v1", NULL, NULL, NULL}},
        {"readyz", {NULL, NULL, "readyz", NULL}},
        {"HNAP1", {NULL, NULL, NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t part = 0; part < 4; part++) {
            str found =
                kubernetes_resource_part(str_from(cases[i].name), (enum kubernetes_part)part);
            if (!str_eq(found, str_from(cases[i].parts[part])))
                fail_msg("%s: part %zu is '%.*s'", cases[i].name, part, STR_ARG(found));
        }
}

static str run_row(row_fn *fn, const char *input, intptr_t arg, const char *text, struct arena *a)
{
    struct row row = {.fn = fn, .arg = arg, .text = text};
    struct row_input r = {.row = &row, .arena = a};
    r.in[0] = json_new_string(a, str_from(input));
    const struct json *value = fn(&r);
    return value ? value->text : (str){0};
}

static void times_are_truncated_to_milliseconds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        intptr_t style;
        const char *out;
    } cases[] = {
        {"2022-01-22T18:15:02.3879999Z", DATE_ISO, "2022-01-22T18:15:02.387Z"},
        {"2022-01-22T18:15:02", DATE_ISO, "2022-01-22T18:15:02.000Z"},
        {"2022-01-22T18:15:02+0200", DATE_ISO, "2022-01-22T16:15:02.000Z"},
        {"2022-01-22 18:15:02", DATE_ISO, NULL},
        {"1/9/2007 0:00:01", DATE_ISO, NULL},
        {"1/9/2007 0:00:01", DATE_AZURE, "2007-01-09T00:00:01.000Z"},
        {"01/09/2007 12:00:00 AM", DATE_AZURE, "2007-01-09T00:00:00.000Z"},
        {"1/9/2007 12:00:00 PM +01:00", DATE_AZURE, "2007-01-09T11:00:00.000Z"},
        {"1/9/2007 13:00:00 PM", DATE_AZURE, NULL},
        {"13/9/2007 1:00:00", DATE_AZURE, NULL},
        {"1/9/2007 1:00:00 +99:00", DATE_AZURE, NULL},
        {"2021-10-19 02:55:46.633 UTC", DATE_GCP, "2021-10-19T02:55:46.633Z"},
        {"1634612146.5", DATE_GCP, "2021-10-19T02:55:46.500Z"},
        {"", DATE_GCP, NULL},
    };
    struct arena arena = arena_open((size_t)1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        str out = run_row(row_date, cases[i].text, cases[i].style, NULL, &arena);
        if (!str_eq(out, str_from(cases[i].out)))
            fail_msg("'%s' gives '%.*s'", cases[i].text, STR_ARG(out));
    }
    arena_close(&arena);
}

static void user_agents_have_name_system_and_device(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *part, *out;
    } cases[] = {
        {"aws-cli/2.1.3 Python/3.9 Linux/5.15.0-1 botocore/1.2", "name", "aws-cli"},
        {"aws-cli/2.1.3 Python/3.9 Linux/5.15.0-1 botocore/1.2", "version", "2.1.3"},
        {"aws-cli/2.1.3 Python/3.9 Linux/5.15.0-1 botocore/1.2", "os.full", "Linux 5.15.0"},
        {"aws-cli/2.1.3 Python/3.9 Linux/5.15.0-1 botocore/1.2", "device.name", "Spider"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0", "os.full",
         "Mac OS X 10.15.7"},
        {"Mozilla/5.0 (Windows NT 6.3) Chrome/1.2.3.4 Edg/5.6", "name", "Edge"},
        {"python-requests/2.27.1", "version", "2.27"},
        {"APN/1.0 Terraform/1.5 (+https://example.com)", "name", "Other"},
        {"APN/1.0 Terraform/1.5 (+https://example.com)", "version", NULL},
    };
    struct arena arena = arena_open((size_t)1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        str out = run_row(row_user_agent, cases[i].agent, 0, cases[i].part, &arena);
        if (!str_eq(out, str_from(cases[i].out)))
            fail_msg("%s of '%s' is '%.*s'", cases[i].part, cases[i].agent, STR_ARG(out));
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resource_ids_have_the_parts_that_the_mapping_tells),
        cmocka_unit_test(kubernetes_names_fit_the_first_form),
        cmocka_unit_test(times_are_truncated_to_milliseconds),
        cmocka_unit_test(user_agents_have_name_system_and_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
