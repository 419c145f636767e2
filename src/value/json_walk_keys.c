/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a record's objects: what nearly all of a walk is spent on. Records of a stream have their keys in one order or few, so each key is compared first with the one that followed its predecessor
 * last, without a hash; what stands in an array is left to json_walk.c, as are tries with dots. The tree (json_scan_tree.c) is the measure. */
#include "base/mem.h"
#include "value/json_string.h"
#include "value/json_token.h"
#include "value/json_walk.h"

/* By a value's first byte; anything else begins a number, or nothing. */
static const uint8_t types[256] = {
    ['"'] = JSON_STRING, ['{'] = JSON_OBJECT, ['['] = JSON_ARRAY,  ['t'] = JSON_BOOL,
    ['f'] = JSON_BOOL,   ['-'] = JSON_NUMBER, ['0'] = JSON_NUMBER, ['1'] = JSON_NUMBER,
    ['2'] = JSON_NUMBER, ['3'] = JSON_NUMBER, ['4'] = JSON_NUMBER, ['5'] = JSON_NUMBER,
    ['6'] = JSON_NUMBER, ['7'] = JSON_NUMBER, ['8'] = JSON_NUMBER, ['9'] = JSON_NUMBER,
    ['n'] = JSON_NULL};

/* ---- Keys ---- */

/* Looks a key up that was not guessed. NULL: no path has it. */
static __attribute__((noinline)) const struct trie_entry *
look_up(struct walk *w, const struct trie_node *object, str key, uint32_t *hints)
{
    if (w->escaped && memchr(key.ptr, '\\', key.len) != NULL) {
        struct arena scratch = *w->a;
        key = json_string_decode(key, &scratch);
    }
    const struct trie_entry *entry = trie_find(object, key.ptr, key.len);
    if (entry != NULL)
        hints[hints[0] != 0] = (uint32_t)(entry - object->entries) + 1;
    return entry;
}

/* The entry that a hint leads to when it has the key. A hint may be of another trie: what it says is only tried. */
static inline const struct trie_entry *follow(const struct trie_node *object, uint32_t hint,
                                              str key)
{
    const struct trie_entry *entry = &object->entries[(hint - 1) & object->mask];
    bool same = entry->len == key.len && entry->key && trie_same_key(entry->key, key.ptr, key.len);
    return same ? entry : NULL;
}

/* A key with an escape is equal to none that is hinted at: it holds a backslash, and no path does. */
static inline const struct trie_entry *find_key(struct walk *w, uint32_t n_nodes,
                                                struct walk_frame *f, str key)
{
    if (!trie_may_have(f->node, key.ptr, key.len) &&
        (!w->escaped || memchr(key.ptr, '\\', key.len) == NULL))
        return NULL;
    uint32_t *hints = &w->s->key_hints[(size_t)WALK_GUESSES * f->guess];
    const struct trie_entry *found = follow(f->node, hints[0], key);
    if (found == NULL)
        found = follow(f->node, hints[1], key);
    if (found == NULL)
        found = look_up(w, f->node, key, hints);
    if (found != NULL)
        f->guess = n_nodes + found->seen;
    return found;
}

/* ---- Captures ---- */

/* No array was crossed and no key stands twice, so each path is met once. */
static inline struct json_capture *capture(struct walk *w, const struct trie_node *node, str raw)
{
    enum { BLOCK = 16 };
    struct json_scanner *s = w->s;
    uint32_t number = node->capture;
    if (number == TRIE_NO_CAPTURE)
        return NULL;
    if (w->n_spare == 0) {
        w->spare = arena_push_raw(w->a, sizeof *w->spare, BLOCK);
        w->n_spare = BLOCK;
    }
    struct json_capture *c = w->spare++;
    w->n_spare--;
    uint8_t type = types[(uint8_t)raw.ptr[0]];
    *c = (struct json_capture){.raw = raw, .type = type};
    w->captures[number] = c;
    w->marks |= node->marks;
    if (s->n_met < JSON_MET_MAX)
        s->met[s->n_met++] = number << 3 | type;
    else
        s->n_met = SIZE_MAX;
    return c;
}

