/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of slots that are remembered by what they read: a step of source_plan_new, behind the binding of slots. */
#ifndef POSTERN_SOURCES_PLAN_GROUPS_H
#define POSTERN_SOURCES_PLAN_GROUPS_H

#include "sources/plan.h"

/* Makes the few_groups of a source and numbers them behind those of the sources before it (slot_memo.h); and its event_groups: first what is the same in all its records, then one for each few_group. */
void plan_bind_groups(struct source_plan *plan, struct bound_source *s, struct arena *a);

#endif
