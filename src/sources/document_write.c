/* SPDX-License-Identifier: Apache-2.0 */
/* The document of one record as text, written by the plan of its source: the rows run in table order and hang their values on the planned nodes, which are then written in the order in
 * which they came to be used, as the tree of document.c holds them. No tree of the document is made. Values that stood in the record as they are to be written are copied from it. Measured:
 * see docs/internals/normalize.md. */
#include <string.h>

#include "sources/project.h"

#include "sources/row.h"
#include "value/json_writer.h"

/* What a planned node holds for this record. */
struct document_node {
    uint64_t stamp;           /* used when it is the writing's */
    const struct json *value; /* NULL: an object, whose members follow */
    uint16_t first, last;     /* members in use; 0: none */
    uint16_t next;            /* the next member of the parent */
};

struct writing {
    struct projection *p;
    const struct bound_source *source;
    struct document_node *nodes;
    uint64_t stamp;
    struct draft draft; /* where rows meet: root holds these fields alone */
};

/* ---- What rows read ---- */

/* The texts that count as empty in a CloudTrail record (clean_record). */
static const str empty_texts[] = {S_INIT("-"), S_INIT("none")};

/* Fills p->found from the record; its tree is made on the way. */
static void find_inputs(struct projection *p)
{
    const struct bound_source *s = p->source;
    size_t n = path_trie_count(s->document_trie);
    const struct json_tree_options options = {.trie = s->document_trie,
                                              .found = p->found,
                                              .prune = s->source->clean == CLEAN_RECORD,
                                              .pruned = empty_texts,
                                              .n_pruned = 2};
    if (!p->tree && p->scanner) {
        memset(p->found, 0, n * sizeof(*p->found));
        p->tree = json_scan_make_tree(p->scanner, p->text, &options, p->event.arena);
        if (p->tree)
            return;
    }
    projection_tree(p);
    json_scan_tree(p->tree, s->document_trie, p->document_captures, p->event.arena);
    for (size_t i = 0; i < n; i++) {
        const struct json_capture *c = capture_single(p->document_captures, (uint32_t)i);
        p->found[i] = c ? c->node : NULL;
    }
}

static const struct json *input_of(const struct projection *p, uint32_t capture)
{
    const struct json *node = p->found[capture];
    return node && node->type != JSON_NULL ? node : NULL;
}

static const struct json *value_of(struct projection *p, const struct bound_row *b)
{
    const struct json *value;
    if (b->constant)
        return b->constant;
    if (b->row->flags & ROW_REST)
        return projection_rest(p);
    if (b->row->fn) {
        size_t i = 0;
        p->input.row = b->row;
        for (; i < ROW_INPUTS && b->document_in[i] != NO_CAPTURE; i++)
            p->input.in[i] = input_of(p, b->document_in[i]);
        for (; i < ROW_INPUTS; i++)
            p->input.in[i] = NULL;
        value = b->row->fn(&p->input);
    } else {
        value = b->document_in[0] == NO_CAPTURE ? NULL : input_of(p, b->document_in[0]);
    }
    enum cleaning clean = p->source->source->clean;
    if (clean == CLEAN_VALUES || clean == CLEAN_EMPTY)
        value = clean_copy(value, clean == CLEAN_VALUES, p->event.arena);
    return value;
}

/* ---- Hanging values on nodes ---- */

static inline bool is_used(const struct writing *w, uint16_t i)
{
    return w->nodes[i].stamp == w->stamp;
}

/* Takes a node into use that is not, behind the members of its parent that are in use already. */
static struct document_node *use(struct writing *w, uint16_t i)
{
    struct document_node *node = &w->nodes[i];
    *node = (struct document_node){.stamp = w->stamp};
    if (i == 0)
        return node;
    uint16_t above = w->source->document.nodes[i].parent;
    struct document_node *parent = is_used(w, above) ? &w->nodes[above] : use(w, above);
    if (parent->last)
        w->nodes[parent->last].next = i;
    else
        parent->first = i;
    parent->last = i;
    return node;
}

static const struct json *draft_value(const struct writing *w, const struct planned_node *planned)
{
    const struct json *node = w->draft.root;
    for (size_t i = 0; i < planned->n_path && node; i++)
        node = json_get(node, planned->path[i]);
    return node;
}

