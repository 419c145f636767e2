/* SPDX-License-Identifier: Apache-2.0 */
/* Values out of a finished document. */
#include <string.h>

#include "ecs/event.h"

/* JSON inside a string inside a string …: two levels occur, an attacker may write more. */
enum { EMBEDDED_MAX_DEPTH = 4, EMBEDDED_MAX_SIZE = 1024 * 1024 };

struct collector {
    const struct field_format *format;
    struct arena *arena;
    struct value *values;
    size_t n, cap;
};

static void add_value(struct collector *c, const struct json *node)
{
    struct value v;
    if (!value_from_json(node, c->format, &v)) {
        return;
    }
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 1;
        struct value *values = NEW_ARRAY(c->arena, struct value, cap);
        if (c->n) {
            memcpy(values, c->values, c->n * sizeof *values);
        }
        c->values = values;
        c->cap = cap;
    }
    c->values[c->n++] = v;
}

static void collect(struct collector *c, const struct json *node, str path, unsigned embedded);

/* Members whose key is the path or a prefix of it that ends at a dot. */
static void collect_members(struct collector *c, const struct json *object, str path,
                            unsigned embedded)
{
    for (const struct json *m = object->child; m; m = m->next) {
        if (!str_starts(path, m->key)) {
            continue;
        }
        if (path.len == m->key.len) {
            collect(c, m, (str){0}, embedded);
        } else if (path.ptr[m->key.len] == '.') {
            collect(c, m, str_slice(path, m->key.len + 1, path.len), embedded);
        }
    }
}

/* Azure writes objects as JSON text: a path may lead on into it. */
static void collect_embedded(struct collector *c, const struct json *node, str path,
                             unsigned embedded)
{
    str text = str_trim(node->text);
    if (!c->format->open || !text.len || text.ptr[0] != '{' || embedded == EMBEDDED_MAX_DEPTH ||
        text.len > EMBEDDED_MAX_SIZE) {
        return;
    }
    struct json_error e;
    const struct json *inner = json_parse(text, c->arena, &e);
    if (inner) {
        collect(c, inner, path, embedded + 1);
    }
}

/* `path` is what is left to walk; with ptr NULL the node itself is meant. Recursion is bounded by JSON_MAX_DEPTH. */
static void collect(struct collector *c, const struct json *node, str path, unsigned embedded)
{
    if (node->type == JSON_ARRAY) {
        for (const struct json *e = node->child; e; e = e->next) {
            collect(c, e, path, embedded);
        }
    } else if (!path.ptr) {
        add_value(c, node);
    } else if (node->type == JSON_OBJECT) {
        collect_members(c, node, path, embedded);
    } else if (node->type == JSON_STRING) {
        collect_embedded(c, node, path, embedded);
    }
}

struct values document_values(const struct json *root, str path, const struct field_format *format,
                              struct arena *a)
{
    struct collector c = {.format = format, .arena = a};
    if (root) {
        collect(&c, root, path, 0);
    }
    return (struct values){c.values, c.n};
}

static struct values load(struct event *e, uint32_t slot)
{
    struct document_event *d = (struct document_event *)e; /* the event is its first member */
    const struct field *f = d->fields[slot];
    return document_values(d->root, f->name, &f->format, e->arena);
}

void document_event_init(struct document_event *d, const struct field *const *fields,
                         size_t n_fields, struct arena *a)
{
    *d = (struct document_event){.fields = fields, .n_fields = n_fields};
    d->event.load = load;
    d->event.slots = NEW_ARRAY(a, struct values, n_fields);
    d->event.loaded = NEW_ARRAY(a, uint64_t, (n_fields + 63) / 64);
}

void document_event_set(struct document_event *d, const struct json *root,
                        struct arena *event_arena)
{
    memset(d->event.loaded, 0, (d->n_fields + 63) / 64 * sizeof *d->event.loaded);
    d->event.arena = event_arena;
    d->root = root;
}
