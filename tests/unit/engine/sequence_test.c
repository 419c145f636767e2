/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences from query text to matches. Events are letters with a time in seconds and, behind a colon, join key values: "A1:x B2:x,y". Expectations are argued from sections 11 and 12 of the EQL semantics, most of
 * them its own examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "ecs/event.h"
#include "engine/ruleset.h"

struct bench {
    struct arena arena, scratch;
    struct schema *schema;
    struct diags diags;
    struct ruleset *rules;
    struct pool *pool;
    struct sequence *machine;
    struct buf found;
    size_t held;
};

static void add_field(struct bench *b, const char *name, enum field_type type)
{
    schema_add(b->schema, &(struct field){.name = str_from(name), .format.type = type});
}

/* "A1 B2; " a match; a missing place is "-". */
static void on_match(void *user, const struct sequence_match *m)
{
    struct bench *b = user;
    const struct sequence_form *form = &ruleset_stateful(b->rules, 0)->form;
    for (uint32_t i = 0, filled = 0; i < form->n_places; i++) {
        buf_append(&b->found, i ? S(" ") : b->found.len ? S("; ") : S(""));
        if (form->missing[i]) {
            buf_byte(&b->found, '-');
        } else {
            uint64_t handle = m->handles[filled++];
            buf_printf(&b->found, "%c%llu", (char)(handle & 0xff),
                       (unsigned long long)(handle >> 8));
        }
    }
}

static void on_hold(void *user, uint64_t handle)
{
    (void)handle;
    ((struct bench *)user)->held++;
}

static void on_release(void *user, uint64_t handle)
{
    (void)handle;
    struct bench *b = user;
    assert_true(b->held > 0);
    b->held--;
}

static void bench_open(struct bench *b, const char *query, size_t max_keys)
{
    *b = (struct bench){.arena = arena_open((size_t)1 << 28),
                        .scratch = arena_open((size_t)1 << 28),
                        .pool = pool_new()};
    b->diags = (struct diags){.arena = &b->arena};
    b->schema = schema_new(&b->arena);
    add_field(b, "@timestamp", FIELD_DATE);
    add_field(b, "event.category", FIELD_KEYWORD);
    add_field(b, "key", FIELD_KEYWORD);
    add_field(b, "other", FIELD_KEYWORD);
    struct rule_list list = {0};
    struct rule *r = rule_from_query(str_from(query), 1, b->schema, &b->arena, &b->diags);
    assert_non_null(r);
    rule_list_add(&list, r, &b->arena, &b->diags);
    b->rules = ruleset_new(&list, b->schema, &b->arena, &b->diags);
    assert_int_equal(ruleset_refused(b->rules), 0);
    const struct sequence_options options = {.max_keys = max_keys};
    const struct sequence_sink sink = {
        .user = b, .match = on_match, .hold = on_hold, .release = on_release};
    b->machine = sequence_new(&ruleset_stateful(b->rules, 0)->form, b->pool, &options, &sink);
}

static void bench_close(struct bench *b)
{
    sequence_free(b->machine);
    pool_free(b->pool);
    ruleset_free(b->rules);
    buf_deinit(&b->found);
    arena_close(&b->arena);
    arena_close(&b->scratch);
}

/* {"event.category":"A","key":["x","y"],"other":["z"]} for "A1:x,y/z". */
static const struct json *document(struct bench *b, char letter, str keys)
{
    struct json *root = json_new(&b->arena, JSON_OBJECT);
    char *category = arena_push(&b->arena, 1, 1);
    *category = letter;
    json_add(root, S("event.category"), json_new_string(&b->arena, (str){category, 1}));
    const str names[2] = {S("key"), S("other")};
    str part, one;
    for (size_t i = 0; i < 2 && str_split(&keys, '/', &part); i++) {
        struct json *list = json_new(&b->arena, JSON_ARRAY);
        while (part.len && str_split(&part, ',', &one)) {
            json_push(list, json_new_string(&b->arena, one));
        }
        json_add(root, names[i], list);
    }
    return root;
}

