/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled rule reads an event through. A rule set numbers the fields it reads (slots 0, 1, 2 …); a provider gives the values of a slot when they are asked for, and keeps them for the
 * rest of the event, so a slot is computed at most once and only when a leaf needs it. */
#ifndef POSTERN_ECS_EVENT_H
#define POSTERN_ECS_EVENT_H

#include "ecs/schema.h"

struct event {
    /* Computes the values of `slot`; called once per slot and event by event_values. */
    struct values (*load)(struct event *e, uint32_t slot);
    struct values *slots; /* cache, one per slot */
    /* Bit set: slots[i] is filled; (n_slots + 63) / 64 words, cleared for each event. */
    uint64_t *loaded;
    /* Bit set: the slot has no values, which is known before it is loaded. NULL: nothing is known so. */
    const uint64_t *absent;
    struct arena *arena; /* of the event: reset after each */
};

/* The values of a slot. */
static inline struct values event_values(struct event *e, uint32_t slot)
{
    uint64_t bit = UINT64_C(1) << (slot & 63);
    if (!(e->loaded[slot >> 6] & bit)) {
        e->slots[slot] = e->load(e, slot);
        e->loaded[slot >> 6] |= bit;
    }
    return e->slots[slot];
}

/* Whether the slot is known to have no values: a leaf of it need not be looked at. */
static inline bool event_lacks(const struct event *e, uint32_t slot)
{
    return e->absent && (e->absent[slot >> 6] >> (slot & 63) & 1);
}

/* An event that is a finished document (a tree). Set up once for a list of fields, then pointed at one document after another. */
struct document_event {
    struct event event;
    const struct field *const *fields; /* of the slots */
    size_t n_fields;
    const struct json *root;
};

/* `fields` are borrowed; the caches come from `a`. */
void document_event_init(struct document_event *d, const struct field *const *fields,
                         size_t n_fields, struct arena *a);
/* Points it at `root`; `event_arena` serves this event. */
void document_event_set(struct document_event *d, const struct json *root,
                        struct arena *event_arena);

/* Collects every JSON value at `path` below `root` ("a.b" finds {"a":{"b":…}}, {"a.b":…}, {"a":[{"b":…}]}), in document order, as typed values; for a field of an
 * open subtree also inside a string that is a JSON object (Azure's properties.requestbody), up to 4 MiB long and four strings deep. Linear in the document. */
struct values document_values(const struct json *root, str path, const struct field_format *format,
                              struct arena *a);

#endif
