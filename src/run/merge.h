/* SPDX-License-Identifier: Apache-2.0 */
/* The merging end of a hunt on several threads: parts in their order, and a file's parts joined so that they are what one thread would have made of the file. */
#ifndef POSTERN_RUN_MERGE_H
#define POSTERN_RUN_MERGE_H

#include "run/collect.h"
#include "run/schedule.h"

struct merge_options {
    struct schedule *schedule;
    const struct walk_list *files;
    const struct hunt_options *options;
    struct collector *collector;
    struct hunt_stats *stats;
};

/* Merges to the end, or to where the hunt was stopped. False: stop (e filled, or the sink said so). By the caller's thread. */
bool merge_all(const struct merge_options *options, struct error *e);

#endif
