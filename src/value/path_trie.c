/* SPDX-License-Identifier: Apache-2.0 */
/* Paths to a trie: a plain tree while paths are added, one hash table a node once frozen. */
#include "value/path_trie.h"

#include <assert.h>

static struct trie_node *new_node(struct path_trie *t, struct trie_node *parent, str key)
{
    struct trie_node *node = NEW(t->a, struct trie_node);
    node->capture = TRIE_NO_CAPTURE;
    node->parent = parent;
    node->number = t->n_nodes++;
    if (parent != NULL) {
        node->key = arena_copy(t->a, key);
        node->depth = parent->depth + 1;
        node->sibling = parent->child;
        parent->child = node;
        t->last->later = node;
    }
    t->last = node;
    return node;
}

struct path_trie *path_trie_new(struct arena *a, bool dotted)
{
    struct path_trie *t = NEW(a, struct path_trie);
    t->a = a;
    t->dotted = dotted;
    t->root = new_node(t, NULL, (str){0});
    return t;
}

static struct trie_node *step(struct path_trie *t, struct trie_node *node, str key)
{
    struct trie_node *child = node->child;
    while (child != NULL && !str_eq(child->key, key))
        child = child->sibling;
    return child != NULL ? child : new_node(t, node, key);
}

static struct trie_node *step_dotted(struct path_trie *t, struct trie_node *node, str path)
{
    str rest = path.ptr == NULL ? S("") : path;
    str key;
    while (str_split(&rest, '.', &key))
        node = step(t, node, key);
    return node;
}

static uint32_t number(struct path_trie *t, struct trie_node *node)
{
    assert(!t->frozen);
    if (node->capture == TRIE_NO_CAPTURE)
        node->capture = t->n_captures++;
    return node->capture;
}

uint32_t path_trie_add(struct path_trie *t, const str *keys, size_t n)
{
    struct trie_node *node = t->root;
    for (size_t i = 0; i < n; i++)
        node = t->dotted ? step_dotted(t, node, keys[i]) : step(t, node, keys[i]);
    return number(t, node);
}

uint32_t path_trie_add_dotted(struct path_trie *t, str path)
{
    return number(t, step_dotted(t, t->root, path));
}

static struct trie_node *copy_of(struct path_trie *t, const struct trie_node *node)
{
    return node->parent == NULL ? t->root : step(t, copy_of(t, node->parent), node->key);
}

void path_trie_add_all(struct path_trie *t, const struct path_trie *from, uint32_t *numbers)
{
    assert(!t->dotted && !from->dotted);
    const struct trie_node **nodes = NEW_ARRAY(t->a, const struct trie_node *, from->n_captures);
    for (const struct trie_node *node = from->root; node != NULL; node = node->later)
        if (node->capture != TRIE_NO_CAPTURE)
            nodes[node->capture] = node;
    /* In this order, so that a copy of a trie has its numbers. */
    for (uint32_t i = 0; i < from->n_captures; i++) {
        struct trie_node *copy = copy_of(t, nodes[i]);
        copy->marks |= nodes[i]->marks;
        numbers[i] = number(t, copy);
    }
}

size_t path_trie_count(const struct path_trie *t)
{
    return t->n_captures;
}

/* How many nodes above have an entry for `node`: its parent, or in a dotted trie all. */
static uint32_t levels(const struct path_trie *t, const struct trie_node *node)
{
    return t->dotted || node->depth < 1 ? node->depth : 1;
}

static void make_table(struct path_trie *t, struct trie_node *node)
{
    if (node->n_entries == 0)
        return;
    uint32_t places = 2;
    while (places < 2 * node->n_entries)
        places *= 2;
    node->mask = places - 1;
    node->entries = NEW_ARRAY(t->a, struct trie_entry, places);
    node->sieve = NEW_ARRAY(t->a, uint64_t, TRIE_SIEVE / 64);
}

void path_trie_mark(struct path_trie *t, uint32_t capture, uint64_t marks)
{
    for (struct trie_node *node = t->root; node != NULL; node = node->later)
        node->marks |= node->capture == capture ? marks : 0;
}

static void insert(struct trie_node *at, str key, const struct trie_node *node, uint32_t seen)
{
    uint32_t hash = trie_hash(key.ptr, key.len);
    uint32_t i = hash & at->mask;
    while (at->entries[i].key != NULL)
        i = (i + 1) & at->mask;
    at->entries[i] = (struct trie_entry){key.ptr, (uint32_t)key.len, hash, node, seen};
    at->lengths |= (uint64_t)1 << (key.len < 63 ? key.len : 63);
    uint32_t mesh = key.len > 0 ? trie_mesh(key.ptr, key.len) : 0;
    at->sieve[mesh / 64] |= (uint64_t)1 << mesh % 64;
}

static void insert_above(struct path_trie *t, struct trie_node *node)
{
    uint32_t n = levels(t, node);
    str key = node->key;
    struct trie_node *above = node->parent;
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) {
            key = arena_concat(t->a, above->key, S("."), key);
            above = above->parent;
        }
        insert(above, key, node, t->n_seen++);
    }
}

void path_trie_freeze(struct path_trie *t)
{
    assert(!t->frozen);
    t->frozen = true;
    for (struct trie_node *node = t->root; node != NULL; node = node->later) {
        uint32_t n = levels(t, node);
        struct trie_node *above = node->parent;
        for (uint32_t i = 0; i < n; i++, above = above->parent)
            above->n_entries++;
    }
    for (struct trie_node *node = t->root; node != NULL; node = node->later)
        make_table(t, node);
    for (struct trie_node *node = t->root; node != NULL; node = node->later)
        insert_above(t, node);
}
