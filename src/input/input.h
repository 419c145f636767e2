/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of one input: a file, a FIFO or standard input, plain, gzip or zstd (told by its first bytes). One thread. */
#ifndef POSTERN_INPUT_INPUT_H
#define POSTERN_INPUT_INPUT_H

#include <stdatomic.h>

#include "base/error.h"

struct input;

/* Opens the path ("-" is standard input). NULL with *e filled; folders are refused. */
struct input *input_open(str path, struct error *e);
void input_close(struct input *in);
/* For who reads one file after another: closes the file and keeps the memory; input_reopen opens the next one in it (`in` may be NULL). It is NULL
 * with *e filled when that fails, and `in` stays as it is. */
void input_shut(struct input *in);
struct input *input_reopen(struct input *in, str path, struct error *e);

/* From byte `offset` on, of a regular file that holds plain bytes and is open as `fd`, which is borrowed and may be read by several at once. `name` is for messages. Never NULL. */
struct input *input_reopen_at(struct input *in, int fd, str name, uint64_t offset);
/* Opens a regular file for input_reopen_at. -1: it cannot be opened, or is none, or is packed. */
int input_open_plain(str path);

/* Makes a read that waits (a FIFO, a terminal, a pipe) end as if the input did once *stop is non-zero. `stop` is borrowed. */
void input_stop_when(struct input *in, const atomic_bool *stop);

/* Up to `cap` decoded bytes; 0 at the end or on an error (e filled). Of a compressed stream that is broken or ends early everything before that is delivered first, then ERROR_CORRUPT or ERROR_TRUNCATED. gzip
 * members and zstd frames may follow one another; zero bytes behind the last member are padding, anything else is ERROR_CORRUPT. A zstd window above 128 MiB is refused. */
size_t input_read(struct input *in, char *to, size_t cap, struct error *e);

/* Asked before the first read: how much room lets that read give the whole input at once, faster than in pieces (a small compressed file). 0: any will do. */
size_t input_whole(struct input *in);

/* Whether all was given: the next read is 0 without an error. False when that is not known yet. */
bool input_done(const struct input *in);

/* Whether input_read would not have to wait. */
bool input_ready(const struct input *in);
/* The descriptor on which poll tells that a pipe or socket has something to read, or has ended; -1: it is a regular file, which poll does not wait for. */
int input_descriptor(const struct input *in);
/* Forgets that the end was reached, so that a file which has grown is read on. False when this input cannot grow: a pipe or terminal that was closed, a compressed file. */
bool input_again(struct input *in);
/* Whether the path names another file by now, or the file is shorter than what was read of it: a log was rotated. */
bool input_replaced(const struct input *in, str path);

/* A regular file as it is now: what the file system calls it, its size, when it was changed (nanoseconds), whether its first bytes are those of a packed one. False for what is no regular file, or is not there. */
struct input_mark {
    uint64_t device, inode, size;
    int64_t changed;
    bool packed;
};
bool input_mark_path(str path, struct input_mark *out);
bool input_mark_descriptor(int fd, struct input_mark *out);
bool input_mark(const struct input *in, struct input_mark *out);

/* Bytes read of the stored file so far. */
uint64_t input_position(const struct input *in);

#endif
