/* SPDX-License-Identifier: Apache-2.0 */
/* The fields by name: rows, the prefixes that rows imply, open subtrees and the fields found in them.
 * Most runs ask for a handful of names. The first ones are looked for row by row; only then are 2,600 rows hashed (a third of a small hunt's work when it was done at once). */
#include "ecs/schema.h"

#include <string.h>

#include "ecs/catalogue.h"

enum { RECENT = 64 };

struct schema {
    struct arena *arena;
    const struct field *catalogue; /* constant rows that stand before the added ones */
    size_t n_catalogue;
    struct field **added;
    size_t n_added;
    size_t searches; /* row by row */
    bool indexed;    /* names and open hold all rows */
    struct map
        names; /* struct field: a name's last row, in order of first addition; open subtrees by their name with ".*" */
    struct map open; /* struct field of an open subtree, by its name without ".*" */
    struct map
        objects; /* struct field of proper prefixes of a row's name: all of them, or those asked for */
    struct map inside;   /* struct field of every name found in an open subtree */
    size_t longest_open; /* length of the longest key of `open` */
    struct field *rows;  /* what schema_fields gave; NULL: there was an addition */
    const struct field
        *recent[RECENT]; /* found by their own names, by recent_place; forgotten with an addition */
};

/* Rules ask for few names again and again: without hashing them, loading 10,000 rules from a cache takes 6 % fewer instructions. */
static size_t recent_place(str name)
{
    size_t last = name.len ? (unsigned char)name.ptr[name.len - 1] : 0;
    size_t middle = name.len ? (unsigned char)name.ptr[name.len / 2] : 0;
    return (name.len * 31 + last * 7 + middle) % RECENT;
}

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

/* Maps hold what they do not change. */
static void *unconst(const struct field *f)
{
    union {
        const struct field *in;
        void *out;
    } u = {.in = f};
    return u.out;
}

/* Makes `prefix` and its own prefixes objects. Longest first: where one is there already, so are all shorter ones. */
static void add_objects(struct schema *s, str prefix)
{
    for (;;) {
        void **place = map_put(&s->objects, prefix, s->arena);
        if (*place != NULL) {
            return;
        }
        struct field *object = NEW(s->arena, struct field);
        *object = (struct field){.name = prefix, .format.type = FIELD_OBJECT};
        *place = object;
        size_t dot = str_rfind_byte(prefix, '.');
        if (dot == SIZE_MAX) {
            return;
        }
        prefix = str_slice(prefix, 0, dot);
    }
}

static bool is_open(str name)
{
    return name.len > 2 && str_ends(name, S(".*"));
}

static void index_row(struct schema *s, const struct field *row)
{
    str name = row->name;
    void **place = map_put(&s->names, name, s->arena);
    bool known = *place != NULL;
    *place = unconst(row);
    if (is_open(name)) {
        str subtree = str_slice(name, 0, name.len - 2);
        *map_put(&s->open, subtree, s->arena) = unconst(row);
        s->longest_open = subtree.len > s->longest_open ? subtree.len : s->longest_open;
    }
    size_t dot = known ? SIZE_MAX : str_rfind_byte(name, '.');
    if (dot != SIZE_MAX) {
        add_objects(s, str_slice(name, 0, dot));
    }
}

static void index_rows(struct schema *s)
{
    if (s->indexed) {
        return;
    }
    s->indexed = true;
    map_reserve(&s->names, s->n_catalogue + s->n_added, s->arena);
    for (size_t i = 0; i < s->n_catalogue; i++) {
        index_row(s, &s->catalogue[i]);
    }
    for (size_t i = 0; i < s->n_added; i++) {
        index_row(s, s->added[i]);
    }
}

void schema_add(struct schema *s, const struct field *f)
{
    struct field *row = NEW(s->arena, struct field);
    *row = *f;
    row->format.open = row->format.open || is_open(f->name);
    s->added = arena_grow(s->arena, s->added, s->n_added, sizeof(*s->added));
    s->added[s->n_added++] = row;
    s->rows = NULL;
    memset(s->recent, 0, sizeof s->recent);
    if (s->indexed) {
        index_row(s, row);
    }
}

