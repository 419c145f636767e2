/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a record that was just scanned, from its structural index: the walk has checked every token, so this one only jumps from position to position. Empty values are put aside
 * where they are met, and what still is as it stood in the text is marked, so that it is written with one copy. A key that stands twice ends the attempt. */
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
    const char *
        backslash; /* the first at or behind the last string looked at; behind the text when there is none; NULL: not looked for yet */
    uint64_t pruned_lengths; /* bit i: a pruned text has this length */
};

/* A node as NEW gives it. Field by field: gcc 12 clears a struct of this size with `rep stos`, which took a tenth of the time of tree and rows. */
static inline struct json *new_node(struct maker *m, enum json_type type, str raw)
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

static bool is_pruned_text(const struct maker *m, str text)
{
    for (size_t i = 0; i < m->options->n_pruned; i++)
        if (str_eq(text, m->options->pruned[i]))
            return true;
    return text.len == 0;
}

static inline bool is_pruned(const struct maker *m, const struct json *node)
{
    switch ((enum json_type)node->type) {
    case JSON_STRING:
        return node->text.len < 64 && (m->pruned_lengths >> node->text.len & 1) &&
               is_pruned_text(m, node->text);
    case JSON_NULL:
        return true;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return node->child == NULL;
    case JSON_BOOL:
    case JSON_NUMBER:
        break;
    }
    return false;
}

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

static struct maker maker_of(struct json_scanner *s, str text,
                             const struct json_tree_options *options, struct arena *a)
{
    struct maker m = {
        .s = s, .options = options, .text = text.ptr, .len = text.len, .at = s->index.at, .a = a};
    m.backslash = s->escaped ? NULL : text.ptr + text.len;
    if (options->prune)
        m.pruned_lengths = 1; /* of the empty text */
    for (size_t i = 0; options->prune && i < options->n_pruned; i++)
        m.pruned_lengths |= UINT64_C(1) << options->pruned[i].len;
    return m;
}

static bool is_indexed(const struct json_scanner *s, str text)
{
    return s->indexed.ptr && s->indexed.ptr == text.ptr && s->indexed.len == text.len;
}

struct json *json_scan_make_tree(struct json_scanner *s, str text,
                                 const struct json_tree_options *options, struct arena *a)
{
    if (!is_indexed(s, text))
        return NULL;
    struct maker m = maker_of(s, text, options, a);
    open_container(&m, *m.at++, s->tree, options->trie ? options->trie->root : NULL);
    return make(&m);
}

/* ---- Captured values alone ---- */

static struct json *captured_scalar(struct maker *m, const struct json_capture *c)
{
    struct json *node = new_node(m, (enum json_type)c->type, c->raw);
    node->key = (str){0};
    node->as_written = true;
    node->boolean = c->raw.ptr[0] == 't';
    if (c->type == JSON_NUMBER)
        node->text = c->raw;
    if (c->type != JSON_STRING)
        return node;
    node->text = (str){c->raw.ptr + 1, c->raw.len - 2};
    if (m->s->escaped && memchr(node->text.ptr, '\\', node->text.len)) {
        node->as_written = false;
        node->text = json_string_decode(node->text, m->a);
    }
    return node;
}

static struct json *captured_container(struct maker *m, const struct json_capture *c)
{
    m->at = m->s->index.at + c->place;
    m->backslash =
        m->s->escaped ? NULL : m->text + m->len; /* values are not made in the order of the text */
    open_container(m, *m->at++, m->s->tree, NULL);
    m->s->tree[0].node->key = (str){0};
    return make(m);
}

bool json_scan_values(struct json_scanner *s, str text, struct json_capture *const *captures,
                      const struct json_tree_options *options, struct json_values *out,
                      struct arena *a)
{
    if (!is_indexed(s, text))
        return false;
    struct maker m = maker_of(s, text, options, a);
    out->n_filled = 0;
    for (size_t i = 0; i < s->n_order; i++) {
        const struct json_capture *c = captures[s->order[i]];
        uint32_t place = out->places[s->order[i]];
        if (place == UINT32_MAX || c->in_array)
            continue;
        bool container = c->type == JSON_OBJECT || c->type == JSON_ARRAY;
        struct json *node = container ? captured_container(&m, c) : captured_scalar(&m, c);
        if (!node)
            return false;
        if (m.pruned_lengths && is_pruned(&m, node))
            node->type = JSON_NULL;
        out->found[place] = node;
        out->filled[out->n_filled++] = place;
    }
    return true;
}
