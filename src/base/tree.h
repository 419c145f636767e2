/* SPDX-License-Identifier: Apache-2.0 */
/* A folder and all below it, in the same order on every machine: bytewise by name, hidden names too. Links are followed, and nothing is met twice through them: a link to what lies in the walked folder is
 * left out, because it is met in its own place, and what lies outside is met by the first link that leads there. So a walk ends, however folders are linked. */
#ifndef POSTERN_BASE_TREE_H
#define POSTERN_BASE_TREE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/os.h"

struct tree_visitor {
    void *user;
    /* A regular file, by its own stamp when it was met through a link; `path` begins with the folder's as given, and a NUL stands behind it. */
    void (*file)(void *user, str path, const struct os_stamp *stamp);
    /* A link to nowhere, or a file that has just gone. Unset: nobody asks. */
    void (*missing)(void *user, str path);
    /* A folder that cannot be listed, or lies too deep; the walk goes on behind it. */
    void (*failed)(void *user, const struct error *e);
};

/* Walks the folder. Paths live in `a`. */
void tree_walk(str folder, const struct tree_visitor *visitor, struct arena *a);

#endif
