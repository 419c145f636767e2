/* SPDX-License-Identifier: Apache-2.0 */
/* A block: what stands in one run of frames, on its way from the thread that reads them to the one that merges. Frames are searched as they come, several together, or kept (their texts copied) to be searched by
 * another thread. A block belongs to one thread at a time; run/schedule.h says to which. */
#ifndef POSTERN_RUN_BLOCK_H
#define POSTERN_RUN_BLOCK_H

#include "run/search.h"

enum { RUN_STRETCH = 512 * 1024, RUN_FRAMES = 16 * 1024 };

/* Where a run of frames ends is told by the places of the frames in their file, whatever the number of threads. Zero before a file's first frame. */
struct run_bounds {
    bool open;
    uint64_t offset; /* of the frame before */
    uint64_t stretch;
    size_t frames;
};

/* True when the frame does not belong to the run before it. A frame may be shown twice. */
bool run_begins(struct run_bounds *r, const struct frame *frame);

enum block_state { BLOCK_FREE, BLOCK_FILLING, BLOCK_READY, BLOCK_SEARCHING, BLOCK_DONE };

struct block {
    enum block_state state;   /* these three are the schedule's */
    struct block *next;       /* in its file, or of those that are free */
    struct block *next_ready; /* to be searched after this one */
    size_t held;              /* bytes counted by the schedule */
    bool shared;              /* its frames are kept */
    struct findings found;    /* in them, once it is done */
    uint64_t input_bytes;     /* of the file, read so far */
    uint64_t begin;           /* of a file's part: struct feed_part_result */
    struct buf bytes;         /* texts of the frames that are kept */
    struct frame *frames;     /* text.ptr is set when the block is searched */
    size_t *starts;           /* of the texts in `bytes` */
    uint64_t *skipped_before; /* records skipped between the frame before and this one */
    size_t n, cap;
    uint64_t skipped; /* behind the last frame, and not in `found` */
};

void block_init(struct block *b);
void block_deinit(struct block *b);
/* Makes it ready to be filled anew. */
void block_clear(struct block *b, bool shared);
/* Bytes allocated for texts: with giant records more than all else. */
size_t block_bytes(const struct block *b);
/* Gives back what a giant record took. */
void block_trim(struct block *b);
/* A record that the prefilter skipped. */
void block_skip(struct block *b);
/* A frame of a shared block. */
void block_keep(struct block *b, const struct frame *frame);
/* A frame of a block that is not shared: searched now, or kept for a while if records were skipped in front of it. `index`: its own, or NULL. */
void block_take(struct block *b, const struct frame *frame, const struct frame_index *index,
                struct searcher *searcher);
/* Searches what the block holds. Behind it all that was taken, kept and skipped is in `found`. */
void block_search(struct block *b, struct searcher *searcher);

#endif
