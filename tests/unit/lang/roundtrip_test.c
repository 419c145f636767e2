/* SPDX-License-Identifier: Apache-2.0 */
/* Parse, print, parse is the identity: over every query of the shared EQL suite that is of Elasticsearch's dialect and is no
 * error case. Skipped where the suite is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/os.h"
#include "lang/eql.h"
#include "value/json.h"

enum { FILE_MAX = 1 << 26, SKIPPED = 77 };

struct counts {
    size_t queries, failed;
};

/* The query's tree and canonical text; false when it does not parse. */
static bool print(str query, struct arena *a, struct buf *tree, struct buf *text)
{
    struct diags d = {.arena = a};
    struct eql_ast *ast = eql_parse(query, &(struct diag_source){.text = query}, a, &d);
    if (ast == NULL) {
        struct buf out = {0};
        if (d.first) {
            diag_print(d.first, false, &out);
        }
        printf("%.*s", STR_ARG(buf_view(&out)));
        buf_deinit(&out);
        return false;
    }
    eql_print_ast(ast, tree);
    eql_print(ast, text);
    return true;
}

static void check(str query, struct arena scratch, struct counts *n)
{
    struct buf tree = {0}, text = {0}, tree_again = {0}, text_again = {0};
    bool same = print(query, &scratch, &tree, &text) &&
                print(buf_view(&text), &scratch, &tree_again, &text_again) &&
                str_eq(buf_view(&tree), buf_view(&tree_again)) &&
                str_eq(buf_view(&text), buf_view(&text_again));
    n->queries++;
    if (!same) {
        n->failed++;
        printf("not the same after printing: %.*s\n", STR_ARG(query));
    }
    buf_deinit(&tree);
    buf_deinit(&text);
    buf_deinit(&tree_again);
    buf_deinit(&text_again);
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

static void every_query_of_the_suite_is_the_same_after_printing(void **state)
{
    const char *folder = *state;
    struct arena a = arena_open((size_t)1 << 30);
    struct counts n = {0};
    struct error e = {0};
    str *names;
    size_t n_names;
    assert_true(os_list_folder(str_from(folder), &a, &names, &n_names, &e));
    for (size_t i = 0; i < n_names; i++) {
        if (str_ends(names[i], S(".jsonl"))) {
            check_file(arena_concat(&a, str_from(folder), S("/"), names[i]), a, &n);
        }
    }
    printf("%zu queries, %zu not the same\n", n.queries, n.failed);
    assert_true(n.queries > 0);
    assert_int_equal(n.failed, 0);
    arena_close(&a);
}

int main(void)
{
    char folder[4096];
    struct error e = {0};
    const char *shared = getenv("POSTERN_SHARED");
    snprintf(folder, sizeof folder, "%s/conformance/eql/cases", shared ? shared : "../shared");
    if (os_kind_of(str_from(folder), &e) != OS_FOLDER) {
        printf("skipped: %s is not there\n", folder);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_query_of_the_suite_is_the_same_after_printing, folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
