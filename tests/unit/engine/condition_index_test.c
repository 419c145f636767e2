/* SPDX-License-Identifier: Apache-2.0 */
/* The index leaves out no condition that holds: random conditions and events, against asking every one. And it leaves out most of what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ecs/event.h"
#include "engine/ruleset.h"
#include "eval/condition_index.h"

enum { CONDITIONS = 400, EVENTS = 300, SEEDS = 6 };

struct bench {
    struct arena arena, event_arena;
    struct schema *schema;
    struct diags diags;
    struct rule_list list;
    uint64_t seed;
    unsigned asked;
};

static unsigned pick(struct bench *b, unsigned n)
{
    b->seed = b->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(b->seed >> 33) % n;
}

static void bench_open(struct bench *b, uint64_t seed)
{
    static const struct {
        const char *name;
        enum field_type type;
    } fields[] = {{"k", FIELD_KEYWORD}, {"m", FIELD_KEYWORD}, {"a", FIELD_IP},
                  {"l", FIELD_LONG},    {"d", FIELD_DOUBLE},  {"b", FIELD_BOOLEAN},
                  {"v", FIELD_VERSION}, {"t", FIELD_DATE},    {"@timestamp", FIELD_DATE}};
    *b = (struct bench){.arena = arena_open((size_t)1 << 28),
                        .event_arena = arena_open((size_t)1 << 28),
                        .seed = seed};
    b->diags = (struct diags){.arena = &b->arena};
    b->schema = schema_new(&b->arena);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        schema_add(b->schema, &(struct field){.name = str_from(fields[i].name),
                                              .format.type = fields[i].type});
    }
}

static void bench_close(struct bench *b)
{
    arena_close(&b->arena);
    arena_close(&b->event_arena);
}

/* Texts that meet one another often, by case, by folding beyond ASCII (sharp s, the Kelvin sign, sigma), and as parts. */
static const char *const texts[] = {"abc",
                                    "ABC",
                                    "abcdef",
                                    "xabcx",
                                    "DeleteTrail",
                                    "deletetrail",
                                    "Stra\xc3\x9f"
                                    "e",
                                    "\xe2\x84\xaa"
                                    "elvin",
                                    "kelvin",
                                    "\xce\xa3\xce\xaf",
                                    "",
                                    "a",
                                    "*",
                                    "a?c",
                                    "x\xce\xa3y",
                                    "trail",
                                    "12"};
static const char *const patterns[] = {
    "abc*", "*ABC",    "*trail*",           "a?c",  "*kel*in", "*\xcf\x83*",
    "*",    "Del*T*l", "stra\xe1\xba\x9e*", "??c*", "abc",     "*def?"};
static const char *const addresses[] = {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1",
                                        "192.0.2.7"};
static const char *const numbers[] = {
    "0", "-0.0", "3", "3.0", "9007199254740993", "9007199254740992.0", "-7", "2.5"};

#define PICK(b, list) ((list)[pick((b), sizeof(list) / sizeof *(list))])

static void put_leaf(struct bench *b, struct buf *q)
{
    const char *k = pick(b, 2) ? "k" : "m";
    const char *tilde = pick(b, 2) ? "~" : "";
    switch (pick(b, 14)) {
    case 0:
        buf_printf(q, "%s == \"%s\"", k, PICK(b, texts));
        break;
    case 1:
        buf_printf(q, "%s : \"%s\"", k, PICK(b, patterns));
        break;
    case 2:
        buf_printf(q, "%s like%s (\"%s\", \"%s\")", k, tilde, PICK(b, patterns), PICK(b, patterns));
        break;
    case 3:
        buf_printf(q, "%s in%s (\"%s\", \"%s\", \"%s\")", k, tilde, PICK(b, texts), PICK(b, texts),
                   PICK(b, texts));
        break;
    case 4:
        buf_printf(q, "%s != \"%s\"", k, PICK(b, texts));
        break;
    case 5:
        buf_printf(q, "%s%s(%s, \"%s\")", pick(b, 2) ? "startsWith" : "endsWith", tilde, k,
                   PICK(b, texts));
        break;
    case 6:
        buf_printf(q, "stringContains%s(%s, \"%s\")", tilde, k, PICK(b, texts));
        break;
    case 7:
        buf_printf(q, "a == \"%s\"", PICK(b, addresses));
        break;
    case 8:
        buf_printf(q, "cidrMatch(a, \"192.0.2.0/29\")");
        break;
    case 9:
        buf_printf(q, "%s == %s", pick(b, 2) ? "l" : "d", PICK(b, numbers));
        break;
    case 10:
        buf_printf(q, "%s in (%s, %s)", pick(b, 2) ? "l" : "d", PICK(b, numbers), PICK(b, numbers));
        break;
    case 11:
        buf_printf(q, "b == %s", pick(b, 2) ? "true" : "false");
        break;
    case 12:
        buf_printf(q, pick(b, 2) ? "%s == null" : "%s regex \"a.*\"", k);
        break;
    case 13:
        buf_printf(q, pick(b, 2) ? "v == \"1.2.0\"" : "t == \"2026-01-01T00:00:00Z\"");
        break;
    }
}

