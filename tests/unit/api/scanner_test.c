/* SPDX-License-Identifier: Apache-2.0 */
/* The public API as a program uses it: bytes in pieces, matches, sequences with the time told from outside, and what happens when the world fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "postern/postern.h"

enum { TOLD_MAX = 4096, LARGE = 1 << 20, LARGE_EVENTS = 80 };

/* What was told, one line each. */
struct told {
    char text[TOLD_MAX];
    size_t len;
};

static void tell(struct told *t, const char *a, const char *b, const char *c)
{
    int n = snprintf(t->text + t->len, sizeof t->text - t->len, "%s %s %s\n", a ? a : "-",
                     b ? b : "-", c ? c : "-");
    assert_true(n > 0 && (size_t)n < sizeof t->text - t->len);
    t->len += (size_t)n;
}

static bool on_match(void *user, const postern_match *m)
{
    assert_int_equal(strlen(m->document), m->document_length);
    tell(user, m->input, m->dataset, m->timestamp);
    return true;
}

static bool on_sequence(void *user, const postern_sequence *s)
{
    tell(user, s->join_keys, s->events[0].timestamp, s->events[s->count - 1].input);
    return true;
}

static postern_rules *rules_of(const char *query)
{
    postern_rules *rules = postern_rules_new();
    assert_true(postern_rules_add_query(rules, query, strlen(query)));
    assert_true(postern_rules_compile(rules));
    return rules;
}

static postern_scanner *scanner_of(const postern_rules *rules, struct told *told)
{
    const postern_scanner_options options = {
        .size = sizeof options, .user = told, .on_match = on_match, .on_sequence = on_sequence};
    postern_scanner *s = postern_scanner_new(rules, &options);
    assert_non_null(s);
    return s;
}

static void feed_text(postern_scanner *s, const char *text)
{
    assert_true(postern_scanner_feed(s, text, strlen(text)));
}

static void a_table_is_read_in_pieces_and_json_after_it(void **state)
{
    (void)state;
    static const char table[] =
        "TimeGenerated,OperationNameValue,ActivityStatusValue,CallerIpAddress\n"
        "2026-03-10T09:00:00Z,Microsoft.Network/networkSecurityGroups/write,Success,192.0.2.1\n"
        "2026-03-10T09:00:01Z,\"Microsoft.Network/networkSecurityGroups/delete\",Success,192.0.2.1";
    postern_rules *rules = rules_of("any where source.ip == \"192.0.2.0/24\"");
    for (size_t piece = 1; piece < sizeof table; piece += piece < 8 ? 1 : 37) {
        struct told told = {0};
        postern_scanner *s = scanner_of(rules, &told);
        postern_scanner_begin(s, "table");
        for (size_t at = 0; at < sizeof table - 1; at += piece) {
            size_t rest = sizeof table - 1 - at;
            assert_true(postern_scanner_feed(s, table + at, piece < rest ? piece : rest));
        }
        assert_true(postern_scanner_end(s));
        postern_scanner_begin(s, "json");
        feed_text(s, "{\"@timestamp\":\"2026-03-10T09:00:02Z\",\"event\":{\"dataset\":\"x\"},"
                     "\"source\":{\"ip\":\"192.0.2.9\"}}");
        assert_true(postern_scanner_end(s));
        assert_string_equal(told.text, "table azure.activitylogs 2026-03-10T09:00:00.000Z\n"
                                       "table azure.activitylogs 2026-03-10T09:00:01.000Z\n"
                                       "json x 2026-03-10T09:00:02Z\n");
        assert_string_equal(postern_scanner_error(s), "");
        postern_scanner_stats stats = postern_scanner_get_stats(s);
        assert_int_equal(stats.evaluated, 3);
        assert_int_equal(stats.matches, 3);
        postern_scanner_free(s);
    }
    postern_rules_free(rules);
}

static const char missing[] = "sequence by user.name with maxspan=5s [any where event.action == "
                              "\"a\"] ![any where event.action == \"b\"]";

static void feed_event(postern_scanner *s, int second, const char *user, const char *action)
{
    char text[256];
    snprintf(text, sizeof text,
             "{\"@timestamp\":\"1970-01-01T00:00:%02dZ\",\"event\":{\"dataset\":\"x\",\"action\":"
             "\"%s\"},\"user\":{\"name\":\"%s\"}}\n",
             second, action, user);
    feed_text(s, text);
}

