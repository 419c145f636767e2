/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 against the examples of FIPS 180-4 and, for every length around a block, against itself fed in pieces. */
#include "assert_str.h"

#include "base/sha256.h"

static void check(str text, const char *expected)
{
    char hex[SHA256_HEX];
    sha256_hex(text, hex);
    assert_str(((str){hex, SHA256_HEX}), str_from(expected));
}

static void examples_of_the_standard(void **state)
{
    (void)state;
    check(S(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check(S("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void pieces_do_not_matter(void **state)
{
    (void)state;
    static char text[200];
    for (size_t len = 0; len < sizeof(text); len++) {
        unsigned char whole[SHA256_BYTES], pieces[SHA256_BYTES];
        struct sha256 h;
        text[len] = (char)(len * 7);
        sha256_init(&h);
        sha256_update(&h, (str){text, len});
        sha256_final(&h, whole);
        sha256_init(&h);
        for (size_t i = 0; i < len; i++)
            sha256_update(&h, (str){text + i, 1});
        sha256_final(&h, pieces);
        assert_memory_equal(whole, pieces, SHA256_BYTES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(pieces_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
