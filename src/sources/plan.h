/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a source plan: what every table row, shape and container is bound to. Made once by plan.c, read by every record reader.
 *  - `trie` is walked over every record: detection keys, container keys, and the raw paths behind the slots, of all raw sources together;
 *  - for normalize a source that is known by the first key of its records has a trie of the paths of both, so that one walk finds what tells and what is written;
 *  - each source has a `document_trie` with the raw paths of all its rows, walked over the tree of the few records that become documents;
 *  - documents that are already ECS are walked a second time, over `ecs_trie`, whose paths are the fields themselves. */
#ifndef POSTERN_SOURCES_PLAN_H
#define POSTERN_SOURCES_PLAN_H

#include "sources/container.h"
#include "sources/document_plan.h"
#include "sources/keys.h"
#include "sources/source.h"

struct bound_row {
    const struct row *row;
    str field; /* of row->field */
    uint32_t field_hash;
    str *steps; /* of row->field; none for a field of "" */
    size_t n_steps;
    uint32_t
        slot_in[ROW_INPUTS]; /* captures of plan->trie; all NO_CAPTURE until a slot needs the row */
    uint32_t document_in[ROW_INPUTS]; /* captures of the source's document_trie */
    bool bound;                       /* slot_in is set */
    bool off;                         /* the user's tags keep it from giving anything */
    const struct json *of_nothing;    /* what it gives when it reads nothing of the record */
    bool sleeps; /* gives nothing while none of the first `n_wakes` inputs is there */
    uint8_t n_wakes;
    bool extended; /* another row's field lies below this one's */
    bool meets;    /* its field is an object that others write into, or is made in two ways */
    bool alone;    /* no other row's field is this one, or lies above or below it */
    uint16_t
        parent;    /* number of the object that the field lies in: the same for rows side by side */
    uint16_t node; /* of the document plan: of the field, or of the field that it is merged into */
    uint16_t number;             /* its own */
    uint8_t n_in;                /* inputs */
    bool merged;                 /* that node is */
    const struct json *constant; /* the value for every record, with its text; NULL: it varies */
};

/* Where a slot of a ROW_REST row may stand at the top of the record: under `key` ("a", or "a.b" as one key). */
struct rest_part {
    str key;
    uint32_t capture;
};

enum slot_way {
    SLOT_NONE,  /* no row makes it */
    SLOT_FIRST, /* the rows make the field itself: the first value wins */
    SLOT_BELOW, /* one row makes an object above it */
    SLOT_MERGE, /* several rows meet: their part of the document is made and read */
    SLOT_ECS,   /* the captures of ecs_trie are the values */
    SLOT_WHOLE, /* read from the finished document (ecs: fields that the rows add) */
};

struct slot_binding {
    const struct field *field;
    enum slot_way way;
    bool collects;        /* SLOT_MERGE: the rows make the field itself, a list */
    bool fixed;           /* every record of the source has the same values */
    struct values same;   /* those */
    const uint16_t *rows; /* indexes into the source's rows, in table order */
    size_t n_rows;
    str below; /* SLOT_BELOW: path below the row's value, with "v." in front */
    uint32_t
        few; /* number of its few_group among those of all sources: its values are remembered (slot_memo.h); FEW_NONE: it is in none */
    uint32_t member; /* its number there */
    const struct rest_part *parts;
    size_t n_parts;
    uint32_t capture;        /* SLOT_ECS: of the field */
    const uint32_t *parents; /* SLOT_ECS: of an open field, captures of the paths above it */
    size_t n_parents;
};

/* Slots that read the same values, which are few in a day's log. */
struct few_group {
    uint32_t *inputs; /* captures */
    size_t n_inputs;
    uint32_t n_members;
    uint64_t *slots; /* bits */
};

#define FEW_NONE UINT32_MAX
enum { FEW_MEMBERS = 32 };

