/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a profile. */
#include "cli/hunt_profile.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/internal.h"
#include "base/mem.h"
#include "cli/hunt_report.h"

enum { COSTLY_RULES = 20 };

static double seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

/* One line; records and bytes are those that the stage saw, 0: it makes no sense to divide by them. */
static void report_stage(const char *name, int64_t spent, int64_t all, uint64_t records,
                         uint64_t bytes)
{
    fprintf(stderr, "  %-24s %9.3f %6.1f%%", name, seconds(spent),
            all ? 100.0 * (double)spent / (double)all : 0.0);
    if (records) {
        fprintf(stderr, " %12llu %9.0f", (unsigned long long)records,
                (double)spent / (double)records);
    }
    if (bytes && spent) {
        fprintf(stderr, " %7.2f", (double)bytes / (double)spent);
    }
    fputc('\n', stderr);
}

static void report_stages(const struct hunt_stats *s, const struct profile *p, int64_t loading)
{
    uint64_t parsed = s->records - s->unparsed, matches = 0;
    for (size_t i = 0; i < s->n_rules; i++) {
        matches += s->rule_matches[i];
    }
    const struct {
        const char *name;
        uint64_t records, bytes;
    } stages[PROFILE_STAGES] = {
        [PROFILE_READ] = {"read, inflate", s->records, s->bytes},
        [PROFILE_FRAME] = {"frame, skip", s->records, s->bytes},
        [PROFILE_PARSE] = {"parse", parsed, 0},
        [PROFILE_MATCH] = {"match", parsed, 0},
        [PROFILE_DOCUMENT] = {"documents", s->matched_records, 0},
        [PROFILE_MERGE] = {"merge, sort, sequences", 0, 0},
        [PROFILE_OUTPUT] = {"output", matches, 0},
        [PROFILE_WAIT] = {"wait for each other", 0, 0},
    };
    int64_t all = loading;
    for (size_t i = 0; i < PROFILE_STAGES; i++) {
        all += p->nanoseconds[i];
    }
    fprintf(stderr, "profile: %.3f s of all threads\n", seconds(all));
    fprintf(stderr, "  %-24s %9s %7s %12s %9s %7s\n", "stage", "seconds", "share", "records",
            "ns each", "GB/s");
    report_stage("load rules, set up", loading, all, 0, 0);
    for (size_t i = 0; i < PROFILE_STAGES; i++) {
        report_stage(stages[i].name, p->nanoseconds[i], all, stages[i].records, stages[i].bytes);
    }
}

static void report_prefilter(const struct hunt_stats *s, const struct profile *p)
{
    if (p->prefilter_off) {
        fprintf(stderr, "prefilter: off: %s\n", p->prefilter_off);
        return;
    }
    fprintf(stderr, "prefilter: %llu of %llu records skipped (%.1f%%)",
            (unsigned long long)s->unparsed, (unsigned long long)s->records,
            s->records ? 100.0 * (double)s->unparsed / (double)s->records : 0.0);
    if (p->stretches) {
        fprintf(stderr, "; given up in %llu of %llu stretches of the input, where it did not pay",
                (unsigned long long)p->given_up, (unsigned long long)p->stretches);
    } else {
        fputs("; it begins 1 MiB into the input, behind a record of a known source", stderr);
    }
    fputc('\n', stderr);
}

struct costly {
    struct rule_cost cost;
    size_t rule;
};

static int costlier(const void *a, const void *b)
{
    const struct costly *x = a, *y = b;
    int by_time =
        (x->cost.nanoseconds < y->cost.nanoseconds) - (x->cost.nanoseconds > y->cost.nanoseconds);
    return by_time ? by_time : (x->rule > y->rule) - (x->rule < y->rule);
}

static void report_rules(const postern_rules *rules, const struct profile *p)
{
    struct costly *all = mem_alloc((p->n_rules + 1) * sizeof *all);
    size_t tried = 0;
    for (size_t i = 0; i < p->n_rules; i++) {
        if (p->rules[i].tried) {
            all[tried++] = (struct costly){p->rules[i], i};
        }
    }
    qsort(all, tried, sizeof *all, costlier);
    fprintf(stderr,
            "rules: %zu of %zu were evaluated; what the index rules out for a record costs it "
            "nothing\n",
            tried, p->n_rules);
    if (tried) {
        fprintf(stderr, "  %9s %12s %12s %9s  %s\n", "seconds", "evaluated", "held", "ns each",
                "rule");
    }
    for (size_t i = 0; i < tried && i < COSTLY_RULES; i++) {
        struct buf name = BUF_INIT(0);
        const struct rule_cost *c = &all[i].cost;
        report_rule_name(rules, all[i].rule, &name);
        fprintf(stderr, "  %9.3f %12llu %12llu %9.0f  %.*s\n", seconds(c->nanoseconds),
                (unsigned long long)c->tried, (unsigned long long)c->held,
                (double)c->nanoseconds / (double)c->tried, STR_ARG(buf_view(&name)));
        buf_deinit(&name);
    }
    if (tried > COSTLY_RULES) {
        fprintf(stderr, "  and %zu that cost less\n", tried - COSTLY_RULES);
    }
    mem_free(all);
}

void report_profile(const postern_rules *rules, const struct hunt_stats *s, const struct profile *p,
                    int64_t loading)
{
    report_stages(s, p, loading);
    report_prefilter(s, p);
    report_rules(rules, p);
}
