/* SPDX-License-Identifier: Apache-2.0 */
/* What is framed whole, broken or cut: recovery cases written by hand; for every prefix of inputs whose records the test itself laid out, that the
 * complete ones come out; that the sizes of the pieces and SIMD never show; and that hostile inputs cost neither memory
 * nor time beyond their length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/os.h"
#include "base/time.h"
#include "value/json_frame.h"

static const str containers[] = {S_INIT("Records"), S_INIT("records")};
static const str containers_later[] = {S_INIT("value")};

static const struct json_framer_options usual = {.containers = containers,
                                                 .n_containers = 2,
                                                 .containers_later = containers_later,
                                                 .n_containers_later = 1};

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void print_frame(const struct frame *frame, struct buf *out)
{
    static const char kinds[] = "VBCL";
    buf_printf(out, "%c%llu:%llu(%.*s)", kinds[frame->kind], (unsigned long long)frame->offset,
               (unsigned long long)frame->line, STR_ARG(frame->container));
    buf_append(out, frame->text);
    buf_byte(out, '\n');
}

/* All frames as text, one a line. Pieces of `piece` bytes; 0: of random sizes by *seed. */
static void print_frames(struct json_framer *f, str input, size_t piece, uint64_t *seed,
                         struct buf *out)
{
    struct frame frame;
    size_t at = 0;
    buf_clear(out);
    json_framer_reset(f);
    do {
        size_t n = piece ? piece : (size_t)(next_random(seed) % (next_random(seed) % 90 + 1));
        n = n < input.len - at ? n : input.len - at;
        json_framer_feed(f, str_slice(input, at, at + n), at + n == input.len);
        at += n;
        while (json_framer_next(f, &frame)) {
            print_frame(&frame, out);
        }
    } while (at < input.len);
}

static void assert_text(str got, str want)
{
    if (!str_eq(got, want)) {
        fail_msg("\n--- got\n%.*s--- wanted\n%.*s", STR_ARG(got), STR_ARG(want));
    }
}

static void check_frames(const struct json_framer_options *options, const char *input,
                         const char *want)
{
    struct json_framer *f = json_framer_new(options);
    struct buf out = BUF_INIT(0);
    print_frames(f, str_from(input), 1 << 20, NULL, &out);
    assert_text(buf_view(&out), str_from(want));
    print_frames(f, str_from(input), 1, NULL, &out);
    assert_text(buf_view(&out), str_from(want));
    buf_deinit(&out);
    json_framer_free(f);
}

struct example {
    const char *input, *want;
};

static void check_examples(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check_frames(&usual, examples[i].input, examples[i].want);
    }
}

#define CHECK_EXAMPLES(list) check_examples(list, sizeof(list) / sizeof *(list))

