/* SPDX-License-Identifier: Apache-2.0 */
/* A checked query to the places of its machine. */
#include "engine/sequence.h"

bool sequence_form_init(struct sequence_form *form, const struct ir_query *q, struct arena *a)
{
    *form = (struct sequence_form){.maxspan = q->maxspan};
    for (uint32_t i = 0; i < q->n_stages; i++) {
        form->n += q->stages[i].missing ? 0 : q->stages[i].runs;
        form->n_places += q->stages[i].runs;
    }
    if (form->n_places > SEQUENCE_PLACES_MAX) {
        return false;
    }
    form->clause = NEW_ARRAY(a, uint8_t, form->n);
    form->gap = NEW_ARRAY(a, uint64_t, form->n + 1);
    form->missing = NEW_ARRAY(a, bool, form->n_places);
    form->until = q->until ? CLAUSE_BIT(q->n_stages) : 0;
    uint32_t filled = 0, place = 0;
    for (uint32_t i = 0; i < q->n_stages; i++) {
        const struct ir_stage *stage = &q->stages[i];
        if (stage->missing) {
            form->gap[filled] |= CLAUSE_BIT(i);
        }
        for (uint32_t k = 0; k < stage->runs; k++) {
            form->missing[place++] = stage->missing;
            if (!stage->missing) {
                form->clause[filled++] = (uint8_t)i;
            }
        }
    }
    return true;
}
