/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a difference small. */
#ifndef POSTERN_TESTS_REFERENCE_REF_SHRINK_H
#define POSTERN_TESTS_REFERENCE_REF_SHRINK_H

#include "ref.h"

/* Whether query and event still differ. */
typedef bool (*ref_differs)(const struct ref_query *q, struct ref_event *e, void *user);

/* Cuts the query's tree and the event's members as long as they differ; both are changed in place. */
void ref_shrink(struct ref_query *q, struct ref_event *e, ref_differs differs, void *user,
                struct arena *a);

#endif
