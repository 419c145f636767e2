/* SPDX-License-Identifier: Apache-2.0 */
/* AWS CloudTrail: management, data and network activity events, Insight records and digest files. Law: the CloudTrail record contents reference of AWS,
 * and the field names that published rules use. */
#include "sources/aws_entities.h"
#include "sources/row.h"

#include "base/utf8.h"

/* ---- Conditions ---- */

/* The roles whose session is named by the issuer: AssumedRole, FederatedUser. */
static bool is_session(const struct json *type)
{
    return json_is_text(type, S("AssumedRole")) || json_is_text(type, S("FederatedUser"));
}

/* ---- Who ---- */

/* userIdentity.userName, userIdentity.type, sessionIssuer.userName, eventName, additionalEventData.UserName */
#define USER_NAME_RAW                                                                              \
    "userIdentity.userName userIdentity.type userIdentity.sessionContext.sessionIssuer.userName "  \
    "eventName additionalEventData.UserName"

static const struct json *user_name(const struct row_input *r)
{
    if (r->in[2] && is_session(r->in[1]))
        return r->in[2];
    if (r->in[0])
        return r->in[0];
    if (r->in[2])
        return r->in[2];
    return json_is_text(r->in[3], S("UserAuthentication")) ? r->in[4] : NULL;
}

/* user.name when it looks like an address. */
static const struct json *user_email(const struct row_input *r)
{
    const struct json *name = user_name(r);
    size_t at = str_find_byte(json_text(name), '@', 0);
    return at != SIZE_MAX && at > 0 ? name : NULL;
}

/* userIdentity.principalId, userIdentity.type, userIdentity.onBehalfOf.userId */
static const struct json *user_id(const struct row_input *r)
{
    if (r->in[0])
        return r->in[0];
    return json_is_text(r->in[1], S("IdentityCenterUser")) ? r->in[2] : NULL;
}

/* The session name: what stands behind the last '/' of an sts ARN. userIdentity.arn, userIdentity.type */
static const struct json *session_name(const struct row_input *r)
{
    str arn = json_text(r->in[0]);
    size_t partition_end = str_find_byte(arn, ':', 4), slash = str_rfind_byte(arn, '/');
    if (!is_session(r->in[1]) || !str_starts(arn, S("arn:aws")) || partition_end == SIZE_MAX ||
        slash == SIZE_MAX)
        return NULL;
    if (!str_starts(str_slice(arn, partition_end, arn.len), S(":sts:")) || slash + 1 == arn.len)
        return NULL;
    return json_new_string(r->arena, str_slice(arn, slash + 1, arn.len));
}

/* ---- What happened ---- */

/* errorCode, errorMessage, eventName, responseElements.ConsoleLogin. A log-in says itself how it went; else an error of any code is a failure, also the dry run that would
 * have succeeded. */
static const struct json *outcome(const struct row_input *r)
{
    str login = json_text(r->in[3]);
    if (login.ptr && json_is_text(r->in[2], S("ConsoleLogin")))
        return json_new_string(r->arena, ascii_lower(login, r->arena));
    return json_new_string(r->arena, r->in[0] || r->in[1] ? S("failure") : S("success"));
}

struct category {
    str action;
    const char *category;
    const char *type;
};

