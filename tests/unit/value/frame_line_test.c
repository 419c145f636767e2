/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one record each: the scan with vectors says what the plain one says, wherever in a step things stand, and both say what the header says. */
#include "../base/assert_str.h"

#include <stdlib.h>

#include "base/buf.h"
#include "value/frame_line.h"
#include "value/simd.h"

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static struct frame_form form(void)
{
    return (struct frame_form){S("{\"eventVersion\":"), literal_of(S("\"eventName\""))};
}

static void describe(enum frame_form_stop stop, const struct frame_formed *formed, struct buf *out)
{
    buf_clear(out);
    buf_printf(out, "%d", (int)stop);
    if (stop == FRAME_FORM_END) {
        buf_printf(out, " end %zu places", formed->end);
        for (size_t i = 0; i < formed->n_places; i++) {
            buf_printf(out, " %u", (unsigned)formed->places[i]);
        }
    }
}

/* The plain scan; the one with vectors must say the same. */
static enum frame_form_stop scan(str text, size_t start, struct frame_formed *formed)
{
    struct frame_form f = form();
    struct frame_formed other;
    enum frame_form_stop stop = frame_line_plain(&f, text, start, formed);
    if (simd_usable()) {
        struct buf plain = {0}, simd = {0};
        describe(stop, formed, &plain);
        describe(frame_line_simd(&f, text, start, &other), &other, &simd);
        assert_str(buf_view(&simd), buf_view(&plain));
        buf_deinit(&plain);
        buf_deinit(&simd);
    }
    return stop;
}

/* Copies the text to memory of just that size, so that a sanitizer sees what is read beyond it. */
static enum frame_form_stop scan_alone(str text, struct frame_formed *formed)
{
    char *copy = malloc(text.len);
    assert_non_null(copy);
    memcpy(copy, text.ptr, text.len);
    enum frame_form_stop stop = scan((str){copy, text.len}, 0, formed);
    free(copy);
    return stop;
}

static void what_the_header_says(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum frame_form_stop stop;
    } cases[] = {
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\n{", FRAME_FORM_END},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\n", FRAME_FORM_MORE},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}", FRAME_FORM_MORE},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\n[", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\n\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\r\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventNames\":\"A\"}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}{}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"} {}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\t{}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}\r[}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"}[{}]}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"]{}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"A\"][{},\"x\"}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"\\u0041\"}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":\"\\\\n\"}\n{", FRAME_FORM_END},
        {"{\"eventVersion\":1,\"eventName\":[{},{},[{}],\"{} \"]}\n{", FRAME_FORM_END},
        {"{\"eventVersion\":1,\"eventName\":[{},{},[{}],\"} \"]}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":[{},{},[{}]}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":1,\"eventName\":1}\n{", FRAME_FORM_OTHER},
        {"{\"eventVersion\":1,\"eventName\":1,\"a\"\":1}\n{", FRAME_FORM_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* With more and more in front of it, and behind it, so that all is in a step of its own, too. */
        for (size_t more = 0; more < 300; more++) {
            struct buf text = {0};
            str line = str_from(cases[i].text);
            struct frame_formed formed;
            buf_append(&text, str_slice(line, 0, 16));
            for (size_t n = 0; n < more; n++) {
                buf_byte(&text, '0');
            }
            buf_append(&text, str_slice(line, 16, line.len));
            assert_int_equal(scan_alone(buf_view(&text), &formed), cases[i].stop);
            if (cases[i].stop == FRAME_FORM_END) {
                assert_int_equal(formed.end, text.len - 2);
                assert_int_equal(formed.n_places, 1);
                assert_int_equal(formed.places[0], 18 + more);
            }
            if (cases[i].stop == FRAME_FORM_OTHER) {
                for (size_t n = 0; n < 300; n++) {
                    buf_byte(&text, '{');
                }
                assert_int_equal(scan_alone(buf_view(&text), &formed), FRAME_FORM_OTHER);
            }
            buf_deinit(&text);
        }
    }
}

static void random_lines(void **state)
{
    (void)state;
    static const char *const parts[] = {"\"eventName\"",
                                        "\"eventName\":\"A\",",
                                        "\"eventNam",
                                        "e\"",
                                        "{",
                                        "[{",
                                        "}",
                                        "},{",
                                        "\\\"",
                                        "\\n",
                                        "0",
                                        "=",
                                        "p{",
                                        "\xC3\xBC{",
                                        ": ",
                                        "},",
                                        "vN",
                                        "\"vvvvNNNN"};
    static const char *const ends[] = {"}\n{", "}\n{", "}\n{", "}\n", "}}{", "\\u", "} {", "\n{"};
    uint64_t seed = 5;
    size_t stops[3] = {0};
    for (int i = 0; i < 400000; i++) {
        struct buf text = {0};
        size_t start = next_random(&seed) % 3;
        for (size_t n = 0; n < start; n++) {
            buf_byte(&text, '}');
        }
        buf_append(&text, S("{\"eventVersion\":"));
        for (uint64_t n = next_random(&seed) % 12; n; n--) {
            buf_append(&text, str_from(parts[next_random(&seed) % 18]));
            for (uint64_t k = next_random(&seed) % 3 ? 0 : next_random(&seed) % 200; k; k--) {
                buf_byte(&text, 'v');
            }
        }
        buf_append(&text, str_from(ends[next_random(&seed) % 8]));
        for (uint64_t k = next_random(&seed) % 4 ? 0 : next_random(&seed) % 300; k; k--) {
            buf_byte(&text, 'x');
        }
        struct frame_formed formed;
        enum frame_form_stop stop = scan(buf_view(&text), start, &formed);
        stops[stop]++;
        buf_deinit(&text);
    }
    assert_true(stops[FRAME_FORM_END] > 2000 && stops[FRAME_FORM_MORE] > 500 &&
                stops[FRAME_FORM_OTHER] > 10000);
}

static void the_longest_line(void **state)
{
    (void)state;
    struct frame_formed formed;
    for (size_t len = FRAME_LINE_MAX - 2; len <= FRAME_LINE_MAX + 2; len++) {
        struct buf text = {0};
        buf_append(&text, S("{\"eventVersion\":\"eventName\""));
        while (text.len + 1 < len) {
            buf_byte(&text, 'x');
        }
        buf_append(&text, S("}\n{"));
        bool fits = len < FRAME_LINE_MAX; /* with its line break */
        assert_int_equal(scan_alone(buf_view(&text), &formed),
                         fits ? FRAME_FORM_END : FRAME_FORM_OTHER);
        buf_deinit(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_header_says),
        cmocka_unit_test(random_lines),
        cmocka_unit_test(the_longest_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
