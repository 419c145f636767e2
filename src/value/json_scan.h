/* SPDX-License-Identifier: Apache-2.0 */
/* One record, one walk. The scanner validates a record completely and captures the values that stand at the paths of a trie,
 * skipping everything else. simdjson's first stage (runtime-dispatched SIMD: UTF-8, strings, structural positions) gives the index,
 * the walk over the index is ours in C: grammar, numbers, literals, escapes and depth are all checked, so a record that passes is JSON and one that
 * fails has a position and a reason (found by json_validate on the error path only).
 * A scanner belongs to one thread. */
#ifndef POSTERN_VALUE_JSON_SCAN_H
#define POSTERN_VALUE_JSON_SCAN_H

#include "value/frame_index.h"
#include "value/json.h"

/* ---- The trie: built once, frozen, shared. ---- */

struct path_trie;

/* `dotted` true: a key with dots is walked as several steps ({"a.b":1} and {"a":{"b":1}} are one path): for documents that are already ECS.
 * Arrays on the way never appear in a path: each element is visited. */
struct path_trie *path_trie_new(struct arena *a, bool dotted);
/* Adds a path of `n` keys and returns its capture number (0, 1, 2 …; the same path gives the same number). The value itself is
 * captured, be it scalar, array or object. A path may lead through another captured one. */
uint32_t path_trie_add(struct path_trie *t, const str *keys, size_t n);
/* The same for "a.b.c" split at dots. */
uint32_t path_trie_add_dotted(struct path_trie *t, str path);
/* Adds every path of another trie of this kind; numbers[i] is what its capture i is here. */
void path_trie_add_all(struct path_trie *t, const struct path_trie *from, uint32_t *numbers);
/* Number of captures. Call path_trie_freeze once after the last add. */
size_t path_trie_count(const struct path_trie *t);
void path_trie_freeze(struct path_trie *t);
/* Bits of the caller's that json_scan_marks tells when something is captured there; more bits join those that the path has. */
void path_trie_mark(struct path_trie *t, uint32_t capture, uint64_t marks);

/* ---- What a walk finds. ---- */

struct json_capture {
    str raw;       /* the value's bytes: "text" with its quotes, 12, {…}; a view of the record */
    uint8_t type;  /* enum json_type */
    bool in_array; /* an array was crossed on the way */
    const struct json *node;   /* set when captured from a tree, NULL from text */
    struct json_capture *next; /* further values at the same path, in document order */
};

struct json_scanner;

/* A scanner for records up to `max_record` bytes (memory grows as needed, to about 4 bytes per byte of the largest record seen;
 * json_scanner_trim gives it back). */
struct json_scanner *json_scanner_new(size_t max_record);
void json_scanner_free(struct json_scanner *s);
/* Gives back the memory that a large record made the scanner take. */
void json_scanner_trim(struct json_scanner *s);

/* Walks `record` (exactly one JSON value, white space around it allowed). captures[i] becomes the list found at path i, or NULL; the array has
 * path_trie_count places. New nodes come from `a`. Where a key stands twice in one object the last value counts (the slow path, through a tree).
 * False with *e filled when the record is no JSON; captures are then NULL. The bytes behind record.ptr + record.len need not be readable.
 * `trie` NULL: validate only. */
bool json_scan(struct json_scanner *s, str record, const struct path_trie *trie,
               struct json_capture **captures, struct arena *a, struct json_error *e);

/* The next scans of exactly this text use `index` (value/frame_index.h) and look at no byte to make one, until the next call. Borrowed; NULL: there is none. */
void json_scanner_lend_index(struct json_scanner *s, str text, const struct frame_index *index);

/* The marks of all paths at which the last json_scan of this scanner, which passed, captured something. */
uint64_t json_scan_marks(const struct json_scanner *s);

/* False: there is no backslash in the text that the last json_scan of this scanner passed. */
bool json_scan_escaped(const struct json_scanner *s);

/* What the last json_scan of this scanner, which passed, captured, in the order of the record: number << 3 | enum json_type of each. Records that have the same list have the same
 * captures but for their texts. NULL: not known, since there were too many, or some in arrays, or they are from a tree. */
enum { JSON_MET_MAX = 128 };
const uint32_t *json_scan_met(const struct json_scanner *s, size_t *n);

/* How a tree is made from a scan. */
struct json_tree_options {
    const struct path_trie *trie; /* not dotted; NULL: no paths */
    const struct json **
        found; /* path_trie_count places, NULL on entry: the value at each path that leads through no array. What was pruned is a null here */
    bool
        prune; /* drop null, "", {}, [] and what becomes empty by that (raw_count still counts them) */
    const str *pruned; /* with prune: texts that count as empty, too; shorter than 64 bytes */
    size_t n_pruned;
};

/* The tree of `text`, which the last json_scan of this scanner must have passed: made from the index that the scan left, without looking at each byte again. As json_parse_valid,
 * pruned if wanted. Nodes that came through as they stood have `as_written`. NULL when the index is not that of `text`, or a key stands twice somewhere: json_parse_valid takes
 * these. */
struct json *json_scan_make_tree(struct json_scanner *s, str text,
                                 const struct json_tree_options *options, struct arena *a);

/* ---- A scan that makes values at once. ---- */

/* A trie that names nearly every key of the records it is walked over, not dotted, and what becomes of its captures. */
struct json_whole {
    const struct path_trie *trie;
    uint32_t n_captured; /* those below this number are captured as by json_scan */
    const uint32_t *
        places; /* by capture: where its value goes in json_values.found, or UINT32_MAX: nowhere. No two are the same */
    const struct json_tree_options *options; /* how values are pruned; its paths do not count */
    /* As path_trie_inner says of n_captured: a record with an array on the way to what is captured is captured by json_scan. NULL: such captures are not missed. */
    const bool *inner;
};

/* By node of the trie: whether a capture below `n_captured` lies below it. In `a`. */
const bool *path_trie_inner(const struct path_trie *trie, uint32_t n_captured, struct arena *a);

struct json_values {
    const struct json **found; /* all NULL on entry */
    uint32_t *
        filled; /* room for all indexes of `found`: those with something other than null, each once */
    size_t n_filled;
};

/* json_scan in which the walk itself makes the values that `what` names, each a scalar or a tree of its own as json_scan_make_tree gives it, and no tree of what lies around them. Values at paths that
 * lead through arrays are neither captured nor found. *complete is false when captures are those of json_scan over the trie and `out` is of no use: a key stands twice somewhere, or what->inner says so. */
bool json_scan_whole(struct json_scanner *s, str record, const struct json_whole *what,
                     struct json_capture **captures, struct json_values *out, bool *complete,
                     struct arena *a, struct json_error *e);

/* The same captures from a tree; returns their marks. */
uint64_t json_scan_tree(const struct json *root, const struct path_trie *trie,
                        struct json_capture **captures, struct arena *a);

/* A tree node for a capture: parses raw (already valid) or returns its node. Never NULL. */
struct json *json_capture_node(const struct json_capture *c, struct arena *a);

#endif
