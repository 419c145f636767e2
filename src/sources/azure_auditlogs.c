/* SPDX-License-Identifier: Apache-2.0 */
/* Entra ID (Azure AD) audit logs: changes in the directory. The rows read the resource-log record; Graph and Log Analytics shapes are turned into it first. */
#include "sources/azure_resource.h"
#include "sources/azure_shapes.h"
#include "sources/row.h"

/* success or failure in any case */
static bool is_outcome(const struct json *result)
{
    str text = json_text(result);
    return str_eq_nocase(text, S("success")) || str_eq_nocase(text, S("failure"));
}

static const struct json *outcome(const struct row_input *r)
{
    return is_outcome(r->in[0]) ? row_lower(r) : NULL;
}

/* ---- Properties ---- */

/* A list as an object keyed by position. */
static struct json *by_position(const struct json *list,
                                const struct json *(*element)(const struct json *, struct arena *),
                                struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    size_t i = 0;
    for (const struct json *e = list->child; e; e = e->next, i++)
        if (e->type == JSON_OBJECT)
            json_add(out, arena_printf(a, "%zu", i), json_alias(a, element(e, a)));
    return out;
}

/* The members of `from` that `names` lists (pairs), under their new names. */
static struct json *picked(const struct json *from, const char *const *names, struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    for (; *names; names += 2) {
        const struct json *value = json_get(from, str_from(names[0]));
        if (value && value->type != JSON_NULL)
            json_add(out, str_from(names[1]), json_alias(a, value));
    }
    return out;
}

static const struct json *modified_property(const struct json *property, struct arena *a)
{
    static const char *const names[] = {"displayName", "display_name", "newValue", "new_value",
                                        "oldValue",    "old_value",    NULL};
    return picked(property, names, a);
}

static const struct json *target_resource(const struct json *target, struct arena *a)
{
    static const char *const names[] = {"displayName",
                                        "display_name",
                                        "id",
                                        "id",
                                        "type",
                                        "type",
                                        "ipAddress",
                                        "ip_address",
                                        "userPrincipalName",
                                        "user_principal_name",
                                        NULL};
    struct json *out = picked(target, names, a);
    const struct json *modified = json_get(target, S("modifiedProperties"));
    if (json_is(modified, JSON_ARRAY) && modified->child)
        json_add(out, S("modified_properties"), by_position(modified, modified_property, a));
    return out;
}

/* An object without one member when that is null. */
static const struct json *without_null(const struct json *object, const char *name, struct arena *a)
{
    const char *const names[] = {name, NULL, NULL};
    return json_is(json_get(object, str_from(name)), JSON_NULL) ? object_rename(object, names, a)
                                                                : object;
}

static const struct json *initiated_by(const struct json *by, struct arena *a)
{
    const struct json *app = json_get(by, S("app")), *user = json_get(by, S("user"));
    const struct json *new_app =
        without_null(without_null(app, "appId", a), "servicePrincipalName", a);
    const struct json *new_user = without_null(user, "displayName", a);
    if (new_app == app && new_user == user)
        return by;
    struct json *copy = json_shallow(by, a);
    if (app)
        json_set(copy, S("app"), json_alias(a, new_app));
    if (user)
        json_set(copy, S("user"), json_alias(a, new_user));
    return copy;
}

/* additionalDetails is a list of {key, value}, kept; as an object it has one key to rename. */
static const struct json *additional_details(const struct json *details, struct arena *a)
{
    static const char *const names[] = {"userAgent", "user_agent", NULL};
    return object_rename(details, names, a);
}

static void replace(struct json *object, const char *key, const struct json *value, struct arena *a)
{
    if (value)
        json_set(object, str_from(key), json_alias(a, value));
}

