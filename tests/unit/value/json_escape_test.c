/* SPDX-License-Identifier: Apache-2.0 */
/* Strings as they are written: the blocks of json_escape against one byte after the other, by RFC 8259 section 7. */
#include "value/json_escape.h"

#include "../base/assert_str.h"
#include <stdlib.h>

#include "base/buf.h"
#include "value/json.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

/* Quotes and backslashes one in `often`, the rest plain, with what stops a block one in `rare`. */
static void random_text(struct buf *out, uint64_t *seed, size_t n, uint64_t often, uint64_t rare)
{
    static const char *const others[] = {"\n",       "\t",           "\x01", "\x1f",
                                         "\xc3\xa9", "\xe2\x82\xac", "\x7f"};
    while (out->len < n) {
        if (next_random(seed) % rare == 0)
            buf_append(out, str_from(others[next_random(seed) % 7]));
        else if (next_random(seed) % often == 0)
            buf_byte(out, next_random(seed) % 2 ? '"' : '\\');
        else
            buf_byte(out, (char)('#' + next_random(seed) % 57)); /* '#' to '[' */
    }
}

static void put_plainly(str s, struct buf *out)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n' || c == '\t')
            buf_printf(out, "\\%c", c == '\n' ? 'n' : 't');
        else if (c < 0x20)
            buf_printf(out, "\\u%04x", c);
        else
            buf_byte(out, (char)c);
    }
    buf_byte(out, '"');
}

static void strings_are_written_as_byte_after_byte(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 40000; i++) {
        struct buf text = {0}, got = {0}, expected = {0};
        size_t n = i % 500 == 0 ? 9000 : next_random(&seed) % 130;
        random_text(&text, &seed, n, 1 + next_random(&seed) % 12, 1 + next_random(&seed) % 200);
        json_write_string(buf_view(&text), &got);
        put_plainly(buf_view(&text), &expected);
        assert_str(buf_view(&got), buf_view(&expected));
        buf_deinit(&text);
        buf_deinit(&got);
        buf_deinit(&expected);
    }
}

/* Strings that are tried as plain ones: of each length, with nothing special, and with one special byte at each place; behind them stands what must not count. */
static void a_special_byte_is_seen_wherever_it_stands(void **state)
{
    (void)state;
    static const char specials[] = {'"', '\\', '\n', '\x1f', 'x'};
    for (size_t n = 0; n <= 80; n++)
        for (size_t i = 0; i < n + 1; i++) {
            char *text = malloc(n + 1); /* the last byte is not the string's */
            memset(text, 'a', n);
            text[n] = '"';
            if (i < n)
                text[i] = specials[(n + i) % sizeof specials];
            struct buf got = {0}, expected = {0};
            json_write_string((str){text, n}, &got);
            put_plainly((str){text, n}, &expected);
            assert_str(buf_view(&got), buf_view(&expected));
            buf_deinit(&got);
            buf_deinit(&expected);
            free(text);
        }
}

/* Every set of special bytes in a block, so that each row of the table was used. */
static void each_set_of_eight_special_bytes_is_escaped(void **state)
{
    (void)state;
    json_escape_fn *escape = json_escape_best();
    for (unsigned set = 0; set < 256; set++) {
        char block[JSON_ESCAPE_BLOCK], out[2 * JSON_ESCAPE_BLOCK + 32];
        struct buf expected = {0};
        for (unsigned i = 0; i < JSON_ESCAPE_BLOCK; i++)
            block[i] = set >> i % 8 & 1 ? (i % 3 ? '"' : '\\') : (char)('a' + i);
        put_plainly((str){block, sizeof block}, &expected);
        size_t taken;
        char *end = escape(block, sizeof block, out, &taken);
        assert_true(taken == sizeof block || escape == json_escape_none);
        if (taken > 0)
            assert_str(((str){out, (size_t)(end - out)}),
                       str_slice(buf_view(&expected), 1, expected.len - 1));
        buf_deinit(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_written_as_byte_after_byte),
        cmocka_unit_test(a_special_byte_is_seen_wherever_it_stands),
        cmocka_unit_test(each_set_of_eight_special_bytes_is_escaped),
    };
    return cmocka_run_group_tests_name("value/json_escape", tests, NULL, NULL);
}
