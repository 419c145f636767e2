/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a hunt over files and writes down all that it tells, as text that two runs can be compared by. */
#ifndef TESTS_UNIT_RUN_HUNT_TRACE_H
#define TESTS_UNIT_RUN_HUNT_TRACE_H

#include "../base/assert_str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/internal.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/os.h"
#include "run/hunt.h"

/* What one run told. `stop_after` matches or rejections the sink ends the run (0: never); `flag_after` matches it sets `flag`. */
struct trace {
    struct buf matches, rejections, files; /* one line each */
    uint64_t n_matches, n_rejections;
    uint64_t stop_after_match, stop_after_rejection, flag_after;
    atomic_bool flag;
    uint64_t progress_records; /* as last told: never goes back */
    struct hunt_stats stats;
    struct arena arena; /* of the stats */
    struct error error;
    bool ok;
};

static bool trace_match(void *user, const struct hunt_match *m)
{
    struct trace *t = user;
    buf_printf(&t->matches, "%u %.*s#%llu @%llu %.*s %.*s %.*s\n", m->rule, STR_ARG(m->event.file),
               (unsigned long long)m->event.record, (unsigned long long)m->event.offset,
               STR_ARG(m->event.timestamp), STR_ARG(m->event.dataset), STR_ARG(m->event.document));
    t->n_matches++;
    if (t->n_matches == t->flag_after) {
        t->flag = 1;
    }
    return t->n_matches != t->stop_after_match;
}

static bool trace_rejection(void *user, const struct hunt_rejection *r)
{
    struct trace *t = user;
    buf_printf(&t->rejections, "%.*s#%llu @%llu at %llu line %llu: %s: %.*s\n", STR_ARG(r->file),
               (unsigned long long)r->record, (unsigned long long)r->offset,
               (unsigned long long)r->at, (unsigned long long)r->line, r->reason,
               STR_ARG(r->bytes));
    return ++t->n_rejections != t->stop_after_rejection;
}

static void trace_file(void *user, str file, bool named, enum hunt_file_state state, str why)
{
    struct trace *t = user;
    buf_printf(&t->files, "%.*s %d %d %.*s\n", STR_ARG(file), named, (int)state, STR_ARG(why));
}

static void trace_progress(void *user, const struct hunt_stats *s)
{
    struct trace *t = user;
    assert_true(s->records >= t->progress_records);
    t->progress_records = s->records;
}

static struct record_counts trace_sum(const struct hunt_stats *s)
{
    struct record_counts sum = {0};
    for (size_t i = 0; i < s->n_datasets; i++) {
        sum.evaluated += s->datasets[i].evaluated;
        sum.passed += s->datasets[i].passed;
        sum.rejected += s->datasets[i].rejected;
    }
    return sum;
}

static void trace_init(struct trace *t)
{
    *t = (struct trace){.matches = BUF_INIT(SIZE_MAX / 4),
                        .rejections = BUF_INIT(SIZE_MAX / 4),
                        .files = BUF_INIT(SIZE_MAX / 4),
                        .arena = arena_open((size_t)1 << 24)};
}

/* Runs; `t` was made by trace_init, and may hold what to stop at. The books balance, or the test fails. */
static void trace_run(struct trace *t, const struct walk_list *files, struct hunt_options options)
{
    const struct hunt_sink sink = {.user = t,
                                   .match = trace_match,
                                   .rejection = trace_rejection,
                                   .file = trace_file,
                                   .progress = trace_progress};
    options.stop = &t->flag;
    t->ok = hunt_run(files, &options, &sink, &t->stats, &t->arena, &t->error);
    struct record_counts sum = trace_sum(&t->stats);
    assert_int_equal(t->stats.records,
                     sum.evaluated + sum.passed + sum.rejected + t->stats.unparsed);
}

static void trace_deinit(struct trace *t)
{
    buf_deinit(&t->matches);
    buf_deinit(&t->rejections);
    buf_deinit(&t->files);
    arena_close(&t->arena);
}

static postern_rules *rules_of(const char *const *queries, size_t n)
{
    postern_rules *rules = postern_rules_new();
    for (size_t i = 0; i < n; i++) {
        assert_true(postern_rules_add_query(rules, queries[i], strlen(queries[i])));
    }
    assert_true(postern_rules_compile(rules));
    return rules;
}

/* Options to run the rules with; the plan lives in `a`. */
static struct hunt_options options_of(const postern_rules *rules, struct arena *a)
{
    const struct ruleset *set = postern_rules_ruleset(rules);
    size_t n;
    const struct field *const *fields = ruleset_fields(set, &n);
    return (struct hunt_options){.search = {.rules = set,
                                            .plan = source_plan_new(fields, n, NULL, 0, a),
                                            .reader = {.unwrap = true},
                                            .keep_rejected = true},
                                 .threads = 1};
}

static void write_file(const char *path, str bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.len ? bytes.ptr : "", 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

#endif
