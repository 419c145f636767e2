/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of rule files to a list. */
#include "base/map.h"
#include "base/os.h"
#include "base/tree.h"
#include "rules/rule.h"
#include "rules/rule_keys.h"

/* A rule file is a page of text; the largest published one has 60 kB. */
enum { RULE_FILE_MAX = 1024 * 1024 };

static const struct rule *find_id(const struct rule_list *l, str id)
{
    return map_get(&l->ids, id);
}

void rule_list_add(struct rule_list *l, struct rule *r, struct arena *a, struct diags *d)
{
    const struct rule *other = r ? find_id(l, r->id) : NULL;
    if (other && str_eq(r->file, other->file)) {
        return; /* named twice */
    }
    if (other) {
        const struct diag_source whole = {.file = r->file, .text = r->source.text};
        const struct json *id = json_get(json_get(r->document, S("rule")), S("rule_id"));
        struct diag *item = diag_error(d, &whole, rule_node_span(&whole, id), DIAG_DUPLICATE_RULE,
                                       "rule id '%.*s' is already taken by '%.*s'", STR_ARG(r->id),
                                       STR_ARG(other->file));
        diag_hint(d, item, "give the rule an id of its own, or load only one of the two files");
    }
    if (!r || other) {
        l->refused++;
        return;
    }
    l->rules = arena_grow(a, l->rules, l->count, sizeof(*l->rules));
    l->rules[l->count++] = r;
    *map_put(&l->ids, r->id, a) = r;
}

static void refuse_path(struct rule_list *l, str path, const struct error *e, struct diags *d)
{
    const struct diag_source source = {.file = path};
    diag_error(d, &source, (span){0, 0}, DIAG_RULE_UNREADABLE, "%s", e->message);
    l->refused++;
}

/* One file. A file that cannot be read is a refusal, not the end. */
static void load_file(struct rule_list *l, str path, struct schema *schema, struct arena *a,
                      struct diags *d)
{
    struct error e = {0};
    str text;
    if (os_read_file(path, RULE_FILE_MAX, a, &text, &e)) {
        rule_list_add(l, rule_from_toml(path, text, schema, a, d), a, d);
        return;
    }
    refuse_path(l, path, &e, d);
}

/* A folder being loaded. */
struct folder_load {
    struct rule_list *list;
    str path; /* as given */
    struct schema *schema;
    struct arena *arena;
    struct diags *diags;
};

static void folder_file(void *user, str path, const struct os_stamp *stamp)
{
    struct folder_load *f = user;
    (void)stamp;
    if (str_ends(path, S(".toml"))) {
        load_file(f->list, path, f->schema, f->arena, f->diags);
    }
}

static void folder_missing(void *user, str path)
{
    folder_file(user, path, NULL);
}

static void folder_failed(void *user, const struct error *e)
{
    struct folder_load *f = user;
    refuse_path(f->list, f->path, e, f->diags);
}

bool rule_list_load(struct rule_list *l, str path, struct schema *schema, struct arena *a,
                    struct diags *d, struct error *e)
{
    enum os_kind kind = os_kind_of(path, e);
    if (kind == OS_NOTHING) {
        return false;
    }
    if (kind != OS_FOLDER) {
        load_file(l, path, schema, a, d);
        return true;
    }
    size_t before = l->count + l->refused;
    struct folder_load f = {l, path, schema, a, d};
    const struct tree_visitor visitor = {
        .user = &f, .file = folder_file, .missing = folder_missing, .failed = folder_failed};
    tree_walk(path, &visitor, a);
    if (l->count + l->refused == before) {
        return error_set(e, ERROR_NOT_FOUND, "folder '%.*s' holds no rule (*.toml)", STR_ARG(path));
    }
    return true;
}
