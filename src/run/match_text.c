/* SPDX-License-Identifier: Apache-2.0 */
/* A head, the join keys, then each event: a head and three texts. A match of one event is the same with one. */
#include "run/match_text.h"

#include <string.h>

struct match_head {
    uint32_t events; /* 0: one, by itself */
    uint32_t anchor;
    uint64_t keys_len;
};

struct event_head {
    uint64_t record, offset, document_len;
    uint32_t file, dataset_len, timestamp_len;
};

/* The heads hold no garbage between members: runs on disk are byte-identical. */
static void put(const void *head, size_t n, struct buf *out)
{
    buf_append(out, (str){head, n});
}

void match_text_single(const struct finding *m, str text, struct buf *out)
{
    struct match_head head;
    struct event_head event;
    memset(&head, 0, sizeof head);
    memset(&event, 0, sizeof event);
    event.offset = m->offset;
    event.dataset_len = m->dataset_len;
    event.timestamp_len = m->timestamp_len;
    event.document_len = text.len - m->dataset_len - m->timestamp_len;
    put(&head, sizeof head, out);
    put(&event, sizeof event, out);
    buf_append(out, text);
}

static void put_event(const struct sequencer_event *e, struct buf *out)
{
    struct event_head event;
    memset(&event, 0, sizeof event);
    event.record = e->record;
    event.offset = e->offset;
    event.file = e->file;
    event.dataset_len = (uint32_t)e->dataset.len;
    event.timestamp_len = (uint32_t)e->timestamp.len;
    event.document_len = e->document.len;
    put(&event, sizeof event, out);
    buf_append(out, e->dataset);
    buf_append(out, e->timestamp);
    buf_append(out, e->document);
}

void match_text_several(const struct sequencer_match *m, bool sample, struct arena *scratch,
                        struct buf *out)
{
    struct match_head head;
    memset(&head, 0, sizeof head);
    head.events = m->n;
    head.anchor = m->anchor;
    size_t at = out->len;
    put(&head, sizeof head, out);
    if (m->key.len) {
        join_keys_write(m->key, sample, scratch, out);
    }
    head.keys_len = out->len - at - sizeof head;
    memcpy(out->ptr + at, &head, sizeof head);
    for (uint32_t i = 0; i < m->n; i++) {
        put_event(&m->events[i], out);
    }
}

static str take(str *text, size_t n)
{
    str piece = str_slice(*text, 0, n);
    *text = str_slice(*text, n, text->len);
    return piece;
}

static struct hunt_event read_event(str *text, const struct walk_list *files)
{
    struct event_head head;
    memcpy(&head, take(text, sizeof head).ptr, sizeof head);
    struct hunt_event e = {
        .file = files->files[head.file].path, .record = head.record, .offset = head.offset};
    e.dataset = take(text, head.dataset_len);
    e.timestamp = take(text, head.timestamp_len);
    e.document = take(text, (size_t)head.document_len);
    return e;
}

struct hunt_match match_text_read(const struct sort_key *key, str text,
                                  const struct walk_list *files, struct arena *a)
{
    struct match_head head;
    memcpy(&head, take(&text, sizeof head).ptr, sizeof head);
    struct hunt_match m = {.rule = key->rule, .join_keys = take(&text, (size_t)head.keys_len)};
    if (head.events == 0) {
        m.event = read_event(&text, files);
        m.event.file = files->files[key->file].path;
        m.event.record = key->record;
        return m;
    }
    struct hunt_event *events = NEW_ARRAY(a, struct hunt_event, head.events);
    for (uint32_t i = 0; i < head.events; i++) {
        events[i] = read_event(&text, files);
    }
    m.event = events[head.anchor];
    m.events = events;
    m.n_events = head.events;
    return m;
}
