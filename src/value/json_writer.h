/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text in pieces, straight into a buffer: for documents that are written without being a tree. Commas and brackets are the caller's.
 * A writer lives on its caller's stack between json_writer_begin and json_writer_end; nobody else may touch the buffer meanwhile. When the
 * buffer is full nothing more is written, as with buf_append. */
#ifndef POSTERN_VALUE_JSON_WRITER_H
#define POSTERN_VALUE_JSON_WRITER_H

#include <string.h>

#include "value/json.h"
#include "value/json_escape.h"

struct json_writer {
    struct buf *out;
    char *at, *end; /* free room of the buffer, which is told of what was written now and then */
    json_escape_fn *escape;
};

struct json_writer json_writer_begin(struct buf *out);
void json_writer_end(struct json_writer *w);

/* Makes room for `n` bytes at w->at. False when the buffer is full. */
bool json_writer_grow(struct json_writer *w, size_t n);
static inline bool json_writer_room(struct json_writer *w, size_t n)
{
    return (size_t)(w->end - w->at) >= n || json_writer_grow(w, n);
}

/* These bytes. Most keys and values have 8 to 32: two halves that may overlap, and no call. */
static inline void json_put(struct json_writer *w, str s)
{
    if (s.len == 0 || !json_writer_room(w, s.len))
        return;
    if (s.len >= 16 && s.len <= 32) {
        char first[16], last[16];
        memcpy(first, s.ptr, 16);
        memcpy(last, s.ptr + s.len - 16, 16);
        memcpy(w->at, first, 16);
        memcpy(w->at + s.len - 16, last, 16);
    } else if (s.len >= 8 && s.len < 16) {
        char first[8], last[8];
        memcpy(first, s.ptr, 8);
        memcpy(last, s.ptr + s.len - 8, 8);
        memcpy(w->at, first, 8);
        memcpy(w->at + s.len - 8, last, 8);
    } else {
        memcpy(w->at, s.ptr, s.len);
    }
    w->at += s.len;
}

/* A string with its quotes; a whole number; a whole value. */
void json_put_u64(struct json_writer *w, uint64_t n);
void json_put_string(struct json_writer *w, str s);
void json_put_node(struct json_writer *w, const struct json *node);

#endif