/* What is looked at first of a slot: most are null, since none of what wakes them is in the record, or one string. */
enum { WAKES_MAX = 6 };
struct slot_start {
    uint32_t wakes[WAKES_MAX]; /* captures without which it is null; the first is `plain`'s */
    uint8_t n_wakes;
    bool sleeps;   /* there are no others */
    bool original; /* the record's text is the value, as a keyword */
    bool plain;    /* SLOT_FIRST: a string that the first row reads is the value, as a keyword */
};

/* What is known of slots by what is in a record, not by its texts. Bit sets. */
struct slot_bits {
    uint64_t *absent; /* have no values */
    uint64_t *plain;  /* have what slot_start.plain says, unless cleaning takes it away */
};

struct bound_shape {
    const struct shape *shape;
    struct key_demands keys;
    bool by_text; /* the texts of the values tell, not only which are there */
};

struct bound_source {
    const struct source *source;
    struct bound_shape *shapes;
    struct bound_row *rows; /* the source's, then those that all share */
    size_t n_rows;
    struct path_trie *document_trie;
    const struct json_whole *whole; /* as source_plan_whole has it; NULL: none, or not yet */
    struct json_tree_options tree;  /* how its record is made a tree, without paths */
    struct document_plan document;
    uint32_t drop_in[ROW_INPUTS];
    uint32_t *id_in;    /* captures of document_trie: the paths of source->id, all alternatives */
    uint32_t operation; /* capture of plan->trie, or NO_CAPTURE */
    bool reshaped;      /* a shape tells nothing until it is known whose the record is */
    str *named;         /* top-level keys that the rows read: what a ROW_REST row leaves out */
    size_t n_named;
    struct slot_binding *slots;
    struct slot_start *starts; /* of slots */
    uint64_t *fixed;           /* bits of the slots that are */
    uint64_t *sleepers; /* of those that have values only when something that wakes them is there */
    uint64_t *woken;    /* for each capture of plan->trie, as many words: those that it wakes */
    uint64_t
        *plainly; /* and those that have it as their value when it is a string (slot_start.plain) */
    uint32_t *plain_at; /* by slot: that capture */
    struct few_group *few;
    size_t n_few;
    uint32_t first_few;         /* number of the first */
    struct event_group *groups; /* of slots that have the same values in many records */
    size_t n_groups;
};

struct bound_container {
    uint32_t kind;     /* 1 << container->kind */
    uint32_t must_see; /* a capture without which the keys are not met; NO_CAPTURE: none */
    const struct container *container;
    struct key_demands keys;
    bool by_text;    /* as for a shape */
    uint32_t member; /* capture of container->member at the top of an element */
};

/* Marks of the trie: what a record may be by the keys that it has. Bit 1 << kind of a container, and above those one a source. */
enum { MARK_SOURCES = 8 };

struct source_plan {
    const struct field *const *fields;
    size_t n_fields;
    const str *tags;
    size_t n_tags;
    struct bound_source *sources;
    size_t n_sources;
    struct plan_opening {
        str key;
        uint64_t sources; /* marks */
    } * openings;
    size_t n_openings;
    struct bound_container *containers;
    size_t n_containers;
    struct path_trie *trie;
    uint64_t always; /* marks that every record has: keys without which it may be that, too */
    struct path_trie *ecs_trie;
    uint32_t ecs_dataset[2]; /* captures of ecs_trie: event.dataset, data_stream.dataset */
    size_t ecs_index;        /* of the source `ecs` */
    uint32_t n_few_groups, few_members; /* most slots of a group */
    size_t max_rows;
    size_t max_nodes;    /* of any document plan */
    size_t max_captures; /* of any trie */
};

/* A walk over the paths of plan->trie and the source's document_trie together: the walk that tells what a record is and a tree of it are one walk then. Captures are plan->trie's, places document_trie's. In `a`, of
 * a frozen plan; NULL when rows of the source need the record's tree as well. */
const struct json_whole *source_plan_whole(const struct source_plan *plan,
                                           const struct bound_source *s, struct arena *a);

#endif
