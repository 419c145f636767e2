/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a short text is that of simdjson's stage 1, and what is not the usual text is left to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "value/short_index.h"
#include "value/simd.h"
#include "value/stage1.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* In a block of exactly its size, so that a byte read beyond it is seen. How many positions there were. */
static size_t check(struct stage1 *stage1, const char *text, size_t len)
{
    uint32_t at[SHORT_INDEX_MAX + SHORT_INDEX_SPARE];
    char *copy = malloc(len ? len : 1);
    memcpy(copy, text, len);
    memset(at, 0xff, sizeof at);
    size_t n = short_index_simd(copy, len, at);
    struct stage1_index right;
    enum stage1_result result = stage1_run(stage1, copy, len, &right);
    if (n > 0) {
        assert_int_equal(result, STAGE1_OK);
        assert_int_equal(n, right.n);
        assert_memory_equal(at, right.at, n * sizeof *at);
        for (size_t i = 0; i < SHORT_INDEX_SPARE; i++) {
            assert_int_equal(at[n + i], 0);
        }
    }
    free(copy);
    return n;
}

/* What is usual is not left to simdjson, what is not is. */
static void the_usual_text_is_taken(void **state)
{
    char longest[SHORT_INDEX_MAX + 1];
    memset(longest, '1', sizeof longest);
    longest[0] = '[';
    longest[SHORT_INDEX_MAX - 1] = longest[SHORT_INDEX_MAX] = ']';
    if (!simd_usable()) {
        skip();
    }
    assert_int_equal(check(*state, "{\"a\":1,\"b\":[true,\"x y\"]}", 24), 13);
    assert_int_equal(check(*state, "[1\t,\r\n2]", 8), 5);
    assert_int_equal(check(*state, longest, SHORT_INDEX_MAX), 3);
    assert_int_equal(check(*state, longest, SHORT_INDEX_MAX + 1), 0);
    assert_int_equal(check(*state, "{\"a\\n\":1}", 9), 0);
    assert_int_equal(check(*state, "{\"\xc3\xa9\":1}", 8), 0);
    assert_int_equal(check(*state, "{\"a\":\"b}", 8), 0);
    assert_int_equal(check(*state, "{\"a\tb\":1}", 9), 0);
    assert_int_equal(check(*state, "{\"a\x1f\":1}", 8), 0); /* the last of the controls */
    assert_int_equal(check(*state, "{\"a \":1}", 8), 5);
    assert_int_equal(check(*state, " \n", 2), 0);
    assert_int_equal(check(*state, "", 0), 0);
}

static void random_texts_of_few_letters(void **state)
{
    static const char letters[] = "\"{}[]:, 1a\"\"::,,{[\n\t\r-tz~\x7f\x01\\\xc3\xa9";
    uint64_t seed = 11;
    size_t taken = 0;
    if (!simd_usable()) {
        skip();
    }
    for (int i = 0; i < 60000; i++) {
        char text[SHORT_INDEX_MAX];
        size_t len = next_random(&seed) % (i % 2 ? 130 : sizeof text);
        size_t kinds = i % 8 ? sizeof letters - 6 : sizeof letters - 1;
        for (size_t j = 0; j < len; j++) {
            text[j] = letters[next_random(&seed) % kinds];
        }
        taken += check(*state, text, len) > 0;
    }
    assert_in_range(taken, 3000, 60000);
}

static int begin(void **state)
{
    *state = stage1_new(SHORT_INDEX_MAX + 1);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    stage1_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_text_is_taken),
        cmocka_unit_test(random_texts_of_few_letters),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
