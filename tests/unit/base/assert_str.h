/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka and its includes, and a comparison of views that shows both when they differ. */
#ifndef POSTERN_TESTS_UNIT_BASE_ASSERT_STR_H
#define POSTERN_TESTS_UNIT_BASE_ASSERT_STR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        str actual_ = (actual);                                                                    \
        str expected_ = (expected);                                                                \
        if (!str_eq(actual_, expected_)) {                                                         \
            fail_msg("got '%.*s', expected '%.*s'", STR_ARG(actual_), STR_ARG(expected_));         \
        }                                                                                          \
    } while (0)

#endif
