/* SPDX-License-Identifier: Apache-2.0 */
/* rules/rule_pack.h and ir/ir_pack.h: a rule comes back as it was, and from bytes that were changed comes either nothing or a rule that can be
 * compiled and run. Every operator, function and shape is among the queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../shared.h"

#include "base/mem.h"
#include "base/tree.h"
#include "ecs/event.h"
#include "engine/ruleset.h"
#include "ir/ir_pack.h"
#include "rules/rule_pack.h"
#include "sources/source.h"

static const char *const queries[] = {
    "any where true",
    "any where kw == null or num != null",
    "network where kw == \"a\" and not kw : (\"b*\", \"?c\") and kw like~ \"x?\"",
    "any where kw in (\"a\", \"b\", \"c\") or kw in~ (\"D\", \"e\") or kw not in (\"f\", \"g\")",
    "any where kw regex (\"a.*b\", \"[0-9]{2}\") or kw regex~ \"x|y\"",
    "any where num > 1 and num <= 20 and real >= 1.5 and real < 3 and num in (1, 2, 3)",
    "any where flag == true or flag != false or version >= \"1.2\" or version == \"1.0\"",
    "any where ip == \"10.0.0.0/8\" or ip == \"192.0.2.1\" or cidrMatch(ip, \"10.1.0.0/16\", "
    "\"::1\")",
    "any where @timestamp > \"2026-01-01T00:00:00Z\" and nanos == \"2026-01-01T00:00:00.123456Z\"",
    "any where length(kw) > 3 and stringContains(kw, \"bc\") and startsWith~(kw, \"A\") and "
    "endsWith(kw, \"z\")",
    "any where concat(kw, num, real, flag) == \"a1\" and substring(kw, 1, -1) == \"b\" and "
    "indexOf(kw, \"c\", 1) == 2",
    "any where number(kw, 16) == 255 or string(num) == \"7\" or between(kw, \"(\", \")\", true) == "
    "\"x\"",
    "any where num + 1 == 2 or num - 1 == 2 or num * 2 == 4 or num / 2 == 1 or num % 2 == 1 or "
    "-num == 5",
    "any where (length(kw) > 3 and num > 2 or not flag) == true and kw in (string(1), \"q\")",
    "any where ?unknown == null or ?unknown == \"x\" or ?kw == \"y\"",
    "any where startsWith(kw, other) or num == 3.5 or concat(kw, other) == \"ab\"",
    "sequence by kw with maxspan=5m [any where num == 1] ![any where num == 2] [any where num == "
    "3] with runs=3 until [any where num == 4]",
    "sequence [any where num == 1] by kw, ?unknown [any where num == 2] by other, num | head 5 | "
    "tail 2",
    "sample by kw [any where num == 1] [any where num == 2]",
};
enum { N_QUERIES = sizeof queries / sizeof *queries };

static const char *const documents[] = {
    "{\"event\":{\"category\":\"network\"},\"kw\":[\"a\",\"abc(x)z\",\"0xff\"],\"other\":\"a\","
    "\"num\":[1,2,7],"
    "\"real\":2.5,\"flag\":true,\"ip\":[\"10.1.2.3\",\"::1\"],\"version\":\"1.2.3\",\"@timestamp\":"
    "\"2026-05-01T00:00:00Z\",\"nanos\":\"2026-01-01T00:00:00.123456Z\"}",
    "{\"kw\":\"\",\"num\":-5,\"real\":0.0}",
    "{}",
};

struct bench {
    struct arena arena, work; /* of the schema and what is packed; of what is unpacked */
    struct schema *schema;
    struct diags diags;
};

static void add_field(struct bench *b, const char *name, enum field_type type)
{
    schema_add(b->schema, &(struct field){.name = str_from(name), .format.type = type});
}

static struct bench open_bench(void)
{
    return (struct bench){.arena = arena_open((size_t)4 << 30),
                          .work = arena_open((size_t)4 << 30)};
}

static void fill_schema(struct bench *b)
{
    b->diags = (struct diags){.arena = &b->arena};
    b->schema = schema_new(&b->arena);
    add_field(b, "event.category", FIELD_KEYWORD);
    add_field(b, "kw", FIELD_KEYWORD);
    add_field(b, "other", FIELD_KEYWORD);
    add_field(b, "num", FIELD_LONG);
    add_field(b, "real", FIELD_DOUBLE);
    add_field(b, "flag", FIELD_BOOLEAN);
    add_field(b, "@timestamp", FIELD_DATE);
    add_field(b, "nanos", FIELD_DATE_NANOS);
    add_field(b, "ip", FIELD_IP);
    add_field(b, "version", FIELD_VERSION);
    add_field(b, "object.field", FIELD_LONG);
}

