/* SPDX-License-Identifier: Apache-2.0 */
/* Greedy: every cut that keeps the difference stays, until none does. */
#include "ref_shrink.h"

struct work {
    struct ref_query *q;
    struct ref_event *e;
    ref_differs differs;
    void *user;
    struct arena *arena;
};

static bool still(struct work *w)
{
    ref_event_finish(w->e, w->arena);
    return w->differs(w->q, w->e, w->user);
}

static bool is_logic(const struct ref_node *node)
{
    return node->kind == K_AND || node->kind == K_OR || node->kind == K_NOT;
}

/* A node may take the place of another of its type; a list keeps its left side, and what compares keeps a constant side. */
static bool may_replace(const struct ref_node *node, const struct ref_node *child)
{
    return child->type == node->type && child->regex == NULL;
}

/* Puts a child (or a grandchild) in the place of *slot. */
static bool lift(struct work *w, struct ref_node **slot)
{
    struct ref_node *node = *slot;
    for (uint32_t i = 0; i < node->n; i++) {
        if (may_replace(node, node->args[i])) {
            *slot = node->args[i];
            if (still(w)) {
                return true;
            }
            *slot = node;
        }
        for (uint32_t j = 0; j < node->args[i]->n; j++) {
            if (may_replace(node, node->args[i]->args[j])) {
                *slot = node->args[i]->args[j];
                if (still(w)) {
                    return true;
                }
                *slot = node;
            }
        }
    }
    return false;
}

/* Takes one argument out of and, or, or a list. */
static bool drop_argument(struct work *w, struct ref_node *node)
{
    bool logic = is_logic(node) && node->n > 2;
    bool list = node->kind == K_IN || node->kind == K_LIKE || node->kind == K_REGEX;
    if (!logic && !(list && node->n > 2)) {
        return false;
    }
    for (uint32_t drop = list ? 1 : 0; drop < node->n; drop++) {
        struct ref_node *gone = node->args[drop];
        for (uint32_t i = drop; i + 1 < node->n; i++) {
            node->args[i] = node->args[i + 1];
        }
        node->n--;
        if (still(w)) {
            return true;
        }
        for (uint32_t i = node->n++; i > drop; i--) {
            node->args[i] = node->args[i - 1];
        }
        node->args[drop] = gone;
    }
    return false;
}

static bool flip(struct work *w, bool *flag)
{
    if (*flag) {
        *flag = false;
        if (still(w)) {
            return true;
        }
        *flag = true;
    }
    return false;
}

static bool cut_regex(struct work *w, struct ref_regex **slot)
{
    struct ref_regex *x = *slot;
    if (x->kind == X_BOTH || x->kind == X_NOT || x->n == 0 || x->args[0] == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        *slot = x->args[i];
        if (still(w)) {
            return true;
        }
        *slot = x;
        if (x->n > 1) {
            struct ref_regex *last = x->args[x->n - 1], *gone = x->args[i];
            x->args[i] = last;
            x->n--;
            if (still(w)) {
                return true;
            }
            x->n++;
            x->args[i] = gone;
        }
        if (cut_regex(w, &x->args[i])) {
            return true;
        }
    }
    return false;
}

static bool cut_node(struct work *w, struct ref_node **slot)
{
    struct ref_node *node = *slot;
    if (lift(w, slot) || drop_argument(w, node) || flip(w, &node->negated) ||
        flip(w, &node->optional)) {
        return true;
    }
    if (node->regex != NULL && cut_regex(w, &node->regex)) {
        return true;
    }
    for (uint32_t i = 0; i < node->n; i++) {
        if (cut_node(w, &node->args[i])) {
            return true;
        }
    }
    return false;
}

static bool cut_json(struct work *w, struct ref_json *parent)
{
    for (struct ref_json **link = &parent->child; *link != NULL; link = &(*link)->next) {
        struct ref_json *gone = *link;
        *link = gone->next;
        if (still(w)) {
            return true;
        }
        *link = gone;
        if (cut_json(w, gone)) {
            return true;
        }
    }
    return false;
}

void ref_shrink(struct ref_query *q, struct ref_event *e, ref_differs differs, void *user,
                struct arena *a)
{
    struct work w = {q, e, differs, user, a};
    str category = q->category;
    q->category = (str){0};
    if (!still(&w)) {
        q->category = category;
    }
    while (cut_json(&w, e->root) || cut_node(&w, &q->where)) {
    }
    still(&w);
}
