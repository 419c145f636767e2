/* SPDX-License-Identifier: Apache-2.0 */
/* Amazon GuardDuty findings. The rows read the finding as it is exported and sent to EventBridge (camelCase); what the AWS command line prints is turned into that first. */
#include "sources/aws_members.h"
#include "sources/row.h"

/* ---- Severity and rule ---- */

/* "High" for 7.0 to 8.9, "Medium" for 4.0 to 6.9, "Low" for 1.0 to 3.9. Source: GuardDuty user guide, severity levels. */
static const struct json *severity(const struct row_input *r)
{
    static const struct {
        double low, high;
        const char *name;
    } levels[] = {{7.0, 8.9, "High"}, {4.0, 6.9, "Medium"}, {1.0, 3.9, "Low"}};
    const struct json *code = member_convert(r->in[0], MEMBER_DOUBLE, r->arena);
    double value;
    if (!code || !str_to_double(code->text, &value))
        return NULL;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
        if (value >= levels[i].low && value <= levels[i].high)
            return json_new_string(r->arena, str_from(levels[i].name));
    return NULL;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "Persistence:Kubernetes/X": the words around the first colon that has one on each side. row->arg: with the word behind ("Persistence:Kubernetes"), or only the one before. */
static const struct json *rule_words(const struct row_input *r)
{
    str type = json_text(r->in[0]);
    for (size_t at = str_find_byte(type, ':', 0); at != SIZE_MAX;
         at = str_find_byte(type, ':', at + 1)) {
        size_t start = at, end = at + 1;
        while (start > 0 && is_word(type.ptr[start - 1]))
            start--;
        while (end < type.len && is_word(type.ptr[end]))
            end++;
        if (start < at && end > at + 1)
            return json_new_string(r->arena, str_slice(type, start, r->row->arg ? end : at));
    }
    return NULL;
}

/* ---- Where ---- */

/* An address when the connection goes that way (row->text): address, connectionDirection */
static const struct json *address_if(const struct row_input *r)
{
    bool fits = str_eq_nocase(json_text(r->in[1]), str_from(r->row->text));
    return fits ? row_ip(r) : NULL;
}

static const struct json *place(const struct row_input *r)
{
    return json_is(r->in[0], JSON_OBJECT) ? r->in[0] : NULL;
}

/* `event.kind` is a list in this data set. */
static const struct json *one_word(const struct row_input *r)
{
    struct json *list = json_new(r->arena, JSON_ARRAY);
    json_push(list, json_new_string(r->arena, str_from(r->row->text)));
    return list;
}

#define GD "aws.guardduty."
#define KEY "resource.accessKeyDetails."
#define INSTANCE "resource.instanceDetails."
#define INTERFACES INSTANCE "networkInterfaces"
#define K8S_USER "resource.kubernetesDetails.kubernetesUserDetails."
#define K8S_WORK "resource.kubernetesDetails.kubernetesWorkloadDetails."
#define TASK_CONTAINERS "resource.ecsClusterDetails.taskDetails.containers"
#define ACTION "service.action."
#define API ACTION "awsApiCallAction."
#define K8S ACTION "kubernetesApiCallAction."
#define NETWORK ACTION "networkConnectionAction."
#define PROBES ACTION "portProbeAction.portProbeDetails"
#define RDS ACTION "rdsLoginAttemptAction."
#define DIRECTION " " NETWORK "connectionDirection"
#define THREATS "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames"

/* One value of the remote end of every action that has one. */
#define REMOTE(field, path, kind)                                                                  \
    {field, API "remoteIpDetails." path, row_as, kind, NULL, ROW_APPEND},                          \
        {field, K8S "remoteIpDetails." path, row_as, kind, NULL, ROW_APPEND},                      \
        {field, NETWORK "remoteIpDetails." path, row_as, kind, NULL, ROW_APPEND},                  \
        {field, PROBES, row_gather, kind, "remoteIpDetails." path, ROW_APPEND},                    \
    {                                                                                              \
        field, RDS "remoteIpDetails." path, row_as, kind, NULL, ROW_APPEND                         \
    }

static const struct row rows[] = {
    {"@timestamp", "updatedAt", row_as, MEMBER_DATE, NULL, 0},
    {"message", "description", NULL, 0, NULL, 0},
    {"event.kind", "", one_word, 0, "event", 0},
    {"event.type", "", one_word, 0, "info", 0},
    {"event.action", ACTION "actionType", NULL, 0, NULL, 0},
    {"event.created", "createdAt", row_as, MEMBER_DATE, NULL, 0},
    {"event.start", "service.eventFirstSeen", row_as, MEMBER_DATE, NULL, 0},
    {"event.end", "service.eventLastSeen", row_as, MEMBER_DATE, NULL, 0},
    {"event.id", "id", NULL, 0, NULL, 0},
    {"event.provider", API "serviceName", NULL, 0, NULL, 0},
    {"event.severity", "severity", row_as, MEMBER_LONG, NULL, 0},
    {"rule.name", "type", NULL, 0, NULL, 0},
    {"rule.category", "type", rule_words, 0, NULL, 0},
    {"rule.ruleset", "type", rule_words, 1, NULL, 0},
    {"cloud.account.id", "accountId", NULL, 0, NULL, 0},
    {"cloud.provider", "partition", NULL, 0, NULL, 0},
    {"cloud.region", "region", NULL, 0, NULL, 0},
    {"cloud.service.name", "service.serviceName", NULL, 0, NULL, 0},
    {"cloud.instance.id", INSTANCE "instanceId", NULL, 0, NULL, 0},
    {"cloud.machine.type", INSTANCE "instanceType", NULL, 0, NULL, 0},
    {"host.id", INSTANCE "instanceId", NULL, 0, NULL, 0},
    {"host.type", INSTANCE "instanceType", NULL, 0, NULL, 0},
    {"host.os.platform", INSTANCE "platform", NULL, 0, NULL, 0},
    {"container.id", TASK_CONTAINERS, row_gather, MEMBER_KEEP, "id", ROW_APPEND},
    {"container.name", TASK_CONTAINERS, row_gather, MEMBER_KEEP, "name", ROW_APPEND},
    {"container.runtime", TASK_CONTAINERS, row_gather, MEMBER_KEEP, "containerRuntime", ROW_APPEND},
    {"container.security_context.privileged",
     "resource.containerDetails.securityContext.privileged", row_as, MEMBER_BOOLEAN, NULL, 0},
    {"orchestrator.namespace", K8S_WORK "namespace", NULL, 0, NULL, 0},
    {"orchestrator.resource.name", K8S_WORK "name", NULL, 0, NULL, 0},
    {"orchestrator.resource.type", K8S_WORK "type", NULL, 0, NULL, 0},
    {"dns.question.name", ACTION "dnsRequestAction.domain", NULL, 0, NULL, 0},
    {"network.direction", NETWORK "connectionDirection", row_lower, 0, NULL, 0},
    {"network.transport", NETWORK "protocol", row_lower, 0, NULL, ROW_APPEND},
    {"network.transport", ACTION "dnsRequestAction.protocol", row_lower, 0, NULL, ROW_APPEND},

    {"source.address", API "remoteIpDetails.ipAddressV4", row_ip, 0, NULL, ROW_APPEND},
    {"source.address", K8S "remoteIpDetails.ipAddressV4", row_ip, 0, NULL, ROW_APPEND},
    {"source.address", NETWORK "remoteIpDetails.ipAddressV4" DIRECTION, address_if, 0, "inbound",
     ROW_APPEND},
    {"source.address", NETWORK "localIpDetails.ipAddressV4" DIRECTION, address_if, 0, "outbound",
     ROW_APPEND},
    {"source.address", PROBES, row_gather, MEMBER_IP, "remoteIpDetails.ipAddressV4", ROW_APPEND},
    {"source.address", RDS "remoteIpDetails.ipAddressV4", row_ip, 0, NULL, ROW_APPEND},
    {"source.address", PROBES, row_gather, MEMBER_IP, "localIpDetails.ipAddressV4", ROW_APPEND},
    {"destination.address", NETWORK "remoteIpDetails.ipAddressV4" DIRECTION, address_if, 0,
     "outbound", ROW_APPEND},
    {"destination.address", NETWORK "localIpDetails.ipAddressV4" DIRECTION, address_if, 0,
     "inbound", ROW_APPEND},
    {"source.ip", K8S "sourceIPs", row_as, MEMBER_IP, NULL, ROW_APPEND},
    {"source.port", NETWORK "localPortDetails.port", row_as, MEMBER_LONG, NULL, ROW_APPEND},
    {"source.port", PROBES, row_gather, MEMBER_LONG, "localPortDetails.port", ROW_APPEND},
    REMOTE("source.as.number", "organization.asn", MEMBER_LONG),
    REMOTE("source.as.organization.name", "organization.asnOrg", MEMBER_KEEP),
    REMOTE("source.geo.city_name", "city.cityName", MEMBER_KEEP),
    REMOTE("source.geo.country_iso_code", "country.countryCode", MEMBER_KEEP),
    REMOTE("source.geo.country_name", "country.countryName", MEMBER_KEEP),
    {"source.geo.location", API "remoteIpDetails.geoLocation", place, 0, NULL, ROW_APPEND},
    {"source.geo.location", K8S "remoteIpDetails.geoLocation", place, 0, NULL, ROW_APPEND},
    {"source.geo.location", NETWORK "remoteIpDetails.geoLocation", place, 0, NULL, ROW_APPEND},
    {"source.geo.location", PROBES, row_gather, MEMBER_KEEP, "remoteIpDetails.geoLocation",
     ROW_APPEND},
    {"source.geo.location", RDS "remoteIpDetails.geoLocation", place, 0, NULL, ROW_APPEND},

    {"file.hash.sha256", THREATS, row_gather, MEMBER_KEEP, "filePaths.hash", ROW_APPEND},
    {"file.name", THREATS, row_gather, MEMBER_KEEP, "filePaths.fileName", ROW_APPEND},
    {"file.path", THREATS, row_gather, MEMBER_KEEP, "filePaths.filePath", ROW_APPEND},
    {"user.id", KEY "principalId", NULL, 0, NULL, ROW_APPEND},
    {"user.id", K8S_USER "uid", NULL, 0, NULL, ROW_APPEND},
    {"user.name", KEY "userName", NULL, 0, NULL, ROW_APPEND},
    {"user.name", K8S_USER "username", NULL, 0, NULL, ROW_APPEND},
    {"user.name", "resource.rdsDbUserDetails.user", NULL, 0, NULL, ROW_APPEND},
    {"user.roles", K8S_USER "groups", NULL, 0, NULL, 0},

    {"related.user", KEY "principalId", NULL, 0, NULL, ROW_APPEND},
    {"related.user", KEY "userName", NULL, 0, NULL, ROW_APPEND},
    {"related.user", K8S_USER "uid", NULL, 0, NULL, ROW_APPEND},
    {"related.user", K8S_USER "username", NULL, 0, NULL, ROW_APPEND},
    {"related.user", "resource.rdsDbUserDetails.user", NULL, 0, NULL, ROW_APPEND},
    {"related.user", "resource.s3BucketDetails", row_gather, MEMBER_KEEP, "owner.id", ROW_APPEND},
    {"related.hosts", API "domainDetails.domain", NULL, 0, NULL, ROW_APPEND},
    {"related.hosts", ACTION "dnsRequestAction.domain", NULL, 0, NULL, ROW_APPEND},
    {"related.hash", THREATS, row_gather, MEMBER_KEEP, "filePaths.hash", ROW_APPEND},
    {"related.ip", INTERFACES, row_gather, MEMBER_IP, "ipv6Addresses", ROW_APPEND},
    {"related.ip", INTERFACES, row_gather, MEMBER_IP, "privateIpAddress", ROW_APPEND},
    {"related.ip", INTERFACES, row_gather, MEMBER_IP, "privateIpAddresses.privateIpAddress",
     ROW_APPEND},
    {"related.ip", INTERFACES, row_gather, MEMBER_IP, "publicIp", ROW_APPEND},
    REMOTE("related.ip", "ipAddressV4", MEMBER_IP),
    {"related.ip", K8S "sourceIPs", row_as, MEMBER_IP, NULL, ROW_APPEND},
    {"related.ip", NETWORK "localIpDetails.ipAddressV4", row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", PROBES, row_gather, MEMBER_IP, "localIpDetails.ipAddressV4", ROW_APPEND},

    {GD "account_id", "accountId", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "arn", "arn", NULL, 0, NULL, 0},
    {GD "confidence", "confidence", NULL, 0, NULL, 0},
    {GD "created_at", "createdAt", row_copied, MEMBER_DATE, NULL, 0},
    {GD "description", "description", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "id", "id", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "partition", "partition", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "region", "region", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "resource", "resource", row_member, 0, NULL, 0},
    {GD "schema_version", "schemaVersion", row_as, MEMBER_TEXT, NULL, 0},
    {GD "service", "service", row_member, 1, NULL, 0},
    {GD "severity.code", "severity", row_as, MEMBER_DOUBLE, NULL, 0},
    {GD "severity.value", "severity", severity, 0, NULL, 0},
    {GD "title", "title", NULL, 0, NULL, 0},
    {GD "type", "type", row_copied, MEMBER_KEEP, NULL, 0},
    {GD "updated_at", "updatedAt", row_copied, MEMBER_DATE, NULL, 0},
};

static const struct member *const members[] = {&guardduty_resource, &guardduty_service};

#define DOUBLE(field)                                                                              \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_DOUBLE }                                   \
    }

static const struct field fields[] = {
    KEYWORD(GD "account_id"),     KEYWORD(GD "arn"),
    DOUBLE(GD "confidence"),      DATE(GD "created_at"),
    KEYWORD(GD "description"),    KEYWORD(GD "id"),
    KEYWORD(GD "partition"),      KEYWORD(GD "region"),
    KEYWORD(GD "schema_version"), DOUBLE(GD "severity.code"),
    KEYWORD(GD "severity.value"), KEYWORD(GD "title"),
    KEYWORD(GD "type"),           DATE(GD "updated_at"),
};

/* ---- Shapes ---- */

/* Last of the demands: the type names purpose and resource, "Recon:EC2/PortProbeUnprotectedPort". */
static bool has_colon(const struct json_capture *const *found)
{
    return str_find_byte(found[3]->raw, ':', 0) != SIZE_MAX;
}

/* Keys whose first letter alone does not give the exported spelling. */
static str exported_key(str key, struct arena *a)
{
    if (str_eq(key, S("SourceIps")))
        return S("sourceIPs");
    if (key.len == 0 || key.ptr[0] < 'A' || key.ptr[0] > 'Z')
        return key;
    return arena_concat(a, ascii_lower(str_slice(key, 0, 1), a), str_slice(key, 1, key.len), S(""));
}

/* A finding as the command line and the SDKs print it: every key begins with a capital, but not those of tags. */
static struct json *lowered(const struct json *node, struct arena *a)
{
    struct json *out = json_alias(a, node);
    if (node->type != JSON_OBJECT && node->type != JSON_ARRAY)
        return out;
    out->child = out->last = NULL;
    out->count = 0;
    for (const struct json *m = node->child; m; m = m->next) {
        if (node->type == JSON_ARRAY) {
            json_push(out, lowered(m, a));
            continue;
        }
        bool tags = str_eq(m->key, S("Tags")) && m->type == JSON_OBJECT;
        json_add(out, exported_key(m->key, a), tags ? json_alias(a, m) : lowered(m, a));
    }
    return out;
}

static struct json *from_command_line(const struct json *record, struct arena *a)
{
    return lowered(record, a);
}

static const char *drop(const struct row_input *r)
{
    bool empty = json_is(r->in[0], JSON_ARRAY) && !r->in[0]->child;
    return empty ? "the page holds no finding" : NULL;
}

static const struct shape shapes[] = {
    {.keys = "schemaVersion resource:o service:o type:s", .accepts = has_colon},
    {.keys = "SchemaVersion Resource:o Service:o Type:s",
     .accepts = has_colon,
     .convert = from_command_line},
};

static const struct row_rule rules[] = {
    {severity, "High from 7.0 to 8.9, Medium from 4.0 to 6.9, Low from 1.0 to 3.9"},
    {rule_words, "the words around the first colon"},
    {address_if, "when it is an IP address and the connection goes that way"},
    {place, "when it is an object"},
    {one_word, "a constant, as a list"},
};

const struct source source_aws_guardduty = {
    .dataset = "aws.guardduty",
    .module = "aws",
    .doc = "Amazon GuardDuty findings: exported, from EventBridge, as the API and the command line "
           "print them",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .rows = rows,
    .n_rows = sizeof(rows) / sizeof(rows[0]),
    .fields = fields,
    .n_fields = sizeof(fields) / sizeof(fields[0]),
    .rules = rules,
    .n_rules = sizeof(rules) / sizeof(rules[0]),
    .members = members,
    .clean = CLEAN_EMPTY,
    .drop = drop,
    .drop_raw = "findings",
};
