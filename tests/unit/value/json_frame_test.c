/* SPDX-License-Identifier: Apache-2.0 */
/* The framer: what it cuts out of each layout of input, what a malformed record costs, that neither the sizes of the pieces nor
 * SIMD change a frame, and that every prefix of an input gives the complete records before the cut. */
#include "../base/assert_str.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "value/frame_scan.h"
#include "value/json_frame.h"
#include "value/simd.h"

static const str containers[] = {S_INIT("Records")};
static const str containers_later[] = {S_INIT("value")};

static struct json_framer_options options(size_t max_record)
{
    return (struct json_framer_options){.max_record = max_record,
                                        .containers = containers,
                                        .n_containers = 1,
                                        .containers_later = containers_later,
                                        .n_containers_later = 1};
}

/* splitmix64: the same numbers in every run. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Appends "K text" and a separator; with `places` also the offset, line and container. */
static void describe(const struct frame *x, bool places, struct buf *out)
{
    static const char kinds[] = "VBCL";
    assert_true((x->kind == FRAME_VALUE) == (x->reason == NULL));
    buf_byte(out, kinds[x->kind]);
    if (places) {
        buf_printf(out, "@%llu:%llu[%.*s]", (unsigned long long)x->offset,
                   (unsigned long long)x->line, STR_ARG(x->container));
    }
    buf_append(out, x->text);
    buf_byte(out, ';');
}

/* All frames of `text`, fed in pieces of `piece` bytes, or of random sizes up to it when `seed` is given. */
/* Pieces of this size: all is lent at once. */
#define LENT SIZE_MAX

static void frames(str text, const struct json_framer_options *o, size_t piece, uint64_t *seed,
                   bool places, struct buf *out)
{
    struct json_framer *f = json_framer_new(o);
    struct frame x;
    size_t at = 0;
    buf_clear(out);
    if (piece == LENT) {
        json_framer_feed(f, S("{\"fed\":1} {\"before\":"), true); /* another input, before */
        while (json_framer_next(f, &x)) {
        }
        json_framer_reset(f);
        json_framer_lend(f, text);
    }
    do {
        size_t n = seed ? next_random(seed) % (piece + 1) : piece;
        n = n < text.len - at ? n : text.len - at;
        if (piece != LENT) {
            json_framer_feed(f, str_slice(text, at, at + n), at + n == text.len);
        }
        at += n;
        while (json_framer_next(f, &x)) {
            if (places && x.kind != FRAME_TOO_LARGE) {
                assert_str(str_slice(text, x.offset, x.offset + x.text.len), x.text);
            }
            describe(&x, places, out);
        }
    } while (at < text.len);
    assert_false(json_framer_next(f, &x));
    json_framer_free(f);
}

static void check_with(struct json_framer_options o, bool places, str text, str expected)
{
    struct buf out = {0};
    static const size_t pieces[] = {1, 2, 7, 64, 100000, LENT};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (int plain = 0; plain < 2; plain++) {
            o.plain = plain;
            frames(text, &o, pieces[i], NULL, places, &out);
            assert_str(buf_view(&out), expected);
        }
    }
    buf_deinit(&out);
}

static void check(str text, str expected)
{
    check_with(options(0), false, text, expected);
}

static void ndjson(void **state)
{
    (void)state;
    check(S("{\"a\":1}\n{\"b\":\"}{\"}\n"), S("V{\"a\":1};V{\"b\":\"}{\"};"));
    check(S("{\"a\":\"\\\"}\\\\\"}\n{}"), S("V{\"a\":\"\\\"}\\\\\"};V{};"));
    check_with(options(0), true, S("{\"a\":1}\n\n {\"b\":2}\n"),
               S("V@0:1[]{\"a\":1};V@10:3[]{\"b\":2};"));
}

static void concatenated(void **state)
{
    (void)state;
    check(S("{\"a\":1}{\"b\":[{}]} {}"), S("V{\"a\":1};V{\"b\":[{}]};V{};"));
}

static void pretty_printed(void **state)
{
    (void)state;
    check_with(options(0), true, S("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n  \"c\": 2\n}\n"),
               S("V@0:1[]{\n  \"a\": {\n    \"b\": 1\n  }\n};V@28:6[]{\n  \"c\": 2\n};"));
    /* A '{' in column 1 that the grammar allows. */
    check(S("{\"a\":\n{\"b\":[\n{}\n]}\n}\n{}"), S("V{\"a\":\n{\"b\":[\n{}\n]}\n};V{};"));
}