void schema_add_ecs(struct schema *s)
{
    if (s->n_catalogue == 0 && s->n_added == 0) {
        s->catalogue = ecs_fields;
        s->n_catalogue = ecs_fields_count;
        return;
    }
    for (size_t i = 0; i < ecs_fields_count; i++) {
        schema_add(s, &ecs_fields[i]);
    }
}

/* ---- Looking row by row ---- */

/* What the rows say of a name. */
struct sighting {
    const struct field *row;    /* of that very name; "a.*" is no name of a field */
    const struct field *open;   /* of the longest open subtree that holds it */
    const struct field *object; /* any whose name it is a proper prefix of */
};

static void look_at(struct sighting *seen, const struct field *row, str name)
{
    str own = row->name;
    bool open = is_open(own);
    if (own.len == name.len) {
        seen->row = !open && str_eq(own, name) ? row : seen->row;
    } else if (own.len > name.len && own.ptr[name.len] == '.' && str_starts(own, name)) {
        seen->object = row;
    }
    if (open && own.len <= name.len && (!seen->open || own.len >= seen->open->name.len) &&
        str_starts(name, str_slice(own, 0, own.len - 1))) {
        seen->open = row;
    }
}

static struct sighting look_for(const struct schema *s, str name)
{
    struct sighting seen = {0};
    for (size_t i = 0; i < s->n_catalogue; i++) {
        look_at(&seen, &s->catalogue[i], name);
    }
    for (size_t i = 0; i < s->n_added; i++) {
        look_at(&seen, s->added[i], name);
    }
    return seen;
}

/* ---- Looking in the maps ---- */

static const struct field *find_row(const struct schema *s, str name)
{
    return is_open(name) ? NULL : map_get(&s->names, name);
}

static const struct field *find_open(const struct schema *s, str name)
{
    str prefix = str_slice(name, 0, s->longest_open + 1);
    size_t dot = str_rfind_byte(prefix, '.');
    while (dot != SIZE_MAX) {
        prefix = str_slice(prefix, 0, dot);
        const struct field *row = dot + 1 < name.len ? map_get(&s->open, prefix) : NULL;
        if (row != NULL) {
            return row;
        }
        dot = str_rfind_byte(prefix, '.');
    }
    return NULL;
}

/* ---- Finding ---- */

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
    enum { SEARCHES_MAX = 32 }; /* cost about as much as the maps together */
    struct sighting seen = {0};
    if (s->indexed || s->searches++ == SEARCHES_MAX) {
        index_rows(s);
        seen.row = find_row(s, name);
        seen.open = seen.row == NULL ? find_open(s, name) : NULL;
    } else {
        seen = look_for(s, name);
    }
    if (seen.row != NULL) {
        return seen.row;
    }
    if (seen.open != NULL) {
        return field_inside(s, seen.open, name);
    }
    if (seen.object != NULL) {
        add_objects(s, str_slice(seen.object->name, 0, name.len));
    }
    return map_get(&s->objects, name);
}

static const struct field *find(struct schema *s, str name)
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

const struct field *schema_find(struct schema *s, str name)
{
    const struct field **recent = &s->recent[recent_place(name)];
    if (*recent != NULL && str_eq((*recent)->name, name)) {
        return *recent;
    }
    const struct field *found = find(s, name);
    if (found != NULL && str_eq(found->name, name)) {
        *recent = found;
    }
    return found;
}

const struct field *schema_fields(struct schema *s, size_t *n)
{
    index_rows(s);
    *n = s->names.count;
    if (s->rows == NULL) {
        s->rows = NEW_ARRAY(s->arena, struct field, s->names.count);
        for (size_t i = 0; i < s->names.count; i++) {
            s->rows[i] = *(const struct field *)s->names.entries[i].value;
        }
    }
    return s->rows;
}
