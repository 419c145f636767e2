/* SPDX-License-Identifier: Apache-2.0 */
/* Raw paths and key demands bound to a trie; see keys.h. */
#include "sources/keys.h"

#include <assert.h>

enum { PATH_STEPS_MAX = 16 };

/* Takes one step off the front of *path, undoing "\\.". False when nothing is left. */
static bool next_step(str *path, str *step, struct arena *a)
{
    if (!path->ptr || path->len == 0)
        return false;
    size_t end = 0, escapes = 0;
    while (end < path->len && path->ptr[end] != '.') {
        if (path->ptr[end] == '\\') {
            escapes++;
            end++;
        }
        end++;
    }
    *step = str_slice(*path, 0, end);
    *path = str_slice(*path, end + 1, path->len);
    if (!escapes)
        return true;
    char *plain = arena_push_raw(a, 1, step->len);
    size_t n = 0;
    for (size_t i = 0; i < step->len; i++)
        if (step->ptr[i] != '\\')
            plain[n++] = step->ptr[i];
    *step = (str){plain, n};
    return true;
}

uint32_t keys_add_path(struct path_trie *trie, str path, struct arena *a)
{
    str steps[PATH_STEPS_MAX];
    size_t n = 0;
    while (next_step(&path, &steps[n], a)) {
        n++;
        assert(n < PATH_STEPS_MAX);
    }
    return path_trie_add(trie, steps, n);
}

str keys_first_step(str path, struct arena *a)
{
    str step = {0};
    next_step(&path, &step, a);
    return step;
}

/* "path", "path:s", "path=text". */
static struct key_demand bind_one(struct path_trie *trie, str text, struct arena *a)
{
    struct key_demand d = {.demand = KEY_ANY};
    size_t equals = str_find_byte(text, '=', 0), colon = str_find_byte(text, ':', 0);
    str path = text;
    if (equals != SIZE_MAX) {
        d.demand = KEY_TEXT;
        d.text = str_slice(text, equals + 1, text.len);
        path = str_slice(text, 0, equals);
    } else if (colon != SIZE_MAX) {
        char type = text.ptr[colon + 1];
        d.demand = type == 's' ? KEY_STRING : type == 'o' ? KEY_OBJECT : KEY_ARRAY;
        path = str_slice(text, 0, colon);
    }
    d.capture = keys_add_path(trie, path, a);
    return d;
}

struct key_demands keys_bind(struct path_trie *trie, const char *keys, struct arena *a)
{
    struct key_demand *demands = NEW_ARRAY(a, struct key_demand, KEYS_MAX);
    size_t n = 0;
    str rest = str_from(keys), group, one;
    while (str_split(&rest, ' ', &group)) {
        while (str_split(&group, '|', &one)) {
            assert(n < KEYS_MAX);
            demands[n++] = bind_one(trie, one, a);
        }
        demands[n - 1].ends_group = true;
    }
    return (struct key_demands){demands, n};
}

static struct key_sign sign_of(str text, struct arena *a)
{
    size_t equals = str_find_byte(text, '=', 0), colon = str_find_byte(text, ':', 0);
    str path = str_slice(text, 0, equals < colon ? equals : colon);
    str step = {0}, below;
    next_step(&path, &step, a);
    struct key_sign sign = {.key = step, .opens = ""};
    if (next_step(&path, &below, a))
        sign.opens = "{[";
    else if (equals != SIZE_MAX)
        sign.opens = "\"";
    else if (colon != SIZE_MAX)
        sign.opens = text.ptr[colon + 1] == 's' ? "\"" : text.ptr[colon + 1] == 'o' ? "{" : "[";
    return sign;
}

size_t keys_signs(const char *keys, struct key_sign *out, struct arena *a)
{
    size_t n = 0;
    str rest = str_from(keys), group, one;
    str_split(&rest, ' ', &group);
    while (str_split(&group, '|', &one)) {
        assert(n < KEYS_MAX);
        out[n++] = sign_of(one, a);
    }
    return n;
}

str capture_text(const struct json_capture *c, struct arena *a)
{
    if (!c || c->type != JSON_STRING)
        return (str){0};
    return c->node ? c->node->text : json_unescape(c->raw, a);
}

bool keys_by_text(const struct key_demands *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->demands[i].demand == KEY_TEXT)
            return true;
    return false;
}

static bool demand_met(const struct key_demand *d, const struct json_capture *c,
                       struct arena *scratch)
{
    if (!c)
        return false;
    switch (d->demand) {
    case KEY_ANY:
        return true;
    case KEY_STRING:
        return c->type == JSON_STRING;
    case KEY_OBJECT:
        return c->type == JSON_OBJECT;
    case KEY_ARRAY:
        return c->type == JSON_ARRAY;
    case KEY_TEXT:
        return c->type == JSON_STRING && str_eq(capture_text(c, scratch), d->text);
    }
    return false;
}

bool keys_match(const struct key_demands *k, struct json_capture *const *captures,
                const struct json_capture **found, struct arena *scratch)
{
    bool group = false;
    for (size_t i = 0; i < k->n; i++) {
        const struct json_capture *c = capture_single(captures, k->demands[i].capture);
        bool met = demand_met(&k->demands[i], c, scratch);
        found[i] = met ? c : NULL;
        group |= met;
        if (k->demands[i].ends_group) {
            if (!group)
                return false;
            group = false;
        }
    }
    return true;
}
