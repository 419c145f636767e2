/* SPDX-License-Identifier: Apache-2.0 */
/* Merges findings, block by block in input order, into the books and the output. Numbers records within their file, decides at a file's end whether it was a log at all, and sends matches to the sink at once or through the
 * sorter. One thread. */
#ifndef POSTERN_RUN_COLLECT_H
#define POSTERN_RUN_COLLECT_H

#include "run/feed.h"
#include "run/hunt.h"
#include "run/sorter.h"

struct collector;

struct collector *collector_new(const struct hunt_options *options, const struct walk_list *files,
                                const struct hunt_sink *sink, struct hunt_stats *stats);
void collector_free(struct collector *c);

/* The findings of one run of frames of file number `file`; files come in order, runs too. `line_breaks` stand in front of where its lines are counted from. False: stop (e filled, or the sink said so). */
bool collector_add(struct collector *c, uint32_t file, const struct findings *f,
                   uint64_t line_breaks, struct error *e);
/* The end of file number `file`, as the reader saw it. */
bool collector_file_end(struct collector *c, uint32_t file, const struct feed_result *end);
/* Sends what is still held back. */
bool collector_finish(struct collector *c, struct error *e);
/* True once the sink or a signal asked for an end. */
bool collector_stopped(const struct collector *c);

#endif
