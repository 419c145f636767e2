/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's other shapes turned into resource-log records; see azure_shapes.h. */
#include "sources/azure_shapes.h"

/* Sets `name` to a value that may be missing. */
static void carry(struct json *out, const char *name, const struct json *value, struct arena *a)
{
    if (value)
        json_add(out, str_from(name), json_alias(a, value));
}

static void carry_text(struct json *out, const char *name, str text, struct arena *a)
{
    json_add(out, str_from(name), json_new_string(a, text));
}

/* REST and Log Analytics say Started, Accepted, Succeeded, Failed where the resource log says Start, Accept, Success, Failure. */
static const struct json *resource_log_status(const struct json *status, struct arena *a)
{
    static const struct {
        str from, to;
    } words[] = {{S_INIT("Started"), S_INIT("Start")},
                 {S_INIT("Accepted"), S_INIT("Accept")},
                 {S_INIT("Succeeded"), S_INIT("Success")},
                 {S_INIT("Failed"), S_INIT("Failure")}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq_nocase(json_text(status), words[i].from))
            return json_new_string(a, words[i].to);
    return status;
}

/* A value that may have been kept as JSON text. */
static const struct json *parsed(const struct json *value, struct arena *a)
{
    struct json_error error;
    str text = json_text(value);
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return value;
    const struct json *tree = json_parse(text, a, &error);
    return tree ? tree : value;
}

static const struct json *first_of(const struct json *record, const char *const *names)
{
    for (; *names; names++) {
        const struct json *value = json_get(record, str_from(*names));
        if (value && value->type != JSON_NULL &&
            !(value->type == JSON_STRING && value->text.len == 0))
            return value;
    }
    return NULL;
}

/* An object's own copy, or a new one. */
static struct json *own_object(const struct json *value, struct arena *a)
{
    struct json *copy = json_new(a, JSON_OBJECT);
    if (value && value->type == JSON_OBJECT)
        for (const struct json *m = value->child; m; m = m->next)
            json_add(copy, m->key, json_alias(a, m));
    return copy;
}

struct json *azure_activity_from_rest(const struct json *record, struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    const struct json *claims = json_get(record, S("claims"));
    const struct json *address =
        json_at(record, "httpRequest", "clientIpAddress", (const char *)NULL);
    const struct json *category = json_at(record, "category", "value", (const char *)NULL);
    carry(out, "time", json_get(record, S("eventTimestamp")), a);
    carry(out, "resourceId", json_get(record, S("resourceId")), a);
    carry(out, "operationName", json_at(record, "operationName", "value", (const char *)NULL), a);
    carry(out, "category", category, a);
    carry(out, "resultType",
          resource_log_status(json_at(record, "status", "value", (const char *)NULL), a), a);
    carry(out, "resultSignature", json_at(record, "subStatus", "value", (const char *)NULL), a);
    carry(out, "resultDescription", json_get(record, S("description")), a);
    json_add(out, S("durationMs"), json_new_i64(a, 0));
    carry(out, "callerIpAddress",
          json_text(address).len > 0 ? address : json_get(claims, S("ipaddr")), a);
    carry(out, "correlationId", json_get(record, S("correlationId")), a);
    struct json *identity = json_new(a, JSON_OBJECT);
    carry(identity, "authorization", json_get(record, S("authorization")), a);
    carry(identity, "claims", claims, a);
    if (identity->child)
        json_add(out, S("identity"), identity);
    carry(out, "level", json_get(record, S("level")), a);
    struct json *properties = own_object(json_get(record, S("properties")), a);
    if (category && !json_get(properties, S("eventCategory")))
        json_add(properties, S("eventCategory"), json_alias(a, category));
    json_add(out, S("properties"), properties);
    carry(out, "tenantId", json_get(record, S("tenantId")), a);
    return out;
}

/* "event_timestamp" → "eventTimestamp" */
static str camel_case(str key, struct arena *a)
{
    char *out = arena_push_raw(a, 1, key.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (c == '_' && n > 0 && i + 1 < key.len && key.ptr[i + 1] >= 'a' && key.ptr[i + 1] <= 'z')
            c = (char)(key.ptr[++i] - 'a' + 'A');
        out[n++] = c;
    }
    return (str){out, n};
}

