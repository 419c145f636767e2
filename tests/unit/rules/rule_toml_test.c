/* SPDX-License-Identifier: Apache-2.0 */
/* rules/rule.h: what a rule file may be refused for, each with its id and place, and what may not. The keys and their types are those of the published rule format. */
#include "../base/assert_str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "rules/rule.h"

/* A sound rule, one key a line; a case replaces the line of its key, or adds it behind the last. */
struct key_line {
    const char *key, *line;
};
static const struct key_line sound[] = {
    {"[rule]", "[rule]"},
    {"name", "name = \"n\""},
    {"description", "description = \"d\""},
    {"author", "author = [\"a\"]"},
    {"rule_id", "rule_id = \"00000000-0000-0000-0000-000000000001\""},
    {"type", "type = \"eql\""},
    {"language", "language = \"eql\""},
    {"severity", "severity = \"high\""},
    {"risk_score", "risk_score = 73"},
    {"index", "index = [\"logs-aws.cloudtrail-*\"]"},
    {"query", "query = 'any where event.action == \"a\"'"},
};
enum { N_SOUND = sizeof sound / sizeof *sound };

/* `line` in the place of the key's own (empty: the key is missing); the diagnostics as "id@line " each, warnings with '~'. */
struct rule_case {
    const char *key, *line, *expected;
    bool loads;
};

static void make_text(const struct rule_case *c, struct buf *out)
{
    bool placed = false;
    for (size_t i = 0; i < N_SOUND; i++) {
        bool here = strcmp(c->key, sound[i].key) == 0;
        placed = placed || here;
        buf_printf(out, "%s\n", here ? c->line : sound[i].line);
    }
    if (!placed) {
        buf_printf(out, "%s\n", c->line);
    }
}

static void describe(const struct diags *d, struct buf *out)
{
    for (const struct diag *i = d->first; i; i = i->next) {
        buf_printf(out, "%s%.*s@%zu ", i->severity == DIAG_WARNING ? "~" : "",
                   STR_ARG(diag_id_text(i->id)), diag_locate(i->text, i->at.at).line);
        assert_true(i->message.len > 0);
        assert_int_equal(str_find_byte(i->message, '\n', 0), SIZE_MAX);
    }
}

static const struct rule *load(str text, struct arena *a, struct diags *d)
{
    struct schema *schema = schema_new(a);
    schema_add_ecs(schema);
    *d = (struct diags){.arena = a};
    return rule_from_toml(S("r.toml"), text, schema, a, d);
}

static void check(const struct rule_case *c, struct arena *a)
{
    struct buf text = {0}, found = {0};
    struct diags d;
    make_text(c, &text);
    const struct rule *r = load(buf_view(&text), a, &d);
    describe(&d, &found);
    if ((r != NULL) != c->loads || !str_eq(buf_view(&found), str_from(c->expected)))
        fail_msg("'%s': %s with '%.*s', not '%s'", c->line, r ? "loads" : "refused",
                 STR_ARG(buf_view(&found)), c->expected);
    assert_int_equal(d.errors > 0, !c->loads);
    buf_deinit(&text);
    buf_deinit(&found);
    arena_reset(a, SIZE_MAX);
}

static void check_all(const struct rule_case *cases, size_t n)
{
    struct arena a = arena_open((size_t)1 << 28);
    for (size_t i = 0; i < n; i++) {
        check(&cases[i], &a);
    }
    arena_close(&a);
}

#define CHECK_ALL(cases) check_all(cases, sizeof cases / sizeof *cases)

static void a_sound_rule_loads(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"", "", "", true},
        {"index", "", "", true}, /* every data set */
        {"language", "", "", true},
        {"risk_score", "risk_score = 0", "", true},
        {"risk_score", "risk_score = 100", "", true},
        {"index", "data_view_id = \"v\"", "", true},
        {"enabled", "enabled = false", "", true},
        {"from", "from = \"now-9m\"\ninterval = \"5m\"\nmax_signals = 100", "", true},
        /* exported rules carry every key, unset ones as empty lists or texts */
        {"filters", "filters = []\nexceptions_list = []\ndata_view_id = \"\"", "", true},
        {"filters", "filters = [{meta = {disabled = true}, query = {}}]", "", true},
        {"timestamp_field", "timestamp_field = \"event.ingested\"", "", true},
    };
    CHECK_ALL(cases);
}

static void missing_keys_are_refused(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"name", "", "missing-key@1 ", false},
        {"description", "", "missing-key@1 ", false},
        {"author", "", "missing-key@1 ", false},
        {"rule_id", "", "missing-key@1 ", false},
        {"type", "", "missing-key@1 ", false},
        {"severity", "", "missing-key@1 ", false},
        {"risk_score", "", "missing-key@1 ", false},
        {"query", "", "missing-key@1 ", false},
        {"[rule]", "[rules]", "missing-key@1 ", false},
        {"[rule]", "", "missing-key@1 ", false},
    };
    CHECK_ALL(cases);
}

