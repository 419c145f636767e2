/* SPDX-License-Identifier: Apache-2.0 */
/* Samples: the choice of events against one that tries every combination (section 13 of the EQL semantics), the order of keys, the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/sample.h"

enum { FILTERS = 3, EVENTS = 8, FOUND = 1024 };

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % n);
}

struct list {
    uint64_t v[FOUND][FILTERS];
    str key[FOUND];
    size_t n, max;
};

static bool add(void *user, const struct sample_match *m)
{
    struct list *l = user;
    memcpy(l->v[l->n], m->handles, m->n * sizeof *m->handles);
    l->key[l->n++] = m->key;
    return l->n < l->max;
}

/* Every choice of distinct events in lexicographic order, up to `per_key`. */
static void choose_all(const uint64_t *clauses, uint32_t n, uint32_t filters, uint64_t per_key,
                       uint32_t filter, uint64_t *chosen, struct list *out)
{
    if (filter == filters) {
        if (out->n < per_key) {
            memcpy(out->v[out->n++], chosen, filters * sizeof *chosen);
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        bool used = false;
        for (uint32_t k = 0; k < filter; k++) {
            used = used || chosen[k] == i;
        }
        if (!used && clauses[i] & CLAUSE_BIT(filter)) {
            chosen[filter] = i;
            choose_all(clauses, n, filters, per_key, filter + 1, chosen, out);
        }
    }
}

static void the_choice_is_the_first_of_all(void **state)
{
    (void)state;
    static struct list wanted, found;
    uint64_t seed = 5;
    for (int round = 0; round < 5000; round++) {
        struct pool *pool = pool_new();
        uint64_t clauses[EVENTS], chosen[FILTERS];
        uint32_t n = random_below(&seed, EVENTS + 1), filters = 1 + random_below(&seed, FILTERS);
        uint64_t per_key = 1 + random_below(&seed, 6);
        wanted.n = found.n = 0;
        found.max = FOUND;
        const struct sample_options options = {.filters = filters, .per_key = per_key};
        const struct sample_sink sink = {.user = &found, .match = add};
        struct sample *s = sample_new(pool, &options, &sink);
        for (uint32_t i = 0; i < n; i++) {
            clauses[i] = random_below(&seed, 1 << filters);
            const struct join_offer offer = {{"k", 1}, clauses[i]};
            sample_event(s, &offer, clauses[i] != 0, i);
        }
        sample_finish(s);
        choose_all(clauses, n, filters, per_key, 0, chosen, &wanted);
        assert_int_equal(found.n, wanted.n);
        for (size_t i = 0; i < wanted.n; i++) {
            assert_memory_equal(found.v[i], wanted.v[i], filters * sizeof(uint64_t));
        }
        sample_free(s);
        pool_free(pool);
    }
}

/* Null first, numbers by value, text by bytes. */
static void keys_ascend(void **state)
{
    (void)state;
    /* One column of one key; type byte and value as join_take writes them. */
    static const char null[] = {VALUE_NULL}, upper[] = {VALUE_STRING, 1, 'B'},
                      lower[] = {VALUE_STRING, 1, 'a'},
                      one[] = {VALUE_LONG, 1, 0, 0, 0, 0, 0, 0, 0},
                      big[] = {VALUE_LONG, 0, 1, 0, 0, 0, 0, 0, 0},
                      less[] = {VALUE_LONG, -1, -1, -1, -1, -1, -1, -1, -1};
    static const str texts[] = {{lower, sizeof lower}, {upper, sizeof upper}, {null, 1}},
                     numbers[] = {{big, sizeof big}, {one, sizeof one}, {less, sizeof less}};
    static struct list found;
    for (int which = 0; which < 2; which++) {
        const str *keys = which ? numbers : texts;
        struct pool *pool = pool_new();
        found.n = 0;
        found.max = FOUND;
        const struct sample_options options = {.filters = 1};
        const struct sample_sink sink = {.user = &found, .match = add};
        struct sample *s = sample_new(pool, &options, &sink);
        for (uint64_t i = 0; i < 3; i++) {
            const struct join_offer offer = {keys[i], 1};
            sample_event(s, &offer, 1, i);
        }
        sample_finish(s);
        assert_int_equal(found.n, 3);
        for (uint64_t i = 0; i < 3; i++) {
            assert_int_equal(found.v[i][0], 2 - i);
        }
        sample_free(s);
        pool_free(pool);
    }
}

static void the_sink_and_max_keys_end_it(void **state)
{
    (void)state;
    static struct list found;
    struct pool *pool = pool_new();
    found.n = 0;
    found.max = 2;
    const struct sample_options options = {.filters = 1, .max_keys = 3};
    const struct sample_sink sink = {.user = &found, .match = add};
    struct sample *s = sample_new(pool, &options, &sink);
    for (uint64_t i = 0; i < 5; i++) {
        const char key[] = {VALUE_BOOLEAN, (char)i};
        const struct join_offer offer = {{key, sizeof key}, 1};
        sample_event(s, &offer, 1, i);
    }
    sample_finish(s);
    assert_int_equal(found.n, 2);
    assert_int_equal(sample_stats(s).open_keys, 3);
    assert_int_equal(sample_stats(s).dropped_keys, 2);
    sample_free(s);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_is_the_first_of_all),
        cmocka_unit_test(keys_ascend),
        cmocka_unit_test(the_sink_and_max_keys_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
