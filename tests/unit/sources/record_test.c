/* SPDX-License-Identifier: Apache-2.0 */
/* Containers taken apart: which records come out, what they are, and where they lie. Each case is one framed value; expected lines are written as "KIND DATASET OFFSET" where OFFSET is given by
 * a mark: the place of '^' in the text, which is taken out before reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "sources/source.h"

#define CT "{\"eventSource\":\"s\",\"eventName\":\"n\"}"
#define CT_TEXT "\"{\\\"eventSource\\\":\\\"s\\\",\\\"eventName\\\":\\\"n\\\"}\""
#define GCP "{\"protoPayload\":{}}"
#define GCP_64 "eyJwcm90b1BheWxvYWQiOnt9fQ=="
#define AZURE "{\"operationName\":\"o\",\"resourceId\":\"r\",\"time\":\"t\",\"category\":\"Write\"}"
#define FINDING "{\"schemaVersion\":\"2.0\",\"resource\":{},\"service\":{},\"type\":\"A:B/C\"}"
#define CLI_FINDING "{\"SchemaVersion\":\"2.0\",\"Resource\":{},\"Service\":{},\"Type\":\"A:B/C\"}"
#define ASFF "{\"AwsAccountId\":\"1\",\"ProductArn\":\"a\"}"

/* gzip (level 9, no time) and base64 of a DATA_MESSAGE with two events like CT; that without its last 12 bytes; with three bytes changed; a CONTROL_MESSAGE. */
#define MESSAGE_GZ                                                                                 \
    "H4sIAAAAAAACA6tWyk0tLk5MTw2pLEhVslJycQxxjPd1DQ52dHdV0lHKyU93LUvNKylWsoquVspMAaowBAqX"         \
    "ZAJ1lSTmFihZGerATADKVccopYKUB+eXFiWnxihZxSgVxyjpQEX9EnMhYnkxSrVKtTpQA42oZWBsLQDvaDD6"         \
    "zgAAAA=="
#define MESSAGE_CUT                                                                                \
    "H4sIAAAAAAACA6tWyk0tLk5MTw2pLEhVslJycQxxjPd1DQ52dHdV0lHKyU93LUvNKylWsoquVspMAaowBAqX"         \
    "ZAJ1lSTmFihZGerATADKVccopYKUB+eXFiWnxihZxSgVxyjpQEX9EnMhYnkxSrVKtTpQA42oZQ=="
#define MESSAGE_BROKEN                                                                             \
    "H4sIAAAAAAACA6tWyk0tLk5MTw3///9VslJycQxxjPd1DQ52dHdV0lHKyU93LUvNKylWsoquVspMAaowBAqX"         \
    "ZAJ1lSTmFihZGerATADKVccopYKUB+eXFiWnxihZxSgVxyjpQEX9EnMhYnkxSrVKtTpQA42oZWBsLQDvaDD6"         \
    "zgAAAA=="
#define CONTROL_GZ                                                                                 \
    "H4sIAAAAAAACA6tWyk0tLk5MTw2pLEhVslJy9vcLCfL3ifd1DQ52dHdV0lHKyU93LUvNKylWsoqOrQUATWsQ"         \
    "OjAAAAA="
/* Two gzip members, {"a":1} and CT; base64 of three CT without commas. */
#define MEMBERS_GZ                                                                                 \
    "H4sIAAAAAAACA6tWSlSyMqwFAK+sG1YHAAAAH4sIAAAAAAACA6tWSi1LzSsJzi8tSk5VslIqVtKBiPgl5oL4"         \
    "eUq1ANGuNLkjAAAA"
#define THREE_64                                                                                   \
    "eyJldmVudFNvdXJjZSI6InMiLCJldmVudE5hbWUiOiJuIn17ImV2ZW50U291cmNlIjoicyIsImV2ZW50TmFt"         \
    "ZSI6Im4ifQp7ImV2ZW50U291cmNlIjoicyIsImV2ZW50TmFtZSI6Im4ifQ=="
/* gzip of an object of 2 MiB. */
#define BIG_GZ                                                                                     \
    "H4sIAAAAAAACA+3BQQ0AMAgEMC8nAzdzQULwPhl82k5eKg0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"         \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABwLPsBp2DXtwgAIAA="

