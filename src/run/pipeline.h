/* SPDX-License-Identifier: Apache-2.0 */
/* How the work of a hunt is spread: on the caller's thread alone, or on several that read and search while the caller's merges. Both give the collector the same findings in the same order. */
#ifndef POSTERN_RUN_PIPELINE_H
#define POSTERN_RUN_PIPELINE_H

#include "run/collect.h"
#include "run/feed.h"

bool pipeline_run_inline(const struct walk_list *files, const struct hunt_options *options,
                         struct collector *collector, struct hunt_stats *stats, struct error *e);
/* `threads` of them; when the system gives fewer, these do. */
bool pipeline_run_threads(const struct walk_list *files, const struct hunt_options *options,
                          unsigned threads, struct collector *collector, struct hunt_stats *stats,
                          struct error *e);

#endif
