/* SPDX-License-Identifier: Apache-2.0 */
/* The functions and operators, from text to value. Expected values are of section 9 of the EQL semantics and of Java's String and Double where it refers to them; the shared figures of Elasticsearch's
 * own tests run as conformance cases. */
#include "hand.h"

#include <stdio.h>

#include "base/time.h"
#include "eval/program.h"
#include "lang/eql.h"

/* Whether `condition` holds for an event without fields. */
static bool holds(const char *condition)
{
    struct arena a = arena_open((size_t)1 << 28);
    struct hand h;
    hand_open(&h);
    struct schema *schema = schema_new(&a);
    schema_add(schema, &(struct field){.name = S_INIT("event.category")});
    schema_add(schema, &(struct field){.name = S_INIT("@timestamp"), .format.type = FIELD_DATE});
    str text = arena_concat(&a, S("any where "), str_from(condition), S(""));
    struct diag_source src = {.text = text};
    struct diags d = {.arena = &a};
    struct eql_options options = {0};
    const struct eql_ast *ast = eql_parse(text, &src, &a, &d);
    struct ir_query *q = ast ? eql_compile(ast, &options, schema, &src, &a, &d) : NULL;
    if (!q) {
        fail_msg("%s: %.*s", condition, STR_ARG(d.first->message));
    }
    struct program *p = program_new(&a);
    uint32_t number;
    assert_true(program_add(p, q->stages[0].where, q, NULL, &src, &d, &number));
    program_freeze(p);
    struct evaluator *e = evaluator_new(p);
    evaluator_begin(e, &h.event);
    bool result = evaluator_holds(e, number);
    evaluator_free(e);
    program_free(p);
    hand_close(&h);
    arena_close(&a);
    return result;
}

struct row {
    const char *expression;
    const char *value; /* an EQL literal; "null" */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char condition[600];
        bool null = strcmp(rows[i].value, "null") == 0;
        (void)snprintf(condition, sizeof condition, "(%s) == %s", rows[i].expression,
                       rows[i].value);
        if (!holds(condition)) {
            fail_msg("%s does not hold", condition);
        }
        (void)snprintf(condition, sizeof condition, "(%s) == null", rows[i].expression);
        assert_int_equal(holds(condition), null);
    }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void arithmetic(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"-7 / 2", "-3"},
        {"-10 % -6", "-4"},
        {"10 % -6", "4"},
        {"7 / 3.0 > 2.3333 and 7 / 3.0 < 2.3334", "true"},
        {"5.5 % 2", "1.5"},
        {"1 - -2", "3"},
        {"9223372036854775807 + 1", "null"},
        {"-9223372036854775807 - 1", "-9223372036854775808"},
        {"-9223372036854775807 - 2", "null"},
        {"3037000500 * 3037000500", "null"},
        {"-4611686018427387904 * 2 + 9223372036854775807", "-1"},
        {"divide(-9223372036854775807 - 1, -1)", "null"},
        {"modulo(-9223372036854775807 - 1, -1)", "0"},
        {"-(-9223372036854775807 - 1)", "null"},
        {"1 / 0", "null"},
        {"1 % 0", "null"},
        {"1.0 / 0 > 1e308", "true"},
        {"add(1, null)", "null"},
        {"3 == 3.0", "true"},
        {"0.0 / 0 == 0.0 / 0", "false"},
    };
    CHECK(rows);
}

static void number(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"number(\"0x32\", 16)", "50"},
        {"number(\"0x1F\")", "31"},
        {"number(\"-314\")", "-314"},
        {"number(\"+3.5\")", "3.5"},
        {"number(\"1e3\")", "1000.0"},
        {"number(\"z\", 36)", "35"},
        {"number(\"101\", 2)", "5"},
        {"number(\"2\", 2)", "null"},
        {"number(\"0X10\")", "null"},
        {"number(\"\")", "null"},
        {"number(\"-\")", "null"},
        {"number(\"1 \")", "null"},
        {"number(\".\")", "null"},
        {"number(\"1e\")", "null"},
        {"number(\"0x\")", "null"},
        {"number(\"077\")", "77"},
        {"number(\"9223372036854775807\")", "9223372036854775807"},
        {"number(\"-9223372036854775808\") + 1", "-9223372036854775807"},
        {"number(\"9223372036854775808\")", "9223372036854775808.0"},
        {"number(\"8000000000000000\", 16)", "null"},
        /* Double.valueOf takes these, JSON does not. */
        {"number(\"5.\")", "5.0"},
        {"number(\".5\")", "0.5"},
        {"number(\"-.5\")", "-0.5"},
        {"number(\"007.5\")", "7.5"},
        {"number(\"00.25e1\")", "2.5"},
    };
    CHECK(rows);
}

static void between(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"between(\"a-b-c\", \"a\", \"c\")", "\"-b-\""},
        {"between(\"xAyBzB\", \"A\", \"B\")", "\"y\""},
        {"between(\"xAyBzB\", \"A\", \"B\", true)", "\"yBz\""},
        {"between(\"xAyBzB\", \"a\", \"b\")", "\"\""},
        {"between~(\"xAyBzB\", \"a\", \"b\", true)", "\"yBz\""},
        {"between(\"abc\", \"\", \"c\")", "\"abc\""},
        {"between(\"abc\", \"a\", \"\")", "\"abc\""},
        {"between(\"BxA\", \"A\", \"B\", true)", "\"\""},
        {"between(\"AA\", \"A\", \"A\")", "\"\""},
        {"between(\"aXXXa\", \"aX\", \"Xa\", true)", "\"X\""},
        {"between(\"abcc\", \"a\", \"cc\", true)", "\"b\""},
        /* U+2126 OHM SIGN (three bytes) folds to U+03C9 (two): offsets in the folded text are not offsets in the text. */
        {"between~(\"\\u{2126}\\u{2126}AxB\", \"a\", \"b\")", "\"x\""},
        {"between(\"abc\", null, \"c\")", "null"},
    };
    CHECK(rows);
}

