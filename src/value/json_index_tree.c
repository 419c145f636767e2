/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a record that was just scanned, from its structural index: the walk has checked every token, so this one only jumps from position to position. An object's members are
 * looked at once more when it closes: keys that stand twice end the attempt, empty values go, and what then still is as it stood in the text is marked, so that it is written with one
 * copy. Measured against json_parse_valid, clean_record and json_scan_tree after one another: a third of the time. */
#include <string.h>

#include "value/json_string.h"
#include "value/json_token.h"
#include "value/json_walk.h"

/* Nodes are taken from the arena this many at a time. */
enum { NODE_BLOCK = 32 };

struct maker {
    struct json_scanner *s;
    const struct json_tree_options *options;
    const char *text;
    size_t len;
    const uint32_t *at; /* next position */
    struct arena *a;
    struct json *spare;
    size_t n_spare;
};

/* A node as NEW gives it. Field by field: gcc 12 clears a struct of this size with `rep stos`, which costs more than all the rest of a node (12 % of normalize). */
static struct json *new_node(struct maker *m, enum json_type type, str raw)
{
    if (m->n_spare == 0) {
        m->spare = arena_push_raw(m->a, sizeof *m->spare, NODE_BLOCK);
        m->n_spare = NODE_BLOCK;
    }
    m->n_spare--;
    struct json *node = m->spare++;
    node->type = (uint8_t)type;
    node->boolean = false;
    node->as_written = false;
    node->count = 0;
    node->raw_count = 0;
    node->text = (str){0};
    node->raw = raw;
    node->child = NULL;
    node->last = NULL;
    node->next = NULL;
    return node; /* the key is set when it is linked */
}

/* The text between the quotes of a string whose closing quote stands before position `next`. */
static str between_quotes(const struct maker *m, size_t start, size_t next)
{
    while (m->text[next - 1] != '"')
        next--; /* white space */
    return (str){m->text + start + 1, next - start - 2};
}

static bool is_escaped(const struct maker *m, str body)
{
    return m->s->escaped && body.len > 0 && memchr(body.ptr, '\\', body.len) != NULL;
}

static struct json *make_string(struct maker *m, size_t start)
{
    str body = between_quotes(m, start, *m->at);
    struct json *node = new_node(m, JSON_STRING, (str){body.ptr - 1, body.len + 2});
    node->as_written = !is_escaped(m, body);
    node->text = node->as_written ? body : json_string_decode(body, m->a);
    return node;
}

static struct json *make_scalar(struct maker *m, size_t start)
{
    char c = m->text[start];
    size_t end = json_scalar_end(m->text, m->len, start);
    enum json_type type = JSON_NUMBER;
    if (c == 't' || c == 'f' || c == 'n')
        type = c == 'n' ? JSON_NULL : JSON_BOOL;
    struct json *node = new_node(m, type, (str){m->text + start, end - start});
    node->boolean = c == 't';
    if (node->type == JSON_NUMBER)
        node->text = node->raw;
    node->as_written = true;
    return node;
}

/* ---- Closing ---- */

static bool is_pruned(const struct maker *m, const struct json *node)
{
    if (node->type == JSON_NULL)
        return true;
    if (node->type == JSON_ARRAY || node->type == JSON_OBJECT)
        return node->child == NULL;
    if (node->type != JSON_STRING)
        return false;
    for (size_t i = 0; i < m->options->n_pruned; i++)
        if (str_eq(node->text, m->options->pruned[i]))
            return true;
    return node->text.len == 0;
}

/* Drops what is pruned. Returns the length that the container has when written, if all that is left is as written; else 0. */
static size_t keep_children(const struct maker *m, struct json *container)
{
    bool object = container->type == JSON_OBJECT;
    struct json *last = NULL, *next;
    size_t length = 1;
    bool same = true;
    for (struct json *node = container->child; node; node = next) {
        next = node->next;
        if (m->options->prune && is_pruned(m, node)) {
            node->type = JSON_NULL;
            node->next = NULL;
            if (last)
                last->next = next;
            else
                container->child = next;
            container->count--;
            continue;
        }
        same &= node->as_written;
        length += node->raw.len + 1 + (object ? node->key.len + 3 : 0);
        last = node;
    }
    container->last = last;
    return same ? length + (last == NULL) : 0;
}

