/* SPDX-License-Identifier: Apache-2.0 */
/* One hash map a slot and kind, and one automaton for all needles of a slot. */
#include "eval/atom_table.h"

#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "eval/fold.h"
#include "eval/needle_set.h"
#include "eval/text_marks.h"

struct atom {
    uint32_t slot;
    enum atom_kind kind;
    str text; /* of ATOM_OTHER what other_text makes */
};

struct slot_atoms {
    struct map by_text[ATOM_KINDS];      /* number + 1 */
    struct text_marks marks[ATOM_KINDS]; /* of by_text, once frozen */
    size_t n;
    struct needle_set *needles;
    uint32_t *needle_atoms;
};

struct atom_table {
    struct arena *arena;
    struct atom *atoms;
    size_t n;
    struct slot_atoms **slots;
    size_t n_slots;
};

struct atom_table *atom_table_new(struct arena *a)
{
    struct atom_table *t = NEW(a, struct atom_table);
    t->arena = a;
    return t;
}

static struct slot_atoms *slot_of(struct atom_table *t, uint32_t slot)
{
    if (slot >= t->n_slots) {
        size_t n = 2 * (size_t)slot + 16;
        struct slot_atoms **slots = NEW_ARRAY(t->arena, struct slot_atoms *, n);
        if (t->n_slots) {
            memcpy(slots, t->slots, t->n_slots * sizeof *slots);
        }
        t->slots = slots;
        t->n_slots = n;
    }
    if (!t->slots[slot]) {
        t->slots[slot] = NEW(t->arena, struct slot_atoms);
    }
    return t->slots[slot];
}

static struct atom *new_atom(struct atom_table *t)
{
    t->atoms = arena_grow(t->arena, t->atoms, t->n, sizeof *t->atoms);
    return &t->atoms[t->n++];
}

uint32_t atom_table_text(struct atom_table *t, uint32_t slot, enum atom_kind kind, str text)
{
    struct slot_atoms *of = slot_of(t, slot);
    const void *known = map_get(&of->by_text[kind], text);
    if (known) {
        return (uint32_t)((uintptr_t)known - 1);
    }
    str copy = arena_copy(t->arena, text);
    *new_atom(t) = (struct atom){slot, kind, copy};
    *map_put(&of->by_text[kind], copy, t->arena) = (void *)(uintptr_t)t->n;
    of->n++;
    return (uint32_t)(t->n - 1);
}

/* Bytes that are equal for equal values. */
enum { OTHER_TEXT = 1 + sizeof(struct ip) };

/* False when the value can equal nothing, or not by its bytes. */
static bool other_text(const struct value *v, char out[OTHER_TEXT], str *text)
{
    double real = v->type == VALUE_LONG ? (double)v->number : v->real;
    size_t n = 0;
    switch (v->type) {
    case VALUE_LONG:
    case VALUE_DOUBLE:
        if (real != real) {
            return false;
        }
        real = real == 0 ? 0 : real; /* of both signs */
        memcpy(out + 1, &real, n = sizeof real);
        break;
    case VALUE_BOOLEAN:
        out[1] = v->boolean;
        n = 1;
        break;
    case VALUE_DATE:
        memcpy(out + 1, &v->number, n = sizeof v->number);
        break;
    case VALUE_IP:
        memcpy(out + 1, v->ip.byte, n = sizeof v->ip.byte);
        break;
    case VALUE_NULL:
    case VALUE_STRING:
    case VALUE_VERSION:
        return false;
    }
    out[0] = (char)(v->type == VALUE_LONG ? VALUE_DOUBLE : v->type);
    *text = (str){out, n + 1};
    return true;
}

bool atom_table_constant(struct atom_table *t, uint32_t slot, const struct value *v, uint32_t *atom)
{
    char room[OTHER_TEXT];
    str text;
    if (!other_text(v, room, &text)) {
        return false;
    }
    *atom = atom_table_text(t, slot, ATOM_OTHER, text);
    return true;
}

static void make_needles(struct atom_table *t, struct slot_atoms *of)
{
    const struct map *m = &of->by_text[ATOM_NEEDLE];
    if (m->count == 0) {
        return;
    }
    str *texts = NEW_ARRAY(t->arena, str, m->count);
    of->needle_atoms = NEW_ARRAY(t->arena, uint32_t, m->count);
    for (size_t i = 0; i < m->count; i++) {
        texts[i] = m->entries[i].key;
        of->needle_atoms[i] = (uint32_t)((uintptr_t)m->entries[i].value - 1);
    }
    of->needles = needle_set_new(texts, m->count, t->arena);
}

static void make_marks(struct atom_table *t, struct slot_atoms *of)
{
    for (int kind = 0; kind < ATOM_KINDS; kind++) {
        const struct map *m = &of->by_text[kind];
        of->marks[kind] = text_marks_new(m->count, t->arena);
        for (size_t i = 0; i < m->count; i++) {
            text_marks_add(&of->marks[kind], m->entries[i].key);
        }
    }
}

void atom_table_freeze(struct atom_table *t)
{
    for (size_t i = 0; i < t->n_slots; i++) {
        if (t->slots[i]) {
            make_needles(t, t->slots[i]);
            make_marks(t, t->slots[i]);
        }
    }
}

size_t atom_table_count(const struct atom_table *t)
{
    return t->n;
}

uint32_t atom_table_slot(const struct atom_table *t, uint32_t atom)
{
    return t->atoms[atom].slot;
}

enum atom_kind atom_table_kind(const struct atom_table *t, uint32_t atom)
{
    return t->atoms[atom].kind;
}

size_t atom_table_of_slot(const struct atom_table *t, uint32_t slot)
{
    return slot < t->n_slots && t->slots[slot] ? t->slots[slot]->n : 0;
}

/* ---- meeting ---- */

struct meeting {
    const struct slot_atoms *of;
    unsigned kinds;
    struct arena *scratch;
    atom_met *met;
    void *user;
};

static bool meet_needle(void *context, uint32_t needle, size_t end)
{
    const struct meeting *m = context;
    (void)end;
    m->met(m->user, m->of->needle_atoms[needle]);
    return false;
}

static void meet_text(const struct meeting *m, enum atom_kind kind, str text)
{
    if (!(m->kinds >> kind & 1) || !text_marks_may_have(&m->of->marks[kind], text)) {
        return;
    }
    const void *known = map_get(&m->of->by_text[kind], text);
    if (known) {
        m->met(m->user, (uint32_t)((uintptr_t)known - 1));
    }
}

static void meet_value(struct meeting *m, const struct value *v)
{
    char room[FOLD_ROOM];
    str text;
    if (v->type != VALUE_STRING) {
        if (other_text(v, room, &text)) {
            meet_text(m, ATOM_OTHER, text);
        }
        return;
    }
    meet_text(m, ATOM_EXACT, v->text);
    if (m->kinds & (1u << ATOM_FOLDED | 1u << ATOM_NEEDLE)) {
        text = fold_text(v->text, room, m->scratch);
        meet_text(m, ATOM_FOLDED, text);
        if (m->of->needles && m->kinds >> ATOM_NEEDLE & 1) {
            needle_set_scan(m->of->needles, text, meet_needle, m);
        }
    }
}

void atom_table_meet(const struct atom_table *t, uint32_t slot, struct values values,
                     unsigned kinds, struct arena *scratch, atom_met *met, void *user)
{
    struct meeting m = {t->slots[slot], kinds, scratch, met, user};
    for (size_t i = 0; i < values.n; i++) {
        meet_value(&m, &values.v[i]);
    }
}
