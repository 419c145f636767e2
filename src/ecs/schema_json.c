/* SPDX-License-Identifier: Apache-2.0 */
/* A schema file: {"field":{"type":…,"format":…,"null_value":…}}. */
#include "ecs/date_format.h"
#include "ecs/schema.h"

struct reader {
    struct schema *schema;
    const struct diag_source *src;
    struct arena *arena;
    struct diags *diags;
};

static span span_of(const struct reader *r, const struct json *node)
{
    size_t at = (size_t)(node->raw.ptr - r->src->text.ptr);
    return (span){(uint32_t)at, (uint32_t)(at + node->raw.len)};
}

/* The text of a string member, or NULL ptr; *ok turns false when it is there and no string. */
static str text_member(const struct reader *r, const struct json *object, str key, bool *ok)
{
    const struct json *member = json_get(object, key);
    if (member != NULL && member->type != JSON_STRING) {
        diag_error(r->diags, r->src, span_of(r, member), DIAG_BAD_SCHEMA,
                   "'%.*s' of field '%.*s' must be a string", STR_ARG(key), STR_ARG(object->key));
        *ok = false;
    }
    return json_text(member);
}

static bool read_type(const struct reader *r, const struct json *object, struct field *f)
{
    bool ok = true;
    str type = text_member(r, object, S("type"), &ok);
    if (!ok) {
        return false;
    }
    f->format.leaves = str_eq(type, S("flattened"));
    if (f->format.leaves || field_type_parse(type, &f->format.type)) {
        return true;
    }
    const struct json *member = json_get(object, S("type"));
    struct diag *item =
        diag_error(r->diags, r->src, span_of(r, member != NULL ? member : object), DIAG_BAD_SCHEMA,
                   member != NULL ? "field '%.*s' has the unknown type '%.*s'"
                                  : "field '%.*s' has no type%.*s",
                   STR_ARG(f->name), STR_ARG(type));
    diag_hint(r->diags, item,
              "types are keyword, long, double, boolean, date, date_nanos, ip and version");
    return false;
}

static bool read_format(const struct reader *r, const struct json *object, struct field *f)
{
    bool ok = true;
    str problem;
    f->format.date_format = text_member(r, object, S("format"), &ok);
    if (!ok || date_format_check(f->format.date_format, &problem)) {
        return ok;
    }
    diag_error(r->diags, r->src, span_of(r, json_get(object, S("format"))), DIAG_BAD_SCHEMA,
               "'%.*s' is no date format that is supported", STR_ARG(problem));
    return false;
}

/* An explicit null counts as this. It must be a value of the field's type. */
static bool read_null_value(const struct reader *r, const struct json *object, struct field *f)
{
    const struct json *member = json_get(object, S("null_value"));
    struct value value;
    if (member == NULL || member->type == JSON_NULL) {
        return true;
    }
    if (!value_from_json(member, &f->format, &value)) {
        diag_error(r->diags, r->src, span_of(r, member), DIAG_BAD_SCHEMA,
                   "'null_value' of field '%.*s' is no value of type %.*s", STR_ARG(f->name),
                   STR_ARG(field_type_name(f->format.type)));
        return false;
    }
    static const struct field_format keyword = {.type = FIELD_KEYWORD};
    value_from_json(member, &keyword, &value);
    f->format.null_value = value.text;
    return true;
}

static void warn_of_others(const struct reader *r, const struct json *object)
{
    static const str known[] = {S_INIT("type"), S_INIT("format"), S_INIT("null_value")};
    for (const struct json *m = object->child; m != NULL; m = m->next) {
        if (!str_eq(m->key, known[0]) && !str_eq(m->key, known[1]) && !str_eq(m->key, known[2])) {
            diag_warning(r->diags, r->src, span_of(r, m), DIAG_UNKNOWN_KEY,
                         "'%.*s' of field '%.*s' is not known and has no effect", STR_ARG(m->key),
                         STR_ARG(object->key));
        }
    }
}

static bool read_field(const struct reader *r, const struct json *object)
{
    struct field f = {.name = object->key};
    if (object->type != JSON_OBJECT) {
        diag_error(r->diags, r->src, span_of(r, object), DIAG_BAD_SCHEMA,
                   "field '%.*s' must be an object with a type", STR_ARG(f.name));
        return false;
    }
    if (!read_type(r, object, &f) || !read_format(r, object, &f) ||
        !read_null_value(r, object, &f)) {
        return false;
    }
    warn_of_others(r, object);
    schema_add(r->schema, &f);
    if (f.format.leaves) {
        f.name = arena_concat(r->arena, f.name, S(".*"), S(""));
        f.format.leaves = false;
        schema_add(r->schema, &f);
    }
    return true;
}

bool schema_read_json(struct schema *s, const struct diag_source *src, struct arena *a,
                      struct diags *d)
{
    struct reader r = {s, src, a, d};
    struct json_error e;
    const struct json *root = json_parse(src->text, a, &e);
    if (root == NULL) {
        span at = {(uint32_t)e.at, (uint32_t)e.at + (e.at < src->text.len)};
        diag_error(d, src, at, DIAG_BAD_SCHEMA, "%s", e.reason);
        return false;
    }
    if (root->type != JSON_OBJECT) {
        diag_error(d, src, span_of(&r, root), DIAG_BAD_SCHEMA,
                   "a schema must be an object of fields");
        return false;
    }
    bool ok = true;
    for (const struct json *field = root->child; field != NULL; field = field->next) {
        ok = read_field(&r, field) && ok;
    }
    return ok;
}
