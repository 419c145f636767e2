/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a path in a finished document. */
#include <string.h>

#include "ecs/event.h"

enum {
    STRINGS_DEEP_MAX = 4, /* JSON in a string in a string …: further ones are plain text */
    STRING_MAX =
        4 * 1024 * 1024 /* a longer string is plain text: its tree would be forty times as large */
};

struct collector {
    const struct field_format *format;
    struct arena *arena;
    struct value *v;
    size_t n, cap;
    int strings_deep; /* how many strings the walk is in */
};

static void add_value(struct collector *c, const struct value *value)
{
    if (c->n == c->cap) {
        size_t cap = c->cap == 0 ? 1 : c->cap * 2;
        struct value *v = NEW_ARRAY(c->arena, struct value, cap);
        if (c->n > 0) {
            memcpy(v, c->v, c->n * sizeof *v);
        }
        c->v = v;
        c->cap = cap;
    }
    c->v[c->n++] = *value;
}

/* The values that `node`, at the end of the path, stands for. Recursion is as deep as the tree. */
static void collect(struct collector *c, const struct json *node)
{
    struct value value;
    if (node->type == JSON_ARRAY || (node->type == JSON_OBJECT && c->format->leaves)) {
        for (const struct json *child = node->child; child != NULL; child = child->next) {
            collect(c, child);
        }
    } else if (value_from_json(node, c->format, &value)) {
        add_value(c, &value);
    }
}

/* The object that a string holds, or NULL. */
static const struct json *object_in_string(const struct collector *c, const struct json *node)
{
    if (!c->format->open || c->strings_deep == STRINGS_DEEP_MAX || node->text.len > STRING_MAX) {
        return NULL;
    }
    str text = str_trim(node->text);
    struct json_error e;
    return str_starts(text, S("{")) ? json_parse(text, c->arena, &e) : NULL;
}

/* Looks for `rest` below `node`. A node has one path, so it is visited once at most: linear. */
static void walk(struct collector *c, const struct json *node, str rest)
{
    if (node->type == JSON_STRING) {
        const struct json *inner = object_in_string(c, node);
        if (inner != NULL) {
            c->strings_deep++;
            walk(c, inner, rest);
            c->strings_deep--;
        }
        return;
    }
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        if (node->type == JSON_ARRAY) {
            walk(c, child, rest);
        } else if (str_eq(child->key, rest)) {
            collect(c, child);
        } else if (child->key.len < rest.len && rest.ptr[child->key.len] == '.' &&
                   str_starts(rest, child->key)) {
            walk(c, child, str_slice(rest, child->key.len + 1, rest.len));
        }
    }
}

struct values document_values(const struct json *root, str path, const struct field_format *format,
                              struct arena *a)
{
    struct collector c = {.format = format, .arena = a};
    if (json_is(root, JSON_OBJECT)) {
        walk(&c, root, path);
    }
    return (struct values){c.v, c.n};
}

static struct values load(struct event *e, uint32_t slot)
{
    /* The event is the first member. */
    const struct document_event *d = (const struct document_event *)e;
    const struct field *field = d->fields[slot];
    if (field == NULL) {
        return (struct values){0};
    }
    return document_values(d->root, field->name, &field->format, e->arena);
}

static size_t loaded_words(const struct document_event *d)
{
    return d->n_fields / 64 + (d->n_fields % 64 != 0);
}

void document_event_init(struct document_event *d, const struct field *const *fields,
                         size_t n_fields, struct arena *a)
{
    *d = (struct document_event){.event.load = load, .fields = fields, .n_fields = n_fields};
    d->event.slots = NEW_ARRAY(a, struct values, n_fields);
    d->event.loaded = NEW_ARRAY(a, uint64_t, loaded_words(d));
}

void document_event_set(struct document_event *d, const struct json *root,
                        struct arena *event_arena)
{
    d->root = root;
    d->event.arena = event_arena;
    for (size_t i = 0; i < loaded_words(d); i++) {
        d->event.loaded[i] = 0;
    }
}
