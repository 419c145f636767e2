/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves of one plain field and constants: equality, lists, wildcards, and the three text functions. */
#include "eval/leaf_atoms.h"

#include "base/utf8.h"
#include "eval/wildcard.h"

/* A shorter needle is in too many texts to tell anything. */
enum { SHORTEST_NEEDLE = 3 };

static bool constant_atom(struct atom_table *t, uint32_t slot, const struct value *v, bool fold,
                          struct arena *a, uint32_t *atom)
{
    if (v->type != VALUE_STRING) {
        return atom_table_constant(t, slot, v, atom);
    }
    *atom = fold ? atom_table_text(t, slot, ATOM_FOLDED, utf8_fold(v->text, a))
                 : atom_table_text(t, slot, ATOM_EXACT, v->text);
    return true;
}

/* A text that holds the needle holds its folding when folded: folding goes character by character. */
static bool needle_atom(struct atom_table *t, uint32_t slot, str needle, struct arena *a,
                        uint32_t *atom)
{
    if (needle.len < SHORTEST_NEEDLE) {
        return false;
    }
    *atom = atom_table_text(t, slot, ATOM_NEEDLE, utf8_fold(needle, a));
    return true;
}

static bool pattern_atom(struct atom_table *t, uint32_t slot, str pattern, const struct ir *node,
                         struct arena *a, uint32_t *atom)
{
    struct wildcard w =
        wildcard_parse(node->fold ? utf8_fold(pattern, a) : pattern, node->quoted, a);
    if (w.n_segments == 1 && w.segments[0].plain) {
        str text = w.segments[0].pieces[0].literal;
        *atom = atom_table_text(t, slot, node->fold ? ATOM_FOLDED : ATOM_EXACT, text);
        return true;
    }
    return needle_atom(t, slot, w.longest, a, atom);
}

static bool is_field(const struct ir *node)
{
    return node->op == IR_FIELD;
}

static bool list_atoms(struct atom_table *t, const struct ir *node, uint32_t slot, struct arena *a,
                       uint32_t **atoms, size_t *n)
{
    *atoms = NEW_ARRAY(a, uint32_t, node->n_list);
    *n = 0;
    for (uint32_t i = 0; i < node->n_list; i++) {
        const struct value *v = &node->list[i];
        bool text = v->type == VALUE_STRING;
        uint32_t *atom = &(*atoms)[*n];
        if (v->type == VALUE_NULL || (node->op == IR_LIKE && !text)) {
            continue; /* equals nothing */
        }
        if (!(node->op == IR_LIKE ? pattern_atom(t, slot, v->text, node, a, atom)
                                  : constant_atom(t, slot, v, node->fold, a, atom))) {
            return false;
        }
        ++*n;
    }
    return true;
}

bool leaf_atoms(struct atom_table *t, const struct ir *node, uint32_t slot, struct arena *a,
                uint32_t **atoms, size_t *n)
{
    if (node->n_args == 0 || !is_field(node->args[0])) {
        return false;
    }
    const struct ir *second = node->n_args == 2 ? node->args[1] : NULL;
    bool constant = second && second->op == IR_CONST;
    *atoms = NEW_ARRAY(a, uint32_t, 1);
    *n = 1;
    switch (node->op) {
    case IR_IN:
    case IR_LIKE:
        return list_atoms(t, node, slot, a, atoms, n);
    case IR_EQ:
        return constant && !node->network && !node->fold &&
               constant_atom(t, slot, &second->constant, false, a, *atoms);
    case IR_CALL:
        return (node->call == FN_STARTS_WITH || node->call == FN_ENDS_WITH ||
                node->call == FN_STRING_CONTAINS) &&
               constant && second->constant.type == VALUE_STRING &&
               needle_atom(t, slot, second->constant.text, a, *atoms);
    case IR_CONST:
    case IR_FIELD:
    case IR_AND:
    case IR_OR:
    case IR_NOT:
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
    case IR_IS_NULL:
    case IR_REGEX:
        return false;
    }
    return false;
}
