/* SPDX-License-Identifier: Apache-2.0 */
/* Batch and stream are one: the same matches from a batch of shuffled events, from a stream in order without lateness, and from a stream shuffled within its lateness, through the public interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/internal.h"
#include "base/time.h"
#include "run/sequencer.h"

enum { EVENTS = 400, RULES = 8, MATCH_TEXT = 64, MATCHES = 4000, LATENESS = 20 };

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

static const char *const queries[RULES] = {
    "sequence by user.name [any where event.action == \"a\"] [any where event.action == \"b\"]",
    "sequence by user.name with maxspan=7s [any where event.action == \"a\"] [any where true] [any "
    "where event.action == \"b\"] until [any where event.action == \"c\"]",
    "sequence by user.name with maxspan=9s [any where event.action == \"a\"] ![any where "
    "event.action == \"b\"]",
    "sequence by user.name with maxspan=9s ![any where event.action == \"b\"] [any where "
    "event.action == \"a\"] ![any where event.action == \"c\"]",
    "sequence with maxspan=5s [any where event.action == \"a\"] ![any where event.action == \"c\"] "
    "[any where event.action == \"b\"]",
    "sequence by ?host.name [any where event.action == \"c\"] with runs=3",
    "sequence by tags with maxspan=30s [any where event.action == \"b\"] [any where event.action "
    "== "
    "\"a\"]",
    "sample by user.name [any where event.action == \"a\"] [any where event.action == \"c\"]",
};

/* No two events of one time, so that the order is the events' own and not that of the input. */
struct event_text {
    int64_t second;
    char text[300];
};

static void make_event(struct event_text *e, int i, int64_t second, uint64_t *seed)
{
    char stamp[32];
    time_format_ms(second * TIME_NS_PER_S, stamp);
    stamp[24] = '\0';
    e->second = second;
    snprintf(
        e->text, sizeof e->text,
        "{\"@timestamp\":\"%s\",\"event\":{\"id\":\"%d\",\"action\":\"%c\",\"dataset\":\"ecs\"},"
        "\"user\":{\"name\":\"u%u\"},%s\"tags\":[\"t%u\",\"t%u\"]}\n",
        stamp, i, (char)('a' + random_below(seed, 3)), random_below(seed, 4),
        random_below(seed, 3) ? "\"host\":{\"name\":\"h\"}," : "", random_below(seed, 3),
        random_below(seed, 3));
}

static int64_t make_events(struct event_text *events, uint64_t *seed)
{
    int64_t second = 1770000000;
    for (int i = 0; i < EVENTS; i++) {
        second += 1 + random_below(seed, 4);
        make_event(&events[i], i, second, seed);
    }
    return second;
}

/* Swaps within the lateness: an event is moved in front of those less than LATENESS seconds older. */
static void shuffle(struct event_text *events, uint64_t *seed, int64_t reach)
{
    for (int i = 1; i < EVENTS; i++) {
        int to = i;
        while (to > 0 && events[i].second - events[to - 1].second < reach &&
               events[to - 1].second <= events[i].second && random_below(seed, 3)) {
            to--;
        }
        struct event_text moved = events[i];
        memmove(&events[to + 1], &events[to], (size_t)(i - to) * sizeof moved);
        events[to] = moved;
    }
}

/* Matches as text "rule: id id", sorted. */
struct found {
    char text[MATCHES][MATCH_TEXT];
    size_t n;
    const struct event_text *events; /* by id */
    int64_t clock;                   /* the newest second fed; INT64_MAX once drained */
    int64_t lateness;
};

static const char *id_in(const char *document, int *out)
{
    const char *at = strstr(document, "\"id\":\"");
    assert_non_null(at);
    *out = (int)strtol(at + 6, NULL, 10);
    return at;
}

/* Rule 2 waits nine seconds for b. */
static void never_early(const struct found *f, size_t rule, int id)
{
    if (rule == 2 && f->clock != INT64_MAX) {
        assert_true(f->clock - f->lateness > f->events[id].second + 9);
    }
}

static bool on_sequence(void *user, const postern_sequence *s)
{
    struct found *f = user;
    assert_true(f->n < MATCHES);
    char *to = f->text[f->n++];
    int length = snprintf(to, MATCH_TEXT, "%zu:", s->rule);
    for (size_t i = 0; i < s->count; i++) {
        int id;
        id_in(s->events[i].document, &id);
        length += snprintf(to + length, (size_t)(MATCH_TEXT - length), " %d", id);
        never_early(f, s->rule, id);
    }
    return true;
}

static int compare(const void *x, const void *y)
{
    return strcmp(x, y);
}

static void sort_found(struct found *f)
{
    qsort(f->text, f->n, sizeof *f->text, compare);
}

static void run_stream(const postern_rules *rules, const struct event_text *events,
                       int64_t lateness, struct found *f)
{
    const postern_scanner_options options = {.size = sizeof options,
                                             .user = f,
                                             .on_sequence = on_sequence,
                                             .lateness = lateness * TIME_NS_PER_S};
    postern_scanner *scanner = postern_scanner_new(rules, &options);
    f->n = 0;
    f->clock = 0;
    f->lateness = lateness;
    postern_scanner_begin(scanner, "stream");
    for (int i = 0; i < EVENTS; i++) {
        f->clock = events[i].second > f->clock ? events[i].second : f->clock;
        assert_true(postern_scanner_feed(scanner, events[i].text, strlen(events[i].text)));
    }
    assert_true(postern_scanner_end(scanner));
    f->clock = INT64_MAX;
    assert_true(postern_scanner_drain(scanner));
    postern_scanner_stats stats = postern_scanner_get_stats(scanner);
    assert_int_equal(stats.sequences, f->n);
    assert_int_equal(stats.late, 0);
    postern_scanner_free(scanner);
    sort_found(f);
}

