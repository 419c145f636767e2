/* SPDX-License-Identifier: Apache-2.0 */
/* Planning documents; see document_plan.h. */
#include "sources/plan.h"

#include <string.h>

#include "sources/row.h"

/* ---- Rows that meet ---- */

/* Whether `above` is `field` or lies above it. */
static bool covers(str above, str field)
{
    if (above.len > 0 && field.len > above.len && field.ptr[above.len] != '.')
        return false;
    return str_starts(field, above);
}

/* The topmost of the rows that meet into which a row's value is merged; the row itself when it is merged with nothing. */
static const struct bound_row *merged_into(const struct bound_row *const *meeting, size_t n,
                                           const struct bound_row *b)
{
    const struct bound_row *top = b;
    for (size_t i = 0; i < n; i++)
        if (meeting[i]->field.len <= top->field.len && covers(meeting[i]->field, b->field))
            top = meeting[i];
    return top;
}

/* ---- Nodes ---- */

/* Names of ours and of free-form objects: most are written as they are. */
static str key_text(str name, struct arena *a)
{
    bool plain = true;
    for (size_t i = 0; i < name.len; i++)
        plain &=
            name.ptr[i] >= ' ' && name.ptr[i] < 0x7F && name.ptr[i] != '"' && name.ptr[i] != '\\';
    if (plain)
        return arena_concat(a, S(",\""), name, S("\":"));
    struct buf text = {0};
    buf_byte(&text, ',');
    json_write_string(name, &text);
    buf_byte(&text, ':');
    str copy = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return copy;
}

static uint16_t child_of(struct document_plan *d, uint16_t parent, str name, struct arena *a)
{
    for (size_t i = d->n_nodes - 1; i > 0; i--) /* rows side by side follow each other */
        if (d->nodes[i].parent == parent && str_eq(d->nodes[i].name, name))
            return (uint16_t)i;
    d->nodes[d->n_nodes] = (struct planned_node){
        .key = key_text(name, a), .name = name, .parent = parent, .capture = NO_CAPTURE};
    return (uint16_t)d->n_nodes++;
}

static uint16_t node_at(struct document_plan *d, const str *path, size_t n, struct arena *a)
{
    uint16_t node = 0;
    for (size_t i = 0; i < n; i++)
        node = child_of(d, node, path[i], a);
    return node;
}

/* Keys of the known fields. */
static const str known_paths[KNOWN_FIELDS][2] = {
    [KNOWN_INGESTED] = {S_INIT("event"), S_INIT("ingested")},
    [KNOWN_TIMESTAMP] = {S_INIT("@timestamp")},
    [KNOWN_DATASET] = {S_INIT("event"), S_INIT("dataset")},
    [KNOWN_STREAM_DATASET] = {S_INIT("data_stream"), S_INIT("dataset")},
    [KNOWN_STREAM_NAMESPACE] = {S_INIT("data_stream"), S_INIT("namespace")},
};

/* Whether rows give a value to something above a node, of which it may be a part. */
static bool is_inside_value(const struct bound_source *s, uint16_t node)
{
    while (node != 0) {
        node = s->document.nodes[node].parent;
        for (size_t i = 0; i < s->n_rows; i++)
            if (s->rows[i].node == node)
                return true;
    }
    return false;
}

static void bind_known(struct bound_source *s, struct arena *a)
{
    struct document_plan *d = &s->document;
    bool planned = true;
    for (size_t i = 0; i < KNOWN_FIELDS; i++) {
        uint16_t node = node_at(d, known_paths[i], known_paths[i][1].len ? 2 : 1, a);
        d->known[i] = node;
        planned &= !d->nodes[node].merged && !is_inside_value(s, node);
    }
    if (!planned) /* no source needs it */
        d->n_nodes = 0;
}

