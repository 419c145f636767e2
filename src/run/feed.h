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
/* Values are indexed as they are framed: see json_framer_make_index. `all`: nothing is skipped. */
void feed_make_index(struct feed *f, bool all);
/* Another filter than the sink's from the next frame of this file on; NULL: none. */
void feed_filter(struct feed *f, const struct json_framer_filter *filter);
/* The index of the frame at hand, or NULL. */
const struct frame_index *feed_index(const struct feed *f, const struct frame *frame);
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

/* Part of a large file of lines. */
struct feed_part {
    int fd;        /* input_open_plain; borrowed */
    uint64_t from; /* the part's values begin here or behind, */
    uint64_t to;   /* and before this; UINT64_MAX: the file's last part */
    bool
        exact; /* a value is known to begin at `from`; else the first line at or behind it that begins with '{' is taken for one */
};

struct feed_part_result {
    struct feed_result
        feed; /* bytes and input_bytes: the place in the file up to which it was read, or to which the part goes */
    uint64_t begin; /* where its first value was thought to begin; UINT64_MAX: no line begins so */
    uint64_t end;   /* with `more`: where the next part's first value begins */
    bool more;      /* the file goes on */
    uint64_t line_breaks; /* from `begin` to `end` */
};

/* Reads the values of a part. What a thread makes of it holds when the part before it ends where this one begins. Lines are counted from `begin`. */
struct feed_part_result feed_part(struct feed *f, str path, const struct feed_part *part,
                                  const struct feed_sink *sink);
/* Where the part being read begins. */
uint64_t feed_part_begin(const struct feed *f);

/* The same in steps, for who reads an input on his own: begin it, give its bytes as they come (`last`: no more will), take the frames each time. A file
 * is JSON unless its first line is the header of a table that we know. */
void feed_begin(struct feed *f);
void feed_take(struct feed *f, str bytes, bool last);
/* False: more bytes are needed. The frame lives until the next call. */
bool feed_next(struct feed *f, struct frame *frame);
/* What an input that ended is, by result->why: sets result->state. */
void feed_judge(struct feed_result *result);

#endif
