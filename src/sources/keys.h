/* SPDX-License-Identifier: Apache-2.0 */
/* The small texts of the tables, bound to a path trie: raw paths of rows ("eventName userIdentity.type") and the key demands by which
 * shapes and containers are recognised ("operationName.value:s time|eventTimestamp category=AuditLogs"). */
#ifndef POSTERN_SOURCES_KEYS_H
#define POSTERN_SOURCES_KEYS_H

#include <string.h>

#include "value/json_scan.h"

/* Most values that one list of demands may name. */
enum { KEYS_MAX = 40 };
#define NO_CAPTURE UINT32_MAX

/* Adds a raw path to the trie: steps separated by '.', "\\." a dot inside a step. Returns its capture. */
uint32_t keys_add_path(struct path_trie *trie, str path, struct arena *a);
/* The first step of a raw path. In `a` when it holds an escaped dot. */
str keys_first_step(str path, struct arena *a);

struct key_demand {
    uint32_t capture;
    enum { KEY_ANY, KEY_STRING, KEY_OBJECT, KEY_ARRAY, KEY_TEXT } demand;
    str text;        /* KEY_TEXT: the string it must be */
    bool ends_group; /* the last of its alternatives */
};

struct key_demands {
    const struct key_demand *demands;
    size_t n;
};

struct key_demands keys_bind(struct path_trie *trie, const char *keys, struct arena *a);

/* Whether a demand looks at the text of a value. */
bool keys_by_text(const struct key_demands *k);
/* False when the first demand, which has no alternative, finds nothing: most lists of demands fail so for most records. */
static inline bool keys_may_match(const struct key_demands *k, struct json_capture *const *captures)
{
    return !k->demands[0].ends_group || captures[k->demands[0].capture];
}
/* Whether all demands are met; found[i] is the value that met demand i, or NULL. `scratch` serves strings with escapes. */
bool keys_match(const struct key_demands *k, struct json_capture *const *captures,
                const struct json_capture **found, struct arena *scratch);

/* What a record that meets the demands must show in its bytes: a member with this key, at any depth, whose value begins with one of
 * `opens` ("" any). */
struct key_sign {
    str key;
    const char *opens;
};

/* One sign for each alternative of the first group of `keys`: a record that meets them shows at least one. `out` has KEYS_MAX places. */
size_t keys_signs(const char *keys, struct key_sign *out, struct arena *a);

/* Whether the object's first key is `key` (ASCII), written without escapes. */
static inline bool keys_opens(str object, str key)
{
    size_t at = 1;
    while (at < object.len && (object.ptr[at] == ' ' || object.ptr[at] == '\n' ||
                               object.ptr[at] == '\r' || object.ptr[at] == '\t'))
        at++;
    return object.len >= at + key.len + 2 && object.ptr[0] == '{' && object.ptr[at] == '"' &&
           bytes_eq(object.ptr + at + 1, key.ptr, key.len) && object.ptr[at + 1 + key.len] == '"';
}

/* The value at a path that leads through no array, null not counted; NULL when there is none. */
static inline const struct json_capture *capture_single(struct json_capture *const *captures,
                                                        uint32_t i)
{
    const struct json_capture *c = i == NO_CAPTURE ? NULL : captures[i];
    return c && !c->in_array && c->type != JSON_NULL ? c : NULL;
}
/* The text of a captured string, decoded; an empty view with ptr NULL for anything else and for NULL. */
str capture_text(const struct json_capture *c, struct arena *a);

#endif