/* The law: a trailing clause is decided when the clock has passed p1.time + maxspan, here 10 + 5. */
static void a_missing_event_waits_for_the_time_told_from_outside(void **state)
{
    (void)state;
    struct told told = {0};
    postern_rules *rules = rules_of(missing);
    postern_scanner *s = scanner_of(rules, &told);
    postern_scanner_begin(s, "log");
    feed_event(s, 10, "ann", "a");
    feed_event(s, 11, "bob", "a");
    feed_event(s, 12, "bob", "b");
    assert_true(postern_scanner_advance(s, INT64_C(15000000000)));
    assert_string_equal(told.text, "");
    assert_true(postern_scanner_advance(s, INT64_C(15001000000)));
    assert_string_equal(told.text, "[\"ann\"] 1970-01-01T00:00:10Z log\n");
    feed_event(s, 14, "eve", "a"); /* behind the time that was told */
    feed_event(s, 20, "zoe", "a");
    assert_true(postern_scanner_end(s));
    assert_true(postern_scanner_drain(s));
    assert_string_equal(told.text, "[\"ann\"] 1970-01-01T00:00:10Z log\n"
                                   "[\"zoe\"] 1970-01-01T00:00:20Z log\n");
    postern_scanner_stats stats = postern_scanner_get_stats(s);
    assert_int_equal(stats.sequences, 2);
    assert_int_equal(stats.late, 1);
    postern_scanner_free(s);
    postern_rules_free(rules);
}

/* Events that a sequence keeps go to disk past a cap; where there is none, the scan ends and says why. */
static void a_temporary_file_that_cannot_be_made_ends_the_scan_with_a_reason(void **state)
{
    (void)state;
    struct told told = {0};
    postern_rules *rules = rules_of(missing);
    postern_scanner *s = scanner_of(rules, &told);
    char *event = malloc(LARGE + 256);
    assert_non_null(event);
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    postern_scanner_begin(s, "log");
    bool ok = true;
    for (int i = 0; ok && i < LARGE_EVENTS; i++) {
        int n = snprintf(event, 200,
                         "{\"@timestamp\":%d,\"event\":{\"dataset\":\"x\",\"action\":\"a\"},"
                         "\"user\":{\"name\":\"%d\"},\"message\":\"",
                         i, i);
        memset(event + n, 'x', LARGE);
        memcpy(event + n + LARGE, "\"}\n", 3);
        ok = postern_scanner_feed(s, event, (size_t)n + LARGE + 3);
    }
    assert_false(ok);
    assert_non_null(strstr(postern_scanner_error(s), "/nonexistent/folder"));
    assert_false(postern_scanner_end(s));
    assert_false(postern_scanner_drain(s));
    postern_scanner_begin(s, "another"); /* no more use */
    assert_false(postern_scanner_feed(s, "{}", 2));
    assert_string_equal(told.text, "");
    unsetenv("TMPDIR");
    free(event);
    postern_scanner_free(s);
    postern_rules_free(rules);
}

/* A callback that says stop is no error. */
static bool stop_at_once(void *user, const postern_match *m)
{
    (void)m;
    ++*(int *)user;
    return false;
}

static void a_callback_that_stops_leaves_no_error(void **state)
{
    (void)state;
    int calls = 0;
    postern_rules *rules = rules_of("any where true");
    const postern_scanner_options options = {
        .size = sizeof options, .user = &calls, .on_match = stop_at_once};
    postern_scanner *s = postern_scanner_new(rules, &options);
    static const char two[] = "{\"@timestamp\":1,\"event\":{\"dataset\":\"x\"}}\n"
                              "{\"@timestamp\":2,\"event\":{\"dataset\":\"x\"}}\n";
    postern_scanner_begin(s, "log");
    assert_false(postern_scanner_feed(s, two, sizeof two - 1));
    assert_int_equal(calls, 1);
    assert_string_equal(postern_scanner_error(s), "");
    postern_scanner_free(s);
    postern_rules_free(rules);
}

/* 301 values in each of three fields of one condition are more combinations than are tried, and the stats say so. */
static void what_a_limit_decided_is_counted(void **state)
{
    (void)state;
    struct told told = {0};
    postern_rules *rules =
        rules_of("any where concat(user.name, user.id, event.action) == \"never\"");
    postern_scanner *s = scanner_of(rules, &told);
    postern_scanner_begin(s, "log");
    feed_text(s, "{\"@timestamp\":1,\"event\":{\"dataset\":\"x\",\"action\":[\"a\"");
    for (int i = 0; i < 300; i++) {
        feed_text(s, ",\"a\"");
    }
    feed_text(s, "]},\"user\":{\"name\":[\"a\"");
    for (int i = 0; i < 300; i++) {
        feed_text(s, ",\"b\"");
    }
    feed_text(s, "],\"id\":[\"a\"");
    for (int i = 0; i < 300; i++) {
        feed_text(s, ",\"c\"");
    }
    feed_text(s, "]}}\n");
    assert_true(postern_scanner_end(s));
    assert_int_equal(postern_scanner_get_stats(s).gave_up, 1);
    postern_scanner_free(s);
    postern_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_in_pieces_and_json_after_it),
        cmocka_unit_test(a_missing_event_waits_for_the_time_told_from_outside),
        cmocka_unit_test(a_temporary_file_that_cannot_be_made_ends_the_scan_with_a_reason),
        cmocka_unit_test(a_callback_that_stops_leaves_no_error),
        cmocka_unit_test(what_a_limit_decided_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
