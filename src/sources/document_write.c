/* SPDX-License-Identifier: Apache-2.0 */
/* The document of one record as text, by the plan of its source: the rows run in table order and hang their values on the planned nodes; which rows did so tells the text between the values
 * (document_shape.h). No tree of the document is made. Values that stood in the record as they are to be written are copied from it. document.c makes the same document as a tree, in
 * the same order, and is the measure for this. */
#include <string.h>

#include "sources/project.h"

#include "base/mem.h"
#include "sources/document_shape.h"
#include "sources/row_memo.h"
#include "value/json_writer.h"

/* What a planned node holds for this record. */
struct document_node {
    uint64_t stamp; /* something when it is the writer's */
    const struct json *value;
};

struct document_writer {
    const struct json *const
        *found; /* inputs of the projection: values at the paths of the source's document_trie */
    uint64_t *row_set; /* rows to run */
    uint64_t *made;    /* rows that made the document's fields */
    struct document_shapes *shapes;
    struct document_node *nodes;
    uint64_t stamp; /* documents written so far */
    struct row_memo *memo;
    uint16_t *numbers;  /* of all sources' rows, for the memo */
    uint64_t **idle;    /* by source: rows that would ask a database that there is not */
    struct arena arena; /* of all that */
    /* The document begun last: */
    struct projection *p;
    uint64_t event; /* p->stamp then */
    bool planned;   /* it is made by the plan */
    bool cleans;    /* the source says that what rows give is cleaned */
    bool as_read;   /* `found` is the record's as it was read */
    const struct bound_source *source;
    const uint16_t *few; /* the source's part of `numbers` */
    struct draft draft;  /* where rows meet: root holds these fields alone */
};

/* ---- What rows read ---- */

/* Through the record's tree. */
static void find_in_tree(struct document_writer *w, struct json_scanner *scanner)
{
    struct projection *p = w->p;
    struct json_values *inputs = &p->inputs;
    size_t n = path_trie_count(w->source->document_trie);
    struct json_tree_options options = w->source->tree;
    options.trie = w->source->document_trie;
    options.found = inputs->found;
    bool read = !p->tree;
    memset(inputs->found, 0, n * sizeof(*inputs->found));
    if (read)
        p->tree = json_scan_make_tree(scanner, p->text, &options, p->event.arena);
    w->as_read = read && p->tree;
    if (!w->as_read) {
        projection_tree(p);
        json_scan_tree(p->tree, w->source->document_trie, p->document_captures, p->event.arena);
    }
    inputs->n_filled = 0;
    for (size_t i = 0; i < n; i++) {
        const struct json_capture *c =
            w->as_read ? NULL : capture_single(p->document_captures, (uint32_t)i);
        if (!w->as_read)
            inputs->found[i] = c ? c->node : NULL;
        if (inputs->found[i] && inputs->found[i]->type != JSON_NULL)
            inputs->filled[inputs->n_filled++] = (uint32_t)i;
    }
}

/* Fills the inputs from the record, if the walk over it has not. */
static void find_inputs(struct document_writer *w, struct json_scanner *scanner)
{
    if (w->p->whole == w->source && !w->p->tree)
        w->as_read = true;
    else
        find_in_tree(w, scanner);
    w->found = w->p->inputs.found;
}

static inline const struct json *input_of(const struct document_writer *w, uint32_t capture)
{
    const struct json *node = w->found[capture];
    return node && node->type != JSON_NULL ? node : NULL;
}

static inline const struct json *function_value(struct document_writer *w,
                                                const struct planned_row *b, size_t number)
{
    struct row_input *input = &w->p->input;
    const struct json *value;
    if (b->few && row_memo_find(w->memo, w->few[number], input_of(w, b->in[0]), &value))
        return value;
    input->row = b->row;
    /* The elements are pointers indeed. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    memset(input->in, 0, sizeof input->in); /* of known size: less than to clear the rest of it */
    for (size_t i = 0; i < b->n_in; i++)
        input->in[i] = input_of(w, b->in[i]);
    return b->few ? row_memo_value(w->memo, w->few[number], input) : b->fn(input);
}

static inline const struct json *value_of(struct document_writer *w, const struct planned_row *b,
                                          size_t number)
{
    const struct json *value = b->constant;
    if (value)
        return value;
    if (b->fn)
        value = function_value(w, b, number);
    else if (b->n_in > 0)
        value = input_of(w, b->in[0]);
    else if (b->rest)
        return projection_rest(w->p);
    return w->cleans
               ? clean_copy(value, w->source->source->clean == CLEAN_VALUES, w->p->event.arena)
               : value;
}

/* ---- Hanging values on nodes ---- */

static inline bool is_used(const struct document_writer *w, uint16_t i)
{
    return w->nodes[i].stamp == w->stamp;
}

