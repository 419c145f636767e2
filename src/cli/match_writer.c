/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of -o, and what the readable ones have in common. */
#include "cli/match_writer.h"

const struct match_format *match_format_find(str name)
{
    static const struct match_format *const formats[] = {&match_format_table, &match_format_ndjson,
                                                         &match_format_csv, &match_format_count};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (str_eq(name, str_from(formats[i]->name))) {
            return formats[i];
        }
    }
    return NULL;
}

static str first_text(const struct json *root, const char *const *paths, struct arena *a)
{
    static const struct field_format keyword = {.type = FIELD_KEYWORD};
    for (; *paths; paths++) {
        struct values v = document_values(root, str_from(*paths), &keyword, a);
        if (v.n && v.v[0].type == VALUE_STRING && v.v[0].text.len) {
            return v.v[0].text;
        }
    }
    return (str){0};
}

struct match_cells match_cells(struct match_writer *w, uint32_t rule,
                               const struct hunt_event *event)
{
    static const char *const action[] = {"event.action", NULL};
    static const char *const outcome[] = {"event.outcome", NULL};
    static const char *const user[] = {
        "user.name",
        "client.user.email",
        "user.id",
        "aws.cloudtrail.user_identity.arn",
        "azure.activitylogs.identity.authorization.evidence.principal_id",
        "azure.auditlogs.properties.initiated_by.user.userPrincipalName",
        "azure.auditlogs.properties.initiated_by.app.displayName",
        NULL};
    static const char *const source[] = {"source.ip", "source.address", NULL};
    static const char *const target[] = {"aws.cloudtrail.flattened.request_parameters.groupId",
                                         "aws.cloudtrail.flattened.request_parameters.groupName",
                                         "azure.resource.name", "gcp.audit.resource_name", NULL};
    struct json_error e;
    const struct json *root = json_parse(event->document, &w->arena, &e);
    return (struct match_cells){
        .rule = postern_rules_get(w->rules, rule),
        .time = event->timestamp,
        .dataset = event->dataset,
        .action = first_text(root, action, &w->arena),
        .outcome = first_text(root, outcome, &w->arena),
        .user = first_text(root, user, &w->arena),
        .source = first_text(root, source, &w->arena),
        .target = first_text(root, target, &w->arena),
    };
}
