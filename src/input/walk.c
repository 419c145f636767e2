/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, folders and patterns to files. */
#include "input/walk.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/os.h"
#include "base/tree.h"

void walk_add(struct walk_list *l, str path, uint64_t size, bool named, struct arena *a)
{
    l->files = arena_grow(a, l->files, l->n, sizeof *l->files);
    l->files[l->n++] = (struct walk_file){path, size, named};
}

static struct error *add_error(struct walk_list *l, struct arena *a)
{
    l->errors = arena_grow(a, l->errors, l->n_errors, sizeof *l->errors);
    return &l->errors[l->n_errors++];
}

/* A walk's list and where its memory is. */
struct expansion {
    struct walk_list *list;
    struct arena *arena;
};

static void found_file(void *user, str path, const struct os_stamp *stamp)
{
    struct expansion *x = user;
    walk_add(x->list, path, stamp->size, false, x->arena);
}

static void found_failure(void *user, const struct error *e)
{
    struct expansion *x = user;
    *add_error(x->list, x->arena) = *e;
}

static bool walk_one(struct walk_list *l, str path, struct arena *a)
{
    struct stat st;
    if (str_eq(path, S("-"))) {
        walk_add(l, path, 0, true, a);
        return true;
    }
    if (stat(arena_copy(a, path).ptr, &st) != 0) {
        return false;
    }
    if (S_ISDIR(st.st_mode)) {
        struct expansion x = {l, a};
        const struct tree_visitor visitor = {
            .user = &x, .file = found_file, .failed = found_failure};
        tree_walk(path, &visitor, a);
    } else {
        walk_add(l, path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0, true, a);
    }
    return true;
}

static bool walk_glob(struct walk_list *l, str path, struct arena *a)
{
    glob_t found;
    bool pattern = memchr(path.ptr, '*', path.len) || memchr(path.ptr, '?', path.len) ||
                   memchr(path.ptr, '[', path.len);
    if (!pattern || glob(arena_copy(a, path).ptr, 0, NULL, &found) != 0) {
        return false;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        walk_one(l, arena_copy(a, str_from(found.gl_pathv[i])), a);
    }
    globfree(&found);
    return true;
}

void walk_expand(const str *paths, size_t n, struct walk_list *out, struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        if (walk_one(out, paths[i], a) || (paths[i].len && walk_glob(out, paths[i], a))) {
            continue;
        }
        struct error e = {0};
        os_kind_of(paths[i], &e);
        *add_error(out, a) = e;
    }
}
