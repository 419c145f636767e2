/* SPDX-License-Identifier: Apache-2.0 */
/* The rules half of the public API. */
#include "api/internal.h"

#include <string.h>

#include "base/buf.h"
#include "base/build_id.h"
#include "base/mem.h"
#include "base/time.h"
#include "rules/embedded_rules.h"
#include "sources/source.h"

/* Address space for rules, their IR and programs: far above what 10,000 rules take. */
#define RULES_ARENA_CAP ((size_t)4 << 30)
/* Diagnostics kept in one load; more are counted. */
enum { DIAGNOSTIC_LIMIT = 10000 };

struct postern_rules {
    struct arena arena;
    struct schema *schema;
    struct rule_list list;
    struct rule_cache_place cache;
    struct diags diags;
    struct ruleset *set;
    postern_rule *public_rules;
    unsigned queries;
    const struct diag
        *latest; /* the diagnostic handed out last, its number, where it stands, and its texts */
    size_t latest_number;
    struct diag_lines lines;
    postern_diagnostic shown;
    struct buf shown_text;
    struct arena shown_arena;
};

const char *postern_version(void)
{
    return POSTERN_VERSION;
}

postern_rules *postern_rules_new(void)
{
    postern_rules *r = mem_alloc(sizeof *r);
    r->arena = arena_open(RULES_ARENA_CAP);
    r->shown_arena = arena_open((size_t)64 << 20);
    r->shown_text = BUF_INIT(0);
    r->schema = schema_new(&r->arena);
    schema_add_ecs(r->schema);
    sources_add_fields(r->schema);
    r->diags = (struct diags){.arena = &r->arena, .limit = DIAGNOSTIC_LIMIT};
    return r;
}

void postern_rules_free(postern_rules *r)
{
    if (r) {
        ruleset_free(r->set);
        buf_deinit(&r->shown_text);
        arena_close(&r->shown_arena);
        arena_close(&r->arena);
        mem_free(r);
    }
}

bool postern_rules_add_toml(postern_rules *r, const char *name, const char *text, size_t length)
{
    str file = arena_copy(&r->arena, str_from(name));
    str copy = arena_copy(&r->arena, (str){text, length});
    size_t before = r->list.count;
    struct rule *rule = rule_from_toml(file, copy, r->schema, &r->arena, &r->diags);
    rule_list_add(&r->list, rule, &r->arena, &r->diags);
    return r->list.count > before;
}

bool postern_rules_add_query(postern_rules *r, const char *text, size_t length)
{
    str copy = arena_copy(&r->arena, (str){text, length});
    size_t before = r->list.count;
    struct rule *rule = rule_from_query(copy, ++r->queries, r->schema, &r->arena, &r->diags);
    rule_list_add(&r->list, rule, &r->arena, &r->diags);
    return r->list.count > before;
}

bool postern_rules_add_path(postern_rules *r, const char *path)
{
    struct error e = {0};
    str copy = arena_copy(&r->arena, str_from(path));
    if (rule_list_load(&r->list, copy, r->schema, &r->arena, &r->diags, &e)) {
        return true;
    }
    const struct diag_source source = {.file = copy};
    diag_error(&r->diags, &source, (span){0, 0}, DIAG_RULE_UNREADABLE, "%s", e.message);
    r->list.refused++;
    return false;
}

void postern_rules_use_cache(postern_rules *r, const char *folder)
{
    r->cache = (struct rule_cache_place){
        .folder = arena_copy(&r->arena, str_from(folder)), .build = build_id(), .now = time_wall()};
    r->list.cache = &r->cache;
}

size_t postern_rules_cache_count(const postern_rules *r)
{
    return r->list.n_caches;
}

const char *postern_rules_cache_line(postern_rules *r, size_t i)
{
    if (i >= r->list.n_caches) {
        return NULL;
    }
    r->latest = NULL; /* its text gives way */
    buf_clear(&r->shown_text);
    rule_cache_report(r->list.caches[i], &r->shown_text);
    buf_byte(&r->shown_text, '\0');
    return r->shown_text.ptr;
}

