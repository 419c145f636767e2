/* SPDX-License-Identifier: Apache-2.0 */
/* How one record became its document: the rows are run once more, and each says what it gave and from where. */
#include "sources/member.h"
#include "sources/record_reader.h"

struct explaining {
    const struct explain_sink *sink;
    struct projection *p;
    struct arena *a;
    struct json *root; /* the document as far as it is made */
    struct buf text;
};

static str written(struct explaining *x, const struct json *node)
{
    buf_clear(&x->text);
    json_write(node, &x->text);
    return buf_view(&x->text);
}

static str below(struct explaining *x, str path, str key)
{
    return path.len > 0 ? arena_concat(x->a, path, S("."), key) : key;
}

/* ---- Fields ---- */

/* Every leaf of a row's value; lists are leaves. */
static void leaves(struct explaining *x, const struct json *node, str path, str raw, str rule)
{
    if (node->type != JSON_OBJECT) {
        x->sink->field(x->sink->user, path, written(x, node), raw, rule);
        return;
    }
    for (const struct json *m = node->child; m; m = m->next)
        leaves(x, m, below(x, path, m->key), raw, rule);
}

/* The raw paths of a row that were there. */
static str paths_there(struct explaining *x, const struct bound_row *b)
{
    struct buf text = {0};
    str rest = str_from(b->row->raw ? b->row->raw : ""), path;
    for (size_t i = 0; i < ROW_INPUTS && rest.len > 0 && str_split(&rest, ' ', &path); i++)
        if (capture_single(x->p->document_captures, b->document_in[i])) {
            buf_append(&text, text.len > 0 ? S(" ") : S(""));
            buf_append(&text, path);
        }
    str copy = arena_copy(x->a, buf_view(&text));
    buf_deinit(&text);
    return copy;
}

/* Whether a row before gave the field itself. */
static bool is_given(const struct explaining *x, const struct bound_row *b)
{
    const struct json *node = x->root;
    for (size_t i = 0; node && i < b->n_steps; i++)
        node = json_get(node, b->steps[i]);
    return node && node->type != JSON_OBJECT;
}

static void explain_row(struct explaining *x, const struct bound_row *b)
{
    struct projection *p = x->p;
    const struct json *value =
        b->row->flags & ROW_REST ? projection_rest(p)
                                 : projection_row(p, b, p->document_captures, b->document_in, NULL);
    if (!value || (is_given(x, b) && !(b->row->flags & ROW_APPEND)))
        return;
    struct draft draft = {.root = x->root, .arena = x->a};
    document_put(&draft, b, value);
    leaves(x, value, b->field, paths_there(x, b), row_describe(p->source->source, b->row, x->a));
}

/* ---- What is not read ---- */

/* Whether a member table reads what stands at a raw path; what a list holds is kept either way. */
static const struct member *inside_of(const struct member *table, str key)
{
    for (const struct member *m = table; m && m->raw; m++)
        if (str_eq(str_from(m->raw), key))
            return m;
    return NULL;
}

static void unread(struct explaining *x, const struct json *node, str path)
{
    x->sink->unread(x->sink->user, path, written(x, node));
}

static void unread_members(struct explaining *x, const struct json *node, str path,
                           const struct member *table)
{
    for (const struct json *v = node->child; v; v = v->next) {
        const struct member *m = inside_of(table, v->key);
        if (!m)
            unread(x, v, below(x, path, v->key));
        else if (m->kind == MEMBER_OBJECT && v->type == JSON_OBJECT)
            unread_members(x, v, below(x, path, v->key), m->inside);
    }
}

enum reading { READS_NOTHING, READS_BELOW, READS_IT };

/* How the rows read a path; *table: of the row that reads it by members. */
static enum reading reading_of(const struct explaining *x, str path, const struct member **table)
{
    const struct bound_source *s = x->p->source;
    enum reading most = READS_NOTHING;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct row *row = s->rows[i].row;
        str rest = str_from(row->raw ? row->raw : ""), raw;
        while (rest.len > 0 && str_split(&rest, ' ', &raw)) {
            if (str_eq(raw, path)) {
                most = READS_IT;
                if (row->fn == row_member)
                    *table = s->source->members[row->arg]->inside;
            } else if (str_starts(raw, path) && raw.ptr[path.len] == '.' && most != READS_IT) {
                most = READS_BELOW;
            }
        }
    }
    return most;
}

/* A raw key as rows write it: dots escaped. */
static str escaped(struct explaining *x, str key)
{
    if (str_find_byte(key, '.', 0) == SIZE_MAX)
        return key;
    char *out = arena_push_raw(x->a, 1, 2 * key.len);
    size_t n = 0;
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '.')
            out[n++] = '\\';
        out[n++] = key.ptr[i];
    }
    return (str){out, n};
}

static void find_unread(struct explaining *x, const struct json *object, str path)
{
    for (const struct json *m = object->child; m; m = m->next) {
        const struct member *table = NULL;
        str here = below(x, path, escaped(x, m->key));
        enum reading reading = reading_of(x, here, &table);
        if (reading == READS_NOTHING || (reading == READS_BELOW && m->type != JSON_OBJECT))
            unread(x, m, here);
        else if (reading == READS_BELOW)
            find_unread(x, m, here);
        else if (table && m->type == JSON_OBJECT)
            unread_members(x, m, here, table);
    }
}

void record_reader_explain(struct record_reader *r, const struct explain_sink *sink)
{
    struct projection *p = &r->projection;
    if (!projection_document(p))
        return;
    struct explaining x = {
        .sink = sink, .p = p, .a = &r->event_arena, .root = json_new(&r->event_arena, JSON_OBJECT)};
    bool keeps_rest = p->source->source->ecs;
    json_scan_tree(p->tree, p->source->document_trie, p->document_captures, x.a);
    for (size_t i = 0; i < p->source->n_rows; i++) {
        keeps_rest |= (p->source->rows[i].row->flags & ROW_REST) != 0;
        explain_row(&x, &p->source->rows[i]);
    }
    if (!keeps_rest)
        find_unread(&x, p->tree, S(""));
    buf_deinit(&x.text);
}
