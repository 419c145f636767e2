/* SPDX-License-Identifier: Apache-2.0 */
/* Row functions shared by the sources: constants, case, addresses, numbers; and the rows that every source ends with. */
#include "sources/row.h"

#include "base/ip.h"
#include "sources/member.h"

const struct json *row_constant(const struct row_input *r)
{
    return json_new_string(r->arena, str_from(r->row->text));
}

const struct json *row_first(const struct row_input *r)
{
    for (size_t i = 0; i < ROW_INPUTS; i++)
        if (r->in[i])
            return r->in[i];
    return NULL;
}

str ascii_lower(str s, struct arena *a)
{
    char *bytes = arena_push_raw(a, 1, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        bytes[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] | 0x20) : s.ptr[i];
    return (str){bytes, s.len};
}

const struct json *row_lower(const struct row_input *r)
{
    bool text = json_is(r->in[0], JSON_STRING);
    return text ? json_new_string(r->arena, ascii_lower(r->in[0]->text, r->arena)) : NULL;
}

const struct json *row_array(const struct row_input *r)
{
    return json_is(r->in[0], JSON_ARRAY) ? r->in[0] : NULL;
}

const struct json *row_object(const struct row_input *r)
{
    return json_is(r->in[0], JSON_OBJECT) ? r->in[0] : NULL;
}

const struct json *row_ip(const struct row_input *r)
{
    struct ip ip;
    return json_is(r->in[0], JSON_STRING) && ip_parse(r->in[0]->text, &ip) ? r->in[0] : NULL;
}

const struct json *row_not_ip(const struct row_input *r)
{
    return row_ip(r) ? NULL : r->in[0];
}

const struct json *row_long(const struct row_input *r)
{
    int64_t value;
    if (json_is(r->in[0], JSON_NUMBER))
        return r->in[0];
    return str_to_i64(json_text(r->in[0]), &value) ? json_new_i64(r->arena, value) : NULL;
}

const struct json *row_milliseconds(const struct row_input *r)
{
    const int64_t factor = 1000000;
    if (!json_is(r->in[0], JSON_NUMBER) && !json_is(r->in[0], JSON_STRING))
        return NULL;
    int64_t whole;
    double real;
    str text = r->in[0]->text;
    if (str_to_i64(text, &whole) && whole <= INT64_MAX / factor && whole >= INT64_MIN / factor)
        return json_new_i64(r->arena, whole * factor);
    if (str_to_double(text, &real) && real < 9e12 && real > -9e12)
        return json_new_i64(r->arena, (int64_t)(real * (double)factor));
    return NULL;
}

/* ---- Addresses ---- */

const struct json *row_place(const struct row_input *r)
{
    const struct json *ip = r->enrichment ? row_ip(r) : NULL;
    return ip ? enrichment_place(r->enrichment, ip->text, r->arena) : NULL;
}

const struct json *row_network(const struct row_input *r)
{
    const struct json *ip = r->enrichment ? row_ip(r) : NULL;
    return ip ? enrichment_network(r->enrichment, ip->text, r->arena) : NULL;
}

/* ---- Members ---- */

static bool has_tag(const struct row_input *r, str tag)
{
    for (size_t i = 0; i < r->n_tags; i++)
        if (str_eq(r->tags[i], tag))
            return true;
    return false;
}

const struct json *row_member(const struct row_input *r)
{
    return member_value(r->source->members[r->row->arg], r->in[0], has_tag(r, S(TAG_KEEP_COPIES)),
                        r->arena);
}

const struct json *row_as(const struct row_input *r)
{
    return member_convert(r->in[0], (enum member_kind)r->row->arg, r->arena);
}

const struct json *row_copied(const struct row_input *r)
{
    return has_tag(r, S(TAG_KEEP_COPIES)) ? row_as(r) : NULL;
}

const struct json *row_gather(const struct row_input *r)
{
    return member_gather(r->in[0], str_from(r->row->text), (enum member_kind)r->row->arg, r->arena);
}

const struct json *row_gather_last(const struct row_input *r)
{
    const struct json *list = row_gather(r);
    return list ? list->last : NULL;
}

/* ---- Rows of every source ---- */

const struct json *row_original(const struct row_input *r)
{
    return json_new_string(r->arena, r->text);
}

static const struct json *dataset(const struct row_input *r)
{
    return json_new_string(r->arena, str_from(r->source->dataset));
}

static const struct json *module(const struct row_input *r)
{
    return json_new_string(r->arena, str_from(r->source->module));
}

static const struct json *tags(const struct row_input *r)
{
    if (r->n_tags == 0)
        return NULL;
    struct json *list = json_new(r->arena, JSON_ARRAY);
    for (size_t i = 0; i < r->n_tags; i++)
        json_push(list, json_new_string(r->arena, r->tags[i]));
    return list;
}

