/* SPDX-License-Identifier: Apache-2.0 */
/* Warns of conditions that are written and change nothing: they are mostly a slip for something else. */
#include "lang/eql_check.h"
#include "lang/eql_print_part.h"

/* Higher leaves are not compared with each other: leaves may hold leaves, and each is to be printed a few times at most. */
enum { COMPARED_HEIGHT = 6 };

static bool is_logic(const struct eql_node *node)
{
    return node->op == EQL_AND || node->op == EQL_OR || node->op == EQL_NOT;
}

static void warn_literal(struct eql_checker *c, const struct eql_node *node,
                         const struct eql_node *literal)
{
    bool value = literal->value.boolean;
    const char *word = value ? "true" : "false";
    if (node->op == EQL_NOT) {
        diag_warning(c->diags, c->src, node->at, DIAG_NO_EFFECT, "'not %s' is always %s", word,
                     value ? "false" : "true");
        return;
    }
    bool and = node->op == EQL_AND;
    if (value == and) {
        diag_warning(c->diags, c->src, literal->at, DIAG_NO_EFFECT,
                     "'%s' changes nothing beside '%s'", word, and? "and" : "or");
    } else {
        diag_warning(c->diags, c->src, literal->at, DIAG_NO_EFFECT,
                     "'%s' alone decides this '%s': it is always %s", word, and? "and" : "or",
                     word);
    }
}

static void warn_repeated(struct eql_checker *c, const struct eql_node *node, struct map *seen,
                          const struct eql_node *leaf)
{
    struct buf text = BUF_INIT(0);
    eql_print_node(leaf, &text);
    str key = arena_copy(c->arena, buf_view(&text));
    buf_deinit(&text);
    void **known = map_put(seen, key, c->arena);
    if (*known != NULL) {
        diag_warning(c->diags, c->src, leaf->at, DIAG_NO_EFFECT,
                     "'%.*s' stands in this '%s' already", STR_ARG(eql_node_text(c, leaf)),
                     node->op == EQL_AND ? "and" : "or");
    }
    *known = c;
}

void eql_check_effect(struct eql_checker *c, const struct eql_node *node)
{
    struct map seen = {0};
    for (uint32_t i = 0; i < node->n_args; i++) {
        const struct eql_node *arg = node->args[i];
        bool leaf = !is_logic(arg) || (arg->op == EQL_NOT && !is_logic(arg->args[0]));
        if (arg->op == EQL_CONST && arg->value.type == VALUE_BOOLEAN) {
            warn_literal(c, node, arg);
        } else if (node->op != EQL_NOT && leaf && arg->height <= COMPARED_HEIGHT) {
            warn_repeated(c, node, &seen, arg);
        }
    }
}
