/* SPDX-License-Identifier: Apache-2.0 */
/* The document of the record that the reader gave last: written by its plan, or made as a tree where that does not do. */
#include "sources/record_reader.h"

#include "sources/table_row.h"

struct json *record_reader_document(struct record_reader *r)
{
    return projection_document(&r->projection);
}

/* event.ingested; what the document says itself counts. */
static void put_ingested(struct json *document, str ingested, struct arena *a)
{
    struct json *event = json_get(document, S("event"));
    if (!event) {
        event = json_new(a, JSON_OBJECT);
        json_add(document, S("event"), event);
    }
    if (event->type == JSON_OBJECT && !json_get(event, S("ingested")) &&
        !json_get(document, S("event.ingested")))
        json_add(event, S("ingested"), json_new_string(a, ingested));
}

bool record_reader_begin(struct record_reader *r)
{
    if (!r->writer)
        r->writer = document_writer_new(r->plan, r->enrichment);
    r->asked = r->projection.stamp;
    return document_begin(r->writer, &r->projection, r->scanner);
}

str record_reader_timestamp(struct record_reader *r)
{
    if (record_reader_begin(r))
        return json_text(document_known(r->writer, KNOWN_TIMESTAMP));
    return json_text(json_get(projection_document(&r->projection), S("@timestamp")));
}

void record_reader_write(struct record_reader *r, str ingested, struct buf *out)
{
    if (record_reader_begin(r)) {
        document_write(r->writer, ingested, out);
        return;
    }
    struct json *document = projection_document(&r->projection);
    if (ingested.len > 0)
        put_ingested(document, ingested, &r->event_arena);
    json_write(document, out);
}