static void lines_with_a_time(void **state)
{
    (void)state;
    check_with(options(0), true,
               S("2026-01-31T09:00:00.000Z {\"a\":1}\n2026-01-31T09:00:01.000Z {\"b\":\n"
                 "2026-01-31T09:00:02.000Z {\"c\":[]} \n{\"d\":1}"),
               S("V@25:1[]{\"a\":1};V@58:2[]{\"b\":;V@89:3[]{\"c\":[]};V@99:4[]{\"d\":1};"));
    /* Not the text of an object, not a time, no blank, two blanks. */
    check(S("2026-01-31T09:00:00.000Z 2 eni-1\n2026-01-31 {}\n2026-01-31T09:00:00.000Z{}\n"
            "2026-01-31T09:00:00.000Z  {}\n2026-01-31T09:00:00.000Z"),
          S("B2026-01-31T09:00:00.000Z 2 eni-1;B2026-01-31 {};B2026-01-31T09:00:00.000Z{};"
            "B2026-01-31T09:00:00.000Z  {};B2026-01-31T09:00:00.000Z;"));
    check_with(options(8), false, S("2026-01-31T09:00:00.000Z {\"a\":12345}\n{}"),
               S("L{\"a\":123;V{};"));
}

static void top_array(void **state)
{
    (void)state;
    check_with(options(0), true, S("[\n{\"a\":1},\n{\"b\":[2]}]\n"),
               S("V@2:2[[]{\"a\":1};V@11:3[[]{\"b\":[2]};"));
    check(S("[]"), S(""));
    check(S("[1,\"a,]\\\"\",null , [2]]"), S("V1;V\"a,]\\\"\";Vnull;V[2];"));
    struct json_framer_options o = options(0);
    o.whole = true;
    check_with(o, false, S("[{\"a\":1},2]{\"Records\":[{}]}"),
               S("V[{\"a\":1},2];V{\"Records\":[{}]};"));
}

static void streamed_records(void **state)
{
    (void)state;
    check_with(options(0), true, S("{\"Records\":[{\"a\":1},\n{\"a\":2}],\"n\":{\"x\":\"]\"}}\n{}"),
               S("V@12:1[Records]{\"a\":1};V@21:2[Records]{\"a\":2};V@45:3[]{};"));
    check(S("{ \"Records\" : [ ] }{\"Records\":[{}]}"), S("V{};"));
    check(S("{\"value\":[{\"a\":1}]}"), S("V{\"a\":1};"));
    check(S("{\"value\":[1]}"), S("V{\"value\":[1]};"));
    check(S("{\"Records\":{}}"), S("V{\"Records\":{}};"));
    check(S("{\"x\":1,\"Records\":[{}]}"), S("V{\"x\":1,\"Records\":[{}]};"));
    check(S("{\"x\":1,\"Records\":[{},{\"a\":"), S("V{};C{\"a\":;"));
    check(S("{\"Records\":[{}],\"n\":"), S("V{};C,\"n\":;"));
}

static void crlf(void **state)
{
    (void)state;
    check_with(options(0), true, S("{\"a\":1}\r\n{\"b\":2}\r\nx\r\n"),
               S("V@0:1[]{\"a\":1};V@9:2[]{\"b\":2};B@18:3[]x;"));
    check(S("[\r\n{},\r\n{}\r\n]\r\n"), S("V{};V{};"));
}

static void byte_order_mark(void **state)
{
    (void)state;
    check_with(options(0), true, S("\xEF\xBB\xBF{}\n"), S("V@3:1[]{};"));
    check(S("\xEF\xBB\xBF"), S(""));
    check(S("\xEF\xBB"), S("B\xEF\xBB;"));
    check(S("{}\n\xEF\xBB\xBF{}\n{}"), S("V{};B\xEF\xBB\xBF{};V{};"));
}

static void nul_bytes(void **state)
{
    (void)state;
    check(S("{}\n\0\0{}\n{}"), S("V{};B\0\0{};V{};"));
    check(S("{\"a\":\"\0\"}{}"), S("V{\"a\":\"\0\"};V{};"));
    check(S("[{\"a\":1},\0,{}]"), S("V{\"a\":1};V\0;V{};"));
}

