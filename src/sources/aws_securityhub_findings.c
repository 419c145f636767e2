/* SPDX-License-Identifier: Apache-2.0 */
/* AWS Security Hub findings in the AWS Security Finding Format (ASFF): from the API, the command line and EventBridge, which all spell it alike. */
#include "sources/aws_members.h"
#include "sources/row.h"
#include "sources/url_parts.h"

/* ---- Network ---- */

static const struct json *direction(const struct row_input *r)
{
    if (json_is_text(r->in[0], S("IN")))
        return json_new_string(r->arena, S("inbound"));
    return json_is_text(r->in[0], S("OUT")) ? json_new_string(r->arena, S("outbound")) : NULL;
}

/* row->arg: enum url_part */
static const struct json *url_part(const struct row_input *r)
{
    struct url_parts url;
    str text = json_text(r->in[0]), part;
    if (!text.ptr || !url_parse(text, r->arena, &url))
        return NULL;
    part = url.part[r->row->arg];
    if (!part.ptr || part.len == 0)
        return NULL;
    struct json *value = json_new_string(r->arena, part);
    if (r->row->arg != URL_PORT)
        return value;
    return member_convert(value, MEMBER_LONG, r->arena);
}

/* ---- Threats ---- */

struct indicator_type {
    str type;
    const char *name;
    const char *hash; /* member of threat.enrichments.indicator.file.hash, or NULL */
};

static const struct indicator_type *indicator_type_of(const struct json *indicator)
{
    static const struct indicator_type types[] = {
        {S_INIT("DOMAIN"), "domain-name", NULL},
        {S_INIT("EMAIL_ADDRESS"), "email-addr", NULL},
        {S_INIT("HASH_MD5"), "file", "md5"},
        {S_INIT("HASH_SHA1"), "file", "sha1"},
        {S_INIT("HASH_SHA256"), "file", "sha256"},
        {S_INIT("HASH_SHA512"), "file", "sha512"},
        {S_INIT("IPV4_ADDRESS"), "ipv4-addr", NULL},
        {S_INIT("IPV6_ADDRESS"), "ipv6-addr", NULL},
        {S_INIT("MUTEX"), "mutex", NULL},
        {S_INIT("PROCESS"), "process", NULL},
        {S_INIT("URL"), "url", NULL},
    };
    const struct json *type = json_get(indicator, S("Type"));
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (json_is_text(type, types[i].type))
            return &types[i];
    return NULL;
}

static const struct json *threat_type(const struct row_input *r)
{
    const struct indicator_type *last = NULL;
    for (const struct json *e = json_is(r->in[0], JSON_ARRAY) ? r->in[0]->child : NULL; e;
         e = e->next) {
        const struct indicator_type *type = indicator_type_of(e);
        last = type ? type : last;
    }
    return last ? json_new_string(r->arena, str_from(last->name)) : NULL;
}

/* An object of one member. */
static struct json *wrapped(str key, struct json *value, struct arena *a)
{
    struct json *object = json_new(a, JSON_OBJECT);
    json_add(object, key, value);
    return object;
}

/* The indicators that are hashes of files. */
static const struct json *enrichments(const struct row_input *r)
{
    struct arena *a = r->arena;
    struct json *list = json_new(a, JSON_ARRAY);
    for (const struct json *e = json_is(r->in[0], JSON_ARRAY) ? r->in[0]->child : NULL; e;
         e = e->next) {
        const struct indicator_type *type = indicator_type_of(e);
        const struct json *value = json_get(e, S("Value"));
        if (!type || !type->hash || json_text(value).len == 0)
            continue;
        struct json *hash = wrapped(str_from(type->hash), json_alias(a, value), a);
        struct json *file = wrapped(S("file"), wrapped(S("hash"), hash, a), a);
        json_push(list, wrapped(S("indicator"), file, a));
    }
    return list->child ? list : NULL;
}

static const struct json *one_word(const struct row_input *r)
{
    struct json *list = json_new(r->arena, JSON_ARRAY);
    json_push(list, json_new_string(r->arena, str_from(r->row->text)));
    return list;
}

#define SH "aws.securityhub_findings."
#define REMOTE "RemoteIpDetails.IpAddressV4"
#define PROBES "Action.PortProbeAction.PortProbeDetails"

