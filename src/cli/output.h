/* SPDX-License-Identifier: Apache-2.0 */
/* Standard output, buffered, with its failures told apart: a closed pipe ends the command silently, anything else is said once. */
#ifndef POSTERN_CLI_OUTPUT_H
#define POSTERN_CLI_OUTPUT_H

#include "base/buf.h"
#include "base/error.h"

struct output {
    int fd;
    str name; /* for its failure */
    struct buf pending;
    struct error error; /* the first failure */
};

void output_init(struct output *o, int fd, str name);
/* Hands on what is pending when it is more than a block, or always. False after a failure. */
bool output_push(struct output *o);
bool output_flush(struct output *o);
/* Flushes and gives back; the exit code: 0 (also for a closed pipe), or EXIT_USAGE after a complaint. */
int output_close(struct output *o);
/* Hands on a text behind what is pending: a long one as it stands, without a copy. False after a failure. */
bool output_text(struct output *o, str text);
/* The reader went away. */
bool output_closed_early(const struct output *o);

/* Writes text to standard output; returns the exit code. */
int print_text(str text);

#endif
