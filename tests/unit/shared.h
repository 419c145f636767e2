/* SPDX-License-Identifier: Apache-2.0 */
/* The collections that lie beside the project: $POSTERN_SHARED, by default ../shared from its root. Where one is not there a test is skipped and its
 * program says so by its exit code, or fails when POSTERN_REQUIRE_SHARED is 1. Include after cmocka. */
#ifndef POSTERN_TESTS_SHARED_H
#define POSTERN_TESTS_SHARED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/os.h"

static bool shared_was_missing;

/* The folder `below` in `a`; the test ends here when there is none. */
static inline str shared_folder(const char *below, struct arena *a)
{
    struct error e = {0};
    const char *given = getenv("POSTERN_SHARED");
    str folder = arena_printf(a, "%s/%s", given ? given : POSTERN_SOURCE_DIR "/../shared", below);
    if (os_kind_of(folder, &e) != OS_FOLDER) {
        shared_was_missing = true;
        printf("skipped: %.*s is not there\n", STR_ARG(folder));
        arena_close(a);
        const char *required = getenv("POSTERN_REQUIRE_SHARED");
        if (required && strcmp(required, "1") == 0) {
            fail_msg("POSTERN_REQUIRE_SHARED is 1");
        }
        skip();
    }
    return folder;
}

/* What main returns: 77, which counts as skipped, when nothing failed but something was not there. */
static inline int shared_result(int failed)
{
    enum { SKIPPED = 77 };
    return failed == 0 && shared_was_missing ? SKIPPED : failed;
}

#endif
