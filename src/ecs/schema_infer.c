/* SPDX-License-Identifier: Apache-2.0 */
/* Fields from the events themselves. */
#include <string.h>

#include "ecs/schema.h"

enum {
    PATH_MAX_LENGTH =
        1024, /* a field below a longer path stays unknown, so a query that names it is refused */
    FIELDS_MAX = 100000, /* and so do fields past this many (Elasticsearch's limit is 1,000) */
};

/* What has been seen at a path. */
enum kind {
    SEEN_INTEGER = 1,
    SEEN_FRACTION = 2,
    SEEN_BOOLEAN = 4,
    SEEN_TEXT = 8,
    SEEN_NOTHING = 16, /* null or an empty array: known, without a value */
    SEEN_OBJECT = 32,  /* known by what is below it */
};

struct schema_inference {
    struct schema *schema;
    str timestamp_field;
    struct arena *arena;
    struct map seen; /* enum kind bits, by path */
    size_t length;   /* of the path being walked */
    size_t keys;     /* in it: a key may be empty */
    char path[PATH_MAX_LENGTH];
};

struct schema_inference *schema_infer_new(struct schema *s, str timestamp_field, struct arena *a)
{
    struct schema_inference *i = NEW(a, struct schema_inference);
    i->schema = s;
    i->timestamp_field = timestamp_field.len > 0 ? timestamp_field : S("@timestamp");
    i->arena = a;
    return i;
}

static unsigned scalar_kind(const struct json *node)
{
    int64_t number;
    switch ((enum json_type)node->type) {
    case JSON_BOOL:
        return SEEN_BOOLEAN;
    case JSON_NUMBER:
        return json_i64(node, &number) ? SEEN_INTEGER : SEEN_FRACTION;
    case JSON_STRING:
        return SEEN_TEXT;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        return SEEN_NOTHING;
    }
    return SEEN_NOTHING;
}

static void see(struct schema_inference *i, unsigned kind)
{
    str path = {i->path, i->length};
    uintptr_t known = (uintptr_t)map_get(&i->seen, path);
    if ((known | kind) == known || (known == 0 && i->seen.count == FIELDS_MAX)) {
        return;
    }
    str key = known == 0 ? arena_copy(i->arena, path) : path;
    *map_put(&i->seen, key, i->arena) = (void *)(known | kind);
}

/* Puts a key behind the path. False when it has no room. */
static bool push_key(struct schema_inference *i, str key)
{
    size_t dot = i->keys > 0;
    if (key.len > PATH_MAX_LENGTH - dot || i->length > PATH_MAX_LENGTH - dot - key.len) {
        return false;
    }
    if (dot) {
        i->path[i->length++] = '.';
    }
    if (key.len > 0) {
        memcpy(i->path + i->length, key.ptr, key.len);
    }
    i->length += key.len;
    i->keys++;
    return true;
}

/* Recursion is as deep as the tree. */
static void walk(struct schema_inference *i, const struct json *node)
{
    bool container = node->type == JSON_ARRAY || node->type == JSON_OBJECT;
    if (!container || (node->type == JSON_ARRAY && node->child == NULL)) {
        see(i, scalar_kind(node));
        return;
    }
    if (node->type == JSON_OBJECT && i->keys > 0) {
        see(i, SEEN_OBJECT);
    }
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        size_t length = i->length, keys = i->keys;
        if (node->type == JSON_ARRAY || push_key(i, child->key)) {
            walk(i, child);
        }
        i->length = length;
        i->keys = keys;
    }
}

void schema_infer_event(struct schema_inference *i, const struct json *event)
{
    i->length = 0;
    i->keys = 0;
    if (json_is(event, JSON_OBJECT)) {
        walk(i, event);
    }
}

static enum field_type inferred_type(const struct schema_inference *i, str path, uintptr_t seen)
{
    if (str_eq(path, i->timestamp_field)) {
        return FIELD_DATE;
    }
    switch (seen & ~(uintptr_t)(SEEN_NOTHING | SEEN_OBJECT)) {
    case SEEN_INTEGER:
        return FIELD_LONG;
    case SEEN_FRACTION:
    case SEEN_INTEGER | SEEN_FRACTION:
        return FIELD_DOUBLE;
    case SEEN_BOOLEAN:
        return FIELD_BOOLEAN;
    default:
        return FIELD_KEYWORD;
    }
}

void schema_infer_done(struct schema_inference *i)
{
    struct map explicit_rows = {0};
    size_t n;
    const struct field *rows = schema_fields(i->schema, &n);
    for (size_t k = 0; k < n; k++) {
        *map_put(&explicit_rows, rows[k].name, i->arena) = i;
    }
    for (size_t k = 0; k < i->seen.count; k++) {
        const struct map_entry *e = &i->seen.entries[k];
        bool object = ((uintptr_t)e->value & SEEN_OBJECT) != 0 &&
                      ((uintptr_t)e->value & ~(uintptr_t)(SEEN_OBJECT | SEEN_NOTHING)) == 0;
        if (!object && map_get(&explicit_rows, e->key) == NULL) {
            struct field f = {.name = e->key};
            f.format.type = inferred_type(i, e->key, (uintptr_t)e->value);
            schema_add(i->schema, &f);
        }
    }
}
