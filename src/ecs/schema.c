/* SPDX-License-Identifier: Apache-2.0 */
/* The fields by name: rows, the prefixes that rows imply, open subtrees and the fields found in them. */
#include "ecs/schema.h"

#include <string.h>

#include "ecs/catalogue.h"

struct schema {
    struct arena *arena;
    struct field *rows;
    size_t n, cap;
    struct map names;    /* row number + 1, by name; open subtrees by their name with ".*" */
    struct map open;     /* row number + 1 of an open subtree, by its name without ".*" */
    struct map objects;  /* struct field of every proper prefix of a row's name */
    struct map inside;   /* struct field of every name found in an open subtree */
    size_t longest_open; /* length of the longest key of `open` */
};

struct schema *schema_new(struct arena *a)
{
    struct schema *s = NEW(a, struct schema);
    s->arena = a;
    return s;
}

struct arena *schema_arena(const struct schema *s)
{
    return s->arena;
}

static size_t row_number(const struct map *m, str name)
{
    return (size_t)(uintptr_t)map_get(m, name);
}

static void set_number(struct schema *s, struct map *m, str name, size_t number)
{
    *map_put(m, name, s->arena) = (void *)(uintptr_t)number;
}

static void grow_rows(struct schema *s, size_t cap)
{
    struct field *rows = NEW_ARRAY(s->arena, struct field, cap);
    if (s->n > 0) {
        memcpy(rows, s->rows, s->n * sizeof *rows);
    }
    s->rows = rows;
    s->cap = cap;
}

static size_t append_row(struct schema *s, const struct field *f)
{
    if (s->n == s->cap) {
        grow_rows(s, s->cap == 0 ? 64 : s->cap * 2);
    }
    s->rows[s->n] = *f;
    return ++s->n;
}

/* Makes the prefixes of `name` objects. Longest first: where one is there already, so are all shorter ones. */
static void add_objects(struct schema *s, str name)
{
    size_t dot = str_rfind_byte(name, '.');
    while (dot != SIZE_MAX) {
        str prefix = str_slice(name, 0, dot);
        void **place = map_put(&s->objects, prefix, s->arena);
        if (*place != NULL) {
            return;
        }
        struct field *object = NEW(s->arena, struct field);
        *object = (struct field){.name = prefix, .format.type = FIELD_OBJECT};
        *place = object;
        dot = str_rfind_byte(prefix, '.');
    }
}

static bool is_open(str name)
{
    return name.len > 2 && str_ends(name, S(".*"));
}

void schema_add(struct schema *s, const struct field *f)
{
    struct field row = *f;
    row.format.open = row.format.open || is_open(f->name);
    size_t number = row_number(&s->names, f->name);
    if (number > 0) {
        s->rows[number - 1] = row;
        return;
    }
    number = append_row(s, &row);
    set_number(s, &s->names, f->name, number);
    if (is_open(f->name)) {
        str subtree = str_slice(f->name, 0, f->name.len - 2);
        set_number(s, &s->open, subtree, number);
        s->longest_open = subtree.len > s->longest_open ? subtree.len : s->longest_open;
    }
    add_objects(s, f->name);
}

/* The sources bring about as many again. */
static void reserve_for_catalogue(struct schema *s)
{
    size_t n = s->n + 2 * ecs_fields_count;
    if (s->cap < n) {
        grow_rows(s, n);
    }
    map_reserve(&s->names, n, s->arena);
}

void schema_add_ecs(struct schema *s)
{
    reserve_for_catalogue(s);
    for (size_t i = 0; i < ecs_fields_count; i++) {
        schema_add(s, &ecs_fields[i]);
    }
}

/* The row of that very name, or NULL; "a.*" is no name of a field. */
static const struct field *find_row(const struct schema *s, str name)
{
    size_t number = is_open(name) ? 0 : row_number(&s->names, name);
    return number == 0 ? NULL : &s->rows[number - 1];
}

/* The row of the longest open subtree that holds `name`, or NULL. */
static const struct field *find_open(const struct schema *s, str name)
{
    str prefix = str_slice(name, 0, s->longest_open + 1);
    size_t dot = str_rfind_byte(prefix, '.');
    while (dot != SIZE_MAX) {
        prefix = str_slice(prefix, 0, dot);
        size_t number = dot + 1 < name.len ? row_number(&s->open, prefix) : 0;
        if (number > 0) {
            return &s->rows[number - 1];
        }
        dot = str_rfind_byte(prefix, '.');
    }
    return NULL;
}

/* The field `name` of the open subtree `row`, made at first sight. */
static const struct field *field_inside(struct schema *s, const struct field *row, str name)
{
    struct field *known = map_get(&s->inside, name);
    if (known != NULL) {
        return known;
    }
    struct field *made = NEW(s->arena, struct field);
    *made = *row;
    made->name = arena_copy(s->arena, name);
    *map_put(&s->inside, made->name, s->arena) = made;
    return made;
}

static const struct field *find_plain(struct schema *s, str name)
{
    const struct field *row = find_row(s, name);
    if (row != NULL) {
        return row;
    }
    row = find_open(s, name);
    return row != NULL ? field_inside(s, row, name) : map_get(&s->objects, name);
}

const struct field *schema_find(struct schema *s, str name)
{
    /* An alias of an alias is followed; a ring of them is nothing. */
    for (int hops = 0; hops < 4; hops++) {
        const struct field *found = find_plain(s, name);
        if (found == NULL || found->alias_of.len == 0) {
            return found;
        }
        name = found->alias_of;
    }
    return NULL;
}

const struct field *schema_fields(const struct schema *s, size_t *n)
{
    *n = s->n;
    return s->rows;
}
