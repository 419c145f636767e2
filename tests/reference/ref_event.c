/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the reference: a random document, its text, and the values that its fields have (section 4 of the EQL
 * semantics). */
#include <stdlib.h>
#include <string.h>

#include "ref.h"

static struct ref_json *json(struct ref_random *r, enum ref_json_kind kind, str text)
{
    struct ref_json *node = NEW(r->arena, struct ref_json);
    node->kind = kind;
    node->text = text;
    return node;
}

static void push(struct ref_json *list, struct ref_json *child)
{
    struct ref_json **end = &list->child;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = child;
}

static struct ref_json *random_keyword(struct ref_random *r, enum ref_field field)
{
    static const char *const categories[] = {"process", "file", "Process", "my-category"};
    if (field == F_CATEGORY) {
        return json(r, J_STRING, str_from(categories[ref_below(r, 4)]));
    }
    if (ref_chance(r, 4)) {
        return json(r, J_NUMBER, ref_chance(r, 50) ? S("42") : S("1.50"));
    }
    if (ref_chance(r, 3)) {
        struct ref_json *node = json(r, J_BOOL, (str){0});
        node->boolean = ref_chance(r, 50);
        return node;
    }
    return json(r, J_STRING, ref_pool_text(r));
}

static struct ref_json *random_boolean(struct ref_random *r)
{
    struct ref_json *node = json(r, ref_chance(r, 90) ? J_BOOL : J_STRING, (str){0});
    node->boolean = ref_chance(r, 50);
    node->text = node->boolean ? S("true") : S("false");
    return node;
}

static struct ref_json *random_date(struct ref_random *r, int digits)
{
    int64_t ns = r->dates[ref_below(r, REF_DATES)];
    if (ref_chance(r, 70)) {
        return json(r, J_STRING, ref_date_text(r, ns, digits));
    }
    str ms = ref_long_text(ns / 1000000, r->arena);
    return json(r, ref_chance(r, 70) ? J_NUMBER : J_STRING, ms);
}

static struct ref_json *random_scalar(struct ref_random *r, enum ref_field field)
{
    enum ref_json_kind number = ref_chance(r, 93) ? J_NUMBER : J_STRING;
    switch (ref_fields[field].of) {
    case REF_LONG:
        return json(r, number, ref_long_text(r->longs[ref_below(r, REF_LONGS)], r->arena));
    case REF_DOUBLE:
        return json(r, number, str_from(r->reals[ref_below(r, REF_REALS)]));
    case REF_BOOLEAN:
        return random_boolean(r);
    case REF_DATE:
        return random_date(r, ref_chance(r, 80) ? 3 : 9);
    case REF_NANOS:
        return random_date(r, 9);
    case REF_IP:
        return json(r, J_STRING, str_from(ref_pool_ip(r)));
    case REF_VERSION:
        return json(r, J_STRING, str_from(ref_pool_version(r)));
    case REF_NULL:
    case REF_TEXT:
        break;
    }
    return random_keyword(r, field);
}

/* A value where the field's path only begins or does not end: it belongs to no field. */
static struct ref_json *random_stray(struct ref_random *r)
{
    struct ref_json *object = json(r, J_OBJECT, (str){0});
    struct ref_json *value = json(r, J_STRING, ref_pool_text(r));
    value->key = S("stray");
    push(object, value);
    return object;
}

static struct ref_json *random_values(struct ref_random *r, enum ref_field field)
{
    uint32_t dice = ref_below(r, 100);
    if (dice < 60) {
        return ref_chance(r, 2) ? random_stray(r) : random_scalar(r, field);
    }
    if (dice < 65) {
        return json(r, J_NULL, (str){0});
    }
    struct ref_json *list = json(r, J_ARRAY, (str){0});
    if (dice < 69) {
        return list;
    }
    for (uint32_t n = 1 + ref_below(r, 3); n > 0; n--) {
        if (ref_chance(r, 8)) {
            push(list, json(r, J_NULL, (str){0}));
        } else if (ref_chance(r, 8)) {
            struct ref_json *inner = json(r, J_ARRAY, (str){0});
            push(inner, random_scalar(r, field));
            push(list, inner);
        } else {
            push(list, random_scalar(r, field));
        }
    }
    return list;
}

