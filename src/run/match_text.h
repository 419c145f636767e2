/* SPDX-License-Identifier: Apache-2.0 */
/* A match as bytes, for the sorter, and back. One thread. */
#ifndef POSTERN_RUN_MATCH_TEXT_H
#define POSTERN_RUN_MATCH_TEXT_H

#include "run/hunt.h"
#include "run/sequencer.h"
#include "run/sorter.h"

/* What stands before data set, @timestamp and document of a match of one event; its bytes are its text. No garbage lies between its members: runs on disk are byte-identical. */
struct match_single {
    struct match_head {
        uint32_t events; /* 0: one, by itself */
        uint32_t anchor;
        uint64_t keys_len;
    } head;
    struct match_event_head {
        uint64_t record, offset, document_len;
        uint32_t file, dataset_len, timestamp_len, none;
    } event;
};
struct match_single match_text_single(const struct finding *m);
/* Appends the text of a match of several. `sample`: of a sample. */
void match_text_several(const struct sequencer_match *m, bool sample, struct arena *scratch,
                        struct buf *out);
/* The match back. Its list of events is made in `a`, texts are borrowed. */
struct hunt_match match_text_read(const struct sort_key *key, str text,
                                  const struct walk_list *files, struct arena *a);

#endif