static const struct json *properties(const struct row_input *r)
{
    static const char *const names[] = {
        "activityDisplayName", "activity_display_name", "activityDateTime",
        "activity_datetime",   "additionalDetails",     "additional_details",
        "resultReason",        "result_reason",         "resultDescription",
        "result_description",  "correlationId",         "correlation_id",
        "loggedByService",     "logged_by_service",     "operationType",
        "operation_type",      "initiatedBy",           "initiated_by",
        "targetResources",     "target_resources",      NULL};
    static const char *const result[] = {"result", NULL, NULL};
    struct arena *a = r->arena;
    if (!json_is(r->in[0], JSON_OBJECT))
        return r->in[0];
    const struct json *source = r->in[0];
    if (is_outcome(json_get(source, S("result"))))
        source = object_rename(source, result, a);
    source = object_rename(without_null(source, "userAgent", a), names, a);
    struct json *copy = json_shallow(source, a);
    const struct json *targets = json_get(copy, S("target_resources"));
    if (json_is(targets, JSON_ARRAY))
        replace(copy, "target_resources", by_position(targets, target_resource, a), a);
    if (json_get(copy, S("initiated_by")))
        replace(copy, "initiated_by", initiated_by(json_get(copy, S("initiated_by")), a), a);
    replace(copy, "additional_details",
            additional_details(json_get(copy, S("additional_details")), a), a);
    return copy;
}

static const char *drop(const struct row_input *r)
{
    return json_is_text(r->in[0], S("AuditLogs")) ? NULL : "category is not AuditLogs";
}

#define LOG "azure.auditlogs."

static const struct row rows[] = {
    AZURE_ROWS,
    {"event.outcome", "properties.result", outcome, 0, NULL, 0},
    {"azure.tenant_id", "tenantId", NULL, 0, NULL, 0},
    {LOG "category", "category", NULL, 0, NULL, 0},
    {LOG "operation_name", "operationName", NULL, 0, NULL, 0},
    {LOG "operation_version", "operationVersion", NULL, 0, NULL, ROW_TAIL},
    {LOG "result_signature", "resultSignature", NULL, 0, NULL, ROW_TAIL},
    {LOG "identity", "identity", NULL, 0, NULL, 0},
    {LOG "level", "Level", NULL, 0, NULL, ROW_TAIL},
    {LOG "properties", "properties", properties, 0, NULL, 0},
    {"azure.auditlogs", "", NULL, 0, NULL, ROW_REST},
};

static const struct field fields[] = {
    KEYWORD(LOG "category"),          KEYWORD(LOG "operation_name"),
    KEYWORD(LOG "operation_version"), KEYWORD(LOG "result_signature"),
    KEYWORD(LOG "identity"),          KEYWORD(LOG "level"),
    KEYWORD(LOG "properties.*"),      KEYWORD(LOG "*"),
};

static const struct shape shapes[] = {
    {.keys = "activityDisplayName:s initiatedBy targetResources",
     .convert = azure_audit_from_graph},
    {.keys = "InitiatedBy TargetResources AADOperationType|Type=AuditLogs",
     .convert = azure_audit_from_table},
    {.keys = "category=AuditLogs properties:o"},
};

static const struct row_rule rules[] = {
    {outcome, "in lower case, when it is success or failure"},
    {properties, "the object, keys in snake_case, target resources and their modified properties "
                 "keyed by position"},
};

const struct source source_azure_auditlogs = {
    .dataset = "azure.auditlogs",
    .module = "azure",
    .doc = "Entra ID audit logs: event hub and storage records, Graph directoryAudits and Log "
           "Analytics rows",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .rows = rows,
    .n_rows = sizeof(rows) / sizeof(rows[0]),
    .fields = fields,
    .n_fields = sizeof(fields) / sizeof(fields[0]),
    .rules = rules,
    .n_rules = sizeof(rules) / sizeof(rules[0]),
    .id = "correlationId operationName properties.result time",
    .drop = drop,
    .drop_raw = "category",
    .operation = "operationName",
    .opening = "time",
};
