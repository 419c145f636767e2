/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of rule files to a list. */
#include "base/map.h"
#include "base/os.h"
#include "base/tree.h"
#include "rules/rule.h"
#include "rules/rule_keys.h"
#include "rules/rule_pack.h"

/* A rule file is a page of text; the largest published one has 60 kB. */
enum { RULE_FILE_MAX = 1024 * 1024 };

static const struct rule *find_id(const struct rule_list *l, str id)
{
    return map_get(&l->ids, id);
}

/* Whether two paths lead to one file: a folder and one inside it, or a file of it, may both be loaded. */
static bool is_same_file(str x, str y, struct arena scratch)
{
    if (str_eq(x, y)) {
        return true;
    }
    str real = os_real_path(x, &scratch);
    return real.len > 0 && str_eq(real, os_real_path(y, &scratch));
}

void rule_list_add(struct rule_list *l, struct rule *r, struct arena *a, struct diags *d)
{
    const struct rule *other = r ? find_id(l, r->id) : NULL;
    if (other && is_same_file(r->file, other->file, *a)) {
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

/* Where rules go while one path is loaded. */
struct load {
    struct rule_list *list;
    str path; /* as given */
    struct schema *schema;
    struct arena *arena;
    struct diags *diags;
    struct rule_cache *cache; /* of a folder; NULL: none */
    size_t n_files;           /* of a folder: those that are called *.toml */
};

/* Keeps what a file came to, all that was said behind `before` included, unless some of it was only counted. */
static void keep(const struct load *l, const struct kept_file *at, struct rule *r, str text,
                 const struct diag *before)
{
    struct rule_yield yield = {r, before ? before->next : l->diags->first};
    if (r) {
        ir_make_simple(r->query, l->arena); /* the rule set would do it, too */
    }
    struct buf bytes = BUF_INIT(0);
    bool whole = !diags_cut(l->diags) && rule_pack(&yield, text, &bytes);
    str packed = buf_view(&bytes);
    rule_cache_keep(l->cache, at, whole ? &packed : NULL);
    buf_deinit(&bytes);
}

/* One file. A file that cannot be read is a refusal, not the end. `at`: its place in the cache, where it is to be kept, or NULL. */
static void load_file(const struct load *l, str path, const struct kept_file *at)
{
    struct error e = {0};
    str text;
    if (!os_read_file(path, RULE_FILE_MAX, l->arena, &text, &e)) {
        refuse_path(l->list, path, &e, l->diags);
        return;
    }
    const struct diag *before = l->diags->last;
    struct rule *r = rule_from_toml(path, text, l->schema, l->arena, l->diags);
    if (at) {
        keep(l, at, r, text, before);
    }
    rule_list_add(l->list, r, l->arena, l->diags);
}

/* What is left to do for a file behind its cache. */
enum kept { KEPT_NONE, KEPT_TO_READ, KEPT_TAKEN };

/* A rule whose id is taken is read: the message that says so points into its text. */
static enum kept take_kept(const struct load *l, const struct kept_file *at)
{
    str bytes;
    struct rule_yield yield;
    if (!rule_cache_find(l->cache, at, &bytes)) {
        return KEPT_NONE;
    }
    if (!rule_unpack(bytes, at->path, l->schema, l->arena, &yield)) {
        rule_cache_reject(l->cache);
        return KEPT_NONE;
    }
    if (yield.rule && find_id(l->list, yield.rule->id)) {
        rule_cache_pass_over(l->cache);
        return KEPT_TO_READ;
    }
    for (const struct diag *d = yield.diags; d; d = d->next) {
        diag_again(l->diags, d);
    }
    rule_list_add(l->list, yield.rule, l->arena, l->diags);
    return KEPT_TAKEN;
}

static void folder_file(void *user, str path, const struct os_stamp *stamp)
{
    struct load *l = user;
    if (str_ends(path, S(".toml"))) {
        l->n_files++;
        const struct kept_file at = {path, stamp};
        enum kept kept = l->cache && stamp ? take_kept(l, &at) : KEPT_TO_READ;
        if (kept != KEPT_TAKEN) {
            load_file(l, path, kept == KEPT_NONE ? &at : NULL);
        }
    }
}

static void folder_missing(void *user, str path)
{
    folder_file(user, path, NULL);
}

static void folder_failed(void *user, const struct error *e)
{
    struct load *l = user;
    l->n_files++; /* nobody knows what it holds */
    refuse_path(l->list, l->path, e, l->diags);
}

/* The folder's cache, noted for rule_list_save_caches. */
static struct rule_cache *open_cache(struct rule_list *l, str path, struct arena *a)
{
    if (!l->cache) {
        return NULL;
    }
    l->caches = arena_grow(a, l->caches, l->n_caches, sizeof(*l->caches));
    return l->caches[l->n_caches++] = rule_cache_open(l->cache, path, a);
}

/* Whether a path was loaded before, under this name or another. */
static bool is_loaded(struct rule_list *l, str path, struct arena *a)
{
    str real = os_real_path(path, a);
    void **place = map_put(&l->paths, real.len > 0 ? real : path, a);
    bool known = *place != NULL;
    *place = l;
    return known;
}

bool rule_list_load(struct rule_list *l, str path, struct schema *schema, struct arena *a,
                    struct diags *d, struct error *e)
{
    enum os_kind kind = os_kind_of(path, e);
    if (kind == OS_NOTHING) {
        return false;
    }
    if (is_loaded(l, path, a)) {
        return true;
    }
    struct load load = {.list = l, .path = path, .schema = schema, .arena = a, .diags = d};
    if (kind != OS_FOLDER) {
        load_file(&load, path, NULL);
        return true;
    }
    load.cache = open_cache(l, path, a);
    const struct tree_visitor visitor = {
        .user = &load, .file = folder_file, .missing = folder_missing, .failed = folder_failed};
    tree_walk(path, &visitor, a);
    if (load.n_files == 0) {
        return error_set(e, ERROR_NOT_FOUND, "folder '%.*s' holds no rule (*.toml)", STR_ARG(path));
    }
    return true;
}

void rule_list_save_caches(struct rule_list *l, const struct diag *before, const struct diags *d)
{
    for (size_t i = 0; i < l->n_caches && !diags_cut(d); i++) {
        for (const struct diag *said = before ? before->next : d->first; said; said = said->next) {
            rule_cache_drop(l->caches[i], said->file);
        }
        rule_cache_save(l->caches[i]);
    }
}
