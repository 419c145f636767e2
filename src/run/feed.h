/* SPDX-License-Identifier: Apache-2.0 */
/* Files to frames, sequentially: opens each input, decompresses, frames, and hands frame after frame to a function. Shared by the hunt (one a thread) and by normalize. One thread. */
#ifndef POSTERN_RUN_FEED_H
#define POSTERN_RUN_FEED_H

#include "input/input.h"
#include "run/hunt.h"

struct feed;

/* `whole`: top-level values are not taken apart (normalize --dataset). `stop` (may be NULL): once *stop is non-zero a file ends as stopped, also while it waits for bytes. */
struct feed *feed_new(size_t max_record, bool whole, const atomic_bool *stop);
void feed_free(struct feed *f);
/* Books reading and framing there from now on; what the sink's functions do is theirs to book. NULL: nowhere. */
void feed_profile(struct feed *f, struct profile *p);

/* What feed_file calls. Any may stop the feed by returning false. */
struct feed_sink {
    void *user;
    bool (*frame)(void *user, const struct frame *frame);
    /* After the frames of one piece of input: what was read so far, in bytes as stored. */
    bool (*piece)(void *user, uint64_t input_bytes);
    /* Of records that are left out by their form: nothing else is heard of them. NULL: none. */
    const struct json_framer_filter *filter;
};

struct feed_result {
    enum hunt_file_state state; /* READ, UNREADABLE or TRUNCATED */
    uint64_t bytes;             /* decoded */
    uint64_t input_bytes;       /* as stored */
    struct error why;           /* of UNREADABLE and TRUNCATED */
    bool stopped;               /* a sink function or the flag said so */
};

struct feed_result feed_file(struct feed *f, str path, const struct feed_sink *sink);

/* The same in steps, for who reads an input on his own: begin it, give its bytes as they come (`last`: no more will), take the frames each time. A file
 * is JSON unless its first line is the header of a table that we know. */
void feed_begin(struct feed *f);
void feed_take(struct feed *f, str bytes, bool last);
/* False: more bytes are needed. The frame lives until the next call. */
bool feed_next(struct feed *f, struct frame *frame);
/* What an input that ended is, by result->why: sets result->state. */
void feed_judge(struct feed_result *result);

#endif
