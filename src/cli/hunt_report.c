/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a hunt. */
#include "cli/hunt_report.h"

#include <stdio.h>
#include <string.h>

#include "api/internal.h"
#include "base/diag.h"
#include "base/os.h"
#include "base/time.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/progress.h"

enum { RULES_SHOWN = 20, NAME_SHOWN = 60 };

static void report_diagnostics(postern_rules *rules, bool colour)
{
    size_t n = postern_rules_diagnostic_count(rules);
    for (size_t i = 0; i < n; i++) {
        fputs(postern_rules_diagnostic(rules, i, colour)->text, stderr);
    }
}

void report_rule_name(const postern_rules *rules, size_t rule, struct buf *out)
{
    str name = str_from(postern_rules_get(rules, rule)->name);
    size_t fits = utf8_from_utf16(name, NAME_SHOWN);
    diag_show_text(str_slice(name, 0, fits), out);
    buf_append(out, fits < name.len ? S("...") : S(""));
}

/* The data sets a rule can see, joined by commas. Returns how many. */
static size_t datasets_of(const postern_rules *rules, size_t rule, struct buf *out)
{
    size_t n, seen = 0;
    const struct source *const *sources = sources_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (postern_rules_sees(rules, rule, sources[i]->dataset)) {
            buf_printf(out, "%s%s", seen++ ? ", " : "", sources[i]->dataset);
        }
    }
    if (!seen) {
        buf_append(
            out, S("no data set that is read here: only documents that are ECS already can match"));
    }
    return seen;
}

/* A rule that asks for what no data set has would be silent for ever, and say nothing of it. */
static void report_unwritten(const postern_rules *rules, size_t rule)
{
    str category = postern_rules_unwritten(rules, rule);
    if (!category.len) {
        return;
    }
    struct buf line = BUF_INIT(0);
    buf_append(&line, S("    no data set that it sees has the category '"));
    diag_show_text(str_slice(category, 0, NAME_SHOWN), &line);
    buf_append(&line, postern_rules_sees(rules, rule, "ecs")
                          ? S("': only documents that are ECS already can match")
                          : S("': it cannot match"));
    fprintf(stderr, "%.*s\n", STR_ARG(buf_view(&line)));
    buf_deinit(&line);
}

void report_caches(postern_rules *rules)
{
    for (size_t i = 0; i < postern_rules_cache_count(rules); i++) {
        fprintf(stderr, "%s\n", postern_rules_cache_line(rules, i));
    }
}

void report_load(postern_rules *rules, bool colour)
{
    report_diagnostics(rules, colour);
    size_t n = postern_rules_count(rules);
    fprintf(stderr, "rules: %zu loaded, %zu refused\n", n, postern_rules_refused(rules));
    report_caches(rules);
    for (size_t i = 0; i < n && i < RULES_SHOWN; i++) {
        struct buf line = BUF_INIT(0);
        report_rule_name(rules, i, &line);
        buf_append(&line, S(": sees "));
        size_t seen = datasets_of(rules, i, &line);
        fprintf(stderr, "  %.*s\n", STR_ARG(buf_view(&line)));
        buf_deinit(&line);
        if (seen) {
            report_unwritten(rules, i);
        }
    }
    if (n > RULES_SHOWN) {
        fprintf(stderr, "  and %zu more\n", n - RULES_SHOWN);
    }
}

