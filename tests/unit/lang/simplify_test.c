/* SPDX-License-Identifier: Apache-2.0 */
/* Simplifying costs no more than in proportion to the query: deep nesting, and many fields. What it gives is in
 * tests/golden/eql/checked_ir.test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/eql.h"

/* Bytes that simplifying the query takes. */
static size_t cost(str query)
{
    struct arena a = arena_open((size_t)1 << 32);
    struct diags d = {.arena = &a};
    const struct diag_source src = {.text = query};
    struct schema *schema = schema_new(&a);
    schema_add(schema, &(struct field){.name = S("x"), .format = {.type = FIELD_KEYWORD}});
    schema_add(schema, &(struct field){.name = S("y"), .format = {.type = FIELD_LONG}});
    struct eql_ast *ast = eql_parse(query, &src, &a, &d);
    assert_non_null(ast);
    struct ir_query *q = eql_compile(ast, NULL, schema, &src, &a, &d);
    assert_non_null(q);
    size_t before = arena_used(&a);
    assert_non_null(ir_simplify(q->stages[0].where, q, &a));
    size_t used = arena_used(&a) - before;
    arena_close(&a);
    return used;
}

/* (y == 1 and (y == 2 or (… x == "aaaa…" …))) with `levels` brackets. */
static size_t nested_cost(size_t levels, size_t text)
{
    struct buf b = BUF_INIT(0);
    buf_append(&b, S("any where "));
    for (size_t i = 0; i < levels; i++) {
        buf_printf(&b, "y == %zu %s (", i, i % 2 ? "or" : "and");
    }
    buf_append(&b, S("x == \""));
    for (size_t i = 0; i < text; i++) {
        buf_byte(&b, 'a');
    }
    buf_byte(&b, '"');
    for (size_t i = 0; i < levels; i++) {
        buf_byte(&b, ')');
    }
    size_t used = cost(buf_view(&b));
    buf_deinit(&b);
    return used;
}

static void text_is_not_copied_at_every_level(void **state)
{
    (void)state;
    enum { TEXT = 100000 };
    size_t shallow = nested_cost(150, 0), deep = nested_cost(150, TEXT);
    assert_true(deep - shallow < 2 * TEXT);
}

/* `n` ORs, each of two fields of its own that are unknown, beside a known one that is merged. */
static size_t wide_cost(size_t n)
{
    struct buf b = BUF_INIT(0);
    buf_append(&b, S("any where true"));
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b, " and (?f%zu > 1 or y == 1 or y == 2)", i);
    }
    size_t used = cost(buf_view(&b));
    buf_deinit(&b);
    return used;
}

static void fields_do_not_count_for_every_or(void **state)
{
    (void)state;
    size_t some = wide_cost(500), many = wide_cost(5000);
    assert_true(many < 15 * some); /* ten times the query; growing tables may double */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_is_not_copied_at_every_level),
                                       cmocka_unit_test(fields_do_not_count_for_every_or)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
