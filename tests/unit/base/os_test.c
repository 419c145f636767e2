/* SPDX-License-Identifier: Apache-2.0 */
/* base/os.h. Each test works in a folder of its own, removed at its end. */
#define _GNU_SOURCE /* the set of processors */
#include "assert_str.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"

struct place {
    struct arena arena;
    char folder[64];
};

static struct place place_open(void)
{
    struct place p = {.arena = arena_open(1 << 22)};
    snprintf(p.folder, sizeof p.folder, "/tmp/postern_os_test_XXXXXX");
    assert_non_null(mkdtemp(p.folder));
    return p;
}

static str path_in(struct place *p, const char *name)
{
    return arena_printf(&p->arena, "%s/%s", p->folder, name);
}

static str make_file(struct place *p, const char *name, str bytes)
{
    str path = path_in(p, name);
    int fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    struct error e = {0};
    assert_true(os_write_all(fd, S("it"), bytes, &e));
    close(fd);
    return path;
}

/* Removes the files in the folder and the folder. */
static void place_close(struct place *p)
{
    str *names;
    size_t n;
    struct error e = {0};
    assert_true(os_list_folder(str_from(p->folder), &p->arena, &names, &n, &e));
    for (size_t i = 0; i < n; i++) {
        remove(path_in(p, names[i].ptr).ptr);
    }
    assert_int_equal(rmdir(p->folder), 0);
    arena_close(&p->arena);
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str out;
    assert_true(os_read_file(make_file(&p, "a", S("one\0two\n")), 100, &p.arena, &out, &e));
    assert_str(out, S("one\0two\n"));
    assert_true(os_read_file(make_file(&p, "b", S("")), 100, &p.arena, &out, &e));
    assert_str(out, S(""));
    char *big = calloc(200000, 1);
    assert_non_null(big);
    big[199999] = 'x';
    str path = make_file(&p, "c", (str){big, 200000});
    assert_true(os_read_file(path, 200000, &p.arena, &out, &e));
    assert_true(str_eq(out, (str){big, 200000}));
    free(big);
    assert_int_equal(e.code, ERROR_NONE);
    place_close(&p);
}