/* The SDK renames the record's own keys and those of its small parts; claims, authorization and properties keep theirs. */
static struct json *camel_object(const struct json *object, unsigned depth, struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    for (const struct json *m = object->child; m; m = m->next) {
        bool free_form = str_eq(m->key, S("claims")) || str_eq(m->key, S("properties"));
        bool deep = m->type == JSON_OBJECT && depth > 0 && !free_form;
        json_add(out, camel_case(m->key, a),
                 deep ? camel_object(m, depth - 1, a) : json_alias(a, m));
    }
    return out;
}

struct json *azure_activity_from_sdk(const struct json *record, struct arena *a)
{
    return azure_activity_from_rest(camel_object(record, 1, a), a);
}

/* One column: its name in the row (with the name that the portal's export or the JSON twin gives it), and the record's key. */
struct column {
    const char *key;
    const char *names[4];
    bool json; /* may be JSON text */
};

static void carry_columns(struct json *out, const struct json *row, const struct column *columns,
                          size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        const struct json *value = first_of(row, columns[i].names);
        carry(out, columns[i].key, columns[i].json ? parsed(value, a) : value, a);
    }
}

struct json *azure_activity_from_table(const struct json *record, struct arena *a)
{
    static const struct column columns[] = {
        {"time", {"TimeGenerated", "TimeGenerated [UTC]", NULL}, false},
        {"resourceId", {"_ResourceId", "ResourceId", NULL}, false},
        {"operationName", {"OperationNameValue", NULL}, false},
        {"category", {"CategoryValue", "Category", NULL}, false},
        {"resultSignature", {"ActivitySubstatusValue", NULL}, false},
        {"callerIpAddress", {"CallerIpAddress", NULL}, false},
        {"correlationId", {"CorrelationId", NULL}, false},
        {"level", {"Level", NULL}, false},
        {"tenantId", {"TenantId", NULL}, false},
        {"hierarchy", {"Hierarchy", NULL}, false},
        {"properties", {"Properties_d", "Properties", NULL}, true},
    };
    static const struct column identities[] = {
        {"authorization", {"Authorization_d", "Authorization", NULL}, true},
        {"claims", {"Claims_d", "Claims", NULL}, true},
    };
    static const char *const statuses[] = {"ActivityStatusValue", "ActivityStatus", NULL};
    struct json *out = json_new(a, JSON_OBJECT), *identity = json_new(a, JSON_OBJECT);
    carry_columns(out, record, columns, sizeof(columns) / sizeof(columns[0]), a);
    carry(out, "resultType", resource_log_status(first_of(record, statuses), a), a);
    carry_columns(identity, record, identities, sizeof(identities) / sizeof(identities[0]), a);
    if (identity->child)
        json_add(out, S("identity"), identity);
    return out;
}

struct json *azure_parse_properties(const struct json *record, struct arena *a)
{
    struct json *out = own_object(record, a);
    const struct json *properties = json_get(out, S("properties"));
    const struct json *tree = parsed(properties, a);
    if (tree == properties)
        return NULL;
    json_set(out, S("properties"), json_alias(a, tree));
    return out;
}

struct json *azure_audit_from_graph(const struct json *record, struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    carry(out, "time", json_get(record, S("activityDateTime")), a);
    carry(out, "operationName", json_get(record, S("activityDisplayName")), a);
    carry_text(out, "category", S("AuditLogs"), a);
    carry(out, "correlationId", json_get(record, S("correlationId")), a);
    json_add(out, S("durationMs"), json_new_i64(a, 0));
    json_add(out, S("properties"), own_object(record, a));
    return out;
}

static str lower_first(str key, struct arena *a)
{
    if (key.len == 0 || key.ptr[0] < 'A' || key.ptr[0] > 'Z')
        return key;
    char *out = arena_push_raw(a, 1, key.len);
    for (size_t i = 0; i < key.len; i++)
        out[i] = key.ptr[i];
    out[0] = (char)(out[0] | 0x20);
    return (str){out, key.len};
}

struct json *azure_audit_from_table(const struct json *record, struct arena *a)
{
    struct json *graph = json_new(a, JSON_OBJECT);
    for (const struct json *m = record->child; m; m = m->next) {
        bool json = str_eq(m->key, S("InitiatedBy")) || str_eq(m->key, S("TargetResources")) ||
                    str_eq(m->key, S("AdditionalDetails"));
        struct json *value = json_alias(a, json ? parsed(m, a) : m);
        json_add(graph, lower_first(m->key, a), value);
    }
    return azure_audit_from_graph(graph, a);
}
