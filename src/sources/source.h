/* SPDX-License-Identifier: Apache-2.0 */
/* A source is one table: how one provider's record becomes one ECS event. The table is read in two ways that cannot disagree, because both run the same rows:
 *  - project: for the fields that a rule set reads, each slot is bound to the rows that make it, the raw paths of those rows go into one trie for ALL sources, and a record is walked once
 *    (value/json_scan.h). A slot is computed only when a leaf asks for it.
 *  - document: every row runs, and the whole ECS document comes out (normalize, every match).
 * A row reads up to ROW_INPUTS raw values and gives one JSON value (scalar, array or object) for one ECS path; deeper ECS fields are found inside that value, so a row may stand for a whole
 * subtree. Rows of one source are tried in table order: the first that gives a value wins, unless the row says ROW_APPEND (values of all such rows are collected, each once).
 * To add a source: a file ending in one `const struct source`, a line in sources.def, golden tests. To add a container: a row in container.def, with a function in container.c when it needs one. */
#ifndef POSTERN_SOURCES_SOURCE_H
#define POSTERN_SOURCES_SOURCE_H

#include "ecs/event.h"
#include "sources/enrichment.h"
#include "value/json_frame.h"
#include "value/json_scan.h"

/* ---- Rows ---- */

enum { ROW_INPUTS = 6 };

enum row_flags {
    ROW_APPEND = 1, /* collects into a list, each value once (related.user, event.type) */
    ROW_REST =
        2, /* field is a prefix: every top-level key of the record that no other row of the source reads, as it is; has no raw, no fn */
    ROW_TAIL = 4,    /* mapping marked tail: documentation only */
    ROW_TEXT = 8,    /* fn reads the record's text */
    ROW_FIRST = 64,  /* fn gives nothing without its first input */
    ROW_TAGGED = 32, /* gives nothing unless the user gave the tag `text` */
    ROW_FEW =
        16, /* one input, which is one of few texts in a day's log: fn's results are remembered (sources/row_memo.h) */
    ROW_SOME =
        128, /* inputs that together are few in a day's log, mostly: who did it. Where several slots read them, their values are remembered (sources/slot_memo.h) */
};

struct row;
struct source;
struct member;

/* What a row's function works on. Inputs are cleaned when the source says so; absent and null ones are NULL. */
struct row_input {
    const struct row *row;
    const struct json *in[ROW_INPUTS];
    struct arena *arena; /* of the event: results live here */
    const struct source *source;
    str text;        /* of the record (event.original) */
    const str *tags; /* the user's --tag values */
    size_t n_tags;
    struct enrichment *enrichment; /* NULL: none */
};

/* The value for row->field, or NULL for none. May return in[i] itself. Must not change its inputs. */
typedef const struct json *row_fn(const struct row_input *r);

struct row {
    const char *field; /* ECS path */
    const char *
        raw; /* raw paths separated by blanks: "eventName responseElements.ConsoleLogin"; a dot that is part of a key is written "\\."; keys holding blanks cannot be
                          named: take their object. Paths do not lead through arrays */
    row_fn *fn;       /* NULL: the first input as it is */
    intptr_t arg;     /* for fn */
    const char *text; /* for fn: a constant, a key … */
    unsigned flags;
};

/* What a row function does, in one line: for `postern fields` and `normalize --explain`. */
struct row_rule {
    row_fn *fn;
    const char *doc;
};

/* ---- Sources ---- */

/* One shape that a source's records come in. The first shape of the first source whose keys are all there wins. */
struct shape {
    /* Top-level keys or raw paths separated by blanks, each with an optional demand on its value: "key" any but null, "key:s" string, "key:o" object, "key:a" array,
     * "key=text" that string. One of several is enough when they are joined by '|': "time|eventTimestamp". */
    const char *keys;
    /* A further look at the values found at `keys`, one each (NULL where '|' left it out); unset: no further look. */
    bool (*accepts)(const struct json_capture *const *found);
    /* Turns this shape into the one that the rows read (Azure REST → event hub); unset: it is that one. */
    struct json *(*convert)(const struct json *record, struct arena *a);
    bool forced; /* does not tell whose record it is: looked at only when that is known */
};

