/* SPDX-License-Identifier: Apache-2.0 */
/* base/hash.h: SipHash-1-3 against CPython 3.11, whose hash(bytes) is siphash13:
 *   PYTHONHASHSEED=1 python3.11 -c 'print(hex(hash(b"a") & (1 << 64) - 1))'
 * With seed 0 the key is zero; with seed 1 it is KEY0, KEY1 (lcg_urandom of Python/bootstrap_hash.c). The value of the empty
 * text, which CPython does not hash, is the first vector of the Rust library's test of its SipHasher13. */
#include "assert_str.h"

#include <string.h>

#include "base/hash.h"

#define KEY0 UINT64_C(0xaed66ce184be2329)
#define KEY1 UINT64_C(0xebe9bbf1f1499052)

static void assert_hash(str s, uint64_t expected)
{
    if (hash_str(s) != expected) {
        fail_msg("'%.*s' has another hash", STR_ARG(s));
    }
}

static void hashes_are_siphash_1_3(void **state)
{
    (void)state;
    hash_set_key(KEY0, KEY1);
    assert_hash(S("a"), UINT64_C(0xd6300bc9f7cc0e73));
    assert_hash(S("1234567"), UINT64_C(0x84a31031575efe31));
    assert_hash(S("12345678"), UINT64_C(0x06f07c60efe2bad9));
    assert_hash(S("123456789"), UINT64_C(0xfd1ae9f33bc59a62));
    hash_set_key(0, 0);
    assert_hash(S("a"), UINT64_C(0x407448d2b89b1813));
    assert_hash(S("123456789"), UINT64_C(0x0fbc0f0007965fcf));
}

/* Only the lowest byte of the length goes into the last word. */
static void texts_of_more_than_255_bytes_are_hashed(void **state)
{
    (void)state;
    char text[300];
    memset(text, 'x', sizeof text);
    hash_set_key(KEY0, KEY1);
    assert_hash((str){text, sizeof text}, UINT64_C(0x805df1aea2a237b6));
}

static void an_empty_view_has_a_hash(void **state)
{
    (void)state;
    hash_set_key(UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908));
    assert_hash(S(""), UINT64_C(0xabac0158050fc4dc));
    assert_hash((str){NULL, 0}, UINT64_C(0xabac0158050fc4dc));
}

static void where_the_bytes_stand_is_no_matter(void **state)
{
    (void)state;
    static const char text[] = "..123456789";
    hash_set_key(KEY0, KEY1);
    for (size_t shift = 0; shift < 3; shift++) {
        char copy[32];
        memcpy(copy + shift, text + 2, 9);
        assert_hash((str){copy + shift, 9}, UINT64_C(0xfd1ae9f33bc59a62));
    }
}

/* By Python: s = len; for each eight bytes, little-endian, and for the rest once: s ^= word; s = s * 0x9e3779b97f4a7c15 % 2**64; s ^= s >> 32. */
static void checksums_are_those_of_the_definition(void **state)
{
    (void)state;
    assert_true(hash_checksum(S("")) == UINT64_C(0x0000000000000000));
    assert_true(hash_checksum((str){NULL, 0}) == UINT64_C(0x0000000000000000));
    assert_true(hash_checksum(S("123456789")) == UINT64_C(0x1b61fa2c3f5867b5));
}

static void checksums_tell_every_change_of_a_byte(void **state)
{
    (void)state;
    char bytes[40];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(i * 37);
    }
    uint64_t own = hash_checksum((str){bytes, sizeof bytes});
    for (size_t i = 0; i < sizeof bytes; i++) {
        for (int change = 1; change < 256; change++) {
            bytes[i] ^= (char)change;
            assert_true(hash_checksum((str){bytes, sizeof bytes}) != own);
            bytes[i] ^= (char)change;
        }
        assert_true(hash_checksum((str){bytes, i}) != own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_siphash_1_3),
        cmocka_unit_test(texts_of_more_than_255_bytes_are_hashed),
        cmocka_unit_test(an_empty_view_has_a_hash),
        cmocka_unit_test(where_the_bytes_stand_is_no_matter),
        cmocka_unit_test(checksums_are_those_of_the_definition),
        cmocka_unit_test(checksums_tell_every_change_of_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
