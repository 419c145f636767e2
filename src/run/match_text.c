/* SPDX-License-Identifier: Apache-2.0 */
/* A head, the join keys, then each event: a head and three texts. A match of one event is the same with one. */
#include "run/match_text.h"

#include <string.h>

static void put(const void *head, size_t n, struct buf *out)
{
    buf_append(out, (str){head, n});
}

struct match_single match_text_single(const struct finding *m)
{
    return (struct match_single){
        .event = {.offset = m->offset,
                  .dataset_len = m->dataset_len,
                  .timestamp_len = m->timestamp_len,
                  .document_len = m->text_len - m->dataset_len - m->timestamp_len}};
}

static void put_event(const struct sequencer_event *e, struct buf *out)
{
    const struct match_event_head event = {.record = e->record,
                                           .offset = e->offset,
                                           .document_len = e->document.len,
                                           .file = e->file,
                                           .dataset_len = (uint32_t)e->dataset.len,
                                           .timestamp_len = (uint32_t)e->timestamp.len};
    put(&event, sizeof event, out);
    buf_append(out, e->dataset);
    buf_append(out, e->timestamp);
    buf_append(out, e->document);
}

void match_text_several(const struct sequencer_match *m, bool sample, struct arena *scratch,
                        struct buf *out)
{
    struct match_head head = {.events = m->n, .anchor = m->anchor};
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
    struct match_event_head head;
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
