/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are kept while something refers to them, in segments: a segment is freed when nothing refers to any of its texts. Past a cap of memory the oldest segments lie in an unlinked temporary file. One thread. */
#ifndef POSTERN_RUN_SPOOL_H
#define POSTERN_RUN_SPOOL_H

#include "base/buf.h"
#include "base/error.h"

struct spool;

/* `memory` bytes are held before segments are written out. */
struct spool *spool_new(size_t memory);
void spool_free(struct spool *s);

/* The handle that the next spool_add will give to a text of that length. */
uint64_t spool_next(struct spool *s, size_t len);
/* Keeps a text, `count` references on it (at least one). False when it cannot be written out (e filled). */
bool spool_add(struct spool *s, str text, size_t count, struct error *e);
/* One reference more, one less. */
void spool_hold(struct spool *s, uint64_t handle);
void spool_release(struct spool *s, uint64_t handle);
/* Appends the text to `out`. */
bool spool_read(struct spool *s, uint64_t handle, struct buf *out, struct error *e);

/* Bytes in memory; whether anything was ever written out. */
size_t spool_memory(const struct spool *s);
bool spool_spilled(const struct spool *s);

#endif