/* Positions are UTF-16 units: U+1F600 is two. */
static void positions(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"length(\"\\u{1f600}a\")", "3"},
        {"length(\"\\u{e4}\")", "1"},
        {"indexOf(\"abcabc\", \"b\", 2)", "4"},
        {"indexOf(\"\\u{1f600}ab\", \"b\")", "3"},
        {"indexOf(\"abc\", \"\", 3)", "3"},
        {"indexOf(\"abc\", \"\", 4)", "null"},
        {"indexOf(\"abc\", \"a\", 4)", "null"},
        {"indexOf(\"abc\", \"a\", -9)", "0"},
        {"indexOf(\"abc\", \"c\", null)", "2"},
        {"indexOf~(\"\\u{2126}D\", \"d\")", "1"},
        {"indexOf~(\"aabaabaaac\", \"AABAAA\")",
         "3"}, /* the second match begins inside the first try */
        {"substring(\"hello world\", -5, -1)", "\"worl\""},
        {"substring(\"hello\", null, null)", "\"hello\""},
        {"substring(\"hello\", null, 2)", "\"he\""},
        {"substring(\"hello\", 2, 2)", "\"\""},
        {"substring(\"hello\", 9)", "\"\""},
        {"substring(\"hello\", -99, 99)", "\"hello\""},
        {"substring(\"hello\", 0, -9223372036854775807)", "\"\""},
        {"substring(\"\\u{1f600}ab\", 2)", "\"ab\""},
        {"substring(\"\\u{e4}\\u{f6}\\u{fc}\", 1, 2)", "\"\\u{f6}\""},
    };
    CHECK(rows);
}

static void searching(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"startsWith(\"explorer.exe\", \"explorer\")", "true"},
        {"startsWith~(\"\\u{c4}b\", \"\\u{e4}\")", "true"},
        {"startsWith(\"a\", \"ab\")", "false"},
        {"startsWith~(\"a\", \"AB\")", "false"},
        {"endsWith(\"\", \"\")", "true"},
        {"endsWith~(\"x\\u{2126}\", \"\\u{3c9}\")", "true"},
        {"endsWith(\"abc\", \"BC\")", "false"},
        {"stringContains~(\"ABC\", \"b\")", "true"},
        {"stringContains(\"ABC\", \"b\")", "false"},
        {"stringContains(\"abc\", \"\")", "false"},
        {"stringContains(\"\", \"\")", "false"},
        /* Both arguments constants: no wildcards (quirk 16.1 asks for a plain field). */
        {"stringContains(\"abc\", \"a*c\")", "false"},
        {"stringContains(null, \"a\")", "null"},
    };
    CHECK(rows);
}

static void text_of_values(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"concat(\"a\", 1, true)", "\"a1true\""},
        {"concat(\"a\", null)", "null"},
        {"string(42.5)", "\"42.5\""},
        {"string(1.0)", "\"1.0\""},
        {"string(1e10)", "\"1.0E10\""},
        {"string(null)", "null"},
        {"concat(1.5, -2)", "\"1.5-2\""},
    };
    CHECK(rows);
}

/* A long text joined many times must not be copied once for each argument: 200 copies of 64 KiB fit an arena of 256 MiB once (13 MB), not
 * as a sum of prefixes (1.3 GB). */
static void concat_copies_each_argument_once(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    arena_close(&h.event_arena);
    h.event_arena = arena_open((size_t)256 << 20);
    size_t len = (size_t)64 << 10;
    char *bytes = NEW_ARRAY(&h.arena, char, len);
    memset(bytes, 'x', len);
    struct ir *args[200];
    for (int i = 0; i < 200; i++) {
        args[i] = hand_field(&h, 0);
    }
    struct ir *joined = hand_call(&h, FN_CONCAT, false, args, 200);
    struct ir *length = hand_call(&h, FN_LENGTH, false, &joined, 1);
    struct ir *root = hand_binary(&h, IR_EQ, length, hand_constant(&h, hand_long(200 * 65536)));
    struct program *p = program_new(&h.arena);
    uint32_t number;
    assert_true(program_add(p, root, &h.query, h.slots, NULL, NULL, &number));
    program_freeze(p);
    struct evaluator *e = evaluator_new(p);
    hand_event(&h);
    struct value v = {.type = VALUE_STRING, .text = {bytes, len}};
    hand_set(&h, 0, &v, 1);
    evaluator_begin(e, &h.event);
    assert_true(evaluator_holds(e, number));
    evaluator_free(e);
    program_free(p);
    hand_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(number),
        cmocka_unit_test(between),
        cmocka_unit_test(positions),
        cmocka_unit_test(searching),
        cmocka_unit_test(text_of_values),
        cmocka_unit_test(concat_copies_each_argument_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
