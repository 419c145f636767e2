/* SPDX-License-Identifier: Apache-2.0 */
/* Known fields: exact rows, open subtrees, and the objects that lie above them. */
#include "ecs/schema.h"

#include <string.h>

#include "ecs/catalogue.h"
#include "ecs/schema_internal.h"

struct schema *schema_new(struct arena *a)
{
    struct schema *s = NEW(a, struct schema);
    s->arena = a;
    return s;
}

/* Every proper prefix of a name is an object. */
static void add_parents(struct schema *s, str name)
{
    for (size_t at = name.len; at > 0; at--) {
        if (name.ptr[at - 1] == '.') {
            str parent = {name.ptr, at - 1};
            if (map_get(&s->objects, parent)) {
                return;
            }
            struct field *f = NEW(s->arena, struct field);
            f->name = parent;
            f->format.type = FIELD_OBJECT;
            *map_put(&s->objects, parent, s->arena) = f;
        }
    }
}

static void append_row(struct schema *s, const struct field *f)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        struct field *rows = NEW_ARRAY(s->arena, struct field, cap);
        if (s->count) {
            memcpy(rows, s->rows, s->count * sizeof *rows);
        }
        s->rows = rows;
        s->cap = cap;
    }
    s->rows[s->count++] = *f;
}

void schema_add(struct schema *s, const struct field *f)
{
    bool open = str_ends(f->name, S(".*"));
    str name = open ? str_slice(f->name, 0, f->name.len - 2) : f->name;
    struct field *copy = NEW(s->arena, struct field);
    *copy = *f;
    void **place = map_put(open ? &s->open : &s->exact, name, s->arena);
    if (*place) {
        for (size_t i = 0; i < s->count; i++) {
            if (str_eq(s->rows[i].name, f->name)) {
                s->rows[i] = *f;
            }
        }
    } else {
        append_row(s, f);
        add_parents(s, f->name);
    }
    *place = copy;
}

void schema_add_ecs(struct schema *s)
{
    for (size_t i = 0; i < ecs_fields_count; i++) {
        schema_add(s, &ecs_fields[i]);
    }
}

/* The longest open subtree that holds `name`; the field made for it is kept. */
static const struct field *find_open(struct schema *s, str name)
{
    for (size_t at = name.len; at > 1; at--) {
        if (name.ptr[at - 1] != '.' || at == name.len) {
            continue;
        }
        const struct field *row = map_get(&s->open, (str){name.ptr, at - 1});
        if (row) {
            struct field *f = NEW(s->arena, struct field);
            *f = *row;
            f->name = arena_copy(s->arena, name);
            f->format.open = true;
            *map_put(&s->exact, f->name, s->arena) = f;
            return f;
        }
    }
    return NULL;
}

const struct field *schema_find(struct schema *s, str name)
{
    for (int hops = 0; hops < 8; hops++) { /* aliases of aliases, and never a circle */
        const struct field *f = map_get(&s->exact, name);
        if (!f) {
            f = find_open(s, name);
        }
        if (!f || !f->alias_of.len) {
            return f ? f : map_get(&s->objects, name);
        }
        name = f->alias_of;
    }
    return NULL;
}

const struct field *schema_fields(const struct schema *s, size_t *n)
{
    *n = s->count;
    return s->rows;
}
