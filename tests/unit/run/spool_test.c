/* SPDX-License-Identifier: Apache-2.0 */
/* run/spool.h: texts come back as they were, in memory or from the file, and nothing is kept that nobody holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "run/spool.h"

enum { TEXTS = 3000, LONGEST = 20000 };

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

/* A text that tells its number in every byte. */
static str text_of(size_t i, size_t len, char *to)
{
    memset(to, (int)(i % 251), len);
    return (str){to, len};
}

static void check(struct spool *s, uint64_t handle, size_t i, size_t len)
{
    static char want[3 << 20];
    struct error e = {0};
    struct buf out = {0};
    assert_true(spool_read(s, handle, &out, &e));
    assert_int_equal(out.len, len);
    assert_memory_equal(out.ptr ? out.ptr : "", text_of(i, len, want).ptr, len);
    buf_deinit(&out);
}

static void texts_come_back(size_t memory, bool spilled)
{
    static char bytes[3 << 20];
    static uint64_t handles[TEXTS];
    static size_t lens[TEXTS];
    struct error e = {0};
    struct spool *s = spool_new(memory);
    uint64_t seed = 11;
    for (size_t i = 0; i < TEXTS; i++) {
        lens[i] = i % 500 == 7 ? 2 << 20 : random_below(&seed, LONGEST);
        handles[i] = spool_next(s, lens[i]);
        assert_true(spool_add(s, text_of(i, lens[i], bytes), 1 + i % 3, &e));
        if (i % 2 == 0) {
            spool_hold(s, handles[i]);
        }
        size_t any = random_below(&seed, (uint32_t)i + 1);
        check(s, handles[any], any, lens[any]);
    }
    assert_int_equal(spool_spilled(s), spilled);
    for (size_t i = 0; i < TEXTS; i++) {
        check(s, handles[i], i, lens[i]);
        for (size_t k = 0; k < 1 + i % 3 + (i % 2 == 0); k++) {
            spool_release(s, handles[i]);
        }
    }
    spool_free(s);
}

static void texts_come_back_from_memory(void **state)
{
    (void)state;
    texts_come_back(SIZE_MAX / 4, false);
}

static void texts_come_back_from_the_file(void **state)
{
    (void)state;
    texts_come_back(4 << 20, true);
}

/* A stream: each text is let go of a while later, so the memory stays. */
static void released_segments_are_freed(void **state)
{
    (void)state;
    static char bytes[LONGEST];
    static uint64_t handles[20 * TEXTS];
    struct error e = {0};
    struct spool *s = spool_new(SIZE_MAX / 4);
    for (size_t i = 0; i < 20 * TEXTS; i++) {
        handles[i] = spool_next(s, LONGEST);
        assert_true(spool_add(s, text_of(i, LONGEST, bytes), 1, &e));
        if (i >= 100) {
            spool_release(s, handles[i - 100]);
        }
        assert_true(spool_memory(s) < (size_t)8 << 20);
    }
    spool_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_from_memory),
        cmocka_unit_test(texts_come_back_from_the_file),
        cmocka_unit_test(released_segments_are_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
