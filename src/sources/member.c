/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of members, applied; see member.h. */
#include "sources/member.h"

#include "base/ip.h"
#include "base/time.h"
#include "sources/row.h"

/* ---- Scalars ---- */

static const struct json *to_long(const struct json *v, struct arena *a)
{
    const double exact =
        9007199254740992.0; /* 2^53: above, a double does not tell integers apart */
    int64_t whole;
    double real;
    str text = v->text;
    if (str_to_i64(text, &whole))
        return v->type == JSON_NUMBER ? v : json_new_i64(a, whole);
    if (!str_to_double(text, &real) || !(real > -exact && real < exact))
        return NULL;
    whole = (int64_t)real;
    return (double)whole == real ? json_new_i64(a, whole) : NULL;
}

static const struct json *to_double(const struct json *v, struct arena *a)
{
    double real;
    if (v->type == JSON_NUMBER)
        return v;
    return str_to_double(v->text, &real) ? json_new_double(a, real) : NULL;
}

static const struct json *to_boolean(const struct json *v, struct arena *a)
{
    if (v->type == JSON_BOOL)
        return v;
    bool yes = str_eq_nocase(json_text(v), S("true"));
    return yes || str_eq_nocase(json_text(v), S("false")) ? json_new_bool(a, yes) : NULL;
}

static const struct json *to_text(const struct json *v, struct arena *a)
{
    if (v->type == JSON_BOOL)
        return json_new_string(a, v->boolean ? S("true") : S("false"));
    return v->type == JSON_NUMBER ? json_new_string(a, v->text) : v;
}

