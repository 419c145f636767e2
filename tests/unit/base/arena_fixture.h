/* SPDX-License-Identifier: Apache-2.0 */
/* An arena as the state of a test. */
#ifndef TESTS_UNIT_BASE_ARENA_FIXTURE_H
#define TESTS_UNIT_BASE_ARENA_FIXTURE_H

#include "assert_str.h"

#include "base/arena.h"

static int open_arena(void **state)
{
    static struct arena a;
    a = arena_open((size_t)1 << 30);
    *state = &a;
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

#endif
