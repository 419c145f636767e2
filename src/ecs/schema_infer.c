/* SPDX-License-Identifier: Apache-2.0 */
/* Fields and types from the events themselves. */
#include "ecs/schema_internal.h"

enum { PATH_DEPTH_MAX = 100 };

/* The kinds of values seen at one path. */
enum { SAW_INTEGER = 1, SAW_DECIMAL = 2, SAW_BOOLEAN = 4, SAW_TEXT = 8, SAW_OBJECT = 16 };

struct seen {
    str path;
    unsigned kinds;
};

struct schema_inference {
    struct schema *schema;
    str timestamp_field;
    struct arena *arena;
    struct map paths;
};

struct schema_inference *schema_infer_new(struct schema *s, str timestamp_field, struct arena *a)
{
    struct schema_inference *i = NEW(a, struct schema_inference);
    i->schema = s;
    i->timestamp_field = timestamp_field.len ? timestamp_field : S("@timestamp");
    i->arena = a;
    return i;
}

static unsigned kind_of(const struct json *node)
{
    switch ((enum json_type)node->type) {
    case JSON_BOOL:
        return SAW_BOOLEAN;
    case JSON_NUMBER:
        return json_is_decimal(node) ? SAW_DECIMAL : SAW_INTEGER;
    case JSON_STRING:
        return SAW_TEXT;
    case JSON_OBJECT:
        return SAW_OBJECT;
    case JSON_NULL:
    case JSON_ARRAY:
        return 0;
    }
    return 0;
}

static void see(struct schema_inference *i, str path, const struct json *node, unsigned depth)
{
    if (depth > PATH_DEPTH_MAX) {
        return;
    }
    if (node->type == JSON_ARRAY) {
        for (const struct json *e = node->child; e; e = e->next) {
            see(i, path, e, depth + 1);
        }
        return;
    }
    if (path.len) {
        struct seen *s = map_get(&i->paths, path);
        if (!s) {
            s = NEW(i->arena, struct seen);
            s->path = path;
            *map_put(&i->paths, path, i->arena) = s;
        }
        s->kinds |= kind_of(node);
    }
    if (node->type == JSON_OBJECT) {
        for (const struct json *m = node->child; m; m = m->next) {
            str joined = path.len ? arena_concat(i->arena, path, S("."), m->key) : m->key;
            see(i, joined, m, depth + 1);
        }
    }
}

void schema_infer_event(struct schema_inference *i, const struct json *event)
{
    see(i, (str){0}, event, 0);
}

static bool type_of(unsigned kinds, enum field_type *out)
{
    switch (kinds & ~(unsigned)SAW_OBJECT) {
    case 0:
        return false;
    case SAW_INTEGER:
        *out = FIELD_LONG;
        return true;
    case SAW_DECIMAL:
    case SAW_INTEGER | SAW_DECIMAL:
        *out = FIELD_DOUBLE;
        return true;
    case SAW_BOOLEAN:
        *out = FIELD_BOOLEAN;
        return true;
    default:
        *out = FIELD_KEYWORD;
        return true;
    }
}

void schema_infer_done(struct schema_inference *i)
{
    for (size_t n = 0; n < i->paths.count; n++) {
        const struct seen *s = i->paths.entries[n].value;
        struct field f = {.name = s->path};
        if (map_get(&i->schema->exact, s->path)) {
            continue;
        }
        if (!type_of(s->kinds, &f.format.type)) {
            if (s->kinds & SAW_OBJECT) {
                continue; /* its members make it known */
            }
            f.format.type = FIELD_KEYWORD; /* only nulls and empty arrays: known, without a value */
        }
        if (str_eq(s->path, i->timestamp_field)) {
            f.format.type = FIELD_DATE;
        }
        schema_add(i->schema, &f);
    }
}