static void close_bench(struct bench *b)
{
    arena_close(&b->work);
    arena_close(&b->arena);
}

static struct rule *make_rule(struct bench *b, size_t i)
{
    struct rule *r =
        rule_from_query(str_from(queries[i]), (unsigned)i, b->schema, &b->arena, &b->diags);
    struct buf text = BUF_INIT(0);
    for (const struct diag *d = b->diags.first; !r && d; d = d->next) {
        diag_print(d, false, &text);
    }
    if (!r) {
        fail_msg("%.*s", STR_ARG(buf_view(&text)));
    }
    ir_make_simple(r->query, &b->arena);
    return r;
}

static str pack(struct bench *b, const struct rule_yield *yield, str text)
{
    struct buf bytes = BUF_INIT(0);
    assert_true(rule_pack(yield, text, &bytes));
    str copy = arena_copy(&b->arena, buf_view(&bytes));
    buf_deinit(&bytes);
    return copy;
}

/* ---- The same again ---- */

static void assert_same_value(const struct value *a, const struct value *b)
{
    assert_int_equal(a->type, b->type);
    assert_true(str_eq(a->written, b->written));
    switch (a->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        assert_int_equal(a->boolean, b->boolean);
        break;
    case VALUE_LONG:
    case VALUE_DATE:
        assert_int_equal(a->number, b->number);
        break;
    case VALUE_DOUBLE:
        assert_memory_equal(&a->real, &b->real, sizeof a->real);
        break;
    case VALUE_STRING:
    case VALUE_VERSION:
        assert_true(str_eq(a->text, b->text));
        break;
    case VALUE_IP:
        assert_memory_equal(&a->ip, &b->ip, sizeof a->ip);
        break;
    }
}

static void assert_same_node(const struct ir *a, const struct ir *b, bool outer)
{
    bool logic = a->op == IR_AND || a->op == IR_OR || a->op == IR_NOT;
    assert_int_equal(a->op, b->op);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->fold, b->fold);
    assert_int_equal(a->quoted, b->quoted);
    assert_int_equal(a->network, b->network);
    assert_int_equal(a->call, b->call);
    assert_int_equal(a->field, b->field);
    assert_true(!outer || logic || str_eq(a->text, b->text));
    if (a->op == IR_CONST) {
        assert_same_value(&a->constant, &b->constant);
    }
    assert_int_equal(a->n_args, b->n_args);
    assert_int_equal(a->n_list, b->n_list);
    for (uint32_t i = 0; i < a->n_args; i++) {
        assert_same_node(a->args[i], b->args[i], outer && logic);
    }
    for (uint32_t i = 0; i < a->n_list; i++) {
        assert_same_value(&a->list[i], &b->list[i]);
    }
}

static void assert_same_stage(const struct ir_stage *a, const struct ir_stage *b)
{
    assert_int_equal(a->n_keys, b->n_keys);
    assert_int_equal(a->runs, b->runs);
    assert_int_equal(a->missing, b->missing);
    for (uint32_t i = 0; i < a->n_keys; i++) {
        assert_int_equal(a->keys[i], b->keys[i]);
        assert_int_equal(a->optional[i], b->optional[i]);
    }
    assert_same_node(a->where, b->where, true);
}

static void assert_same_query(const struct ir_query *a, const struct ir_query *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->maxspan, b->maxspan);
    assert_true(b->simple);
    assert_int_equal(a->n_fields, b->n_fields);
    for (uint32_t i = 0; i < a->n_fields; i++) {
        assert_ptr_equal(a->fields[i], b->fields[i]);
        assert_true(str_eq(a->field_names[i], b->field_names[i]));
    }
    assert_int_equal(a->n_stages, b->n_stages);
    for (uint32_t i = 0; i < a->n_stages; i++) {
        assert_same_stage(&a->stages[i], &b->stages[i]);
    }
    assert_int_equal(a->until != NULL, b->until != NULL);
    if (a->until) {
        assert_same_stage(a->until, b->until);
    }
    assert_int_equal(a->n_pipes, b->n_pipes);
    for (uint32_t i = 0; i < a->n_pipes; i++) {
        assert_int_equal(a->pipes[i].op, b->pipes[i].op);
        assert_int_equal(a->pipes[i].count, b->pipes[i].count);
    }
}

