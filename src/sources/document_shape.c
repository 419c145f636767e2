/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes, made and found again; see document_shape.h. */
#include "sources/document_shape.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* Shapes kept; then all are forgotten. A power of two, twice as many places. */
enum { SHAPES_MAX = 4096, PLACES = 2 * SHAPES_MAX };

/* How the members of an object follow one another. */
struct place {
    bool used;
    bool value;
    uint16_t first, last, next; /* nodes; 0: none */
};

/* A literal of one shape or many. */
struct shared_text {
    str text;
    struct shared_text *next; /* of the same bucket */
};

/* Most literals are in many shapes. They are kept once, because all shapes of a log together are more than a core's own caches hold. Measured, with scratch memory that
 * stays: some three hundredths of normalize's time over 20 MB, less over longer logs. */
enum { BUCKETS = 256 };

struct document_shapes {
    struct document_shape *places[PLACES];
    struct shared_text *literals[BUCKETS];
    size_t n;
    struct arena arena;
    struct arena scratch; /* of the shape in the making */
};

struct document_shapes *document_shapes_new(void)
{
    struct document_shapes *s = mem_alloc(sizeof *s);
    /* A shape takes some 100 bytes for each of at most some 200 fields. */
    s->arena = arena_open((size_t)SHAPES_MAX * 64 * 1024);
    s->scratch = arena_open((UINT16_MAX + 1) * sizeof(struct place) + 4096);
    return s;
}

void document_shapes_free(struct document_shapes *s)
{
    if (!s)
        return;
    arena_close(&s->arena);
    arena_close(&s->scratch);
    mem_free(s);
}

/* ---- Making ---- */

struct making {
    const struct planned_node *nodes;
    struct place *places; /* of the nodes */
    struct document_shape *shape;
    struct buf text;
    size_t cut; /* of text: where the literal begins */
    struct document_shapes *shapes;
};

/* Takes a node into the document, behind the members of its parent that are there already. */
static void use(struct making *m, uint16_t i)
{
    if (m->places[i].used)
        return;
    m->places[i].used = true;
    if (i == 0)
        return;
    uint16_t above = m->nodes[i].parent;
    use(m, above);
    struct place *parent = &m->places[above];
    if (parent->last)
        m->places[parent->last].next = i;
    else
        parent->first = i;
    parent->last = i;
}

/* The one copy of a text, with LITERAL_SPARE bytes behind it. */
static str shared(struct document_shapes *s, str text)
{
    struct shared_text **bucket = &s->literals[hash_str(text) % BUCKETS];
    for (const struct shared_text *l = *bucket; l; l = l->next)
        if (str_eq(l->text, text))
            return l->text;
    char *copy = arena_push(&s->arena, 1, text.len + LITERAL_SPARE);
    memcpy(copy, text.ptr, text.len);
    struct shared_text *l = NEW(&s->arena, struct shared_text);
    *l = (struct shared_text){{copy, text.len}, *bucket};
    *bucket = l;
    return l->text;
}

/* The literal that ends here. */
static str end_literal(struct making *m)
{
    str text = str_slice(buf_view(&m->text), m->cut, m->text.len);
    m->cut = m->text.len;
    return shared(m->shapes, text);
}

static void lay_out(struct making *m, uint16_t i)
{
    buf_byte(&m->text, '{');
    for (uint16_t c = m->places[i].first; c != 0; c = m->places[c].next) {
        str key = m->nodes[c].key;
        buf_append(&m->text, str_slice(key, c == m->places[i].first, key.len));
        const struct planned_node *node = &m->nodes[c];
        if (m->places[c].value && node->constant)
            buf_append(&m->text, node->constant->raw);
        else if (m->places[c].value) {
            str literal = end_literal(m);
            m->shape->pieces[m->shape->n_pieces++] = (struct document_piece){
                literal.ptr, (uint32_t)literal.len, node->capture, c, node->merged};
        } else
            lay_out(m, c);
    }
    buf_byte(&m->text, '}');
}

static struct document_shape *make(struct document_shapes *s, const struct bound_source *source,
                                   const uint64_t *rows)
{
    const struct document_plan *d = &source->document;
    struct document_shape *shape = NEW(&s->arena, struct document_shape);
    uint64_t *set = NEW_ARRAY(&s->arena, uint64_t, d->n_words);
    memcpy(set, rows, d->n_words * sizeof *set);
    shape->source = source;
    shape->rows = set;
    shape->pieces = NEW_ARRAY(&s->arena, struct document_piece, source->n_rows + 1);
    arena_reset(&s->scratch, SIZE_MAX);
    struct making m = {.nodes = d->nodes,
                       .places = NEW_ARRAY(&s->scratch, struct place, d->n_nodes),
                       .shape = shape,
                       .shapes = s};
    for (size_t i = 0; i <= source->n_rows; i++)
        if (set[i / 64] >> i % 64 & 1) {
            uint16_t node = i == source->n_rows ? d->known[KNOWN_INGESTED] : source->rows[i].node;
            use(&m, node);
            m.places[node].value = true;
        }
    lay_out(&m, 0);
    shape->end = end_literal(&m);
    shape->n_literal = m.text.len;
    buf_deinit(&m.text);
    return shape;
}

/* ---- Finding ---- */

const struct document_shape *document_shape_of(struct document_shapes *s,
                                               const struct bound_source *source,
                                               const uint64_t *rows)
{
    size_t n = source->document.n_words;
    uint64_t hash = (uint64_t)(uintptr_t)source;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ rows[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32; /* the upper rows of a word must tell, too */
    }
    if (s->n == SHAPES_MAX) {
        memset(s->places, 0, sizeof s->places);
        memset(s->literals, 0, sizeof s->literals);
        arena_reset(&s->arena, 0);
        s->n = 0;
    }
    size_t at = (size_t)hash % PLACES;
    for (; s->places[at]; at = (at + 1) % PLACES)
        if (s->places[at]->source == source &&
            memcmp(s->places[at]->rows, rows, n * sizeof *rows) == 0)
            return s->places[at];
    s->n++;
    return s->places[at] = make(s, source, rows);
}
