/* SPDX-License-Identifier: Apache-2.0 */
/* Order and cut of results against a list that is really sorted and really cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/results.h"

/* SplitMix64 (Steele, Lea, Flood, 2014), below `n`. */
static uint32_t random_below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

/* -- cut -- */

struct list {
    size_t item[64];
    size_t n;
};

static void list_keep(struct list *l, bool tail, uint64_t count)
{
    while (l->n > count) {
        if (tail) {
            memmove(l->item, l->item + 1, (l->n - 1) * sizeof *l->item);
        }
        l->n--;
    }
}

static void cuts_agree_with_a_list(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 20000; round++) {
        struct ir_pipe pipes[4];
        struct list l = {.n = random_below(&seed, 40)};
        size_t n_pipes = random_below(&seed, 5), n = l.n, first = 99;
        uint64_t size = random_below(&seed, 30);
        enum result_position position = random_below(&seed, 2) ? RESULT_HEAD : RESULT_TAIL;
        for (size_t i = 0; i < l.n; i++) {
            l.item[i] = i;
        }
        for (size_t i = 0; i < n_pipes; i++) {
            pipes[i].op = random_below(&seed, 2) ? IR_PIPE_HEAD : IR_PIPE_TAIL;
            pipes[i].count = random_below(&seed, 40);
        }
        bool tail = n_pipes ? pipes[0].op == IR_PIPE_TAIL : position == RESULT_TAIL;
        list_keep(&l, tail, size);
        for (size_t i = 0; i < n_pipes; i++) {
            list_keep(&l, pipes[i].op == IR_PIPE_TAIL, pipes[i].count);
        }
        assert_int_equal(results_cut(pipes, n_pipes, size, position, n, &first), l.n);
        assert_true(l.n == 0 || first == l.item[0]);
        assert_true(first <= n);
    }
}

/* The two examples of section 10 of the EQL semantics. */
static void the_examples_of_the_semantics(void **state)
{
    (void)state;
    const struct ir_pipe four[] = {
        {IR_PIPE_HEAD, 10}, {IR_PIPE_TAIL, 7}, {IR_PIPE_HEAD, 5}, {IR_PIPE_TAIL, 3}};
    const struct ir_pipe two[] = {{IR_PIPE_HEAD, 1000}, {IR_PIPE_TAIL, 2}};
    size_t first;
    assert_int_equal(results_cut(four, 4, 10, RESULT_TAIL, 100, &first), 3);
    assert_int_equal(first, 5); /* 6, 7, 8 of 1, 2, 3 … */
    assert_int_equal(results_cut(two, 2, 10, RESULT_TAIL, 100, &first), 2);
    assert_int_equal(first, 8); /* results 9 and 10 */
    assert_int_equal(results_cut(NULL, 0, 10, RESULT_TAIL, 100, &first), 10);
    assert_int_equal(first, 90);
    assert_int_equal(results_cut(NULL, 0, UINT64_MAX, RESULT_HEAD, 100, &first), 100);
    assert_int_equal(first, 0);
}

/* -- order -- */

static struct value random_date(uint64_t *seed)
{
    if (random_below(seed, 4) == 0) {
        return (struct value){.type = VALUE_NULL};
    }
    return (struct value){.type = VALUE_DATE, .number = (int64_t)random_below(seed, 5) - 2};
}

static struct value random_tiebreaker(uint64_t *seed)
{
    if (random_below(seed, 4) == 0) {
        return (struct value){.type = VALUE_NULL};
    }
    return (struct value){.type = VALUE_LONG, .number = (int64_t)random_below(seed, 5) - 2};
}

/* Null first, then by number. */
static int64_t time_rank(const struct result *r)
{
    return r->timestamp.type == VALUE_NULL ? -100 : r->timestamp.number;
}

/* By number, then null. */
static int64_t tie_rank(const struct result *r)
{
    return r->tiebreaker.type == VALUE_NULL ? 100 : r->tiebreaker.number;
}

static bool before(const struct result *a, const struct result *b)
{
    if (time_rank(a) != time_rank(b)) {
        return time_rank(a) < time_rank(b);
    }
    if (tie_rank(a) != tie_rank(b)) {
        return tie_rank(a) < tie_rank(b);
    }
    return a->input < b->input;
}

static void results_are_in_order_and_none_is_lost(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (int round = 0; round < 500; round++) {
        struct result r[40];
        size_t n = random_below(&seed, 41);
        uint64_t sum = 0;
        for (size_t i = 0; i < n; i++) {
            r[i] = (struct result){random_date(&seed), random_tiebreaker(&seed), (i * 7) % 41};
            sum += UINT64_C(1) << r[i].input;
        }
        results_sort(r, n);
        for (size_t i = 0; i < n; i++) {
            sum -= UINT64_C(1) << r[i].input;
            assert_true(i == 0 || before(&r[i - 1], &r[i]));
        }
        assert_int_equal(sum, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_agree_with_a_list),
        cmocka_unit_test(the_examples_of_the_semantics),
        cmocka_unit_test(results_are_in_order_and_none_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
