/* SPDX-License-Identifier: Apache-2.0 */
/* Objects joined into objects, in linear time; see row.h. */
#include "base/map.h"
#include "sources/row.h"

/* Past so many members a key is looked up in a table. */
enum { FEW_MEMBERS = 32 };

/* The members that an object has before others are added. */
struct known_members {
    struct json *first;
    size_t n;
    struct map by_key; /* of more than FEW_MEMBERS */
};

static struct known_members members_of(const struct json *object, struct arena *a)
{
    struct known_members known = {.first = object->child, .n = object->count};
    if (known.n <= FEW_MEMBERS)
        return known;
    map_reserve(&known.by_key, known.n, a);
    for (struct json *m = object->child; m; m = m->next)
        *map_put(&known.by_key, m->key, a) = m;
    return known;
}

static struct json *find_member(const struct known_members *known, str key)
{
    if (known->n > FEW_MEMBERS)
        return map_get(&known->by_key, key);
    struct json *m = known->first;
    size_t left = known->n;
    for (; left > 0 && !str_eq(m->key, key); m = m->next)
        left--;
    return left > 0 ? m : NULL;
}

void json_own(struct json *object, struct arena *a)
{
    const struct json *own = json_shallow(object, a);
    object->child = own->child;
    object->last = own->last;
    object->as_written = false;
}

void json_join(struct json *object, const struct json *value, struct arena *a)
{
    struct known_members known = members_of(object, a);
    for (const struct json *m = value->child; m; m = m->next) {
        struct json *there = find_member(&known, m->key);
        if (!there) {
            json_add(object, m->key, json_alias(a, m));
        } else if (there->type == JSON_OBJECT && m->type == JSON_OBJECT) {
            object->as_written = false;
            json_own(there, a);
            json_join(there, m, a);
        }
    }
}
