/* SPDX-License-Identifier: Apache-2.0 */
/* What tells that a file was written anew: any of the first or last bytes read; not its time alone, and not what lies behind. */
#include "../base/assert_str.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input/fingerprint.h"

enum { SIZE = 5 * FINGERPRINT_BYTES };

/* A file of SIZE bytes, and what was read of it. */
struct grown {
    int fd;
    char bytes[SIZE];
    struct fingerprint print;
    int64_t clock; /* its time of change, in seconds: each change makes it later */
};

static void changed(struct grown *g)
{
    const struct timespec times[2] = {{.tv_sec = ++g->clock}, {.tv_sec = g->clock}};
    assert_int_equal(futimens(g->fd, times), 0);
}

static void begin(struct grown *g, size_t read, size_t piece)
{
    char name[] = "/tmp/postern-grown-XXXXXX";
    *g = (struct grown){.fd = mkstemp(name), .clock = 1000};
    assert_true(g->fd >= 0);
    unlink(name);
    for (size_t i = 0; i < SIZE; i++) {
        g->bytes[i] = (char)(i * 7919 / 64);
    }
    assert_int_equal(pwrite(g->fd, g->bytes, SIZE, 0), SIZE);
    changed(g);
    for (size_t at = 0; at < read; at += piece) {
        fingerprint_take(&g->print, str_slice((str){g->bytes, read}, at, at + piece));
    }
    assert_int_equal(g->print.size, read);
    assert_false(fingerprint_differs(&g->print, g->fd));
}

/* Whether another byte at `at` is seen, once the file is known to have changed; the byte is put back. */
static bool sees(struct grown *g, size_t at)
{
    char other = (char)(g->bytes[at] + 1);
    assert_int_equal(pwrite(g->fd, &other, 1, (off_t)at), 1);
    changed(g);
    bool seen = fingerprint_differs(&g->print, g->fd);
    assert_int_equal(pwrite(g->fd, g->bytes + at, 1, (off_t)at), 1);
    changed(g);
    assert_false(fingerprint_differs(&g->print, g->fd)); /* changed, and as it was */
    return seen;
}

static void first_and_last_bytes_tell(void **state)
{
    (void)state;
    static const struct {
        size_t read, piece;
    } ways[] = {{1, 1},
                {100, 7},
                {FINGERPRINT_BYTES, 1000},
                {FINGERPRINT_BYTES + 1, 4096},
                {6000, 85},
                {SIZE - 1, 100000},
                {SIZE - 1, 5000},
                {SIZE - 1, 4096},
                {SIZE - 1, 4095}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct grown g;
        size_t read = ways[i].read, kept = read < FINGERPRINT_BYTES ? read : FINGERPRINT_BYTES;
        begin(&g, read, ways[i].piece);
        assert_true(sees(&g, 0));
        assert_true(sees(&g, kept - 1));
        assert_true(sees(&g, read - kept));
        assert_true(sees(&g, read - 1));
        assert_false(sees(&g, read)); /* not read yet */
        close(g.fd);
    }
}

/* The time of change says when to look, so that a file at rest costs no reading. */
static void without_a_change_nothing_is_read(void **state)
{
    (void)state;
    struct grown g;
    begin(&g, 100, 100);
    assert_int_equal(pwrite(g.fd, "another", 7, 0), 7);
    const struct timespec times[2] = {{.tv_sec = g.clock}, {.tv_sec = g.clock}};
    assert_int_equal(futimens(g.fd, times), 0);
    assert_false(fingerprint_differs(&g.print, g.fd));
    changed(&g);
    assert_true(fingerprint_differs(&g.print, g.fd));
    close(g.fd);
}

static void a_shorter_file_is_for_others_to_see(void **state)
{
    (void)state;
    struct grown g;
    begin(&g, 100, 100);
    assert_int_equal(ftruncate(g.fd, 99), 0);
    changed(&g);
    assert_false(fingerprint_differs(&g.print, g.fd));
    close(g.fd);
    assert_false(fingerprint_differs(&g.print, g.fd)); /* nor of one that is closed */
}

static void nothing_read_differs_from_nothing(void **state)
{
    (void)state;
    struct grown g;
    begin(&g, 0, 1);
    assert_false(sees(&g, 0));
    close(g.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_and_last_bytes_tell),
        cmocka_unit_test(without_a_change_nothing_is_read),
        cmocka_unit_test(a_shorter_file_is_for_others_to_see),
        cmocka_unit_test(nothing_read_differs_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
