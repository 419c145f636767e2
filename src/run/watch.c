/* SPDX-License-Identifier: Apache-2.0 */
/* Each look expands the paths anew, into the arena of its turn; what the look before knew is carried over, so that memory follows the number of files that are there. */
#include "run/watch.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/os.h"
#include "base/time.h"

#define ARENA_CAP ((size_t)8 << 30)
enum {
    LOOK_NS = 1000 * 1000 * 1000,
    LOOK_SHARE = 20, /* of the time, at most a twentieth is spent looking */
    /* A file that is in no folder for so many looks is forgotten: its place in the file system may be another's by then. In the middle of a rename a file may be missed. */
    LOOKS_MISSED = 60,
};

/* What the file system calls a file. */
struct file_name {
    uint64_t device, inode;
};

struct known {
    struct file_name name;
    uint64_t size;
    int64_t changed;
    bool packed;
    bool told; /* false: it has to rest first */
    uint32_t missed;
};

/* What one look knows. */
struct turn {
    struct arena arena;
    struct map files; /* struct known by its name */
};

struct watch {
    const str *paths;
    size_t n_paths;
    struct turn turns[2];
    struct turn *now;
    int64_t next; /* when to look */
    bool waits;
};

static struct known *find(const struct turn *t, const struct file_name *name)
{
    return map_get(&t->files, (str){(const char *)name, sizeof *name});
}

static struct known *put(struct turn *t, const struct known *k)
{
    struct known *copy = NEW(&t->arena, struct known);
    *copy = *k;
    str key = {(const char *)&copy->name, sizeof copy->name};
    *map_put(&t->files, key, &t->arena) = copy;
    return copy;
}

static struct known known_as(const struct input_mark *mark, bool told)
{
    return (struct known){.name = {mark->device, mark->inode},
                          .size = mark->size,
                          .changed = mark->changed,
                          .packed = mark->packed,
                          .told = told};
}

void watch_know(struct watch *w, const struct input_mark *mark)
{
    struct known k = known_as(mark, true);
    struct known *old = find(w->now, &k.name);
    if (old) {
        *old = k;
    } else {
        put(w->now, &k);
    }
}

void watch_forget(struct watch *w, const struct input_mark *mark)
{
    struct known k = known_as(mark, false);
    struct known *old = find(w->now, &k.name);
    if (old) {
        *old = k;
    }
}

static bool is_waited_for(str path)
{
    struct error e = {0};
    enum os_kind kind = str_eq(path, S("-")) ? OS_FILE : os_kind_of(path, &e);
    return kind == OS_FOLDER || kind == OS_NOTHING;
}

struct watch *watch_new(const str *paths, size_t n_paths, const int *own, size_t n_own,
                        const struct walk_list *files)
{
    struct watch *w = mem_alloc(sizeof *w);
    struct input_mark mark;
    w->paths = paths;
    w->n_paths = n_paths;
    w->turns[0].arena = arena_open(ARENA_CAP);
    w->turns[1].arena = arena_open(ARENA_CAP);
    w->now = w->turns;
    for (size_t i = 0; i < n_paths; i++) {
        w->waits = w->waits || is_waited_for(paths[i]);
    }
    for (size_t i = 0; w->waits && i < n_own; i++) {
        if (input_mark_descriptor(own[i], &mark)) {
            watch_know(w, &mark);
        }
    }
    for (size_t i = 0; w->waits && i < files->n; i++) {
        if (input_mark_path(files->files[i].path, &mark)) {
            watch_know(w, &mark);
        }
    }
    w->next = time_monotonic() + LOOK_NS;
    return w;
}

void watch_free(struct watch *w)
{
    if (w) {
        arena_close(&w->turns[0].arena);
        arena_close(&w->turns[1].arena);
        mem_free(w);
    }
}

bool watch_waits(const struct watch *w)
{
    return w->waits;
}

/* Whether the file is the one that was known, grown or at rest. A plain file only grows; a packed one is read once, so any change makes it another. */
static bool is_same(const struct known *k, const struct input_mark *mark)
{
    return k->packed ? mark->size == k->size && mark->changed == k->changed : mark->size >= k->size;
}

/* Judges one file of this look. True when it is to be told. */
static bool judge(const struct turn *before, struct turn *now, const struct input_mark *mark)
{
    struct known k = known_as(mark, true);
    const struct known *old = find(before, &k.name);
    bool again = find(now, &k.name) != NULL; /* under a second name */
    if (again) {
        return false;
    }
    bool rests = old && mark->size == old->size && mark->changed == old->changed;
    bool is_new = !old || !old->told || !is_same(old, mark);
    k.told = !is_new || (mark->size > 0 && (!mark->packed || rests));
    put(now, &k);
    return is_new && k.told;
}

/* Files that this look has not met. */
static void carry_over(const struct turn *before, struct turn *now)
{
    for (size_t i = 0; i < before->files.count; i++) {
        struct known k = *(const struct known *)before->files.entries[i].value;
        if (++k.missed <= LOOKS_MISSED && !find(now, &k.name)) {
            put(now, &k);
        }
    }
}

bool watch_look(struct watch *w, void (*found)(void *user, str path), void *user)
{
    int64_t start = time_monotonic();
    if (!w->waits || start < w->next) {
        return false;
    }
    struct turn *before = w->now, *now = before == w->turns ? &w->turns[1] : w->turns;
    struct walk_list list = {0};
    struct input_mark mark;
    bool any = false;
    arena_reset(&now->arena, (size_t)1 << 20);
    now->files = (struct map){0};
    w->now = now;
    walk_expand(w->paths, w->n_paths, &list, &now->arena);
    for (size_t i = 0; i < list.n; i++) {
        str path = list.files[i].path;
        if (!str_eq(path, S("-")) && input_mark_path(path, &mark) && judge(before, now, &mark)) {
            found(user, path);
            any = true;
        }
    }
    carry_over(before, now);
    int64_t end = time_monotonic();
    w->next = end + (LOOK_NS > LOOK_SHARE * (end - start) ? LOOK_NS : LOOK_SHARE * (end - start));
    return any;
}
