/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over a structural index: json_scan without its slow path. Declared apart so that tests can see which of the
 * two answered. */
#ifndef POSTERN_VALUE_JSON_WALK_H
#define POSTERN_VALUE_JSON_WALK_H

#include "value/path_trie.h"
#include "value/short_index.h"
#include "value/stage1.h"

/* An open container on the way through the trie. */
struct walk_frame {
    const struct trie_node *node;
    struct json_capture *capture; /* of the container itself: its length is known when it closes */
    uint64_t serial;              /* the object's own number, for marks */
    bool object;
    bool in_array; /* of values inside: an array was crossed */
};

/* An open container of a tree in the making. */
struct tree_frame {
    struct json *node;
    const struct trie_node *trie; /* NULL: no path leads here */
    uint64_t seen[4];             /* bits of the hashes of its keys */
    struct json *pruned;          /* its members and elements that were dropped */
    uint32_t n_pruned;
    bool same;     /* all values so far are as written */
    size_t length; /* of what it holds so far, written without white space */
};

struct json_scanner {
    struct stage1 *stage1;
    bool simd;
    uint32_t short_index[SHORT_INDEX_MAX + SHORT_INDEX_SPARE];
    uint64_t serial; /* objects met so far, in all records */
    uint64_t *seen;  /* by trie_entry.seen: serial of the last object that had the key */
    size_t n_seen;
    struct json_capture *
        *tails; /* by capture number: last of its list; meant only where the list is not empty */
    size_t n_tails;
    uint64_t marks; /* of the captures of the last walk */
    struct walk_frame frames[JSON_MAX_DEPTH];
    bool objects[JSON_MAX_DEPTH];           /* skipped containers by depth: object or array */
    str indexed;                            /* the text that the last walk passed; ptr NULL: none */
    struct stage1_index index;              /* of that text */
    bool escaped;                           /* it holds a backslash */
    struct tree_frame tree[JSON_MAX_DEPTH]; /* containers open while its tree is made */
};

enum walk_result {
    WALK_DONE,    /* the record is JSON, captures are complete */
    WALK_REFUSED, /* it is no JSON */
    WALK_UNFIT, /* not a case for the walk (scalar, duplicate key, too large): ask the tree. No verdict on the record. */
};

/* Captures must be all NULL before; on anything but WALK_DONE they hold leftovers. */
enum walk_result json_walk(struct json_scanner *s, str record, const struct path_trie *trie,
                           struct json_capture **captures, struct arena *a);

#endif
