/* SPDX-License-Identifier: Apache-2.0 */
/* Random queries: a category, and leaves joined by and, or and not. */
#include "ref.h"

static struct ref_node *random_condition(struct ref_random *r, uint32_t depth)
{
    uint32_t dice = ref_below(r, 100);
    if (depth == 0 || dice < 40) {
        return ref_leaf_random(r, ref_below(r, 4));
    }
    enum ref_kind kind = dice < 60 ? K_NOT : dice < 80 ? K_AND : K_OR;
    uint32_t n = kind == K_NOT ? 1 : 2 + ref_below(r, 3);
    struct ref_node *node = ref_node_new(r, kind, REF_BOOLEAN, n);
    for (uint32_t i = 0; i < n; i++) {
        node->args[i] = random_condition(r, depth - 1);
    }
    return node;
}

/* Several equalities and patterns of one field, as real rules have them. */
static struct ref_node *random_family(struct ref_random *r)
{
    enum ref_kind kind = ref_chance(r, 70) ? K_OR : K_AND;
    struct ref_node *node = ref_node_new(r, kind, REF_BOOLEAN, 2 + ref_below(r, 5));
    for (uint32_t i = 0; i < node->n; i++) {
        struct ref_node *leaf;
        do {
            leaf = ref_leaf_random(r, 0);
        } while (leaf->kind != K_COMPARE && leaf->kind != K_LIKE && leaf->kind != K_IN);
        for (uint32_t j = 0; j < leaf->n; j++) {
            if (leaf->args[j]->kind == K_FIELD && leaf->args[j]->type == REF_TEXT) {
                leaf->args[j]->field = F_KW;
            }
        }
        node->args[i] = leaf;
    }
    return node;
}

/* Whether the node has a form that ignores case, and could take the other. */
static bool may_fold(const struct ref_node *node)
{
    return (node->kind == K_LIKE && node->op == 'l') || node->kind == K_REGEX ||
           (node->kind == K_IN && node->args[0]->type == REF_TEXT) ||
           (node->kind == K_CALL &&
            (node->call == CALL_BETWEEN || node->call == CALL_ENDS || node->call == CALL_INDEX ||
             node->call == CALL_STARTS || node->call == CALL_CONTAINS));
}

/* Another spelling of the same number, or another case of the text. */
static void vary_constant(struct ref_random *r, struct ref_node *node)
{
    struct ref_value *v = &node->constant;
    if (v->type == REF_LONG && v->number > -1000 && v->number < 1000) {
        v->type = node->type = REF_DOUBLE;
        v->real = (double)v->number;
    } else if (v->type == REF_TEXT && node->regex == NULL) {
        v->text = ref_recase(r, v->text);
    }
}

/* A copy in which little is different: the engine must not take one for the other. */
static struct ref_node *vary(struct ref_random *r, const struct ref_node *node, bool constants)
{
    struct ref_node *copy = ref_node_new(r, node->kind, node->type, node->n);
    struct ref_node **args = copy->args;
    *copy = *node;
    copy->args = args;
    bool compares = node->kind == K_COMPARE || node->kind == K_IN || node->kind == K_LIKE;
    for (uint32_t i = 1; i < node->n; i++) {
        /* addresses, dates and versions have their spellings, and a keyword is no number */
        bool text = node->args[0]->type == REF_TEXT && node->args[i]->type == REF_TEXT;
        bool number = node->args[0]->type < REF_TEXT && node->args[i]->type < REF_TEXT;
        compares = compares && (text || number);
    }
    for (uint32_t i = 0; i < node->n; i++) {
        args[i] = vary(r, node->args[i], compares);
    }
    if (ref_chance(r, 12) && may_fold(node)) {
        copy->fold = !copy->fold;
    }
    if (ref_chance(r, 12) && node->kind == K_CONST && constants) {
        vary_constant(r, copy);
    }
    if (ref_chance(r, 12) && node->kind == K_COMPARE && node->op != '=' && node->op != '!') {
        copy->op = "<l>g"[ref_below(r, 4)];
    }
    if (ref_chance(r, 12) && node->kind == K_IN) {
        copy->negated = !copy->negated;
    }
    return copy;
}

void ref_query_vary(struct ref_random *r, const struct ref_query *like, struct ref_query *out)
{
    *out = (struct ref_query){like->category, vary(r, like->where, false)};
}

void ref_query_random(struct ref_random *r, struct ref_query *out)
{
    static const char *const categories[] = {"process", "file", "my-category", "Process",
                                             "network"};
    out->category =
        ref_chance(r, 70)
            ? (str){0}
            : str_from(categories[ref_below(r, sizeof categories / sizeof categories[0])]);
    out->where = ref_chance(r, 12) ? random_family(r) : random_condition(r, ref_below(r, 4));
}