/* ---- Batch ---- */

static bool batch_match(void *user, const struct sequencer_match *m, struct error *e)
{
    (void)e;
    postern_event events[16];
    char document[16][512];
    assert_true(m->n <= 16);
    for (uint32_t i = 0; i < m->n; i++) {
        snprintf(document[i], sizeof document[i], "%.*s", STR_ARG(m->events[i].document));
        events[i] = (postern_event){.document = document[i]};
    }
    return on_sequence(user, &(postern_sequence){.rule = m->rule, .events = events, .count = m->n});
}

static void run_batch(const postern_rules *rules, const struct event_text *events, size_t memory,
                      struct found *f)
{
    struct arena arena = arena_open((size_t)1 << 28);
    const struct ruleset *set = postern_rules_ruleset(rules);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    const struct search_options search = {
        .rules = set, .plan = source_plan_new(fields, n_fields, NULL, 0, &arena)};
    const struct sequencer_options options = {.rules = set, .memory = memory};
    struct searcher *searcher = searcher_new(&search);
    struct sequencer *s = sequencer_new(&options, &(struct sequencer_sink){f, batch_match});
    struct findings found;
    struct error e = {0};
    f->n = 0;
    f->clock = INT64_MAX;
    findings_init(&found);
    for (int i = 0; i < EVENTS; i++) {
        str text = str_trim(str_from(events[i].text));
        const struct frame frame = {.kind = FRAME_VALUE, .text = text};
        findings_clear(&found);
        searcher_frame(searcher, &frame, &found);
        assert_true(sequencer_take(s, &found, 0, (uint64_t)i, &e));
    }
    assert_true(sequencer_finish(s, &e));
    sequencer_free(s);
    findings_deinit(&found);
    searcher_free(searcher);
    arena_close(&arena);
    sort_found(f);
}

static void expect_same(const struct found *a, const struct found *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_string_equal(a->text[i], b->text[i]);
    }
}

static postern_rules *compiled(size_t n)
{
    postern_rules *rules = postern_rules_new();
    for (size_t i = 0; i < n; i++) {
        assert_true(postern_rules_add_query(rules, queries[i], strlen(queries[i])));
    }
    assert_true(postern_rules_compile(rules));
    return rules;
}

static void batch_and_stream_agree(void **state)
{
    (void)state;
    struct found *batch = calloc(3, sizeof *batch), *other = batch + 1, *third = batch + 2;
    struct event_text *events = calloc(2 * EVENTS, sizeof *events), *shuffled = events + EVENTS;
    /* A sample depends on the order of input, which the shuffling changes: it is compared below. */
    postern_rules *rules = compiled(RULES - 1);
    for (uint64_t round = 0; round < 20; round++) {
        uint64_t seed = round;
        make_events(events, &seed);
        memcpy(shuffled, events, EVENTS * sizeof *events);
        shuffle(shuffled, &seed, LATENESS);
        batch->events = other->events = third->events = events;
        run_batch(rules, events, SIZE_MAX / 4, batch);
        assert_true(batch->n > 100);
        run_batch(rules, shuffled, 0, other);
        expect_same(batch, other);
        run_stream(rules, events, 0, third);
        expect_same(batch, third);
        run_stream(rules, shuffled, LATENESS, third);
        expect_same(batch, third);
    }
    postern_rules_free(rules);
    rules = compiled(RULES);
    run_batch(rules, events, 0, batch);
    run_stream(rules, events, 0, other);
    expect_same(batch, other);
    postern_rules_free(rules);
    free(batch);
    free(events);
}

/* An event behind the clock is left out and counted; advancing the clock from outside decides what waits. */
static void the_clock_can_be_told(void **state)
{
    (void)state;
    struct found *f = calloc(1, sizeof *f);
    struct event_text events[3];
    uint64_t seed = 1;
    postern_rules *rules = postern_rules_new();
    const char *query = "sequence with maxspan=9s [any where event.id == \"0\"] ![any where "
                        "event.id == \"1\"]";
    assert_true(postern_rules_add_query(rules, query, strlen(query)));
    assert_true(postern_rules_compile(rules));
    const postern_scanner_options options = {
        .size = sizeof options, .user = f, .on_sequence = on_sequence};
    postern_scanner *scanner = postern_scanner_new(rules, &options);
    for (int i = 0; i < 2; i++) {
        make_event(&events[i], i, 1770000000 + i, &seed);
    }
    postern_scanner_begin(scanner, "stream");
    assert_true(postern_scanner_feed(scanner, events[0].text, strlen(events[0].text)));
    assert_true(postern_scanner_advance(scanner, INT64_C(1770000009) * TIME_NS_PER_S));
    assert_int_equal(f->n, 0);
    assert_true(postern_scanner_advance(scanner, INT64_C(1770000010) * TIME_NS_PER_S));
    assert_int_equal(f->n, 1);
    assert_true(postern_scanner_feed(scanner, events[1].text, strlen(events[1].text)));
    assert_int_equal(postern_scanner_get_stats(scanner).late, 1);
    assert_true(postern_scanner_drain(scanner));
    assert_int_equal(f->n, 1);
    postern_scanner_free(scanner);
    postern_rules_free(rules);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_and_stream_agree),
        cmocka_unit_test(the_clock_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