struct expected {
    const char *what; /* "event aws.cloudtrail", "passed", "unknown", "rejected" */
};

struct test_case {
    const char *text; /* '^' marks the first byte of each expected record */
    const char *container;
    struct expected records[6];
};

static void describe(const struct record *r, char *out, size_t size)
{
    static const char *const kinds[] = {"event", "passed", "rejected"};
    if (r->kind == RECORD_EVENT)
        snprintf(out, size, "event %.*s", STR_ARG(r->dataset));
    else
        snprintf(out, size, "%s", r->unknown ? "unknown" : kinds[r->kind]);
}

static void run_case(struct record_reader *reader, const struct test_case *c)
{
    char text[8192];
    size_t marks[8], n = 0, n_marks = 0;
    for (const char *p = c->text; *p; p++) {
        if (*p == '^')
            marks[n_marks++] = n;
        else
            text[n++] = *p;
    }
    const uint64_t start = 1000;
    record_reader_item(reader, (str){text, n}, start, 1, str_from(c->container));
    struct record r;
    size_t i = 0;
    for (; record_reader_next(reader, &r); i++) {
        char found[128];
        describe(&r, found, sizeof(found));
        if (i >= 6 || !c->records[i].what)
            fail_msg("%s: one more: %s (%s)", c->text, found, r.reason ? r.reason : "");
        else if (strcmp(found, c->records[i].what) != 0)
            fail_msg("%s: record %zu is '%s' (%s), not '%s'", c->text, i, found,
                     r.reason ? r.reason : "", c->records[i].what);
        assert_true(i < n_marks);
        if (r.offset != start + marks[i])
            fail_msg("%s: record %zu at %llu, not %llu", c->text, i,
                     (unsigned long long)(r.offset - start), (unsigned long long)marks[i]);
    }
    if (i < 6 && c->records[i].what)
        fail_msg("%s: only %zu records", c->text, i);
}

static struct record_reader *open_reader(const struct record_reader_options *options,
                                         struct arena *arena)
{
    *arena = arena_open((size_t)1 << 26);
    return record_reader_new(source_plan_new(NULL, 0, NULL, 0, arena), options);
}

static void run_cases(const struct record_reader_options *options, const struct test_case *cases,
                      size_t n)
{
    struct arena arena;
    struct record_reader *reader = open_reader(options, &arena);
    for (size_t i = 0; i < n; i++)
        run_case(reader, &cases[i]);
    record_reader_free(reader);
    arena_close(&arena);
}

#define RUN_CASES(options, cases) run_cases(options, cases, sizeof(cases) / sizeof(cases[0]))

#define EVENT(dataset)                                                                             \
    {                                                                                              \
        "event " dataset                                                                           \
    }
#define CLOUDTRAIL EVENT("aws.cloudtrail")