enum cleaning {
    CLEAN_NEVER,
    CLEAN_RECORD, /* null, "", {}, [] and the texts "-" and "none" are dropped from the raw record before anything else (CloudTrail) */
    CLEAN_EMPTY, /* null, "", {} and [] are dropped from what the rows give (GuardDuty, Security Hub) */
    CLEAN_VALUES, /* the same, and keys of dots only (GCP) */
};

struct source {
    const char *dataset; /* "aws.cloudtrail" */
    const char *module;  /* "aws" */
    const char *doc;     /* one line */
    const struct shape *shapes;
    size_t n_shapes;
    const struct row *rows;
    size_t n_rows;
    const struct field
        *fields; /* the fields that are not in ECS, with types; open subtrees end in ".*" */
    size_t n_fields;
    const struct row_rule *rules; /* the functions of this source's own */
    size_t n_rules;
    /* Raw values that tell the record from every other one, joined by blanks; alternatives, joined by '|', in order. None: the whole record tells. */
    const char *id;
    /* Tables that rows with row_member name by number (sources/member.h); their fields join the catalogue. */
    const struct member *const *members;
    /* The values that event.category may have, joined by '|'; unset: it has none. Documents that are ECS already may have any. */
    const char *categories;
    enum cleaning clean;
    bool
        ecs; /* the record is the document: keys may hold dots that are path steps, the rows only add to it, the data set is the document's own */
    /* Changes the record's text before it is parsed (Azure's empty keys); unset: never. Returns `record` itself when there is nothing to do. It must
     * not give the record an operation that it does not show: what is cut out of the text of valid JSON may take members away only. */
    str (*repair)(str record, struct arena *a);
    /* Why the record must be dropped ("category is not AuditLogs"), or NULL. Its inputs are the values at `drop_raw`. */
    const char *(*drop)(const struct row_input *r);
    const char *drop_raw;
    /* Raw path of the string that says what was done ("eventName"), in every shape without `convert`; NULL when there is none. For the
     * prefilter (sources/dispatch.h). */
    const char *operation;
    /* The key of the first member in records as the provider writes them ("eventVersion"); NULL when others' begin so too. An item that begins so is a record
     * of a source with this opening, or no audit record; it is taken apart by no container and turned by no shape that tells whose it is. So
     * most records need no search for the keys of containers. */
    const char *opening;
};

/* Every source, in the order of sources.def (which is the order of detection). */
const struct source *const *sources_all(size_t *n);
const struct source *source_find(str dataset);
/* What a row does with its raw values, in one line, in `a`. */
str row_describe(const struct source *s, const struct row *r, struct arena *a);
/* Registers the fields of all sources. Call after schema_add_ecs. */
void sources_add_fields(struct schema *s);

/* ---- A plan: all sources bound to the slots of one rule set. Frozen, shared. ---- */

struct source_plan;

/* `fields` may be empty (normalize). `tags` are borrowed. */
struct source_plan *source_plan_new(const struct field *const *fields, size_t n_fields,
                                    const str *tags, size_t n_tags, struct arena *a);

/* ---- Records: items found in a file, one at a time. One reader per thread. ---- */

enum record_kind {
    RECORD_EVENT,  /* recognised: dataset is set, ready to be matched or written */
    RECORD_PASSED, /* recognised but no audit record, dropped by the mapping, or an item that no source knows: `reason` */
    RECORD_REJECTED, /* malformed or broken: `reason` and `error_at` */
};

