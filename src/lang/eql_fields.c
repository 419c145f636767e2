/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a query: found in the schema, numbered, refused with a suggestion. */
#include "lang/eql_check.h"
#include "lang/eql_lex.h"
#include "lang/eql_parser.h"

enum value_type eql_field_type(const struct eql_checked *checked, uint32_t field)
{
    const struct field *f = checked->fields.v[field];
    return f == NULL ? VALUE_NULL : field_type_value(f->format.type);
}

/* The known field whose name is the longest part of `name` up to a dot; NULL when there is none. */
static const struct field *field_above(struct eql_checker *c, str name)
{
    for (size_t end = name.len; end > 0; end--) {
        const struct field *f =
            name.ptr[end - 1] == '.' ? schema_find(c->schema, str_slice(name, 0, end - 1)) : NULL;
        if (f != NULL) {
            return f->format.type == FIELD_OBJECT ? NULL : f;
        }
    }
    return NULL;
}

/* Said at the first use only. Later uses still fail: the query has its error. */
static void unknown_field(struct eql_checker *c, str name, span at)
{
    void **refused = map_put(&c->out->fields.refused, name, c->arena);
    if (*refused != NULL) {
        return;
    }
    *refused = c;
    struct diag *item = diag_error(c->diags, c->src, at, DIAG_UNKNOWN_FIELD, "unknown field '%.*s'",
                                   STR_ARG(eql_shorten(name)));
    str meant = eql_keyword_meant(name);
    str near[3];
    size_t n = item == NULL ? 0 : schema_suggest(c->schema, name, near, 3);
    const struct field *above = field_above(c, name);
    if (meant.len > 0) {
        diag_hint(c->diags, item, "the words of EQL are lower case: '%.*s'", STR_ARG(meant));
    } else if (c->text_meant && str_find_byte(name, '.', 0) == SIZE_MAX) {
        diag_hint(c->diags, item, "strings take double quotes: \"%.*s\"",
                  STR_ARG(eql_shorten(name)));
    } else if (n > 0) {
        eql_hint_names(c, item, "did you mean", near, n, "?");
    } else if (above != NULL) {
        diag_hint(c->diags, item, "'%.*s' is %s: nothing lies below it", STR_ARG(above->name),
                  eql_field_kind(above));
    } else {
        diag_hint(c->diags, item, "a field that may be missing is written '?%.*s'",
                  STR_ARG(eql_shorten(name)));
    }
}

void eql_hint_names(struct eql_checker *c, struct diag *item, const char *before, const str *names,
                    size_t n, const char *after)
{
    str text = S("");
    for (size_t i = 0; i < n; i++) {
        const char *joint = i == 0 ? "" : i + 1 < n ? ", " : " or ";
        text = arena_printf(c->arena, "%.*s%s'%.*s'", STR_ARG(text), joint, STR_ARG(names[i]));
    }
    diag_hint(c->diags, item, "%s %.*s%s", before, STR_ARG(text), after);
}

/* A path that only leads to fields: names the first of them. */
static void refuse_object(struct eql_checker *c, str name, span at)
{
    struct diag *item =
        diag_error(c->diags, c->src, at, DIAG_FIELD_TYPE,
                   "'%.*s' is an object, not a field with values", STR_ARG(eql_shorten(name)));
    size_t n_fields, n = 0;
    const struct field *fields = schema_fields(c->schema, &n_fields);
    if (c->text_meant && str_find_byte(name, '.', 0) == SIZE_MAX) {
        diag_hint(c->diags, item, "strings take double quotes: \"%.*s\"",
                  STR_ARG(eql_shorten(name)));
        return;
    }
    str below[3];
    for (size_t i = 0; i < n_fields && n < 3; i++) {
        str f = fields[i].name;
        if (f.len > name.len && f.ptr[name.len] == '.' && str_starts(f, name)) {
            below[n++] = f;
        }
    }
    if (n > 0) {
        eql_hint_names(c, item, "name a field below it, such as", below, n, "");
    }
}

static void grow(struct eql_checker *c, struct eql_fields *f)
{
    f->room = f->room == 0 ? 8 : f->room * 2;
    const struct field **v = NEW_ARRAY(c->arena, const struct field *, f->room);
    str *names = NEW_ARRAY(c->arena, str, f->room);
    for (uint32_t i = 0; i < f->n; i++) {
        v[i] = f->v[i];
        names[i] = f->names[i];
    }
    f->v = v;
    f->names = names;
}

bool eql_use_field(struct eql_checker *c, str name, bool optional, span at, uint32_t *out)
{
    struct eql_fields *f = &c->out->fields;
    const struct field *found = schema_find(c->schema, name);
    if (found == NULL && !optional) {
        unknown_field(c, name, at);
        return false;
    }
    if (found != NULL && found->format.type == FIELD_OBJECT) {
        refuse_object(c, name, at);
        return false;
    }
    uintptr_t known = (uintptr_t)map_get(&f->numbers, name);
    if (known != 0) {
        *out = (uint32_t)known - 1;
        return true;
    }
    if (f->n == f->room) {
        grow(c, f);
    }
    str copy = arena_copy(c->arena, name);
    f->v[f->n] = found;
    f->names[f->n] = copy;
    *out = f->n++;
    *map_put(&f->numbers, copy, c->arena) = (void *)(uintptr_t)f->n;
    return true;
}