static inline void end_capture(const struct walk *w, struct json_capture *c, size_t end)
{
    if (c != NULL)
        c->raw.len = (size_t)(w->text + end - c->raw.ptr);
}

/* ---- The walk ---- */

static inline void open_frame(struct walk_frame *f, struct json_scanner *s,
                              const struct trie_node *node, struct json_capture *capture)
{
    f->node = node;
    f->capture = capture;
    f->serial = ++s->serial;
    f->guess = node->number;
}

/* Room for the hints of this trie. Doubles, so that tries used in turn do not grow it each time. */
static void fit(struct json_scanner *s, const struct path_trie *trie)
{
    size_t hints = WALK_GUESSES * ((size_t)trie->n_nodes + trie->n_seen);
    if (s->n_key_hints < hints) {
        size_t n = 2 * hints;
        s->key_hints =
            mem_grow(s->key_hints, s->n_key_hints * sizeof *s->key_hints, n * sizeof *s->key_hints);
        s->n_key_hints = n;
    }
}

/* An array into which paths lead: what it holds is captured, but not listed as met. */
static enum walk_result enter_array(struct walk *w, const struct trie_node *node, size_t depth)
{
    w->s->n_met = SIZE_MAX;
    return walk_array(w, node, depth);
}

/* Bounds as in json_walk.c: every step takes one position, and only a closing bracket may be the last. */
enum walk_result walk_keys(struct walk *w, const struct path_trie *trie)
{
    struct json_scanner *s = w->s;
    const char *text = w->text;
    const uint32_t *at = w->at;
    const uint32_t n_nodes = trie->n_nodes;
    struct walk_frame *f = s->frames;
    size_t depth = 1;
    fit(s, trie);
    s->n_met = 0;
    char c = text[*at++];
    open_frame(f, s, trie->root, NULL);
    if (c != '}')
        goto member;
    for (;;) {
        if (c == '}') {
            w->at = at;
            end_capture(w, f->capture, at[-1] + 1);
            if (--depth == 0)
                return WALK_DONE;
            if (at == w->end)
                return WALK_REFUSED;
            f--;
            c = text[*at++];
            continue;
        }
        if (c != ',')
            return WALK_REFUSED;
        c = text[*at++];
    member:
        if (c != '"' || text[*at] != ':')
            return WALK_REFUSED;
        size_t quote = at[-1] + 1, key_end = walk_string_end(text, *at++) - 1, start = *at++;
        str key = {text + quote, key_end - quote};
        const struct trie_entry *k = find_key(w, n_nodes, f, key);
        c = text[start];
        if (k == NULL) {
            if (c == '{' || c == '[') {
                w->at = at;
                if (!walk_skip_container(w, c == '{', depth))
                    return WALK_REFUSED;
                at = w->at;
            } else if (c != '"' && json_scalar_end(text, w->len, start) == 0) {
                return WALK_REFUSED;
            }
            c = text[*at++];
            continue;
        }
        uint64_t *seen = &s->seen[k->seen];
        if (*seen == f->serial)
            return WALK_UNFIT;
        *seen = f->serial;
        const struct trie_node *node = k->node;
        if (c == '"') {
            capture(w, node, (str){text + start, walk_string_end(text, *at) - start});
        } else if (c == '{' || c == '[') {
            struct json_capture *open = capture(w, node, (str){text + start, 0});
            if (node->n_entries > 0 && c == '{') {
                if (depth++ == JSON_MAX_DEPTH)
                    return WALK_REFUSED;
                open_frame(++f, s, node, open);
                c = text[*at++];
                if (c != '}')
                    goto member;
                continue;
            }
            w->at = at;
            enum walk_result in = WALK_DONE;
            if (node->n_entries > 0)
                in = enter_array(w, node, depth);
            else if (!walk_skip_container(w, c == '{', depth))
                in = WALK_REFUSED;
            if (in != WALK_DONE)
                return in;
            at = w->at;
            end_capture(w, open, at[-1] + 1);
        } else {
            size_t end = json_scalar_end(text, w->len, start);
            if (end == 0)
                return WALK_REFUSED;
            capture(w, node, (str){text + start, end - start});
        }
        c = text[*at++];
    }
}
