/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a schema, for the files of this layer. */
#ifndef POSTERN_ECS_SCHEMA_INTERNAL_H
#define POSTERN_ECS_SCHEMA_INTERNAL_H

#include "ecs/schema.h"

struct schema {
    struct arena *arena;
    struct map exact;   /* name → struct field */
    struct map open;    /* "gcp.audit.request" → the row "gcp.audit.request.*" */
    struct map objects; /* prefixes of known names */
    struct field *rows; /* in order of addition */
    size_t count, cap;
};

#endif
