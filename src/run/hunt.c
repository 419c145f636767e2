/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt from beginning to end. */
#include "run/hunt.h"

#include "base/os.h"
#include "base/time.h"
#include "run/follow.h"
#include "run/pipeline.h"

static void stats_init(struct hunt_stats *stats, const struct walk_list *files,
                       const struct hunt_options *options, struct arena *a)
{
    *stats = (struct hunt_stats){0};
    sources_all(&stats->n_datasets);
    stats->n_datasets++;
    stats->datasets = NEW_ARRAY(a, struct record_counts, stats->n_datasets);
    ruleset_rules(options->search.rules, &stats->n_rules);
    stats->rule_matches = NEW_ARRAY(a, uint64_t, stats->n_rules);
    for (size_t i = 0; i < files->n; i++) {
        stats->total_input_bytes += files->files[i].size;
    }
}

bool hunt_run(const struct walk_list *files, const struct hunt_options *options,
              const struct hunt_sink *sink, struct hunt_stats *stats, struct arena *a,
              struct error *e)
{
    int64_t start = time_monotonic();
    stats_init(stats, files, options, a);
    unsigned threads = options->threads ? options->threads : os_cpu_count();
    struct collector *collector = collector_new(options, files, sink, stats);
    bool ok = options->follow ? follow_run(files, options, collector, sink, stats, e)
              : threads > 1   ? pipeline_run_threads(files, options, threads, collector, stats, e)
                              : pipeline_run_inline(files, options, collector, stats, e);
    profile_enter(options->profile, PROFILE_MERGE);
    ok = ok && collector_finish(collector, e);
    profile_enter(options->profile, PROFILE_WAIT);
    stats->interrupted = options->stop && *options->stop;
    stats->nanoseconds = time_monotonic() - start;
    bool stopped = collector_stopped(collector);
    collector_free(collector);
    return ok || (stopped && e->code == ERROR_NONE);
}
