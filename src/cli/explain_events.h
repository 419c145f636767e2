/* SPDX-License-Identifier: Apache-2.0 */
/* The events of postern explain: records of cloud logs as the documents a hunt would make of them; a file in which no source finds its records is read as plain events, one JSON object each, as postern eql does. */
#ifndef POSTERN_CLI_EXPLAIN_EVENTS_H
#define POSTERN_CLI_EXPLAIN_EVENTS_H

#include "input/walk.h"
#include "sources/source.h"
#include "value/json.h"

struct input_event {
    str file;
    uint64_t record; /* number in its file, from 0 */
    str dataset;     /* empty: not known */
    struct json *root;
};

struct input_events {
    struct input_event *v;
    size_t n, cap;
    size_t
        bad; /* records rejected, and files that could not be read whole; each was complained of */
};

/* Reads every file; everything is made in `a`. */
void input_events_read(const struct walk_list *files, const struct source *forced,
                       struct input_events *out, struct arena *a);

#endif
