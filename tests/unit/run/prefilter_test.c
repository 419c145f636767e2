/* SPDX-License-Identifier: Apache-2.0 */
/* The prefilter must not skip a record that matches, or an item that is not one record: shown by hand-made records whose answer is argued here, and by the shared collections and our
 * own samples, whose every record is also given to the searcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../shared.h"

#include "base/os.h"
#include "prefilter_bench.h"

static const char *const firewall[] = {
    "any where event.action in (\"AuthorizeSecurityGroupIngress\", \"DeleteSecurityGroup\")",
    "any where event.dataset == \"gcp.audit\" and gcp.audit.method_name : \"*compute.firewalls*\"",
    "any where event.dataset in (\"azure.activitylogs\", \"azure.auditlogs\") and event.action : "
    "\"*networksecuritygroups*\" and event.outcome == \"success\"",
    "sequence by user.name [any where event.action == \"CreateUser\"] "
    "[any where event.action == \"DeleteTrail\"]",
};
enum { N_FIREWALL = sizeof firewall / sizeof *firewall };

enum answer { SKIP, PARSE };

struct line {
    enum answer answer;
    const char *text;
};

/* SKIP: no rule asks for the operation, and nothing hides another. PARSE: a rule does, or something may. */
static const struct line lines[] = {
    {SKIP, "{\"eventName\":\"DescribeInstances\",\"eventSource\":\"ec2.amazonaws.com\"}"},
    {PARSE, "{\"eventName\":\"DeleteSecurityGroup\",\"eventSource\":\"ec2.amazonaws.com\"}"},
    {SKIP, "{\"eventName\" : \"DescribeInstances\" , \"eventSource\":\"ec2.amazonaws.com\"}"},
    {PARSE, "{\"eventName\" \t:  \"DeleteSecurityGroup\",\"eventSource\":\"ec2.amazonaws.com\"}"},
    {PARSE, "{\"eventSource\":\"e\",\n  \"eventName\"\n: \"DeleteSecurityGroup\"}"},
    /* Either clause of a sequence. */
    {PARSE, "{\"eventName\":\"CreateUser\",\"eventSource\":\"iam.amazonaws.com\"}"},
    {PARSE, "{\"eventName\":\"DeleteTrail\",\"eventSource\":\"c\"}"},
    /* == is case-sensitive, : is not. */
    {SKIP, "{\"eventName\":\"deletesecuritygroup\",\"eventSource\":\"ec2.amazonaws.com\"}"},
    {PARSE, "{\"protoPayload\":{\"methodName\":\"v1.COMPUTE.firewalls.insert\"}}"},
    {SKIP, "{\"protoPayload\":{\"methodName\":\"v1.compute.instances.insert\"}}"},
    /* The last of two equal keys counts; each is looked at. */
    {PARSE, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"eventName\":\"DeleteSecurityGroup\"}"},
    {PARSE, "{\"eventName\":\"DeleteSecurityGroup\",\"eventSource\":\"b\",\"eventName\":\"A\"}"},
    /* Nesting is not known to it: a decoy below costs a parse, never a match. */
    {PARSE,
     "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":{\"eventName\":\"DeleteSecurityGroup\"}}"},
    {PARSE,
     "{\"x\":{\"eventName\":\"A\"},\"eventName\":\"DeleteSecurityGroup\",\"eventSource\":\"b\"}"},
    /* Inside a string it is no member. */
    {SKIP, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":\"\\\"eventName\\\":"
           "\\\"DeleteSecurityGroup\\\"\"}"},
    {SKIP,
     "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":\"\\\\\",\"y\":\"DeleteSecurityGroup\"}"},
    {PARSE, "{\"x\":\"\\\\\",\"eventName\":\"DeleteSecurityGroup\",\"eventSource\":\"b\"}"},
    /* As a value it is none either. */
    {SKIP,
     "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":[\"eventName\",\"DeleteSecurityGroup\"]}"},
    /* Escapes in the key, in the value; one of a letter that no key has; an escaped backslash before a u. */
    {PARSE, "{\"event\\u004eame\":\"DeleteSecurityGroup\",\"eventSource\":\"b\"}"},
    {PARSE, "{\"eventName\":\"DeleteSecurity\\u0047roup\",\"eventSource\":\"b\"}"},
    {PARSE, "{\"eventName\":\"A\\/B\",\"eventSource\":\"b\"}"},
    {SKIP, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":\"a\\u0026b\\u00e9\\ud83d\\ude00\"}"},
    {SKIP, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"x\":\"C:\\\\users\"}"},
    /* An operation that is no string, or none. */
    {PARSE, "{\"eventName\":null,\"eventSource\":\"b\"}"},
    {PARSE, "{\"operationName\":{\"value\":\"Microsoft.Network/networkSecurityGroups/"
            "write\"},\"eventTimestamp\":\"t\"}"},
    {SKIP, "{\"userIdentity\":{},\"eventVersion\":\"1\",\"eventTime\":\"t\"}"},
    {SKIP, "{\"x\":1}"},
    {SKIP, "{}"},
    /* Containers, and documents that are ECS already. */
    {PARSE, "{\"CloudTrailEvent\":\"{}\",\"eventName\":\"A\"}"},
    {PARSE, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"Records\":[{},{}]}"},
    {SKIP, "{\"eventName\":\"A\",\"eventSource\":\"b\",\"Records\":\"\"}"},
    {PARSE, "{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{\"eventName\":\"A\"}}"},
    {PARSE, "{\"messageType\":\"CONTROL_MESSAGE\"}"},
    {PARSE,
     "{\"@timestamp\":\"2026-01-01T00:00:00Z\",\"event\":{\"action\":\"DeleteSecurityGroup\"}}"},
    /* Shapes that are turned into others. */
    {PARSE, "{\"OperationNameValue\":\"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/"
            "WRITE\",\"CallerIpAddress\":\"192.0.2.1\"}"},
    {PARSE, "{\"activityDisplayName\":\"x\",\"initiatedBy\":{},\"targetResources\":[]}"},
    {PARSE, "{\"protopayload_auditlog\":{\"methodName\":\"v1.compute.firewalls.insert\"}}"},
    {PARSE, "{\"operationName\":\"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/"
            "WRITE\",\"resourceId\":\"/r\",\"time\":\"t\",\"category\":\"Administrative\"}"},
    {SKIP, "{\"operationName\":\"MICROSOFT.COMPUTE/DISKS/WRITE\",\"resourceId\":\"/"
           "r\",\"time\":\"t\",\"category\":\"Administrative\"}"},
    /* What begins as its provider writes it is one record, of that provider, whatever else it holds. */
    {SKIP, "{\"eventVersion\":\"1\",\"eventName\":\"A\",\"eventSource\":\"b\"}"},
    {SKIP,
     "{\"eventVersion\":\"1\",\"eventName\":\"A\",\"eventSource\":\"b\",\"Records\":[{},{}]}"},
    {SKIP, "{\"eventVersion\":\"1\",\"Records\":[{\"eventName\":\"A\"},{}],\"x\":tru}"},
    {SKIP, "{ \"eventVersion\" : \"1\", \"messageType\":\"CONTROL_MESSAGE\"}"},
    {SKIP, "{\"time\":\"t\",\"OperationNameValue\":\"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/"
           "WRITE\",\"CallerIpAddress\":\"192.0.2.1\"}"},
    {SKIP, "{\"time\":\"t\",\"category\":\"AuditLogs\",\"operationName\":\"x\",\"properties\":{"
           "\"activityDisplayName\":\"x\",\"initiatedBy\":{},\"targetResources\":[]}}"},
    {SKIP, "{\"protoPayload\":{},\"x\":[\"methodName\",\"v1.compute.firewalls.insert\"]}"},
    /* Its operation is found wherever and however it stands. */
    {PARSE, "{\"eventVersion\":\"1\",\"eventName\":\"DeleteSecurityGroup\",\"eventSource\":\"b\"}"},
    {PARSE, "{\n\t\"eventVersion\":\"1\",\"eventSource\":\"b\",\"eventName\"\r\n :\n"
            "\"DeleteSecurityGroup\"}"},
    {PARSE,
     "{\"eventVersion\":\"eventName\",\"eventName\":\"A\",\"eventSource\":\"b\",\"eventName\":"
     "\"DeleteSecurityGroup\"}"},
    {PARSE,
     "{\"eventVersion\":\"1\",\"event\\u004eame\":\"DeleteSecurityGroup\",\"eventSource\":\"b\"}"},
    {PARSE,
     "{\"eventVersion\":\"1\",\"eventName\":\"Delete\\u0053ecurityGroup\",\"eventSource\":\"b\"}"},
    {PARSE,
     "{\"time\":\"t\",\"resourceId\":\"/r\",\"category\":\"Administrative\",\"operationName\":"
     "\"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WRITE\"}"},
    /* The same key written otherwise begins nothing. */
    {PARSE, "{\"\\u0065ventVersion\":\"1\",\"eventName\":\"A\",\"Records\":[{},{}]}"},
    {PARSE, "{\"eventversion\":\"1\",\"eventName\":\"A\",\"Records\":[{},{}]}"},
};

static void each_answer_is_the_one_argued(void **state)
{
    (void)state;
    struct prefilter_bench b;
    assert_true(prefilter_bench_open(&b, firewall, N_FIREWALL));
    assert_non_null(b.prefilter);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct prefilter_verdicts v = prefilter_bench_run(&b, str_from(lines[i].text));
        /* A container may be several frames: none of them may be skipped then. */
        bool skipped = v.skipped == v.frames;
        if (skipped != (lines[i].answer == SKIP) || v.wrong || (v.skipped && !skipped)) {
            fail_msg("%s: %zu frames, %zu skipped, %zu wrongly", lines[i].text, v.frames, v.skipped,
                     v.wrong);
        }
    }
    prefilter_bench_close(&b);
}

/* A rule that asks for no operation makes every record of the data sets it sees one to be parsed. */
static void a_rule_without_an_operation_is_respected(void **state)
{
    (void)state;
    static const char *const queries[] = {"any where user.name == \"root\"",
                                          "any where event.dataset == \"gcp.audit\" and not "
                                          "event.action == \"a\""};
    static const char aws[] = "{\"eventName\":\"A\",\"eventSource\":\"b\"}";
    static const char gcp[] = "{\"protoPayload\":{\"methodName\":\"b\"}}";
    struct prefilter_bench b;
    assert_true(prefilter_bench_open(&b, queries, 1));
    struct prefilter_verdicts v = prefilter_bench_run(&b, str_from(aws));
    assert_int_equal(v.skipped, 0);
    prefilter_bench_close(&b);
    assert_true(prefilter_bench_open(&b, queries + 1, 1));
    assert_int_equal(prefilter_bench_run(&b, str_from(aws)).skipped, 1);
    assert_int_equal(prefilter_bench_run(&b, str_from(gcp)).skipped, 0);
    prefilter_bench_close(&b);
}

static void validation_switches_it_off(void **state)
{
    (void)state;
    struct prefilter_bench b;
    assert_true(prefilter_bench_open(&b, firewall, N_FIREWALL));
    struct search_options options = b.options;
    options.keep_rejected = true;
    assert_null(prefilter_new(&options, NULL));
    options = b.options;
    options.no_prefilter = true;
    assert_null(prefilter_new(&options, NULL));
    options = b.options;
    options.ticks = true;
    assert_null(prefilter_new(&options, NULL));
    prefilter_bench_close(&b);
}

/* What comes early in all input, or before the first known record of a file, is parsed. */
static void it_waits_for_a_log(void **state)
{
    (void)state;
    struct prefilter_bench b;
    static const char text[] = "{\"eventName\":\"A\",\"eventSource\":\"b\"} {\"x\":1} ";
    assert_true(prefilter_bench_open(&b, firewall, N_FIREWALL));
    json_framer_reset(b.framer);
    json_framer_feed(b.framer, str_from(text), false);
    struct frame record, unknown;
    assert_true(json_framer_next(b.framer, &record));
    prefilter_begin_file(b.prefilter, 0);
    prefilter_begin_run(b.prefilter, UINT64_MAX);
    record.offset = 0;
    assert_false(prefilter_skips(b.prefilter, &record));
    assert_false(prefilter_skips(b.prefilter, &record));
    record.offset = 1 << 30;
    assert_false(prefilter_skips(b.prefilter, &record)); /* the one it learns from */
    assert_true(prefilter_skips(b.prefilter, &record));
    /* The file goes on. */
    prefilter_begin_run(b.prefilter, UINT64_MAX);
    assert_true(prefilter_skips(b.prefilter, &record));
    /* Files before this one count. */
    record.offset = 1 << 19;
    prefilter_begin_file(b.prefilter, 1 << 18);
    prefilter_begin_run(b.prefilter, UINT64_MAX);
    assert_false(prefilter_skips(b.prefilter, &record));
    assert_false(prefilter_skips(b.prefilter, &record));
    prefilter_begin_file(b.prefilter, 1 << 19);
    prefilter_begin_run(b.prefilter, UINT64_MAX);
    assert_false(prefilter_skips(b.prefilter, &record)); /* the one it learns from */
    assert_true(prefilter_skips(b.prefilter, &record));
    prefilter_begin_file(b.prefilter, 0);
    prefilter_begin_run(b.prefilter, UINT64_MAX);
    assert_true(json_framer_next(b.framer, &unknown));
    unknown.offset = 1 << 30;
    assert_false(prefilter_skips(b.prefilter, &unknown));
    assert_false(prefilter_skips(b.prefilter, &unknown));
    prefilter_bench_close(&b);
}

/* ---- forms ---- */

/* Four elements that begin as a record does. */
static struct prefilter_verdicts elements(struct prefilter_bench *b, const char *key,
                                          const char *element)
{
    char text[1000];
    snprintf(text, sizeof text, "{\"%s\":[%s,%s,%s,%s]}", key, element, element, element, element);
    return prefilter_bench_run(b, str_from(text));
}

/* An element of "Events" is a wrapper: its record is the text of a member, and matches here. In "Records" the same object is a record, of an operation that no rule asks for; its text means
 * nothing, and it is skipped by its form. */
static void a_form_is_no_record_where_elements_are_wrappers(void **state)
{
    (void)state;
    static const char element[] =
        "{\"eventVersion\":\"1\",\"eventName\":\"A\",\"eventSource\":\"b\",\"CloudTrailEvent\":"
        "\"{\\\"eventVersion\\\":\\\"1\\\",\\\"eventName\\\":\\\"DeleteSecurityGroup\\\","
        "\\\"eventSource\\\":\\\"b\\\"}\"}";
    struct prefilter_bench b;
    assert_true(prefilter_bench_open(&b, firewall, N_FIREWALL));
    struct prefilter_verdicts v = elements(&b, "Records", element);
    assert_int_equal(v.formed, 4);
    assert_int_equal(v.wrong, 0);
    v = elements(&b, "Events", element);
    assert_int_equal(v.matched, 4);
    assert_int_equal(v.skipped, 0);
    assert_int_equal(v.formed, 0);
    assert_int_equal(v.wrong, 0);
    v = elements(&b, "Records",
                 element); /* what is known of one container is not kept for the next */
    assert_int_equal(v.formed, 4);
    prefilter_bench_close(&b);
}

/* ---- collections ---- */

struct totals {
    size_t files;
    struct prefilter_verdicts v;
};

static void add_file(struct prefilter_bench *b, str path, struct totals *t)
{
    struct arena arena = arena_open((size_t)64 << 20);
    struct error error = {0};
    str bytes;
    if (os_read_file(path, (size_t)32 << 20, &arena, &bytes, &error)) {
        struct prefilter_verdicts v = prefilter_bench_run(b, bytes);
        t->files++;
        t->v.frames += v.frames;
        t->v.skipped += v.skipped;
        t->v.formed += v.formed;
        t->v.matched += v.matched;
        t->v.wrong += v.wrong;
        if (v.wrong) {
            print_message("%.*s: %zu skipped wrongly\n", STR_ARG(path), v.wrong);
        }
    }
    arena_close(&arena);
}

static void add_folder(struct prefilter_bench *b, str folder, struct totals *t, struct arena *a)
{
    struct error error = {0};
    str *names;
    size_t n;
    if (!os_list_folder(folder, a, &names, &n, &error)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        str path = arena_concat(a, folder, S("/"), names[i]);
        if (os_kind_of(path, &error) == OS_FOLDER) {
            add_folder(b, path, t, a);
        } else {
            add_file(b, path, t);
        }
    }
}

static void check_folder(str folder)
{
    struct arena arena = arena_open((size_t)1 << 28);
    struct prefilter_bench b;
    struct totals t = {0};
    assert_true(prefilter_bench_open(&b, firewall, N_FIREWALL));
    add_folder(&b, folder, &t, &arena);
    print_message("%zu files, %zu frames, %zu skipped, %zu of them by form, %zu matched\n", t.files,
                  t.v.frames, t.v.skipped, t.v.formed, t.v.matched);
    prefilter_bench_close(&b);
    arena_close(&arena);
    assert_int_equal(t.v.wrong, 0);
    assert_true(t.v.skipped > 0);
}

static void shared(const char *below)
{
    struct arena arena = arena_open((size_t)1 << 16);
    check_folder(shared_folder(below, &arena));
    arena_close(&arena);
}

static void no_sample_is_skipped_wrongly(void **state)
{
    (void)state;
    check_folder(S(POSTERN_SOURCE_DIR "/data/samples"));
}

static void no_conformance_record_is_skipped_wrongly(void **state)
{
    (void)state;
    shared("conformance/ecs");
}

static void no_trace_is_skipped_wrongly(void **state)
{
    (void)state;
    shared("corpus/traces");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_the_one_argued),
        cmocka_unit_test(a_rule_without_an_operation_is_respected),
        cmocka_unit_test(validation_switches_it_off),
        cmocka_unit_test(it_waits_for_a_log),
        cmocka_unit_test(a_form_is_no_record_where_elements_are_wrappers),
        cmocka_unit_test(no_sample_is_skipped_wrongly),
        cmocka_unit_test(no_conformance_record_is_skipped_wrongly),
        cmocka_unit_test(no_trace_is_skipped_wrongly),
    };
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
