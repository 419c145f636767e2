/* SPDX-License-Identifier: Apache-2.0 */
/* Who does what in a hunt of several threads. Each thread claims the next file, reads it to its end, and gives its blocks back one after another; the caller's thread merges them, file by file and block by block
 * in the order of the input. A thread that has no file to claim, or no block to fill, helps: it searches blocks that a reader has shared. There is a fixed number of blocks, so memory is bounded whatever the input.
 * All functions may be called by any thread but where the merging one is named. One mutex stands behind them; it is taken a few times a block (about half a MiB of input), not a record. */
#ifndef POSTERN_RUN_SCHEDULE_H
#define POSTERN_RUN_SCHEDULE_H

#include "run/block.h"
#include "run/feed.h"

struct schedule;

/* For `threads` threads that read and search. `blocks` in all; 0: as many as keep them busy. `flag` (may be NULL): once true nothing more is read. */
struct schedule *schedule_new(const struct walk_list *files, unsigned threads, size_t blocks,
                              const atomic_bool *flag);
void schedule_free(struct schedule *s);

/* What a thread is to do next. */
struct schedule_task {
    enum schedule_action { SCHEDULE_END, SCHEDULE_READ, SCHEDULE_SEARCH, SCHEDULE_FILL } action;
    size_t file;     /* READ: its number */
    uint64_t before; /* READ: stored sizes of the files before it */
    struct block
        *block; /* SEARCH: then schedule_done; FILL: then schedule_share or schedule_done */
};

/* Of a thread that is not reading: READ, SEARCH or END; waits until there is one. `helps` is the thread's own, false at first. */
struct schedule_task schedule_next(struct schedule *s, bool *helps);
/* Of the reader of `file`, which needs a block: FILL, SEARCH (search it and ask again) or END (stop reading). The block stands behind those given to that reader before. */
struct schedule_task schedule_fill(struct schedule *s, size_t file, bool *helps);
/* A filled block of frames for whoever helps. False when nobody does: the caller searches it. */
bool schedule_share(struct schedule *s, struct block *b);
/* Its findings are there. */
void schedule_done(struct schedule *s, struct block *b);
/* The reader has come to the end of `file`, and all its blocks were given back. */
void schedule_file_end(struct schedule *s, size_t file, const struct feed_result *end);

/* Becomes true when nothing more is to be read; for who waits for bytes. */
const atomic_bool *schedule_halted(const struct schedule *s);
/* Whether a reader is to stop. */
bool schedule_stops(const struct schedule *s);

/* What the merging thread meets next; waits for it. */
struct schedule_merge {
    enum schedule_met { SCHEDULE_MET_BLOCK, SCHEDULE_MET_FILE_END, SCHEDULE_MET_END } met;
    size_t file;
    struct block *block;           /* then schedule_release */
    const struct feed_result *end; /* then schedule_file_merged */
};
struct schedule_merge schedule_merge_next(struct schedule *s);
void schedule_release(struct schedule *s, struct block *b);
void schedule_file_merged(struct schedule *s);
/* Nothing more is merged: all threads come to their end. */
void schedule_halt(struct schedule *s);

#endif