static void wrong_values_are_refused_by_name(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"name", "name = 1", "bad-key@2 ", false},
        {"author", "author = \"a\"", "bad-key@4 ", false},
        {"author", "author = [1]", "bad-key@4 ", false},
        {"rule_id", "rule_id = \"\"", "bad-key@5 ", false},
        {"severity", "severity = \"High\"", "bad-key@8 ", false},
        {"severity", "severity = \"\"", "bad-key@8 ", false},
        {"risk_score", "risk_score = 101", "bad-key@9 ", false},
        {"risk_score", "risk_score = -1", "bad-key@9 ", false},
        {"risk_score", "risk_score = 1.5", "bad-key@9 ", false},
        {"risk_score", "risk_score = \"73\"", "bad-key@9 ", false},
        {"risk_score", "risk_score = nan", "bad-key@9 ", false},
        {"index", "index = \"logs-*\"", "bad-key@10 ", false},
        {"index", "index = [[\"logs-*\"]]", "bad-key@10 ", false},
        {"query", "query = true", "bad-key@11 ", false},
        {"enabled", "enabled = \"yes\"", "bad-key@12 ", false},
        {"timestamp_field", "timestamp_field = 1", "bad-key@12 ", false},
        {"filters", "filters = {meta = {disabled = true}}", "bad-key@12 ", false},
        {"exceptions_list", "exceptions_list = \"list\"", "bad-key@12 ", false},
        {"exceptions_list", "exceptions_list = {list_id = \"l\"}", "bad-key@12 ", false},
        {"data_view_id", "data_view_id = \"v\"", "bad-key@12 ", false}, /* and an index */
    };
    CHECK_ALL(cases);
}

static void what_we_cannot_run_is_refused(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"type", "type = \"query\"", "rule-type@6 ", false},
        {"type", "type = \"\"", "rule-type@6 ", false},
        {"type", "type = \"EQL\"", "rule-type@6 ", false},
        {"language", "language = \"kuery\"", "rule-type@7 ", false},
        {"filters", "filters = [{query = {}}]", "rule-filters@12 ", false},
        {"filters", "filters = [{meta = {disabled = false}}]", "rule-filters@12 ", false},
        {"filters", "filters = [{meta = {disabled = \"true\"}}]", "rule-filters@12 ", false},
        {"filters", "filters = [{meta = {disabled = true}}, {query = {}}]", "rule-filters@12 ",
         false},
        {"filters", "filters = [\"x\"]", "rule-filters@12 ", false},
        {"exceptions_list", "exceptions_list = [{list_id = \"l\"}]", "rule-exceptions@12 ", false},

    };
    CHECK_ALL(cases);
}

/* The place is in the file, not in the query. */
static void a_wrong_query_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"query", "query = ''", "syntax@11 ", false},
        {"query", "query = '''\nany where\n  event.actoin == \"a\"\n'''", "unknown-field@13 ",
         false},
        {"query", "query = 'any where event.action = \"a\"'", "single-equals@11 ", false},
        {"query", "query = 'file where true'\nevent_category_override = \"no.such\"",
         "unknown-field@11 ", false},
    };
    CHECK_ALL(cases);
}

static void several_faults_are_told_at_once(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"severity", "severity = \"x\"\nexceptions_list = [1]\nfilters = [1]",
         "bad-key@8 rule-exceptions@9 rule-filters@10 ", false},
        /* told in the order of the file, whatever order the keys are looked at in */
        {"name", "name = 1\nauthors = 1\nlicense = 2", "bad-key@2 ~unknown-key@3 bad-key@4 ",
         false},
    };
    CHECK_ALL(cases);
}

static void warnings_do_not_refuse(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"colour", "colour = \"red\"", "~unknown-key@12 ", true},
        {"rule_name_override", "rule_name_override = \"event.action\"", "~key-no-effect@12 ", true},
        {"severity_mapping", "severity_mapping = [{field = \"f\"}]", "~key-no-effect@12 ", true},
        {"severity_mapping", "severity_mapping = []\nrule_name_override = \"\"", "", true},
    };
    CHECK_ALL(cases);
}

static void check_text(str text, const char *expected)
{
    struct arena a = arena_open((size_t)1 << 28);
    struct buf found = {0};
    struct diags d;
    assert_null(load(text, &a, &d));
    describe(&d, &found);
    assert_str(buf_view(&found), str_from(expected));
    buf_deinit(&found);
    arena_close(&a);
}