static void containers_give_their_records(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"^" CT, "", {CLOUDTRAIL}},
        {"^" CT, "Records", {CLOUDTRAIL}},
        {"{\"Records\": [^" CT ", ^" CT "]}", "", {CLOUDTRAIL, CLOUDTRAIL}},
        {"{\"x\":1,\"Records\":[^" CT
         ",^{\"s3\":{},\"eventSource\":\"aws:s3\",\"eventName\":\"p\"}]}",
         "",
         {CLOUDTRAIL, {"passed"}}},
        {"[^" CT ",^7,^null]", "", {CLOUDTRAIL, {"unknown"}, {"unknown"}}},
        {"{\"records\":[^" AZURE "]}", "", {EVENT("azure.activitylogs")}},
        {"{\"value\":[^" AZURE "]}", "", {EVENT("azure.activitylogs")}},
        {"^{\"value\":[1]}", "", {{"unknown"}}},
        {"{\"entries\":[^" GCP "]}", "", {EVENT("gcp.audit")}},
        {"{\"Events\":[{\"EventId\":\"1\",\"CloudTrailEvent\":^" CT_TEXT
         "},{\"CloudTrailEvent\":^\"no\"}]}",
         "",
         {CLOUDTRAIL, {"unknown"}}},
        {"{\"CloudTrailEvent\":^" CT_TEXT "}", "Events", {CLOUDTRAIL}},
        {"{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":^" CT "}", "", {CLOUDTRAIL}},
        {"^{\"detail-type\":\"EC2 Instance State-change\",\"detail\":{}}", "", {{"passed"}}},
        {"{\"data\":{\"detail-type\":\"x\",\"detail\":^" CT "},\"log\":\"l\",\"trigger_rules\":[]}",
         "",
         {CLOUDTRAIL}},
        {"{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":^" CT_TEXT
         "},{\"message\":^\"2 eni\"}]}",
         "",
         {CLOUDTRAIL, {"unknown"}}},
        {"{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[]}", "", {{NULL}}},
        {"{\"events\":[{\"ingestionTime\":1,\"message\":^" CT_TEXT "}]}", "", {CLOUDTRAIL}},
        {"{\"QueryResultRows\":[[{\"eventJson\":^" CT_TEXT "}]]}", "", {CLOUDTRAIL}},
        {"{\"preview\":false,\"result\":{\"_raw\":^" CT_TEXT "}}", "", {CLOUDTRAIL}},
        {"{\"receivedMessages\":[^{\"ackId\":\"a\",\"message\":{\"data\":\"" GCP_64 "\"}}]}",
         "",
         {EVENT("gcp.audit")}},
        {"^{\"message\":{\"data\":\"!\"}}", "", {{"rejected"}}},
        {"{\"Records\":[]}", "", {{NULL}}},
        {"[ ]", "", {{NULL}}},
        {"{\"hits\":{\"hits\":[{\"_id\":\"1\",\"_source\":^{\"@timestamp\":\"t\",\"event.dataset\":"
         "\"gcp.audit\"}}]}}",
         "",
         {EVENT("gcp.audit")}},
        {"^{\"logName\":\"l\",\"jsonPayload\":{}}", "", {{"passed"}}},
        {"^{\"eventname\":\"lower\",\"eventsource\":\"case\"}", "", {{"unknown"}}},
        {"^{\"digestS3Object\":\"o\",\"logFiles\":[]}", "", {CLOUDTRAIL}},
        {"^{\"insightDetails\":{}}", "", {CLOUDTRAIL}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    RUN_CASES(&options, cases);
}

static void encoded_batches_are_unpacked(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"^^{\"awslogs\":{\"data\":\"" MESSAGE_GZ "\"}}", "", {CLOUDTRAIL, CLOUDTRAIL}},
        {"{\"awslogs\":{\"data\":\"" CONTROL_GZ "\"}}", "", {{NULL}}},
        {"{\"Records\":[^^{\"eventSource\":\"aws:kinesis\",\"eventName\":\"aws:kinesis:record\","
         "\"kinesis\":{\"partitionKey\":\"p\",\"data\":\"" MESSAGE_GZ "\"}}]}",
         "",
         {CLOUDTRAIL, CLOUDTRAIL}},
        {"{\"Records\":[^^{\"Data\":\"" MESSAGE_GZ
         "\",\"PartitionKey\":\"p\",\"SequenceNumber\":\"1\"}]}",
         "",
         {CLOUDTRAIL, CLOUDTRAIL}},
        {"{\"records\":[^^{\"recordId\":\"r\",\"data\":\"" MESSAGE_GZ "\"}]}",
         "",
         {CLOUDTRAIL, CLOUDTRAIL}},
        {"^^{\"recordId\":\"r\",\"data\":\"" MEMBERS_GZ "\"}", "", {{"unknown"}, CLOUDTRAIL}},
        {"^^^{\"recordId\":\"r\",\"data\":\"" THREE_64 "\"}",
         "",
         {CLOUDTRAIL, CLOUDTRAIL, CLOUDTRAIL}},
        {"^{\"awslogs\":{\"data\":\"" MESSAGE_CUT "\"}}", "", {{"rejected"}}},
        {"^{\"awslogs\":{\"data\":\"" MESSAGE_BROKEN "\"}}", "", {{"rejected"}}},
        {"^{\"awslogs\":{\"data\":\"H4sI\"}}", "", {{"rejected"}}},
        {"^{\"awslogs\":{\"data\":\"" BIG_GZ "\"}}", "", {{"rejected"}}},
        {"{\"Type\":\"Notification\",\"Message\":^^\""
         "{\\\"awslogs\\\":{\\\"data\\\":\\\"" MESSAGE_GZ "\\\"}}\"}",
         "",
         {CLOUDTRAIL, CLOUDTRAIL}},
        {"^{\"eventSource\":\"aws:dynamodb\",\"eventName\":\"INSERT\",\"dynamodb\":{}}",
         "",
         {{"passed"}}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    RUN_CASES(&options, cases);
}

