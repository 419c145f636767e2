/* SPDX-License-Identifier: Apache-2.0 */
/* A scanner, a trie of paths and what they capture, for the tests of the scanner. */
#ifndef TESTS_UNIT_VALUE_JSON_SCAN_FIXTURE_H
#define TESTS_UNIT_VALUE_JSON_SCAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "value/json_walk.h"

#define MAX_PATHS 8

struct fixture {
    struct arena a;
    struct json_scanner *scanner;
    struct path_trie *trie;
    str paths[MAX_PATHS];
    size_t n_paths;
    struct json_capture *captures[MAX_PATHS];
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.a = arena_open((size_t)1 << 30), .scanner = json_scanner_new(1 << 20)};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    json_scanner_free(f->scanner);
    arena_close(&f->a);
    return 0;
}

/* A trie of the paths named, blank between them. */
static struct fixture *with_paths(void **state, const char *paths, bool dotted)
{
    struct fixture *f = *state;
    f->trie = path_trie_new(&f->a, dotted);
    f->n_paths = 0;
    str rest = str_from(paths);
    str path;
    while (str_split(&rest, ' ', &path)) {
        assert_int_equal(path_trie_add_dotted(f->trie, path), f->n_paths);
        f->paths[f->n_paths++] = path;
    }
    path_trie_freeze(f->trie);
    return f;
}

static inline void scan(struct fixture *f, str record)
{
    struct json_error e = {0};
    if (!json_scan(f->scanner, record, f->trie, f->captures, &f->a, &e))
        fail_msg("'%.*s': at %zu: %s", STR_ARG(record), e.at, e.reason);
}

#define SCAN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
