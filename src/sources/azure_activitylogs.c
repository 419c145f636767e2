/* SPDX-License-Identifier: Apache-2.0 */
/* Azure Activity Log: changes of resources as the resource manager logs them. The rows read the resource-log record (event hub, storage); other shapes are turned into it first. */
#include "sources/azure_resource.h"
#include "sources/azure_shapes.h"
#include "sources/row.h"

#define CLAIM "http://schemas\\.xmlsoap\\.org/ws/2005/05/identity/claims/"
#define CLAIMS_SCHEMA "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"

/* ---- Identity ---- */

/* Keys with '.' turned into '_'; the `name` claim has moved. A key that stands twice then keeps its last value. */
static struct json *claims_of(const struct json *claims, struct arena *a)
{
    struct json *out = json_new(a, JSON_OBJECT);
    struct map seen = {0};
    for (const struct json *m = claims->child; m; m = m->next) {
        if (str_eq(m->key, S("name")))
            continue;
        char *key = arena_push_raw(a, 1, m->key.len + 1);
        for (size_t i = 0; i < m->key.len; i++)
            key[i] = m->key.ptr[i] == '.' ? '_' : m->key.ptr[i];
        str name = {key, m->key.len};
        void **place = map_put(&seen, name, a);
        if (*place) {
            struct json *old = *place;
            struct json *next = old->next;
            *old = *m;
            old->key = name;
            old->next = next;
            continue;
        }
        *place = json_alias(a, m);
        json_add(out, name, *place);
    }
    return out;
}

static void copy_claim(struct json *user, const char *name, const struct json *claims, str claim,
                       struct arena *a)
{
    const struct json *value = json_get(claims, claim);
    if (value && value->type != JSON_NULL)
        json_add(user, str_from(name), json_alias(a, value));
}

/* Who acted, by the claims; only when there is a `name` claim (service principals have none). */
static struct json *initiator_of(const struct json *claims, struct arena *a)
{
    const struct json *name = json_get(claims, S("name"));
    if (!name || name->type == JSON_NULL)
        return NULL;
    struct json *user = json_new(a, JSON_OBJECT);
    json_add(user, S("fullname"), json_alias(a, name));
    copy_claim(user, "surname", claims, S(CLAIMS_SCHEMA "/surname"), a);
    copy_claim(user, "name", claims, S(CLAIMS_SCHEMA "/name"), a);
    copy_claim(user, "givenname", claims, S(CLAIMS_SCHEMA "/givenname"), a);
    if (json_get(user, S("name")))
        json_add(user, S("schema"), json_new_string(a, S(CLAIMS_SCHEMA)));
    return user;
}

static const struct json *authorization_of(const struct json *authorization, struct arena *a)
{
    static const char *const names[] = {"roleAssignmentScope",
                                        "role_assignment_scope",
                                        "roleDefinitionId",
                                        "role_definition_id",
                                        "roleAssignmentId",
                                        "role_assignment_id",
                                        "principalId",
                                        "principal_id",
                                        "principalType",
                                        "principal_type",
                                        NULL};
    const struct json *evidence = json_get(authorization, S("evidence"));
    const struct json *renamed = object_rename(evidence, names, a);
    if (renamed == evidence)
        return authorization;
    struct json *copy = json_shallow(authorization, a);
    json_set(copy, S("evidence"), json_alias(a, renamed));
    return copy;
}

static const struct json *identity(const struct row_input *r)
{
    if (!json_is(r->in[0], JSON_OBJECT))
        return NULL;
    struct json *copy = json_shallow(r->in[0], r->arena);
    const struct json *authorization = json_get(r->in[0], S("authorization"));
    if (authorization)
        json_set(copy, S("authorization"),
                 json_alias(r->arena, authorization_of(authorization, r->arena)));
    const struct json *claims = json_get(r->in[0], S("claims"));
    if (!json_is(claims, JSON_OBJECT))
        return copy;
    json_set(copy, S("claims"), claims_of(claims, r->arena));
    struct json *initiator = initiator_of(claims, r->arena);
    if (initiator)
        json_set(copy, S("claims_initiated_by_user"), initiator);
    return copy;
}

static const struct json *identity_name(const struct row_input *r)
{
    return json_is(r->in[0], JSON_STRING) ? r->in[0] : NULL;
}

/* ---- User ---- */

static bool is_user_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static bool is_host_byte(char c)
{
    return is_user_byte(c) && c != '_' && c != '.';
}

static size_t host_length(str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.len && is_host_byte(s.ptr[at + n]) && (n > 0 || s.ptr[at + n] != '-')) {
        while (at + n < s.len && is_host_byte(s.ptr[at + n]))
            n++;
        if (at + n + 1 >= s.len || s.ptr[at + n] != '.' || !is_host_byte(s.ptr[at + n + 1]) ||
            s.ptr[at + n + 1] == '-')
            break;
        n++;
    }
    return n;
}