static void many_small_bombs_have_a_limit(void **state)
{
    (void)state;
    struct arena arena;
    struct record_reader *reader =
        open_reader(&(struct record_reader_options){.max_record = (size_t)4 << 20}, &arena);
    struct buf text = {0};
    buf_printf(&text, "[");
    for (int i = 0; i < 40; i++) {
        buf_printf(&text, "%s{\"awslogs\":{\"data\":\"", i ? "," : "");
        buf_append(&text, S(BIG_GZ "\"}}"));
    }
    buf_printf(&text, "]");
    record_reader_item(reader, buf_view(&text), 0, 1, S(""));
    struct record r;
    size_t unknown = 0, rejected = 0;
    while (record_reader_next(reader, &r)) {
        unknown += r.unknown;
        rejected += r.kind == RECORD_REJECTED;
    }
    /* 16 times 4 MiB in pieces of 2 MiB and eight bytes. */
    assert_int_equal(unknown, 31);
    assert_int_equal(rejected, 9);
    buf_deinit(&text);
    record_reader_free(reader);
    arena_close(&arena);
}

static void findings_and_tables_are_unwrapped(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"^" FINDING, "", {EVENT("aws.guardduty")}},
        {"{\"findings\":[^" FINDING "]}", "", {EVENT("aws.guardduty")}},
        {"{\"Findings\":[^" CLI_FINDING "]}", "", {EVENT("aws.guardduty")}},
        {"{\"Findings\":[^" ASFF "]}", "", {EVENT("aws.securityhub_findings")}},
        {"^{\"findings\":[]}", "", {{"passed"}}},
        {"^{\"Findings\":[ ]}", "", {{"passed"}}},
        {"^{\"findings\":[1]}", "", {{"unknown"}}},
        {"{\"source\":\"aws.guardduty\",\"detail-type\":\"GuardDuty Finding\",\"detail\":^" FINDING
         "}",
         "",
         {EVENT("aws.guardduty")}},
        {"{\"source\":\"aws.securityhub\",\"detail-type\":\"Security Hub Findings - Imported\","
         "\"detail\":{\"findings\":[^" ASFF "]}}",
         "",
         {EVENT("aws.securityhub_findings")}},
        {"^{\"source\":\"aws.securityhub\",\"detail-type\":\"Security Hub Insight "
         "Results\",\"detail\":{}}",
         "",
         {{"passed"}}},
        {"{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"OperationNameValue\","
         "\"type\":"
         "\"string\"},{\"name\":\"CallerIpAddress\"}],\"rows\":[^[\"o\",\"1.2.3.4\"],^[\"p\",null],"
         "^[],^7]}]}",
         "",
         {EVENT("azure.activitylogs"), {"unknown"}, {"unknown"}, {"unknown"}}},
        {"{\"tables\":[{\"name\":\"t\",\"columns\":[],\"rows\":[]}]}", "", {{NULL}}},
        {"{\"name\":\"t\",\"columns\":[{\"name\":\"TargetResources\"},{\"name\":\"InitiatedBy\"},"
         "{\"name\":\"Type\"}],\"rows\":[^[[],{},\"AuditLogs\",1,2]]}",
         "tables",
         {EVENT("azure.auditlogs")}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    RUN_CASES(&options, cases);
}

static void a_row_of_a_table_is_its_own_original(void **state)
{
    (void)state;
    struct arena arena;
    struct record_reader *reader =
        open_reader(&(struct record_reader_options){.max_record = (size_t)1 << 20}, &arena);
    struct record r;
    record_reader_item(
        reader,
        S("{\"columns\":[\"OperationNameValue\",{\"ColumnName\":\"CallerIpAddress\"}],"
          "\"rows\":[[\"o\\n\", \"192.0.2.1\"]]}"),
        0, 1, S(""));
    assert_true(record_reader_next(reader, &r));
    assert_true(str_eq(r.text, S("[\"o\\n\", \"192.0.2.1\"]")));
    const struct json *document = record_reader_document(reader);
    assert_true(str_eq(json_text(json_at(document, "event", "original", NULL)), r.text));
    assert_true(str_eq(json_text(json_at(document, "event", "action", NULL)), S("o\n")));
    assert_true(str_eq(json_text(json_at(document, "source", "ip", NULL)), S("192.0.2.1")));
    record_reader_free(reader);
    arena_close(&arena);
}

