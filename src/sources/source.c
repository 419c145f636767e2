/* SPDX-License-Identifier: Apache-2.0 */
/* The list of sources (sources.def), their fields, and what the framer must know of the containers. */
#include "sources/source.h"

#include "sources/container.h"
#include "sources/member.h"
#include "sources/row.h"

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
    for (size_t i = 0; i < N_SOURCES; i++) {
        for (size_t j = 0; j < sources[i]->n_rows; j++) {
            const struct row *r = &sources[i]->rows[j];
            if (r->fn == row_member)
                member_add_fields(s, str_from(r->field), sources[i]->members[r->arg],
                                  schema_arena(s));
        }
        for (size_t j = 0; j < sources[i]->n_fields; j++)
            schema_add(s, &sources[i]->fields[j]);
    }
}

/* The content keys of the containers that are streamed that way. */
static size_t keys_of(enum container_stream stream, const str **out, struct arena *a)
{
    size_t n_all, n = 0;
    const struct container *all = containers_all(&n_all);
    str *keys = NEW_ARRAY(a, str, n_all);
    for (size_t i = 0; i < n_all; i++)
        if (all[i].stream == stream)
            keys[n++] = container_content_key(&all[i]);
    *out = keys;
    return n;
}

void sources_container_keys(struct json_framer_options *out, struct arena *a)
{
    out->n_containers = keys_of(STREAM_ALWAYS, &out->containers, a);
    out->n_containers_later = keys_of(STREAM_OBJECTS, &out->containers_later, a);
    out->n_containers_cut = keys_of(STREAM_CUT, &out->containers_cut, a);
}
