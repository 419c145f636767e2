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
