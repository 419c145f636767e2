/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of rule files to a list. */
#include <string.h>

#include "base/map.h"
#include "base/os.h"
#include "rules/rule.h"
#include "rules/rule_keys.h"

/* A rule file is a page of text; the largest published one has 60 kB. Folders nest a few levels. */
enum { RULE_FILE_MAX = 1024 * 1024, FOLDER_DEPTH = 32 };

static const struct rule *find_id(const struct rule_list *l, str id)
{
    return map_get(&l->ids, id);
}

void rule_list_add(struct rule_list *l, struct rule *r, struct arena *a, struct diags *d)
{
    const struct rule *other = r ? find_id(l, r->id) : NULL;
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
    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 16;
        struct rule **rules = NEW_ARRAY(a, struct rule *, cap);
        if (l->count) {
            memcpy(rules, l->rules, l->count * sizeof(*rules));
        }
        l->rules = rules;
        l->cap = cap;
    }
    l->rules[l->count++] = r;
    *map_put(&l->ids, r->id, a) = r;
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
    const struct diag_source source = {.file = path};
    diag_error(d, &source, (span){0, 0}, DIAG_RULE_UNREADABLE, "%s", e.message);
    l->refused++;
}

static bool load_folder(struct rule_list *l, str path, unsigned depth, struct schema *schema,
                        struct arena *a, struct diags *d, struct error *e)
{
    str *names;
    size_t n;
    if (depth > FOLDER_DEPTH) {
        return error_set(e, ERROR_SYSTEM, "'%.*s' is nested deeper than %d folders", STR_ARG(path),
                         FOLDER_DEPTH);
    }
    if (!os_list_folder(path, a, &names, &n, e)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        str separator = str_ends(path, S("/")) ? S("") : S("/");
        str child = arena_concat(a, path, separator, names[i]);
        struct error ignored = {0};
        enum os_kind kind = os_kind_of(child, &ignored);
        if (kind == OS_FOLDER) {
            if (!load_folder(l, child, depth + 1, schema, a, d, e)) {
                return false;
            }
        } else if (str_ends(names[i], S(".toml"))) {
            load_file(l, child, schema, a, d);
        }
    }
    return true;
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
    if (!load_folder(l, path, 0, schema, a, d, e)) {
        return false;
    }
    if (l->count + l->refused == before) {
        return error_set(e, ERROR_NOT_FOUND, "folder '%.*s' holds no rule (*.toml)", STR_ARG(path));
    }
    return true;
}
