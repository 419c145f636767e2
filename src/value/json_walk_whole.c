/* SPDX-License-Identifier: Apache-2.0 */
/* The walk for records whose keys are nearly all wanted: it checks what json_walk checks, and makes the values it passes, so that no capture of each is made and turned into a node later. Records of a stream
 * have their keys in one order or few, so each key is compared first with the one that followed its predecessor last; and it keeps its place in a register. What is not plainly
 * so (a key that stands twice, text that is no JSON) is left to json_walk, the measure for this. Measured: normalize took a twentieth less time. */
#include <assert.h>
#include <stdalign.h>

#include "base/mem.h"
#include "value/json_maker.h"
#include "value/json_string.h"
#include "value/json_token.h"

struct whole_walk {
    struct walk w;
    const struct json_whole *what;
    struct json_values *out;
    struct maker m;
    struct walk_slot *behind; /* slots behind keys */
    size_t n_trees;
};

/* ---- Keys ---- */

/* Bytes that are compared at once: longer keys are looked up each time. */
enum { GUESSED = sizeof((struct walk_guess *)0)->words };

static void remember(const struct whole_walk *g, const struct trie_node *object,
                     const struct trie_entry *entry, struct walk_guess *guess)
{
    uint32_t number = entry->node->capture;
    bool fits = entry->len + 2 <= GUESSED;
    *guess = (struct walk_guess){.next = &g->behind[entry->seen],
                                 .object = fits ? object : NULL,
                                 .node = entry->node,
                                 .captured = number < g->what->n_captured,
                                 .place = number == TRIE_NO_CAPTURE ? UINT32_MAX
                                                                    : g->what->places[number]};
    if (fits) {
        char *words = (char *)guess->words;
        memcpy(words, entry->key, entry->len);
        memcpy(words + entry->len, "\":", 2);
        guess->length = (uint8_t)(entry->len + 2);
    }
}

/* Looks a key up that was not guessed. NULL: no path has it. */
static const struct walk_guess *look_up(struct whole_walk *g, const struct trie_node *object,
                                        str key, struct walk_slot *slot)
{
    if (g->w.escaped && memchr(key.ptr, '\\', key.len) != NULL) {
        struct arena scratch = *g->w.a;
        key = json_string_decode(key, &scratch);
    }
    const struct trie_entry *entry = trie_find(object, key.ptr, key.len);
    if (entry == NULL)
        return NULL;
    struct walk_guess *guess = &slot->guesses[slot->guesses->object == object];
    remember(g, object, entry, guess);
    return guess;
}

/* Whether the key at text[0..GUESSED) is the guessed one. Its quote and the colon are compared with it, so that nobody need look where it ends; and by words of which some bytes do not count, because a
 * branch on its length is foreseen no better than the key. */
static inline bool is_guessed(const struct walk_guess *guess, const struct trie_node *object,
                              const char *text)
{
    enum { F = 0xff };
    alignas(64) static const unsigned char counts[2 * GUESSED] = {F, F, F, F, F, F, F, F, F, F, F,
                                                                  F, F, F, F, F, F, F, F, F, F, F,
                                                                  F, F, F, F, F, F, F, F, F, F};
    uint64_t x[4], mask[4];
    memcpy(x, text, sizeof x);
    memcpy(mask, counts + GUESSED - guess->length, sizeof mask);
    uint64_t differ = ((x[0] ^ guess->words[0]) & mask[0]) | ((x[1] ^ guess->words[1]) & mask[1]) |
                      ((x[2] ^ guess->words[2]) & mask[2]) | ((x[3] ^ guess->words[3]) & mask[3]);
    return differ == 0 && guess->object == object;
}

/* The guess that is right. NULL: neither. A key with an escape is equal to none: it holds a backslash, and no path does. */
static inline const struct walk_guess *find_guess(const struct walk_slot *slot,
                                                  const struct trie_node *object, str rest)
{
    char padded[GUESSED];
    if (rest.len < GUESSED) {
        memset(padded, 0, sizeof padded);
        memcpy(padded, rest.ptr, rest.len);
        rest.ptr = padded;
    }
    const struct walk_guess *guess = slot->guesses;
    if (is_guessed(guess, object, rest.ptr))
        return guess;
    return is_guessed(++guess, object, rest.ptr) ? guess : NULL;
}