/* Gives a node that has none its value, made by row number `row`. */
static inline void set_value(struct document_writer *w, uint16_t i, size_t row,
                             const struct json *value)
{
    w->nodes[i] = (struct document_node){w->stamp, value};
    w->made[row / 64] |= UINT64_C(1) << row % 64;
}

static const struct json *draft_value(const struct document_writer *w,
                                      const struct planned_node *planned)
{
    const struct json *node = w->draft.root;
    for (size_t i = 0; i < planned->n_path && node; i++)
        node = json_get(node, planned->path[i]);
    return node;
}

/* Puts the value of a row that meets others into the draft. Its node gets what is there in the end. */
static void merge(struct document_writer *w, uint16_t i, size_t row, const struct json *value)
{
    document_put(&w->draft, &w->source->rows[row], value);
    if (!is_used(w, i) && draft_value(w, &w->source->document.nodes[i]))
        set_value(w, i, row, value);
}

static void collect(struct document_writer *w, uint16_t i, size_t row, const struct json *value)
{
    bool there = is_used(w, i);
    const struct json *list =
        document_collect(there ? w->nodes[i].value : NULL, value, w->p->event.arena);
    if (!there)
        set_value(w, i, row, list);
}

/* False when the value must be joined with the one that is there, which only the tree can do. */
static inline bool put(struct document_writer *w, const struct planned_row *b, size_t row,
                       const struct json *value)
{
    if (b->merged)
        merge(w, b->node, row, value);
    else if (b->append)
        collect(w, b->node, row, value);
    else if (!is_used(w, b->node))
        set_value(w, b->node, row, value);
    else
        return value->type != JSON_OBJECT || w->nodes[b->node].value->type != JSON_OBJECT;
    return true;
}

/* The rows that have something to read; those that need not run have made their fields. */
static void find_rows(const struct document_writer *w)
{
    const struct document_plan *d = &w->source->document;
    const uint64_t *idle = w->idle[w->source - w->p->plan->sources];
    const struct json_values *inputs = &w->p->inputs;
    size_t n_words = d->n_words;
    for (size_t j = 0; j < n_words; j++) {
        uint64_t set = d->always[j];
        for (size_t i = 0; i < inputs->n_filled; i++)
            set |= d->readers[inputs->filled[i] * n_words + j];
        w->made[j] = set & d->silent[j];
        w->row_set[j] = set & ~(d->silent[j] | idle[j]);
    }
}

static bool run_rows(struct document_writer *w)
{
    const struct planned_row *rows = w->source->document.rows;
    size_t n_words = w->source->document.n_words;
    for (size_t j = 0; j < n_words; j++)
        for (uint64_t left = w->row_set[j]; left != 0; left &= left - 1) {
            size_t number = 64 * j + (size_t)__builtin_ctzll(left);
            const struct planned_row *b = &rows[number];
            const struct json *value = value_of(w, b, number);
            if (value && !put(w, b, number, value))
                return false;
        }
    return true;
}

/* ---- Text ---- */

/* Whether JSON_SPARE bytes from the beginning of a value as written may be read: then it is copied with what stands behind it, and without a branch on its length, which cannot be foreseen. */
static inline bool has_spare(const struct json *value, str text)
{
    return value->spare ||
           (text.len > JSON_SPARE &&
            (uintptr_t)value->raw.ptr - (uintptr_t)text.ptr < text.len - JSON_SPARE);
}

static inline const struct json *piece_value(const struct document_writer *w,
                                             const struct document_piece *piece)
{
    if (piece->capture != NO_CAPTURE)
        return w->found[piece->capture];
    return piece->merged ? draft_value(w, &w->source->document.nodes[piece->node])
                         : w->nodes[piece->node].value;
}

/* Literals have spare bytes behind them. */
static inline char *copy_literal(char *to, const char *from, size_t length)
{
    for (size_t at = 0; at < length; at += LITERAL_SPARE)
        memcpy(to + at, from + at, LITERAL_SPARE);
    return to + length;
}

static void write_shape(const struct document_writer *w, const struct document_shape *shape,
                        struct json_writer *out)
{
    str text = w->p->text;
    size_t room =
        shape->n_literal + LITERAL_SPARE; /* for the rest, when all its values are short */
    room += shape->n_pieces * JSON_SPARE;
    if (!json_writer_room(out, room))
        return;
    for (size_t i = 0; i < shape->n_pieces; i++) {
        const struct document_piece *piece = &shape->pieces[i];
        const struct json *value = piece_value(w, piece);
        char *to = copy_literal(out->at, piece->literal, piece->length);
        if (value->as_written && value->raw.len <= JSON_SPARE && has_spare(value, text)) {
            memcpy(to, value->raw.ptr, JSON_SPARE);
            out->at = to + value->raw.len;
            continue;
        }
        out->at = to;
        json_put_node(out, value);
        if (!json_writer_room(out, room))
            return;
    }
    json_put(out, shape->end);
}