/* The object member `key`, made when it is not there. */
static struct ref_json *member(struct ref_random *r, struct ref_json *object, str key)
{
    for (struct ref_json *m = object->child; m != NULL; m = m->next) {
        if (m->kind == J_OBJECT && str_eq(m->key, key)) {
            return m;
        }
    }
    struct ref_json *m = json(r, J_OBJECT, (str){0});
    m->key = key;
    push(object, m);
    return m;
}

static void put(struct ref_random *r, struct ref_json *root, str path, bool dotted,
                struct ref_json *value)
{
    size_t dot = str_find_byte(path, '.', 0);
    if (dot == SIZE_MAX || dotted) {
        value->key = path;
        push(root, value);
        return;
    }
    value->key = str_slice(path, dot + 1, path.len);
    push(member(r, root, str_slice(path, 0, dot)), value);
}

/* A field in its place, or now and then in both places that a path with a dot has. */
static void put_field(struct ref_random *r, struct ref_json *root, enum ref_field f, bool objects)
{
    str name = str_from(ref_fields[f].name);
    bool single = f == F_TIME || f == F_TIE, dotted = objects || ref_chance(r, 30);
    put(r, root, name, dotted, single ? random_scalar(r, f) : random_values(r, f));
    if (!objects && ref_chance(r, 6) && str_find_byte(name, '.', 0) != SIZE_MAX) {
        put(r, root, name, !dotted, random_values(r, f));
    }
}

/* "a":[{…},{…}] with some of the fields below "a" in each. */
static void put_objects(struct ref_random *r, struct ref_json *root)
{
    static const enum ref_field below_a[] = {F_AB, F_AN, F_AR, F_FLAG2, F_AIP};
    struct ref_json *list = json(r, J_ARRAY, (str){0});
    list->key = S("a");
    for (uint32_t n = 1 + ref_below(r, 3); n > 0; n--) {
        struct ref_json *object = json(r, J_OBJECT, (str){0});
        for (size_t i = 0; i < 5; i++) {
            if (ref_chance(r, 50)) {
                struct ref_json *value = random_values(r, below_a[i]);
                value->key = str_slice(str_from(ref_fields[below_a[i]].name), 2, SIZE_MAX);
                push(object, value);
            }
        }
        struct ref_json *inner = json(r, J_ARRAY, (str){0});
        push(inner, object);
        push(list, ref_chance(r, 10) ? inner : object);
    }
    push(root, list);
}

struct ref_event *ref_event_random(struct ref_random *r)
{
    struct ref_event *e = NEW(r->arena, struct ref_event);
    e->root = json(r, J_OBJECT, (str){0});
    bool objects = ref_chance(r, 20);
    if (objects) {
        put_objects(r, e->root);
    }
    for (enum ref_field f = 0; f < F_KNOWN; f++) {
        bool below = objects && str_starts(str_from(ref_fields[f].name), S("a."));
        uint32_t percent = f == F_TIME || f == F_CATEGORY ? 90 : below ? 8 : 65;
        if (ref_chance(r, percent)) {
            put_field(r, e->root, f, below);
        }
    }
    ref_event_finish(e, r->arena);
    return e;
}

/* What must be escaped is, and some characters that need not be, a pair of surrogates among them. */
static void print_string(str s, struct buf *out)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\' || c < 0x20 || (c < 0x80 && (c + i) % 13 == 0)) {
            buf_printf(out, "\\u%04x", c);
        } else if (c == 0xf0 && i % 2 == 1 &&
                   str_starts(str_slice(s, i, s.len), S("\xf0\x9f\x98\x80"))) {
            buf_append(out, S("\\ud83d\\uDE00"));
            i += 3;
        } else {
            buf_byte(out, (char)c);
        }
    }
    buf_byte(out, '"');
}

