/* SPDX-License-Identifier: Apache-2.0 */
/* Objects indexed as they are framed: the end is that of the ordinary scan, the positions are those of simdjson's stage 1, plain and vector form find the same, and a framer that
 * indexes gives the same frames as one that does not. */
#include "../base/assert_str.h"

#include <stdlib.h>

#include "base/buf.h"
#include "value/frame_index.h"
#include "value/frame_scan.h"
#include "value/json_frame.h"
#include "value/simd.h"
#include "value/stage1.h"

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

struct fixture {
    struct stage1 *stage1;
    struct frame_index index;
};

static int begin(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    *f = (struct fixture){.stage1 = stage1_new(1024),
                          .index.at = malloc(FRAME_INDEX_ROOM * sizeof *f->index.at)};
    *state = f;
    return f->stage1 && f->index.at ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    stage1_free(f->stage1);
    free(f->index.at);
    free(f);
    return 0;
}

/* What the index says of itself is what a look at each byte says, and what simdjson says. */
static void assert_index(struct fixture *f, str object, const struct frame_index *index)
{
    struct stage1_index right;
    assert_int_equal(stage1_run(f->stage1, object.ptr, object.len, &right), STAGE1_OK);
    assert_int_equal(index->n, right.n);
    assert_memory_equal(index->at, right.at, right.n * sizeof *right.at);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(index->at[index->n + i], 0);
    }
    bool unicode = false, in_string = false;
    for (size_t i = 0; i < object.len; i++) {
        bool escape = object.ptr[i] == '\\';
        assert_true(in_string || !escape);
        in_string ^= object.ptr[i] == '"';
        unicode |= escape && object.ptr[i + 1] == 'u';
        i += escape;
    }
    assert_int_equal(index->unicode, unicode);
    assert_int_equal(index->escaped, memchr(object.ptr, '\\', object.len) != NULL);
}

/* `before` bytes stand in front of the object. In a block of exactly its size, so that a byte read beyond it is seen. */
static enum frame_index_stop check_one(struct fixture *f, frame_index_fn *run, str text,
                                       size_t before)
{
    char *copy = malloc(before + text.len);
    memset(copy, '"', before);
    memcpy(copy + before, text.ptr, text.len);
    memset(f->index.at, 0xff, 4096);
    str all = {copy, before + text.len};
    enum frame_index_stop stop = run(all, before, &f->index);
    struct frame_scan scan = {0};
    size_t at = before;
    enum frame_stop right = frame_scan_plain(&scan, all, &at, true);
    if (stop == FRAME_INDEX_END) {
        assert_int_equal(right, FRAME_STOP_END);
        assert_int_equal(f->index.len, at - before);
        assert_int_equal(scan.newlines, 0);
        assert_index(f, str_slice(all, before, at), &f->index);
    } else if (stop == FRAME_INDEX_MORE) {
        assert_int_equal(right, FRAME_STOP_MORE);
    }
    free(copy);
    return stop;
}

static enum frame_index_stop check(struct fixture *f, str text)
{
    enum frame_index_stop stop = check_one(f, frame_index_plain, text, text.len % 3);
    if (simd_usable()) {
        assert_int_equal(check_one(f, frame_index_simd, text, text.len % 3), stop);
    }
    return stop;
}

static void usual_objects_are_indexed(void **state)
{
    static const char *const usual[] = {
        "{}",
        "{\"a\":1,\"b\":[true,\"x y\"], \"c\" : null }",
        "{\"a\":\"}\\\"\\\\\"}\n",
        "{\"a\":{\"b\":[{}]}},{\xff\n",
        "{\"\\u0061\":\"\x7f\"}",
        "{]",
        "{\"a\":\"0123456789012345678901234567890123456789012345678901234\\\\\"}",
        "{\"a\":\"01234567890123456789012345678901234567890123456789012345\\\\\"}",
        "{\"a\":\"012345678901234567890123456789012345678901234567890123456\\\"\"}"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        assert_int_equal(check(*state, str_from(usual[i])), FRAME_INDEX_END);
    }
}

