/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner: the fast walk first, and the tree for everything that the walk does not take or refuses (which gives the
 * error its position). */
#include "value/json_scan.h"

#include "base/mem.h"
#include "value/json_walk.h"
#include "value/simd.h"

/* Records of this size are served without growing. */
static const size_t first_capacity = (size_t)64 << 10;

struct json_scanner *json_scanner_new(size_t max_record)
{
    struct json_scanner *s = mem_alloc(sizeof *s);
    s->simd = simd_usable();
    s->stage1 = stage1_new(max_record < first_capacity ? max_record : first_capacity);
    return s;
}

void json_scanner_free(struct json_scanner *s)
{
    if (s == NULL)
        return;
    if (s->stage1 != NULL)
        stage1_free(s->stage1);
    mem_free(s->seen);
    mem_free(s->tails);
    mem_free(s->slots);
    mem_free(s->key_hints);
    mem_free(s->trees);
    mem_free(s);
}

void json_scanner_trim(struct json_scanner *s)
{
    if (s->stage1 != NULL)
        stage1_trim(s->stage1, first_capacity);
}

static void clear(struct json_capture **captures, const struct path_trie *trie)
{
    for (size_t i = 0; i < trie->n_captures; i++)
        captures[i] = NULL;
}

bool json_scan(struct json_scanner *s, str record, const struct path_trie *trie,
               struct json_capture **captures, struct arena *a, struct json_error *e)
{
    if (trie == NULL)
        return json_walk(s, record, NULL, NULL, a) == WALK_DONE || json_validate(record, e);
    clear(captures, trie);
    if (json_walk(s, record, trie, captures, a) == WALK_DONE)
        return true;
    clear(captures, trie);
    s->n_met = SIZE_MAX;
    s->escaped = true;
    struct json *root = json_parse(record, a, e);
    if (root == NULL)
        return false;
    s->marks = json_scan_tree(root, trie, captures, a);
    return true;
}

void json_scanner_lend_index(struct json_scanner *s, str text, const struct frame_index *index)
{
    s->lent_text = text;
    s->lent = index;
}

uint64_t json_scan_marks(const struct json_scanner *s)
{
    return s->marks;
}

bool json_scan_escaped(const struct json_scanner *s)
{
    return s->escaped;
}

const uint32_t *json_scan_met(const struct json_scanner *s, size_t *n)
{
    *n = s->n_met;
    return s->n_met == SIZE_MAX ? NULL : s->met;
}

bool json_scan_whole(struct json_scanner *s, str record, const struct json_whole *what,
                     struct json_capture **captures, struct json_values *out, bool *complete,
                     struct arena *a, struct json_error *e)
{
    clear(captures, what->trie);
    *complete = json_walk_whole(s, record, what, captures, out, a) == WALK_DONE;
    return *complete || json_scan(s, record, what->trie, captures, a, e);
}

struct json *json_capture_node(const struct json_capture *c, struct arena *a)
{
    if (c->node != NULL)
        return (struct json *)(uintptr_t)
            c->node;                    /* the caller's own tree, const only while it was walked */
    return json_parse_valid(c->raw, a); /* the walk has checked it */
}
