/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a record reader. */
#ifndef POSTERN_SOURCES_RECORD_READER_H
#define POSTERN_SOURCES_RECORD_READER_H

#include "sources/items.h"
#include "sources/kind_memo.h"
#include "sources/project.h"
#include "sources/row.h"

struct record_reader {
    const struct source_plan *plan;
    struct record_reader_options options;
    struct json_scanner *scanner;
    struct enrichment *enrichment;
    struct arena permanent;
    struct arena item_arena; /* texts decoded from strings: live while their item is taken apart */
    struct arena
        event_arena; /* captures, values, document: live until the next item is looked at */
    struct projection projection;
    struct document_writer *writer; /* NULL until a document is written */
    struct item item;               /* to be looked at next when `pending` */
    bool pending;
    uint64_t
        opened; /* marks of the sources whose records begin as the item looked at does: struct source, opening */
    uint64_t marks; /* of the item looked at: what it may be */
    struct kind_memo *kinds;
    struct kind *kind; /* of the item looked at; NULL: it has none, or it does not count */
    bool by_text;      /* what it was found to be was told by texts */
    const struct bound_container
        *streamed; /* the array that items were elements of last, and its key */
    str streamed_key;
    const struct bound_source *
        likely; /* of the last event: the next record that does not say whose it is is walked over as one of its */
    uint32_t wanted; /* grows with each event whose document is asked for, shrinks fast */
    uint64_t asked;  /* projection.stamp of the last of them */
    struct late_whole {
        const struct json_whole *whole;
        bool made;
    } * wholes; /* by source; NULL: none yet */
    struct level levels[ITEM_MAX_DEPTH + 1];
    size_t n_levels;
    size_t inflated;      /* bytes that gzip data inside this value has become */
    uint64_t file_offset; /* of line_at.ptr */
    uint64_t line;        /* of line_at.ptr */
    str line_at;          /* the framed value from the last record on */
};

/* ---- record.c ---- */

/* Gives the item as a record of that kind. Always true. */
bool record_reader_give(struct record_reader *r, const struct item *item, struct record *out,
                        enum record_kind kind, const char *reason);
/* Passed over since nobody knows it; reason NULL: its first keys are the reason (record_reader_reason). Always true. */
bool record_reader_give_unknown(struct record_reader *r, const struct item *item,
                                struct record *out, const char *reason);
/* The first container that fits among those of `kinds` (bits 1 << kind). content: the values at its first two keys. */
const struct bound_container *record_reader_container(struct record_reader *r, unsigned kinds,
                                                      const struct json_capture **content);

/* ---- record_event.c ---- */

/* The walk over an item's text; what the rows of the source read that it seems to be of (NULL: of none) is taken on the way. */
bool record_reader_scan(struct record_reader *r, str text, const struct bound_source *s,
                        struct json_error *e);
/* The source that an item seems to be of: the first whose records begin so, or that of the last event. */
const struct bound_source *record_reader_likely(const struct record_reader *r);
/* The item that was scanned last as an event of a source in the shape that it has there (NULL: in none). Always true. */
bool record_reader_give_shaped(struct record_reader *r, const struct item *item, struct record *out,
                               size_t index, const struct bound_shape *shape);
/* The item that was scanned last, which holds no others: whose event it is, or why it is none. Always true. */
bool record_reader_give_event(struct record_reader *r, const struct item *item, struct record *out);

/* ---- record_document.c ---- */

/* Runs the rows of the event at hand. False when its document must be made as a tree. */
bool record_reader_begin(struct record_reader *r);

#endif
