/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of records and the data streams of their documents. */
#include "base/map.h"
#include "base/sha256.h"
#include "sources/record_reader.h"

/* Elasticsearch refuses longer ones. */
enum { ID_MAX = 512 };

static str hex_of(str bytes, struct arena *a)
{
    char *hex = arena_push_raw(a, 1, SHA256_HEX);
    sha256_hex(bytes, hex);
    return (str){hex, SHA256_HEX};
}

/* ---- Canonical JSON: keys sorted bytewise, no white space, numbers as written. ---- */

static void merge(const struct json **to, const struct json **x, size_t nx, const struct json **y,
                  size_t ny)
{
    while (nx > 0 || ny > 0) {
        bool take_x = ny == 0 || (nx > 0 && str_cmp((*x)->key, (*y)->key) <= 0);
        *to++ = take_x ? *x++ : *y++;
        nx -= take_x;
        ny -= !take_x;
    }
}

static void sort_members(const struct json **m, const struct json **other, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2;
    sort_members(m, other, half);
    sort_members(m + half, other + half, n - half);
    merge(other, m, half, m + half, n - half);
    for (size_t i = 0; i < n; i++)
        m[i] = other[i];
}

static void write_canonical(const struct json *node, struct buf *out, struct arena *a)
{
    if (node->type != JSON_OBJECT && node->type != JSON_ARRAY) {
        json_write(node, out);
        return;
    }
    bool object = node->type == JSON_OBJECT;
    const struct json **members = NEW_ARRAY(a, const struct json *, node->count + 1);
    const struct json **other = NEW_ARRAY(a, const struct json *, node->count + 1);
    size_t n = 0;
    for (const struct json *m = node->child; m; m = m->next)
        members[n++] = m;
    if (object)
        sort_members(members, other, n);
    buf_byte(out, object ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_byte(out, ',');
        if (object) {
            json_write_string(members[i]->key, out);
            buf_byte(out, ':');
        }
        write_canonical(members[i], out, a);
    }
    buf_byte(out, object ? '}' : ']');
}

static str hash_of_record(const struct json *record, struct arena *a)
{
    struct buf text = BUF_INIT(SIZE_MAX / 4);
    write_canonical(record, &text, a);
    str hex = hex_of(buf_view(&text), a);
    buf_deinit(&text);
    return hex;
}

/* ---- What a source says ---- */

/* Where the values of an id are: in a record's tree, or found already by the document writer. */
struct id_values {
    const struct json *record;
    const struct json *const *found; /* by capture of the document trie; NULL: look into the tree */
};

static const struct json *value_at(const struct json *node, str path)
{
    str step;
    while (node && str_split(&path, '.', &step))
        node = json_get(node, step);
    return node;
}

/* A text or number. What was found may be pruned, which leaves its text. */
static str text_of(const struct json *node)
{
    bool scalar = node && node->type != JSON_OBJECT && node->type != JSON_ARRAY;
    return scalar ? node->text : (str){0};
}

/* The id out of the values at `paths` (joined by blanks), whose captures begin at `in`: the only one as it is, several as the hash of their concatenation. Empty when one is missing. */
static str id_of_values(const struct id_values *values, str paths, const uint32_t *in,
                        struct arena *a)
{
    str path, id = {0};
    size_t n = 0;
    for (; str_split(&paths, ' ', &path); n++) {
        str text = text_of(values->found ? values->found[in[n]] : value_at(values->record, path));
        if (text.len == 0)
            return text;
        id = n == 0 ? text : arena_concat(a, id, text, S(""));
    }
    return n > 1 || id.len > ID_MAX ? hex_of(id, a) : id;
}

static size_t count_paths(str paths)
{
    size_t n = 1;
    for (size_t i = 0; i < paths.len; i++)
        n += paths.ptr[i] == ' ';
    return n;
}

/* The first alternative of the source's that is there. */
static str id_of_alternatives(const struct bound_source *s, const struct id_values *values,
                              const struct id_values *otherwise, struct arena *a)
{
    str alternatives = str_from(s->source->id ? s->source->id : ""), paths, id = {0};
    const uint32_t *in = s->id_in;
    while (id.len == 0 && alternatives.len > 0 && str_split(&alternatives, '|', &paths)) {
        id = id_of_values(values, paths, in, a);
        if (id.len == 0 && otherwise)
            id = id_of_values(otherwise, paths, in, a);
        in += count_paths(paths);
    }
    return id;
}

str record_reader_id(struct record_reader *r)
{
    struct projection *p = &r->projection;
    struct arena *a = &r->event_arena;
    struct json_error error;
    struct id_values raw = {0}, tree = {.record = p->from_tree ? p->tree : NULL};
    raw.found = record_reader_begin(r) ? document_found(r->writer) : NULL;
    /* The record as it is to be hashed has nothing pruned. */
    bool whole = raw.found && p->source->source->clean != CLEAN_RECORD;
    raw.record = whole ? p->tree : NULL;
    if (!raw.found)
        raw.record = json_parse(p->text, a, &error);
    str id = id_of_alternatives(p->source, &raw, p->from_tree ? &tree : NULL, a);
    if (id.len > 0)
        return id;
    if (!raw.record)
        raw.record = json_parse(p->text, a, &error);
    return raw.record ? hash_of_record(raw.record, a) : (str){0};
}

/* ---- Data streams ---- */

static str first_text(const struct values *v, str otherwise)
{
    return v->n > 0 && v->v[0].text.len > 0 ? v->v[0].text : otherwise;
}

/* A keyword of the document, which need not be a tree for that. */
static str text_at(struct record_reader *r, enum document_known which, const char *path,
                   str otherwise)
{
    static const struct field_format keyword = {.type = FIELD_KEYWORD};
    struct arena *a = &r->event_arena;
    struct values v =
        record_reader_begin(r)
            ? node_values(document_known(r->writer, which), &keyword, a)
            : document_values(projection_document(&r->projection), str_from(path), &keyword, a);
    return first_text(&v, otherwise);
}

str record_reader_index(struct record_reader *r)
{
    struct arena *a = &r->event_arena;
    str dataset = text_at(r, KNOWN_DATASET, "event.dataset", S("generic"));
    dataset = text_at(r, KNOWN_STREAM_DATASET, "data_stream.dataset", dataset);
    str space = text_at(r, KNOWN_STREAM_NAMESPACE, "data_stream.namespace", S("default"));
    return arena_concat(a, arena_concat(a, S("logs-"), dataset, S("-")), space, S(""));
}