static void what_is_no_rule_file_is_refused(void **state)
{
    (void)state;
    check_text(S(""), "missing-key@1 ");
    check_text(S("rule = 1\n"), "missing-key@1 ");
    check_text(S("[[rule]]\nname = \"n\"\n"), "missing-key@1 ");
    check_text(S("[rule]\nname = \n"), "toml-syntax@2 ");
    check_text(S("[rule]\nname = 1\nname = 2\n"), "toml-syntax@3 ");
    check_text(S("[rule]\nname = \"\xff\"\n"), "not-utf8@2 ");
    check_text(S("\xff\xfe[\0r\0"), "not-utf8@1 ");
}

/* ---- folders ---- */

struct folder {
    char path[40];
    struct arena arena;
    struct schema *schema;
    struct rule_list list;
    struct diags diags;
    struct error error;
};

static void folder_init(struct folder *f)
{
    *f = (struct folder){.path = "/tmp/postern-rules-XXXXXX"};
    assert_non_null(mkdtemp(f->path));
    f->arena = arena_open((size_t)1 << 28);
    f->schema = schema_new(&f->arena);
    schema_add_ecs(f->schema);
    f->diags = (struct diags){.arena = &f->arena};
}

static str in_folder(struct folder *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->path, name);
}

static void put(struct folder *f, const char *name, const struct rule_case *c)
{
    struct buf text = {0};
    make_text(c, &text);
    FILE *file = fopen(in_folder(f, name).ptr, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    fclose(file);
    buf_deinit(&text);
}

static bool load_path(struct folder *f, str path)
{
    return rule_list_load(&f->list, path, f->schema, &f->arena, &f->diags, &f->error);
}

static void check_diags(struct folder *f, const char *expected)
{
    struct buf found = {0};
    describe(&f->diags, &found);
    assert_str(buf_view(&found), str_from(expected));
    buf_deinit(&found);
}

static void folder_deinit(struct folder *f, const char *const *names)
{
    for (; *names; names++) {
        remove(in_folder(f, *names).ptr);
    }
    assert_int_equal(rmdir(f->path), 0);
    arena_close(&f->arena);
}

static void a_folder_loads_what_it_can(void **state)
{
    (void)state;
    static const struct rule_case good = {"", "", "", true};
    static const struct rule_case other = {"rule_id", "rule_id = \"2\"", "", true};
    static const struct rule_case bad = {"type", "type = \"query\"", "", false};
    struct folder f;
    folder_init(&f);
    put(&f, "a.toml", &good);
    put(&f, "b.toml", &bad);
    put(&f, "c.toml", &good); /* the same id again */
    put(&f, "d.toml", &other);
    put(&f, "e.txt", &bad);
    assert_true(load_path(&f, str_from(f.path)));
    assert_int_equal(f.list.count, 2);
    assert_int_equal(f.list.refused, 2);
    check_diags(&f, "rule-type@6 duplicate-rule@5 ");
    folder_deinit(&f, (const char *const[]){"a.toml", "b.toml", "c.toml", "d.toml", "e.txt", NULL});
}

static void a_file_that_cannot_be_read_is_one_refusal(void **state)
{
    (void)state;
    static const struct rule_case good = {"", "", "", true};
    struct folder f;
    folder_init(&f);
    put(&f, "a.toml", &good);
    assert_int_equal(symlink("nowhere", in_folder(&f, "b.toml").ptr), 0);
    put(&f, "c.toml", &good);
    assert_int_equal(truncate(in_folder(&f, "c.toml").ptr, 2 << 20), 0); /* too large for a rule */
    assert_true(load_path(&f, str_from(f.path)));
    assert_int_equal(f.list.count, 1);
    assert_int_equal(f.list.refused, 2);
    check_diags(&f, "rule-unreadable@1 rule-unreadable@1 ");
    folder_deinit(&f, (const char *const[]){"a.toml", "b.toml", "c.toml", NULL});
}

static void a_path_without_rules_is_an_error(void **state)
{
    (void)state;
    struct folder f;
    folder_init(&f);
    assert_false(load_path(&f, str_from(f.path)));
    assert_int_equal(f.error.code, ERROR_NOT_FOUND);
    f.error = (struct error){0};
    assert_false(load_path(&f, in_folder(&f, "nothing")));
    assert_int_equal(f.error.code, ERROR_NOT_FOUND);
    assert_int_equal(f.list.count + f.list.refused, 0);
    folder_deinit(&f, (const char *const[]){NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_rule_loads),
        cmocka_unit_test(missing_keys_are_refused),
        cmocka_unit_test(wrong_values_are_refused_by_name),
        cmocka_unit_test(what_we_cannot_run_is_refused),
        cmocka_unit_test(a_wrong_query_is_refused_at_its_place),
        cmocka_unit_test(several_faults_are_told_at_once),
        cmocka_unit_test(warnings_do_not_refuse),
        cmocka_unit_test(what_is_no_rule_file_is_refused),
        cmocka_unit_test(a_folder_loads_what_it_can),
        cmocka_unit_test(a_file_that_cannot_be_read_is_one_refusal),
        cmocka_unit_test(a_path_without_rules_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
