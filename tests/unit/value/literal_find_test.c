/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are found where comparing at every place finds them, whatever their length, their place and what surrounds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "value/literal_find.h"
#include "value/simd.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static size_t find_at_every_place(str text, str in, size_t from)
{
    for (size_t at = from; at + text.len <= in.len; at++) {
        if (memcmp(in.ptr + at, text.ptr, text.len) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

/* In a block of exactly its size, so that a byte read beyond it is seen. */
static void check(str text, str bytes, size_t from)
{
    char *copy = malloc(bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    copy = realloc(copy, bytes.len ? bytes.len : 1);
    str in = {copy, bytes.len};
    struct literal l = literal_of(text);
    size_t right = find_at_every_place(text, in, from);
    assert_int_equal(literal_find_plain(&l, in, from), right);
    if (simd_usable()) {
        assert_int_equal(literal_find_simd(&l, in, from), right);
    }
    free(copy);
}

static void random_bytes_of_few_letters(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 30000; i++) {
        static const char letters[] = "aN\"v";
        char in[400], text[12];
        size_t n = next_random(&seed) % sizeof in, len = 2 + next_random(&seed) % 10;
        unsigned kinds = 2 + (unsigned)next_random(&seed) % 3;
        for (size_t j = 0; j < n; j++) {
            in[j] = letters[next_random(&seed) % kinds];
        }
        for (size_t j = 0; j < len; j++) {
            text[j] = letters[next_random(&seed) % kinds];
        }
        check((str){text, len}, (str){in, n}, n ? next_random(&seed) % n : 0);
    }
}

static void one_text_at_each_place(void **state)
{
    (void)state;
    str text = S("\"eventName\"");
    char in[260];
    for (size_t n = text.len; n <= sizeof in; n++) {
        for (size_t at = 0; at + text.len <= n; at += 1 + n / 40) {
            memset(in, '.', sizeof in);
            memcpy(in + at, text.ptr, text.len);
            check(text, (str){in, n}, 0);
            check(text, (str){in, n}, at);
            check(text, (str){in, n}, at + 1);
        }
    }
}

static void the_rarest_letters_are_chosen(void **state)
{
    (void)state;
    struct literal l = literal_of(S("\"eventName\""));
    assert_int_equal(l.rare[0], 2); /* v */
    assert_int_equal(l.rare[1], 6); /* N */
    l = literal_of(S("aa"));
    assert_int_equal(l.rare[0], 0);
    assert_int_equal(l.rare[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes_of_few_letters),
        cmocka_unit_test(one_text_at_each_place),
        cmocka_unit_test(the_rarest_letters_are_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