static void feed_one(struct bench *b, struct scanner *scanner, struct document_event *d, str event)
{
    size_t colon = str_find_byte(event, ':', 0);
    int64_t seconds;
    assert_true(str_to_i64(str_slice(event, 1, colon), &seconds));
    str keys = colon == SIZE_MAX ? (str){"", 0} : str_slice(event, colon + 1, event.len);
    document_event_set(d, document(b, event.ptr[0], keys), &b->scratch);
    const uint32_t *matched;
    const struct stage_match *stages;
    size_t gate = scanner_gate(scanner, S("any"));
    assert_int_equal(scanner_match(scanner, &d->event, gate, &matched), 0);
    if (scanner_stages(scanner, gate, &stages)) {
        const struct join_plan *join = &ruleset_stateful(b->rules, 0)->join;
        struct buf taken = {0};
        struct join_offer *offers;
        uint64_t cut = 0;
        uint64_t clauses = join_take(join, &d->event, stages[0].clauses, &taken);
        size_t n = join_offers(join, buf_view(&taken), clauses, &b->scratch, &offers, &cut);
        uint64_t handle = (uint64_t)seconds << 8 | (unsigned char)event.ptr[0];
        sequence_event(b->machine, seconds * TIME_NS_PER_S, offers, clauses ? n : 0, handle);
        buf_deinit(&taken);
    }
}

static void feed(struct bench *b, const char *events)
{
    struct document_event d;
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(b->rules, &n_fields);
    document_event_init(&d, fields, n_fields, &b->arena);
    struct scanner *scanner = scanner_new(b->rules);
    str rest = str_from(events), one;
    while (str_split(&rest, ' ', &one)) {
        feed_one(b, scanner, &d, one);
    }
    scanner_free(scanner);
}

static void expect_found(const struct bench *b, const char *wanted)
{
    char found[1024];
    snprintf(found, sizeof found, "%.*s", STR_ARG(buf_view(&b->found)));
    assert_string_equal(found, wanted);
}

static void expect(const char *query, const char *events, const char *wanted)
{
    struct bench b;
    bench_open(&b, query, 0);
    feed(&b, events);
    sequence_finish(b.machine);
    expect_found(&b, wanted);
    /* Long after the last event nothing is kept where there is a maxspan. */
    sequence_advance(b.machine, INT64_MAX);
    if (ruleset_stateful(b.rules, 0)->form.maxspan) {
        assert_int_equal(b.held, 0);
        assert_int_equal(b.pool->in_use, 0);
        assert_int_equal(sequence_stats(b.machine).open_keys, 0);
    }
    bench_close(&b);
}

/* ---- Section 11 ---- */

static void the_table_of_consequences_holds(void **state)
{
    (void)state;
    const char *ab = "sequence [A where true] [B where true]";
    const char *abc = "sequence [A where true] [B where true] [C where true]";
    expect(ab, "A1 A2 B3", "A2 B3");
    expect(ab, "A1 B2 B3", "A1 B2");
    expect(abc, "A1 A3 B4 C5", "A3 B4 C5");
    expect(abc, "A1 B2 A3 B4 C5", "A3 B4 C5");
    expect(abc, "A1 B2 A3 C4 B5 C6", "A1 B2 C4; A3 B5 C6");
    expect("sequence [any where true] [any where true]", "A1 A2 A3", "A1 A2; A2 A3");
}

