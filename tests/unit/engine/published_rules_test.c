/* SPDX-License-Identifier: Apache-2.0 */
/* Every published EQL rule of the shared corpus parses, checks against the catalogue and compiles. Six of them read Azure sign-ins or identity
 * protection, which no source writes: their fields are known all the same (docs/limits.md). Skipped where the corpus is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../shared.h"

#include "base/os.h"
#include "engine/ruleset.h"
#include "sources/source.h"
#include "value/toml.h"

enum { FILE_MAX = 1 << 24 };

struct counts {
    size_t rules, parsed, checked, compiled, without_source;
};

struct bench {
    struct arena arena;
    struct schema *schema;
    struct diags diags;
    struct counts n;
};

static bool reads_without_source(const struct ir_query *q)
{
    for (uint32_t i = 0; i < q->n_fields; i++) {
        if (str_starts(q->field_names[i], S("azure.signinlogs.")) ||
            str_starts(q->field_names[i], S("azure.identityprotection."))) {
            return true;
        }
    }
    return false;
}

static void compile(struct bench *b, const struct diag_source *src, str query)
{
    struct rule rule = {.id = src->file, .query_text = query, .source = *src};
    struct eql_ast *ast = eql_parse(query, src, &b->arena, &b->diags);
    b->n.rules++;
    b->n.parsed += ast != NULL;
    rule.query = ast ? eql_compile(ast, &rule.options, b->schema, src, &b->arena, &b->diags) : NULL;
    b->n.checked += rule.query != NULL;
    if (rule.query) {
        b->n.without_source += reads_without_source(rule.query);
        struct rule_list list = {0};
        rule_list_add(&list, &rule, &b->arena, &b->diags);
        struct ruleset *set = ruleset_new(&list, b->schema, &b->arena, &b->diags);
        b->n.compiled += ruleset_refused(set) == 0;
        ruleset_free(set);
    }
}

static void read_rule(struct bench *b, str path)
{
    struct error e = {0};
    struct diag_source src = {.file = path};
    assert_true(os_read_file(path, FILE_MAX, &b->arena, &src.text, &e));
    const struct json *rule = json_get(toml_parse(&src, &b->arena, &b->diags), S("rule"));
    const struct json *query = json_get(rule, S("query"));
    assert_non_null(rule);
    if (str_eq(json_text(json_get(rule, S("type"))), S("eql"))) {
        src.map = toml_string_map(src.text, query, &b->arena);
        compile(b, &src, json_text(query));
    }
}

static void read_folder(struct bench *b, str folder)
{
    struct error e = {0};
    str *names;
    size_t n;
    assert_true(os_list_folder(folder, &b->arena, &names, &n, &e));
    for (size_t i = 0; i < n; i++) {
        str path = arena_concat(&b->arena, folder, S("/"), names[i]);
        if (os_kind_of(path, &e) == OS_FOLDER) {
            read_folder(b, path);
        } else if (str_ends(path, S(".toml"))) {
            read_rule(b, path);
        }
    }
}

static void every_published_rule_compiles(void **state)
{
    (void)state;
    struct bench b = {.arena = arena_open((size_t)4 << 30)};
    str folder = shared_folder("corpus/rules/elastic", &b.arena);
    b.diags = (struct diags){.arena = &b.arena};
    b.schema = schema_new(&b.arena);
    schema_add_ecs(b.schema);
    sources_add_fields(b.schema);
    read_folder(&b, folder);
    struct buf text = BUF_INIT(0);
    for (const struct diag *d = b.diags.first; d; d = d->next) {
        diag_print(d, false, &text);
    }
    printf("%.*s%zu rules: %zu parse, %zu check, %zu compile, %zu read fields without a source\n",
           STR_ARG(buf_view(&text)), b.n.rules, b.n.parsed, b.n.checked, b.n.compiled,
           b.n.without_source);
    buf_deinit(&text);
    assert_int_equal(b.n.rules, 35);
    assert_int_equal(b.n.parsed, 35);
    assert_int_equal(b.n.checked, 35);
    assert_int_equal(b.n.compiled, 35);
    assert_int_equal(b.n.without_source, 6);
    assert_int_equal(b.diags.errors + b.diags.warnings, 0);
    arena_close(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_published_rule_compiles)};
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
