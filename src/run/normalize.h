/* SPDX-License-Identifier: Apache-2.0 */
/* Raw records to ECS documents, in input order, one a record; a record that is dropped or rejected is reported in its place. */
#ifndef POSTERN_RUN_NORMALIZE_H
#define POSTERN_RUN_NORMALIZE_H

#include "run/hunt.h"

struct normalize_sink {
    void *user;
    /* `json` is the document's text, or "null"; `why` is then the reason (empty for a document). False stops. */
    bool (*record)(void *user, str file, uint64_t record, uint64_t line, str json, const char *why,
                   enum record_kind kind);
    void (*file)(void *user, str file, bool named, enum hunt_file_state state, str why);
};

/* `whole`: every top-level value is a record (--dataset). Counts go into `stats` as for a hunt. */
bool normalize_run(const struct walk_list *files, const struct record_reader_options *reader,
                   bool whole, const str *tags, size_t n_tags, const struct normalize_sink *sink,
                   const volatile sig_atomic_t *stop, struct hunt_stats *stats, struct arena *a);

#endif