/* ---- Values ---- */

static inline void fill(struct whole_walk *g, uint32_t place, struct json *node)
{
    if (g->m.pruned_lengths && is_pruned(&g->m, node))
        node->type = JSON_NULL;
    g->out->found[place] = node;
    g->out->filled[g->out->n_filled] = place;
    g->out->n_filled += node->type != JSON_NULL;
}

static inline void take_string(struct whole_walk *g, const struct walk_guess *k, str raw)
{
    if (k->captured)
        walk_capture(&g->w, k->node, (size_t)(raw.ptr - g->w.text), false)->raw.len = raw.len;
    if (k->place == UINT32_MAX)
        return;
    struct json *value = new_node(&g->m, JSON_STRING, raw);
    value->key = (str){0};
    value->text = (str){raw.ptr + 1, raw.len - 2};
    value->as_written = true;
    if (g->w.escaped && memchr(raw.ptr, '\\', raw.len) != NULL) {
        value->as_written = false;
        value->text = json_string_decode(value->text, g->w.a);
    }
    fill(g, k->place, value);
}

static inline void take_scalar(struct whole_walk *g, const struct walk_guess *k, str raw)
{
    if (k->captured)
        walk_capture(&g->w, k->node, (size_t)(raw.ptr - g->w.text), false)->raw.len = raw.len;
    if (k->place == UINT32_MAX)
        return;
    char c = raw.ptr[0];
    enum json_type type = c == 'n' ? JSON_NULL : c == 't' || c == 'f' ? JSON_BOOL : JSON_NUMBER;
    struct json *value = new_node(&g->m, type, raw);
    value->key = (str){0};
    value->boolean = c == 't';
    value->as_written = true;
    if (type == JSON_NUMBER)
        value->text = raw;
    fill(g, k->place, value);
}

/* A container whose bracket stands before g->w.at: if it is wanted, its tree is made in the end. Its capture, length open, or NULL. */
static struct json_capture *take_container(struct whole_walk *g, const struct walk_guess *k,
                                           size_t start)
{
    if (k->place != UINT32_MAX) {
        uint32_t at = (uint32_t)(g->w.at - g->w.s->index.at - 1);
        g->w.s->trees[g->n_trees++] = (struct walk_tree){k->place, at};
    }
    return k->captured ? walk_capture(&g->w, k->node, start, false) : NULL;
}

static inline void end_capture(const struct whole_walk *g, struct json_capture *c)
{
    if (c != NULL)
        c->raw.len = (size_t)(g->w.text + g->w.at[-1] + 1 - c->raw.ptr);
}

/* ---- The walk ---- */

static inline void open_frame(struct walk_frame *f, struct json_scanner *s,
                              const struct trie_node *node, struct json_capture *capture)
{
    f->node = node;
    f->capture = capture;
    f->serial = ++s->serial;
    f->slot = &s->slots[node->number];
}

