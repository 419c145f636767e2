/* SPDX-License-Identifier: Apache-2.0 */
/* An external sort: items with a fixed key and a payload of bytes, kept in memory up to a cap and past it written to temporary files as sorted runs, which are merged when read back. The order is
 * total (equal keys keep the order of addition), so the result does not depend on the cap. One thread. */
#ifndef POSTERN_RUN_SORTER_H
#define POSTERN_RUN_SORTER_H

#include "base/error.h"

/* Ascending by time (items without one first), then tiebreaker, file, record, rule, serial. */
struct sort_key {
    int64_t time;    /* nanoseconds; ignored when has_time is false */
    uint64_t record; /* number in the file */
    uint32_t file;   /* position in the list of inputs */
    uint32_t rule;   /* index in the rule set */
    uint64_t serial; /* of several that end with one record: which */
    bool has_time;
    uint16_t tie; /* so many bytes at the front of the payload are a tiebreaker, compared as text */
};

/* Negative, zero or positive; `x` and `y` are the payloads. */
int sort_key_compare(const struct sort_key *a, const char *x, const struct sort_key *b,
                     const char *y);

struct sorter;

/* `memory` bytes of items are held before a run is written; `folder` is where ("" takes $TMPDIR, else /tmp). Files are unlinked as soon as they are open. */
struct sorter *sorter_new(size_t memory, str folder);
void sorter_free(struct sorter *s);
/* Copies the payload: `head` and, behind it, `rest`. False when a run cannot be written (e filled). */
bool sorter_add(struct sorter *s, struct sort_key key, str head, str rest, struct error *e);
/* Ends adding. */
bool sorter_finish(struct sorter *s, struct error *e);
/* The next item in order; the payload lives until the next call. False at the end or on an error (e filled). */
bool sorter_next(struct sorter *s, struct sort_key *key, str *payload, struct error *e);
/* Runs written so far. */
size_t sorter_runs(const struct sorter *s);

#endif