static const struct row rows[] = {
    {"@timestamp", "CreatedAt", row_as, MEMBER_DATE, NULL, 0},
    {"event.type", "", one_word, 0, "info", 0},
    {"event.action", "Action.ActionType", row_lower, 0, NULL, 0},
    {"event.id", "Id", NULL, 0, NULL, 0},
    {"cloud.account.id", "AwsAccountId", NULL, 0, NULL, 0},
    {"organization.name", "CompanyName", NULL, 0, NULL, 0},
    {"destination.domain", "Network.DestinationDomain", NULL, 0, NULL, 0},
    {"destination.ip", "Network.DestinationIpV4", row_ip, 0, NULL, ROW_APPEND},
    {"destination.ip", "Network.DestinationIpV6", row_ip, 0, NULL, ROW_APPEND},
    {"destination.port", "Network.DestinationPort", row_as, MEMBER_LONG, NULL, 0},
    {"network.direction", "Network.Direction", direction, 0, NULL, 0},
    {"network.protocol", "Network.Protocol", row_lower, 0, NULL, 0},
    {"source.domain", "Network.SourceDomain", NULL, 0, NULL, 0},
    {"source.ip", "Network.SourceIpV4", row_ip, 0, NULL, ROW_APPEND},
    {"source.ip", "Network.SourceIpV6", row_ip, 0, NULL, ROW_APPEND},
    {"source.mac", "Network.SourceMac", row_as, MEMBER_MAC, NULL, 0},
    {"source.port", "Network.SourcePort", row_as, MEMBER_LONG, NULL, 0},
    {"process.start", "Process.LaunchedAt", row_as, MEMBER_DATE, NULL, 0},
    {"process.end", "Process.TerminatedAt", row_as, MEMBER_DATE, NULL, 0},
    {"process.name", "Process.Name", NULL, 0, NULL, 0},
    {"process.executable", "Process.Path", NULL, 0, NULL, 0},
    {"process.pid", "Process.Pid", row_as, MEMBER_LONG, NULL, 0},
    {"process.parent.pid", "Process.ParentPid", row_as, MEMBER_LONG, NULL, 0},
    {"threat.indicator.type", "ThreatIntelIndicators", threat_type, 0, NULL, 0},
    {"threat.indicator.last_seen", "ThreatIntelIndicators", row_gather_last, MEMBER_DATE,
     "LastObservedAt", 0},
    {"threat.enrichments", "ThreatIntelIndicators", enrichments, 0, NULL, 0},
    {"url.original", "SourceUrl", NULL, 0, NULL, 0},
    {"url.full", "SourceUrl", NULL, 0, NULL, 0},
    {"url.scheme", "SourceUrl", url_part, URL_SCHEME, NULL, 0},
    {"url.domain", "SourceUrl", url_part, URL_DOMAIN, NULL, 0},
    {"url.port", "SourceUrl", url_part, URL_PORT, NULL, 0},
    {"url.path", "SourceUrl", url_part, URL_PATH, NULL, 0},
    {"url.query", "SourceUrl", url_part, URL_QUERY, NULL, 0},
    {"url.fragment", "SourceUrl", url_part, URL_FRAGMENT, NULL, 0},
    {"url.extension", "SourceUrl", url_part, URL_EXTENSION, NULL, 0},
    {"vulnerability.id", "Vulnerabilities", row_gather_last, MEMBER_KEEP, "Id", 0},
    {"vulnerability.reference", "Vulnerabilities", row_gather_last, MEMBER_FREE, "ReferenceUrls",
     0},
    {"vulnerability.scanner.vendor", "Vulnerabilities", row_gather_last, MEMBER_KEEP, "Vendor.Name",
     0},
    {"vulnerability.score.base", "Vulnerabilities", row_gather_last, MEMBER_DOUBLE,
     "Cvss.BaseScore", 0},
    {"vulnerability.score.version", "Vulnerabilities", row_gather_last, MEMBER_KEEP, "Cvss.Version",
     0},
    {"related.ip", "Action.AwsApiCallAction." REMOTE, row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", "Action.NetworkConnectionAction." REMOTE, row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", PROBES, row_gather, MEMBER_IP, "LocalIpDetails.IpAddressV4", ROW_APPEND},
    {"related.ip", PROBES, row_gather, MEMBER_IP, REMOTE, ROW_APPEND},
    {"related.ip", "Network.DestinationIpV4", row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", "Network.DestinationIpV6", row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", "Network.SourceIpV4", row_ip, 0, NULL, ROW_APPEND},
    {"related.ip", "Network.SourceIpV6", row_ip, 0, NULL, ROW_APPEND},

    {SH "action", "Action", row_member, 0, NULL, 0},
    {SH "aws_account_id", "AwsAccountId", NULL, 0, NULL, 0},
    {SH "company.name", "CompanyName", NULL, 0, NULL, 0},
    {SH "compliance", "Compliance", row_member, 1, NULL, 0},
    {SH "confidence", "Confidence", row_as, MEMBER_LONG, NULL, 0},
    {SH "created_at", "CreatedAt", row_copied, MEMBER_DATE, NULL, 0},
    {SH "criticality", "Criticality", row_as, MEMBER_LONG, NULL, 0},
    {SH "description", "Description", NULL, 0, NULL, 0},
    {SH "provider_fields", "FindingProviderFields", row_member, 2, NULL, 0},
    {SH "first_observed_at", "FirstObservedAt", row_as, MEMBER_DATE, NULL, 0},
    {SH "generator.id", "GeneratorId", NULL, 0, NULL, 0},
    {SH "id", "Id", row_copied, MEMBER_KEEP, NULL, 0},
    {SH "last_observed_at", "LastObservedAt", row_as, MEMBER_DATE, NULL, 0},
    {SH "malware", "Malware", row_member, 3, NULL, 0},
    {SH "network", "Network", row_member, 4, NULL, 0},
    {SH "network_path", "NetworkPath", row_member, 5, NULL, 0},
    {SH "note", "Note", row_member, 6, NULL, 0},
    {SH "patch_summary", "PatchSummary", row_member, 7, NULL, 0},
    {SH "process", "Process", row_member, 8, NULL, 0},
    {SH "product.arn", "ProductArn", NULL, 0, NULL, 0},
    {SH "product.fields", "ProductFields", NULL, 0, NULL, 0},
    {SH "product.name", "ProductName", NULL, 0, NULL, 0},
    {SH "record_state", "RecordState", NULL, 0, NULL, 0},
    {SH "region", "Region", NULL, 0, NULL, 0},
    {SH "related_findings", "RelatedFindings", row_member, 9, NULL, 0},
    {SH "remediation", "Remediation", row_member, 10, NULL, 0},
    {SH "resources", "Resources", NULL, 0, NULL, 0},
    {SH "sample", "Sample", row_as, MEMBER_BOOLEAN, NULL, 0},
    {SH "schema.version", "SchemaVersion", NULL, 0, NULL, 0},
    {SH "severity", "Severity", row_member, 11, NULL, 0},
    {SH "source_url", "SourceUrl", NULL, 0, NULL, 0},
    {SH "threat_intel_indicators", "ThreatIntelIndicators", row_member, 12, NULL, 0},
    {SH "title", "Title", NULL, 0, NULL, 0},
    {SH "types", "Types", NULL, 0, NULL, 0},
    {SH "updated_at", "UpdatedAt", row_as, MEMBER_DATE, NULL, 0},
    {SH "user_defined_fields", "UserDefinedFields", NULL, 0, NULL, 0},
    {SH "verification_state", "VerificationState", NULL, 0, NULL, 0},
    {SH "vulnerabilities", "Vulnerabilities", row_member, 13, NULL, 0},
    {SH "workflow.state", "WorkflowState", NULL, 0, NULL, 0},
    {SH "workflow.status", "Workflow.Status", NULL, 0, NULL, 0},
};

