/* SPDX-License-Identifier: Apache-2.0 */
/* Google Cloud audit logs: log entries whose protoPayload is an AuditLog, and their BigQuery rows. */
#include "sources/gcp_kubernetes.h"
#include "sources/row.h"

#define PAYLOAD "protoPayload."
#define AUDIT_TYPE "type.googleapis.com/google.cloud.audit.AuditLog"

/* ---- Outcome, category, type ---- */

/* The only authorizationInfo entry, or NULL when there are none or several: a call that needs several permissions says nothing with one. */
static const struct json *only_entry(const struct json *authorization)
{
    return json_is(authorization, JSON_ARRAY) && authorization->count == 1 ? authorization->child
                                                                           : NULL;
}

enum granted { GRANTED_UNKNOWN, GRANTED_NO, GRANTED_YES };

static enum granted granted(const struct json *authorization)
{
    const struct json *value = json_get(only_entry(authorization), S("granted"));
    if (!json_is(value, JSON_BOOL))
        return GRANTED_UNKNOWN;
    return value->boolean ? GRANTED_YES : GRANTED_NO;
}

/* status.code, authorizationInfo. Order of the rules: the status decides, else the one permission. */
static const struct json *outcome(const struct row_input *r)
{
    const struct json *code = r->in[0];
    double number = 1;
    str result = S("unknown");
    if (json_is(code, JSON_NUMBER) || (json_is(code, JSON_STRING) && code->text.len > 0)) {
        str_to_double(code->text, &number);
        result = number == 0 ? S("success") : S("failure");
    } else if (granted(r->in[1]) != GRANTED_UNKNOWN) {
        result = granted(r->in[1]) == GRANTED_YES ? S("success") : S("failure");
    }
    return json_new_string(r->arena, result);
}

static bool is_true(const struct json *node)
{
    return json_is(node, JSON_BOOL) && node->boolean;
}

static void push_word(struct json *list, str word, struct arena *a)
{
    json_push(list, json_new_string(a, word));
}

/* operation, operation.first, operation.last, authorizationInfo */
static const struct json *category(const struct row_input *r)
{
    struct json *list = json_new(r->arena, JSON_ARRAY);
    if (r->in[0] && !(is_true(r->in[1]) && is_true(r->in[2])))
        push_word(list, S("session"), r->arena);
    if (only_entry(r->in[3])) {
        push_word(list, S("network"), r->arena);
        push_word(list, S("configuration"), r->arena);
    }
    return list->child ? list : NULL;
}

static const struct json *type(const struct row_input *r)
{
    struct json *list = json_new(r->arena, JSON_ARRAY);
    bool first = is_true(r->in[1]), last = is_true(r->in[2]);
    if (first != last)
        push_word(list, first ? S("start") : S("end"), r->arena);
    enum granted g = granted(r->in[3]);
    if (g != GRANTED_UNKNOWN) {
        push_word(list, S("access"), r->arena);
        push_word(list, g == GRANTED_YES ? S("allowed") : S("denied"), r->arena);
    }
    return list->child ? list : NULL;
}

/* ---- Values ---- */

/* "projects/p/logs/cloudaudit.googleapis.com%2Factivity" → "activity" */
static const struct json *log_kind(const struct row_input *r)
{
    str name = json_text(r->in[0]);
    size_t at = str_find(name, S("%2F"), 0);
    return name.ptr && at != SIZE_MAX ? json_new_string(r->arena, str_slice(name, at + 3, name.len))
                                      : NULL;
}

/* Elements up to the first without resourceAttributes get the snake_case key. */
static const struct json *authorization(const struct row_input *r)
{
    static const char *const names[] = {"resourceAttributes", "resource_attributes", NULL};
    if (!json_is(r->in[0], JSON_ARRAY))
        return r->in[0];
    struct json *list = json_new(r->arena, JSON_ARRAY);
    bool renaming = true;
    for (const struct json *e = r->in[0]->child; e; e = e->next) {
        renaming &= json_get(e, S("resourceAttributes")) != NULL;
        json_push(list, json_alias(r->arena, renaming ? object_rename(e, names, r->arena) : e));
    }
    return list;
}

