/* SPDX-License-Identifier: Apache-2.0 */
/* The whole ECS document of one record: every row's value put at its place. */
#include "sources/project.h"

#include <string.h>

#include "base/map.h"
#include "sources/row.h"

/* ---- Putting ---- */

static bool same_scalar(const struct json *x, const struct json *y)
{
    return x->type == y->type &&
           (x->type == JSON_BOOL ? x->boolean == y->boolean : str_eq(x->text, y->text));
}

/* Past so many values a list is searched through tables. */
enum { FEW_VALUES = 64, JSON_TYPES = JSON_OBJECT + 1 };

/* A list that takes each scalar once. */
struct unique {
    struct json *list;
    struct map *seen; /* by type; NULL: few values so far */
    struct arena *arena;
};

static str scalar_key(const struct json *value)
{
    if (value->type == JSON_BOOL)
        return value->boolean ? S("true") : S("false");
    return value->text.ptr ? value->text : S("");
}

static void see(struct unique *u, const struct json *value)
{
    *map_put(&u->seen[value->type], scalar_key(value), u->arena) = (void *)(uintptr_t)value;
}

static bool is_there(struct unique *u, const struct json *value)
{
    if (!u->seen && u->list->count < FEW_VALUES) {
        const struct json *e = u->list->child;
        while (e && !same_scalar(e, value))
            e = e->next;
        return e != NULL;
    }
    if (!u->seen) {
        u->seen = NEW_ARRAY(u->arena, struct map, JSON_TYPES);
        for (const struct json *e = u->list->child; e; e = e->next)
            if (e->type != JSON_OBJECT)
                see(u, e);
    }
    return map_get(&u->seen[value->type], scalar_key(value)) != NULL;
}

static void push_each_once(struct unique *u, const struct json *value)
{
    if (value->type == JSON_ARRAY) {
        for (const struct json *e = value->child; e; e = e->next)
            push_each_once(u, e);
        return;
    }
    bool scalar = value->type != JSON_OBJECT;
    if (scalar && is_there(u, value))
        return;
    json_push(u->list, json_alias(u->arena, value));
    if (scalar && u->seen)
        see(u, value);
}

static void push_unique(struct json *list, const struct json *value, struct arena *a)
{
    struct unique u = {list, NULL, a};
    push_each_once(&u, value);
}

static void collect(struct json *parent, str key, const struct json *value, struct arena *a)
{
    struct json *there = json_get(parent, key);
    if (!there || there->type != JSON_ARRAY) {
        struct json *list = json_new(a, JSON_ARRAY);
        if (there)
            push_unique(list, there, a);
        json_set(parent, key, list);
        there = list;
    }
    push_unique(there, value, a);
}

struct json *document_collect(const struct json *list, const struct json *value, struct arena *a)
{
    struct json *own = list ? (struct json *)(uintptr_t)list : json_new(a, JSON_ARRAY);
    push_unique(own, value, a);
    return own;
}

/* The object at a path, made where it is not there; NULL when something else is in the way. */
static struct json *object_at(struct json *node, const str *steps, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        struct json *next = json_get(node, steps[i]);
        if (!next) {
            next = json_new(a, JSON_OBJECT);
            json_add(node, steps[i], next);
        }
        if (next->type != JSON_OBJECT)
            return NULL;
        node = next;
    }
    return node;
}

/* The object that a row's field lies in. */
static struct json *parent_of(struct draft *d, const struct bound_row *b)
{
    if (!d->parents)
        return object_at(d->root, b->steps, b->n_steps - 1, d->arena);
    struct json **kept = &d->parents[b->parent];
    if (!*kept)
        *kept = object_at(d->root, b->steps, b->n_steps - 1, d->arena);
    return *kept;
}

/* Joins an object into the one that is there. A copy takes its place, which may be an object that was kept. */
static void join_into(struct draft *d, struct json *parent, str key, const struct json *there,
                      const struct json *value)
{
    struct json *own = json_shallow(there, d->arena);
    json_set(parent, key, own);
    json_join(own, value, d->arena);
    for (size_t i = 0; d->parents && i < d->n_parents; i++)
        d->parents[i] = NULL;
}

void document_put(struct draft *d, const struct bound_row *b, const struct json *value)
{
    struct arena *a = d->arena;
    if (b->row->flags & ROW_REST) {
        struct json *object = value->child ? object_at(d->root, b->steps, b->n_steps, a) : NULL;
        if (object)
            json_join(object, value, a);
        return;
    }
    struct json *parent = parent_of(d, b);
    if (!parent)
        return;
    str key = b->steps[b->n_steps - 1];
    struct json *there = d->parents && b->alone ? NULL : json_get(parent, key);
    if (b->row->flags & ROW_APPEND) {
        collect(parent, key, value, a);
    } else if (!there) {
        /* Where other rows write below, the members must not be shared with the record. */
        json_add(parent, key, b->extended ? json_clone(a, value) : json_alias(a, value));
    } else if (there->type == JSON_OBJECT && value->type == JSON_OBJECT) {
        join_into(d, parent, key, there, value);
    }
}

/* ---- Documents ---- */

struct json *projection_tree(struct projection *p)
{
    if (!p->tree) {
        p->tree = json_parse_valid(p->text, p->event.arena); /* the scanner has passed it */
        if (p->source->source->clean == CLEAN_RECORD)
            clean_record(p->tree);
    }
    return p->tree;
}

static bool is_named(const struct bound_source *s, str key)
{
    for (size_t i = 0; i < s->n_named; i++)
        if (str_eq(s->named[i], key))
            return true;
    return false;
}

const struct json *projection_rest(struct projection *p)
{
    struct json *object = json_new(p->event.arena, JSON_OBJECT);
    for (const struct json *m = p->tree->child; m; m = m->next)
        if (m->type != JSON_NULL && !is_named(p->source, m->key))
            json_add(object, m->key, json_alias(p->event.arena, m));
    return object;
}

static void put_rows(struct projection *p, struct json *root)
{
    const struct bound_source *s = p->source;
    struct field_format keyword = {.type = FIELD_KEYWORD};
    /* In a finished document objects may stand that the rows did not make. */
    struct draft draft = {.root = root,
                          .parents = s->source->ecs ? NULL : p->parents,
                          .n_parents = s->n_rows,
                          .arena = p->event.arena};
    memset(p->parents, 0, s->n_rows * sizeof(*p->parents));
    json_scan_tree(p->tree, s->document_trie, p->document_captures, p->event.arena);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct bound_row *b = &s->rows[i];
        /* A finished document may hold the field under a dotted key. */
        if (s->source->ecs && !(b->row->flags & ROW_APPEND) &&
            document_values(root, str_from(b->row->field), &keyword, p->event.arena).n > 0)
            continue;
        const struct json *value =
            b->row->flags & ROW_REST
                ? projection_rest(p)
                : projection_row(p, b, p->document_captures, b->document_in, NULL);
        if (value)
            document_put(&draft, b, value);
    }
}

struct json *projection_document(struct projection *p)
{
    if (p->document)
        return p->document;
    projection_tree(p);
    struct json *root = p->source->source->ecs ? json_clone(p->event.arena, p->tree)
                                               : json_new(p->event.arena, JSON_OBJECT);
    put_rows(p, root);
    p->document = root;
    return root;
}
