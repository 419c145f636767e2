/* SPDX-License-Identifier: Apache-2.0 */
/* Actors and targets of CloudTrail events; see aws_entities.h. */
#include "sources/aws_entities.h"

#include "sources/member.h"

static bool is_wanted(const struct row_input *r)
{
    for (size_t i = 0; i < r->n_tags; i++)
        if (str_eq(r->tags[i], S(TAG_ENTITIES)))
            return true;
    return false;
}

/* The inputs of ACTOR_RAW in order. Only sts has an AssumeRole: there the one who assumes counts, not the session that results. */
const struct json *row_actor(const struct row_input *r)
{
    const struct json *actor = NULL;
    if (!is_wanted(r))
        return NULL;
    if (json_is_text(r->in[5], S("AssumeRole"))) {
        if (json_is_text(r->in[1], S("AWSService")))
            actor = r->in[2];
        else if (json_is_text(r->in[1], S("AssumedRole")))
            actor = r->in[3];
    }
    if (!actor)
        actor = r->in[0];
    return actor ? actor : r->in[4];
}

/* ---- Kinds ---- */

static bool starts_with_any(str s, const char *const *prefixes)
{
    for (; *prefixes; prefixes++)
        if (str_starts(s, str_from(*prefixes)))
            return true;
    return false;
}

static bool is_any(str s, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(s, str_from(*words)))
            return true;
    return false;
}

/* "arn:aws:iam::1:role/x" → "role"; an S3 ARN has none. */
static str arn_type(str arn)
{
    str part = {0};
    for (int i = 0; i < 6 && arn.ptr; i++) {
        if (i == 5)
            part = arn;
        else
            str_split(&arn, ':', &part);
    }
    size_t end = 0;
    while (end < part.len && part.ptr[end] != '/' && part.ptr[end] != ':')
        end++;
    return str_slice(part, 0, end);
}

static enum entity_kind kind_of(str id)
{
    static const char *const users[] = {
        "user", "role", "assumed-role", "federated-user", "instance-profile", "mfa", NULL};
    static const char *const hosts[] = {"instance", "volume", "snapshot", "image", NULL};
    static const char *const host_ids[] = {"i-", "vol-", "snap-", "ami-", NULL};
    static const char *const service_ids[] = {"sg-",  "sgr-", "eni-", "vpc-", "subnet-",
                                              "acl-", "rtb-", "igw-", "nat-", "vpce-",
                                              "tgw-", "pcx-", NULL};
    if (str_starts(id, S("arn:"))) {
        if (str_find(id, S("/AWSServiceRoleFor"), 0) != SIZE_MAX ||
            str_find(id, S("/aws-service-role/"), 0) != SIZE_MAX)
            return ENTITY_SERVICE;
        str type = arn_type(id);
        return is_any(type, users)   ? ENTITY_USER
               : is_any(type, hosts) ? ENTITY_HOST
                                     : ENTITY_SERVICE;
    }
    if (id.len == 20 && str_starts(id, S("AKIA")))
        return ENTITY_USER;
    if (starts_with_any(id, host_ids))
        return ENTITY_HOST;
    return starts_with_any(id, service_ids) ? ENTITY_SERVICE : ENTITY_OTHER;
}

/* ---- Targets ---- */

struct rule {
    const char *source, *names, *paths;
};

static const struct rule rules[] = {
#define ENTITY(source, names, paths) {source, names, paths},
#include "sources/aws_entities.def"
#undef ENTITY
};

static bool has_name(const char *names, str name)
{
    str rest = str_from(names), one;
    while (str_split(&rest, ' ', &one)) {
        bool anywhere = str_starts(one, S("*"));
        if (anywhere ? str_find(name, str_slice(one, 1, one.len), 0) != SIZE_MAX
                     : str_eq(one, name))
            return true;
    }
    return false;
}

static const struct rule *rule_of(str source, str name)
{
    const str domain = S(".amazonaws.com");
    if (!source.ptr || !name.ptr || !str_ends(source, domain))
        return NULL;
    str service = str_slice(source, 0, source.len - domain.len);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (str_eq(service, str_from(rules[i].source)) && has_name(rules[i].names, name))
            return &rules[i];
    return NULL;
}

/* The values at a raw path: its first step names the input. */
static const struct json *values_at(const struct row_input *r, str path)
{
    static const char *const inputs[] = {
        "", "", "requestParameters", "responseElements", "resources", "recipientAccountId"};
    str first;
    str_split(&path, '.', &first);
    for (size_t i = 2; i < sizeof(inputs) / sizeof(inputs[0]); i++)
        if (str_eq(first, str_from(inputs[i])))
            return member_gather(r->in[i], path, MEMBER_TEXT, r->arena);
    return NULL;
}

static void add_targets(const struct row_input *r, const struct json *values, struct json *list)
{
    for (const struct json *v = values ? values->child : NULL; v; v = v->next) {
        /* A command sent to every instance is one to the account. */
        const struct json *target = json_is_text(v, S("*")) && r->in[5] ? r->in[5] : v;
        str id = json_text(target);
        if (id.len > 0 && (r->row->arg == ENTITY_ANY || r->row->arg == (intptr_t)kind_of(id)))
            json_push(list, json_new_string(r->arena, id));
    }
}

const struct json *row_targets(const struct row_input *r)
{
    if (!is_wanted(r))
        return NULL;
    const struct rule *rule = rule_of(json_text(r->in[0]), json_text(r->in[1]));
    if (!rule)
        return NULL;
    struct json *list = json_new(r->arena, JSON_ARRAY);
    str paths = str_from(rule->paths), path;
    while (str_split(&paths, ' ', &path)) {
        add_targets(r, values_at(r, path), list);
        /* Of a command's two places the first that is there. */
        if (list->child && str_eq(json_text(r->in[1]), S("SendCommand")))
            break;
    }
    return list->child ? list : NULL;
}
