/* SPDX-License-Identifier: Apache-2.0 */
/* PATH arguments to a list of inputs. */
#ifndef POSTERN_INPUT_WALK_H
#define POSTERN_INPUT_WALK_H

#include "base/arena.h"
#include "base/error.h"

struct walk_file {
    str path;      /* as given or found; a NUL stands behind it, not counted */
    uint64_t size; /* as stored, 0 when not known */
    bool named;    /* given on the command line itself (a glob's files too) */
};

struct walk_list {
    struct walk_file *files;
    size_t n;
    struct error *errors; /* one a path that is not there or cannot be listed */
    size_t n_errors;
};

/* Appends what the paths stand for, in their order: a file; "-" for standard input; a folder's regular files as base/tree.h meets them (recursively, bytewise by name, each once however folders are linked); a
 * pattern with * ? [ that is no path itself: what the shell would have made of it. Memory in `a`. */
void walk_expand(const str *paths, size_t n, struct walk_list *out, struct arena *a);

/* Appends one file. */
void walk_add(struct walk_list *l, str path, uint64_t size, bool named, struct arena *a);

#endif
