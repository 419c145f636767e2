/* SPDX-License-Identifier: Apache-2.0 */
/* The list of sources (sources.def), their fields, and what the framer must know of the containers. */
#include "sources/source.h"

#include "sources/container.h"

#define SOURCE(name) extern const struct source source_##name;
#include "sources/sources.def"
#undef SOURCE

static const struct source *const sources[] = {
#define SOURCE(name) &source_##name,
#include "sources/sources.def"
#undef SOURCE
};

enum { N_SOURCES = sizeof(sources) / sizeof(sources[0]) };

const struct source *const *sources_all(size_t *n)
{
    *n = N_SOURCES;
    return sources;
}

const struct source *source_find(str dataset)
{
    for (size_t i = 0; i < N_SOURCES; i++)
        if (str_eq(str_from(sources[i]->dataset), dataset))
            return sources[i];
    return NULL;
}

void sources_add_fields(struct schema *s)
{
    for (size_t i = 0; i < N_SOURCES; i++)
        for (size_t j = 0; j < sources[i]->n_fields; j++)
            schema_add(s, &sources[i]->fields[j]);
}

void sources_container_keys(const str **keys, size_t *n, const str **later, size_t *n_later)
{
    static const str always[] = {
#define CONTAINER(keys, accepts, kind, stream, member, doc) CONTAINER_##stream(keys)
#undef CONTAINER
        S_INIT("Records"), S_INIT("records")};
    static const str objects[] = {S_INIT("value"), S_INIT("entries"), S_INIT("receivedMessages"), S_INIT("Events"),
                                  S_INIT("events")};
    *keys = always;
    *n = sizeof(always) / sizeof(always[0]);
    *later = objects;
    *n_later = sizeof(objects) / sizeof(objects[0]);
}