static void others_are_not(void **state)
{
    static const char *const others[] = {"{\"a\":\n1}",   "{\"a\":\"\n\"}",     "{\"\xc3\xa9\":1}",
                                         "{\"a\tb\":1}",  "{\"a\x1f\":1}",      "{\"a\":1\t}",
                                         "{\\\"a\":1}",   "{\"a\":1,\\\"b\":2", "{\"a\":\"\x80\"}",
                                         "{\"a\":1,\r\n}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(check(*state, str_from(others[i])), FRAME_INDEX_OTHER);
    }
}

static void what_is_cut_waits_for_more(void **state)
{
    str text = S("{\"eventVersion\":\"1.08\",\"a\":[{\"b\":\"\\\"}\"},{},12.5e3],\"c\":{\"d\":"
                 "\"0123456789012345678901234567890123\"}}");
    for (size_t n = 1; n < text.len; n++) {
        assert_int_equal(check(*state, str_slice(text, 0, n)), FRAME_INDEX_MORE);
    }
    assert_int_equal(check(*state, text), FRAME_INDEX_END);
}

static void longer_objects_are_left_alone(void **state)
{
    for (size_t len = FRAME_INDEX_MAX - 1; len <= FRAME_INDEX_MAX + 1; len++) {
        struct buf text = {0};
        buf_append(&text, S("{\"a\":["));
        while (text.len < len - 4) {
            buf_append(&text, S("1,"));
        }
        text.len = len - 4;
        buf_append(&text, S("11]}"));
        enum frame_index_stop stop = check(*state, buf_view(&text));
        assert_int_equal(stop, len <= FRAME_INDEX_MAX ? FRAME_INDEX_END : FRAME_INDEX_OTHER);
        stop = check(*state, str_slice(buf_view(&text), 0, len - 1));
        assert_int_equal(stop, len <= FRAME_INDEX_MAX ? FRAME_INDEX_MORE : FRAME_INDEX_OTHER);
        buf_deinit(&text);
    }
}

/* Every byte may be a position. */
static void nothing_but_brackets(void **state)
{
    char text[1000];
    for (size_t depth = 1; depth <= sizeof text / 2; depth++) {
        memset(text, '{', depth);
        memset(text + depth, '}', depth);
        assert_int_equal(check(*state, (str){text, 2 * depth}), FRAME_INDEX_END);
    }
}

static void random_texts_of_few_letters(void **state)
{
    static const char letters[] = "\"\"\"{}[]:,::,, 1atz-~\x7f\\\\u\n\t\x01\xc3\xa9\xdb\xfb";
    uint64_t seed = 5;
    size_t ended = 0;
    for (int i = 0; i < 60000; i++) {
        char text[400];
        size_t len = 1 + next_random(&seed) % (i % 2 ? 90 : sizeof text);
        size_t kinds = i % 8 ? sizeof letters - 9 : sizeof letters - 1;
        for (size_t j = 0; j < len; j++) {
            text[j] = letters[next_random(&seed) % kinds];
        }
        text[0] = '{';
        ended += check(*state, (str){text, len}) == FRAME_INDEX_END;
    }
    assert_in_range(ended, 10000, 60000);
}

/* ---- In the framer ---- */

/* More than a step. */
#define LONG_OBJECT                                                                                \
    "{\"eventVersion\":\"1.08\",\"long\":"                                                         \
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}\n"

static void random_log(struct buf *out, uint64_t *seed)
{
    static const char *const usual[] = {"{\"a\":\"b\"}\n",
                                        "{\"a\":{\"b\":[1,2,{}]},\"c\":\"\\\"}\"}\n",
                                        LONG_OBJECT,
                                        "{\"Records\":[{\"a\":1},{\"b\":\"x\"},{}]}\n",
                                        "[{\"a\":[]},{\"b\":{}}]\n",
                                        "{\"u\":\"\\u0041\"}"};
    static const char *const odd[] = {"{",
                                      "}",
                                      "[",
                                      "]",
                                      "\"",
                                      "\\",
                                      ",",
                                      "\n",
                                      "x",
                                      "},{",
                                      "\n{",
                                      "1",
                                      "{\n\"a\":1}\n",
                                      "\r\n",
                                      ":",
                                      "{}",
                                      "\xc3\xa9",
                                      "{\"value\":[{"};
    uint64_t rare = 1 + next_random(seed) % 8;
    buf_clear(out);
    for (uint64_t n = 1 + next_random(seed) % 30; n; n--) {
        bool is_odd = next_random(seed) % rare == 0 && rare < 8;
        buf_append(out,
                   str_from(is_odd ? odd[next_random(seed) % (sizeof odd / sizeof *odd)]
                                   : usual[next_random(seed) % (sizeof usual / sizeof *usual)]));
    }
}