static void nothing(void **state)
{
    (void)state;
    check(S(""), S(""));
    check(S(" \r\n\t\n  "), S(""));
}

static void unterminated_string(void **state)
{
    (void)state;
    check_with(options(0), true, S("{\"a\":1}\n{\"b\":\"x}\n{\"c\":3}\n"),
               S("V@0:1[]{\"a\":1};B@8:2[]{\"b\":\"x};V@17:3[]{\"c\":3};"));
    check(S("{\"Records\":[{\"a\":1},\n{\"a\":\"x},\n{\"a\":3},\n{\"a\":4}]}"),
          S("V{\"a\":1};B{\"a\":\"x},;V{\"a\":3};V{\"a\":4};"));
}

static void missing_brace(void **state)
{
    (void)state;
    check_with(options(0), true, S("{\"a\":1\n{\"b\":2}\n{\"c\":{\"d\":1}\n{\"e\":3}"),
               S("B@0:1[]{\"a\":1;V@7:2[]{\"b\":2};B@15:3[]{\"c\":{\"d\":1};V@28:4[]{\"e\":3};"));
}

static void stray_closers(void **state)
{
    (void)state;
    check(S("}\n{}\n]\n{\"a\":1}}\n{}"), S("B};V{};B];V{\"a\":1};B};V{};"));
    check(S("text, 1 and {\n{}"), S("Btext, 1 and {;V{};"));
}

static void malformed_element(void **state)
{
    (void)state;
    check(S("[{\"a\":1},{\"b\":},{\"c\":3}]{}"), S("V{\"a\":1};V{\"b\":};V{\"c\":3};V{};"));
    check(S("[{\"a\":1},{\"b\":[},{\"c\":3},{\"d\":4}]"),
          S("V{\"a\":1};B{\"b\":[};V{\"c\":3};V{\"d\":4};"));
    check(S("[{\"a\":1},{\"b\":2,{\"c\":3},{\"d\":4}]"),
          S("V{\"a\":1};B{\"b\":2,{\"c\":3};V{\"d\":4};"));
    check(S("{\"Records\":[{\"a\":1},{\"b\":{\"x\":[1,2}},{\"c\":3}]}\n{}"),
          S("V{\"a\":1};B{\"b\":{\"x\":[1,2}};V{\"c\":3};V{};"));
}

static void double_commas(void **state)
{
    (void)state;
    check(S("[{},,{}]"), S("V{};B,;V{};"));
    check(S("[{} , , ,{}]"), S("V{};B,;B,;V{};"));
}

/* Brackets without end: one frame, in no time. */
static void depth_bomb(void **state)
{
    (void)state;
    struct json_framer_options o = options(0);
    struct buf text = {0}, out = {0};
    for (int i = 0; i < 1000000; i++) {
        buf_byte(&text, '[');
    }
    frames(buf_view(&text), &o, 65536, NULL, false, &out);
    assert_int_equal(out.ptr[0], 'B');
    buf_clear(&text);
    for (int i = 0; i < 1000000; i++) {
        buf_append(&text, S("{\"a\":"));
    }
    frames(buf_view(&text), &o, 65536, NULL, false, &out);
    assert_int_equal(out.ptr[0], 'B');
    assert_int_equal(out.len, text.len + 2);
    buf_deinit(&text);
    buf_deinit(&out);
}

/* Each element is unbalanced, so that each scan would run to the end of the input. Linear, or the test's limit is reached. */
static void unbalanced_elements(void **state)
{
    (void)state;
    struct json_framer_options o = options(0);
    struct buf text = {0}, out = {0};
    enum { COUNT = 300000 };
    buf_byte(&text, '[');
    for (int i = 0; i < COUNT; i++) {
        buf_append(&text, S("{\"a\":[},"));
    }
    buf_append(&text, S("{}]"));
    frames(buf_view(&text), &o, 65536, NULL, false, &out);
    size_t broken = 0;
    for (size_t i = 0; i < out.len; i++) {
        broken += out.ptr[i] == 'B';
    }
    assert_int_equal(broken, COUNT);
    assert_true(str_ends(buf_view(&out), S("V{};")));
    buf_deinit(&text);
    buf_deinit(&out);
}