static void test_values_follow_one_another(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"", ""},
        {" \r\n\t\n ", ""},
        {"{}", "V0:1(){}\n"},
        {"{\"a\":1}\n{\"b\":2}\r\n\r\n{\"c\":3}\n",
         "V0:1(){\"a\":1}\nV8:2(){\"b\":2}\nV19:4(){\"c\":3}\n"},
        {"{\"a\":{}}{\"b\":[]} {}", "V0:1(){\"a\":{}}\nV8:1(){\"b\":[]}\nV17:1(){}\n"},
        {"\xEF\xBB\xBF{}\n", "V3:1(){}\n"},
        {"{\n \"a\": \"}\\\"]{\"\n}\n{}", "V0:1(){\n \"a\": \"}\\\"]{\"\n}\nV18:4(){}\n"},
        {"{\"a\":\"\\\\\"}{}", "V0:1(){\"a\":\"\\\\\"}\nV10:1(){}\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_arrays_and_containers_are_taken_apart(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"[]", ""},
        {"[{\"a\":1}, 2 ,\"x,]\",[3],null]\n",
         "V1:1([){\"a\":1}\nV10:1([)2\nV13:1([)\"x,]\"\nV19:1([)[3]\nV23:1([)null\n"},
        {"{\"Records\":[]}", ""},
        {"{\n\"Records\" : [\n{\"a\":1},\n{\"b\":2}\n],\"more\":{\"x\":[1]}}{}",
         "V16:3(Records){\"a\":1}\nV25:4(Records){\"b\":2}\nV52:5(){}\n"},
        {"{\"Records\":{}}", "V0:1(){\"Records\":{}}\n"},
        {"{\"id\":1,\"Records\":[{}]}", "V0:1(){\"id\":1,\"Records\":[{}]}\n"},
        {"{\"value\":[1]}", "V0:1(){\"value\":[1]}\n"},
        {"{\"value\":[{}]}", "V10:1(value){}\n"},
        {"{\"records\":[{}]}\n{\"records\":[{}]}\n", "V12:1(records){}\nV29:2(records){}\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_whole_values_are_never_taken_apart(void **state)
{
    (void)state;
    struct json_framer_options options = usual;
    options.whole = true;
    check_frames(&options, "{\"Records\":[{}]}[1]", "V0:1(){\"Records\":[{}]}\nV16:1()[1]\n");
    check_frames(&options, "{\"Records\":[{},", "C0:1(){\"Records\":[{},\n");
}

static void test_a_broken_line_costs_itself(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"rubbish {}\n{}\n", "B0:1()rubbish {}\nV11:2(){}\n"},
        {"{} rest\n{}", "V0:1(){}\nB3:1()rest\nV8:2(){}\n"},
        {"{\"a\":\"x\n{\"b\":1}\n", "B0:1(){\"a\":\"x\nV8:2(){\"b\":1}\n"},
        {"{\"a\":[1,\n{\"b\":1}\n{\"c\":1}\n", "B0:1(){\"a\":[1,\n{\"b\":1}\nV17:3(){\"c\":1}\n"},
        {"{\"a\":{\"b\":1,\n{\"c\":1}\n", "B0:1(){\"a\":{\"b\":1,\nV13:2(){\"c\":1}\n"},
        {"{\"a\":[\n{\"b\":1},\n{\"c\":1}\n]}\n", "V0:1(){\"a\":[\n{\"b\":1},\n{\"c\":1}\n]}\n"},
        {"{\"a\":[1}\n{\"b\":1}\n", "B0:1(){\"a\":[1}\nV9:2(){\"b\":1}\n"},
        {"{\"a\":[1}\n  {\"b\":1}\n", "B0:1(){\"a\":[1}\nV11:2(){\"b\":1}\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_a_broken_element_costs_itself(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"[{\"b\":[1,2},{\"c\":3},{\"d\":4}]{}",
         "B1:1([){\"b\":[1,2}\nV12:1([){\"c\":3}\nV20:1([){\"d\":4}\nV28:1(){}\n"},
        {"{\"Records\":[{\"b\":{\"x\":1},{\"c\":3}]}\n{}",
         "B12:1(Records){\"b\":{\"x\":1}\nV25:1(Records){\"c\":3}\nV35:2(){}\n"},
        {"{\"Records\":[{\"a\":{{\"b\":1},{\"c\":2}]}",
         "B12:1(Records){\"a\":{{\"b\":1}\nV26:1(Records){\"c\":2}\n"},
        {"[{\"a\":1}},{\"b\":2}]", "V1:1([){\"a\":1}\nB8:1([)}\nV10:1([){\"b\":2}\n"},
        {"[\n{\"a\":1,\n{\"b\":2}\n]", "B2:2([){\"a\":1,\nV10:3([){\"b\":2}\n"},
        {"[{\"a\":\"x\n\"},{\"b\":\"},{\"},{\"c\":3}]",
         "B1:1([){\"a\":\"x\n\"}\nV12:2([){\"b\":\"},{\"}\nV24:2([){\"c\":3}\n"},
        {"[{\"a\":[1,\"b\":[{\"x\":1},{\"y\":2}],\"z\":2},{\"c\":3}]",
         "B1:1([){\"a\":[1,\"b\":[{\"x\":1}\nV22:1([){\"y\":2}\nV31:1([)\"z\"\nB34:1([):2}\n"
         "V38:1([){\"c\":3}\n"},
        {"{\"Records\":[{\"a\":1}\n{\"Records\":[{\"b\":1}]}\n",
         "V12:1(Records){\"a\":1}\nB20:2(Records)\nV20:2(Records){\"Records\":[{\"b\":1}]}\n"
         "C42:3(Records)\n"},
        {"{\"Records\":[{\"a\":1}]\n{\"Records\":[{\"b\":1}]}\n",
         "V12:1(Records){\"a\":1}\nB21:2()\nV33:2(Records){\"b\":1}\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_commas_are_checked(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"[1 {}]", "V1:1([)1\nB3:1([)\nV3:1([){}\n"},
        {"[,1,,2,]", "B1:1([),\nV2:1([)1\nB4:1([),\nV5:1([)2\nB7:1([)\n"},
        {"[:1,{\"a\":1},{}]", "B1:1([):1,{\"a\":1}\nV12:1([){}\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_a_cut_is_one_frame(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"{\"a\":1}\n{\"b\":", "V0:1(){\"a\":1}\nC8:2(){\"b\":\n"},
        {"[", "C1:1([)\n"},
        {"[{},", "V1:1([){}\nC4:1([)\n"},
        {"[{}, 12", "V1:1([){}\nC5:1([)12\n"},
        {"{\"Records\":[{}]", "V12:1(Records){}\nC15:1()\n"},
        {"{\"Records\":[{}],\"x", "V12:1(Records){}\nC15:1(),\"x\n"},
        {"{\"id\":1,\"Records\":[{\"a\":1},{\"b\"",
         "V19:1(Records){\"a\":1}\nC27:1(Records){\"b\"\n"},
        {"{\"Records\"", "C0:1(){\"Records\"\n"},
        {"{\"value\":[", "C0:1(){\"value\":[\n"},
        {"\xEF\xBB", "B0:1()\xEF\xBB\n"},
    };
    CHECK_EXAMPLES(list);
}

static void test_sizes_are_limited_exactly(void **state)
{
    (void)state;
    struct json_framer_options options = usual;
    options.max_record = 8;
    check_frames(&options, "{\"a\":12}{\"a\":123}{}",
                 "V0:1(){\"a\":12}\nL8:1(){\"a\":123\nV17:1(){}\n");
    check_frames(&options, "[\"123456\",\"1234567\",12345678,123456789,{}]",
                 "V1:1([)\"123456\"\nL10:1([)\"1234567\nV20:1([)12345678\nL29:1([)12345678\n"
                 "V39:1([){}\n");
    check_frames(&options, "12345678\n123456789\n{}",
                 "B0:1()12345678\nL9:2()12345678\nV19:3(){}\n");
    check_frames(&options, "{\"a\":1234", "C0:1(){\"a\":123\n");
    check_frames(&options, "{\"a\":\"\n\"},{}}\n{}", "B0:1(){\"a\":\"\nB7:2()\"},{}}\nV14:3(){}\n");
}

/* ---- every prefix ---- */

struct layout {
    const char *name, *before, *between, *after;
    bool pretty;
    str container;
};

static const struct layout layouts[] = {
    {"lines", "", "\n", "\n", false, {0}},
    {"CRLF lines", "", "\r\n", "\r\n", false, {0}},
    {"concatenated", "", "", "", false, {0}},
    {"pretty-printed", "\n", "\n\n", "\n", true, {0}},
    {"array", "[", ",", "]\n", false, S_INIT("[")},
    {"pretty array", "[\n  ", ",\n  ", "\n]\n", true, S_INIT("[")},
    {"Records", "{\"Records\":[", ",", "]}", false, S_INIT("Records")},
    {"pretty records", "{\n  \"records\": [\n    ", ",\n    ", "\n  ],\n  \"x\": \"]}\"\n}\n", true,
     S_INIT("records")},
    {"value", "{\"value\":[", ", ", "],\"@odata\":{\"n\":[1]}}\n", false, S_INIT("value")},
    {"inner Records", "{\"n\":[{}],\"Records\":[", ",", "]}", false, S_INIT("Records")},
};

static const char *const flat_records[] = {
    "{\"a\":1}",
    "{}",
    "{\"s\":\"br{ace\\\"s]}\\\\\",\"u\":\"\xC3\xA9\"}",
    "{\"n\":{\"m\":[1,{\"k\":[]},\"]\"]},\"t\":null}",
    "{\"long\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
};
static const char *const pretty_records[] = {
    "{\n    \"a\": 1\n}",
    "{\n}",
    "{\n  \"s\": \"{[\\\\\",\n  \"n\": {\n    \"m\": [\n      1,\n      {}\n    ]\n  }\n}",
};

struct laid_out {
    struct buf text;
    size_t start[8], end[8];
    size_t n;
    size_t closed; /* from here on nothing is cut */
};

static void lay_out(const struct layout *l, struct laid_out *out)
{
    const char *const *records = l->pretty ? pretty_records : flat_records;
    *out = (struct laid_out){.n = l->pretty ? 3 : 5};
    buf_append(&out->text, str_from(l->before));
    for (size_t i = 0; i < out->n; i++) {
        buf_append(&out->text, str_from(i ? l->between : ""));
        out->start[i] = out->text.len;
        buf_append(&out->text, str_from(records[i]));
        out->end[i] = out->text.len;
    }
    buf_append(&out->text, str_from(l->after));
    out->closed = str_trim(buf_view(&out->text)).len;
    out->closed += (size_t)(str_trim(buf_view(&out->text)).ptr - out->text.ptr);
}

/* Whether the first `cut` bytes end between two values. */
static bool ends_cleanly(const struct layout *l, const struct laid_out *d, size_t cut)
{
    if (l->container.len) {
        return cut == 0 || cut >= d->closed;
    }
    for (size_t i = 0; i < d->n; i++) {
        if (cut > d->start[i] && cut < d->end[i]) {
            return false;
        }
    }
    return true;
}

/* The object must be complete for the array in it to be left whole. */
static bool is_whole_object(const struct layout *l, const struct laid_out *d, size_t cut)
{
    return strcmp(l->name, "inner Records") == 0 && cut >= d->closed;
}

static void check_prefix(struct json_framer *f, const struct layout *l, const struct laid_out *d,
                         size_t cut)
{
    struct frame frame;
    size_t values = 0, others = 0;
    json_framer_reset(f);
    json_framer_feed(f, str_slice(buf_view(&d->text), 0, cut), true);
    while (json_framer_next(f, &frame)) {
        if (frame.kind != FRAME_VALUE) {
            others++;
            continue;
        }
        assert_int_equal(others, 0);
        assert_true(values < d->n);
        assert_int_equal(frame.offset, d->start[values]);
        assert_int_equal(frame.text.len, d->end[values] - d->start[values]);
        assert_true(str_eq(frame.container, l->container));
        values++;
    }
    size_t complete = 0;
    while (complete < d->n && d->end[complete] <= cut) {
        complete++;
    }
    if (values != complete || others != !ends_cleanly(l, d, cut)) {
        fail_msg("%s cut at %zu: %zu of %zu values, %zu other frames", l->name, cut, values,
                 complete, others);
    }
}

static void test_every_prefix_gives_its_complete_records(void **state)
{
    (void)state;
    struct json_framer *f = json_framer_new(&usual);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        struct laid_out d;
        lay_out(&layouts[i], &d);
        for (size_t cut = 0; cut <= d.text.len; cut++) {
            if (!is_whole_object(&layouts[i], &d, cut)) {
                check_prefix(f, &layouts[i], &d, cut);
            }
        }
        buf_deinit(&d.text);
    }
    json_framer_free(f);
}

/* ---- pieces, and SIMD ---- */

static const char *const scraps[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    " ",
    "{\"a\":1}",
    "{\"b\":[1,{\"c\":\"x\"}]}",
    "\"key\":",
    "},{\"",
    "}]",
    "}],\"",
    "{\"Records\":[",
    "{\"value\":[",
    "{\"n\":1,\"records\":[",
    "\n{",
    "\n{\"a\":",
    "12",
    "null",
    "\"text\"",
    "\\\"",
    "\\\\",
    "\r\n",
    "x",
    "{[}",
    "[{\"a\":[1},",
    "                                                                                ",
    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
};

static void make_hostile(uint64_t *seed, struct buf *out)
{
    buf_clear(out);
    size_t n = next_random(seed) % 60;
    for (size_t i = 0; i < n; i++) {
        size_t repeat = next_random(seed) % 40 == 0 ? 30 : 1;
        const char *scrap = scraps[next_random(seed) % (sizeof scraps / sizeof *scraps)];
        while (repeat--) {
            buf_append(out, str_from(scrap));
        }
    }
}

static void test_pieces_and_simd_never_show(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct buf input = BUF_INIT(0), want = BUF_INIT(0), got = BUF_INIT(0);
    static const size_t limits[] = {0, 1, 20, 300, 1000};
    for (size_t round = 0; round < 20000; round++) {
        struct json_framer_options options = usual;
        options.max_record = limits[round % 5];
        options.whole = next_random(&seed) % 8 == 0;
        make_hostile(&seed, &input);
        struct json_framer *f = json_framer_new(&options);
        options.plain = true;
        struct json_framer *plain = json_framer_new(&options);
        print_frames(f, buf_view(&input), 1 << 20, NULL, &want);
        print_frames(plain, buf_view(&input), 1, NULL, &got);
        assert_text(buf_view(&got), buf_view(&want));
        print_frames(plain, buf_view(&input), 0, &seed, &got);
        assert_text(buf_view(&got), buf_view(&want));
        print_frames(f, buf_view(&input), 0, &seed, &got);
        assert_text(buf_view(&got), buf_view(&want));
        json_framer_free(plain);
        json_framer_free(f);
    }
    buf_deinit(&input);
    buf_deinit(&want);
    buf_deinit(&got);
}

/* ---- hostile sizes ---- */

struct counts {
    size_t kinds[4];
    uint64_t last_offset;
};

static void count_frames(struct json_framer *f, struct counts *c)
{
    struct frame frame;
    while (json_framer_next(f, &frame)) {
        c->kinds[frame.kind]++;
        c->last_offset = frame.offset;
    }
}

/* Feeds `times` copies of `text`; true while it costs less than linear work would allow. */
static struct counts count_repeated(const char *before, const char *text, size_t times,
                                    const char *after)
{
    struct json_framer_options options = usual;
    options.max_record = 1 << 20;
    struct json_framer *f = json_framer_new(&options);
    struct counts c = {0};
    struct buf block = BUF_INIT(0);
    for (size_t i = 0; i < 1000; i++) {
        buf_append(&block, str_from(text));
    }
    json_framer_feed(f, str_from(before), false);
    for (size_t i = 0; i < times / 1000; i++) {
        json_framer_feed(f, buf_view(&block), false);
        count_frames(f, &c);
    }
    json_framer_feed(f, str_from(after), true);
    count_frames(f, &c);
    buf_deinit(&block);
    json_framer_free(f);
    return c;
}

static void test_values_that_never_end_take_bounded_memory(void **state)
{
    (void)state;
    size_t before = os_peak_memory();
    struct counts c =
        count_repeated("{\"a\":\"", "0123456789012345678901234567890123456789", 5000000, "\"}\n{}");
    assert_int_equal(c.kinds[FRAME_TOO_LARGE], 1);
    assert_int_equal(c.kinds[FRAME_VALUE], 1);
    c = count_repeated("[\"", "0123456789012345678901234567890123456789", 1000000, "\",{}]");
    assert_int_equal(c.kinds[FRAME_TOO_LARGE], 1);
    assert_int_equal(c.kinds[FRAME_VALUE], 1);
    c = count_repeated("x", "0123456789012345678901234567890123456789", 1000000, "\n{}");
    assert_int_equal(c.kinds[FRAME_TOO_LARGE], 1);
    assert_int_equal(c.kinds[FRAME_VALUE], 1);
    c = count_repeated("[{\"a\":[1},", "                    ", 1000000, "{},{\"a\":1},{\"b\":1}]");
    assert_int_equal(c.kinds[FRAME_TOO_LARGE], 1);
    assert_true(os_peak_memory() - before < (size_t)64 << 20);
}

static void test_a_large_line_of_records_is_streamed(void **state)
{
    (void)state;
    struct counts c =
        count_repeated("{\"Records\":[{}", ",{\"a\":\"01234567890123456789\"}", 1000000, "]}\n{}");
    assert_int_equal(c.kinds[FRAME_VALUE], 1000002);
    assert_int_equal(c.kinds[FRAME_BROKEN] + c.kinds[FRAME_CUT] + c.kinds[FRAME_TOO_LARGE], 0);
}

static void test_a_large_object_is_streamed_from_its_array_on(void **state)
{
    (void)state;
    struct counts c = count_repeated("{\"id\":[1],\"Records\":[{}",
                                     ",{\"a\":\"01234567890123456789\"}", 100000, "]}\n{}");
    assert_int_equal(c.kinds[FRAME_VALUE], 100002);
    assert_int_equal(c.kinds[FRAME_BROKEN] + c.kinds[FRAME_CUT] + c.kinds[FRAME_TOO_LARGE], 0);
}

static void test_depth_bombs_and_broken_brackets_take_linear_time(void **state)
{
    (void)state;
    int64_t start = time_monotonic();
    count_repeated("", "[", 8000000, "");
    count_repeated("", "{\"a\":", 2000000, "");
    count_repeated("", "{\"a\":\n", 1000000, "");
    count_repeated("", "\n{[}", 1000000, "");
    count_repeated("", " {[}\n", 1000000, "");
    count_repeated("", "{\"x\":1,\"Records\":[{[}]}", 300000, "");
    count_repeated("", "[{\"a\":[1}]", 1000000, "");
    count_repeated("{\"a\":[", "\n{},", 1000000, "");
    count_repeated("[", "} ", 1000000, "");
    struct counts c = count_repeated("[{}", ",{\"a\":[1}", 1000000, ",{\"b\":1}]");
    assert_int_equal(c.kinds[FRAME_BROKEN], 1000000);
    assert_int_equal(c.kinds[FRAME_VALUE], 2);
    /* Quadratic work over any of these would take hours; the bound leaves room for sanitizers. */
    assert_true(time_monotonic() - start < 60 * TIME_NS_PER_S);
}

static void test_nul_bytes_are_rubbish_not_an_end(void **state)
{
    (void)state;
    static const char input[] = "{\"a\":1}\n\0\0\n{\"b\":2}\n";
    struct json_framer *f = json_framer_new(&usual);
    struct buf out = BUF_INIT(0);
    print_frames(f, (str){input, sizeof input - 1}, 3, NULL, &out);
    static const char want[] = "V0:1(){\"a\":1}\nB8:2()\0\0\nV11:3(){\"b\":2}\n";
    assert_text(buf_view(&out), (str){want, sizeof want - 1});
    buf_deinit(&out);
    json_framer_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_follow_one_another),
        cmocka_unit_test(test_arrays_and_containers_are_taken_apart),
        cmocka_unit_test(test_whole_values_are_never_taken_apart),
        cmocka_unit_test(test_a_broken_line_costs_itself),
        cmocka_unit_test(test_a_broken_element_costs_itself),
        cmocka_unit_test(test_commas_are_checked),
        cmocka_unit_test(test_a_cut_is_one_frame),
        cmocka_unit_test(test_sizes_are_limited_exactly),
        cmocka_unit_test(test_every_prefix_gives_its_complete_records),
        cmocka_unit_test(test_pieces_and_simd_never_show),
        cmocka_unit_test(test_values_that_never_end_take_bounded_memory),
        cmocka_unit_test(test_a_large_line_of_records_is_streamed),
        cmocka_unit_test(test_a_large_object_is_streamed_from_its_array_on),
        cmocka_unit_test(test_depth_bombs_and_broken_brackets_take_linear_time),
        cmocka_unit_test(test_nul_bytes_are_rubbish_not_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
