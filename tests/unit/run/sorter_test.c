/* SPDX-License-Identifier: Apache-2.0 */
/* run/sorter.h: the order is total and does not depend on the memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/sorter.h"

enum { ITEMS = 3000 };

/* Few different values, so that every level of the key has ties; the payload is the place of addition. */
static struct sort_key key_of(uint32_t i)
{
    uint32_t mixed = i * 2654435761u;
    return (struct sort_key){.has_time = mixed % 7 != 0,
                             .time = (int64_t)(mixed >> 8) % 5 - 2,
                             .file = (mixed >> 12) % 3,
                             .record = (mixed >> 16) % 4,
                             .rule = (mixed >> 20) % 3};
}

static struct sorter *filled(size_t memory)
{
    struct error e = {0};
    struct sorter *s = sorter_new(memory, S(""));
    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_true(sorter_add(s, key_of(i), (str){(const char *)&i, 1},
                               (str){(const char *)&i + 1, sizeof i - 1}, &e));
    }
    assert_true(sorter_finish(s, &e));
    return s;
}

static uint32_t next_place(struct sorter *s, struct sort_key *key)
{
    struct error e = {0};
    str payload;
    uint32_t place;
    assert_true(sorter_next(s, key, &payload, &e));
    assert_int_equal(payload.len, sizeof place);
    memcpy(&place, payload.ptr, sizeof place);
    return place;
}

static int compare(const struct sort_key *a, const struct sort_key *b)
{
    const int64_t left[] = {a->has_time, a->has_time ? a->time : 0, a->file, (int64_t)a->record,
                            a->rule};
    const int64_t right[] = {b->has_time, b->has_time ? b->time : 0, b->file, (int64_t)b->record,
                             b->rule};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

static void items_come_in_the_order_of_the_key_and_ties_as_added(void **state)
{
    (void)state;
    const size_t memories[] = {SIZE_MAX, 4096, 1};
    for (size_t m = 0; m < sizeof memories / sizeof *memories; m++) {
        struct sorter *s = filled(memories[m]);
        assert_int_equal(sorter_runs(s) > 0, m > 0);
        struct sort_key before, key;
        uint32_t place_before = next_place(s, &before);
        for (size_t i = 1; i < ITEMS; i++) {
            uint32_t place = next_place(s, &key);
            int order = compare(&before, &key);
            assert_true(order < 0 || (order == 0 && place_before < place));
            before = key;
            place_before = place;
        }
        struct error e = {0};
        str payload;
        assert_false(sorter_next(s, &key, &payload, &e));
        assert_int_equal(e.code, ERROR_NONE);
        sorter_free(s);
    }
}

/* Longer than the pieces in which runs are written and read, and in an order that leaves few of them side by side. Every hundredth is longer than any buffer. */
static size_t payload_length(uint32_t i)
{
    return i % 100 == 0 ? 300000 + i : 1000 + i % 700;
}

static void long_payloads_come_back_whole(void **state)
{
    (void)state;
    static char payload[400000];
    struct error e = {0};
    struct sorter *s = sorter_new((size_t)2 << 20, S(""));
    for (uint32_t i = 0; i < ITEMS; i++) {
        struct sort_key key = {.has_time = true, .time = (int64_t)(i * 7919u % ITEMS)};
        memset(payload, (int)(i % 251), sizeof payload);
        memcpy(payload, &i, sizeof i);
        size_t len = payload_length(i), cut = i % 50;
        assert_true(sorter_add(s, key, (str){payload, cut}, (str){payload + cut, len - cut}, &e));
    }
    assert_true(sorter_finish(s, &e));
    assert_true(sorter_runs(s) > 2);
    for (int64_t t = 0; t < ITEMS; t++) {
        struct sort_key key;
        str got;
        uint32_t i;
        assert_true(sorter_next(s, &key, &got, &e));
        assert_int_equal(key.time, t);
        memcpy(&i, got.ptr, sizeof i);
        assert_int_equal(i * 7919u % ITEMS, t);
        assert_int_equal(got.len, payload_length(i));
        for (size_t at = sizeof i; at < got.len; at++)
            if ((unsigned char)got.ptr[at] != i % 251)
                fail_msg("item %u differs at %zu", i, at);
    }
    sorter_free(s);
}

static void an_empty_sorter_ends_at_once(void **state)
{
    (void)state;
    struct error e = {0};
    struct sort_key key;
    str payload;
    struct sorter *s = sorter_new(1, S(""));
    assert_true(sorter_finish(s, &e));
    assert_false(sorter_next(s, &key, &payload, &e));
    assert_int_equal(e.code, ERROR_NONE);
    sorter_free(s);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct error e = {0};
    struct sorter *s = sorter_new(1, S("/nowhere/at/all"));
    bool ok = true;
    for (uint32_t i = 0; ok && i < 3; i++) {
        ok = sorter_add(s, key_of(i), S("pay"), S("load"), &e);
    }
    assert_false(ok && sorter_finish(s, &e));
    assert_int_not_equal(e.code, ERROR_NONE);
    sorter_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_in_the_order_of_the_key_and_ties_as_added),
        cmocka_unit_test(long_payloads_come_back_whole),
        cmocka_unit_test(an_empty_sorter_ends_at_once),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
