/* SPDX-License-Identifier: Apache-2.0 */
/* Removal of empty values: from a whole CloudTrail record before it is read, from single values of GCP after. */
#include "sources/row.h"

static bool is_empty(const struct json *node)
{
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
    case JSON_NUMBER:
        return false;
    case JSON_STRING:
        return node->text.len == 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return node->child == NULL;
    }
    return false;
}

bool clean_record(struct json *node)
{
    if (node->type == JSON_STRING)
        return node->text.len > 0 && !str_eq(node->text, S("-")) && !str_eq(node->text, S("none"));
    if (node->type != JSON_ARRAY && node->type != JSON_OBJECT)
        return node->type != JSON_NULL;
    struct json *kept = NULL, *next;
    uint32_t count = 0;
    struct json *first = NULL;
    for (struct json *m = node->child; m; m = next) {
        next = m->next;
        if (!clean_record(m))
            continue;
        m->next = NULL;
        if (kept)
            kept->next = m;
        else
            first = m;
        kept = m;
        count++;
    }
    node->child = first;
    node->last = kept;
    node->count = count;
    node->as_written = false;
    return first != NULL;
}

static bool is_dots(str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.ptr[i] != '.')
            return false;
    return key.len > 0;
}

const struct json *clean_copy(const struct json *node, bool dots, struct arena *a)
{
    if (!node || is_empty(node))
        return NULL;
    if (node->type != JSON_ARRAY && node->type != JSON_OBJECT)
        return node;
    /* The copy begins when the first difference is seen, and then repeats what came before it. */
    struct json *copy = NULL;
    for (const struct json *m = node->child; m; m = m->next) {
        const struct json *cleaned =
            dots && node->type == JSON_OBJECT && is_dots(m->key) ? NULL : clean_copy(m, dots, a);
        if (cleaned == m && !copy)
            continue;
        if (!copy) {
            copy = json_new(a, (enum json_type)node->type);
            copy->raw_count = node->raw_count;
            for (const struct json *before = node->child; before != m; before = before->next) {
                struct json *same = json_alias(a, before);
                if (node->type == JSON_OBJECT)
                    json_add(copy, before->key, same);
                else
                    json_push(copy, same);
            }
        }
        if (!cleaned)
            continue;
        struct json *same = json_alias(a, cleaned);
        if (node->type == JSON_OBJECT)
            json_add(copy, m->key, same);
        else
            json_push(copy, same);
    }
    if (!copy)
        return node;
    return is_empty(copy) ? NULL : copy;
}
