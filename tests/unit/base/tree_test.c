/* SPDX-License-Identifier: Apache-2.0 */
/* base/tree.h: each file once, in bytewise order, however folders are linked, and an end to it. */
#include "assert_str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tree.h"

/* A folder of the test's own, and what a walk of it met: names below it, a blank behind each. */
struct fixture {
    struct arena arena;
    char root[40];
    struct buf met, failures;
    size_t n_missing;
    str walked;
};

static void on_file(void *user, str path, const struct os_stamp *stamp)
{
    struct fixture *f = user;
    struct stat st;
    assert_int_equal(stat(path.ptr, &st), 0);
    struct os_stamp own = os_stamp_of(&st);
    assert_int_equal(stamp->size, 3);
    assert_memory_equal(stamp, &own, sizeof own); /* of the file, not of a link to it */
    assert_true(str_starts(path, f->walked));
    assert_int_equal(path.ptr[path.len], '\0');
    buf_append(&f->met, str_slice(path, f->walked.len + 1, path.len));
    buf_byte(&f->met, ' ');
}

static void on_missing(void *user, str path)
{
    struct fixture *f = user;
    assert_true(path.len > 0);
    f->n_missing++;
}

static void on_failed(void *user, const struct error *e)
{
    struct fixture *f = user;
    buf_append(&f->failures, str_from(e->message));
    buf_byte(&f->failures, '\n');
}

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.arena = arena_open((size_t)1 << 28), .root = "/tmp/postern-tree-XXXXXX"};
    *state = &f;
    return mkdtemp(f.root) ? 0 : -1;
}

static void remove_all(const char *folder)
{
    char command[80];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a path of our own making */
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_deinit(&f->met);
    buf_deinit(&f->failures);
    remove_all(f->root);
    arena_close(&f->arena);
    return 0;
}

static const char *in_root(struct fixture *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->root, name).ptr;
}

static void folder(struct fixture *f, const char *name)
{
    assert_int_equal(mkdir(in_root(f, name), 0700), 0);
}

static void file(struct fixture *f, const char *name)
{
    FILE *out = fopen(in_root(f, name), "wb");
    assert_non_null(out);
    assert_int_equal(fwrite("abc", 1, 3, out), 3);
    fclose(out);
}

static void link_to(struct fixture *f, const char *target, const char *name)
{
    assert_int_equal(symlink(target, in_root(f, name)), 0);
}

static void check(struct fixture *f, const char *name, const char *expected)
{
    const struct tree_visitor visitor = {
        .user = f, .file = on_file, .missing = on_missing, .failed = on_failed};
    buf_clear(&f->met);
    f->n_missing = 0;
    f->walked = *name ? str_from(in_root(f, name)) : str_from(f->root);
    tree_walk(f->walked, &visitor, &f->arena);
    assert_str(buf_view(&f->met), str_from(expected));
}

static void names_are_in_bytewise_order(void **state)
{
    struct fixture *f = *state;
    folder(f, "c");
    file(f, "c/10");
    file(f, "c/2");
    file(f, "b");
    file(f, "B");
    file(f, ".h");
    folder(f, "empty");
    check(f, "", ".h B b c/10 c/2 ");
    check(f, "empty", "");
}

/* What a link inside leads to is met in its own place, also when the link comes first. */
static void links_to_the_inside_are_left_out(void **state)
{
    struct fixture *f = *state;
    folder(f, "real");
    file(f, "real/1");
    link_to(f, "real", "a_link");
    link_to(f, "real/1", "a_file");
    link_to(f, ".", "real/self");
    link_to(f, "..", "real/up");
    check(f, "", "real/1 ");
}