static void put_condition(struct bench *b, struct buf *q, unsigned depth)
{
    unsigned kind = depth ? pick(b, 4) : 3;
    if (kind == 3) {
        put_leaf(b, q);
        return;
    }
    buf_append(q, kind == 2 ? S("not (") : S("("));
    put_condition(b, q, depth - 1);
    if (kind < 2) {
        buf_append(q, kind ? S(" and ") : S(" or "));
        put_condition(b, q, depth - 1);
    }
    buf_byte(q, ')');
}

/* Random rules; what EQL refuses (an optional sign, a function it types otherwise) is left out. */
static struct ruleset *random_rules(struct bench *b)
{
    struct buf q = BUF_INIT(0);
    while (b->list.count < CONDITIONS) {
        buf_clear(&q);
        buf_append(&q, S("any where "));
        put_condition(b, &q, pick(b, 4));
        str text = arena_copy(&b->arena, buf_view(&q));
        struct rule *r = rule_from_query(text, ++b->asked, b->schema, &b->arena, &b->diags);
        if (r) {
            rule_list_add(&b->list, r, &b->arena, &b->diags);
        }
    }
    buf_deinit(&q);
    assert_true(b->asked < CONDITIONS + CONDITIONS / 4);
    return ruleset_new(&b->list, b->schema, &b->arena, &b->diags);
}

static void put_values(struct bench *b, struct buf *out, const char *key, const char *const *values,
                       size_t n, bool quoted)
{
    unsigned count = pick(b, 4);
    if (count == 0) {
        return; /* absent */
    }
    buf_printf(out, "%s\"%s\":[", out->len > 1 ? "," : "", key);
    for (unsigned i = 0; i < count; i++) {
        const char *quote = quoted ? "\"" : "";
        buf_printf(out, "%s%s%s%s", i ? "," : "", quote, values[pick(b, (unsigned)n)], quote);
    }
    buf_byte(out, ']');
}

static const struct json *random_event(struct bench *b)
{
    static const char *const booleans[] = {"true", "false"};
    static const char *const versions[] = {"1.2.0", "1.2", "2.0.0"};
    static const char *const dates[] = {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z",
                                        "2027-01-01"};
    static const char *const whole[] = {"0", "3", "9007199254740993", "9007199254740992", "-7"};
    struct buf out = BUF_INIT(0);
    buf_byte(&out, '{');
    put_values(b, &out, "k", texts, sizeof texts / sizeof *texts, true);
    put_values(b, &out, "m", texts, sizeof texts / sizeof *texts, true);
    put_values(b, &out, "a", addresses, sizeof addresses / sizeof *addresses, true);
    put_values(b, &out, "l", whole, sizeof whole / sizeof *whole, false);
    put_values(b, &out, "d", numbers, sizeof numbers / sizeof *numbers, false);
    put_values(b, &out, "b", booleans, 2, false);
    put_values(b, &out, "v", versions, 3, true);
    put_values(b, &out, "t", dates, 3, true);
    buf_byte(&out, '}');
    struct json_error e;
    const struct json *root =
        json_parse(arena_copy(&b->event_arena, buf_view(&out)), &b->event_arena, &e);
    buf_deinit(&out);
    assert_non_null(root);
    return root;
}

struct trial {
    const struct program *program;
    struct evaluator *evaluator;
    struct condition_index *index;
    const uint64_t *known; /* NULL: all */
    size_t n, held, found;
};