static void report_files(const struct hunt_stats *s)
{
    fprintf(stderr, "files: %llu read", (unsigned long long)s->files_read);
    const struct {
        uint64_t n;
        const char *word;
    } others[] = {{s->files_empty, "empty"},
                  {s->files_not_log, "not a log"},
                  {s->files_truncated, "truncated"},
                  {s->files_unreadable, "unreadable"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (others[i].n) {
            fprintf(stderr, ", %llu %s", (unsigned long long)others[i].n, others[i].word);
        }
    }
    fputc('\n', stderr);
}

static struct record_counts total_records(const struct hunt_stats *s)
{
    struct record_counts total = {0};
    for (size_t i = 0; i < s->n_datasets; i++) {
        total.evaluated += s->datasets[i].evaluated;
        total.passed += s->datasets[i].passed;
        total.rejected += s->datasets[i].rejected;
    }
    return total;
}

/* One line of the books of records; a long name takes room from the number behind it. */
static void report_dataset(const char *name, const struct record_counts *c)
{
    size_t len = strlen(name);
    int number = len <= 22 ? 10 : len < 32 ? 32 - (int)len : 0;
    fprintf(stderr, "  %-22s %*llu evaluated %8llu passed over %8llu rejected\n", name, number,
            (unsigned long long)c->evaluated, (unsigned long long)c->passed,
            (unsigned long long)c->rejected);
}

static void report_records(const struct hunt_stats *s)
{
    struct record_counts t = total_records(s);
    fprintf(stderr, "records: %llu = %llu evaluated + %llu passed over + %llu rejected\n",
            (unsigned long long)s->records, (unsigned long long)(t.evaluated + s->unparsed),
            (unsigned long long)t.passed, (unsigned long long)t.rejected);
    size_t n;
    const struct source *const *sources = sources_all(&n);
    for (size_t i = 0; i < s->n_datasets; i++) {
        const struct record_counts *c = &s->datasets[i];
        if (c->evaluated || c->passed || c->rejected) {
            report_dataset(i < n ? sources[i]->dataset : "(unknown)", c);
        }
    }
    if (s->unparsed) {
        fprintf(stderr, "  %-22s %10llu evaluated by their operation alone\n", "(unparsed)",
                (unsigned long long)s->unparsed);
    }
}

static void report_matches(const postern_rules *rules, const struct hunt_stats *s)
{
    uint64_t total = 0;
    size_t shown = 0, hit = 0;
    for (size_t i = 0; i < s->n_rules; i++) {
        total += s->rule_matches[i];
        hit += s->rule_matches[i] > 0;
    }
    uint64_t several = s->sequence_matches, single = total - several;
    fprintf(stderr, "matches: %llu", (unsigned long long)total);
    if (several && single) {
        fprintf(stderr, ", %llu", (unsigned long long)several);
    }
    fputs(several ? " of several events" : "", stderr);
    if (several && single) {
        fprintf(stderr, " and %llu", (unsigned long long)single);
    }
    if (single || !several) {
        fprintf(stderr, " in %llu records", (unsigned long long)s->matched_records);
    }
    fprintf(stderr, ", by %zu of %zu rules\n", hit, s->n_rules);
    for (size_t i = 0; i < s->n_rules && shown < RULES_SHOWN; i++) {
        if (s->rule_matches[i]) {
            struct buf name = BUF_INIT(0);
            report_rule_name(rules, i, &name);
            fprintf(stderr, "  %8llu  %.*s\n", (unsigned long long)s->rule_matches[i],
                    STR_ARG(buf_view(&name)));
            buf_deinit(&name);
            shown++;
        }
    }
    if (hit > shown) {
        fprintf(stderr, "  and %zu more rules\n", hit - shown);
    }
}

static void report_sequences(const struct hunt_stats *s)
{
    const struct sequencer_stats *q = &s->sequences;
    if (s->sequences_left_out) {
        fputs("sequences and samples were not run: they need all of the input\n", stderr);
    } else if (q->survivors) {
        fprintf(stderr, "sequences: %llu events kept, up to %zu join keys open in one rule%s\n",
                (unsigned long long)q->survivors, q->peak_keys, q->spilled ? ", on disk" : "");
    }
}

static void report_evaluator_limits(const struct hunt_stats *s)
{
    if (s->limits.combinations) {
        fprintf(stderr,
                "limit: %llu times a record had more combinations of values than one condition may "
                "try\n",
                (unsigned long long)s->limits.combinations);
    }
    if (s->limits.regex) {
        fprintf(stderr, "limit: %llu times a regular expression gave up on a value\n",
                (unsigned long long)s->limits.regex);
    }
}

void report_limits(const struct hunt_stats *s)
{
    const struct sequencer_stats *q = &s->sequences;
    report_evaluator_limits(s);
    if (q->late) {
        fprintf(stderr, "limit: %llu events came later than --lateness allows and were left out\n",
                (unsigned long long)q->late);
    }
    if (q->dropped_keys) {
        fprintf(stderr, "limit: %llu join keys were dropped at --max-keys\n",
                (unsigned long long)q->dropped_keys);
    }
    if (q->cut) {
        fprintf(stderr, "limit: %llu events had more than %d combinations of join keys\n",
                (unsigned long long)q->cut, JOIN_OFFERS_MAX);
    }
}

void report_books(const postern_rules *rules, const struct hunt_stats *s)
{
    report_files(s);
    report_records(s);
    report_matches(rules, s);
    report_sequences(s);
    double seconds = (double)s->nanoseconds / TIME_NS_PER_S;
    char size[32], memory[32];
    fprintf(stderr, "%s in %.3f s, %.1f MB/s, peak memory %s%s\n", bytes_text(s->bytes, size),
            seconds, seconds > 0 ? (double)s->bytes / 1e6 / seconds : 0.0,
            bytes_text(os_peak_memory(), memory), s->sorted_runs ? ", sorted on disk" : "");
    if (s->interrupted) {
        fputs("interrupted: what stands above covers only what was read\n", stderr);
    }
}
