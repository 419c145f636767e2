/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text to a tree and back. The tree lives in the arena it was made in; strings are views of the text
 * where they hold no escape, so the text must outlive the tree. Nodes may be edited and built by hand: members and elements
 * are linked lists. Numbers keep their digits as written. A lone surrogate escape becomes U+FFFD. */
#ifndef POSTERN_VALUE_JSON_H
#define POSTERN_VALUE_JSON_H

#include "base/arena.h"
#include "base/buf.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Deepest nesting that is read; one level more is an error ("nested too deep"). */
#define JSON_MAX_DEPTH 1000

/* Values up to this length are the usual ones: they are copied with what stands behind them, without asking how long they are. */
enum { JSON_SPARE = 64 };

struct json {
    uint8_t type; /* enum json_type */
    bool boolean;
    bool
        as_written; /* `raw` is what json_write makes of this node; any change to it or below it must clear this */
    bool
        spare; /* JSON_SPARE bytes behind the beginning of `raw` may be read, however short it is */
    uint32_t count;     /* elements or members now in the list */
    uint32_t raw_count; /* distinct keys the object had in its text (count before any cleaning) */
    str key;            /* decoded key when this is a member */
    str text;           /* string: decoded UTF-8; number: its text as written */
    str raw;            /* the value's own bytes in the parsed text; empty when built by hand */
    struct json *child; /* first element or member */
    struct json *last;  /* last element or member */
    struct json *next;  /* next sibling */
};

/* Where and why a text is no JSON. `reason` is a literal such as "string is not closed". */
struct json_error {
    size_t at; /* byte offset in the text */
    const char *reason;
};

/* The one value that `text` holds, white space around it allowed, fully validated (RFC 8259, UTF-8, depth). A key that
 * stands twice keeps its first place and its last value, in linear time. NULL with *e filled when it is no such text. */
struct json *json_parse(str text, struct arena *a, struct json_error *e);

/* The same for a text that is known to be valid (json_scan has passed it). Never NULL. */
struct json *json_parse_valid(str text, struct arena *a);

/* The same checks without a tree: true, or *e filled with the first position that cannot be JSON. Scalar code, about
 * 0.3 GB/s: the slow path that gives errors their position. */
bool json_validate(str text, struct json_error *e);

/* Member `key` of an object (NULL when `node` is NULL, no object, or lacks it); `json_at` follows plain keys to the NULL that ends
 * the list of arguments: json_at(root, "a", "b", (const char *)NULL). */
struct json *json_get(const struct json *node, str key);
struct json *json_at(const struct json *node, ...);
/* Element i of an array, or NULL. */
struct json *json_element(const struct json *node, size_t i);

/* The text of a string node, or an empty view with ptr NULL for anything else. */
str json_text(const struct json *node);
bool json_is(const struct json *node, enum json_type type);
/* Numbers. False when the node is no number, has a fraction or exponent (i64), or does not fit. */
bool json_i64(const struct json *node, int64_t *out);
bool json_double(const struct json *node, double *out);
/* True when the number is written with '.', 'e' or 'E'. */
bool json_is_decimal(const struct json *node);

/* Builders. Nodes are new, unlinked; `text` is borrowed. */
struct json *json_new(struct arena *a, enum json_type type);
struct json *json_new_string(struct arena *a, str text);
struct json *json_new_bool(struct arena *a, bool value);
struct json *json_new_i64(struct arena *a, int64_t value);
/* Shortest text that reads back as the same double ("1.5", "1", "1e+22" style is JSON-valid). NaN and infinities give null. */
struct json *json_new_double(struct arena *a, double value);
/* A shallow copy of one node (children shared), so that it can be linked elsewhere. A deep copy. */
struct json *json_alias(struct arena *a, const struct json *node);
struct json *json_clone(struct arena *a, const struct json *node);

/* Sets member `key` (replacing its value in place) or appends it. The value must be unlinked. Linear in members. */
void json_set(struct json *object, str key, struct json *value);
/* Appends a member without looking for `key`. */
void json_add(struct json *object, str key, struct json *value);
void json_push(struct json *array, struct json *value);
/* Unlinks a member; NULL when it was not there. */
struct json *json_remove(struct json *object, str key);

/* Compact JSON text: no white space, strings with the shortest escapes (\" \\ \n \r \t \b \f, \u00XX for other controls), UTF-8 as it
 * is, invalid UTF-8 as U+FFFD, numbers as written. */
void json_write(const struct json *node, struct buf *out);
void json_write_string(str s, struct buf *out);

/* A copy of a tree, texts included, all in `a`, which is written with one copy of bytes (`as_written`, `spare`). */
struct json *json_written(const struct json *node, struct arena *a);

/* The decoded text of a JSON string token, quotes included in `raw` (which must be valid). A view of raw when it holds no escape. */
str json_unescape(str raw, struct arena *a);

#endif