/* Frames of `text` in pieces of random sizes up to `piece`. How many were indexed, when they are to be. */
static size_t frames(struct fixture *t, str text, const struct json_framer_options *o, size_t piece,
                     bool indexes, uint64_t *seed, struct buf *out)
{
    struct json_framer *f = json_framer_new(o);
    size_t at = 0, indexed = 0;
    buf_clear(out);
    if (indexes) {
        json_framer_make_index(f);
        json_framer_feed(f, S("{\"another\":\"input\"}"), true);
        json_framer_next(f, &(struct frame){0});
        json_framer_reset(f);
    }
    do {
        size_t n = next_random(seed) % piece + 1;
        n = n < text.len - at ? n : text.len - at;
        json_framer_feed(f, str_slice(text, at, at + n), at + n == text.len);
        at += n;
        struct frame x;
        while (json_framer_next(f, &x)) {
            buf_printf(out, "%d@%llu:%llu[%.*s]", (int)x.kind, (unsigned long long)x.offset,
                       (unsigned long long)x.line, STR_ARG(x.container));
            buf_append(out, x.text);
            buf_printf(out, "|%s;\n", x.reason ? x.reason : "");
            const struct frame_index *index = json_framer_index(f, &x);
            if (index) {
                assert_true(indexes && x.scanned && x.unicode_escapes == index->unicode);
                assert_index(t, x.text, index);
                indexed++;
            }
        }
    } while (at < text.len);
    json_framer_free(f);
    return indexed;
}

static void frames_are_the_same(void **state)
{
    static const str containers[] = {S_INIT("Records")}, later[] = {S_INIT("value")};
    uint64_t seed = 3;
    struct buf text = {0}, right = {0}, got = {0};
    size_t indexed = 0;
    for (int i = 0; i < 20000; i++) {
        static const size_t limits[] = {0, 0, 0, 40};
        struct json_framer_options o = {.max_record = limits[next_random(&seed) % 4],
                                        .containers = containers,
                                        .n_containers = 1,
                                        .containers_later = later,
                                        .n_containers_later = 1,
                                        .whole = i % 7 == 0,
                                        .plain = i % 2};
        random_log(&text, &seed);
        frames(*state, buf_view(&text), &o, 1 + next_random(&seed) % 900, false, &seed, &right);
        indexed +=
            frames(*state, buf_view(&text), &o, 1 + next_random(&seed) % 900, true, &seed, &got);
        assert_str(buf_view(&got), buf_view(&right));
    }
    assert_in_range(indexed, 100000, SIZE_MAX);
    buf_deinit(&text);
    buf_deinit(&right);
    buf_deinit(&got);
}

/* All records of a log, not only some, when they lie there at once: lines and elements. */
static void usual_logs_are_indexed(void **state)
{
    static const str containers[] = {S_INIT("Records")};
    const struct json_framer_options o = {.containers = containers, .n_containers = 1};
    struct json_framer_options plain = o;
    plain.plain = true;
    uint64_t seed = 1;
    struct buf out = {0};
    str lines = S("{\"a\":1}\n{\"b\":{}}\n{\"c\":\"d\"}"),
        array = S("{\"Records\":[{\"a\":1},{}]}");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(frames(*state, lines, &plain, lines.len * 1000, true, &seed, &out), 3);
        assert_int_equal(frames(*state, array, &plain, array.len * 1000, true, &seed, &out), 2);
        if (simd_usable()) {
            assert_int_equal(frames(*state, lines, &o, lines.len * 1000, true, &seed, &out), 3);
            assert_int_equal(frames(*state, array, &o, array.len * 1000, true, &seed, &out), 2);
        }
    }
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_objects_are_indexed),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(what_is_cut_waits_for_more),
        cmocka_unit_test(longer_objects_are_left_alone),
        cmocka_unit_test(nothing_but_brackets),
        cmocka_unit_test(random_texts_of_few_letters),
        cmocka_unit_test(frames_are_the_same),
        cmocka_unit_test(usual_logs_are_indexed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