static void bind_nodes(struct bound_source *s, struct arena *a)
{
    struct document_plan *d = &s->document;
    size_t most = 1 + 2 * KNOWN_FIELDS;
    for (size_t i = 0; i < s->n_rows; i++)
        most += s->rows[i].n_steps;
    d->nodes = NEW_ARRAY(a, struct planned_node, most);
    d->n_nodes = 1;
    const struct bound_row **meeting = NEW_ARRAY(a, const struct bound_row *, s->n_rows);
    size_t n_meeting = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->rows[i].meets)
            meeting[n_meeting++] = &s->rows[i];
    for (size_t i = 0; i < s->n_rows; i++) {
        struct bound_row *b = &s->rows[i];
        const struct bound_row *into = merged_into(meeting, n_meeting, b);
        b->node = node_at(d, into->steps, into->n_steps, a);
        struct planned_node *node = &d->nodes[b->node];
        node->merged = into->n_steps == 0 || into->meets;
        b->merged = node->merged;
        node->path = into->steps;
        node->n_path = into->n_steps;
        d->merges |= node->merged;
    }
    bind_known(s, a);
}

/* ---- Sets of rows ---- */

/* Whether others read the field before it is written. */
static bool is_known(const struct document_plan *d, uint16_t node)
{
    for (size_t i = 0; i < KNOWN_FIELDS; i++)
        if (d->known[i] == node)
            return true;
    return false;
}

static void add_row(uint64_t *set, size_t i)
{
    set[i / 64] |= UINT64_C(1) << i % 64;
}

/* Constants become part of the text between the values, and what is copied is taken from the record when the document is written: neither needs a row to run for each record.
 * Measured: 43,000 instructions a CloudTrail record became 41,000. */
static void bind_silent(struct bound_source *s, size_t i)
{
    struct document_plan *d = &s->document;
    const struct bound_row *b = &s->rows[i];
    struct planned_node *node = &d->nodes[b->node];
    enum cleaning clean = s->source->clean;
    bool cleaned = clean == CLEAN_VALUES || clean == CLEAN_EMPTY;
    if (!b->alone || b->merged || (b->row->flags & ROW_APPEND))
        return;
    if (b->constant)
        node->constant = b->constant;
    else if (!b->row->fn && b->n_in == 1 && !cleaned && !is_known(d, b->node))
        node->capture = b->document_in[0];
    else
        return;
    add_row(d->silent, i);
}

static void bind_sets(struct bound_source *s, struct arena *a)
{
    struct document_plan *d = &s->document;
    d->n_words = s->n_rows / 64 + 1; /* one bit more than rows */
    d->always = NEW_ARRAY(a, uint64_t, d->n_words);
    d->silent = NEW_ARRAY(a, uint64_t, d->n_words);
    d->readers = NEW_ARRAY(a, uint64_t, d->n_words * path_trie_count(s->document_trie));
    for (size_t i = 0; i < s->n_rows; i++) {
        struct bound_row *b = &s->rows[i];
        if (b->off)
            continue;
        size_t n_read = b->n_in > 1 && (b->row->flags & ROW_FIRST) ? 1 : b->n_in;
        for (size_t j = 0; j < n_read; j++)
            add_row(d->readers + b->document_in[j] * d->n_words, i);
        if (!b->sleeps)
            add_row(d->always, i);
        if (b->of_nothing && b->document_in[0] == NO_CAPTURE)
            b->constant = json_written(b->of_nothing, a);
        if (d->n_nodes > 0)
            bind_silent(s, i);
    }
}

static void bind_planned_rows(struct bound_source *s, struct arena *a)
{
    struct document_plan *d = &s->document;
    d->rows = NEW_ARRAY(a, struct planned_row, s->n_rows);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct bound_row *b = &s->rows[i];
        d->rows[i] = (struct planned_row){.fn = b->row->fn,
                                          .row = b->row,
                                          .constant = b->constant,
                                          .node = b->node,
                                          .n_in = b->n_in,
                                          .few = (b->row->flags & ROW_FEW) != 0,
                                          .append = (b->row->flags & ROW_APPEND) != 0,
                                          .merged = b->merged,
                                          .rest = (b->row->flags & ROW_REST) != 0};
        memcpy(d->rows[i].in, b->document_in, sizeof d->rows[i].in);
    }
}

void document_plan_bind(struct bound_source *s, struct arena *a)
{
    if (s->source->ecs)
        return;
    bind_nodes(s, a);
    bind_sets(s, a);
    bind_planned_rows(s, a);
}
