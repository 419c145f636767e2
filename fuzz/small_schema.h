/* SPDX-License-Identifier: Apache-2.0 */
/* The schema that fuzz targets of queries compile over: a field of every type, few and short names, so that mutations hit them. Corpora name these fields. */
#ifndef POSTERN_FUZZ_SMALL_SCHEMA_H
#define POSTERN_FUZZ_SMALL_SCHEMA_H

#include "ecs/schema.h"

/* In `a`. */
static struct schema *small_schema(struct arena *a)
{
    static const struct field fields[] = {
        {.name = S_INIT("event.category"), .format.type = FIELD_KEYWORD},
        {.name = S_INIT("kw"), .format.type = FIELD_KEYWORD},
        {.name = S_INIT("other"), .format.type = FIELD_KEYWORD},
        {.name = S_INIT("num"), .format.type = FIELD_LONG},
        {.name = S_INIT("real"), .format.type = FIELD_DOUBLE},
        {.name = S_INIT("flag"), .format.type = FIELD_BOOLEAN},
        {.name = S_INIT("@timestamp"), .format.type = FIELD_DATE},
        {.name = S_INIT("nanos"), .format.type = FIELD_DATE_NANOS},
        {.name = S_INIT("ip"), .format.type = FIELD_IP},
        {.name = S_INIT("version"), .format.type = FIELD_VERSION},
        {.name = S_INIT("object"), .format.type = FIELD_OBJECT},
        {.name = S_INIT("object.field"), .format.type = FIELD_LONG},
        {.name = S_INIT("open.*"), .format.type = FIELD_KEYWORD},
    };
    struct schema *schema = schema_new(a);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        schema_add(schema, &fields[i]);
    }
    return schema;
}

#endif
