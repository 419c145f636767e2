/* SPDX-License-Identifier: Apache-2.0 */
/* Paths to files: order, hidden files, links, patterns and what is not there. */
#include "../base/assert_str.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "input/walk.h"

struct fixture {
    struct arena a;
    char root[64];
};

static str in_root(struct fixture *f, const char *path)
{
    return arena_printf(&f->a, "%s/%s", f->root, path);
}

static void make_file(struct fixture *f, const char *path, size_t size)
{
    int fd = open(in_root(f, path).ptr, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "0123456789", size), size);
    close(fd);
}

static void make_folder(struct fixture *f, const char *path)
{
    assert_int_equal(mkdir(in_root(f, path).ptr, 0700), 0);
}

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.a = arena_open((size_t)1 << 24), .root = "/tmp/postern-walk-XXXXXX"};
    if (!mkdtemp(f.root)) {
        return -1;
    }
    make_file(&f, "b", 3);
    make_file(&f, "B", 1);
    make_file(&f, ".hidden", 2);
    make_file(&f, "a[1].json", 4);
    make_folder(&f, "c");
    make_file(&f, "c/2", 0);
    make_file(&f, "c/10", 5);
    make_folder(&f, "c/empty");
    if (symlink("..", in_root(&f, "c/up").ptr) != 0 || symlink("gone", in_root(&f, "d").ptr) != 0 ||
        symlink("b", in_root(&f, "e").ptr) != 0 || mkfifo(in_root(&f, "pipe").ptr, 0600) != 0) {
        return -1;
    }
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    static const char *const made[] = {"pipe", "e", "d",         "c/up",    "c/empty", "c/10",
                                       "c/2",  "c", "a[1].json", ".hidden", "B",       "b"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        remove(in_root(f, made[i]).ptr);
    }
    int failed = rmdir(f->root);
    arena_close(&f->a);
    return failed;
}

/* "path:size" of each file without the root, '!' behind the named ones; then the codes of the errors. */
static str listing(struct fixture *f, const str *paths, size_t n)
{
    struct walk_list l = {0};
    struct buf b = {0};
    walk_expand(paths, n, &l, &f->a);
    for (size_t i = 0; i < l.n; i++) {
        str path = l.files[i].path;
        str root = str_from(f->root);
        path = str_starts(path, root) ? str_slice(path, root.len + 1, path.len) : path;
        buf_printf(&b, "%.*s:%llu%s ", STR_ARG(path), (unsigned long long)l.files[i].size,
                   l.files[i].named ? "!" : "");
    }
    for (size_t i = 0; i < l.n_errors; i++) {
        assert_true(l.errors[i].message[0] != '\0');
        buf_printf(&b, "E%d ", (int)l.errors[i].code);
    }
    str copy = arena_copy(&f->a, buf_view(&b));
    buf_deinit(&b);
    return copy;
}

static void check(struct fixture *f, const char *path, const char *expected)
{
    str paths[] = {in_root(f, path)};
    assert_str(listing(f, paths, 1), str_from(expected));
}

/* Bytewise: '.' < 'B' < 'a' < 'b' < 'c', and "10" < "2". Pipes, links to nowhere and links to what is met anyway are left out. */
static void folder(void **state)
{
    struct fixture *f = *state;
    str paths[] = {str_from(f->root)};
    assert_str(listing(f, paths, 1), S(".hidden:2 B:1 a[1].json:4 b:3 c/10:5 c/2:0 "));
    check(f, "c/empty", "");
    check(f, "c/", "c/10:5 c/2:0 c/up/.hidden:2 c/up/B:1 c/up/a[1].json:4 c/up/b:3 ");
}

static void files(void **state)
{
    struct fixture *f = *state;
    check(f, "b", "b:3! ");
    check(f, "e", "e:3! ");
    check(f, "pipe", "pipe:0! ");
    str paths[] = {in_root(f, "b"), S("-"), in_root(f, "b")};
    assert_str(listing(f, paths, 3), S("b:3! -:0! b:3! "));
}

static void patterns(void **state)
{
    struct fixture *f = *state;
    check(f, "[bB]", "B:1! b:3! ");
    check(f, "c/*0", "c/10:5! ");
    check(f, "?mpty", "E1 ");               /* ERROR_NOT_FOUND */
    check(f, "a[1].json", "a[1].json:4! "); /* a path itself */
}

static void missing(void **state)
{
    struct fixture *f = *state;
    str paths[] = {in_root(f, "none"), in_root(f, "b"), S(""), in_root(f, "d")};
    assert_int_equal(ERROR_NOT_FOUND, 1);
    assert_str(listing(f, paths, 4), S("b:3! E1 E1 E1 "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder),
        cmocka_unit_test(files),
        cmocka_unit_test(patterns),
        cmocka_unit_test(missing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
