/* SPDX-License-Identifier: Apache-2.0 */
/* The captures of a tree. It visits only members that the trie names and what arrays hold; a stack of its own keeps hostile
 * nesting off the C stack. */
#include "value/path_trie.h"

/* Where to go on in one container. */
struct place {
    const struct json *next; /* child to visit */
    const struct trie_node *node;
    bool object;
    bool in_array;
    struct place *outer;
};

struct tree_walk {
    struct json_capture **captures;
    struct json_capture **tails;
    uint64_t marks;
    struct arena *a;
    struct place *top;
    struct place *unused;
};

static void capture(struct tree_walk *w, const struct json *value, const struct trie_node *node,
                    bool in_array)
{
    uint32_t number = node->capture;
    if (number == TRIE_NO_CAPTURE)
        return;
    struct json_capture *c = NEW(w->a, struct json_capture);
    *c = (struct json_capture){
        .raw = value->raw, .type = value->type, .in_array = in_array, .node = value};
    if (w->captures[number] == NULL)
        w->captures[number] = c;
    else
        w->tails[number]->next = c;
    w->tails[number] = c;
    w->marks |= node->marks;
}

/* Goes into a container when a path leads further. */
static void enter(struct tree_walk *w, const struct json *value, const struct trie_node *node,
                  bool in_array)
{
    bool array = value->type == JSON_ARRAY;
    if (node->n_entries == 0 || (!array && value->type != JSON_OBJECT))
        return;
    struct place *place = w->unused;
    if (place == NULL)
        place = NEW(w->a, struct place);
    else
        w->unused = place->outer;
    *place = (struct place){.next = value->child,
                            .node = node,
                            .object = !array,
                            .in_array = in_array || array,
                            .outer = w->top};
    w->top = place;
}

static void visit(struct tree_walk *w, const struct json *value, const struct place *place)
{
    if (!place->object) {
        enter(w, value, place->node, true);
        return;
    }
    const struct trie_entry *entry = trie_find(place->node, value->key.ptr, value->key.len);
    if (entry == NULL)
        return;
    capture(w, value, entry->node, place->in_array);
    enter(w, value, entry->node, place->in_array);
}

uint64_t json_scan_tree(const struct json *root, const struct path_trie *trie,
                        struct json_capture **captures, struct arena *a)
{
    for (size_t i = 0; i < trie->n_captures; i++)
        captures[i] = NULL;
    struct tree_walk w = {.captures = captures,
                          .tails = NEW_ARRAY(a, struct json_capture *, trie->n_captures),
                          .a = a};
    capture(&w, root, trie->root, false);
    enter(&w, root, trie->root, false);
    while (w.top != NULL) {
        struct place *place = w.top;
        const struct json *value = place->next;
        if (value == NULL) {
            w.top = place->outer;
            place->outer = w.unused;
            w.unused = place;
        } else {
            place->next = value->next;
            visit(&w, value, place);
        }
    }
    return w.marks;
}
