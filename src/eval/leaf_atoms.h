/* SPDX-License-Identifier: Apache-2.0 */
/* What a leaf needs, as atoms. */
#ifndef POSTERN_EVAL_LEAF_ATOMS_H
#define POSTERN_EVAL_LEAF_ATOMS_H

#include "eval/atom_table.h"
#include "ir/ir.h"

/* Adds atoms of `slot`, the only one that the leaf `node` reads, to the table: whenever the leaf holds, a value of the slot meets one of them. Their numbers are made in `a`. False
 * when no atoms do that; `none` at all is an answer too (an empty list holds for nothing). */
bool leaf_atoms(struct atom_table *t, const struct ir *node, uint32_t slot, struct arena *a,
                uint32_t **atoms, size_t *n);

#endif