static void maxspan_is_inclusive_counts_from_the_first_event_and_consumes(void **state)
{
    (void)state;
    const char *ab = "sequence with maxspan=10s [A where true] [B where true]";
    expect(ab, "A0 B10", "A0 B10");
    expect(ab, "A0 B11", "");
    expect(ab, "A0 B11 B12", "");
    expect("sequence with maxspan=10s [A where true] [B where true] [C where true]", "A0 B9 C11",
           "");
    /* The partial of A0 in slot 2 is out of time, that of A5 in slot 1 is not. */
    expect("sequence with maxspan=10s [A where true] [B where true] [C where true]",
           "A0 B1 A5 C11 B12 C13", "A5 B12 C13");
}

static void until_empties_after_the_event_did_its_own_work(void **state)
{
    (void)state;
    const char *q = "sequence [A where true] [B where true] until [U where true]";
    expect(q, "A1 B2 U3", "A1 B2");
    expect(q, "A1 U2 B3", "");
    expect("sequence [A where true] [B where true] until [B where true]", "A1 B2", "A1 B2");
    expect("sequence [A where true] [B where true] until [A where true]", "A1 B2", "");
    expect("sequence [A where true] [B where true] [C where true] until [B where true]", "A1 B2 C3",
           "");
    const char *by = "sequence by key [A where true] [B where true] until [U where true]";
    expect(by, "A1:x A2:y U3:x B4:x B5:y", "A2 B5");
    expect(by, "A1:x U2 B3:x", "A1 B3"); /* without a key value it does nothing */
}

static void keys_are_every_combination_of_values(void **state)
{
    (void)state;
    const char *q = "sequence by key [A where true] [B where true]";
    expect(q, "A1:t1,t2 B2:t1", "A1 B2");
    expect(q, "A1:s,t B2:s,t", "A1 B2; A1 B2"); /* two shared values: two sequences */
    expect(q, "A1:s,s B2:s", "A1 B2");          /* a value counts once */
    expect(q, "A1:x B2:X", "");                 /* case counts */
    expect(q, "A1 B2", "");                     /* no value: ignored */
    expect("sequence by ?key [A where true] [B where true]", "A1 B2", "A1 B2");
    expect("sequence by ?key [A where true] [B where true]", "A1 B2:x", "");
    expect("sequence by ?nowhere [A where true] [B where true]", "A1:x B2:y", "A1 B2");
    expect("sequence [A where true] by key [B where true] by other", "A1:x B2:y/x", "A1 B2");
    expect("sequence [A where true] by key [B where true] by other", "A1:x B2:x/y", "");
    /* One event offers key v as key and w as other: it ends v's and begins nothing else. */
    expect("sequence [any where true] by key [any where true] by other", "A1:v/w B2:w/v C3:q/w",
           "A1 B2; B2 C3");
}

static void runs_are_copies(void **state)
{
    (void)state;
    expect("sequence [A where true] with runs=3", "A1 A2 A3 A4", "A1 A2 A3; A2 A3 A4");
    expect("sequence [A where true] with runs=2 [B where true]", "A1 A2 A3 B4", "A2 A3 B4");
}

/* ---- Section 12 ---- */

static void the_examples_of_missing_events_hold(void **state)
{
    (void)state;
    expect("sequence with maxspan=1m [A where true] ![M where true] [B where true]", "A0 M30 B40",
           "");
    expect("sequence with maxspan=1m [A where true] ![M where true]", "A0 M61", "A0 -");
    expect("sequence with maxspan=1m [A where true] ![M where true]", "A0 M60", "");
    expect("sequence with maxspan=1m ![M where true] [A where true]", "M0 A61", "- A61");
    expect("sequence with maxspan=1m ![M where true] [A where true]", "M0 A60", "");
    expect("sequence with maxspan=1m ![M where true] [A where true]", "M0 A30", "");
    expect("sequence with maxspan=1m [n where true] [n where true] ![m where true] [n where true]",
           "n1 n2 m3 n4 n5", "n2 n4 - n5");
    const char *near = "sequence with maxspan=21m ![m where true] [n where true] ![m where true]";
    expect("sequence with maxspan=19m ![m where true] [n where true] ![m where true]",
           "m0 n600 m1200", "- n600 -");
    expect(near, "m0 n600 m1200", "");
    expect(near, "n600 m1200", "- n600 -"); /* some window holds the match and no m */
    expect(near, "m0 n600", "- n600 -");
}

