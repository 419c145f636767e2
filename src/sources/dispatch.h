/* SPDX-License-Identifier: Apache-2.0 */
/* What the bytes of a record tell before it is parsed, for the prefilter (run/prefilter.h). Nearly every record says in one string what was
 * done (eventName, operationName, methodName), and nearly every rule asks for it; so a record whose operation no rule can match need not
 * be parsed. Here is what the tables say about that: which slots depend on the operation alone, and by which members a record must be
 * looked at all the same, because it may hold other records or be of another shape. */
#ifndef POSTERN_SOURCES_DISPATCH_H
#define POSTERN_SOURCES_DISPATCH_H

#include "sources/keys.h"
#include "sources/source.h"

/* Sets bit i of `known` ((n_fields + 63) / 64 words) for each slot whose values follow from the operation and the source alone; with
 * `operation` false from the source alone. */
void source_plan_known(const struct source_plan *plan, size_t source, bool operation,
                       uint64_t *known);

/* The key of the source's operation ("methodName"); empty when it has none. */
str source_operation_key(const struct source *source);

/* Signs of records that must be parsed, in `a`: one list is enough for soundness, each sign in it costs speed where it is seen. */
struct key_signs {
    struct key_sign *signs;
    size_t n, cap;
};

/* A record that is a container, holding any number of records. */
void dispatch_container_signs(struct key_signs *out, struct arena *a);
/* A record of the source at all; `converted`: one in a shape that is turned into another. */
void dispatch_source_signs(const struct source *source, bool converted, struct key_signs *out,
                           struct arena *a);

/* Whether an element of the container with this key (as in struct frame) is one record, unless it shows a sign. */
bool dispatch_element_is_record(str container);

#endif