/* A member that must be an object is kept under another name when it is none: row->text is "member|other name". */
static const struct json *with_object(const struct row_input *r)
{
    str other = str_from(r->row->text), member;
    str_split(&other, '|', &member);
    const struct json *value = json_get(r->in[0], member);
    if (!value || value->type == JSON_OBJECT || value->type == JSON_NULL)
        return r->in[0];
    struct json *copy = json_shallow(r->in[0], r->arena);
    struct json *moved = json_remove(copy, member);
    json_set(copy, other, moved);
    return copy;
}

/* operation.id, insertId */
static const struct json *operation_id(const struct row_input *r)
{
    bool differs = r->in[0] && r->in[1] && !str_eq(json_text(r->in[0]), json_text(r->in[1]));
    return differs ? r->in[0] : NULL;
}

/* value, resource.type */
static const struct json *in_kubernetes(const struct row_input *r)
{
    return kubernetes_is_cluster(r->in[1]) ? r->in[0] : NULL;
}

static const struct json *not_in_kubernetes(const struct row_input *r)
{
    return kubernetes_is_cluster(r->in[1]) ? NULL : r->in[0];
}

static const struct json *orchestrator(const struct row_input *r)
{
    return kubernetes_is_cluster(r->in[0]) ? json_new_string(r->arena, S("kubernetes")) : NULL;
}

/* resourceName, resource.type; row->arg says which part */
static const struct json *kubernetes_part(const struct row_input *r)
{
    str name = json_text(r->in[0]);
    if (!name.ptr || !json_is_text(r->in[1], S("k8s_cluster")))
        return NULL;
    str part = kubernetes_resource_part(name, (enum kubernetes_part)r->row->arg);
    return part.ptr ? json_new_string(r->arena, part) : NULL;
}

/* ---- The record ---- */

static const char *drop(const struct row_input *r)
{
    bool other = r->in[0] && !json_is_text(r->in[0], S(AUDIT_TYPE));
    return other ? "protoPayload is no AuditLog" : NULL;
}

/* JSON kept as text in a column becomes the value that it holds. */
static void parse_column(struct json *payload, str column, str name, struct arena *a)
{
    struct json *text = json_remove(payload, column);
    struct json_error error;
    struct json *value = json_parse(json_text(text), a, &error); /* no text is no JSON */
    if (value)
        json_set(payload, name, value);
    else if (text)
        json_set(payload, column, text);
}

/* A row of a BigQuery sink as the log entry it came from. */
static struct json *from_bigquery(const struct json *record, struct arena *a)
{
    struct json *entry = json_shallow(record, a);
    struct json *payload = json_remove(entry, S("protopayload_auditlog"));
    if (!json_is(payload, JSON_OBJECT))
        return NULL;
    payload = json_shallow(payload, a);
    parse_column(payload, S("requestJson"), S("request"), a);
    parse_column(payload, S("responseJson"), S("response"), a);
    parse_column(payload, S("metadataJson"), S("metadata"), a);
    for (struct json *m = payload->child; m; m = m->next)
        if (str_starts(m->key, S("servicedata_v1_"))) {
            json_set(payload, S("serviceData"), json_alias(a, m));
            break;
        }
    json_set(entry, S("protoPayload"), payload);
    return entry;
}

#define AUTHENTICATION PAYLOAD "authenticationInfo."
#define VIOLATION PAYLOAD "policyViolationInfo.orgPolicyViolationInfo."
#define OPERATION "operation operation.first operation.last " PAYLOAD "authorizationInfo"
#define AGENT PAYLOAD "requestMetadata.callerSuppliedUserAgent"
#define CALLER PAYLOAD "requestMetadata.callerIp"
#define NAME PAYLOAD "resourceName resource.type"

