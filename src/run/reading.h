/* SPDX-License-Identifier: Apache-2.0 */
/* Reading alone: the frames of files or parts in their order, skipped or searched as they come, what was found handed on piece by piece. So reads a hunt of one thread, and the merging thread
 * of several when it reads a part once more. One thread. */
#ifndef POSTERN_RUN_READING_H
#define POSTERN_RUN_READING_H

#include "run/block.h"
#include "run/feed.h"
#include "run/prefilter.h"

struct reading {
    struct feed *feed;
    struct searcher *searcher;
    struct prefilter *prefilter; /* NULL: none */
    struct findings found;       /* in the piece */
    struct run_bounds run;
    struct json_framer_filter filter;
    bool asks; /* the framer has it now */
    struct feed_sink sink;
    /* What was found in a piece of input, `input_bytes` into the file as stored; cleared behind the call. False: stop. */
    bool (*piece)(void *user, const struct findings *found, uint64_t input_bytes);
    void *user;
};

/* Stays where it is until reading_close. `stop` as in feed_new; a profile may be NULL. */
void reading_open(struct reading *r, const struct search_options *options, const atomic_bool *stop,
                  struct profile *profile);
/* Adds what limits decided to *limits. */
void reading_close(struct reading *r, struct evaluator_limits *limits);

/* `before`: prefilter_begin_file. */
struct feed_result reading_file(struct reading *r, str path, uint64_t before);
/* A part, with all that bears on it from before it: the run of frames that it may go on with, and the prefilter's place. */
struct feed_part_result reading_part(struct reading *r, str path, const struct feed_part *part,
                                     uint64_t before, struct run_bounds run,
                                     struct prefilter_place place);

#endif