/* The root object, whose bracket was passed. Bounds as in json_walk.c: every step takes one position, and only a closing bracket may be the last. */
static enum walk_result walk_members(struct whole_walk *g)
{
    struct walk *w = &g->w;
    struct json_scanner *s = w->s;
    const char *text = w->text;
    const uint32_t *at = w->at;
    struct walk_frame *f = s->frames;
    size_t depth = 1;
    char c = text[*at++];
    open_frame(f, s, g->what->trie->root, NULL);
    struct walk_slot *slot = f->slot; /* in a register: the next guess waits for it */
    if (c != '}')
        goto member;
    for (;;) {
        if (c == '}') {
            w->at = at;
            end_capture(g, f->capture);
            if (--depth == 0)
                return WALK_DONE;
            if (at == w->end)
                return WALK_UNFIT;
            slot = (--f)->slot;
            c = text[*at++];
            continue;
        }
        if (c != ',')
            return WALK_UNFIT;
        c = text[*at++];
    member:
        if (c != '"')
            return WALK_UNFIT;
        size_t key = at[-1] + 1;
        const struct walk_guess *k = find_guess(slot, f->node, (str){text + key, w->len - key});
        if (k == NULL) {
            if (text[*at] != ':')
                return WALK_UNFIT;
            str name = {text + key, walk_string_end(text, *at) - 1 - key};
            k = look_up(g, f->node, name, slot);
        }
        if (k != NULL) {
            slot = k->next;
            if (slot->seen == f->serial)
                return WALK_UNFIT;
            slot->seen = f->serial;
        }
        size_t start = at[1]; /* behind the colon */
        at += 2;
        c = text[start];
        if (c == '"') {
            if (k != NULL)
                take_string(g, k, (str){text + start, walk_string_end(text, *at) - start});
        } else if (c == '{' || c == '[') {
            w->at = at;
            struct json_capture *capture = k != NULL ? take_container(g, k, start) : NULL;
            if (k != NULL && k->node->n_entries > 0 && c == '{') {
                if (depth++ == JSON_MAX_DEPTH)
                    return WALK_UNFIT;
                f->slot = slot;
                open_frame(++f, s, k->node, capture);
                slot = f->slot;
                c = text[*at++];
                if (c != '}')
                    goto member;
                continue;
            }
            if (k != NULL && c == '[' && g->what->inner != NULL && g->what->inner[k->node->number])
                return WALK_UNFIT;
            if (!walk_skip_container(w, c == '{', depth))
                return WALK_UNFIT;
            end_capture(g, capture);
            at = w->at;
        } else {
            size_t end = json_scalar_end(text, w->len, start);
            if (end == 0)
                return WALK_UNFIT;
            if (k != NULL)
                take_scalar(g, k, (str){text + start, end - start});
        }
        c = text[*at++];
    }
}

/* Room for the slots and trees of this trie. Doubles, so that tries used in turn do not grow it each time. */
static void fit(struct json_scanner *s, const struct path_trie *trie)
{
    size_t slots = (size_t)trie->n_nodes + trie->n_seen;
    if (s->n_slots < slots) {
        mem_free(s->slots); /* they point to one another */
        s->n_slots = 2 * slots;
        s->slots = mem_alloc(s->n_slots * sizeof *s->slots);
    }
    if (s->cap_trees < trie->n_captures) {
        size_t n = 2 * (size_t)trie->n_captures;
        s->trees = mem_grow(s->trees, s->cap_trees * sizeof *s->trees, n * sizeof *s->trees);
        s->cap_trees = n;
    }
}

static bool make_trees(struct whole_walk *g)
{
    for (size_t i = 0; i < g->n_trees; i++) {
        const struct walk_tree *tree = &g->w.s->trees[i];
        struct json *value = maker_tree(&g->m, tree->at, g->w.escaped, NULL);
        if (value == NULL)
            return false;
        fill(g, tree->place, value);
    }
    return true;
}

enum walk_result json_walk_whole(struct json_scanner *s, str record, const struct json_whole *what,
                                 struct json_capture **captures, struct json_values *out,
                                 struct arena *a)
{
    assert(what->trie->root->capture == TRIE_NO_CAPTURE && !what->trie->dotted);
    struct whole_walk g = {.what = what, .out = out};
    out->n_filled = 0;
    enum walk_result result = walk_begin(&g.w, s, record, what->trie, captures, a);
    if (result != WALK_DONE)
        return result;
    fit(s, what->trie);
    g.behind = s->slots + what->trie->n_nodes;
    g.m = maker_of(s, record, what->options, a);
    size_t root = *g.w.at++;
    if (g.w.text[root] != '{' || g.w.text[g.w.end[-1]] != '}')
        return WALK_UNFIT;
    result = walk_members(&g);
    if (result != WALK_DONE || g.w.at != g.w.end || !make_trees(&g))
        return WALK_UNFIT;
    walk_end(&g.w, record);
    return WALK_DONE;
}

const bool *path_trie_inner(const struct path_trie *trie, uint32_t n_captured, struct arena *a)
{
    bool *inner = NEW_ARRAY(a, bool, trie->n_nodes);
    for (const struct trie_node *node = trie->root; node != NULL; node = node->later)
        for (const struct trie_node *above = node->parent;
             above != NULL && node->capture < n_captured; above = above->parent)
            inner[above->number] = true;
    return inner;
}