static void too_large(void **state)
{
    (void)state;
    struct json_framer_options o = options(80);
    struct buf big = {0}, text = {0}, expected = {0};
    buf_append(&big, S("{\"a\":\""));
    for (int i = 0; i < 200; i++) {
        buf_byte(&big, 'x');
    }
    str kept = {big.ptr, 80};
    for (int layout = 0; layout < 3; layout++) {
        static const char *const before[] = {"{}\n", "[{},", "{\"Records\":[{},"};
        static const char *const between[] = {"\n", ",", ","};
        static const char *const after[] = {"\n", "]", "]}"};
        buf_clear(&text);
        buf_append(&text, str_from(before[layout]));
        buf_append(&text, buf_view(&big));
        buf_append(&text, S("\"}"));
        buf_append(&text, str_from(between[layout]));
        buf_append(&text, S("{\"b\":2}"));
        buf_append(&text, str_from(after[layout]));
        buf_clear(&expected);
        buf_append(&expected, S("V{};L"));
        buf_append(&expected, kept);
        buf_append(&expected, S(";V{\"b\":2};"));
        check_with(o, false, buf_view(&text), buf_view(&expected));
    }
    buf_deinit(&big);
    buf_deinit(&text);
    buf_deinit(&expected);
}

/* Text that looks enough like JSON to reach every state. */
static void random_text(struct buf *out, size_t pieces, uint64_t *seed)
{
    static const char *const parts[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        "\"",
                                        "\\",
                                        ",",
                                        ":",
                                        "\n",
                                        "{\"a\":",
                                        "1",
                                        "\"x\"",
                                        " ",
                                        "},{",
                                        "\n{",
                                        "\"b\"",
                                        "{\"Records\":[",
                                        "{}",
                                        "{\"a\":1}",
                                        "]}",
                                        "null",
                                        "\r\n",
                                        "\\\"",
                                        "x",
                                        "{\"value\":[{",
                                        ",\n",
                                        "{\"k\":\"v\"},"};
    buf_clear(out);
    for (size_t i = 0; i < pieces; i++) {
        buf_append(out, str_from(parts[next_random(seed) % (sizeof parts / sizeof *parts)]));
    }
}

static void feed_sizes(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct buf text = {0}, whole = {0}, pieces = {0};
    static const size_t limits[] = {0, 30, 64, 150};
    for (int i = 0; i < 6000; i++) {
        struct json_framer_options o = options(limits[i % 4]);
        random_text(&text, 5 + next_random(&seed) % 150, &seed);
        frames(buf_view(&text), &o, text.len, NULL, true, &whole);
        o.plain = i & 4;
        frames(buf_view(&text), &o, 1 + next_random(&seed) % 90, &seed, true, &pieces);
        assert_str(buf_view(&pieces), buf_view(&whole));
        frames(buf_view(&text), &o, LENT, NULL, true, &pieces);
        assert_str(buf_view(&pieces), buf_view(&whole));
    }
    buf_deinit(&text);
    buf_deinit(&whole);
    buf_deinit(&pieces);
}

/* Whether the n places are those of the colons outside strings, found byte by byte. */
static bool right_colons(str text, const uint32_t *places, size_t n)
{
    bool in_string = false, escaped = false;
    size_t seen = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        in_string = in_string != (c == '"' && !escaped);
        escaped = c == '\\' && !escaped;
        if (c == ':' && !in_string && (seen >= n || places[seen++] != i)) {
            return false;
        }
    }
    return seen == n;
}