static void assert_same_rule(const struct rule *a, const struct rule *b)
{
    assert_true(str_eq(a->id, b->id));
    assert_true(str_eq(a->name, b->name));
    assert_true(str_eq(a->description, b->description));
    assert_int_equal(a->severity, b->severity);
    assert_int_equal(a->risk_score, b->risk_score);
    assert_int_equal(a->n_index, b->n_index);
    for (size_t i = 0; i < a->n_index; i++) {
        assert_true(str_eq(a->index[i], b->index[i]));
    }
    assert_true(str_eq(a->query_text, b->query_text));
    assert_true(str_eq(a->options.event_category_field, b->options.event_category_field));
    assert_true(str_eq(a->options.timestamp_field, b->options.timestamp_field));
    assert_true(str_eq(a->options.tiebreaker_field, b->options.tiebreaker_field));
    assert_same_query(a->query, b->query);
}

static void assert_same_diags(const struct diag *a, const struct diag *b)
{
    for (; a && b; a = a->next, b = b->next) {
        assert_int_equal(a->id, b->id);
        assert_int_equal(a->severity, b->severity);
        assert_int_equal(a->at.at, b->at.at);
        assert_int_equal(a->at.end, b->at.end);
        assert_true(str_eq(a->text, b->text) && str_eq(a->file, b->file));
        assert_true(str_eq(a->message, b->message) && str_eq(a->hint, b->hint));
    }
    assert_true(!a && !b);
}

static void assert_comes_back(struct bench *b, const struct rule_yield *yield, str file, str text)
{
    struct rule_yield again;
    assert_true(rule_unpack(pack(b, yield, text), file, b->schema, &b->work, &again));
    assert_same_diags(yield->diags, again.diags);
    assert_int_equal(yield->rule != NULL, again.rule != NULL);
    if (yield->rule) {
        assert_true(str_eq(again.rule->file, file));
        assert_same_rule(yield->rule, again.rule);
    }
}

static void every_kind_of_query_comes_back(void **state)
{
    (void)state;
    struct bench b = open_bench();
    fill_schema(&b);
    for (size_t i = 0; i < N_QUERIES; i++) {
        const struct rule_yield yield = {.rule = make_rule(&b, i)};
        assert_comes_back(&b, &yield, S("file"), S("text"));
    }
    close_bench(&b);
}

struct counting {
    struct bench bench;
    size_t files, rules;
};

static void see_file(void *user, str path, const struct os_stamp *stamp)
{
    struct counting *c = user;
    struct bench *b = &c->bench;
    struct error e = {0};
    str text;
    if (!str_ends(path, S(".toml"))) {
        return;
    }
    (void)stamp;
    assert_true(os_read_file(path, (size_t)1 << 20, &b->arena, &text, &e));
    b->diags = (struct diags){.arena = &b->arena, .limit = 1000};
    struct rule *r = rule_from_toml(path, text, b->schema, &b->arena, &b->diags);
    if (r) {
        ir_make_simple(r->query, &b->arena);
    }
    const struct rule_yield yield = {r, b->diags.first};
    assert_comes_back(b, &yield, path, text);
    c->files++;
    c->rules += r != NULL;
}

static void see_failure(void *user, const struct error *e)
{
    (void)user;
    fail_msg("%s", e->message);
}

static void walk_rules(struct counting *c, str folder)
{
    const struct tree_visitor visitor = {.user = c, .file = see_file, .failed = see_failure};
    c->bench.schema = schema_new(&c->bench.arena);
    schema_add_ecs(c->bench.schema);
    sources_add_fields(c->bench.schema);
    tree_walk(folder, &visitor, &c->bench.work);
}

static void our_rules_come_back(void **state)
{
    (void)state;
    struct counting c = {.bench = open_bench()};
    walk_rules(&c, S(POSTERN_SOURCE_DIR "/rules"));
    assert_true(c.files > 0);
    assert_int_equal(c.rules, c.files);
    close_bench(&c.bench);
}

