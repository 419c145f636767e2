/* SPDX-License-Identifier: Apache-2.0 */
/* How matches are printed: one writer a format, chosen by -o. To add one: a file, a row in match_writers (match_writer.c). */
#ifndef POSTERN_CLI_MATCH_WRITER_H
#define POSTERN_CLI_MATCH_WRITER_H

#include "cli/output.h"
#include "postern/postern.h"
#include "run/hunt.h"

struct match_writer {
    struct output *out;
    const postern_rules *rules;
    bool colour;
    unsigned width;     /* of the terminal */
    struct arena arena; /* reset after each match */
    void *state;        /* the format's own */
    uint64_t count;
};

struct match_format {
    const char *name; /* "ndjson" */
    bool
        counts; /* matches alone: no event of theirs has a document, a time or a data set, and their order is any */
    void (*begin)(struct match_writer *w);
    void (*match)(struct match_writer *w, const struct hunt_match *m);
    void (*flush)(struct match_writer *w); /* prints what it holds back */
    void (*end)(struct match_writer *w);
};

const struct match_format *match_format_find(str name);

extern const struct match_format match_format_table, match_format_ndjson, match_format_csv,
    match_format_count;

/* The cells that the table and the CSV show of one event, from its document. Borrowed from the arena of the writer. */
struct match_cells {
    const postern_rule *rule;
    str time, dataset, action, outcome, user, source, target;
};
struct match_cells match_cells(struct match_writer *w, uint32_t rule,
                               const struct hunt_event *event);

#endif
