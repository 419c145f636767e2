/* SPDX-License-Identifier: Apache-2.0 */
/* fold_text against the folding of one code point at a time. */
#include "hand.h"

#include "base/utf8.h"
#include "eval/fold.h"

static void expect(str s, struct arena *a)
{
    char room[FOLD_ROOM];
    struct buf want = {0};
    for (size_t at = 0; at < s.len;) {
        char bytes[4];
        buf_append(&want, (str){bytes, utf8_encode(utf8_fold_code(utf8_next(s, &at)), bytes)});
    }
    str is = fold_text(s, room, a);
    if (!str_eq(is, buf_view(&want))) {
        fail_msg("'%.*s' folds to '%.*s'", STR_ARG(s), STR_ARG(is));
    }
    buf_deinit(&want);
}

static void every_ascii_byte_at_every_place(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 26);
    for (size_t len = 1; len <= 20; len++) {
        for (size_t place = 0; place < len; place++) {
            for (int c = 0; c < 128; c++) {
                char text[20];
                memset(text, 'Q', sizeof text);
                text[place] = (char)c;
                expect((str){text, len}, &a);
            }
        }
    }
    expect((str){NULL, 0}, &a);
    arena_close(&a);
}

static void longer_and_other_texts(void **state)
{
    (void)state;
    struct arena a = arena_open((size_t)1 << 26);
    char text[600];
    for (size_t len = FOLD_ROOM - 9; len < FOLD_ROOM + 9; len++) {
        memset(text, 'Z', sizeof text);
        expect((str){text, len}, &a);
        memcpy(text + len - 2, "\xC3\x84", 2); /* A umlaut */
        expect((str){text, len}, &a);
    }
    expect(S("ABCDEFGHI\xE2\x84\xAA"), &a); /* KELVIN SIGN */
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ascii_byte_at_every_place),
        cmocka_unit_test(longer_and_other_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
