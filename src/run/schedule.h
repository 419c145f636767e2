/* SPDX-License-Identifier: Apache-2.0 */
/* Who does what in a hunt of several threads. Each thread claims the next part, a file or a stretch of a large one, reads it to its end, and gives its blocks back one after another; the caller's thread merges them, part by part and block by block
 * in the order of the input. A thread that has no part to claim, or no block to fill, helps: it searches blocks that a reader has shared. There is a fixed number of blocks, so memory is bounded whatever the input.
 * All functions may be called by any thread but where the merging one is named. One mutex stands behind them; it is taken a few times a block (about half a MiB of input), not a record. */
#ifndef POSTERN_RUN_SCHEDULE_H
#define POSTERN_RUN_SCHEDULE_H

#include "run/block.h"
#include "run/feed.h"
#include "run/prefilter.h"

struct schedule;

/* What one thread reads: a whole file, or a part of a large one that is made of lines (struct feed_part). */
struct schedule_part {
    size_t file;
    uint64_t before; /* stored sizes of the files before it */
    uint64_t size;   /* of the file, as stored; 0: not known */
    int fd;          /* -1: the whole file, by its path */
    uint64_t from, to;
};

/* How a part's reader left it, and what bears on the next one. */
struct schedule_end {
    struct feed_part_result part; /* of a whole file only part.feed */
    struct run_bounds run;
    struct prefilter_place place;
};

/* For `threads` threads that read and search, with options->blocks, block_memory and part, and options->stop (may be NULL): once true nothing more is read. Borrowed. */
struct schedule *schedule_new(const struct walk_list *files, unsigned threads,
                              const struct hunt_options *options);
void schedule_free(struct schedule *s);

/* What a thread is to do next. */
struct schedule_task {
    enum schedule_action { SCHEDULE_END, SCHEDULE_READ, SCHEDULE_SEARCH, SCHEDULE_FILL } action;
    size_t number;             /* READ: of the part */
    struct schedule_part part; /* READ */
    struct block
        *block; /* SEARCH: then schedule_done; FILL: then schedule_share or schedule_done */
};

/* Of a thread that is not reading: READ, SEARCH or END; waits until there is one. `helps` is the thread's own, false at first. */
struct schedule_task schedule_next(struct schedule *s, bool *helps);
/* Of the reader of part `number`, which needs a block: FILL, SEARCH (search it and ask again) or END (stop reading). The block stands behind those given to that reader before. */
struct schedule_task schedule_fill(struct schedule *s, size_t number, bool *helps);
/* A filled block of frames for whoever helps. False when nobody does: the caller searches it. */
bool schedule_share(struct schedule *s, struct block *b);
/* Its findings are there. */
void schedule_done(struct schedule *s, struct block *b);
/* The reader has come to the end of the part, and all its blocks were given back. */
void schedule_part_end(struct schedule *s, size_t number, const struct schedule_end *end);

/* Becomes true when nothing more is to be read; for who waits for bytes. */
const atomic_bool *schedule_halted(const struct schedule *s);
/* Whether a reader is to stop. */
bool schedule_stops(const struct schedule *s);

/* What the merging thread meets next; waits for it. */
struct schedule_merge {
    enum schedule_met { SCHEDULE_MET_BLOCK, SCHEDULE_MET_PART_END, SCHEDULE_MET_END } met;
    const struct schedule_part *part;
    struct block *block;            /* then schedule_release */
    const struct schedule_end *end; /* then schedule_part_merged */
};
struct schedule_merge schedule_merge_next(struct schedule *s);
void schedule_release(struct schedule *s, struct block *b);
void schedule_part_merged(struct schedule *s);
/* Nothing more is merged: all threads come to their end. */
void schedule_halt(struct schedule *s);

#endif
