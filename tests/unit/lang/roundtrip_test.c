/* SPDX-License-Identifier: Apache-2.0 */
/* Parse, print, parse is the identity, and printing twice gives the same text, on one line and in lines: over every query of
 * the shared EQL suite that is of Elasticsearch's dialect and is no error case, over every EQL rule of the shared corpus, and
 * over shapes of our own. A part is skipped, and says so, where its folder is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../shared.h"

#include "base/os.h"
#include "lang/eql.h"
#include "value/json.h"
#include "value/toml.h"

enum { FILE_MAX = 1 << 26 };
#define SHARED_CASES "conformance/eql/cases"
#define SHARED_RULES "corpus/rules/elastic"

struct counts {
    size_t queries, failed;
};

/* What one parse gives: the tree, and the text in both layouts. */
struct printed {
    struct buf tree, line, lines;
};

static void printed_deinit(struct printed *p)
{
    buf_deinit(&p->tree);
    buf_deinit(&p->line);
    buf_deinit(&p->lines);
}

/* False when the query does not parse. */
static bool print(str query, struct arena *a, struct printed *out)
{
    struct diags d = {.arena = a};
    struct eql_ast *ast = eql_parse(query, &(struct diag_source){.text = query}, a, &d);
    if (ast == NULL) {
        struct buf text = {0};
        if (d.first) {
            diag_print(d.first, false, &text);
        }
        printf("%.*s", STR_ARG(buf_view(&text)));
        buf_deinit(&text);
        return false;
    }
    eql_print_ast(ast, &out->tree);
    eql_print(ast, &out->line);
    eql_print_lines(ast, &out->lines);
    return true;
}

/* Whether `text`, printed from `first`, parses to the same tree and prints as the same texts. */
static bool comes_back(const struct printed *first, str text, struct arena *a)
{
    struct printed again = {0};
    bool same = print(text, a, &again) && str_eq(buf_view(&first->tree), buf_view(&again.tree)) &&
                str_eq(buf_view(&first->line), buf_view(&again.line)) &&
                str_eq(buf_view(&first->lines), buf_view(&again.lines));
    printed_deinit(&again);
    return same;
}

static void check(str query, struct arena scratch, struct counts *n)
{
    struct printed first = {0};
    bool same = print(query, &scratch, &first) &&
                comes_back(&first, buf_view(&first.line), &scratch) &&
                comes_back(&first, buf_view(&first.lines), &scratch);
    n->queries++;
    if (!same) {
        n->failed++;
        printf("not the same after printing: %.*s\n", STR_ARG(query));
    }
    printed_deinit(&first);
}

static void check_file(str path, struct arena scratch, struct counts *n)
{
    struct error e = {0};
    str text, line;
    assert_true(os_read_file(path, FILE_MAX, &scratch, &text, &e));
    while (str_split(&text, '\n', &line)) {
        struct arena lines = scratch;
        struct json_error bad;
        const struct json *item = line.len > 0 ? json_parse(line, &lines, &bad) : NULL;
        if (item != NULL && str_eq(json_text(json_get(item, S("dialect"))), S("elasticsearch")) &&
            !str_eq(json_text(json_get(item, S("kind"))), S("error"))) {
            check(json_text(json_get(item, S("query"))), lines, n);
        }
    }
}

/* Calls `visit` for every file below the folder. */
static void walk(str folder, struct arena *a, struct counts *n,
                 void (*visit)(str path, struct arena scratch, struct counts *n))
{
    struct error e = {0};
    str *names;
    size_t n_names;
    assert_true(os_list_folder(folder, a, &names, &n_names, &e));
    for (size_t i = 0; i < n_names; i++) {
        str path = arena_concat(a, folder, S("/"), names[i]);
        if (os_kind_of(path, &e) == OS_FOLDER) {
            walk(path, a, n, visit);
        } else {
            visit(path, *a, n);
        }
    }
}

static void check_cases(str path, struct arena scratch, struct counts *n)
{
    if (str_ends(path, S(".jsonl"))) {
        check_file(path, scratch, n);
    }
}

static void check_rule(str path, struct arena scratch, struct counts *n)
{
    struct error e = {0};
    str text;
    if (!str_ends(path, S(".toml"))) {
        return;
    }
    assert_true(os_read_file(path, FILE_MAX, &scratch, &text, &e));
    struct diags d = {.arena = &scratch};
    const struct json *rule =
        toml_parse(&(struct diag_source){.file = path, .text = text}, &scratch, &d);
    assert_non_null(rule);
    rule = json_get(rule, S("rule"));
    if (str_eq(json_text(json_get(rule, S("type"))), S("eql"))) {
        check(json_text(json_get(rule, S("query"))), scratch, n);
    }
}

static void every_query_of_the_suite_is_the_same_after_printing(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 30);
    struct counts n = {0};
    walk(shared_folder(SHARED_CASES, &a), &a, &n, check_cases);
    printf("%zu queries, %zu not the same\n", n.queries, n.failed);
    assert_true(n.queries > 0);
    assert_int_equal(n.failed, 0);
    arena_close(&a);
}

static void every_published_rule_is_the_same_after_printing(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 30);
    struct counts n = {0};
    walk(shared_folder(SHARED_RULES, &a), &a, &n, check_rule);
    printf("%zu rules, %zu not the same\n", n.queries, n.failed);
    assert_int_equal(n.queries, 35); /* the EQL rules that the corpus' README counts */
    assert_int_equal(n.failed, 0);
    arena_close(&a);
}

static void shapes_that_need_brackets_or_quotes_are_the_same_after_printing(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "any where ((a))",
        "any where (a and b) and (c or (d and e))",
        "any where not (not a)",
        "any where not (a or b) == c",
        "any where (not a) == true",
        "any where (a == b) != (c < d)",
        "any where - - -n > + + 1",
        "any where -(n + 1) * 2 - (3 - (4 - 5)) == 1 - -2",
        "any where (a : \"x\") in (true, false)",
        "any where (a in (1, 2)) : (\"x\")",
        "any where a not in~ (\"b\") and not a like~ (\"c*\", \"d?\") or a regex (\"e+\")",
        "any where LENGTH(a) > 1 and endswith~ (a, concat(b, \"c\", 1.50, null))",
        "any where `a-b`.c == 1 and ``````.`x.y` == 2 and `a..b` == 3 and ?`in` == 4",
        "any where a == \"\\u{7f}\\u{01}\\b\\t\\n\\f\\r\\\"\\'\\\\\" and b == \"\"\"\\\"\"\"\"\"",
        "\"any\" where true",
        "\"sequence\" where true | head 0 | tail 18446744",
        ("sequence by ?a, `b c` with maxspan=1500ms [any where true] by x with runs=3 "
         "![x where y] by ?z [any where true] by q until [\"a b\" where true] by r | tail 5"),
        "sample by a [any where true] by b [x where y] by c",
    };
    struct arena a = arena_open((size_t)1 << 30);
    struct counts n = {0};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        check(str_from(queries[i]), a, &n);
    }
    assert_int_equal(n.failed, 0);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_of_the_suite_is_the_same_after_printing),
        cmocka_unit_test(every_published_rule_is_the_same_after_printing),
        cmocka_unit_test(shapes_that_need_brackets_or_quotes_are_the_same_after_printing),
    };
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
