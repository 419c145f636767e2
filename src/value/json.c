/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON tree: looking into it, building it and changing it by hand. */
#include "value/json.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>

bool json_is(const struct json *node, enum json_type type)
{
    return node != NULL && node->type == type;
}

struct json *json_get(const struct json *node, str key)
{
    if (!json_is(node, JSON_OBJECT))
        return NULL;
    struct json *member = node->child;
    while (member != NULL && !str_eq(member->key, key))
        member = member->next;
    return member;
}

struct json *json_at(const struct json *node, ...)
{
    struct json *found = NULL;
    va_list keys;
    va_start(keys, node);
    for (;;) {
        /* clang-tidy 14 does not see va_start. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
        const char *key = va_arg(keys, const char *);
        if (key == NULL)
            break;
        found = json_get(node, str_from(key));
        node = found;
    }
    va_end(keys);
    return found;
}

struct json *json_element(const struct json *node, size_t i)
{
    if (!json_is(node, JSON_ARRAY))
        return NULL;
    struct json *element = node->child;
    while (element != NULL && i-- > 0)
        element = element->next;
    return element;
}

str json_text(const struct json *node)
{
    return json_is(node, JSON_STRING) ? node->text : (str){0};
}

bool json_is_decimal(const struct json *node)
{
    if (!json_is(node, JSON_NUMBER))
        return false;
    for (size_t i = 0; i < node->text.len; i++) {
        char c = node->text.ptr[i];
        if (c == '.' || c == 'e' || c == 'E')
            return true;
    }
    return false;
}

bool json_i64(const struct json *node, int64_t *out)
{
    return json_is(node, JSON_NUMBER) && !json_is_decimal(node) && str_to_i64(node->text, out);
}

bool json_double(const struct json *node, double *out)
{
    double value;
    if (!json_is(node, JSON_NUMBER) || !str_to_double(node->text, &value) || !isfinite(value))
        return false;
    *out = value;
    return true;
}

/* A node that is all zero but for its type. Field by field: gcc 12 clears a struct of this size with `rep stos`, and the arena through memset. */
struct json *json_new(struct arena *a, enum json_type type)
{
    struct json *node = arena_push_raw(a, sizeof *node, 1);
    node->type = (uint8_t)type;
    node->boolean = false;
    node->as_written = false;
    node->spare = false;
    node->count = 0;
    node->raw_count = 0;
    node->key = (str){0};
    node->text = (str){0};
    node->raw = (str){0};
    node->child = NULL;
    node->last = NULL;
    node->next = NULL;
    if (type == JSON_NUMBER)
        node->text = S("0");
    return node;
}

struct json *json_new_string(struct arena *a, str text)
{
    struct json *node = json_new(a, JSON_STRING);
    node->text = text.ptr == NULL ? S("") : text;
    return node;
}

struct json *json_new_bool(struct arena *a, bool value)
{
    struct json *node = json_new(a, JSON_BOOL);
    node->boolean = value;
    return node;
}

struct json *json_new_i64(struct arena *a, int64_t value)
{
    struct json *node = json_new(a, JSON_NUMBER);
    node->text = arena_printf(a, "%lld", (long long)value);
    return node;
}

struct json *json_new_double(struct arena *a, double value)
{
    if (!isfinite(value))
        return json_new(a, JSON_NULL);
    struct json *node = json_new(a, JSON_NUMBER);
    /* Every decimal of 15 digits survives a normal double and every double survives 17 digits (IEEE 754), and %g drops
     * the zeros at the end, so the first that reads back is the shortest. Subnormal ones may need fewer. */
    int fewest = fabs(value) < DBL_MIN ? 1 : 15;
    for (int digits = fewest; digits <= 17; digits++) {
        double back = 0;
        node->text = arena_printf(a, "%.*g", digits, value);
        if (str_to_double(node->text, &back) && back == value)
            break;
    }
    return node;
}

struct json *json_alias(struct arena *a, const struct json *node)
{
    struct json *copy = arena_push_raw(a, sizeof *copy, 1);
    *copy = *node;
    copy->next = NULL;
    return copy;
}

/* Recursion is as deep as the tree: at most JSON_MAX_DEPTH for a parsed one. */
struct json *json_clone(struct arena *a, const struct json *node)
{
    struct json *copy = json_alias(a, node);
    copy->as_written = false;
    copy->child = NULL;
    copy->last = NULL;
    for (const struct json *child = node->child; child != NULL; child = child->next) {
        struct json *twin = json_clone(a, child);
        if (copy->last == NULL)
            copy->child = twin;
        else
            copy->last->next = twin;
        copy->last = twin;
    }
    return copy;
}

static void append(struct json *container, struct json *value)
{
    assert(value->next == NULL);
    container->as_written = false;
    if (container->last == NULL)
        container->child = value;
    else
        container->last->next = value;
    container->last = value;
    container->count++;
}

/* The link that points at member `key`, or NULL; *previous is the member before it. */
static struct json **find_link(struct json *object, str key, struct json **previous)
{
    *previous = NULL;
    for (struct json **link = &object->child; *link != NULL; link = &(*link)->next) {
        if (str_eq((*link)->key, key))
            return link;
        *previous = *link;
    }
    return NULL;
}

void json_set(struct json *object, str key, struct json *value)
{
    assert(object->type == JSON_OBJECT);
    struct json *previous;
    struct json **link = find_link(object, key, &previous);
    object->as_written = false;
    if (link == NULL) {
        json_add(object, key, value);
        return;
    }
    struct json *old = *link;
    if (old == value)
        return;
    assert(value->next == NULL);
    value->key = key;
    value->next = old->next;
    *link = value;
    if (object->last == old)
        object->last = value;
    old->next = NULL;
}

void json_add(struct json *object, str key, struct json *value)
{
    assert(object->type == JSON_OBJECT);
    value->key = key;
    append(object, value);
}

void json_push(struct json *array, struct json *value)
{
    assert(array->type == JSON_ARRAY);
    value->key = (str){0};
    append(array, value);
}

struct json *json_remove(struct json *object, str key)
{
    if (!json_is(object, JSON_OBJECT))
        return NULL;
    struct json *previous;
    struct json **link = find_link(object, key, &previous);
    if (link == NULL)
        return NULL;
    struct json *node = *link;
    *link = node->next;
    if (object->last == node)
        object->last = previous;
    object->count--;
    object->as_written = false;
    node->next = NULL;
    return node;
}