/* Its closing bracket is at `end`. */
static void close_container(struct maker *m, struct json *container, size_t end)
{
    container->raw.len = (size_t)(m->text + end + 1 - container->raw.ptr);
    if (container->type == JSON_OBJECT)
        container->raw_count = container->count;
    /* White space, decoded keys and dropped members all make it shorter than it stood. */
    container->as_written = keep_children(m, container) == container->raw.len;
}

/* ---- The walk ---- */

/* Objects with more members than this are left to json_parse_valid, whose search for duplicates is linear. */
enum { FEW_MEMBERS = 200 };

/* Whether the object that is open has the key already. Keys with different bits of the hash differ; few others are compared. */
static bool is_duplicate(struct tree_frame *frame, str key, uint32_t hash)
{
    uint64_t *seen = &frame->seen[hash >> 6 & 3], bit = UINT64_C(1) << (hash & 63);
    bool twice = false;
    if (*seen & bit)
        for (const struct json *other = frame->node->child; other && !twice; other = other->next)
            twice = str_eq(other->key, key);
    *seen |= bit;
    return twice || frame->node->count >= FEW_MEMBERS;
}

/* Reads a key; *entry: where its path leads. False when it stands twice. */
static bool take_key(struct maker *m, struct tree_frame *frame, str *key,
                     const struct trie_entry **entry)
{
    *key = between_quotes(m, m->at[0], m->at[1]);
    m->at += 2;
    if (is_escaped(m, *key))
        *key = json_string_decode(*key, m->a);
    uint32_t hash = trie_hash(key->ptr, key->len);
    if (is_duplicate(frame, *key, hash))
        return false;
    *entry = frame->trie ? trie_find_hashed(frame->trie, key->ptr, key->len, hash) : NULL;
    return true;
}

static struct json *open_container(struct maker *m, size_t start, size_t *depth,
                                   const struct trie_node *trie)
{
    bool object = m->text[start] == '{';
    struct json *node = new_node(m, object ? JSON_OBJECT : JSON_ARRAY, (str){m->text + start, 1});
    m->s->tree[(*depth)++] = (struct tree_frame){
        .node = node, .trie = object && trie && trie->n_entries > 0 ? trie : NULL};
    return node;
}

static void append(struct json *container, struct json *node)
{
    if (container->last)
        container->last->next = node;
    else
        container->child = node;
    container->last = node;
    container->count++;
}

static struct json *make(struct maker *m)
{
    size_t depth = 0;
    const struct path_trie *trie = m->options->trie;
    struct json *root = open_container(m, *m->at++, &depth, trie ? trie->root : NULL);
    while (depth > 0) {
        struct tree_frame *frame = &m->s->tree[depth - 1];
        size_t start = *m->at++;
        char c = m->text[start];
        if (c == '}' || c == ']') {
            close_container(m, frame->node, start);
            depth--;
            continue;
        }
        if (c == ',')
            start = *m->at++;
        const struct trie_entry *entry = NULL;
        str key = {0};
        if (frame->node->type == JSON_OBJECT) {
            m->at--;
            if (!take_key(m, frame, &key, &entry))
                return NULL;
            start = *m->at++;
        }
        c = m->text[start];
        struct json *node;
        if (c == '{' || c == '[')
            node = open_container(m, start, &depth, entry ? entry->node : NULL);
        else
            node = c == '"' ? make_string(m, start) : make_scalar(m, start);
        node->key = key;
        append(frame->node, node);
        if (entry && entry->node->capture != TRIE_NO_CAPTURE)
            m->options->found[entry->node->capture] = node;
    }
    return root;
}

struct json *json_scan_make_tree(struct json_scanner *s, str text,
                                 const struct json_tree_options *options, struct arena *a)
{
    if (!s->indexed.ptr || s->indexed.ptr != text.ptr || s->indexed.len != text.len)
        return NULL;
    struct maker m = {
        .s = s, .options = options, .text = text.ptr, .len = text.len, .at = s->index.at, .a = a};
    return make(&m);
}
