/* SPDX-License-Identifier: Apache-2.0 */
/* Atoms: the simplest things that values of one slot can meet (equal this text, equal it case-blind, hold this text, be this number). A leaf that needs one of some atoms can be found from the
 * values of an event without being looked at, however many leaves there are: one probe for each value, or one pass over a text for all that it may hold. Filled while rules are
 * compiled, then frozen and shared. */
#ifndef POSTERN_EVAL_ATOM_TABLE_H
#define POSTERN_EVAL_ATOM_TABLE_H

#include "ecs/value.h"

enum atom_kind {
    ATOM_EXACT,  /* the text is this one */
    ATOM_FOLDED, /* its folding is this one */
    ATOM_NEEDLE, /* its folding holds this one */
    ATOM_OTHER,  /* a boolean, number, date or address is this one; numbers are alike as doubles */
};
enum { ATOM_KINDS = 4 };

struct atom_table;

/* Everything lives in `a`. */
struct atom_table *atom_table_new(struct arena *a);
/* The atom's number, the same for the same one. Texts are copied. */
uint32_t atom_table_text(struct atom_table *t, uint32_t slot, enum atom_kind kind, str text);
/* The same for a constant that is no text. False: no atom stands for it (a version, null, a NaN). */
bool atom_table_constant(struct atom_table *t, uint32_t slot, const struct value *v,
                         uint32_t *atom);
void atom_table_freeze(struct atom_table *t);

size_t atom_table_count(const struct atom_table *t);
uint32_t atom_table_slot(const struct atom_table *t, uint32_t atom);
enum atom_kind atom_table_kind(const struct atom_table *t, uint32_t atom);
/* How many atoms the slot has. */
size_t atom_table_of_slot(const struct atom_table *t, uint32_t slot);

typedef void atom_met(void *user, uint32_t atom);
/* Tells `met` each atom of a kind in `kinds` (bits 1 << kind) that one of the slot's values meets, some perhaps more than once. `scratch` is touched only for long or
 * non-ASCII texts. */
void atom_table_meet(const struct atom_table *t, uint32_t slot, struct values values,
                     unsigned kinds, struct arena *scratch, atom_met *met, void *user);

#endif
