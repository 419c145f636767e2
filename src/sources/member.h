/* SPDX-License-Identifier: Apache-2.0 */
/* Deep objects with other names inside: a table of members says under which path and as what each is kept, tables lie in one another as the objects do. A row of a source names such a table
 * (struct source.members, row_members) where most of what an object holds changes its name: findings of GuardDuty and Security Hub. */
#ifndef POSTERN_SOURCES_MEMBER_H
#define POSTERN_SOURCES_MEMBER_H

#include "ecs/schema.h"

/* What becomes of a value. Lists are taken element by element. What does not fit the type is left out. */
enum member_kind {
    MEMBER_KEEP,    /* as it is */
    MEMBER_FREE,    /* as it is, and free-form: the catalogue opens it */
    MEMBER_LONG,    /* an integer: also numeric text, "8.0" and 8.0; no other fraction */
    MEMBER_DOUBLE,  /* a number: also numeric text */
    MEMBER_BOOLEAN, /* true, false, or that text in any case */
    MEMBER_TEXT,    /* a number or boolean becomes its text */
    MEMBER_IP,      /* an IP literal */
    MEMBER_DATE,    /* ISO 8601 or seconds since the epoch */
    MEMBER_MAC,     /* "00:0d:83…" → "00-0D-83…" */
    MEMBER_OBJECT,  /* what its table names; the rest is dropped, below a list kept */
    MEMBER_LIST,    /* of objects: what its table names is renamed, the rest stays as it is */
};

struct member {
    const char *raw; /* key; NULL ends a table */
    const char *to;  /* path below that of the object around it */
    enum member_kind kind;
    bool
        copied; /* an ECS field holds it too: kept only with the tag preserve_duplicate_custom_fields */
    const struct member *inside; /* MEMBER_OBJECT, MEMBER_LIST */
};

#define TAG_KEEP_COPIES "preserve_duplicate_custom_fields"

/* A value of that kind, or NULL. Not for MEMBER_OBJECT and MEMBER_LIST. */
const struct json *member_convert(const struct json *value, enum member_kind kind, struct arena *a);
/* The value of one member: what it becomes at m->to. `keep_copies`: the tag is set. */
const struct json *member_value(const struct member *m, const struct json *value, bool keep_copies,
                                struct arena *a);
/* All values at a path ("filePaths.hash") below a node, lists on the way (and, but for MEMBER_FREE, at its end) flattened, as a list; NULL when there are none. */
const struct json *member_gather(const struct json *node, str path, enum member_kind kind,
                                 struct arena *a);
/* Adds the fields that a table makes below `prefix` to a schema. Names live in `a`. */
void member_add_fields(struct schema *s, str prefix, const struct member *m, struct arena *a);

#endif