static void an_event_is_not_between_itself(void **state)
{
    (void)state;
    const char *q = "sequence with maxspan=1m [A where true] ![any where true] [B where true]";
    expect(q, "A1 B2", "A1 - B2");
    expect(q, "A1 C2 B3", "");
    /* The latest of two leading ones counts, and the event itself is not before itself. */
    expect("sequence with maxspan=10s ![any where true] [A where true]", "A0 A5 A16",
           "- A0; - A16");
    /* A completing event is not after itself. */
    expect("sequence with maxspan=10s [A where true] ![A where true]", "A0 A5 A16", "A5 -; A16 -");
}

static void a_discarded_match_has_consumed_its_events(void **state)
{
    (void)state;
    const char *q = "sequence with maxspan=1m [A where true] ![M where true] [B where true]";
    expect(q, "A1 M2 B3 B4", "");
    expect(q, "A1 M2 A3 B4", "A3 - B4");
    /* until belongs to the positive stages and leaves a complete match alone. */
    expect("sequence with maxspan=1m [A where true] [B where true] ![M where true] until [U where "
           "true]",
           "A1 B2 U3", "A1 B2 -");
}

static void missing_events_have_their_own_keys_and_places(void **state)
{
    (void)state;
    const char *q = "sequence with maxspan=1m [A where true] by key ![M where true] by other [B "
                    "where true] by key";
    expect(q, "A1:x M2:x/y B3:x", "A1 - B3");
    expect(q, "A1:x M2:y/x B3:x", "");
    expect("sequence with maxspan=1m [A where true] ![M where true] with runs=2 [B where true]",
           "A1 B3", "A1 - - B3");
}

static void a_trailing_missing_event_is_decided_by_the_clock(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "sequence by key with maxspan=60s [A where true] ![M where true]", 0);
    feed(&b, "A0:x A30:y");
    sequence_advance(b.machine, 60 * TIME_NS_PER_S); /* M may still come at 60 */
    expect_found(&b, "");
    sequence_advance(b.machine, 60 * TIME_NS_PER_S + 1);
    expect_found(&b, "A0 -");
    feed(&b, "M90:y");
    sequence_advance(b.machine, INT64_MAX);
    expect_found(&b, "A0 -");
    assert_int_equal(b.held, 0);
    bench_close(&b);
}

/* ---- Limits ---- */

static void past_max_keys_the_oldest_is_dropped_and_counted(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, "sequence by key [A where true] [B where true]", 2);
    feed(&b, "A1:x A2:y A3:z B4:x B5:y B6:z");
    expect_found(&b, "A2 B5; A3 B6");
    struct sequence_stats stats = sequence_stats(b.machine);
    assert_int_equal(stats.dropped_keys, 1);
    assert_int_equal(stats.peak_keys, 2);
    assert_int_equal(stats.open_keys, 0);
    assert_int_equal(b.held, 0);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_consequences_holds),
        cmocka_unit_test(maxspan_is_inclusive_counts_from_the_first_event_and_consumes),
        cmocka_unit_test(until_empties_after_the_event_did_its_own_work),
        cmocka_unit_test(keys_are_every_combination_of_values),
        cmocka_unit_test(runs_are_copies),
        cmocka_unit_test(the_examples_of_missing_events_hold),
        cmocka_unit_test(an_event_is_not_between_itself),
        cmocka_unit_test(a_discarded_match_has_consumed_its_events),
        cmocka_unit_test(missing_events_have_their_own_keys_and_places),
        cmocka_unit_test(a_trailing_missing_event_is_decided_by_the_clock),
        cmocka_unit_test(past_max_keys_the_oldest_is_dropped_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
