/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue as a list; see fields.h. */
#include "sources/fields.h"

#include "sources/member.h"
#include "sources/row.h"

struct lister {
    bool (*see)(void *user, const struct field_row *r);
    void *user;
    struct arena *arena;
    struct schema *schema;
    const struct source *source;
    struct map seen;
    bool over;
};

static bool is_open(str name)
{
    return str_ends(name, S(".*"));
}

/* The catalogue's row for a field; for "a.*" that of the subtree. */
static const struct field *catalogue_row(const struct lister *l, str name)
{
    if (!is_open(name))
        return schema_find(l->schema, name);
    return schema_find(l->schema,
                       arena_concat(l->arena, str_slice(name, 0, name.len - 1), S("x"), S("")));
}

static void give(struct lister *l, str field, str raw, str transform)
{
    void **place = map_put(&l->seen, field, l->arena);
    if (*place || l->over)
        return;
    *place = l;
    const struct field *f = catalogue_row(l, field);
    const struct field_row row = {
        .dataset = str_from(l->source->dataset),
        .doc = str_from(l->source->doc),
        .field = field,
        .type = f ? field_type_name(f->format.type) : S("object"),
        .raw = raw,
        .transform = transform,
    };
    l->over = !l->see(l->user, &row);
}

/* ---- Members ---- */

static str kind_word(enum member_kind kind, bool copied, struct arena *a)
{
    static const char *const words[] = {
        [MEMBER_KEEP] = "as it is",
        [MEMBER_FREE] = "as it is",
        [MEMBER_LONG] = "as an integer",
        [MEMBER_DOUBLE] = "as a number",
        [MEMBER_BOOLEAN] = "as true or false",
        [MEMBER_TEXT] = "as text",
        [MEMBER_IP] = "when it is an IP address",
        [MEMBER_DATE] = "as a UTC date with milliseconds",
        [MEMBER_MAC] = "in capitals with dashes",
        [MEMBER_OBJECT] = "the object, its keys renamed",
        [MEMBER_LIST] = "the objects, their keys renamed, other keys as they are",
    };
    str word = str_from(words[kind]);
    return copied ? arena_concat(a, word, S(", with the tag " TAG_KEEP_COPIES), S("")) : word;
}

static void give_members(struct lister *l, const struct member *m, str field, str raw)
{
    bool deep = m->kind == MEMBER_OBJECT || m->kind == MEMBER_LIST;
    for (const struct member *inner = deep ? m->inside : NULL; inner && inner->raw; inner++)
        give_members(l, inner, arena_concat(l->arena, field, S("."), str_from(inner->to)),
                     arena_concat(l->arena, raw, S("."), str_from(inner->raw)));
    if (m->kind == MEMBER_OBJECT)
        return;
    bool open = m->kind == MEMBER_LIST || m->kind == MEMBER_FREE;
    str how = kind_word(m->kind, m->copied, l->arena);
    if (m->kind != MEMBER_LIST)
        give(l, field, raw, how);
    if (open)
        give(l, arena_concat(l->arena, field, S(".*"), S("")), raw, how);
}

/* ---- Rows ---- */

/* Raw paths and rules of all rows that make a field, in the order in which they are tried. */
static void describe(struct lister *l, const char *field, str *raw, str *transform)
{
    *raw = *transform = (str){0};
    for (size_t i = 0; i < l->source->n_rows; i++) {
        const struct row *r = &l->source->rows[i];
        if (!str_eq(str_from(r->field), str_from(field)))
            continue;
        str paths = str_from(r->raw ? r->raw : ""), rule = row_describe(l->source, r, l->arena);
        *raw = raw->len > 0 && paths.len > 0 ? arena_concat(l->arena, *raw, S(" | "), paths)
               : raw->len > 0                ? *raw
                                             : paths;
        if (transform->len == 0)
            *transform = rule;
        else if (str_find(*transform, rule, 0) == SIZE_MAX)
            *transform = arena_concat(l->arena, *transform, S("; or "), rule);
    }
}

/* The fields that the source declares below a row's. */
static void give_declared(struct lister *l, const char *field, str raw, str transform)
{
    str above = str_from(field);
    for (size_t i = 0; i < l->source->n_fields; i++) {
        const struct field *f = &l->source->fields[i];
        bool below =
            f->name.len > above.len && str_starts(f->name, above) && f->name.ptr[above.len] == '.';
        if (below && f->alias_of.len == 0)
            give(l, f->name, raw, transform);
    }
}

static void give_row(struct lister *l, const struct row *r)
{
    str raw, transform, field = str_from(r->field);
    if (r->fn == row_member) {
        give_members(l, l->source->members[r->arg], field, str_from(r->raw));
        return;
    }
    describe(l, r->field, &raw, &transform);
    const struct field *f = schema_find(l->schema, field);
    if (f && f->format.type != FIELD_OBJECT)
        give(l, field, raw, transform);
    give_declared(l, r->field, raw, transform);
}

static void give_aliases(struct lister *l)
{
    for (size_t i = 0; i < l->source->n_fields; i++) {
        const struct field *f = &l->source->fields[i];
        if (f->alias_of.len > 0)
            give(l, f->name, (str){0},
                 arena_concat(l->arena, S("another name of "), f->alias_of, S("")));
    }
}

static void give_source(struct lister *l)
{
    size_t n_common;
    const struct row *common = rows_common(l->source->ecs, &n_common);
    l->seen = (struct map){0};
    for (size_t i = 0; i < l->source->n_rows; i++)
        give_row(l, &l->source->rows[i]);
    give_aliases(l);
    for (size_t i = 0; i < n_common; i++)
        give(l, str_from(common[i].field), (str){0}, row_describe(l->source, &common[i], l->arena));
}

void fields_list(const struct source *only, bool (*see)(void *user, const struct field_row *r),
                 void *user, struct arena *a)
{
    struct lister l = {.see = see, .user = user, .arena = a, .schema = schema_new(a)};
    schema_add_ecs(l.schema);
    sources_add_fields(l.schema);
    size_t n;
    const struct source *const *all = sources_all(&n);
    for (size_t i = 0; i < n && !l.over; i++) {
        l.source = all[i];
        if (!only || only == all[i])
            give_source(&l);
    }
}