/* Both scans stop at the same places for the same reasons, also when they go on from a stop. */
static void plain_is_simd(void **state)
{
    (void)state;
    if (!simd_usable()) {
        skip();
    }
    uint64_t seed = 2;
    static const char special[] = "\"\\{}[]::u\n\x02\x1b\x5f\x7f\xdb\xfb{{{[[    aaaaaaaa";
    for (int i = 0; i < 20000; i++) {
        char bytes[300];
        for (size_t j = 0; j < sizeof bytes; j++) {
            uint64_t r = next_random(&seed);
            bytes[j] = i & 1 ? (char)(r >> 8) : special[r % (sizeof special - 1)];
        }
        bytes[0] = '{';
        str text = {bytes, 1 + next_random(&seed) % sizeof bytes};
        uint32_t colons[FRAME_COLONS_SPARE + sizeof bytes];
        assert_true(right_colons(text, colons, frame_colons_plain(text, colons)));
        assert_true(right_colons(text, colons, frame_colons_simd(text, colons)));
        struct frame_scan x = {0}, y = {0};
        size_t at = 0, there = 0;
        for (int stops = 0; stops < 20; stops++) {
            enum frame_stop stop = frame_scan_plain(&x, text, &at, i & 2);
            assert_int_equal(frame_scan_simd(&y, text, &there, i & 2), stop);
            assert_int_equal(at, there);
            assert_memory_equal(&x, &y, sizeof x);
            if (stop == FRAME_STOP_END || stop == FRAME_STOP_MORE) {
                break;
            }
            at = there += stop == FRAME_STOP_LINE_IN_STRING;
        }
    }
}

/* ---- every prefix ---- */

/* A splitter of its own: records are the balanced objects that begin at nesting `level`. *clean: nothing begun is unfinished. */
static void naive_split(str text, unsigned level, struct buf *out, bool *clean)
{
    unsigned depth = 0;
    bool quoted = false;
    size_t start = 0;
    buf_clear(out);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            start = depth == level ? i : start;
            depth++;
        } else if ((c == '}' || c == ']') && --depth == level) {
            buf_byte(out, 'V');
            buf_append(out, str_slice(text, start, i + 1));
            buf_byte(out, ';');
        }
    }
    *clean = depth == 0;
}

static void check_prefixes(str text, unsigned level)
{
    struct json_framer_options o = options(0);
    struct buf expected = {0}, out = {0};
    for (size_t n = 0; n <= text.len; n++) {
        str prefix = str_slice(text, 0, n);
        bool clean;
        naive_split(prefix, level, &expected, &clean);
        frames(prefix, &o, 100000, NULL, false, &out);
        str got = buf_view(&out), complete = buf_view(&expected);
        assert_true(str_starts(got, complete));
        str rest = str_slice(got, complete.len, got.len);
        if (clean) {
            assert_str(rest, S(""));
        } else {
            assert_true(rest.len >= 2 && (rest.ptr[0] == 'C' || rest.ptr[0] == 'B'));
            assert_true(str_find_byte(rest, ';', 0) == rest.len - 1);
        }
    }
    buf_deinit(&expected);
    buf_deinit(&out);
}

static void every_prefix(void **state)
{
    (void)state;
    check_prefixes(S("{\"a\":1,\"s\":\"\\\"}{\\\\\"}\n{\"b\":[{\"c\":\"]\"},null]}\n\n{}\n"), 0);
    check_prefixes(S("[{\"a\":1}, {\"b\":{\"c\":[1,{}]}},\n{\"s\":\"},{\"}]\n"), 1);
    check_prefixes(S("{\"Records\":[{\"a\":1},{\"b\":\"x\\\"]\"},{}]}\n"), 2);
    check_prefixes(S("{\"Records\": [\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": []\n  }\n]\n}\n"),
                   2);
    check_prefixes(S("{\n  \"a\": [\n    1,\n    \"\\\\\"\n  ]\n}\n{\n  \"b\": {}\n}\n"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ndjson),
        cmocka_unit_test(concatenated),
        cmocka_unit_test(pretty_printed),
        cmocka_unit_test(lines_with_a_time),
        cmocka_unit_test(top_array),
        cmocka_unit_test(streamed_records),
        cmocka_unit_test(crlf),
        cmocka_unit_test(byte_order_mark),
        cmocka_unit_test(nul_bytes),
        cmocka_unit_test(nothing),
        cmocka_unit_test(unterminated_string),
        cmocka_unit_test(missing_brace),
        cmocka_unit_test(stray_closers),
        cmocka_unit_test(malformed_element),
        cmocka_unit_test(double_commas),
        cmocka_unit_test(depth_bomb),
        cmocka_unit_test(unbalanced_elements),
        cmocka_unit_test(too_large),
        cmocka_unit_test(feed_sizes),
        cmocka_unit_test(plain_is_simd),
        cmocka_unit_test(every_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
