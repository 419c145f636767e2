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
    struct walk_slot *slot;       /* what stands behind the last key, in a whole walk */
    uint32_t guess;               /* the same in any other: place of its hints */
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

/* Most keys are followed by one of two: what is optional comes or does not. The first that was seen stays, the other is the latest. */
enum { WALK_GUESSES = 2 };

/* A key that followed another, and what is done with it. */
struct walk_guess {
    uint64_t words[4];      /* the key, its closing quote and a colon, then anything */
    struct walk_slot *next; /* behind it */
    const struct trie_node
        *object;                  /* that has the key; NULL: no guess, or a key too long for one */
    const struct trie_node *node; /* behind the key */
    uint32_t place;               /* of its value, or UINT32_MAX */
    uint8_t length;               /* of what counts in `words`, in bytes */
    bool captured;                /* it is one to be captured */
};

/* Where the walk is in an object: behind a key, or at its beginning. Each slot waits for the one before, so what is done with a key stands in its guess. */
struct walk_slot {
    uint64_t seen; /* serial of the last object that had the key */
    struct walk_guess guesses[WALK_GUESSES];
};

/* A container whose tree is made when the walk is done. */
struct walk_tree {
    uint32_t place; /* in json_values.found */
    uint32_t at;    /* of its bracket in the index */
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
    struct walk_slot
        *slots; /* of the nodes' beginnings by their numbers, then behind keys by trie_entry.seen */
    size_t n_slots;
    uint32_t *
        key_hints; /* of json_walk_keys.c, at places numbered as slots: where in its node's table the key stood that followed: place + 1 */
    size_t n_key_hints;
    uint32_t met[JSON_MET_MAX]; /* json_scan_met */
    size_t n_met;               /* SIZE_MAX: not known */
    struct walk_tree *trees;
    size_t cap_trees;
    uint64_t marks; /* of the captures of the last walk */
    struct walk_frame frames[JSON_MAX_DEPTH];
    bool objects[JSON_MAX_DEPTH];           /* skipped containers by depth: object or array */
    const struct frame_index *lent;         /* NULL: none */
    str lent_text;                          /* whose index that is */
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

/* The same for a scan that makes values. Without WALK_DONE captures hold leftovers. */
enum walk_result json_walk_whole(struct json_scanner *s, str record, const struct json_whole *what,
                                 struct json_capture **captures, struct json_values *out,
                                 struct arena *a);

/* ---- Inside a walk ---- */

struct walk {
    struct json_scanner *s;
    const char *text;
    size_t len;
    const uint32_t *at; /* next position */
    const uint32_t *end;
    bool escaped; /* there is a backslash somewhere */
    struct json_capture **captures;
    uint64_t marks; /* of the captures so far */
    struct arena *a;
    struct json_capture *spare; /* captures are pushed several at a time */
    size_t n_spare;
};

/* Starts a walk over a record: WALK_DONE when there is an index to walk over. */
enum walk_result walk_begin(struct walk *w, struct json_scanner *s, str record,
                            const struct path_trie *trie, struct json_capture **captures,
                            struct arena *a);
/* Ends it: that record is the one that make_tree may take. */
void walk_end(const struct walk *w, str record);
/* A new capture of the value that starts at `start`, its length still open; NULL when the node wants none. */
struct json_capture *walk_capture(struct walk *w, const struct trie_node *node, size_t start,
                                  bool in_array);
/* A container whose opening bracket was just passed, with `depth` others around it. False when it is no JSON. */
bool walk_skip_container(struct walk *w, bool object, size_t depth);
/* An array whose opening bracket was just passed, into which paths lead, with `depth` others around it: all of it. */
enum walk_result walk_array(struct walk *w, const struct trie_node *node, size_t depth);
/* The members of the root object, whose bracket was just passed, over a trie without dots (json_walk_keys.c). */
enum walk_result walk_keys(struct walk *w, const struct path_trie *trie);

/* The end of the string that stands before position `next`, white space cut off. */
static inline size_t walk_string_end(const char *text, size_t next)
{
    while (text[next - 1] != '"')
        next--;
    return next;
}

#endif
