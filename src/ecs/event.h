/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled rule reads an event through. A rule set numbers the fields it reads (slots 0, 1, 2 …); a provider gives the values of a slot when they are asked for, and keeps them for the
 * rest of the event, so a slot is computed at most once and only when a leaf needs it. */
#ifndef POSTERN_ECS_EVENT_H
#define POSTERN_ECS_EVENT_H

#include "ecs/schema.h"
#include "value/json_scan.h"

/* Slots whose values are told by something of the event that other events have as well. */
struct event_group {
    const uint64_t *slots; /* bit set: the slot is one of them */
};

struct event {
    /* Computes the values of `slot`; called once per slot and event by event_values. */
    struct values (*load)(struct event *e, uint32_t slot);
    struct values *slots; /* cache, one per slot */
    /* Bit set: slots[i] is filled; (n_slots + 63) / 64 words, cleared for each event. */
    uint64_t *loaded;
    /* Bit set: the slot has no values, which is known before it is loaded. NULL: nothing is known so. */
    const uint64_t *absent;
    /* Bit set: the slot reads one string of the record, captures[plain_at[slot]], and has it as its one value as it stands there, unless it is as short as EVENT_SHORT or
     * less, which says nothing. NULL: nothing is known so. */
    const uint64_t *plain;
    const uint32_t *plain_at;
    struct json_capture *const *captures;
    /* Groups of slots, none in two of them. Events for which `recall` gives the same number (not 0) of any group, have the same values in the slots of that group, as long as an
     * evaluator lives that sees them. It may take a look at texts, but loads nothing. */
    const struct event_group *groups;
    size_t n_groups;
    uint64_t (*recall)(struct event *e, size_t group);
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

/* Texts that cleaning may take away are no longer. */
enum { EVENT_SHORT = 4 };

/* Whether the slot is known not to be a keyword of this length, without loading it. Bytes between quotes: they are the text, since plain slots are of records without escapes. */
static inline bool event_length_differs(const struct event *e, uint32_t slot, size_t len)
{
    size_t own = e->captures[e->plain_at[slot]]->raw.len - 2;
    return own > EVENT_SHORT && own != len;
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
