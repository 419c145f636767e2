/* SPDX-License-Identifier: Apache-2.0 */
/* The tables read for the prefilter; see dispatch.h. */
#include "sources/dispatch.h"

#include <string.h>

#include "sources/plan.h"
#include "sources/row.h"

/* ---- Slots ---- */

/* Whether a row's value follows from the capture `operation` (NO_CAPTURE: from nothing) and the source. */
static bool row_known(const struct bound_row *b, uint32_t operation)
{
    if (b->row->flags & (ROW_REST | ROW_TEXT))
        return false;
    for (size_t i = 0; i < ROW_INPUTS && b->slot_in[i] != NO_CAPTURE; i++)
        if (b->slot_in[i] != operation)
            return false;
    return true;
}

static bool slot_known(const struct bound_source *s, const struct slot_binding *slot,
                       uint32_t operation)
{
    if (slot->way == SLOT_ECS || slot->way == SLOT_WHOLE)
        return false;
    for (size_t i = 0; i < slot->n_rows; i++)
        if (!row_known(&s->rows[slot->rows[i]], operation))
            return false;
    return true;
}

void source_plan_known(const struct source_plan *plan, size_t source, bool operation,
                       uint64_t *known)
{
    const struct bound_source *s = &plan->sources[source];
    uint32_t capture = operation ? s->operation : NO_CAPTURE;
    memset(known, 0, (plan->n_fields + 63) / 64 * sizeof *known);
    for (size_t i = 0; i < plan->n_fields; i++)
        if (slot_known(s, &s->slots[i], capture))
            known[i >> 6] |= UINT64_C(1) << (i & 63);
}

str source_operation_key(const struct source *source)
{
    str path = str_from(source->operation ? source->operation : "");
    size_t dot = str_rfind_byte(path, '.');
    return dot == SIZE_MAX ? path : str_slice(path, dot + 1, path.len);
}

/* ---- Signs ---- */

static void add_sign(struct key_signs *out, struct key_sign sign, struct arena *a)
{
    if (out->n == out->cap) {
        size_t cap = out->cap ? 2 * out->cap : 32;
        struct key_sign *signs = NEW_ARRAY(a, struct key_sign, cap);
        if (out->n > 0)
            memcpy(signs, out->signs, out->n * sizeof(*signs));
        out->signs = signs;
        out->cap = cap;
    }
    out->signs[out->n++] = sign;
}

static void add_signs_of(const char *keys, struct key_signs *out, struct arena *a)
{
    struct key_sign signs[KEYS_MAX];
    size_t n = keys_signs(keys, signs, a);
    for (size_t i = 0; i < n; i++)
        add_sign(out, signs[i], a);
}

void dispatch_container_signs(struct key_signs *out, struct arena *a)
{
    size_t n;
    const struct container *all = containers_all(&n);
    for (size_t i = 0; i < n; i++)
        if (all[i].kind != CONTAINER_PASS && all[i].kind != CONTAINER_OTHER) /* else one record */
            add_signs_of(all[i].keys, out, a);
}

void dispatch_source_signs(const struct source *source, bool converted, struct key_signs *out,
                           struct arena *a)
{
    for (size_t i = 0; i < source->n_shapes; i++)
        if (!converted || source->shapes[i].convert)
            add_signs_of(source->shapes[i].keys, out, a);
}

bool dispatch_element_is_record(str container)
{
    const struct container *c = container.len > 0 ? container_of_key(container) : NULL;
    return !c || !c->member;
}
