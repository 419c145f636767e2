/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a record that was just scanned, from its structural index: the walk has checked every token, so this one only jumps from position to position. Empty values are put aside
 * where they are met, and what still is as it stood in the text is marked, so that it is written with one copy. A key that stands twice ends the attempt. */
#include <string.h>

#include "value/json_maker.h"
#include "value/json_string.h"
#include "value/json_token.h"

/* The text between the quotes of a string whose closing quote stands before position `next`. */
static inline str between_quotes(const struct maker *m, size_t start, size_t next)
{
    while (m->text[next - 1] != '"')
        next--; /* white space */
    return (str){m->text + start + 1, next - start - 2};
}

/* Whether a string holds a backslash; strings are asked for in the order of the text, so each backslash is looked for once. */
static inline bool is_escaped(struct maker *m, str body)
{
    if (m->backslash && m->backslash >= body.ptr + body.len)
        return false;
    if (!m->backslash || m->backslash < body.ptr) {
        const char *end = m->text + m->len,
                   *next = memchr(body.ptr, '\\', (size_t)(end - body.ptr));
        m->backslash = next ? next : end;
    }
    return m->backslash < body.ptr + body.len;
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

/* ---- Linking ---- */

/* Links a finished value into its container, or puts it aside when it is pruned. */
static inline void link(const struct maker *m, struct tree_frame *frame, struct json *node)
{
    struct json *container = frame->node;
    frame->same &= node->as_written;
    frame->length += node->raw.len + 1;
    if (m->pruned_lengths && is_pruned(m, node)) {
        node->type = JSON_NULL;
        node->next = frame->pruned;
        frame->pruned = node;
        frame->same = false;
        frame->n_pruned++;
        return;
    }
    if (container->last)
        container->last->next = node;
    else
        container->child = node;
    container->last = node;
    container->count++;
}

/* The closing bracket of the container on top is at `end`. */
static struct json *close_container(struct maker *m, const struct tree_frame *frame, size_t end)
{
    struct json *node = frame->node;
    node->raw.len = (size_t)(m->text + end + 1 - node->raw.ptr);
    if (node->type == JSON_OBJECT)
        node->raw_count = node->count + frame->n_pruned;
    /* As it stood, unless something inside is not. White space and decoded keys make it shorter. */
    size_t written = frame->length + (node->child == NULL);
    node->as_written = frame->same && written == node->raw.len;
    return node;
}

/* ---- The walk ---- */

/* Objects with more members than this are left to json_parse_valid, whose search for duplicates is linear. */
enum { FEW_MEMBERS = 200 };

static bool is_among(const struct json *node, str key)
{
    while (node && !str_eq(node->key, key))
        node = node->next;
    return node != NULL;
}

/* Whether the object that is open has the key already. Keys with different bits of the hash differ; few others are compared. */
static inline bool is_duplicate(struct tree_frame *frame, str key, uint32_t hash)
{
    uint64_t *seen = &frame->seen[hash >> 6 & 3], bit = UINT64_C(1) << (hash & 63);
    bool maybe = (*seen & bit) != 0;
    *seen |= bit;
    if (frame->node->count + frame->n_pruned >= FEW_MEMBERS)
        return true;
    return maybe && (is_among(frame->node->child, key) || is_among(frame->pruned, key));
}

/* Reads a key; *entry: where its path leads. False when it stands twice. */
static inline bool take_key(struct maker *m, struct tree_frame *frame, str *key,
                            const struct trie_entry **entry)
{
    *key = between_quotes(m, m->at[0], m->at[1]);
    m->at += 2;
    if (is_escaped(m, *key))
        *key = json_string_decode(*key, m->a);
    uint32_t hash = trie_hash(key->ptr, key->len);
    if (is_duplicate(frame, *key, hash))
        return false;
    frame->length += key->len + 3;
    *entry = frame->trie ? trie_find_hashed(frame->trie, key->ptr, key->len, hash) : NULL;
    return true;
}

static struct json *open_container(struct maker *m, size_t start, struct tree_frame *frame,
                                   const struct trie_node *trie)
{
    bool object = m->text[start] == '{';
    struct json *node = new_node(m, object ? JSON_OBJECT : JSON_ARRAY, (str){m->text + start, 1});
    *frame = (struct tree_frame){.node = node,
                                 .trie = object && trie && trie->n_entries > 0 ? trie : NULL,
                                 .length = 1,
                                 .same = true};
    return node;
}

/* The root, which has just been opened as the frame at the bottom. NULL when a key stands twice. */
static struct json *make(struct maker *m)
{
    struct tree_frame *const bottom = m->s->tree, *frame = bottom;
    for (;;) {
        size_t start = *m->at++;
        char c = m->text[start];
        if (c == '}' || c == ']') {
            struct json *node = close_container(m, frame, start);
            if (frame == bottom)
                return node;
            link(m, --frame, node);
            continue;
        }
        m->at -= c != ',';
        const struct trie_entry *entry = NULL;
        str key = {0};
        if (frame->node->type == JSON_OBJECT && !take_key(m, frame, &key, &entry))
            return NULL;
        start = *m->at++;
        c = m->text[start];
        struct json *node;
        if (c == '{' || c == '[') {
            node = open_container(m, start, ++frame, entry ? entry->node : NULL);
            node->key = key;
        } else {
            node = c == '"' ? make_string(m, start) : make_scalar(m, start);
            node->key = key;
            link(m, frame, node);
        }
        if (entry && entry->node->capture != TRIE_NO_CAPTURE)
            m->options->found[entry->node->capture] = node;
    }
}

struct maker maker_of(struct json_scanner *s, str text, const struct json_tree_options *options,
                      struct arena *a)
{
    struct maker m = {
        .s = s, .options = options, .text = text.ptr, .len = text.len, .at = s->index.at, .a = a};
    if (options->prune)
        m.pruned_lengths = 1; /* of the empty text */
    for (size_t i = 0; options->prune && i < options->n_pruned; i++)
        m.pruned_lengths |= UINT64_C(1) << options->pruned[i].len;
    return m;
}

struct json *maker_tree(struct maker *m, size_t place, bool escaped, const struct trie_node *trie)
{
    m->at = m->s->index.at + place;
    m->backslash = escaped ? NULL : m->text + m->len;
    struct json *root = open_container(m, *m->at++, m->s->tree, trie);
    root->key = (str){0};
    return make(m);
}

struct json *json_scan_make_tree(struct json_scanner *s, str text,
                                 const struct json_tree_options *options, struct arena *a)
{
    if (!s->indexed.ptr || s->indexed.ptr != text.ptr || s->indexed.len != text.len)
        return NULL;
    struct maker m = maker_of(s, text, options, a);
    return maker_tree(&m, 0, s->escaped, options->trie ? options->trie->root : NULL);
}
