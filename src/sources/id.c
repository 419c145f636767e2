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

static const struct json *value_at(const struct json *node, str path)
{
    str step;
    while (node && str_split(&path, '.', &step))
        node = json_get(node, step);
    bool scalar = node && node->type != JSON_OBJECT && node->type != JSON_ARRAY;
    return scalar && node->text.len > 0 ? node : NULL;
}

/* The id out of the values at `paths` (joined by blanks): the only one as it is, several as the hash of their concatenation. Empty when one is missing. */
static str id_of_values(const struct json *record, str paths, struct arena *a)
{
    struct buf text = {0};
    str path, id = {0};
    size_t n = 0;
    bool all = true;
    while (all && str_split(&paths, ' ', &path)) {
        const struct json *value = value_at(record, path);
        all = value != NULL;
        if (value)
            buf_append(&text, value->text);
        n++;
    }
    if (all)
        id = n > 1 || text.len > ID_MAX ? hex_of(buf_view(&text), a)
                                        : arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return id;
}

str record_reader_id(struct record_reader *r)
{
    struct projection *p = &r->projection;
    struct arena *a = &r->event_arena;
    struct json_error error;
    const struct json *raw = json_parse(p->text, a, &error);
    str alternatives = str_from(p->source->source->id ? p->source->source->id : ""), paths;
    while (alternatives.len > 0 && str_split(&alternatives, '|', &paths)) {
        str id = id_of_values(raw, paths, a);
        if (id.len == 0 && p->from_tree)
            id = id_of_values(p->tree, paths, a);
        if (id.len > 0)
            return id;
    }
    return raw ? hash_of_record(raw, a) : (str){0};
}

static str text_at(const struct json *document, const char *path, str otherwise, struct arena *a)
{
    static const struct field_format keyword = {.type = FIELD_KEYWORD};
    struct values v = document_values(document, str_from(path), &keyword, a);
    return v.n > 0 && v.v[0].text.len > 0 ? v.v[0].text : otherwise;
}

str record_reader_index(struct record_reader *r)
{
    struct arena *a = &r->event_arena;
    const struct json *document = projection_document(&r->projection);
    str dataset = text_at(document, "event.dataset", S("generic"), a);
    dataset = text_at(document, "data_stream.dataset", dataset, a);
    str space = text_at(document, "data_stream.namespace", S("default"), a);
    return arena_concat(a, arena_concat(a, S("logs-"), dataset, S("-")), space, S(""));
}