static void trial_open(struct trial *t, struct bench *b, const struct ruleset *rs,
                       const uint64_t *known)
{
    uint32_t *conditions = NEW_ARRAY(&b->arena, uint32_t, CONDITIONS);
    ruleset_rules(rs, &t->n);
    for (uint32_t i = 0; i < t->n; i++) {
        conditions[i] = i; /* each query is one condition, in order */
    }
    t->program = ruleset_program(rs);
    t->evaluator = evaluator_new(t->program);
    t->known = known;
    t->index = condition_index_new(t->program, conditions, t->n, known, &b->arena);
}

/* Each condition that holds (may hold, when not all is known) must be among those found, which ascend. */
static void check_event(struct trial *t, struct event *event)
{
    uint32_t found[CONDITIONS];
    evaluator_begin(t->evaluator, event);
    size_t n = condition_index_find(t->index, event, found), at = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        bool holds = t->known ? evaluator_may_hold(t->evaluator, i, t->known)
                              : evaluator_holds(t->evaluator, i);
        bool is_found = at < n && found[at] == i;
        at += is_found;
        t->held += holds;
        assert_true(is_found || !holds);
    }
    assert_int_equal(at, n);
    t->found += n;
}

static void run(uint64_t seed, const uint64_t *known)
{
    struct bench b;
    struct trial t = {0};
    bench_open(&b, seed);
    struct ruleset *rs = random_rules(&b);
    trial_open(&t, &b, rs, known);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(rs, &n_fields);
    struct document_event d;
    document_event_init(&d, fields, n_fields, &b.arena);
    for (int i = 0; i < EVENTS; i++) {
        arena_reset(&b.event_arena, SIZE_MAX);
        document_event_set(&d, random_event(&b), &b.event_arena);
        check_event(&t, &d.event);
    }
    assert_true(t.held > 0);
    /* Half of these conditions are negations and the like, which only asking tells. */
    assert_true(condition_index_unguarded(t.index) < t.n || (known && *known == 0));
    assert_true(known || t.found - t.held < (t.n * EVENTS - t.held));
    evaluator_free(t.evaluator);
    ruleset_free(rs);
    bench_close(&b);
}

static void no_condition_that_holds_is_left_out(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        run(seed, NULL);
    }
}

static void nor_one_that_may_hold_when_some_slots_are_known(void **state)
{
    (void)state;
    static const uint64_t known[] = {0x3f, 0xfc, 0x1fe, 0x3ff, 0x0};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        run(100 + i, &known[i]);
    }
}

/* Rules as people write them: an operation, and something common. Only those that ask for the event's operation are found. */
static void an_operation_finds_its_rules(void **state)
{
    (void)state;
    struct bench b;
    struct trial t = {0};
    bench_open(&b, 1);
    struct buf q = BUF_INIT(0);
    for (unsigned i = 0; i < CONDITIONS; i++) {
        buf_clear(&q);
        buf_printf(
            &q, "any where m == \"common\" and (k == \"op%u\" or k : \"*part%u-*\") and b == true",
            i, i);
        struct rule *r = rule_from_query(arena_copy(&b.arena, buf_view(&q)), i + 1, b.schema,
                                         &b.arena, &b.diags);
        rule_list_add(&b.list, r, &b.arena, &b.diags);
    }
    buf_deinit(&q);
    struct ruleset *rs = ruleset_new(&b.list, b.schema, &b.arena, &b.diags);
    trial_open(&t, &b, rs, NULL);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(rs, &n_fields);
    struct document_event d;
    struct json_error e;
    uint32_t found[CONDITIONS];
    document_event_init(&d, fields, n_fields, &b.arena);
    const char *text = "{\"k\":[\"op7\",\"a PART12-b PART120-c\"],\"m\":\"common\",\"b\":true}";
    document_event_set(&d, json_parse(str_from(text), &b.event_arena, &e), &b.event_arena);
    assert_int_equal(condition_index_unguarded(t.index), 0);
    assert_int_equal(condition_index_find(t.index, &d.event, found), 3);
    assert_int_equal(found[0], 7);
    assert_int_equal(found[1], 12);
    assert_int_equal(found[2], 120);
    check_event(&t, &d.event);
    assert_int_equal(t.held, 3);
    evaluator_free(t.evaluator);
    ruleset_free(rs);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_condition_that_holds_is_left_out),
        cmocka_unit_test(nor_one_that_may_hold_when_some_slots_are_known),
        cmocka_unit_test(an_operation_finds_its_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