static void a_file_may_be_as_large_as_the_limit_and_no_larger(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str path = make_file(&p, "a", S("12345"));
    str out = S("untouched");
    assert_false(os_read_file(path, 4, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_TOO_LARGE);
    assert_str(out, S("untouched"));
    e = (struct error){0};
    assert_true(os_read_file(path, 5, &p.arena, &out, &e));
    assert_str(out, S("12345"));
    place_close(&p);
}

static void what_cannot_be_read_is_named_with_the_reason(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str out;
    assert_false(os_read_file(path_in(&p, "missing"), 100, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    str expected =
        arena_printf(&p.arena, "cannot open '%s/missing': no such file or directory", p.folder);
    assert_str(str_from(e.message), expected);
    e = (struct error){0};
    assert_false(os_read_file(str_from(p.folder), 100, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_IS_DIRECTORY);
    place_close(&p);
}

static void a_path_with_a_nul_or_without_end_is_refused(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str out;
    assert_false(os_read_file(S("/dev/null\0.toml"), 100, &p.arena, &out, &e));
    assert_true(e.code != ERROR_NONE);
    char *path = NEW_ARRAY(&p.arena, char, 100000);
    memset(path, 'a', 100000);
    e = (struct error){0};
    assert_false(os_read_file((str){path, 100000}, 100, &p.arena, &out, &e));
    assert_true(e.code != ERROR_NONE);
    e = (struct error){0};
    assert_int_equal(os_kind_of((str){path, 100000}, &e), OS_NOTHING);
    assert_true(e.code != ERROR_NONE);
    place_close(&p);
}

static void kinds_follow_links(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str file = make_file(&p, "file", S("x"));
    assert_int_equal(symlink(p.folder, path_in(&p, "to_folder").ptr), 0);
    assert_int_equal(symlink("nowhere", path_in(&p, "to_nothing").ptr), 0);
    assert_int_equal(os_kind_of(file, &e), OS_FILE);
    assert_int_equal(os_kind_of(str_from(p.folder), &e), OS_FOLDER);
    assert_int_equal(os_kind_of(path_in(&p, "to_folder"), &e), OS_FOLDER);
    assert_int_equal(os_kind_of(S("/dev/null"), &e), OS_OTHER);
    assert_int_equal(e.code, ERROR_NONE);
    assert_int_equal(os_kind_of(path_in(&p, "to_nothing"), &e), OS_NOTHING);
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    place_close(&p);
}

static void names_are_sorted_bytewise(void **state)
{
    (void)state;
    struct place p = place_open();
    const char *const made[] = {"b", "a", "B", ".hidden", "\xC3\xA4", "a.1", "10", "9"};
    const char *const sorted[] = {".hidden", "10", "9", "B", "a", "a.1", "b", "\xC3\xA4"};
    for (size_t i = 0; i < 8; i++) {
        make_file(&p, made[i], S(""));
    }
    str *names;
    size_t n;
    struct error e = {0};
    assert_true(os_list_folder(str_from(p.folder), &p.arena, &names, &n, &e));
    assert_int_equal(n, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_str(names[i], str_from(sorted[i]));
    }
    place_close(&p);
}

static void folders_may_be_empty_missing_or_none(void **state)
{
    (void)state;
    struct place p = place_open();
    str *names;
    size_t n = 42;
    struct error e = {0};
    assert_true(os_list_folder(str_from(p.folder), &p.arena, &names, &n, &e));
    assert_int_equal(n, 0);
    str file = make_file(&p, "file", S(""));
    assert_false(os_list_folder(file, &p.arena, &names, &n, &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    e = (struct error){0};
    assert_false(os_list_folder(path_in(&p, "missing"), &p.arena, &names, &n, &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    place_close(&p);
}

static void a_failed_write_says_which_of_three_failures(void **state)
{
    (void)state;
    struct error e = {0};
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_false(os_write_all(fd, S("it"), S("x"), &e));
    assert_int_equal(e.code, ERROR_NO_SPACE);
    close(fd);

    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    e = (struct error){0};
    assert_false(os_write_all(ends[1], S("it"), S("x"), &e));
    signal(SIGPIPE, before);
    assert_int_equal(e.code, ERROR_CLOSED_PIPE);
    close(ends[1]);

    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    e = (struct error){0};
    assert_false(os_write_all(fd, S("it"), S("x"), &e));
    assert_int_equal(e.code, ERROR_WRITE);
    close(fd);
}

static void writing_nothing_succeeds(void **state)
{
    (void)state;
    struct error e = {0};
    assert_true(os_write_all(-1, S("it"), (str){NULL, 0}, &e));
    assert_int_equal(e.code, ERROR_NONE);
}

static void the_peak_holds_what_was_touched(void **state)
{
    (void)state;
    enum { TOUCHED = 32 << 20 };
    char *block = malloc(TOUCHED);
    assert_non_null(block);
    memset(block, 1, TOUCHED);
    assert_true(os_peak_memory() >= TOUCHED);
    free(block);
}

static void only_processors_that_may_be_used_count(void **state)
{
    (void)state;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(os_cpu_count(), CPU_COUNT(&before));
    size_t first = 0;
    while (!CPU_ISSET(first, &before)) {
        first++;
    }
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    unsigned n = os_cpu_count();
    sched_setaffinity(0, sizeof before, &before);
    assert_int_equal(n, 1);
}

static void a_file_is_no_terminal(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_false(os_is_terminal(fd));
    assert_int_equal(os_terminal_width(fd, 77), 77);
    close(fd);
    assert_false(os_is_terminal(-1));
}

static void own_files_are_read_whole(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str path = make_file(&p, "own", S("bytes")), out;
    assert_true(os_read_own_file(path, 5, &p.arena, &out, &e));
    assert_str(out, S("bytes"));
    assert_false(os_read_own_file(path, 4, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_TOO_LARGE);
    e = (struct error){0};
    assert_false(os_read_own_file(path_in(&p, "none"), 4, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    place_close(&p);
}

static void files_that_others_may_write_are_not_own(void **state)
{
    (void)state;
    struct place p = place_open();
    str path = make_file(&p, "own", S("bytes")), out;
    static const mode_t modes[] = {0620, 0602, 0777};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct error e = {0};
        assert_int_equal(chmod(path.ptr, modes[i]), 0);
        assert_false(os_read_own_file(path, 100, &p.arena, &out, &e));
        assert_int_equal(e.code, ERROR_DENIED);
    }
    struct error e = {0};
    assert_int_equal(chmod(path.ptr, 0644), 0); /* reading harms nobody */
    assert_true(os_read_own_file(path, 100, &p.arena, &out, &e));
    assert_int_equal(mkfifo(path_in(&p, "fifo").ptr, 0600), 0);
    assert_false(os_read_own_file(path_in(&p, "fifo"), 100, &p.arena, &out, &e));
    assert_int_equal(e.code, ERROR_READ);
    place_close(&p);
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    struct stat before, after;
    str path = make_file(&p, "file", S("old and longer")), out;
    assert_int_equal(chmod(path.ptr, 0666), 0);
    assert_int_equal(stat(path.ptr, &before), 0);
    assert_true(os_replace_file(path, S("new"), &e));
    assert_true(os_read_own_file(path, 100, &p.arena, &out, &e));
    assert_str(out, S("new"));
    assert_int_equal(stat(path.ptr, &after), 0);
    assert_int_equal(after.st_mode & 0777, 0600);
    assert_int_not_equal(before.st_ino, after.st_ino); /* who had the old one open keeps it */
    assert_false(os_replace_file(path_in(&p, "no/file"), S("new"), &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    str *names;
    size_t n;
    e = (struct error){0};
    assert_true(os_list_folder(str_from(p.folder), &p.arena, &names, &n, &e));
    assert_int_equal(n, 1);
    place_close(&p);
}

/* As a killed process would have left it. */
static str make_unfinished(struct place *p, const char *name, time_t age)
{
    str path = make_file(p, name, S("half"));
    struct stat st;
    assert_int_equal(stat(path.ptr, &st), 0);
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = st.st_mtime - age}};
    assert_int_equal(utimensat(AT_FDCWD, path.ptr, times, 0), 0);
    return path;
}

static void what_killed_writers_left_is_removed_when_it_is_old(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str *names;
    size_t n;
    make_unfinished(&p, "file.new-aB3xyZ", 2 * 3600);
    make_unfinished(&p, "file.new-writer", 60);        /* it may be at work */
    make_unfinished(&p, "file.new-sevenXX", 2 * 3600); /* others' */
    make_unfinished(&p, "other.new-aB3xyZ", 2 * 3600);
    make_unfinished(&p, "file.backup", 2 * 3600);
    assert_true(os_make_folder(path_in(&p, "file.new-folder"), &e));
    assert_true(os_replace_file(path_in(&p, "file"), S("new"), &e));
    assert_true(os_list_folder(str_from(p.folder), &p.arena, &names, &n, &e));
    const char *left[] = {"file",
                          "file.backup",
                          "file.new-folder",
                          "file.new-sevenXX",
                          "file.new-writer",
                          "other.new-aB3xyZ"};
    assert_int_equal(n, sizeof left / sizeof *left);
    for (size_t i = 0; i < n; i++) {
        assert_str(names[i], str_from(left[i]));
    }
    place_close(&p);
}

static void nothing_is_left_of_a_file_that_cannot_be_named(void **state)
{
    (void)state;
    struct place p = place_open();
    struct error e = {0};
    str *names;
    size_t n;
    str folder = path_in(&p, "folder");
    assert_true(os_make_folder(folder, &e));
    assert_true(os_make_folder(folder, &e)); /* it is there */
    assert_false(os_replace_file(folder, S("bytes"), &e));
    assert_int_not_equal(e.code, ERROR_NONE);
    e = (struct error){0};
    assert_true(os_list_folder(str_from(p.folder), &p.arena, &names, &n, &e));
    assert_int_equal(n, 1);
    assert_false(os_make_folder(path_in(&p, "a/b"), &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    assert_str(os_real_path(path_in(&p, "./folder/../folder"), &p.arena),
               os_real_path(folder, &p.arena));
    assert_int_equal(os_real_path(path_in(&p, "none"), &p.arena).len, 0);
    place_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_files_are_read_whole),
        cmocka_unit_test(files_that_others_may_write_are_not_own),
        cmocka_unit_test(files_are_replaced_whole),
        cmocka_unit_test(what_killed_writers_left_is_removed_when_it_is_old),
        cmocka_unit_test(nothing_is_left_of_a_file_that_cannot_be_named),
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(a_file_may_be_as_large_as_the_limit_and_no_larger),
        cmocka_unit_test(what_cannot_be_read_is_named_with_the_reason),
        cmocka_unit_test(a_path_with_a_nul_or_without_end_is_refused),
        cmocka_unit_test(kinds_follow_links),
        cmocka_unit_test(names_are_sorted_bytewise),
        cmocka_unit_test(folders_may_be_empty_missing_or_none),
        cmocka_unit_test(a_failed_write_says_which_of_three_failures),
        cmocka_unit_test(writing_nothing_succeeds),
        cmocka_unit_test(the_peak_holds_what_was_touched),
        cmocka_unit_test(only_processors_that_may_be_used_count),
        cmocka_unit_test(a_file_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