/* The first USER@HOST in a text. */
static bool find_user(str s, str *user, str *host)
{
    for (size_t at = str_find_byte(s, '@', 0); at != SIZE_MAX; at = str_find_byte(s, '@', at + 1)) {
        size_t start = at;
        while (start > 0 && is_user_byte(s.ptr[start - 1]))
            start--;
        size_t n = host_length(s, at + 1);
        if (start < at && n > 0) {
            *user = str_slice(s, start, at);
            *host = str_slice(s, at + 1, at + 1 + n);
            return true;
        }
    }
    return false;
}

enum user_part { USER_NAME, USER_DOMAIN, USER_EMAIL };

/* The name claim of the schema, the plain `name` claim (which must be there). row->arg: enum user_part */
static const struct json *user(const struct row_input *r)
{
    str name = json_text(r->in[0]), part, host;
    if (!name.ptr || !r->in[1])
        return NULL;
    if (!find_user(name, &part, &host))
        return r->row->arg == USER_NAME ? r->in[0] : NULL;
    if (r->row->arg == USER_EMAIL)
        return r->in[0];
    return json_new_string(r->arena, r->row->arg == USER_NAME ? part : host);
}

/* ---- What happened ---- */

static const struct json *outcome(const struct row_input *r)
{
    str type = json_text(r->in[0]);
    if (str_eq_nocase(type, S("success")) || str_eq_nocase(type, S("failure")))
        return row_lower(r);
    return NULL;
}

static const struct json *outcome_of_properties(const struct row_input *r)
{
    str result = json_text(r->in[0]);
    bool known = str_eq(result, S("success")) || str_eq(result, S("failure")) ||
                 str_eq(result, S("unknown"));
    return known ? r->in[0] : NULL;
}

static const struct json *event_type(const struct row_input *r)
{
    static const struct {
        str category, type;
    } types[] = {{S_INIT("write"), S_INIT("change")},
                 {S_INIT("read"), S_INIT("access")},
                 {S_INIT("delete"), S_INIT("deletion")},
                 {S_INIT("action"), S_INIT("change")}};
    str category = json_text(r->in[0]);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_eq_nocase(category, types[i].category)) {
            struct json *list = json_new(r->arena, JSON_ARRAY);
            json_push(list, json_new_string(r->arena, types[i].type));
            return list;
        }
    return NULL;
}

/* properties.eventCategory, properties.policies */
static const struct json *event_category(const struct row_input *r)
{
    if (r->in[0])
        return r->in[0];
    return json_new_string(r->arena, r->in[1] ? S("Policy") : S("Administrative"));
}

static const struct json *properties(const struct row_input *r)
{
    static const char *const names[] = {
        "eventCategory",      NULL,         "statusMessage", NULL, "serviceRequestId",
        "service_request_id", "statusCode", "status_code",   NULL};
    return object_rename(r->in[0], names, r->arena);
}

/* callerIpAddress, location: where the address is known, its place stands in for the name of a region. */
static const struct json *location(const struct row_input *r)
{
    return row_place(r) ? NULL : r->in[1];
}

/* ---- Shapes ---- */

/* Categories of the Activity Log. Sign-ins, risk events and the logs of single resources come in the same shape and are not it; without a category it is taken for one. */
static bool is_activity(const struct json_capture *const *found)
{
    static const char *const categories[] = {"Administrative", "Policy",         "Security",
                                             "ServiceHealth",  "ResourceHealth", "Alert",
                                             "Autoscale",      "Recommendation", "Write",
                                             "Read",           "Delete",         "Action"};
    if (!found[2])
        return true;
    str category = str_slice(found[2]->raw, 1, found[2]->raw.len - 1);
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
        if (str_eq_nocase(category, str_from(categories[i])))
            return true;
    return false;
}

/* An empty key breaks the record for what reads it; it is cut out of the text. */
static str repair(str record, struct arena *a)
{
    const str hole = S("\"\":\"\",");
    size_t at = str_find(record, hole, 0);
    if (at == SIZE_MAX)
        return record;
    char *text = arena_push_raw(a, 1, record.len);
    size_t n = 0, from = 0;
    for (; at != SIZE_MAX; at = str_find(record, hole, from)) {
        for (size_t i = from; i < at; i++)
            text[n++] = record.ptr[i];
        from = at + hole.len;
    }
    for (size_t i = from; i < record.len; i++)
        text[n++] = record.ptr[i];
    return (str){text, n};
}

#define LOG "azure.activitylogs."
#define USER_RAW "identity.claims." CLAIM "name identity.claims.name"

