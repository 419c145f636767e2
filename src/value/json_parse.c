/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text to a tree. The text is validated first, so the builder trusts every byte; it keeps the open containers in an
 * array instead of recursing. Keys that stand twice are merged when their object closes. */
#include <assert.h>
#include <string.h>

#include "base/map.h"
#include "value/json.h"
#include "value/json_string.h"

struct builder {
    const char *text;
    size_t at, len;
    struct arena *a;
};

static void skip_space(struct builder *b)
{
    for (;;) {
        char c = b->text[b->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return;
        b->at++;
    }
}

static str build_string(struct builder *b)
{
    bool escaped;
    size_t n = json_string_length(b->text + b->at, b->text + b->len, &escaped);
    str body = {b->text + b->at + 1, n - 2};
    b->at += n;
    return escaped ? json_string_decode(body, b->a) : body;
}

/* The end of a number is the first byte that cannot be in one; at the end of the text there may be none. */
static size_t number_end(const struct builder *b, size_t len)
{
    size_t at = b->at;
    while (at < len && b->text[at] != '\0' && strchr("+-.0123456789eE", b->text[at]) != NULL)
        at++;
    return at;
}

/* A scalar, or the opening bracket of a container. */
static struct json *build_node(struct builder *b, size_t len)
{
    struct json *node = NEW(b->a, struct json);
    size_t start = b->at;
    switch (b->text[start]) {
    case '{':
    case '[':
        node->type = b->text[start] == '{' ? JSON_OBJECT : JSON_ARRAY;
        b->at++;
        break;
    case '"':
        node->type = JSON_STRING;
        node->text = build_string(b);
        break;
    case 't':
    case 'f':
        node->type = JSON_BOOL;
        node->boolean = b->text[start] == 't';
        b->at += node->boolean ? 4 : 5;
        break;
    case 'n':
        node->type = JSON_NULL;
        b->at += 4;
        break;
    default:
        node->type = JSON_NUMBER;
        b->at = number_end(b, len);
        node->text = (str){b->text + start, b->at - start};
        break;
    }
    node->raw = (str){b->text + start, b->at - start};
    return node;
}

/* The later of two members of one key gives its value to the place of the earlier. */
static void replace_value(struct json *earlier, const struct json *later)
{
    struct json *next = earlier->next;
    str key = earlier->key;
    *earlier = *later;
    earlier->key = key;
    earlier->next = next;
}

/* Objects up to this many members are compared pair by pair. */
enum { FEW_MEMBERS = 48 };

/* The member before `node` that has its key, or NULL; `seen` is used for large objects. Length and last byte tell most keys apart. */
static struct json *find_earlier(struct json *object, struct json *node, struct map *seen,
                                 struct arena *scratch)
{
    if (object->count <= FEW_MEMBERS) {
        str key = node->key;
        char last = key.len > 0 ? key.ptr[key.len - 1] : 0;
        struct json *member = object->child;
        for (; member != node; member = member->next)
            if (member->key.len == key.len &&
                (key.len == 0 ||
                 (member->key.ptr[key.len - 1] == last && str_eq(member->key, key))))
                return member;
        return NULL;
    }
    void **place = map_put(seen, node->key, scratch);
    if (*place == NULL)
        *place = node;
    return *place == node ? NULL : *place;
}

static void merge_members(struct json *object, struct arena scratch)
{
    struct map seen = {0};
    struct json *previous = NULL;
    uint32_t distinct = 0;
    for (struct json *node = object->child; node != NULL; node = node->next) {
        struct json *earlier = find_earlier(object, node, &seen, &scratch);
        if (earlier == NULL) {
            previous = node;
            distinct++;
        } else {
            replace_value(earlier, node);
            assert(previous != NULL); /* the first member has none before it */
            previous->next = node->next;
        }
    }
    object->last = previous;
    object->count = distinct;
    object->raw_count = distinct;
}

/* Behind a value or an opening bracket: closes what closes and reads the next key. False when nothing is open any more. */
static bool build_between(struct builder *b, struct json **open, size_t *depth, str *key)
{
    while (*depth > 0) {
        struct json *container = open[*depth - 1];
        skip_space(b);
        char c = b->text[b->at];
        if (c == ']' || c == '}') {
            b->at++;
            container->raw.len = (size_t)(b->text + b->at - container->raw.ptr);
            if (container->type == JSON_OBJECT)
                merge_members(container, *b->a);
            --*depth;
            continue;
        }
        if (c == ',')
            b->at++;
        skip_space(b);
        if (container->type == JSON_OBJECT) {
            *key = build_string(b);
            skip_space(b);
            b->at++; /* the colon */
            skip_space(b);
        }
        return true;
    }
    return false;
}

static struct json *build(struct builder *b, size_t len)
{
    struct json *open[JSON_MAX_DEPTH];
    size_t depth = 0;
    str key = {0};
    skip_space(b);
    struct json *root = build_node(b, len);
    if (root->type == JSON_OBJECT || root->type == JSON_ARRAY)
        open[depth++] = root;
    while (build_between(b, open, &depth, &key)) {
        struct json *inside = open[depth - 1];
        struct json *node = build_node(b, len);
        if (inside->type == JSON_OBJECT)
            json_add(inside, key, node);
        else
            json_push(inside, node);
        if (node->type == JSON_OBJECT || node->type == JSON_ARRAY)
            open[depth++] = node;
    }
    return root;
}

struct json *json_parse(str text, struct arena *a, struct json_error *e)
{
    return json_validate(text, e) ? json_parse_valid(text, a) : NULL;
}

struct json *json_parse_valid(str text, struct arena *a)
{
    struct builder b = {.text = text.ptr, .len = text.len, .a = a};
    return build(&b, text.len);
}
