/* SPDX-License-Identifier: Apache-2.0 */
/* Verdict trees: the same verdict as the evaluator's on the simplified condition, what leaves saw, and which leaf decides alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eval/explain.h"
#include "lang/eql.h"

struct bench {
    struct arena arena;
    struct ir_query *query;
    struct program *program; /* condition 0 as written, 1 simplified */
    struct evaluator *evaluator;
    struct explain_plan *plan;
    struct document_event event;
};

static const struct field fields[] = {
    {.name = S_INIT("a"), .format = {.type = FIELD_LONG}},
    {.name = S_INIT("b"), .format = {.type = FIELD_LONG}},
    {.name = S_INIT("s"), .format = {.type = FIELD_KEYWORD}},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static void bench_open(struct bench *b, const char *query)
{
    static const struct field *served[FIELDS];
    *b = (struct bench){.arena = arena_open((size_t)1 << 30)};
    struct diags d = {.arena = &b->arena};
    const struct diag_source src = {.text = str_from(query)};
    struct schema *schema = schema_new(&b->arena);
    for (size_t i = 0; i < FIELDS; i++) {
        schema_add(schema, &fields[i]);
        served[i] = &fields[i];
    }
    b->query =
        eql_compile(eql_parse(src.text, &src, &b->arena, &d), NULL, schema, &src, &b->arena, &d);
    assert_non_null(b->query);
    uint32_t *slots = NEW_ARRAY(&b->arena, uint32_t, b->query->n_fields);
    for (uint32_t i = 0; i < b->query->n_fields; i++) {
        for (uint32_t k = 0; k < FIELDS; k++) {
            slots[i] = str_eq(b->query->field_names[i], fields[k].name) ? k : slots[i];
        }
    }
    const struct ir *where = b->query->stages[0].where;
    uint32_t number;
    b->program = program_new(&b->arena);
    assert_true(program_add(b->program, where, b->query, slots, &src, &d, &number));
    assert_true(program_add(b->program, ir_simplify(b->query->stages[0].where, b->query, &b->arena),
                            b->query, slots, &src, &d, &number));
    program_freeze(b->program);
    b->evaluator = evaluator_new(b->program);
    b->plan = explain_plan_new(b->program, where, b->query, slots, &b->arena);
    document_event_init(&b->event, served, FIELDS, &b->arena);
}

static void bench_close(struct bench *b)
{
    evaluator_free(b->evaluator);
    program_free(b->program);
    arena_close(&b->arena);
}

static const struct verdict *explain(struct bench *b, const char *document)
{
    struct json_error e;
    const struct json *root = json_parse(str_from(document), &b->arena, &e);
    assert_non_null(root);
    document_event_set(&b->event, root, &b->arena);
    const struct verdict *v = explain_condition(b->plan, b->evaluator, &b->event.event, &b->arena);
    for (uint32_t condition = 0; condition < 2; condition++) {
        evaluator_begin(b->evaluator, &b->event.event);
        assert_int_equal(evaluator_holds(b->evaluator, condition), v->holds);
    }
    return v;
}

/* The text of the leaf that decides alone, as ir_print writes it; "-" for none. */
static void decides(struct bench *b, const char *document, bool holds, const char *leaf)
{
    struct buf text = BUF_INIT(0);
    const struct verdict *v = explain(b, document);
    const struct verdict *turning = explain_turning_leaf(v);
    assert_int_equal(v->holds, holds);
    if (turning) {
        ir_print(turning->node, b->query, &text);
    } else {
        buf_byte(&text, '-');
    }
    buf_byte(&text, '\0');
    assert_string_equal(text.ptr, leaf);
    buf_deinit(&text);
}

static void one_leaf_may_decide(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "any where a == 1 and (b == 1 or s == \"x\") and not s == \"y\"");
    decides(&b, "{\"a\":1,\"b\":1}", true, "(== $a 1)");  /* any part makes an AND false */
    decides(&b, "{\"a\":2,\"b\":1}", false, "(== $a 1)"); /* the one false part */
    decides(&b, "{\"a\":2,\"b\":2}", false, "-");         /* two false parts */
    decides(&b, "{\"a\":1,\"b\":2}", false, "(== $b 1)"); /* any part makes an OR true */
    decides(&b, "{\"a\":1,\"b\":1,\"s\":\"y\"}", false, "(== $s \"y\")"); /* under NOT */
    bench_close(&b);
}

static void an_or_of_two_true_parts_hangs_on_none(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "any where a == 1 or b == 1");
    decides(&b, "{\"a\":1,\"b\":1}", true, "-");
    decides(&b, "{\"a\":1,\"b\":2}", true, "(== $a 1)");
    decides(&b, "{\"a\":2,\"b\":2}", false, "(== $a 1)");
    bench_close(&b);
}

static void a_computed_leaf_shows_its_operands(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "any where a + 1 > 2");
    const struct verdict *v = explain(&b, "{\"a\":[1,5,0]}");
    assert_true(v->holds);
    assert_int_equal(v->n_seen, 2);
    assert_int_equal(v->seen[0].values.n, 3); /* the field: every value */
    assert_int_equal(v->seen[1].values.n, 1); /* a + 1: of the choice that made it true */
    assert_int_equal(v->seen[1].values.v[0].number, 6);
    v = explain(&b, "{\"a\":[1,0]}");
    assert_false(v->holds);
    assert_int_equal(v->seen[1].values.v[0].number, 2); /* of the first choice */
    v = explain(&b, "{}");
    assert_false(v->holds);
    assert_int_equal(v->seen[0].values.n, 0);
    assert_int_equal(v->seen[1].values.n, 0);
    bench_close(&b);
}

static void what_is_simplified_away_is_explained_all_the_same(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "any where (a == 1 or a == 2 or a == 1) and not not (true and ?nope != \"x\") "
                   "and s like \"z\" and s in (\"z\")");
    const struct verdict *v = explain(&b, "{\"a\":[2,3],\"s\":\"z\"}");
    assert_true(v->holds);
    assert_int_equal(v->n_args, 4);
    assert_int_equal(v->args[0].n_args, 3);
    assert_false(v->args[0].args[0].holds);
    assert_true(v->args[0].args[1].holds);
    explain(&b, "{\"a\":3,\"s\":\"z\"}");
    explain(&b, "{\"s\":[\"z\",\"y\"]}");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_leaf_may_decide),
        cmocka_unit_test(an_or_of_two_true_parts_hangs_on_none),
        cmocka_unit_test(a_computed_leaf_shows_its_operands),
        cmocka_unit_test(what_is_simplified_away_is_explained_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
