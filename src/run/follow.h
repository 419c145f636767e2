/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt over inputs that grow: files are read on when they have grown, pipes as they deliver, all side by side on the caller's thread. A file that was rotated (another one has its name, or it became shorter) ends, and begins anew. Files that appear
 * where options->watch looks are read, too. */
#ifndef POSTERN_RUN_FOLLOW_H
#define POSTERN_RUN_FOLLOW_H

#include "run/collect.h"

/* Ends when every input has ended that can (a closed pipe, a compressed file) and there is no other and none can appear, or when *options->stop says so. */
bool follow_run(const struct walk_list *files, const struct hunt_options *options,
                struct collector *collector, const struct hunt_sink *sink, struct hunt_stats *stats,
                struct error *e);

#endif
