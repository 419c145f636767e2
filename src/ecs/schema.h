/* SPDX-License-Identifier: Apache-2.0 */
/* The fields that a query may name. One schema is the catalogue (ECS 8.11 plus what the sources register); `postern eql` makes others from
 * --schema files and from the events themselves. A schema is filled, then frozen: what
 * schema_find and schema_fields returned before is not valid after an addition, and may be read from any thread once there is none. All that look something up may push to the arena: one thread at a time. */
#ifndef POSTERN_ECS_SCHEMA_H
#define POSTERN_ECS_SCHEMA_H

#include "base/diag.h"
#include "base/map.h"
#include "ecs/value.h"

/* A field. Rows of the catalogue and of a source's own list. */
struct field {
    str name; /* "event.action"; "aws.cloudtrail.flattened.*" opens a subtree: every path below it is such a field (schema_add sets format.open) */
    struct field_format format;
    str alias_of; /* "gcp.audit.method_name" is an alias of "event.action": same values, never in a document */
    bool multi; /* ECS normalises it to an array */
    str doc;    /* one line, or empty */
};

struct schema;

struct schema *schema_new(struct arena *a);
/* That arena: for names that are made while it is filled. */
struct arena *schema_arena(const struct schema *s);
/* Adds a field (copied; names are borrowed). A second definition of a name replaces the first. */
void schema_add(struct schema *s, const struct field *f);
/* Adds the rows of ECS 8.11 (generated into build/ from src/ecs/ecs-8.11.csv). */
void schema_add_ecs(struct schema *s);

/* The field of that name: exact, alias resolved (the result is the target's row), else the longest open subtree that holds it (the result's name is then a copy of
 * `name`, made in the schema's arena once). NULL when unknown. A path that is only a prefix of known fields gives a FIELD_OBJECT field. */
const struct field *schema_find(struct schema *s, str name);

/* Up to `max` known names near `name` (edit distance, same last part, missing prefix), best first. Returns how many. */
size_t schema_suggest(struct schema *s, str name, str *out, size_t max);

/* Every row, in order of addition. */
const struct field *schema_fields(struct schema *s, size_t *n);

/* Infers the fields of a set of events: every path that is seen; only integers are long, any fraction makes double, booleans boolean, mixed kinds and text keyword; `timestamp_field` is a date. Explicit rows
 * already in `s` win. Dotted keys and nested objects are one path; arrays of objects are flattened. Feed every event, then call schema_infer_done.
 * Paths longer than 1,024 bytes and fields past 100,000 stay unknown. Names live in `a`. */
struct schema_inference;
struct schema_inference *schema_infer_new(struct schema *s, str timestamp_field, struct arena *a);
void schema_infer_event(struct schema_inference *i, const struct json *event);
void schema_infer_done(struct schema_inference *i);

/* Reads {"field":{"type":…,"format":…,"null_value":…}} into `s`: types as field_type_parse, and flattened. False after a diagnostic; the fields that are right are added all the same.
 * Names are borrowed from src->text or `a`. */
bool schema_read_json(struct schema *s, const struct diag_source *src, struct arena *a,
                      struct diags *d);

#endif
