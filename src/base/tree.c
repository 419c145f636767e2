/* SPDX-License-Identifier: Apache-2.0 */
/* Walking folders by lstat: only a link needs the question whether its target is met anyway. */
#include "base/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/os.h"

/* Far below what PATH_MAX allows, so that the recursion stays small. */
enum { DEPTH_MAX = 256 };

struct tree {
    const struct tree_visitor *visitor;
    struct arena *arena;
    char root[PATH_MAX]; /* without links; empty when it cannot be told */
    struct map seen;     /* device and inode of each folder, and of each file met through a link */
};

/* A place in the tree. */
struct place {
    str path;
    unsigned depth;
    bool outside; /* below a link that leads out of the walked folder */
};

/* True the first time. */
static bool first_sight(struct tree *t, const struct stat *st)
{
    uint64_t id[2] = {(uint64_t)st->st_dev, (uint64_t)st->st_ino};
    str key = {(const char *)id, sizeof id};
    if (map_get(&t->seen, key)) {
        return false;
    }
    *map_put(&t->seen, arena_copy(t->arena, key), t->arena) = t;
    return true;
}

/* Whether the link leads to something that the walk meets in its own place. */
static bool leads_inside(const struct tree *t, str link)
{
    char target[PATH_MAX];
    str root = str_from(t->root);
    if (!root.len || !realpath(link.ptr, target)) {
        return false;
    }
    str to = str_from(target);
    return str_starts(to, root) &&
           (to.len == root.len || str_ends(root, S("/")) || to.ptr[root.len] == '/');
}

static void walk_folder(struct tree *t, const struct place *at, const struct stat *st);

static void walk_entry(struct tree *t, struct place inner)
{
    struct stat st;
    bool found = lstat(inner.path.ptr, &st) == 0;
    bool link = found && S_ISLNK(st.st_mode);
    if (!found || (link && stat(inner.path.ptr, &st) != 0)) {
        if (t->visitor->missing) {
            t->visitor->missing(t->visitor->user, inner.path);
        }
        return;
    }
    if (link && leads_inside(t, inner.path)) {
        return;
    }
    inner.outside = inner.outside || link;
    if (S_ISDIR(st.st_mode)) {
        walk_folder(t, &inner, &st);
    } else if (S_ISREG(st.st_mode) && (!inner.outside || first_sight(t, &st))) {
        const struct os_stamp stamp = os_stamp_of(&st);
        t->visitor->file(t->visitor->user, inner.path, &stamp);
    }
}

static void walk_folder(struct tree *t, const struct place *at, const struct stat *st)
{
    str *names;
    size_t n;
    struct error e = {0};
    if (!first_sight(t, st)) {
        return;
    }
    if (at->depth > DEPTH_MAX) {
        error_set(&e, ERROR_SYSTEM, "folder '%.*s' lies deeper than %d folders",
                  STR_ARG(str_slice(at->path, 0, 80)), DEPTH_MAX);
        t->visitor->failed(t->visitor->user, &e);
        return;
    }
    if (!os_list_folder(at->path, t->arena, &names, &n, &e)) {
        t->visitor->failed(t->visitor->user, &e);
        return;
    }
    str between = str_ends(at->path, S("/")) ? S("") : S("/");
    for (size_t i = 0; i < n; i++) {
        walk_entry(t, (struct place){.path = arena_concat(t->arena, at->path, between, names[i]),
                                     .depth = at->depth + 1,
                                     .outside = at->outside});
    }
}

void tree_walk(str folder, const struct tree_visitor *visitor, struct arena *a)
{
    struct tree t = {.visitor = visitor, .arena = a};
    struct stat st;
    struct error e = {0};
    const struct place top = {.path = arena_copy(a, folder)};
    if (stat(top.path.ptr, &st) != 0) {
        error_errno(&e, errno, "cannot open folder", folder);
        visitor->failed(visitor->user, &e);
        return;
    }
    if (!realpath(top.path.ptr, t.root)) {
        t.root[0] = '\0'; /* every link is then followed, once */
    }
    walk_folder(&t, &top, &st);
}
