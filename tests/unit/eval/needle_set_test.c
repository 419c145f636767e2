/* SPDX-License-Identifier: Apache-2.0 */
/* A needle set against a search for each needle at each place: few letters, so that needles overlap, begin alike and end in each other. */
#include "hand.h"

#include "eval/needle_set.h"

enum { NEEDLES_MAX = 12, TEXT_MAX = 120, NEEDLE_MAX = 24 };

struct seen {
    unsigned counts[NEEDLES_MAX][TEXT_MAX + 1]; /* by needle and end */
    size_t last_end, hits, stop_after;
    bool in_order;
};

static bool see(void *context, uint32_t needle, size_t end)
{
    struct seen *seen = context;
    seen->counts[needle][end]++;
    seen->in_order &= end >= seen->last_end;
    seen->last_end = end;
    return ++seen->hits == seen->stop_after;
}

static str random_text(uint64_t *seed, size_t least, size_t most, char *out)
{
    size_t len = least + hand_random(seed, (uint32_t)(most - least + 1));
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + hand_random(seed, 2) + 24 * (hand_random(seed, 9) == 0));
    return (str){out, len};
}

static void check_round(uint64_t *seed, size_t shortest, struct arena a)
{
    char rooms[NEEDLES_MAX][NEEDLE_MAX], text_room[TEXT_MAX];
    str needles[NEEDLES_MAX];
    size_t n = 1 + hand_random(seed, NEEDLES_MAX);
    for (size_t i = 0; i < n; i++)
        needles[i] = random_text(seed, shortest, shortest + hand_random(seed, 5), rooms[i]);
    str text = random_text(seed, 0, TEXT_MAX, text_room);
    const struct needle_set *set = needle_set_new(needles, n, &a);
    struct seen seen = {.in_order = true};
    assert_false(needle_set_scan(set, text, see, &seen));
    assert_true(seen.in_order);
    for (size_t i = 0; i < n; i++)
        for (size_t end = 0; end <= text.len; end++) {
            bool there = end >= needles[i].len &&
                         str_eq(str_slice(text, end - needles[i].len, end), needles[i]);
            assert_int_equal(seen.counts[i][end], there);
        }
    if (seen.hits > 0) {
        struct seen first = {.in_order = true, .stop_after = 1};
        assert_true(needle_set_scan(set, text, see, &first));
        assert_int_equal(first.hits, 1);
    }
}

static void every_occurrence_is_told_once(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct arena arena = arena_open((size_t)1 << 20);
    for (int round = 0; round < 6000; round++)
        check_round(&seed, 1 + (size_t)round % 19, arena);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_occurrence_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