static const struct row rows[] = {
    {"@timestamp", "timestamp", row_date, DATE_GCP, NULL, 0},
    {"event.id", "insertId", NULL, 0, NULL, 0},
    {"event.action", PAYLOAD "methodName", NULL, 0, NULL, 0},
    {"event.provider", "logName", log_kind, 0, NULL, 0},
    {"event.outcome", PAYLOAD "status.code " PAYLOAD "authorizationInfo", outcome, 0, NULL, 0},
    {"event.category", OPERATION, category, 0, NULL, 0},
    {"event.type", OPERATION, type, 0, NULL, 0},
    {"log.level", "severity", NULL, 0, NULL, 0},
    {"log.logger", "logName", NULL, 0, NULL, 0},
    {"cloud.provider", "", row_constant, 0, "gcp", 0},
    {"cloud.project.id", "resource.labels.project_id", NULL, 0, NULL, 0},
    {"cloud.instance.id", "resource.labels.instance_id", NULL, 0, NULL, ROW_TAIL},
    {"service.name", PAYLOAD "serviceName", NULL, 0, NULL, 0},
    {"client.user.email", AUTHENTICATION "principalEmail", NULL, 0, NULL, 0},
    {"client.user.id", AUTHENTICATION "principalSubject", NULL, 0, NULL, 0},
    {"user.email", AUTHENTICATION "principalEmail", NULL, 0, NULL, ROW_TAIL},
    {"related.user", AUTHENTICATION "principalEmail", NULL, 0, NULL, ROW_APPEND},
    {"source.ip", CALLER, row_ip, 0, NULL, 0},
    {"source.geo", CALLER, row_place, 0, NULL, ROW_TAIL | ROW_FEW},
    {"source.as", CALLER, row_network, 0, NULL, ROW_TAIL | ROW_FEW},
    {"related.ip", CALLER, row_ip, 0, NULL, ROW_APPEND},
    {"user_agent.original", AGENT, NULL, 0, NULL, 0},
    {"user_agent.name", AGENT, row_user_agent, 0, "name", ROW_TAIL | ROW_FEW},
    {"user_agent.version", AGENT, row_user_agent, 0, "version", ROW_TAIL | ROW_FEW},
    {"user_agent.os.name", AGENT, row_user_agent, 0, "os.name", ROW_TAIL | ROW_FEW},
    {"user_agent.os.version", AGENT, row_user_agent, 0, "os.version", ROW_TAIL | ROW_FEW},
    {"user_agent.os.full", AGENT, row_user_agent, 0, "os.full", ROW_TAIL | ROW_FEW},
    {"user_agent.device.name", AGENT, row_user_agent, 0, "device.name", ROW_TAIL | ROW_FEW},

    {"gcp.audit.type", PAYLOAD "@type", NULL, 0, NULL, 0},
    {"gcp.audit.resource_name", NAME, not_in_kubernetes, 0, NULL, 0},
    {"gcp.audit.resource.type", "resource.type", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.resource_location.current_locations", PAYLOAD "resourceLocation.currentLocations",
     NULL, 0, NULL, 0},
    {"gcp.audit.authorization_info", PAYLOAD "authorizationInfo", authorization, 0, NULL, 0},
    {"gcp.audit.authentication_info.authority_selector", AUTHENTICATION "authoritySelector", NULL,
     0, NULL, ROW_TAIL},
    {"gcp.audit.authentication_info.service_account_key_name",
     AUTHENTICATION "serviceAccountKeyName", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.authentication_info.service_account_delegation_info",
     AUTHENTICATION "serviceAccountDelegationInfo", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.authentication_info.third_party_principal", AUTHENTICATION "thirdPartyPrincipal",
     NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.request", PAYLOAD "request", with_object, 0, "policy|policy_value", 0},
    {"gcp.audit.response", PAYLOAD "response", with_object, 0, "status|status_value", 0},
    {"gcp.audit.metadata", PAYLOAD "metadata", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.labels", "labels", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.status.code", PAYLOAD "status.code", row_long, 0, NULL, 0},
    {"gcp.audit.status.message", PAYLOAD "status.message", NULL, 0, NULL, 0},
    {"gcp.audit.status.details", PAYLOAD "status.details", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.num_response_items", PAYLOAD "numResponseItems", row_long, 0, NULL, ROW_TAIL},
    {"gcp.audit.logentry_operation.id", "operation.id insertId", operation_id, 0, NULL, 0},
    {"gcp.audit.service_data.policy_delta.binding_deltas",
     PAYLOAD "serviceData.policyDelta.bindingDeltas", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.receive_timestamp", "receiveTimestamp", row_date, DATE_GCP, NULL, ROW_TAIL},
    {"gcp.audit.policy_violation_info.violations", VIOLATION "violationInfo", NULL, 0, NULL,
     ROW_TAIL},
    {"gcp.audit.policy_violation_info.payload", VIOLATION "payload", NULL, 0, NULL, ROW_TAIL},
    {"gcp.audit.policy_violation_info.resource_type", VIOLATION "resourceType", NULL, 0, NULL,
     ROW_TAIL},
    {"gcp.audit.policy_violation_info.resource_tags", VIOLATION "resourceTags", NULL, 0, NULL,
     ROW_TAIL},

    {"orchestrator.type", "resource.type", orchestrator, 0, NULL, ROW_TAIL},
    {"orchestrator.cluster.name", "resource.labels.cluster_name resource.type", in_kubernetes, 0,
     NULL, ROW_TAIL},
    {"orchestrator.api_version", NAME, kubernetes_part, KUBERNETES_API, NULL, ROW_TAIL},
    {"orchestrator.namespace", NAME, kubernetes_part, KUBERNETES_NAMESPACE, NULL, ROW_TAIL},
    {"orchestrator.resource.type", NAME, kubernetes_part, KUBERNETES_TYPE, NULL, ROW_TAIL},
    {"orchestrator.resource.name", NAME, kubernetes_part, KUBERNETES_NAME, NULL, ROW_TAIL},
};

static const struct field fields[] = {
    ALIAS("gcp.audit.method_name", "event.action"),
    KEYWORD("gcp.audit.type"),
    KEYWORD("gcp.audit.resource_name"),
    KEYWORD("gcp.audit.resource.type"),
    KEYWORD("gcp.audit.resource_location.current_locations"),
    KEYWORD("gcp.audit.authorization_info.permission"),
    KEYWORD("gcp.audit.authorization_info.permissionType"),
    BOOLEAN("gcp.audit.authorization_info.granted"),
    KEYWORD("gcp.audit.authorization_info.resource"),
    KEYWORD("gcp.audit.authorization_info.*"),
    KEYWORD("gcp.audit.authentication_info.authority_selector"),
    KEYWORD("gcp.audit.authentication_info.service_account_key_name"),
    KEYWORD("gcp.audit.authentication_info.service_account_delegation_info.*"),
    KEYWORD("gcp.audit.authentication_info.third_party_principal.*"),
    KEYWORD("gcp.audit.request.*"),
    KEYWORD("gcp.audit.response.*"),
    KEYWORD("gcp.audit.metadata.*"),
    KEYWORD("gcp.audit.labels.*"),
    ROOT("gcp.audit.request"),
    ROOT("gcp.audit.response"),
    ROOT("gcp.audit.metadata"),
    ROOT("gcp.audit.labels"),
    LONG("gcp.audit.status.code"),
    KEYWORD("gcp.audit.status.message"),
    KEYWORD("gcp.audit.status.details.*"),
    LONG("gcp.audit.num_response_items"),
    KEYWORD("gcp.audit.logentry_operation.id"),
    KEYWORD("gcp.audit.service_data.policy_delta.binding_deltas.*"),
    DATE("gcp.audit.receive_timestamp"),
    KEYWORD("gcp.audit.policy_violation_info.resource_type"),
    KEYWORD("gcp.audit.policy_violation_info.*"),
};

static const struct shape shapes[] = {
    {.keys = "protoPayload:o"},
    {.keys = "protopayload_auditlog:o", .convert = from_bigquery},
};

static const struct row_rule rules[] = {
    {outcome, "success for status 0, failure for any other; without one as the only permission was "
              "granted, else unknown"},
    {category, "session for a long operation; network and configuration for a single permission"},
    {type,
     "start and end of a long operation; access and allowed or denied for a single permission"},
    {log_kind, "what follows the first %2F"},
    {authorization, "the list, resourceAttributes renamed up to the first element without it"},
    {with_object, "the object; what should be an object in it and is none gets another name"},
    {operation_id, "when it differs from the insertId"},
    {in_kubernetes, "for clusters only"},
    {not_in_kubernetes, "not for clusters"},
    {orchestrator, "kubernetes, for clusters"},
    {kubernetes_part, "that part of a Kubernetes resource name"},
};

const struct source source_gcp_audit = {
    .dataset = "gcp.audit",
    .module = "gcp",
    .doc = "Google Cloud audit logs: LogEntry objects and BigQuery rows",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .rows = rows,
    .n_rows = sizeof(rows) / sizeof(rows[0]),
    .fields = fields,
    .n_fields = sizeof(fields) / sizeof(fields[0]),
    .rules = rules,
    .n_rules = sizeof(rules) / sizeof(rules[0]),
    .id = "insertId timestamp logName",
    .categories = "configuration|network|session",
    .clean = CLEAN_VALUES,
    .drop = drop,
    .drop_raw = PAYLOAD "@type",
    .operation = "protoPayload.methodName",
    .opening = "protoPayload",
};