/* Numbered by the rows above. */
static const struct member *const members[] = {
    &securityhub_action,
    &securityhub_compliance,
    &securityhub_provider_fields,
    &securityhub_malware,
    &securityhub_network,
    &securityhub_network_path,
    &securityhub_note,
    &securityhub_patch_summary,
    &securityhub_process,
    &securityhub_related_findings,
    &securityhub_remediation,
    &securityhub_severity,
    &securityhub_indicators,
    &securityhub_vulnerabilities,
};

static const struct field fields[] = {
    KEYWORD(SH "aws_account_id"),
    KEYWORD(SH "company.name"),
    LONG(SH "confidence"),
    DATE(SH "created_at"),
    LONG(SH "criticality"),
    KEYWORD(SH "description"),
    DATE(SH "first_observed_at"),
    KEYWORD(SH "generator.id"),
    KEYWORD(SH "id"),
    DATE(SH "last_observed_at"),
    KEYWORD(SH "product.arn"),
    KEYWORD(SH "product.fields.*"),
    ROOT(SH "product.fields"),
    KEYWORD(SH "product.name"),
    KEYWORD(SH "record_state"),
    KEYWORD(SH "region"),
    KEYWORD(SH "resources.*"),
    ROOT(SH "resources"),
    BOOLEAN(SH "sample"),
    KEYWORD(SH "schema.version"),
    KEYWORD(SH "source_url"),
    KEYWORD(SH "title"),
    KEYWORD(SH "types"),
    DATE(SH "updated_at"),
    KEYWORD(SH "user_defined_fields.*"),
    ROOT(SH "user_defined_fields"),
    KEYWORD(SH "verification_state"),
    KEYWORD(SH "workflow.state"),
    KEYWORD(SH "workflow.status"),
};

static const char *drop(const struct row_input *r)
{
    bool empty = json_is(r->in[0], JSON_ARRAY) && !r->in[0]->child;
    return empty ? "the page holds no finding" : NULL;
}

static const struct shape shapes[] = {
    {.keys = "AwsAccountId:s ProductArn:s"},
};

static const struct row_rule rules[] = {
    {direction, "inbound for IN, outbound for OUT"},
    {url_part, "that part of the URL"},
    {threat_type, "looked up by type, the last known one"},
    {enrichments, "the indicators that are hashes of files"},
    {one_word, "a constant, as a list"},
};

const struct source source_aws_securityhub_findings = {
    .dataset = "aws.securityhub_findings",
    .module = "aws",
    .doc = "AWS Security Hub findings (ASFF): API, command line and EventBridge",
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
    .drop_raw = "Findings",
};