struct record {
    enum record_kind kind;
    size_t
        source;  /* index into sources_all, for RECORD_EVENT and for drops; SIZE_MAX when unknown */
    str dataset; /* of the event: the source's, or what the document itself says (event.dataset, data_stream.dataset; empty when it says nothing) */
    size_t
        dataset_index; /* index into sources_all of the source of that name: what scanner_match wants. A document of a data set that no source has: that of `ecs` */
    str text; /* event.original: the record's text as it stood in its container (unescaped when it was a string) */
    uint64_t offset; /* of the innermost value that lies in the file literally */
    uint64_t line;
    const char *reason; /* NULL: there is none, or record_reader_reason makes it */
    size_t error_at;    /* for RECORD_REJECTED: byte offset of the error in the whole file */
    bool
        unknown; /* RECORD_PASSED because no source knows the item (a file of only these is "not a log") */
};

struct record_reader;

struct record_reader_options {
    size_t max_record; /* 0: 16 MiB */
    struct enrichment_options enrichment;
    const struct source
        *forced; /* --format / --dataset: every item is a record of this source; NULL: detect */
    bool
        unwrap; /* with `forced`: still take containers apart (hunt --format); false: each top-level value is a record (normalize --dataset). Hints name the option that does it */
};

struct record_reader *record_reader_new(const struct source_plan *plan,
                                        const struct record_reader_options *options);
void record_reader_free(struct record_reader *r);

/* Starts on one framed value: its text, its place in the file, the key of the array it came from ("" at top level; value/json_frame.h). */
void record_reader_item(struct record_reader *r, str text, uint64_t offset, uint64_t line,
                        str container);
/* The index of the text that record_reader_item was given last, when there is one (json_framer_index); it lives as long as the text is read. */
void record_reader_lend_index(struct record_reader *r, const struct frame_index *index);
/* The next record of that item; false when there is none left (an item may hold none: an empty batch, a control message; one; or thousands). The event given with the last record is invalid after the call. */
bool record_reader_next(struct record_reader *r, struct record *out);
/* Why the record returned last is no event; NULL when it is one. Valid as long as the record is. */
const char *record_reader_reason(struct record_reader *r, const struct record *record);
/* The event of the record returned last (kind RECORD_EVENT): slot values for the plan's fields. */
struct event *record_reader_event(struct record_reader *r);
/* The whole ECS document of that record (event.original included), in the reader's event arena: valid until the next record_reader_next. */
struct json *record_reader_document(struct record_reader *r);

/* The same document as JSON text on one line, appended to `out`, several times as fast. `ingested`: event.ingested where the document says none; empty: not wanted. */
void record_reader_write(struct record_reader *r, str ingested, struct buf *out);
/* Its @timestamp; empty when it has none that is text. Valid until the next record_reader_next. */
str record_reader_timestamp(struct record_reader *r);

/* An event that stands for every record of source number `source` whose operation is the JSON string with the raw text `operation` (no
 * escapes; ptr NULL: the record has none): the slots that source_plan_known names have the values they have in such a record, the others
 * must not be asked for. NULL when the text makes no JSON. Between items only; valid until the next item. */
struct event *record_reader_operation(struct record_reader *r, size_t source, str operation);

/* An id of that record for a document store, the same whenever and wherever it is read: what the source says (CloudTrail's eventID), or the SHA-256 of its values or of the whole record with sorted keys. */
str record_reader_id(struct record_reader *r);
/* The data stream that the document belongs to: "logs-aws.cloudtrail-default". */
str record_reader_index(struct record_reader *r);

/* How that record became its document. Texts live until the call returns. */
struct explain_sink {
    void *user;
    /* One field: its value as JSON, the raw paths that were there, the rule. */
    void (*field)(void *user, str field, str value, str raw, str rule);
    /* A raw value that no row reads. */
    void (*unread)(void *user, str path, str value);
};
void record_reader_explain(struct record_reader *r, const struct explain_sink *sink);

/* Sets the keys of containers for the framer: containers, containers_later and containers_cut of *out. The lists are made in `a`. */
void sources_container_keys(struct json_framer_options *out, struct arena *a);

#endif