void postern_rules_add_builtin(postern_rules *r)
{
    for (size_t i = 0; i < embedded_rules_count; i++) {
        const struct embedded_file *f = &embedded_rules[i];
        str name = arena_printf(&r->arena, "embedded:%s", f->path);
        str text = {(const char *)f->data, f->len};
        struct rule *rule = rule_from_toml(name, text, r->schema, &r->arena, &r->diags);
        rule_list_add(&r->list, rule, &r->arena, &r->diags);
    }
}

static void publish_rules(postern_rules *r)
{
    size_t n;
    const struct rule *const *rules = ruleset_rules(r->set, &n);
    r->public_rules = NEW_ARRAY(&r->arena, postern_rule, n);
    for (size_t i = 0; i < n; i++) {
        str severity = rule_severity_name(rules[i]->severity);
        r->public_rules[i] = (postern_rule){
            .id = arena_copy(&r->arena, rules[i]->id).ptr,
            .name = arena_copy(&r->arena, rules[i]->name).ptr,
            .severity = severity.len ? arena_copy(&r->arena, severity).ptr : NULL,
            .risk_score = rules[i]->risk_score,
            .file = rules[i]->file.len ? arena_copy(&r->arena, rules[i]->file).ptr : NULL,
        };
    }
}

bool postern_rules_compile(postern_rules *r)
{
    if (!r->set) {
        const struct diag *before = r->diags.last;
        r->set = ruleset_new(&r->list, r->schema, &r->arena, &r->diags);
        rule_list_save_caches(&r->list, before, &r->diags);
        publish_rules(r);
    }
    return postern_rules_count(r) > 0;
}

size_t postern_rules_count(const postern_rules *r)
{
    size_t n = 0;
    if (r->set) {
        ruleset_rules(r->set, &n);
    }
    return n;
}

const postern_rule *postern_rules_get(const postern_rules *r, size_t i)
{
    return i < postern_rules_count(r) ? &r->public_rules[i] : NULL;
}

size_t postern_rules_refused(const postern_rules *r)
{
    return r->list.refused + (r->set ? ruleset_refused(r->set) : 0);
}

bool postern_rules_sees(const postern_rules *r, size_t i, const char *dataset)
{
    size_t n = 0;
    const struct rule *const *rules = r->set ? ruleset_rules(r->set, &n) : NULL;
    return i < n && rule_sees(rules[i], str_from(dataset));
}

size_t postern_rules_diagnostic_count(const postern_rules *r)
{
    size_t n = 0;
    for (const struct diag *d = r->diags.first; d; d = d->next) {
        n++;
    }
    return n;
}

/* Who asks for all of them asks for one after the other. */
static const struct diag *find_diagnostic(const postern_rules *r, size_t number)
{
    bool on = r->latest && number >= r->latest_number;
    const struct diag *d = on ? r->latest : r->diags.first;
    for (size_t i = on ? r->latest_number : 0; d && i < number; i++) {
        d = d->next;
    }
    return d;
}

const postern_diagnostic *postern_rules_diagnostic(postern_rules *r, size_t i, bool colour)
{
    const struct diag *d = find_diagnostic(r, i);
    if (!d) {
        return NULL;
    }
    r->latest = d;
    r->latest_number = i;
    arena_reset(&r->shown_arena, SIZE_MAX);
    buf_clear(&r->shown_text);
    diag_print_next(d, colour, &r->lines, &r->shown_text);
    buf_byte(&r->shown_text, '\0');
    struct line_column at = diag_locate_next(&r->lines, d->text, d->at.at);
    r->shown = (postern_diagnostic){
        .warning = d->severity == DIAG_WARNING,
        .id = arena_copy(&r->shown_arena, diag_id_text(d->id)).ptr,
        .file = arena_copy(&r->shown_arena, d->file).ptr,
        .line = at.line,
        .column = at.column,
        .message = arena_copy(&r->shown_arena, d->message).ptr,
        .hint = arena_copy(&r->shown_arena, d->hint).ptr,
        .text = r->shown_text.ptr,
    };
    return &r->shown;
}

const struct ruleset *postern_rules_ruleset(const postern_rules *r)
{
    return r->set;
}

struct schema *postern_rules_schema(postern_rules *r)
{
    return r->schema;
}

const struct diags *postern_rules_diags(const postern_rules *r)
{
    return &r->diags;
}