static const struct json *to_mac(const struct json *v, struct arena *a)
{
    char *out = arena_push_raw(a, 1, v->text.len + 1);
    for (size_t i = 0; i < v->text.len; i++) {
        char c = v->text.ptr[i];
        out[i] = c == ':' || c == '.' ? '-' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return json_new_string(a, (str){out, v->text.len});
}

static const struct json *scalar(const struct json *v, enum member_kind kind, struct arena *a)
{
    struct ip ip;
    int64_t time;
    bool text = v->type == JSON_STRING, number = v->type == JSON_NUMBER;
    switch (kind) {
    case MEMBER_KEEP:
    case MEMBER_FREE:
        return v;
    case MEMBER_LONG:
        return text || number ? to_long(v, a) : NULL;
    case MEMBER_DOUBLE:
        return text || number ? to_double(v, a) : NULL;
    case MEMBER_BOOLEAN:
        return to_boolean(v, a);
    case MEMBER_TEXT:
        return to_text(v, a);
    case MEMBER_IP:
        return text && ip_parse(v->text, &ip) ? v : NULL;
    case MEMBER_DATE:
        return (text || number) && date_iso_or_epoch(v->text, &time) ? date_text(time, a) : NULL;
    case MEMBER_MAC:
        return text ? to_mac(v, a) : NULL;
    case MEMBER_OBJECT:
    case MEMBER_LIST:
        break;
    }
    return NULL;
}

const struct json *member_convert(const struct json *value, enum member_kind kind, struct arena *a)
{
    if (!value || value->type == JSON_NULL)
        return NULL;
    if (kind == MEMBER_KEEP || kind == MEMBER_FREE)
        return value;
    if (value->type == JSON_OBJECT)
        return NULL;
    if (value->type != JSON_ARRAY)
        return scalar(value, kind, a);
    struct json *list = json_new(a, JSON_ARRAY);
    for (const struct json *e = value->child; e; e = e->next) {
        const struct json *converted = member_convert(e, kind, a);
        if (converted)
            json_push(list, json_alias(a, converted));
    }
    return list->child ? list : NULL;
}

/* ---- Objects ---- */

/* Adds a value under a key; what is there already stays, objects on both sides are joined. */
static void put(struct json *object, str key, const struct json *value, struct arena *a)
{
    struct json *there = json_get(object, key);
    if (!there)
        json_add(object, key, json_alias(a, value));
    else if (there->type == JSON_OBJECT && value->type == JSON_OBJECT) {
        json_own(there, a);
        json_join(there, value, a);
    }
}

/* The same at a path, with objects made on the way. */
static void put_at(struct json *object, str path, const struct json *value, struct arena *a)
{
    str step;
    while (str_split(&path, '.', &step) && path.ptr) {
        struct json *next = json_get(object, step);
        if (!next) {
            next = json_new(a, JSON_OBJECT);
            json_add(object, step, next);
        }
        if (next->type != JSON_OBJECT)
            return;
        object = next;
    }
    put(object, step, value, a);
}

static const struct member *member_of(const struct member *table, str key)
{
    for (const struct member *m = table; m->raw; m++)
        if (str_eq(str_from(m->raw), key))
            return m;
    return NULL;
}

struct reshaping {
    struct arena *arena;
    bool keep_copies;
    bool rest; /* below a list: what no table names stays where it is */
};

static const struct json *reshape(const struct reshaping *r, const struct member *m,
                                  const struct json *value, const struct json **left);

/* The members of `object` that a table names, under their new paths. *left: those that it does not name, or NULL. */
static struct json *reshape_object(const struct reshaping *r, const struct member *table,
                                   const struct json *object, struct json **left)
{
    struct json *out = json_new(r->arena, JSON_OBJECT);
    *left = NULL;
    for (const struct json *v = object->child; v; v = v->next) {
        const struct member *m = member_of(table, v->key);
        const struct json *inner_left = m ? NULL : v;
        const struct json *value = m ? reshape(r, m, v, &inner_left) : NULL;
        if (value)
            put_at(out, str_from(m->to), value, r->arena);
        if (!inner_left || !r->rest)
            continue;
        if (!*left)
            *left = json_new(r->arena, JSON_OBJECT);
        json_add(*left, v->key, json_alias(r->arena, inner_left));
    }
    return out;
}

/* An element of a list: what is named and what is left are one object again. */
static const struct json *reshape_element(const struct reshaping *r, const struct member *table,
                                          const struct json *element)
{
    const struct reshaping inside = {r->arena, r->keep_copies, true};
    struct json *left;
    if (element->type != JSON_OBJECT)
        return element;
    struct json *out = reshape_object(&inside, table, element, &left);
    if (left)
        json_join(out, left, r->arena);
    return out;
}

static const struct json *reshape(const struct reshaping *r, const struct member *m,
                                  const struct json *value, const struct json **left)
{
    struct json *inner_left;
    *left = NULL;
    if (m->kind == MEMBER_LIST) {
        if (value->type != JSON_ARRAY)
            return reshape_element(r, m->inside, value);
        struct json *list = json_new(r->arena, JSON_ARRAY);
        for (const struct json *e = value->child; e; e = e->next)
            json_push(list, json_alias(r->arena, reshape_element(r, m->inside, e)));
        return list;
    }
    if (m->kind == MEMBER_OBJECT) {
        if (value->type != JSON_OBJECT) {
            *left = value;
            return NULL;
        }
        const struct json *out = reshape_object(r, m->inside, value, &inner_left);
        *left = inner_left;
        return out->child ? out : NULL;
    }
    return m->copied && !r->keep_copies ? NULL : member_convert(value, m->kind, r->arena);
}

const struct json *member_value(const struct member *m, const struct json *value, bool keep_copies,
                                struct arena *a)
{
    const struct reshaping r = {a, keep_copies, false};
    const struct json *left;
    return value ? reshape(&r, m, value, &left) : NULL;
}

/* ---- Copies ---- */

static void gather(struct json *list, const struct json *node, str path, enum member_kind kind,
                   struct arena *a)
{
    if (!node || node->type == JSON_NULL)
        return;
    bool whole = path.len == 0 && kind == MEMBER_FREE;
    if (node->type == JSON_ARRAY && !whole) {
        for (const struct json *e = node->child; e; e = e->next)
            gather(list, e, path, kind, a);
        return;
    }
    str step;
    if (path.len == 0 || !str_split(&path, '.', &step)) {
        const struct json *value = member_convert(node, kind, a);
        if (value)
            json_push(list, json_alias(a, value));
        return;
    }
    gather(list, json_get(node, step), path, kind, a);
}

const struct json *member_gather(const struct json *node, str path, enum member_kind kind,
                                 struct arena *a)
{
    struct json *list = json_new(a, JSON_ARRAY);
    gather(list, node, path, kind, a);
    return list->child ? list : NULL;
}

/* ---- Catalogue ---- */

static enum field_type type_of(enum member_kind kind)
{
    switch (kind) {
    case MEMBER_LONG:
        return FIELD_LONG;
    case MEMBER_DOUBLE:
        return FIELD_DOUBLE;
    case MEMBER_BOOLEAN:
        return FIELD_BOOLEAN;
    case MEMBER_IP:
        return FIELD_IP;
    case MEMBER_DATE:
        return FIELD_DATE;
    case MEMBER_KEEP:
    case MEMBER_FREE:
    case MEMBER_TEXT:
    case MEMBER_MAC:
    case MEMBER_OBJECT:
    case MEMBER_LIST:
        break;
    }
    return FIELD_KEYWORD;
}

void member_add_fields(struct schema *s, str prefix, const struct member *m, struct arena *a)
{
    str path = m->to[0] ? arena_concat(a, prefix, S("."), str_from(m->to)) : prefix;
    if (m->kind == MEMBER_OBJECT || m->kind == MEMBER_LIST) {
        for (const struct member *inner = m->inside; inner->raw; inner++)
            member_add_fields(s, path, inner, a);
        if (m->kind == MEMBER_OBJECT)
            return;
    }
    bool open = m->kind == MEMBER_LIST || m->kind == MEMBER_FREE;
    struct field field = {.name = open ? arena_concat(a, path, S(".*"), S("")) : path,
                          .format = {.type = type_of(m->kind)}};
    schema_add(s, &field);
    if (m->kind == MEMBER_FREE) {
        field = (struct field){.name = path, .format = {.type = FIELD_KEYWORD, .leaves = true}};
        schema_add(s, &field);
    }
}