/* Those that are refused come back as their diagnostics. */
static void published_rules_come_back(void **state)
{
    (void)state;
    struct counting c = {.bench = open_bench()};
    str folder = shared_folder("corpus/rules/elastic", &c.bench.arena);
    walk_rules(&c, folder);
    assert_true(c.files >= 100);
    assert_int_equal(c.rules, 35);
    close_bench(&c.bench);
}

/* ---- Changed bytes ---- */

static void scan_documents(struct bench *b, const struct ruleset *set)
{
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    struct scanner *scanner = scanner_new(set);
    size_t gate = scanner_gate(scanner, S("ecs"));
    struct document_event d;
    document_event_init(&d, fields, n_fields, &b->work);
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct json_error e;
        const uint32_t *matched;
        const struct stage_match *stages;
        document_event_set(&d, json_parse(str_from(documents[i]), &b->work, &e), &b->work);
        scanner_match(scanner, &d.event, gate, &matched);
        scanner_stages(scanner, gate, &stages);
    }
    scanner_free(scanner);
}

/* True when a rule came out of it; then it was run. */
static bool run_bytes(struct bench *b, str changed)
{
    arena_reset(&b->work, SIZE_MAX);
    char *exact = mem_alloc(changed.len + !changed.len); /* so that a read past the end is seen */
    memcpy(exact, changed.ptr, changed.len);
    struct rule_yield yield;
    bool ok = rule_unpack((str){exact, changed.len}, S("f"), b->schema, &b->work, &yield);
    if (ok && yield.rule) {
        struct rule_list list = {0};
        struct diags d = {.arena = &b->work};
        rule_list_add(&list, yield.rule, &b->work, &d);
        struct ruleset *set = ruleset_new(&list, b->schema, &b->work, &d);
        scan_documents(b, set);
        ruleset_free(set);
    }
    mem_free(exact);
    return ok && yield.rule;
}

static void changed_bytes_are_refused_or_run(void **state)
{
    (void)state;
    struct bench b = open_bench();
    size_t refused = 0, ran = 0;
    fill_schema(&b);
    for (size_t q = 0; q < N_QUERIES; q++) {
        const struct rule_yield yield = {.rule = make_rule(&b, q)};
        str whole = pack(&b, &yield, S(""));
        char *bytes = mem_alloc(whole.len);
        memcpy(bytes, whole.ptr, whole.len);
        assert_true(run_bytes(&b, whole));
        for (size_t i = 0; i < whole.len; i++) {
            const char own = bytes[i];
            const char others[] = {0, 1, 2, 5, (char)(own + 1), (char)(own ^ 0x40), (char)0xff};
            for (size_t k = 0; k < sizeof others; k++) {
                bytes[i] = others[k];
                bool came_out = run_bytes(&b, (str){bytes, whole.len});
                ran += came_out;
                refused += !came_out;
            }
            bytes[i] = own;
        }
        mem_free(bytes);
    }
    assert_true(refused > 10000 && ran > 10000);
    close_bench(&b);
}

static void cut_bytes_are_refused(void **state)
{
    (void)state;
    struct bench b = open_bench();
    fill_schema(&b);
    for (size_t q = 0; q < N_QUERIES; q++) {
        const struct rule_yield yield = {.rule = make_rule(&b, q)};
        str whole = pack(&b, &yield, S(""));
        for (size_t len = 0; len < whole.len; len++) {
            assert_false(run_bytes(&b, str_slice(whole, 0, len)));
        }
        assert_false(run_bytes(&b, arena_concat(&b.arena, whole, S("x"), S(""))));
    }
    close_bench(&b);
}

/* ---- Queries that no front-end makes ---- */

static bool query_comes_back(struct bench *b, const struct ir_query *q)
{
    struct buf bytes = BUF_INIT(0);
    assert_true(ir_pack(q, &bytes));
    struct unpack in = {.rest = buf_view(&bytes)};
    bool ok = ir_unpack(&in, b->schema, &b->work) != NULL;
    buf_deinit(&bytes);
    return ok;
}

/* Each changes one thing of a query that comes back otherwise: a comparison of a text, an address in a block, a sequence by two
 * keys with a missing event and until, and a sample. */
static void without_stages_argument(struct ir_query *q)
{
    q->stages[0].where->n_args = 1;
}

static void with_unknown_field(struct ir_query *q)
{
    q->stages[0].where->args[0]->field = q->n_fields;
}

