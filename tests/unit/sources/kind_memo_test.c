/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader remembers of the records before changes nothing: each record is found to be what a reader that sees it first finds, with the values of its document. */
#include "sources/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Records with places for values of any type ($), digits (#) and one of three digits (^): which are there, of which types, and their texts tell what they are. */
static const char *const shapes[] = {
    "{\"eventVersion\":$,\"eventName\":$,\"eventSource\":$,\"userAgent\":$}",
    "{\"eventVersion\":\"1\",\"eventName\":\"RunInstances\",\"eventSource\":\"ec2.amazonaws.com\","
    "\"userAgent\":$,\"errorCode\":$}",
    "{\"eventName\":\"GetUser\",\"eventSource\":\"iam\",\"userIdentity\":{\"type\":$,\"userName\":$"
    ",\"arn\":$}}",
    "{\"eventVersion\":\"1\",\"userIdentity\":$,\"eventTime\":$,\"eventName\":$}",
    "{\"userIdentity\":{\"userName\":$},\"userIdentity\":{\"type\":$},\"eventName\":\"a\","
    "\"eventSource\":\"b\"}",
    "{\"time\":$,\"operationName\":\"Add user\",\"category\":$,\"resourceId\":$}",
    "{\"operationName\":{\"value\":$},\"eventTimestamp\":$,\"category\":{\"value\":$}}",
    "{\"logName\":$,\"insertId\":\"1\",\"protoPayload\":{\"@type\":$,\"methodName\":$}}",
    "{\"Records\":$,\"eventName\":$}",
    "{\"events\":[{\"eventName\":$,\"eventSource\":$}]}",
    "{\"message\":$,\"eventName\":$}",
    "{\"event\":{\"action\":$},\"@timestamp\":$,\"ecs.version\":$}",
    "{\"id\":$,\"level\":$}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E#\",\"eventSource\":\"s\",\"userAgent\":\"aws-cli/"
    "2.1#.### x\"}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E^\",\"eventSource\":\"s\",\"recipientAccountId\":\"1^"
    "\","
    "\"userIdentity\":{\"type\":\"AssumedRole\",\"userName\":\"u^\",\"arn\":\"arn:aws:sts::1:"
    "assumed-role/"
    "r/s^\"}}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E^\",\"eventSource\":\"s\",\"userIdentity\":{\"type\":"
    "$,"
    "\"principalId\":\"p^\",\"userName\":$},\"errorMessage\":$}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E\",\"eventSource\":\"s\",\"userIdentity\":{"
    "\"principalId\":$},"
    "\"errorCode\":\"^\",\"errorMessage\":\"^^\"}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E\",\"eventSource\":\"s\",\"userIdentity\":{"
    "\"userName\":\"^\"}}",
    "{\"eventVersion\":\"1\",\"eventName\":\"E\",\"eventSource\":\"s\",\"userIdentity\":{"
    "\"principalId\":\"^\"}}",
    "{}",
};
static const char *const values[] = {
    "\"AuditLogs\"",
    "\"Administrative\"",
    "\"aws-cli/2.15.1 Python/3.11\"",
    "\"-\"",
    "\"none\"",
    "\"\"",
    "null",
    "12",
    "true",
    "{}",
    "[]",
    "[{\"eventName\":\"x\",\"eventSource\":\"y\"}]",
    "{\"type\":\"Root\"}",
    "\"{\\\"a\\\":1}\"",
    "\"Add\\u0020user\"",
    "\"RunInstances\"",
    "\"2026-01-01T00:00:00Z\"",
    "\"type.googleapis.com/google.cloud.audit.AuditLog\"",
    "\"projects/p/logs/cloudaudit.googleapis.com%2Factivity\"",
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes, N_VALUES = sizeof values / sizeof *values };