/* Puts the value of a row that meets others into the draft. Its node is written from there in the end. */
static void merge(struct writing *w, const struct bound_row *b, const struct json *value)
{
    document_put(&w->draft, b, value);
    if (!is_used(w, b->node) && draft_value(w, &w->source->document.nodes[b->node]))
        use(w, b->node)->value = value;
}

/* False when the value must be joined with the one that is there, which only the tree can do. */
static bool put(struct writing *w, const struct bound_row *b, const struct json *value)
{
    if (w->source->document.nodes[b->node].merged) {
        merge(w, b, value);
        return true;
    }
    bool there = is_used(w, b->node);
    if (there && !(b->row->flags & ROW_APPEND))
        return value->type != JSON_OBJECT || w->nodes[b->node].value->type != JSON_OBJECT;
    struct document_node *node = there ? &w->nodes[b->node] : use(w, b->node);
    if (b->row->flags & ROW_APPEND)
        node->value = document_collect(node->value, value, w->p->event.arena);
    else
        node->value = value;
    return true;
}

/* The rows that have something to read. */
static void find_rows(const struct projection *p, uint64_t *set)
{
    const struct document_plan *d = &p->source->document;
    size_t n = path_trie_count(p->source->document_trie);
    memcpy(set, d->always, d->n_words * sizeof(*set));
    for (size_t i = 0; i < n; i++)
        if (p->found[i])
            for (size_t j = 0; j < d->n_words; j++)
                set[j] |= d->readers[i * d->n_words + j];
}

static bool run_rows(struct writing *w)
{
    struct projection *p = w->p;
    find_rows(p, p->row_set);
    for (size_t j = 0; j < w->source->document.n_words; j++)
        for (uint64_t left = p->row_set[j]; left != 0; left &= left - 1) {
            const struct bound_row *b = &w->source->rows[j * 64 + (size_t)__builtin_ctzll(left)];
            const struct json *value = value_of(p, b);
            if (value && !put(w, b, value))
                return false;
        }
    return true;
}

/* ---- Text ---- */

static void write_members(const struct writing *w, uint16_t i, struct json_writer *out)
{
    const struct planned_node *planned = w->source->document.nodes;
    json_put(out, S("{"));
    for (uint16_t m = w->nodes[i].first; m != 0; m = w->nodes[m].next) {
        str key = planned[m].key;
        const struct json *value = w->nodes[m].value;
        json_put(out, m == w->nodes[i].first ? (str){key.ptr + 1, key.len - 1} : key);
        if (planned[m].merged)
            value = draft_value(w, &planned[m]);
        if (!value)
            write_members(w, m, out);
        else if (value->as_written)
            json_put(out, value->raw);
        else
            json_put_node(out, value);
    }
    json_put(out, S("}"));
}

static void start_draft(struct writing *w)
{
    struct projection *p = w->p;
    if (!w->source->document.merges)
        return;
    memset(p->parents, 0, w->source->n_rows * sizeof(*p->parents));
    w->draft = (struct draft){.root = json_new(p->event.arena, JSON_OBJECT),
                              .parents = p->parents,
                              .n_parents = w->source->n_rows,
                              .arena = p->event.arena};
}

bool projection_write(struct projection *p, str ingested, struct buf *out)
{
    const struct document_plan *d = &p->source->document;
    if (d->n_nodes == 0)
        return false;
    struct writing w = {
        .p = p, .source = p->source, .nodes = p->nodes_used, .stamp = ++p->writings};
    find_inputs(p);
    start_draft(&w);
    use(&w, 0);
    if (!run_rows(&w))
        return false;
    struct json time = {.type = JSON_STRING, .text = ingested};
    if (ingested.len > 0 && !is_used(&w, d->ingested))
        use(&w, d->ingested)->value = &time;
    struct json_writer writer = json_writer_begin(out);
    write_members(&w, 0, &writer);
    json_writer_end(&writer);
    return true;
}

struct document_node *document_nodes_new(size_t n, struct arena *a)
{
    return NEW_ARRAY(a, struct document_node, n);
}