static const struct row rows[] = {
    AZURE_ROWS,
    {"event.outcome", "resultType", outcome, 0, NULL, 0},
    {"event.outcome", "properties.result", outcome_of_properties, 0, NULL, ROW_TAIL},
    {"event.type", "category", event_type, 0, NULL, 0},
    {"message", "properties.statusMessage", NULL, 0, NULL, 0},
    {"geo", "callerIpAddress", row_place, 0, NULL, ROW_TAIL},
    {"geo.name", "callerIpAddress location", location, 0, NULL, ROW_TAIL},
    {"user.full_name", "identity.claims.name", NULL, 0, NULL, 0},
    {"user.name", USER_RAW, user, USER_NAME, NULL, 0},
    {"user.domain", USER_RAW, user, USER_DOMAIN, NULL, 0},
    {"user.email", USER_RAW, user, USER_EMAIL, NULL, 0},
    {"related.user", USER_RAW, user, USER_NAME, NULL, ROW_APPEND},
    {LOG "operation_name", "operationName", NULL, 0, NULL, 0},
    {LOG "operation_version", "operationVersion", NULL, 0, NULL, ROW_TAIL},
    {LOG "result_type", "resultType", NULL, 0, NULL, 0},
    {LOG "result_signature", "resultSignature", NULL, 0, NULL, 0},
    {LOG "category", "category", NULL, 0, NULL, 0},
    {LOG "event_category", "properties.eventCategory properties.policies", event_category, 0, NULL,
     0},
    {LOG "level", "Level", NULL, 0, NULL, ROW_TAIL},
    {LOG "tenant_id", "tenantId", NULL, 0, NULL, 0},
    {LOG "identity_name", "identity", identity_name, 0, NULL, ROW_TAIL},
    {LOG "identity", "identity", identity, 0, NULL, 0},
    {LOG "properties", "properties", properties, 0, NULL, 0},
    {"azure.activitylogs", "", NULL, 0, NULL, ROW_REST},
};

static const struct field fields[] = {
    KEYWORD("azure.correlation_id"),
    KEYWORD("azure.subscription_id"),
    KEYWORD("azure.tenant_id"),
    KEYWORD("azure.resource.id"),
    KEYWORD("azure.resource.group"),
    KEYWORD("azure.resource.provider"),
    KEYWORD("azure.resource.name"),
    KEYWORD("azure.resource.namespace"),
    KEYWORD("azure.resource.authorization_rule"),
    KEYWORD(LOG "operation_name"),
    KEYWORD(LOG "operation_version"),
    KEYWORD(LOG "result_type"),
    KEYWORD(LOG "result_signature"),
    KEYWORD(LOG "category"),
    KEYWORD(LOG "event_category"),
    LONG(LOG "level"),
    KEYWORD(LOG "tenant_id"),
    KEYWORD(LOG "identity_name"),
    KEYWORD(LOG "identity.*"),
    KEYWORD(LOG "identity.claims.*"),
    KEYWORD(LOG "properties.*"),
    ROOT(LOG "identity.claims"),
    ROOT(LOG "properties"),
    KEYWORD(LOG "*"),
    KEYWORD("geo.name"),
    KEYWORD("geo.city_name"),
    KEYWORD("geo.continent_name"),
    KEYWORD("geo.country_iso_code"),
    KEYWORD("geo.country_name"),
    KEYWORD("geo.region_iso_code"),
    KEYWORD("geo.region_name"),
    /* Of data sets beside this one, which rules name together with it. */
    KEYWORD("azure.signinlogs.*"),
    KEYWORD("azure.identityprotection.*"),
};

static const struct shape shapes[] = {
    {.keys = "OperationNameValue:s ActivityStatusValue|CallerIpAddress|_ResourceId",
     .convert = azure_activity_from_table},
    {.keys = "eventTimestamp operationName.value:s", .convert = azure_activity_from_rest},
    {.keys = "event_timestamp operation_name.value:s", .convert = azure_activity_from_sdk},
    {.keys = "properties:s", .convert = azure_parse_properties, .forced = true},
    {.keys = "operationName:s resourceId category:s|time|eventTimestamp time|eventTimestamp",
     .accepts = is_activity},
};

static const struct row_rule rules[] = {
    {identity, "the object: claims with _ for each dot, evidence in snake_case, "
               "claims_initiated_by_user when there is a name claim"},
    {identity_name, "when it is text"},
    {user, "USER@HOST out of the name claim, when there is a plain name claim too"},
    {outcome, "in lower case, when it is success or failure"},
    {outcome_of_properties, "when it is success, failure or unknown"},
    {event_type, "looked up by category"},
    {event_category, "as it is, else Policy when there are policies, else Administrative"},
    {properties, "the object, some keys renamed or moved"},
    {location, "as it is, unless the place of the address is known"},
};

const struct source source_azure_activitylogs = {
    .dataset = "azure.activitylogs",
    .module = "azure",
    .doc = "Azure Activity Log: event hub and storage records, REST, SDK and Log Analytics rows",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .rows = rows,
    .n_rows = sizeof(rows) / sizeof(rows[0]),
    .fields = fields,
    .n_fields = sizeof(fields) / sizeof(fields[0]),
    .rules = rules,
    .n_rules = sizeof(rules) / sizeof(rules[0]),
    .id = "eventDataId|EventDataId|event_data_id|correlationId operationName resultType time",
    .repair = repair,
    .operation = "operationName",
    .opening = "time",
};