static void links_to_the_outside_are_followed_once(void **state)
{
    struct fixture *f = *state;
    folder(f, "walked");
    folder(f, "other");
    folder(f, "other/deep");
    file(f, "other/1");
    file(f, "other/deep/2");
    file(f, "lonely");
    link_to(f, "../other", "walked/x");
    link_to(f, "../other", "walked/y");
    link_to(f, "../other/deep", "walked/a");
    link_to(f, "../lonely", "walked/l");
    link_to(f, "../lonely", "walked/m");
    link_to(f, "../other/1", "walked/z");
    check(f, "walked", "a/2 l x/1 ");
}

static void links_back_from_the_outside_end(void **state)
{
    struct fixture *f = *state;
    folder(f, "walked");
    folder(f, "other");
    file(f, "walked/1");
    file(f, "other/2");
    link_to(f, "../other", "walked/out");
    link_to(f, "../walked", "other/back");
    check(f, "walked", "1 out/2 ");
    check(f, "other", "2 back/1 ");
}

/* Twelve folders outside, each with a link to each: followed only down a chain, they would be walked 12! times. */
static void folders_that_link_to_one_another_are_walked_once(void **state)
{
    struct fixture *f = *state;
    enum { N = 12 };
    char name[40], target[40];
    folder(f, "walked");
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "%c", 'A' + i);
        folder(f, name);
        snprintf(name, sizeof name, "%c/file", 'A' + i);
        file(f, name);
        for (int j = 0; j < N; j++) {
            snprintf(name, sizeof name, "%c/to_%c", 'A' + i, 'A' + j);
            snprintf(target, sizeof target, "../%c", 'A' + j);
            link_to(f, target, name);
        }
    }
    link_to(f, "../A", "walked/a");
    check(f, "walked",
          "a/file a/to_B/file a/to_B/to_C/file a/to_B/to_C/to_D/file a/to_B/to_C/to_D/to_E/file "
          "a/to_B/to_C/to_D/to_E/to_F/file a/to_B/to_C/to_D/to_E/to_F/to_G/file "
          "a/to_B/to_C/to_D/to_E/to_F/to_G/to_H/file "
          "a/to_B/to_C/to_D/to_E/to_F/to_G/to_H/to_I/file "
          "a/to_B/to_C/to_D/to_E/to_F/to_G/to_H/to_I/to_J/file "
          "a/to_B/to_C/to_D/to_E/to_F/to_G/to_H/to_I/to_J/to_K/file "
          "a/to_B/to_C/to_D/to_E/to_F/to_G/to_H/to_I/to_J/to_K/to_L/file ");
}

static void a_loop_of_links_is_missing(void **state)
{
    struct fixture *f = *state;
    link_to(f, "b", "a");
    link_to(f, "a", "b");
    link_to(f, "gone", "c");
    file(f, "d");
    assert_int_equal(mkfifo(in_root(f, "pipe"), 0600), 0);
    check(f, "", "d ");
    assert_int_equal(f->n_missing, 3);
}

static void what_lies_too_deep_is_told_and_the_rest_is_met(void **state)
{
    struct fixture *f = *state;
    struct buf path = {0};
    buf_append(&path, S("deep"));
    for (int i = 0; i < 300; i++) {
        folder(f, arena_copy(&f->arena, buf_view(&path)).ptr);
        buf_append(&path, S("/d"));
    }
    file(f, "deep/a");
    file(f, "z");
    check(f, "", "deep/a z ");
    assert_true(f->failures.len > 0);
    assert_int_equal(str_find_byte(buf_view(&f->failures), '\n', 0), f->failures.len - 1);
    buf_deinit(&path);
}

static void a_folder_that_is_not_there_fails(void **state)
{
    struct fixture *f = *state;
    check(f, "gone", "");
    assert_true(f->failures.len > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_in_bytewise_order),
        TEST(links_to_the_inside_are_left_out),
        TEST(links_to_the_outside_are_followed_once),
        TEST(links_back_from_the_outside_end),
        TEST(folders_that_link_to_one_another_are_walked_once),
        TEST(a_loop_of_links_is_missing),
        TEST(what_lies_too_deep_is_told_and_the_rest_is_met),
        TEST(a_folder_that_is_not_there_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