static const struct category *category_of(const struct json *action)
{
    static const struct category table[] = {
#define CATEGORY(action, category, type) {S_INIT(action), category, type},
#include "sources/aws_categories.def"
#undef CATEGORY
    };
    str name = json_text(action);
    size_t low = 0, high = sizeof(table) / sizeof(table[0]);
    while (name.ptr && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, table[middle].action);
        if (order == 0)
            return &table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* "user|change" as a list; NULL when there is none. */
static const struct json *list_of(const char *words, struct arena *a)
{
    struct json *list = json_new(a, JSON_ARRAY);
    str rest = str_from(words), word;
    while (rest.len > 0 && str_split(&rest, '|', &word))
        json_push(list, json_new_string(a, word));
    return list->child ? list : NULL;
}

static const struct json *event_category(const struct row_input *r)
{
    const struct category *c = category_of(r->in[0]);
    return c ? list_of(c->category, r->arena) : NULL;
}

static const struct json *event_type(const struct row_input *r)
{
    const struct category *c = category_of(r->in[0]);
    return list_of(c ? c->type : "info", r->arena);
}

/* ---- Free-form parts ---- */

/* Elasticsearch keeps no keyword longer than this many UTF-16 units. Source: the flattened type's limit of 32766 bytes. */
enum { FLATTENED_MAX = 32766 };

/* The text of a part. in[0] is the part. */
static const struct json *part_text(const struct row_input *r)
{
    return r->in[0] ? json_new_string(r->arena, render_java(r->in[0], r->arena)) : NULL;
}

/* The object of a part, left out when its text is too long. The text is at most three times as long as the JSON it came from ("1e6," becomes "1000000.0, "), so short
 * parts are not rendered to know. */
static const struct json *part_object(const struct row_input *r)
{
    if (!json_is(r->in[0], JSON_OBJECT))
        return r->in[0];
    if (r->in[0]->raw.len > 0 && r->in[0]->raw.len < FLATTENED_MAX / 3)
        return r->in[0];
    return utf8_utf16_len(render_java(r->in[0], r->arena)) < FLATTENED_MAX ? r->in[0] : NULL;
}

/* additionalEventData, eventName, userIdentity.userName, sessionIssuer.userName: the user of a UserAuthentication moves to user.name when there is none. */
#define ADDITIONAL_RAW                                                                             \
    "additionalEventData eventName userIdentity.userName "                                         \
    "userIdentity.sessionContext.sessionIssuer.userName"

static struct row_input without_user(const struct row_input *r)
{
    static const char *const moved[] = {"UserName", NULL, NULL};
    struct row_input out = *r;
    if (!json_is_text(r->in[1], S("UserAuthentication")) || r->in[2] || r->in[3])
        return out;
    out.in[0] = object_rename(r->in[0], moved, r->arena);
    if (json_is(out.in[0], JSON_OBJECT) && !out.in[0]->child)
        out.in[0] = NULL;
    return out;
}

static const struct json *additional_text(const struct row_input *r)
{
    struct row_input moved = without_user(r);
    return part_text(&moved);
}

static const struct json *additional_object(const struct row_input *r)
{
    struct row_input moved = without_user(r);
    return part_object(&moved);
}

/* ConsoleLogin's additional data. value, eventName */
static const struct json *login_flag(const struct row_input *r)
{
    if (!r->in[0] || !json_is_text(r->in[1], S("ConsoleLogin")))
        return NULL;
    return json_new_bool(r->arena, !json_is_text(r->in[0], S("No")));
}

static const struct json *login_value(const struct row_input *r)
{
    return json_is_text(r->in[1], S("ConsoleLogin")) ? r->in[0] : NULL;
}

static bool same_node(const struct json *x, const struct json *y)
{
    return x && y ? x->type == y->type && str_eq(x->text, y->text) : x == y;
}

static bool is_listed(const struct json *list, const struct json *resource)
{
    for (const struct json *e = list->child; e; e = e->next)
        if (same_node(json_get(e, S("arn")), json_get(resource, S("arn"))) &&
            same_node(json_get(e, S("account_id")), json_get(resource, S("account_id"))) &&
            same_node(json_get(e, S("type")), json_get(resource, S("type"))))
            return true;
    return false;
}

/* The resources, each once. More than this many are not compared with one another: the list is quadratic. */
enum { RESOURCES_COMPARED = 1000 };

static const struct json *resources(const struct row_input *r)
{
    static const char *const names[] = {"ARN", "arn", "accountId", "account_id", NULL};
    if (!json_is(r->in[0], JSON_ARRAY))
        return NULL;
    struct json *list = json_new(r->arena, JSON_ARRAY);
    for (const struct json *e = r->in[0]->child; e; e = e->next) {
        if (e->type != JSON_OBJECT)
            continue;
        const struct json *resource = object_rename(e, names, r->arena);
        if (list->count >= RESOURCES_COMPARED || !is_listed(list, resource))
            json_push(list, json_alias(r->arena, resource));
    }
    return list->child ? list : NULL;
}

/* ---- TLS ---- */

static bool is_placeholder(str version)
{
    return str_eq(version, S("tlsVersion"));
}

/* "TLSv1.2" → "tls"; "1.3" has none. arg 1: "1.2". */
static const struct json *tls_version(const struct row_input *r)
{
    str text = json_text(r->in[0]);
    if (!text.ptr || is_placeholder(text))
        return NULL;
    size_t v = str_find_byte(text, 'v', 0);
    if (r->row->arg)
        return json_new_string(r->arena, v == SIZE_MAX ? text : str_slice(text, v + 1, text.len));
    return v == SIZE_MAX ? NULL
                         : json_new_string(r->arena, ascii_lower(str_slice(text, 0, v), r->arena));
}

/* value, tlsDetails.tlsVersion */
static const struct json *tls_other(const struct row_input *r)
{
    return is_placeholder(json_text(r->in[1])) ? NULL : r->in[0];
}

/* ---- Digests ---- */

/* previousDigestSignature, previousDigestHashAlgorithm */
static const struct json *digest_hash(const struct row_input *r)
{
    return json_is_text(r->in[1], S("SHA-256")) ? r->in[0] : NULL;
}

#define USER "aws.cloudtrail.user_identity."
#define SESSION USER "session_context."
#define ISSUER "userIdentity.sessionContext.sessionIssuer."
#define FLAT "aws.cloudtrail.flattened."
#define DIGEST FLAT "digest."
#define LOGIN "aws.cloudtrail.console_login.additional_eventdata."

static const struct row rows[] = {
    {"@timestamp", "eventTime", row_date, 0, NULL, 0},
    {"@timestamp", "digestEndTime", row_date, 0, NULL, ROW_TAIL},
    {"event.action", "eventName", NULL, 0, NULL, 0},
    {"event.provider", "eventSource", NULL, 0, NULL, 0},
    {"event.id", "eventID", NULL, 0, NULL, 0},
    {"event.outcome", "errorCode errorMessage eventName responseElements.ConsoleLogin", outcome, 0,
     NULL, ROW_SOME},
    {"event.type", "eventName", event_type, 0, NULL, ROW_TAIL | ROW_FEW},
    {"event.category", "eventName", event_category, 0, NULL, ROW_TAIL | ROW_FEW},
    {"aws.cloudtrail.error_code", "errorCode", NULL, 0, NULL, 0},
    {"aws.cloudtrail.error_message", "errorMessage", NULL, 0, NULL, 0},
    {"cloud.provider", "", row_constant, 0, "aws", 0},
    {"cloud.region", "awsRegion", NULL, 0, NULL, 0},
    {"cloud.account.id", "userIdentity.accountId awsAccountId recipientAccountId", row_first, 0,
     NULL, ROW_SOME},
    {"aws.cloudtrail.recipient_account_id", "recipientAccountId", NULL, 0, NULL, 0},

    {USER "type", "userIdentity.type", NULL, 0, NULL, 0},
    {USER "arn", "userIdentity.arn", NULL, 0, NULL, 0},
    {USER "access_key_id", "userIdentity.accessKeyId", NULL, 0, NULL, 0},
    {USER "invoked_by", "userIdentity.invokedBy", NULL, 0, NULL, 0},
    {SESSION "session_issuer.type", ISSUER "type", NULL, 0, NULL, 0},
    {SESSION "session_issuer.principal_id", ISSUER "principalId", NULL, 0, NULL, 0},
    {SESSION "session_issuer.arn", ISSUER "arn", NULL, 0, NULL, 0},
    {SESSION "session_issuer.account_id", ISSUER "accountId", NULL, 0, NULL, 0},
    {SESSION "mfa_authenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated", NULL,
     0, NULL, 0},
    {SESSION "creation_date", "userIdentity.sessionContext.attributes.creationDate", row_date, 0,
     NULL, 0},
    {"aws.cloudtrail.session_credential_from_console", "sessionCredentialFromConsole", NULL, 0,
     NULL, 0},
    {"user.id", "userIdentity.principalId userIdentity.type userIdentity.onBehalfOf.userId",
     user_id, 0, NULL, ROW_SOME},
    {"user.name", USER_NAME_RAW, user_name, 0, NULL, ROW_SOME},
    {"user.email", USER_NAME_RAW, user_email, 0, NULL, ROW_SOME},
    {"user.target.name", "requestParameters.userName", NULL, 0, NULL, 0},
    {"user.target.id", "responseElements.user.userId", NULL, 0, NULL, 0},
    {"user.changes.name", "requestParameters.newUserName", NULL, 0, NULL, 0},
    {"group.name", "requestParameters.groupName", NULL, 0, NULL, 0},
    {"group.id", "responseElements.group.groupId", NULL, 0, NULL, 0},
    {"related.user", "userIdentity.userName", NULL, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", "requestParameters.userName", NULL, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", "requestParameters.newUserName", NULL, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", "responseElements.user.userId", NULL, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", "userIdentity.principalId userIdentity.type userIdentity.onBehalfOf.userId",
     user_id, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", USER_NAME_RAW, user_name, 0, NULL, ROW_APPEND | ROW_SOME},
    {"related.user", "userIdentity.arn userIdentity.type", session_name, 0, NULL,
     ROW_APPEND | ROW_SOME | ROW_FIRST},

    {"source.address", "sourceIPAddress", NULL, 0, NULL, 0},
    {"source.ip", "sourceIPAddress", row_ip, 0, NULL, 0},
    {"source.geo", "sourceIPAddress", row_place, 0, NULL, ROW_TAIL | ROW_FEW},
    {"source.as", "sourceIPAddress", row_network, 0, NULL, ROW_TAIL | ROW_FEW},
    {"user_agent.original", "userAgent", NULL, 0, NULL, 0},
    {"user_agent.name", "userAgent", row_user_agent, 0, "name", ROW_TAIL | ROW_FEW},
    {"user_agent.version", "userAgent", row_user_agent, 0, "version", ROW_TAIL | ROW_FEW},
    {"user_agent.os.name", "userAgent", row_user_agent, 0, "os.name", ROW_TAIL | ROW_FEW},
    {"user_agent.os.version", "userAgent", row_user_agent, 0, "os.version", ROW_TAIL | ROW_FEW},
    {"user_agent.os.full", "userAgent", row_user_agent, 0, "os.full", ROW_TAIL | ROW_FEW},
    {"user_agent.device.name", "userAgent", row_user_agent, 0, "device.name", ROW_TAIL | ROW_FEW},

    {"aws.cloudtrail.request_parameters", "requestParameters", part_text, 0, NULL, 0},
    {FLAT "request_parameters", "requestParameters", part_object, 0, NULL, 0},
    {"aws.cloudtrail.response_elements", "responseElements", part_text, 0, NULL, 0},
    {FLAT "response_elements", "responseElements", part_object, 0, NULL, 0},
    {"aws.cloudtrail.additional_eventdata", ADDITIONAL_RAW, additional_text, 0, NULL, ROW_FIRST},
    {FLAT "additional_eventdata", ADDITIONAL_RAW, additional_object, 0, NULL, ROW_FIRST},
    {"aws.cloudtrail.service_event_details", "serviceEventDetails", part_text, 0, NULL, ROW_TAIL},
    {FLAT "service_event_details", "serviceEventDetails", part_object, 0, NULL, ROW_TAIL},
    {FLAT "insight_details", "insightDetails", NULL, 0, NULL, ROW_TAIL},

    {"aws.cloudtrail.request_id", "requestID", NULL, 0, NULL, 0},
    {"aws.cloudtrail.event_type", "eventType", NULL, 0, NULL, 0},
    {"aws.cloudtrail.event_version", "eventVersion", NULL, 0, NULL, 0},
    {"aws.cloudtrail.event_category", "eventCategory", NULL, 0, NULL, 0},
    {"aws.cloudtrail.api_version", "apiVersion", NULL, 0, NULL, ROW_TAIL},
    {"aws.cloudtrail.management_event", "managementEvent", NULL, 0, NULL, ROW_TAIL},
    {"aws.cloudtrail.read_only", "readOnly", NULL, 0, NULL, 0},
    {"aws.cloudtrail.vpc_endpoint_id", "vpcEndpointId", NULL, 0, NULL, ROW_TAIL},
    {"aws.cloudtrail.shared_event_id", "sharedEventId", NULL, 0, NULL, ROW_TAIL},
    {"aws.cloudtrail.resources", "resources", resources, 0, NULL, 0},
    {LOGIN "mobile_version", "additionalEventData.MobileVersion eventName", login_flag, 0, NULL,
     ROW_TAIL | ROW_FIRST},
    {LOGIN "login_to", "additionalEventData.LoginTo eventName", login_value, 0, NULL,
     ROW_TAIL | ROW_FIRST},
    {LOGIN "mfa_used", "additionalEventData.MFAUsed eventName", login_flag, 0, NULL, ROW_FIRST},
    {"tls.version_protocol", "tlsDetails.tlsVersion", tls_version, 0, NULL, ROW_TAIL | ROW_FEW},
    {"tls.version", "tlsDetails.tlsVersion", tls_version, 1, NULL, ROW_TAIL | ROW_FEW},
    {"tls.cipher", "tlsDetails.cipherSuite tlsDetails.tlsVersion", tls_other, 0, NULL,
     ROW_TAIL | ROW_FIRST},
    {"tls.client.server_name", "tlsDetails.clientProvidedHostHeader tlsDetails.tlsVersion",
     tls_other, 0, NULL, ROW_FIRST},

    {"actor.entity.id", ACTOR_RAW, row_actor, 0, TAG_ENTITIES, ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"target.entity.id", TARGET_RAW, row_targets, ENTITY_ANY, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"related.entity", ACTOR_RAW, row_actor, 0, TAG_ENTITIES, ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"related.entity", TARGET_RAW, row_targets, ENTITY_ANY, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"user.target.entity.id", TARGET_RAW, row_targets, ENTITY_USER, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"host.target.entity.id", TARGET_RAW, row_targets, ENTITY_HOST, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"service.target.entity.id", TARGET_RAW, row_targets, ENTITY_SERVICE, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},
    {"entity.target.id", TARGET_RAW, row_targets, ENTITY_OTHER, TAG_ENTITIES,
     ROW_APPEND | ROW_TAIL | ROW_TAGGED},

    {"file.path", "digestS3Object", NULL, 0, NULL, ROW_TAIL},
    {"file.hash.sha256", "previousDigestSignature previousDigestHashAlgorithm", digest_hash, 0,
     NULL, ROW_TAIL | ROW_FIRST},
    {"related.hash", "previousDigestSignature previousDigestHashAlgorithm", digest_hash, 0, NULL,
     ROW_APPEND | ROW_TAIL | ROW_FIRST},
    {DIGEST "log_files", "logFiles", NULL, 0, NULL, ROW_TAIL},
    {DIGEST "start_time", "digestStartTime", row_date, 0, NULL, ROW_TAIL},
    {DIGEST "end_time", "digestEndTime", row_date, 0, NULL, ROW_TAIL},
    {DIGEST "s3_bucket", "digestS3Bucket", NULL, 0, NULL, ROW_TAIL},
    {DIGEST "newest_event_time", "newestEventTime", row_date, 0, NULL, ROW_TAIL},
    {DIGEST "oldest_event_time", "oldestEventTime", row_date, 0, NULL, ROW_TAIL},
    {DIGEST "previous_s3_bucket", "previousDigestS3Bucket", NULL, 0, NULL, ROW_TAIL},
    {DIGEST "previous_hash_algorithm", "previousDigestHashAlgorithm", NULL, 0, NULL, ROW_TAIL},
    {DIGEST "public_key_fingerprint", "publicKeyFingerprint", NULL, 0, NULL, ROW_TAIL},
    {DIGEST "signature_algorithm", "digestSignatureAlgorithm", NULL, 0, NULL, ROW_TAIL},
};

static const struct field fields[] = {
    KEYWORD("aws.cloudtrail.error_code"),
    KEYWORD("aws.cloudtrail.error_message"),
    KEYWORD("aws.cloudtrail.recipient_account_id"),
    KEYWORD(USER "type"),
    KEYWORD(USER "arn"),
    KEYWORD(USER "access_key_id"),
    KEYWORD(USER "invoked_by"),
    KEYWORD(SESSION "session_issuer.type"),
    KEYWORD(SESSION "session_issuer.principal_id"),
    KEYWORD(SESSION "session_issuer.arn"),
    KEYWORD(SESSION "session_issuer.account_id"),
    KEYWORD(SESSION "mfa_authenticated"),
    DATE(SESSION "creation_date"),
    KEYWORD("aws.cloudtrail.session_credential_from_console"),
    KEYWORD("aws.cloudtrail.request_parameters"),
    KEYWORD("aws.cloudtrail.response_elements"),
    KEYWORD("aws.cloudtrail.additional_eventdata"),
    KEYWORD("aws.cloudtrail.service_event_details"),
    KEYWORD("aws.cloudtrail.request_id"),
    KEYWORD("aws.cloudtrail.event_type"),
    KEYWORD("aws.cloudtrail.event_version"),
    KEYWORD("aws.cloudtrail.event_category"),
    KEYWORD("aws.cloudtrail.api_version"),
    KEYWORD("aws.cloudtrail.management_event"),
    BOOLEAN("aws.cloudtrail.read_only"),
    KEYWORD("aws.cloudtrail.vpc_endpoint_id"),
    KEYWORD("aws.cloudtrail.shared_event_id"),
    KEYWORD("aws.cloudtrail.resources.arn"),
    KEYWORD("aws.cloudtrail.resources.account_id"),
    KEYWORD("aws.cloudtrail.resources.type"),
    KEYWORD("aws.cloudtrail.resources.*"),
    BOOLEAN(LOGIN "mobile_version"),
    KEYWORD(LOGIN "login_to"),
    BOOLEAN(LOGIN "mfa_used"),
    DATE(DIGEST "start_time"),
    DATE(DIGEST "end_time"),
    DATE(DIGEST "newest_event_time"),
    DATE(DIGEST "oldest_event_time"),
    KEYWORD(FLAT "*"),
    ROOT(FLAT "request_parameters"),
    ROOT(FLAT "response_elements"),
    ROOT(FLAT "additional_eventdata"),
    ROOT(FLAT "service_event_details"),
    ROOT(FLAT "insight_details"),
    KEYWORD("actor.entity.id"),
    KEYWORD("target.entity.id"),
    KEYWORD("entity.target.id"),
    KEYWORD("related.entity"),
    KEYWORD("user.target.entity.id"),
    KEYWORD("host.target.entity.id"),
    KEYWORD("service.target.entity.id"),
};

static const struct shape shapes[] = {
    {.keys = "eventName:s eventSource:s"},
    {.keys = "insightDetails:o"},
    {.keys = "digestS3Object:s logFiles:a"},
    {.keys = "userIdentity:o eventVersion eventTime"},
};

static const struct row_rule rules[] = {
    {user_name, "the issuer's name for AssumedRole and FederatedUser, else the user's own; for "
                "UserAuthentication the one in the additional data"},
    {user_email, "the user name when it holds an @ that is not its first byte"},
    {user_id, "the principal; for an IdentityCenterUser the user it acts for"},
    {session_name, "what follows the last / of an sts ARN, for AssumedRole and FederatedUser"},
    {outcome,
     "failure when there is an error code or message; a ConsoleLogin says itself how it went"},
    {event_category, "looked up by event name"},
    {event_type, "looked up by event name, else info"},
    {part_text, "as text {key=value, …} in the order of a Java hash map"},
    {part_object, "the object, when its text is shorter than 32766 UTF-16 units"},
    {additional_text, "as text {key=value, …}, without the UserName of a UserAuthentication"},
    {additional_object, "the object, without the UserName of a UserAuthentication"},
    {login_flag, "for ConsoleLogin: true unless it is No"},
    {login_value, "for ConsoleLogin: as it is"},
    {resources, "each once by arn, account and type, ARN and accountId renamed"},
    {tls_version, "the parts before and behind the v of TLSv1.2; a placeholder is nothing"},
    {tls_other, "as it is, unless the version is a placeholder"},
    {row_actor, "who acts, with the tag " TAG_ENTITIES},
    {row_targets, "what is acted on, with the tag " TAG_ENTITIES},
    {digest_hash, "as it is, when the algorithm is SHA-256"},
};

const struct source source_aws_cloudtrail = {
    .dataset = "aws.cloudtrail",
    .module = "aws",
    .doc = "AWS CloudTrail events, Insight records and digest files",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .rows = rows,
    .n_rows = sizeof(rows) / sizeof(rows[0]),
    .fields = fields,
    .n_fields = sizeof(fields) / sizeof(fields[0]),
    .rules = rules,
    .n_rules = sizeof(rules) / sizeof(rules[0]),
    .id = "eventID",
    .categories =
        "api|authentication|configuration|database|file|host|iam|network|package|process|session",
    .clean = CLEAN_RECORD,
    .operation = "eventName",
    .opening = "eventVersion",
};
