/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer on the heap with a maximum. Growing past the maximum sets `full`, drops the
 * bytes and every later append: check `full` once at the end. Zero-initialise, or BUF_INIT(max); max 0
 * means 1 GiB. The only way to build text of unknown length. One thread at a time. */
#ifndef POSTERN_BASE_BUF_H
#define POSTERN_BASE_BUF_H

#include "base/str.h"

struct buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    bool full;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})

void buf_deinit(struct buf *b);
/* Empties the buffer, keeps the memory, clears `full`. */
void buf_clear(struct buf *b);
void buf_append(struct buf *b, str s);
void buf_byte(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for at least `n` more bytes; returns where to write them, or NULL when full. Follow with
 * buf_commit(b, written). */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);
/* The content as a view, valid until the next change. */
str buf_view(const struct buf *b);

#endif