static void start(struct document_writer *w)
{
    struct projection *p = w->p;
    enum cleaning clean = w->source->source->clean;
    w->stamp++;
    w->cleans = clean == CLEAN_VALUES || clean == CLEAN_EMPTY;
    w->few = w->numbers;
    for (const struct bound_source *s = p->plan->sources; s != w->source; s++)
        w->few += s->n_rows;
    row_memo_begin(w->memo);
    if (!w->source->document.merges)
        return;
    memset(p->parents, 0, w->source->n_rows * sizeof(*p->parents));
    w->draft = (struct draft){.root = json_new(p->event.arena, JSON_OBJECT),
                              .parents = p->parents,
                              .n_parents = w->source->n_rows,
                              .arena = p->event.arena};
}

bool document_begin(struct document_writer *w, struct projection *p, struct json_scanner *scanner)
{
    if (w->p == p && w->event == p->stamp)
        return w->planned;
    w->p = p;
    w->event = p->stamp;
    w->source = p->source;
    w->planned = w->as_read = false;
    if (w->source->document.n_nodes == 0)
        return false;
    start(w);
    find_inputs(w, scanner);
    find_rows(w);
    return w->planned = run_rows(w);
}

const struct json *document_known(const struct document_writer *w, enum document_known which)
{
    uint16_t node = w->source->document.known[which];
    const struct json *constant = w->source->document.nodes[node].constant;
    if (constant)
        return constant;
    return is_used(w, node) ? w->nodes[node].value : NULL;
}

const struct json *const *document_found(const struct document_writer *w)
{
    return w->as_read ? w->found : NULL;
}

static void write_document(struct document_writer *w, struct buf *out)
{
    struct json_writer writer = json_writer_begin(out);
    write_shape(w, document_shape_of(w->shapes, w->source, w->made), &writer);
    json_writer_end(&writer);
}

void document_write(struct document_writer *w, str ingested, struct buf *out)
{
    uint16_t node = w->source->document.known[KNOWN_INGESTED];
    size_t bit = w->source->n_rows;
    if (ingested.len == 0 || is_used(w, node)) {
        write_document(w, out);
        return;
    }
    set_value(w, node, bit, json_new_string(w->p->event.arena, ingested));
    write_document(w, out);
    w->nodes[node] = (struct document_node){0};
    w->made[bit / 64] &= ~(UINT64_C(1) << bit % 64);
}

/* Numbers the rows that remember their values; returns how many there are. */
static size_t number_few(struct document_writer *w, const struct source_plan *plan)
{
    size_t n_rows = 0, n = 0;
    uint16_t n_few = 0;
    for (size_t i = 0; i < plan->n_sources; i++)
        n_rows += plan->sources[i].n_rows;
    w->numbers = NEW_ARRAY(&w->arena, uint16_t, n_rows);
    for (size_t i = 0; i < plan->n_sources; i++)
        for (size_t j = 0; j < plan->sources[i].n_rows; j++, n++)
            if (plan->sources[i].rows[j].row->flags & ROW_FEW)
                w->numbers[n] = n_few++;
    return n_few;
}

/* Without databases the rows of places and networks would be the only ones that ask for addresses, of which logs have too many to remember. */
static void find_idle(struct document_writer *w, const struct source_plan *plan,
                      const struct enrichment *x)
{
    w->idle = NEW_ARRAY(&w->arena, uint64_t *, plan->n_sources);
    for (size_t i = 0; i < plan->n_sources; i++) {
        const struct bound_source *s = &plan->sources[i];
        w->idle[i] = NEW_ARRAY(&w->arena, uint64_t, plan->max_rows / 64 + 1);
        for (size_t j = 0; j < s->n_rows; j++) {
            row_fn *fn = s->rows[j].row->fn;
            if ((fn == row_place && !enrichment_has_places(x)) ||
                (fn == row_network && !enrichment_has_networks(x)))
                w->idle[i][j / 64] |= UINT64_C(1) << j % 64;
        }
    }
}

struct document_writer *document_writer_new(const struct source_plan *plan,
                                            const struct enrichment *enrichment)
{
    struct document_writer *w = mem_alloc(sizeof(*w));
    w->arena = arena_open((size_t)1 << 20);
    w->row_set = NEW_ARRAY(&w->arena, uint64_t, plan->max_rows / 64 + 1);
    w->made = NEW_ARRAY(&w->arena, uint64_t, plan->max_rows / 64 + 1);
    w->shapes = document_shapes_new();
    find_idle(w, plan, enrichment);
    w->nodes = NEW_ARRAY(&w->arena, struct document_node, plan->max_nodes);
    w->memo = row_memo_new(number_few(w, plan));
    return w;
}

void document_writer_free(struct document_writer *w)
{
    if (!w)
        return;
    row_memo_free(w->memo);
    document_shapes_free(w->shapes);
    arena_close(&w->arena);
    mem_free(w);
}