static void with_another_type(struct ir_query *q)
{
    q->stages[0].where->args[0]->type = VALUE_LONG;
}

static void with_a_block_that_is_a_number(struct ir_query *q)
{
    struct ir *block = q->stages[0].where->args[1];
    block->type = VALUE_LONG;
    block->constant = (struct value){.type = VALUE_LONG, .number = 1};
}

static void with_fewer_keys(struct ir_query *q)
{
    q->stages[1].n_keys--;
}

static void with_fewer_keys_of_until(struct ir_query *q)
{
    q->until->n_keys--;
}

static void without_a_stage_that_is_there(struct ir_query *q)
{
    q->stages[0].missing = q->stages[2].missing = true;
}

static void without_maxspan(struct ir_query *q)
{
    q->maxspan = 0;
}

static void without_runs(struct ir_query *q)
{
    q->stages[0].runs = 0;
}

static void as_an_event(struct ir_query *q)
{
    q->kind = IR_EVENT;
}

static void as_a_sample(struct ir_query *q)
{
    q->kind = IR_SAMPLE;
}

static void without_keys(struct ir_query *q)
{
    q->stages[0].n_keys = q->stages[1].n_keys = 0;
}

static void unsound_queries_are_refused(void **state)
{
    (void)state;
    static const char text[] = "any where kw == \"a\"", block[] = "any where ip == \"10.0.0.0/8\"",
                      sequence[] = "sequence by kw, num with maxspan=1m [any where true] ![any "
                                   "where true] [any where true] until [any where true]",
                      sample[] = "sample by kw [any where true] [any where true]";
    static const struct {
        const char *query;
        void (*change)(struct ir_query *q);
    } cases[] = {
        {text, without_stages_argument},
        {text, with_unknown_field},
        {text, with_another_type},
        {block, with_a_block_that_is_a_number},
        {sequence, with_fewer_keys},
        {sequence, with_fewer_keys_of_until},
        {sequence, without_a_stage_that_is_there},
        {sequence, without_maxspan},
        {sequence, without_runs},
        {sequence, as_an_event},
        {sequence, as_a_sample},
        {sample, without_keys},
    };
    struct bench b = open_bench();
    fill_schema(&b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule *r = rule_from_query(str_from(cases[i].query), 1, b.schema, &b.arena, &b.diags);
        assert_non_null(r);
        ir_make_simple(r->query, &b.arena);
        assert_true(query_comes_back(&b, r->query));
        cases[i].change(r->query);
        if (query_comes_back(&b, r->query)) {
            fail_msg("case %zu", i);
        }
    }
    close_bench(&b);
}

/* ---- What is not kept ---- */

/* "not not ..." would be simplified away; the comparison of two truths is not. */
static void deep_rules_are_not_kept(void **state)
{
    (void)state;
    struct bench b = open_bench();
    fill_schema(&b);
    struct buf text = BUF_INIT(0), bytes = BUF_INIT(0);
    buf_append(&text, S("any where num"));
    for (size_t i = 0; i < 1500; i++) {
        buf_append(&text, S(" + 1"));
    }
    buf_append(&text, S(" > 0"));
    struct rule *r = rule_from_query(buf_view(&text), 1, b.schema, &b.arena, &b.diags);
    assert_non_null(r);
    ir_make_simple(r->query, &b.arena);
    assert_false(rule_pack(&(struct rule_yield){.rule = r}, S(""), &bytes));
    buf_deinit(&text);
    buf_deinit(&bytes);
    close_bench(&b);
}

static void conditions_must_be_simple(void **state)
{
    (void)state;
    struct bench b = open_bench();
    fill_schema(&b);
    struct buf bytes = BUF_INIT(0);
    struct rule *r = rule_from_query(S("any where kw == \"a\""), 1, b.schema, &b.arena, &b.diags);
    assert_false(rule_pack(&(struct rule_yield){.rule = r}, S(""), &bytes));
    buf_deinit(&bytes);
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_query_comes_back),
        cmocka_unit_test(our_rules_come_back),
        cmocka_unit_test(published_rules_come_back),
        cmocka_unit_test(changed_bytes_are_refused_or_run),
        cmocka_unit_test(cut_bytes_are_refused),
        cmocka_unit_test(unsound_queries_are_refused),
        cmocka_unit_test(deep_rules_are_not_kept),
        cmocka_unit_test(conditions_must_be_simple),
    };
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
