/* SPDX-License-Identifier: Apache-2.0 */
/* One Elastic detection rule file to a rule. */
#include "rules/rule.h"
#include "rules/rule_keys.h"
#include "value/toml.h"

/* Everything a step needs; lives for one file. */
struct loader {
    const struct diag_source *src;
    const struct json *rule; /* the [rule] table */
    struct arena *arena;
    struct diags *diags;
    bool ok;
};

static void refuse(struct loader *l, str key, enum diag_id id, const char *why, const char *hint)
{
    struct diag *item =
        diag_error(l->diags, l->src, rule_node_span(l->src, json_get(l->rule, key)), id, "%s", why);
    if (hint) {
        diag_hint(l->diags, item, "%s", hint);
    }
    l->ok = false;
}

static void check_type(struct loader *l)
{
    str type = json_text(json_get(l->rule, S("type")));
    str language = json_text(json_get(l->rule, S("language")));
    if (!str_eq(type, S("eql"))) {
        struct diag *item =
            diag_error(l->diags, l->src, rule_node_span(l->src, json_get(l->rule, S("type"))),
                       DIAG_RULE_TYPE, "rule type '%.*s' is not supported", STR_ARG(type));
        diag_hint(l->diags, item, "only type 'eql' runs today");
        l->ok = false;
    } else if (language.len && !str_eq(language, S("eql"))) {
        refuse(l, S("language"), DIAG_RULE_TYPE, "a rule of type 'eql' has the language 'eql'",
               NULL);
    }
}

static void read_severity(struct loader *l, struct rule *r)
{
    int64_t score;
    if (!rule_severity_parse(json_text(json_get(l->rule, S("severity"))), &r->severity)) {
        refuse(l, S("severity"), DIAG_BAD_KEY,
               "severity must be 'low', 'medium', 'high' or 'critical'", NULL);
    }
    if (!json_i64(json_get(l->rule, S("risk_score")), &score) || score < 0 || score > 100) {
        refuse(l, S("risk_score"), DIAG_BAD_KEY, "risk_score must be an integer from 0 to 100",
               NULL);
        return;
    }
    r->risk_score = (int)score;
}

static void read_index(struct loader *l, struct rule *r)
{
    const struct json *index = json_get(l->rule, S("index"));
    if (!index) {
        return;
    }
    str *patterns = NEW_ARRAY(l->arena, str, index->count);
    for (const struct json *i = index->child; i; i = i->next) {
        patterns[r->n_index++] = i->text;
    }
    r->index = patterns;
}

/* A filter counts unless its meta.disabled is true. */
static void check_filters(struct loader *l)
{
    const struct json *filters = json_get(l->rule, S("filters"));
    if (!filters || filters->type == JSON_NULL) {
        return;
    }
    if (filters->type != JSON_ARRAY) {
        refuse(l, S("filters"), DIAG_BAD_KEY, "rule key 'filters' must be a list", NULL);
        return;
    }
    for (const struct json *f = filters->child; f; f = f->next) {
        const struct json *disabled = json_at(f, "meta", "disabled", (const char *)NULL);
        if (!(json_is(disabled, JSON_BOOL) && disabled->boolean)) {
            refuse(l, S("filters"), DIAG_RULE_FILTERS,
                   "the rule has enabled filters, which are not supported",
                   "a rule is never run without its filters");
            return;
        }
    }
}

static void check_exceptions(struct loader *l)
{
    const struct json *list = json_get(l->rule, S("exceptions_list"));
    if (!list || list->type == JSON_NULL) {
        return;
    }
    if (list->type != JSON_ARRAY) {
        refuse(l, S("exceptions_list"), DIAG_BAD_KEY, "rule key 'exceptions_list' must be a list",
               NULL);
    } else if (list->count > 0) {
        refuse(l, S("exceptions_list"), DIAG_RULE_EXCEPTIONS,
               "the rule has exceptions, which are not supported",
               "a rule is never run without its exceptions");
    }
}

static void check_enabled_data(struct loader *l)
{
    const struct json *index = json_get(l->rule, S("index"));
    if (index && index->count > 0 && json_text(json_get(l->rule, S("data_view_id"))).len > 0) {
        refuse(l, S("data_view_id"), DIAG_BAD_KEY, "a rule has either 'index' or 'data_view_id'",
               NULL);
    }
}

static bool compile_query(struct loader *l, struct rule *r, struct schema *schema)
{
    const struct json *query = json_get(l->rule, S("query"));
    if (!query) {
        diag_error(l->diags, l->src, rule_node_span(l->src, l->rule), DIAG_MISSING_KEY,
                   "a rule of type 'eql' needs the key 'query'");
        return false;
    }
    r->query_text = query->text;
    r->source = *l->src;
    r->source.map = toml_string_map(l->src->text, query, l->arena);
    struct eql_ast *ast = eql_parse(query->text, &r->source, l->arena, l->diags);
    r->query = ast ? eql_compile(ast, &r->options, schema, &r->source, l->arena, l->diags) : NULL;
    return r->query != NULL;
}

static void read_texts(struct loader *l, struct rule *r)
{
    r->id = json_text(json_get(l->rule, S("rule_id")));
    r->name = json_text(json_get(l->rule, S("name")));
    r->description = json_text(json_get(l->rule, S("description")));
    r->options.event_category_field = json_text(json_get(l->rule, S("event_category_override")));
    r->options.timestamp_field = json_text(json_get(l->rule, S("timestamp_field")));
    r->options.tiebreaker_field = json_text(json_get(l->rule, S("tiebreaker_field")));
    if (r->id.len == 0 && json_get(l->rule, S("rule_id"))) {
        refuse(l, S("rule_id"), DIAG_BAD_KEY, "rule_id must not be empty", NULL);
    }
}

static struct rule *load(str file, str text, struct schema *schema, struct arena *a,
                         struct diags *d)
{
    struct diag_source src = {.file = file, .text = text};
    struct json *document = toml_parse(&src, a, d);
    if (!document) {
        return NULL;
    }
    struct loader l = {
        .src = &src, .rule = json_get(document, S("rule")), .arena = a, .diags = d, .ok = true};
    if (!json_is(l.rule, JSON_OBJECT)) {
        diag_error(d, &src, (span){0, 0}, DIAG_MISSING_KEY, "a rule file needs the table '[rule]'");
        return NULL;
    }
    if (!rule_keys_check(&src, l.rule, d)) {
        return NULL;
    }
    struct rule *r = NEW(a, struct rule);
    r->file = file;
    r->document = document;
    check_type(&l);
    read_texts(&l, r);
    read_severity(&l, r);
    read_index(&l, r);
    check_enabled_data(&l);
    check_filters(&l);
    check_exceptions(&l);
    if (!l.ok) {
        return NULL;
    }
    return compile_query(&l, r, schema) ? r : NULL;
}

/* Keys are met by name, diagnostics are read from top to bottom. */
struct rule *rule_from_toml(str file, str text, struct schema *schema, struct arena *a,
                            struct diags *d)
{
    struct diag *before = d->last;
    struct rule *rule = load(file, text, schema, a, d);
    diags_order(d, before);
    return rule;
}
