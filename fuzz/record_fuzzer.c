/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as one framed value: containers are taken apart, records recognised, slots read and documents made (src/sources: items.c, record.c, keys.c, project.c, document.c, render.c, clean.c,
 * the tables). What must hold: a document is valid JSON when written, by a reader that is not ours, and a slot gives as many values as the document. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "second_json.h"
#include "sources/source.h"

enum { MAX_INPUT = 1 << 16 };

static const struct field slots[] = {
    {.name = S_INIT("event.action"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("event.outcome"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("event.original"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("user.name"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("related.user"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("source.ip"), .format = {.type = FIELD_IP}},
    {.name = S_INIT("@timestamp"), .format = {.type = FIELD_DATE}},
    {.name = S_INIT("aws.cloudtrail.request_parameters"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("aws.cloudtrail.flattened.request_parameters.a.b"),
     .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("azure.activitylogs.identity.claims.a"),
     .format = {.type = FIELD_KEYWORD, .open = true}},
    {.name = S_INIT("azure.activitylogs.a.b"), .format = {.type = FIELD_KEYWORD, .open = true}},
    {.name = S_INIT("azure.auditlogs.properties.target_resources.0.id"),
     .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("gcp.audit.request.a"), .format = {.type = FIELD_KEYWORD, .open = true}},
    {.name = S_INIT("gcp.audit.authorization_info.granted"), .format = {.type = FIELD_BOOLEAN}},
    {.name = S_INIT("gcp.audit.request"), .format = {.type = FIELD_KEYWORD, .leaves = true}},
    {.name = S_INIT("aws.guardduty.service.count"), .format = {.type = FIELD_LONG}},
    {.name = S_INIT("aws.guardduty.service.action.port_probe_action.port_probe_details.remote_ip_"
                    "details.ip_address_v4"),
     .format = {.type = FIELD_IP}},
    {.name = S_INIT("source.address"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("aws.securityhub_findings.vulnerabilities.cvss.base_score"),
     .format = {.type = FIELD_DOUBLE}},
    {.name = S_INIT("url.path"), .format = {.type = FIELD_KEYWORD}},
    {.name = S_INIT("target.entity.id"), .format = {.type = FIELD_KEYWORD}},
};

enum { N_SLOTS = sizeof(slots) / sizeof(slots[0]) };

static void see_field(void *user, str field, str value, str raw, str rule)
{
    (void)user, (void)field, (void)raw, (void)rule;
    if (!second_json(value.ptr, value.len))
        abort();
}

static void see_unread(void *user, str path, str value)
{
    (void)user, (void)path;
    if (!second_json(value.ptr, value.len))
        abort();
}

static void check_event(struct record_reader *reader, struct buf *documents)
{
    struct event *event = record_reader_event(reader);
    size_t counts[N_SLOTS];
    for (uint32_t i = 0; i < N_SLOTS; i++)
        counts[i] = event_values(event, i).n;
    const struct json *document = record_reader_document(reader);
    assert(document);
    for (uint32_t i = 0; i < N_SLOTS; i++)
        if (document_values(document, slots[i].name, &slots[i].format, event->arena).n != counts[i])
            abort();
    size_t start = documents->len;
    json_write(document, documents);
    if (!second_json(documents->ptr + start, documents->len - start))
        abort();
    if (record_reader_id(reader).len == 0 || record_reader_index(reader).len == 0)
        abort();
    const struct explain_sink nowhere = {.field = see_field, .unread = see_unread};
    record_reader_explain(reader, &nowhere);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One reader for all inputs, as a run over many files has: making the plan costs a thousand times what an input does. */
static struct record_reader *shared_reader(void)
{
    static struct record_reader *reader;
    if (!reader) {
        static struct arena arena;
        static const struct field *fields[N_SLOTS];
        static const str tags[] = {S_INIT("preserve_duplicate_custom_fields"),
                                   S_INIT("actor_target_mapping")};
        for (size_t i = 0; i < N_SLOTS; i++)
            fields[i] = &slots[i];
        /* User agents by the built-in names: what is installed must not change the runs. */
        struct record_reader_options options = {.max_record = MAX_INPUT,
                                                .enrichment.user_agents = ""};
        arena = arena_open((size_t)1 << 28);
        reader = record_reader_new(source_plan_new(fields, N_SLOTS, tags, 2, &arena), &options);
    }
    return reader;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MAX_INPUT)
        return 0;
    char *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    struct record_reader *reader = shared_reader();
    struct record record;
    struct buf written = {0}, documents = {0};
    record_reader_item(reader, (str){copy, size}, 0, 1, S(""));
    while (record_reader_next(reader, &record))
        if (record.kind == RECORD_EVENT)
            record_reader_write(reader, (str){0}, &written);
    record_reader_item(reader, (str){copy, size}, 0, 1, S(""));
    while (record_reader_next(reader, &record)) {
        assert(record.offset <= size);
        if (record.kind == RECORD_EVENT)
            check_event(reader, &documents);
    }
    /* Written by the plan first, then made as a tree of a record read again: the same bytes. */
    if (!str_eq(buf_view(&written), buf_view(&documents)))
        abort();
    buf_deinit(&written);
    buf_deinit(&documents);
    free(copy);
    return 0;
}