static const struct field fields[] = {
    {.name = S_INIT("event.action")},
    {.name = S_INIT("event.outcome")},
    {.name = S_INIT("event.category")},
    {.name = S_INIT("event.type")},
    {.name = S_INIT("user_agent.name")},
    {.name = S_INIT("user_agent.version")},
    {.name = S_INIT("user.name")},
    {.name = S_INIT("user.id")},
    {.name = S_INIT("related.user")},
    {.name = S_INIT("aws.cloudtrail.error_code")},
    {.name = S_INIT("event.original")},
    {.name = S_INIT("event.dataset")},
    {.name = S_INIT("cloud.provider")},
    {.name = S_INIT("cloud.account.id")},
    {.name = S_INIT("user.email")},
    {.name = S_INIT("aws.cloudtrail.recipient_account_id")},
    {.name = S_INIT("aws.cloudtrail.user_identity.type")},
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static void random_record(uint32_t *seed, struct buf *out)
{
    for (const char *p = shapes[next(seed) % N_SHAPES]; *p; p++) {
        if (*p == '$')
            buf_append(out, str_from(values[next(seed) % N_VALUES]));
        else if (*p == '^')
            buf_byte(out, (char)('0' + next(seed) % 3));
        else if (*p == '#')
            buf_byte(out, (char)('0' + next(seed) % 10));
        else
            buf_byte(out, *p);
    }
}

/* What slots hold when a group of theirs has a number. */
enum { NUMBERS = 1 << 16 };
struct alike {
    str held[NUMBERS];
    size_t again;  /* so often one was seen again */
    size_t differ; /* so many slots told that they are not of some length */
    struct arena *arena;
};

static void print_values(struct event *event, uint32_t slot, struct buf *out)
{
    struct values found = event_values(event, slot);
    for (size_t j = 0; j < found.n; j++)
        buf_printf(out, " %.*s", STR_ARG(found.v[j].text));
    buf_byte(out, '\n');
}

/* Groups that have the same number hold the same. */
static void check_groups(struct event *event, struct alike *alike)
{
    for (size_t i = 0; i < event->n_groups; i++) {
        struct buf held = {0};
        uint64_t number = event->recall(event, i);
        assert_true(number < NUMBERS);
        for (uint32_t slot = 0; slot < N_FIELDS; slot++)
            if (event->groups[i].slots[slot / 64] >> slot % 64 & 1)
                print_values(event, slot, &held);
        str *known = &alike->held[number];
        if (number != 0 && known->ptr && !str_eq(*known, buf_view(&held)))
            fail_msg("%.*sis not what was held\n%.*s", STR_ARG(buf_view(&held)), STR_ARG(*known));
        alike->again += number != 0 && known->ptr;
        *known = arena_copy(alike->arena, buf_view(&held));
        buf_deinit(&held);
    }
}

/* A slot that is told not to have a length has it not. */
static void check_lengths(struct event *event, struct alike *alike)
{
    enum { LONGEST = 64 };
    for (uint32_t slot = 0; slot < N_FIELDS; slot++) {
        if (!event->plain || !(event->plain[slot / 64] >> slot % 64 & 1))
            continue;
        struct values found = event_values(event, slot);
        for (size_t len = 0; len < LONGEST; len++) {
            bool differs = event_length_differs(event, slot, len);
            assert_false(differs && found.n != 1);
            assert_false(differs && found.v[0].text.len == len);
            alike->differ += differs;
        }
    }
}

/* All that a reader tells of an item, by its slots or by the whole document. */
static void describe(struct record_reader *reader, str text, bool document, struct alike *alike,
                     struct buf *out)
{
    struct record record;
    record_reader_item(reader, text, 0, 1, (str){0});
    while (record_reader_next(reader, &record)) {
        const char *reason = record_reader_reason(reader, &record);
        buf_printf(out, "kind %d, unknown %d, %.*s, %s\n", (int)record.kind, (int)record.unknown,
                   STR_ARG(record.dataset), reason ? reason : "");
        if (record.kind != RECORD_EVENT)
            continue;
        struct event *event = record_reader_event(reader);
        if (alike) {
            check_groups(event, alike);
            check_lengths(event, alike);
        }
        for (uint32_t i = 0; i < N_FIELDS; i++) {
            struct values found =
                document ? document_values(record_reader_document(reader), fields[i].name,
                                           &fields[i].format, event->arena)
                         : event_values(event, i);
            buf_printf(out, "%.*s:", STR_ARG(fields[i].name));
            for (size_t j = 0; j < found.n; j++)
                buf_printf(out, " %.*s", STR_ARG(found.v[j].text));
            buf_byte(out, '\n');
        }
    }
}

static void memory_changes_nothing(void **state)
{
    (void)state;
    struct arena arena = arena_open((size_t)1 << 28);
    const struct field *list[N_FIELDS];
    for (size_t i = 0; i < N_FIELDS; i++)
        list[i] = &fields[i];
    const struct source_plan *plan = source_plan_new(list, N_FIELDS, NULL, 0, &arena);
    const struct record_reader_options options = {.enrichment.user_agents = ""};
    struct record_reader *reader = record_reader_new(plan, &options);
    struct alike *alike = NEW(&arena, struct alike);
    alike->arena = &arena;
    uint32_t seed = 3;
    size_t events = 0;
    for (int i = 0; i < 6000; i++) {
        struct buf text = {0}, found = {0}, expected = {0};
        random_record(&seed, &text);
        struct record_reader *fresh = record_reader_new(plan, &options);
        describe(reader, buf_view(&text), false, alike, &found);
        describe(fresh, buf_view(&text), true, NULL, &expected);
        if (!str_eq(buf_view(&found), buf_view(&expected)))
            fail_msg("%.*s\nfound %.*s\nexpected %.*s", STR_ARG(buf_view(&text)),
                     STR_ARG(buf_view(&found)), STR_ARG(buf_view(&expected)));
        events += str_starts(buf_view(&expected), S("kind 0"));
        record_reader_free(fresh);
        buf_deinit(&text);
        buf_deinit(&found);
        buf_deinit(&expected);
    }
    assert_in_range(events, 1000, 5500);
    assert_true(alike->again > 3000);
    assert_true(alike->differ > 10000);
    record_reader_free(reader);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_changes_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
