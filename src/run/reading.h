/* SPDX-License-Identifier: Apache-2.0 */
/* Reading alone: the frames of files or parts in their order, skipped or searched, what was found handed on piece by piece. So reads a hunt of one thread, and the merging thread
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
    struct block block;          /* what is not handed on yet */
    bool prompt;                 /* what a piece of input holds is handed on with it */
    bool refused;                /* piece() said stop */
    struct run_bounds run;
    struct json_framer_filter filter;
    bool asks; /* the framer has it now */
    struct feed_sink sink;
    /* What was found up to a piece of input, `input_bytes` into the file as stored, and was not handed on before; frames that are searched together may wait for pieces to come. False: stop. */
    bool (*piece)(void *user, const struct findings *found, uint64_t input_bytes);
    void *user;
};

/* Stays where it is until reading_close. `stop` as in feed_new; a profile may be NULL. */
void reading_open(struct reading *r, const struct search_options *options, const atomic_bool *stop,
                  struct profile *profile);
/* Adds what limits decided to *limits. */
void reading_close(struct reading *r, struct evaluator_limits *limits);

/* `before`: prefilter_begin_file. `size`: as stored, 0 for what is read as it is written (a pipe): what was found there is told at once. */
struct feed_result reading_file(struct reading *r, str path, uint64_t before, uint64_t size);
/* A part, with all that bears on it from before it: the run of frames that it may go on with, and the prefilter's place. */
struct feed_part_result reading_part(struct reading *r, str path, const struct feed_part *part,
                                     uint64_t before, struct run_bounds run,
                                     struct prefilter_place place);

#endif
