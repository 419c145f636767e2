/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to documents: the part of normalize that a worker does alone. What it makes of a run of frames is handed on in input order. */
#ifndef POSTERN_RUN_NORMALIZE_WORK_H
#define POSTERN_RUN_NORMALIZE_WORK_H

#include "base/buf.h"
#include "run/normalize.h"

/* One record in a list. */
struct normalized_item {
    enum record_kind kind;
    bool unknown;
    size_t source; /* index into the counts: of its source, or the last */
    uint64_t line;
    uint64_t at; /* of the error */
    size_t end;  /* of its text in `bytes`; texts follow one another */
    size_t why;  /* in `reasons`, NUL-terminated; SIZE_MAX: there is none */
};

struct normalized {
    struct buf bytes;
    struct buf reasons;
    struct normalized_item *items;
    size_t n, cap;
};

void normalized_init(struct normalized *n);
void normalized_deinit(struct normalized *n);
void normalized_clear(struct normalized *n);

struct normalizer;

/* One thread's; the plan is shared. */
struct normalizer *normalizer_new(const struct source_plan *plan,
                                  const struct normalize_options *options);
void normalizer_free(struct normalizer *n);
/* Takes one frame apart and appends its records. `index`: of its text, or NULL. */
void normalizer_frame(struct normalizer *n, const struct frame *frame,
                      const struct frame_index *index, struct normalized *out);

#endif