static const struct row common[] = {
    {.field = "event.original", .fn = row_original, .flags = ROW_TEXT},
    {.field = "tags", .fn = tags, .flags = ROW_APPEND},
    {.field = "event.dataset", .fn = dataset},
    {.field = "event.module", .fn = module},
    {.field = "event.kind", .fn = row_constant, .text = "event"},
    {.field = "data_stream.type", .fn = row_constant, .text = "logs"},
    {.field = "data_stream.dataset", .fn = dataset},
    {.field = "data_stream.namespace", .fn = row_constant, .text = "default"},
    {.field = "ecs.version", .fn = row_constant, .text = "8.11.0"},
};

static const struct row_rule common_rules[] = {
    {row_constant, "a constant"},
    {row_first, "the first that is there"},
    {row_lower, "in lower case"},
    {row_date, "as a UTC date with milliseconds"},
    {row_ip, "when it is an IP address"},
    {row_not_ip, "when it is no IP address"},
    {row_milliseconds, "milliseconds to nanoseconds"},
    {row_array, "when it is a list"},
    {row_object, "when it is an object"},
    {row_long, "as an integer"},
    {row_member, "the object, its keys renamed"},
    {row_user_agent, "that part of the user agent"},
    {row_place, "the address's place, with --geoip-city"},
    {row_network, "the address's network, with --geoip-asn"},
    {row_azure_resource, "that part of the resource id"},
    {row_original, "the text of the record"},
    {dataset, "the data set"},
    {module, "the module"},
    {tags, "the tags given with --tag"},
};

/* Kinds of values in words; NULL for the plain ones. */
static const char *kind_word(intptr_t kind)
{
    switch ((enum member_kind)kind) {
    case MEMBER_LONG:
        return "as an integer";
    case MEMBER_DOUBLE:
        return "as a number";
    case MEMBER_BOOLEAN:
        return "as true or false";
    case MEMBER_TEXT:
        return "as text";
    case MEMBER_IP:
        return "when it is an IP address";
    case MEMBER_DATE:
        return "as a UTC date with milliseconds";
    case MEMBER_MAC:
        return "in capitals with dashes";
    case MEMBER_KEEP:
    case MEMBER_FREE:
    case MEMBER_OBJECT:
    case MEMBER_LIST:
        break;
    }
    return "as it is";
}

static const char *rule_of(const struct row_rule *rules, size_t n, row_fn *fn)
{
    for (size_t i = 0; i < n; i++)
        if (rules[i].fn == fn)
            return rules[i].doc;
    return NULL;
}

str row_describe(const struct source *s, const struct row *r, struct arena *a)
{
    if (r->flags & ROW_REST)
        return S("every key that no other row reads");
    if (!r->fn)
        return S("as it is");
    if (r->fn == row_constant)
        return arena_printf(a, "the constant %s", r->text);
    if (r->fn == row_as)
        return str_from(kind_word(r->arg));
    if (r->fn == row_copied)
        return arena_printf(a, "%s, with the tag " TAG_KEEP_COPIES, kind_word(r->arg));
    if (r->fn == row_gather)
        return arena_printf(a, "all values at %s, %s", r->text, kind_word(r->arg));
    if (r->fn == row_gather_last)
        return arena_printf(a, "the last value at %s, %s", r->text, kind_word(r->arg));
    const char *doc = rule_of(s->rules, s->n_rules, r->fn);
    if (!doc)
        doc = rule_of(common_rules, sizeof(common_rules) / sizeof(common_rules[0]), r->fn);
    return str_from(doc ? doc : "");
}

const struct row *rows_common(bool ecs, size_t *n)
{
    const size_t for_documents = 2;
    *n = ecs ? for_documents : sizeof(common) / sizeof(common[0]);
    return common;
}

/* ---- Objects ---- */

struct json *json_shallow(const struct json *node, struct arena *a)
{
    struct json *copy = json_alias(a, node);
    copy->child = copy->last = copy->next = NULL;
    copy->count = 0;
    copy->as_written = false;
    for (const struct json *m = node->child; m; m = m->next) {
        struct json *member = json_alias(a, m);
        if (node->type == JSON_OBJECT)
            json_add(copy, m->key, member);
        else
            json_push(copy, member);
    }
    copy->raw_count = node->raw_count;
    return copy;
}

const struct json *object_rename(const struct json *object, const char *const *names,
                                 struct arena *a)
{
    if (!json_is(object, JSON_OBJECT))
        return object;
    bool needed = false;
    for (const char *const *name = names; *name; name += 2)
        needed |= json_get(object, str_from(*name)) != NULL;
    if (!needed)
        return object;
    struct json *copy = json_shallow(object, a);
    for (const char *const *name = names; *name; name += 2) {
        struct json *member = json_remove(copy, str_from(name[0]));
        if (member && name[1] && !json_get(copy, str_from(name[1])))
            json_add(copy, str_from(name[1]), member);
    }
    return copy;
}