static void a_malformed_element_costs_only_itself(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"{\"x\":1,\"Records\":[^" CT ",^{\"a\":tru},^" CT "]}",
         "",
         {CLOUDTRAIL, {"rejected"}, CLOUDTRAIL}},
        {"{\"x\":1,\"Records\":[^" CT ",^,^" CT "]}", "", {CLOUDTRAIL, {"rejected"}, CLOUDTRAIL}},
        {"[^{\"a\" 1},^" CT "]", "", {{"rejected"}, CLOUDTRAIL}},
        {"{\"x\":1,\"Records\":[^{\"a\":[1},^" CT "]}", "", {{"rejected"}, CLOUDTRAIL}},
        {"^{\"a\":tru}", "", {{"rejected"}}},
        {"{\"x\":1,\"Records\":[^{\"a\":{\"b\":1},^" CT "]}", "", {{"rejected"}, CLOUDTRAIL}},
        {"[^" CT "] ^x", "", {CLOUDTRAIL, {"rejected"}}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    RUN_CASES(&options, cases);
}

static void containers_are_followed_four_deep(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"[[[[^" CT "]]]]", "", {CLOUDTRAIL}},
        {"[[[[^[" CT "]]]]]", "", {{"unknown"}}},
        {"{\"data\":{\"data\":{\"data\":{\"data\":^{\"data\":" CT
         ",\"log\":1,\"trigger_rules\":1},\"log\":1,\"trigger_rules\":1},\"log\":1,"
         "\"trigger_rules\":1},\"log\":1,\"trigger_rules\":1},\"log\":1,\"trigger_rules\":1}",
         "",
         {{"unknown"}}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20};
    RUN_CASES(&options, cases);
}

static void a_named_data_set_takes_values_as_they_are(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"^{\"Records\":[" CT "]}", "", {CLOUDTRAIL}},
        {"^[1]", "", {{"unknown"}}},
        {"^{}", "", {CLOUDTRAIL}},
    };
    static const struct test_case unwrapped[] = {
        {"{\"Records\":[^" CT ",^{}]}", "", {CLOUDTRAIL, CLOUDTRAIL}},
        {"[^7]", "", {{"unknown"}}},
    };
    struct record_reader_options options = {.max_record = (size_t)1 << 20,
                                            .forced = source_find(S("aws.cloudtrail"))};
    assert_non_null(options.forced);
    RUN_CASES(&options, cases);
    options.unwrap = true;
    run_cases(&options, unwrapped, sizeof(unwrapped) / sizeof(unwrapped[0]));
}

static void records_know_their_line_text_and_error(void **state)
{
    (void)state;
    struct arena arena;
    struct record_reader *reader =
        open_reader(&(struct record_reader_options){.max_record = (size_t)1 << 20}, &arena);
    struct record r;
    record_reader_item(reader,
                       S("{\"Events\":[\n{\"CloudTrailEvent\":\n" CT_TEXT "},\n{\"a\":tru}]}"), 50,
                       7, S(""));
    assert_true(record_reader_next(reader, &r));
    assert_int_equal(r.line, 9);
    assert_true(str_eq(r.text, S(CT)));
    assert_true(record_reader_next(reader, &r));
    assert_int_equal(r.kind, RECORD_REJECTED);
    assert_int_equal(r.line, 10);
    assert_int_equal(r.error_at, r.offset + 8);
    assert_false(record_reader_next(reader, &r));
    record_reader_free(reader);
    arena_close(&arena);
}

static void a_document_names_its_own_data_set(void **state)
{
    (void)state;
    struct arena arena;
    struct record_reader *reader =
        open_reader(&(struct record_reader_options){.max_record = (size_t)1 << 20}, &arena);
    struct record r;
    size_t n;
    const struct source *const *all = sources_all(&n);
    record_reader_item(reader,
                       S("{\"@timestamp\":\"t\",\"event\":{\"kind\":\"event\"},\"data_stream."
                         "dataset\":\"gcp.audit\"}"),
                       0, 1, S(""));
    assert_true(record_reader_next(reader, &r));
    assert_true(str_eq(r.dataset, S("gcp.audit")));
    assert_string_equal(all[r.dataset_index]->dataset, "gcp.audit");
    assert_string_equal(all[r.source]->dataset, "ecs");
    record_reader_item(reader, S("{\"@timestamp\":\"t\",\"event.dataset\":\"okta.system\"}"), 0, 1,
                       S(""));
    assert_true(record_reader_next(reader, &r));
    assert_true(str_eq(r.dataset, S("okta.system")));
    assert_string_equal(all[r.dataset_index]->dataset, "ecs");
    record_reader_free(reader);
    arena_close(&arena);
}

