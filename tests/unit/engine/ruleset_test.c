/* SPDX-License-Identifier: Apache-2.0 */
/* Rule sets: slots, refusals, gates and verdicts, over a schema and documents made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ecs/event.h"
#include "engine/ruleset.h"

struct bench {
    struct arena arena, event_arena;
    struct schema *schema;
    struct diags diags;
    struct rule_list list;
    unsigned queries;
};

static void add_field(struct bench *b, const char *name, enum field_type type)
{
    schema_add(b->schema, &(struct field){.name = str_from(name), .format.type = type});
}

static void bench_open(struct bench *b)
{
    *b = (struct bench){.arena = arena_open((size_t)1 << 28),
                        .event_arena = arena_open((size_t)1 << 28)};
    b->diags = (struct diags){.arena = &b->arena};
    b->schema = schema_new(&b->arena);
    add_field(b, "@timestamp", FIELD_DATE);
    add_field(b, "event.category", FIELD_KEYWORD);
    add_field(b, "event.action", FIELD_KEYWORD);
    add_field(b, "event.sequence", FIELD_LONG);
    add_field(b, "source.ip", FIELD_IP);
}

static void bench_close(struct bench *b)
{
    arena_close(&b->arena);
    arena_close(&b->event_arena);
}

static struct rule *add_query(struct bench *b, const char *query)
{
    struct rule *r =
        rule_from_query(str_from(query), ++b->queries, b->schema, &b->arena, &b->diags);
    assert_non_null(r);
    rule_list_add(&b->list, r, &b->arena, &b->diags);
    return r;
}

static struct ruleset *compile(struct bench *b)
{
    return ruleset_new(&b->list, b->schema, &b->arena, &b->diags);
}

static const struct json *document(struct bench *b, const char *text)
{
    struct json_error e;
    const struct json *root = json_parse(str_from(text), &b->arena, &e);
    assert_non_null(root);
    return root;
}

/* Bit i: rule i matches. */
static unsigned matches(struct scanner *s, struct bench *b, const struct ruleset *rs, str dataset,
                        const char *text)
{
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(rs, &n_fields);
    struct document_event d;
    document_event_init(&d, fields, n_fields, &b->arena);
    document_event_set(&d, document(b, text), &b->event_arena);
    const uint32_t *matched;
    size_t n = scanner_match(s, &d.event, scanner_gate(s, dataset), &matched);
    unsigned bits = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || matched[i] > matched[i - 1]);
        bits |= 1u << matched[i];
    }
    return bits;
}

static void rules_match_and_share_slots(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    add_query(&b, "any where event.action == \"a\"");
    add_query(&b, "iam where event.action in (\"a\", \"b\")");
    add_query(&b, "any where cidrMatch(source.ip, \"10.0.0.0/8\") and event.action != \"b\"");
    add_query(&b, "any where true");
    struct ruleset *rs = compile(&b);
    size_t n;
    ruleset_rules(rs, &n);
    assert_int_equal(n, 4);
    ruleset_fields(rs, &n);
    assert_int_equal(n, 4); /* @timestamp, event.action, event.category, source.ip */
    struct scanner *s = scanner_new(rs);
    str set = S("aws.cloudtrail");
    assert_int_equal(
        matches(s, &b, rs, set, "{\"event\":{\"action\":\"a\",\"category\":[\"web\",\"iam\"]}}"),
        11);
    assert_int_equal(matches(s, &b, rs, set, "{\"event.action\":\"b\",\"source.ip\":\"10.1.1.1\"}"),
                     8);
    assert_int_equal(matches(s, &b, rs, set, "{\"source\":{\"ip\":\"10.1.1.1\"}}"), 12);
    assert_int_equal(matches(s, &b, rs, set, "{}"), 8);
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

/* Rule 0 sees the data sets of the pattern, rule 1 all. */
static struct ruleset *one_of_two_bound_to(struct bench *b, const str *pattern)
{
    struct rule *r = add_query(b, "any where true");
    r->index = pattern;
    r->n_index = 1;
    add_query(b, "any where true");
    return compile(b);
}

static void a_gate_keeps_rules_of_other_data_sets_out(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    static const str cloudtrail = S_INIT("logs-aws.cloudtrail-*");
    struct ruleset *rs = one_of_two_bound_to(&b, &cloudtrail);
    struct scanner *s = scanner_new(rs);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(matches(s, &b, rs, S("aws.cloudtrail"), "{}"), 3);
        assert_int_equal(matches(s, &b, rs, S("aws.guardduty"), "{}"), 2);
        assert_int_equal(matches(s, &b, rs, S("gcp.audit"), "{}"), 2);
    }
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

/* Names come from documents, so there may be any number of them. */
static void more_data_sets_than_gates_are_kept_for(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    static const str odd = S_INIT("logs-odd.*");
    struct ruleset *rs = one_of_two_bound_to(&b, &odd);
    struct scanner *s = scanner_new(rs);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 2000; i++) {
            str name = arena_printf(&b.arena, "%s.%d", i % 2 ? "odd" : "even", i);
            assert_int_equal(matches(s, &b, rs, name, "{}"), i % 2 ? 3 : 2);
        }
    }
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

