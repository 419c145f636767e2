/* SPDX-License-Identifier: Apache-2.0 */
/* Walking folders. */
#include "input/walk.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/os.h"

enum { FOLDER_DEPTH_MAX = 64 };

/* Folders on the way down, so that a link to one of them is not followed. */
struct way {
    const struct way *up;
    dev_t device;
    ino_t inode;
    unsigned depth;
};

static void add_file(struct walk_list *l, str path, uint64_t size, bool named, struct arena *a)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        struct walk_file *files = NEW_ARRAY(a, struct walk_file, cap);
        if (l->n) {
            memcpy(files, l->files, l->n * sizeof *files);
        }
        l->files = files;
        l->cap = cap;
    }
    l->files[l->n++] = (struct walk_file){path, size, named};
}

static struct error *add_error(struct walk_list *l, struct arena *a)
{
    if (l->n_errors == l->cap_errors) {
        size_t cap = l->cap_errors ? l->cap_errors * 2 : 8;
        struct error *errors = NEW_ARRAY(a, struct error, cap);
        if (l->n_errors) {
            memcpy(errors, l->errors, l->n_errors * sizeof *errors);
        }
        l->errors = errors;
        l->cap_errors = cap;
    }
    return &l->errors[l->n_errors++];
}

static bool on_the_way(const struct way *way, const struct stat *st)
{
    for (; way; way = way->up) {
        if (way->device == st->st_dev && way->inode == st->st_ino) {
            return true;
        }
    }
    return false;
}

static void walk_folder(struct walk_list *l, str path, const struct stat *st, const struct way *up,
                        struct arena *a)
{
    struct way way = {up, st->st_dev, st->st_ino, up ? up->depth + 1 : 0};
    str *names;
    size_t n;
    struct error e = {0};
    if (way.depth > FOLDER_DEPTH_MAX || on_the_way(up, st)) {
        return;
    }
    if (!os_list_folder(path, a, &names, &n, &e)) {
        *add_error(l, a) = e;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        str child = arena_concat(a, path, str_ends(path, S("/")) ? S("") : S("/"), names[i]);
        struct stat inner;
        if (stat(child.ptr, &inner) != 0) {
            continue; /* a link to nowhere, or a file that has just gone */
        }
        if (S_ISDIR(inner.st_mode)) {
            walk_folder(l, child, &inner, &way, a);
        } else if (S_ISREG(inner.st_mode)) {
            add_file(l, child, (uint64_t)inner.st_size, false, a);
        }
    }
}

static bool walk_one(struct walk_list *l, str path, struct arena *a)
{
    struct stat st;
    if (str_eq(path, S("-"))) {
        add_file(l, path, 0, true, a);
        return true;
    }
    if (stat(arena_copy(a, path).ptr, &st) != 0) {
        return false;
    }
    if (S_ISDIR(st.st_mode)) {
        walk_folder(l, path, &st, NULL, a);
    } else {
        add_file(l, path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0, true, a);
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
