/* SPDX-License-Identifier: Apache-2.0 */
/* Open join keys of one sequence: sequence_bench [KEYS] (default 10,000,000). Opens so many keys, one event each, then completes every one; prints nanoseconds an event for each tenth of
 * the way, and bytes of resident memory a key when all are open. Keys are text of 36 characters, like a UUID. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/os.h"
#include "base/time.h"
#include "engine/sequence.h"

enum { DEFAULT_KEYS = 10000000, STEPS = 10, KEY = 36 };

static int64_t cpu_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * TIME_NS_PER_S + t.tv_nsec;
}

static void count(void *user, const struct sequence_match *m)
{
    *(uint64_t *)user += m->n;
}

/* The bytes that join_take would make of the text. Made by hand: printf took a third of the time. */
static str key_of(uint64_t i, char to[KEY + 8])
{
    static const char digits[] = "0123456789abcdef",
                      form[] = "--------x0000x4000x8000x------------";
    to[0] = VALUE_STRING;
    to[1] = KEY;
    memcpy(to + 2, form, KEY);
    uint32_t head = (uint32_t)i * 2654435761u;
    for (size_t k = 0; k < 8; k++, head >>= 4) {
        to[2 + k] = digits[head & 15];
    }
    for (size_t k = KEY - 12; k < KEY; k++, i >>= 4) {
        to[2 + k] = digits[i & 15];
    }
    return (str){to, KEY + 2};
}

/* Gives every key one event that satisfies `clause`. */
static void pass(struct sequence *s, uint64_t keys, uint64_t clause, int64_t *time)
{
    char bytes[KEY + 8];
    for (uint64_t step = 0; step < STEPS; step++) {
        int64_t start = cpu_time();
        uint64_t from = keys * step / STEPS, to = keys * (step + 1) / STEPS;
        for (uint64_t i = from; i < to; i++) {
            struct join_offer offer = {key_of(i, bytes), clause};
            sequence_event(s, *time += 1000, &offer, 1, i);
        }
        printf(" %.0f", (double)(cpu_time() - start) / (double)(to - from));
        fflush(stdout);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    int64_t keys = DEFAULT_KEYS, time = 0;
    if (argc > 1 && (!str_to_i64(str_from(argv[1]), &keys) || keys < STEPS)) {
        fprintf(stderr, "usage: sequence_bench [KEYS]\n");
        return 3;
    }
    uint8_t clause[] = {0, 1};
    uint64_t gap[3] = {0}, events = 0;
    const struct sequence_form form = {
        .n = 2, .clause = clause, .gap = gap, .maxspan = 3600 * TIME_NS_PER_S};
    const struct sequence_options options = {0};
    const struct sequence_sink sink = {.user = &events, .match = count};
    struct pool *pool = pool_new();
    struct sequence *s = sequence_new(&form, pool, &options, &sink);
    size_t before = os_peak_memory();
    printf("opening, ns an event:");
    pass(s, (uint64_t)keys, CLAUSE_BIT(0), &time);
    struct sequence_stats stats = sequence_stats(s);
    size_t state = pool->in_use * sizeof(uint64_t) + stats.table_bytes;
    printf("%zu keys open: %.1f bytes a key, peak of resident memory %.1f\n", stats.open_keys,
           (double)state / (double)keys, (double)(os_peak_memory() - before) / (double)keys);
    printf("completing, ns an event:");
    pass(s, (uint64_t)keys, CLAUSE_BIT(1), &time);
    printf("%llu events in matches, %zu keys open\n", (unsigned long long)events,
           sequence_stats(s).open_keys);
    sequence_free(s);
    pool_free(pool);
    return events == 2 * (uint64_t)keys ? 0 : 1;
}