/* Rule i sees data set number i and no other, so there are as many lists of rules as data sets: more than gates are kept for. Each must find its own rule, those past the kept ones in whatever
 * order they come. */
static void more_lists_of_rules_than_gates_are_kept_for(void **state)
{
    (void)state;
    enum { RULES = 100 };
    struct bench b;
    bench_open(&b);
    for (int i = 0; i < RULES; i++) {
        str *pattern = NEW(&b.arena, str);
        *pattern = arena_printf(&b.arena, "logs-set%d.log-*", i);
        struct rule *r = add_query(&b, "any where event.action == \"a\"");
        r->index = pattern;
        r->n_index = 1;
    }
    struct ruleset *rs = compile(&b);
    struct scanner *s = scanner_new(rs);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(rs, &n_fields);
    struct document_event d;
    document_event_init(&d, fields, n_fields, &b.arena);
    document_event_set(&d, document(&b, "{\"event.action\":\"a\"}"), &b.event_arena);
    for (uint32_t i = 0; i < 4 * RULES; i++) {
        uint32_t set =
            i * 37 % RULES; /* 37 and 100 have no common divisor: all of them, to and fro */
        const uint32_t *matched;
        size_t gate = scanner_gate(s, arena_printf(&b.arena, "set%u.log", set));
        assert_int_equal(scanner_match(s, &d.event, gate, &matched), 1);
        assert_int_equal(matched[0], set);
    }
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

/* A log may name any number of data sets, by names as long as a record: neither takes memory for each. */
static void data_sets_that_the_same_rules_see_share_a_gate(void **state)
{
    (void)state;
    enum { LONG = 1 << 24, LONG_NAMES = 80 }; /* more than the scanner's arena holds */
    struct bench b;
    bench_open(&b);
    static const str odd = S_INIT("logs-odd.*");
    struct ruleset *rs = one_of_two_bound_to(&b, &odd);
    struct scanner *s = scanner_new(rs);
    size_t gate = scanner_gate(s, S("even.0"));
    assert_true(scanner_gate(s, S("odd.0")) != gate);
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(scanner_gate(s, arena_printf(&b.arena, "even.%d", i)), gate);
    }
    char *name = arena_push(&b.arena, 1, LONG);
    for (int i = 0; i < LONG_NAMES; i++) {
        name[0] = (char)('A' + i);
        assert_int_equal(scanner_gate(s, (str){name, LONG}), gate);
    }
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

/* Bit i of the result: clause i of the rule. */
static uint64_t clauses(struct scanner *s, struct bench *b, const struct ruleset *rs, uint32_t rule,
                        const char *text)
{
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(rs, &n_fields);
    struct document_event d;
    document_event_init(&d, fields, n_fields, &b->arena);
    document_event_set(&d, document(b, text), &b->event_arena);
    const uint32_t *matched;
    const struct stage_match *stages;
    size_t gate = scanner_gate(s, S("x"));
    scanner_match(s, &d.event, gate, &matched);
    size_t n = scanner_stages(s, gate, &stages);
    for (size_t i = 0; i < n; i++) {
        if (stages[i].rule == rule) {
            return stages[i].clauses;
        }
    }
    return 0;
}

static void stages_are_conditions_of_the_one_program(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    add_query(&b, "sequence by source.ip [any where event.action == \"a\"] [any where true] until "
                  "[any where event.action == \"b\"]");
    add_query(&b, "any where event.action == \"a\"");
    add_query(&b, "sample by event.action [any where event.action == \"b\"] [any where true]");
    struct ruleset *rs = compile(&b);
    assert_int_equal(ruleset_refused(rs), 0);
    assert_int_equal(program_leaf_count(ruleset_program(rs)), 3); /* a, b and true: none twice */
    struct scanner *s = scanner_new(rs);
    assert_int_equal(matches(s, &b, rs, S("x"), "{\"event.action\":\"a\"}"), 2);
    assert_int_equal(clauses(s, &b, rs, 0, "{\"event.action\":\"a\"}"), 3);
    assert_int_equal(clauses(s, &b, rs, 0, "{\"event.action\":\"b\"}"), 6);
    assert_int_equal(clauses(s, &b, rs, 2, "{\"event.action\":\"b\"}"), 3);
    assert_int_equal(clauses(s, &b, rs, 2, "{}"), 2);
    assert_null(ruleset_stateful(rs, 1));
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

static void a_sequence_of_too_many_stages_is_refused(void **state)
{
    (void)state;
    for (int stages = CLAUSES_MAX; stages <= CLAUSES_MAX + 1; stages++) {
        struct bench b;
        struct buf query = {0};
        bench_open(&b);
        buf_append(&query, S("sequence"));
        for (int i = 0; i < stages; i++) {
            buf_append(&query, S(" [any where true]"));
        }
        buf_byte(&query, '\0');
        add_query(&b, query.ptr);
        struct ruleset *rs = compile(&b);
        assert_int_equal(ruleset_refused(rs), stages > CLAUSES_MAX);
        assert_int_equal(b.diags.errors, stages > CLAUSES_MAX);
        ruleset_free(rs);
        bench_close(&b);
        buf_deinit(&query);
    }
}

static void a_regular_expression_that_cannot_be_used_refuses_its_rule(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    /* Lucene takes it, PCRE2 finds it too large. */
    add_query(&b, "any where event.action regex \"((a{1000}){1000}){1000}\"");
    add_query(&b, "any where event.action regex \"a.b\"");
    struct ruleset *rs = compile(&b);
    assert_int_equal(ruleset_refused(rs), 1);
    assert_int_equal(b.diags.first->id, DIAG_BAD_REGEX);
    struct scanner *s = scanner_new(rs);
    assert_int_equal(matches(s, &b, rs, S("x"), "{\"event.action\":\"a-b\"}"), 1);
    scanner_free(s);
    ruleset_free(rs);
    bench_close(&b);
}

static void events_are_ordered_by_known_fields_only(void **state)
{
    (void)state;
    static const struct {
        const char *timestamp, *tiebreaker;
        bool ok;
        enum diag_id id;
    } rows[] = {
        {"", "", true, DIAG_SYNTAX},
        {"@timestamp", "event.sequence", true, DIAG_SYNTAX},
        {"no.such", "", false, DIAG_UNKNOWN_FIELD},
        {"event.action", "", false, DIAG_FIELD_TYPE},
        {"event", "", false, DIAG_FIELD_TYPE},
        {"", "no.such", false, DIAG_UNKNOWN_FIELD},
        {"", "event", false, DIAG_FIELD_TYPE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        bench_open(&b);
        struct rule *r = add_query(&b, "any where true");
        r->options.timestamp_field = str_from(rows[i].timestamp);
        r->options.tiebreaker_field = str_from(rows[i].tiebreaker);
        struct ruleset *rs = compile(&b);
        size_t n;
        ruleset_rules(rs, &n);
        assert_int_equal(n, rows[i].ok);
        assert_int_equal(b.diags.errors, !rows[i].ok);
        if (rows[i].ok) {
            assert_true(ruleset_timestamp_slot(rs, 0) != UINT32_MAX);
            assert_int_equal(ruleset_tiebreaker_slot(rs, 0) != UINT32_MAX,
                             rows[i].tiebreaker[0] != 0);
        } else {
            assert_int_equal(b.diags.first->id, rows[i].id);
        }
        ruleset_free(rs);
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_match_and_share_slots),
        cmocka_unit_test(a_gate_keeps_rules_of_other_data_sets_out),
        cmocka_unit_test(more_data_sets_than_gates_are_kept_for),
        cmocka_unit_test(more_lists_of_rules_than_gates_are_kept_for),
        cmocka_unit_test(data_sets_that_the_same_rules_see_share_a_gate),
        cmocka_unit_test(stages_are_conditions_of_the_one_program),
        cmocka_unit_test(a_sequence_of_too_many_stages_is_refused),
        cmocka_unit_test(a_regular_expression_that_cannot_be_used_refuses_its_rule),
        cmocka_unit_test(events_are_ordered_by_known_fields_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
