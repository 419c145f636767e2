/* SPDX-License-Identifier: Apache-2.0 */
/* The progress bar on stderr, drawn only when it is a terminal, at most ten times a second. */
#ifndef POSTERN_CLI_PROGRESS_H
#define POSTERN_CLI_PROGRESS_H

#include "run/hunt.h"

struct progress {
    bool enabled;
    int64_t start, drawn; /* monotonic nanoseconds; drawn 0: nothing on the line */
};

void progress_init(struct progress *p);
void progress_draw(struct progress *p, const struct hunt_stats *s);
/* Takes the bar off the line, so that something else can be printed. */
void progress_clear(struct progress *p);

/* "1.4 GB", decimal units. Returns `out`. */
const char *bytes_text(uint64_t bytes, char out[32]);

#endif