/* Each of many addresses is another one: a fraction of a second; compared with one another they would take minutes. */
static void long_lists_of_each_value_once_take_linear_time(void **state)
{
    (void)state;
    enum { ADDRESSES = 200000 };
    struct arena arena;
    struct record_reader *reader = open_reader(&(struct record_reader_options){0}, &arena);
    struct buf text = {0};
    buf_append(&text,
               S("{\"schemaVersion\":\"2.0\",\"accountId\":\"1\",\"partition\":\"aws\",\"arn\":"
                 "\"a\",\"type\":\"a:b\",\"id\":\"i\",\"severity\":2,\"service\":{},\"resource\":{"
                 "\"instanceDetails\":{\"networkInterfaces\":["));
    for (int i = 0; i < 2 * ADDRESSES; i++) {
        int n = i % ADDRESSES; /* each twice */
        buf_printf(&text, "%s{\"privateIpAddress\":\"10.%d.%d.%d\"}", i ? "," : "", n >> 16,
                   n >> 8 & 255, n & 255);
    }
    buf_append(&text, S("]}}}"));
    record_reader_item(reader, buf_view(&text), 0, 1, S(""));
    struct record r;
    assert_true(record_reader_next(reader, &r));
    assert_int_equal(r.kind, RECORD_EVENT);
    const struct json *document = record_reader_document(reader);
    assert_int_equal(json_get(json_get(document, S("related")), S("ip"))->count, ADDRESSES);
    buf_deinit(&text);
    record_reader_free(reader);
    arena_close(&arena);
}

/* The same for the members of an element that no table names. */
static void elements_of_many_members_take_linear_time(void **state)
{
    (void)state;
    enum { MEMBERS = 300000 };
    struct arena arena;
    struct record_reader *reader = open_reader(&(struct record_reader_options){0}, &arena);
    struct buf text = {0};
    buf_append(&text,
               S("{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"i\",\"ProductArn\":"
                 "\"arn:aws:securityhub:us-east-1::product/aws/guardduty\",\"GeneratorId\":\"g\","
                 "\"AwsAccountId\":\"1\",\"Types\":[\"x\"],\"Severity\":{\"Label\":\"LOW\"},"
                 "\"Resources\":[],\"Malware\":[{\"Name\":\"n\""));
    for (int i = 0; i < MEMBERS; i++) {
        buf_printf(&text, ",\"k%d\":1", i);
    }
    buf_append(&text, S("}]}"));
    record_reader_item(reader, buf_view(&text), 0, 1, S(""));
    struct record r;
    assert_true(record_reader_next(reader, &r));
    assert_int_equal(r.kind, RECORD_EVENT);
    const struct json *document = record_reader_document(reader);
    const struct json *malware = json_at(document, "aws", "securityhub_findings", "malware", NULL);
    assert_int_equal(malware->child->count, MEMBERS + 1);
    buf_deinit(&text);
    record_reader_free(reader);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_give_their_records),
        cmocka_unit_test(encoded_batches_are_unpacked),
        cmocka_unit_test(many_small_bombs_have_a_limit),
        cmocka_unit_test(findings_and_tables_are_unwrapped),
        cmocka_unit_test(a_row_of_a_table_is_its_own_original),
        cmocka_unit_test(a_malformed_element_costs_only_itself),
        cmocka_unit_test(containers_are_followed_four_deep),
        cmocka_unit_test(a_named_data_set_takes_values_as_they_are),
        cmocka_unit_test(records_know_their_line_text_and_error),
        cmocka_unit_test(a_document_names_its_own_data_set),
        cmocka_unit_test(long_lists_of_each_value_once_take_linear_time),
        cmocka_unit_test(elements_of_many_members_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
