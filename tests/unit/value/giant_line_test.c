/* SPDX-License-Identifier: Apache-2.0 */
/* A line of 1 GB, made on the way so that nothing holds it: one rejection, its neighbours untouched, memory bounded by the limit for a record. */
#include "../base/assert_str.h"

#include <string.h>

#include "base/os.h"
#include "value/json_frame.h"

enum { PIECE = 64 * 1024, MAX_RECORD = 1024 * 1024 };
#define GIGABYTE ((uint64_t)1 << 30)

#define GOOD_1 "{\"n\":1,\"s\":\"}{\"}"
#define GOOD_2 "{\"n\":2}"

/* An input: what stands before the giant, a text that is repeated until it is `size` bytes long, what stands behind it. */
struct giant_case {
    const char *before, *repeated, *behind;
    uint64_t size;
    uint64_t offset, line; /* of the giant's first byte */
    uint64_t second_line;  /* of the good record behind it */
};

struct seen {
    unsigned n;
    struct frame frames[4]; /* texts are not kept */
    bool good[4];           /* the text was GOOD_1 or GOOD_2 */
};

static void take_frames(struct json_framer *f, struct seen *seen)
{
    struct frame x;
    while (json_framer_next(f, &x)) {
        assert_true(seen->n < 4);
        assert_true(x.text.len <= MAX_RECORD);
        seen->good[seen->n] = str_eq(x.text, seen->n ? S(GOOD_2) : S(GOOD_1));
        seen->frames[seen->n++] = x;
    }
}

static void feed_giant(struct json_framer *f, const struct giant_case *c, struct seen *seen)
{
    char piece[PIECE];
    size_t unit = strlen(c->repeated);
    assert_int_equal(PIECE % unit, 0);
    for (size_t i = 0; i < PIECE; i += unit) {
        memcpy(piece + i, c->repeated, unit);
    }
    for (uint64_t fed = 0; fed < c->size; fed += PIECE) {
        json_framer_feed(f, (str){piece, PIECE}, false);
        take_frames(f, seen);
    }
}

static void check(const struct giant_case *c)
{
    static const str containers[] = {S_INIT("Records")};
    const struct json_framer_options options = {
        .max_record = MAX_RECORD, .containers = containers, .n_containers = 1};
    struct json_framer *f = json_framer_new(&options);
    struct seen seen = {0};
    size_t before = os_peak_memory();
    json_framer_feed(f, str_from(c->before), false);
    take_frames(f, &seen);
    feed_giant(f, c, &seen);
    json_framer_feed(f, str_from(c->behind), true);
    take_frames(f, &seen);
    json_framer_free(f);
    assert_true(os_peak_memory() - before < (size_t)8 * MAX_RECORD);
    assert_int_equal(seen.n, 3);
    assert_true(seen.good[0] && seen.good[2]);
    assert_int_equal(seen.frames[0].kind, FRAME_VALUE);
    assert_int_equal(seen.frames[1].kind, FRAME_TOO_LARGE);
    assert_int_equal(seen.frames[2].kind, FRAME_VALUE);
    assert_int_equal(seen.frames[1].offset, c->offset);
    assert_int_equal(seen.frames[1].line, c->line);
    assert_int_equal(seen.frames[2].line, c->second_line);
    assert_true(seen.frames[2].offset > c->size);
}

static void a_line_of_1_gb_costs_itself(void **state)
{
    (void)state;
    static const struct giant_case c = {.before = GOOD_1 "\n{\"a\":\"",
                                        .repeated = "x",
                                        .behind = "\"}\n" GOOD_2 "\n",
                                        .size = GIGABYTE,
                                        .offset = sizeof GOOD_1,
                                        .line = 2,
                                        .second_line = 3};
    check(&c);
}

/* The other ways to be too long take the same code each byte: a part of a GIGABYTE shows them. */
static void other_giants_cost_themselves(void **state)
{
    (void)state;
    static const struct giant_case cases[] = {
        {GOOD_1 "\n{\"a\":[", "{\"b\":1}, \"\\\"{\", ", "0]}\n" GOOD_2 "\n", GIGABYTE / 16,
         sizeof GOOD_1, 2, 3},
        {GOOD_1 "\n", "word", "\n" GOOD_2 "\n", GIGABYTE / 16, sizeof GOOD_1, 2, 3},
        {"{\"Records\":[" GOOD_1 ",{\"a\":\"", "x", "\"}," GOOD_2 "]}", GIGABYTE / 16,
         sizeof "{\"Records\":[" GOOD_1, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(&cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_1_gb_costs_itself),
        cmocka_unit_test(other_giants_cost_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