static void print(const struct ref_json *node, struct buf *out)
{
    switch (node->kind) {
    case J_NULL:
        buf_append(out, S("null"));
        return;
    case J_BOOL:
        buf_append(out, node->boolean ? S("true") : S("false"));
        return;
    case J_NUMBER:
        buf_append(out, node->text);
        return;
    case J_STRING:
        print_string(node->text, out);
        return;
    case J_ARRAY:
    case J_OBJECT:
        break;
    }
    buf_byte(out, node->kind == J_ARRAY ? '[' : '{');
    for (const struct ref_json *child = node->child; child != NULL; child = child->next) {
        if (node->kind == J_OBJECT) {
            print_string(child->key, out);
            buf_byte(out, ':');
        }
        print(child, out);
        buf_append(out, child->next != NULL ? S(",") : S(""));
    }
    buf_byte(out, node->kind == J_ARRAY ? ']' : '}');
}

/* The value of a scalar in a field of that type. The generator writes none that has no value of the type. */
static struct ref_value value_of(const struct ref_json *node, enum ref_type type, struct arena *a)
{
    str text = node->kind == J_BOOL ? node->boolean ? S("true") : S("false") : node->text;
    struct ref_value v = {.type = type, .text = text};
    const char *copy = arena_copy(a, text).ptr;
    if (type == REF_LONG) {
        v.number = strtoll(copy, NULL, 10);
    } else if (type == REF_DOUBLE) {
        v.real = strtod(copy, NULL);
    } else if (type == REF_BOOLEAN) {
        v.boolean = str_eq(text, S("true"));
    } else if (type == REF_IP) {
        ref_ip_bytes(text, v.ip);
    } else if (type == REF_DATE || type == REF_NANOS) {
        ref_date_parse(text, &v.number);
    }
    if (type == REF_DATE) {
        v.number -= v.number % 1000000;
    }
    return v;
}

static void collect(const struct ref_json *node, str path, enum ref_field field,
                    struct ref_values *out, struct arena *a)
{
    if (node->kind == J_ARRAY) {
        for (const struct ref_json *e = node->child; e != NULL; e = e->next) {
            collect(e, path, field, out, a);
        }
    } else if (node->kind == J_OBJECT) {
        for (const struct ref_json *m = node->child; path.len > 0 && m != NULL; m = m->next) {
            if (str_eq(m->key, path)) {
                collect(m, (str){0}, field, out, a);
            } else if (str_starts(path, m->key) && path.ptr[m->key.len] == '.') {
                collect(m, str_slice(path, m->key.len + 1, path.len), field, out, a);
            }
        }
    } else if (path.len == 0) {
        const char *null_value = ref_fields[field].null_value;
        struct ref_value v;
        if (node->kind != J_NULL) {
            v = value_of(node, ref_fields[field].of, a);
        } else if (null_value != NULL) {
            v = (struct ref_value){.type = REF_TEXT, .text = str_from(null_value)};
        } else {
            return;
        }
        struct ref_value *grown = NEW_ARRAY(a, struct ref_value, out->n + 1);
        for (size_t i = 0; i < out->n; i++) {
            grown[i] = out->v[i];
        }
        grown[out->n++] = v;
        out->v = grown;
    }
}

void ref_event_finish(struct ref_event *e, struct arena *a)
{
    struct buf text = {0};
    print(e->root, &text);
    e->text = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    for (enum ref_field f = 0; f < F_COUNT; f++) {
        e->values[f] = (struct ref_values){0};
        if (f < F_KNOWN) {
            collect(e->root, str_from(ref_fields[f].name), f, &e->values[f], a);
        }
    }
}
