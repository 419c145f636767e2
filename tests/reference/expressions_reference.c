/* SPDX-License-Identifier: Apache-2.0 */
/* Random queries on random events: the engine's verdicts against the reference's. Options: --pairs N, --seed N, --show N
 * (differences printed in full), --print (the queries too). Exit 1 when there is a difference. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "ref_engine.h"
#include "ref_shrink.h"

enum { QUERIES = 48, EVENTS = 20, LEFT_OPEN = 16 };

struct run {
    struct arena batch, scratch;
    uint64_t pairs, seed, matched, open, given_up, differences, refused, show;
    bool print;
    struct ref_random random;
    struct ref_query queries[QUERIES];
    str texts[QUERIES];
    struct ref_event *events[EVENTS];
};

static str print_query(const struct ref_query *q, struct ref_random *r, struct arena *a)
{
    struct buf out = {0};
    ref_query_print(q, r, &out);
    str text = arena_copy(a, buf_view(&out));
    buf_deinit(&out);
    return text;
}

/* The verdict on a single pair, each with programs of its own. */
static uint8_t judge(str query, const struct ref_event *e, struct arena *a, str *reason)
{
    uint8_t verdict = 0;
    struct ref_engine *engine = ref_engine_new(&query, 1, a);
    ref_engine_match(engine, e->text, &verdict, a);
    *reason = verdict == REF_REFUSED ? ref_engine_reason(engine, 0) : (str){0};
    ref_engine_free(engine);
    return verdict;
}

static uint8_t expected(const struct ref_query *q, const struct ref_event *e, struct arena *a)
{
    struct arena scratch = *a;
    bool open = false;
    bool holds = ref_query_holds(q, e, &open, &scratch);
    return open ? LEFT_OPEN : holds ? BY_ALL : 0;
}

/* A difference of the same kind: refused, or judged otherwise. */
struct kind {
    struct run *run;
    bool refused;
};

static bool differs(const struct ref_query *q, struct ref_event *e, void *user)
{
    struct kind *kind = user;
    struct arena *a = &kind->run->scratch, before = *a;
    str reason;
    uint8_t verdict = judge(print_query(q, NULL, a), e, a, &reason);
    bool differ =
        verdict == REF_REFUSED ? kind->refused : !kind->refused && verdict != expected(q, e, a);
    arena_rewind(a, before);
    return differ;
}

static const char *word(uint8_t verdict, uint8_t bit)
{
    return verdict == REF_REFUSED ? "refused" : verdict & bit ? "match" : "-";
}

static void report(struct run *run, uint64_t seed, size_t q, size_t e, uint8_t verdict, str why)
{
    struct kind kind = {run, verdict == REF_REFUSED};
    struct ref_query query = run->queries[q];
    struct ref_event event = *run->events[e];
    printf("difference: --seed %llu --pairs 1, query %zu, event %zu %.*s\n  as made: %.*s\n",
           (unsigned long long)seed, q, e, STR_ARG(why), STR_ARG(run->texts[q]));
    if (differs(&query, &event, &kind)) {
        ref_shrink(&query, &event, differs, &kind, &run->batch);
    } else {
        printf("  not alone: only among the other queries or in that spelling\n");
    }
    str text = print_query(&query, NULL, &run->batch), reason;
    uint8_t got = judge(text, &event, &run->batch, &reason);
    printf("  query:     %.*s\n  event:     %.*s\n", STR_ARG(text), STR_ARG(event.text));
    printf("  reference: %s\n", word(expected(&query, &event, &run->batch), BY_ALL));
    printf("  scanner %s, plain %s, simplified %s %.*s\n", word(got, BY_SCANNER),
           word(got, BY_PLAIN), word(got, BY_SIMPLIFIED), STR_ARG(reason));
}

static bool has_regex(const struct ref_node *node)
{
    bool found = node->kind == K_REGEX;
    for (uint32_t i = 0; i < node->n && !found; i++) {
        found = has_regex(node->args[i]);
    }
    return found;
}

static void compare(struct run *run, uint64_t seed)
{
    bool reported[QUERIES] = {false};
    uint8_t verdicts[QUERIES];
    struct ref_engine *engine = ref_engine_new(run->texts, QUERIES, &run->batch);
    for (size_t e = 0; e < EVENTS; e++) {
        struct arena before = run->scratch;
        bool whole = ref_engine_match(engine, run->events[e]->text, verdicts, &run->scratch);
        for (size_t q = 0; q < QUERIES; q++) {
            uint8_t want = expected(&run->queries[q], run->events[e], &run->scratch);
            run->matched += want == BY_ALL;
            run->open += want == LEFT_OPEN;
            if (verdicts[q] == want || want == LEFT_OPEN) {
                continue;
            }
            if (!whole && has_regex(run->queries[q].where)) {
                run->given_up++;
                continue;
            }
            run->differences++;
            run->refused += verdicts[q] == REF_REFUSED;
            if (!reported[q] && run->show > 0) {
                run->show--;
                reported[q] = true;
                report(run, seed, q, e, verdicts[q], ref_engine_reason(engine, q));
            }
        }
        arena_rewind(&run->scratch, before);
    }
    ref_engine_free(engine);
}

/* One batch; everything in it follows from its seed. */
static void batch(struct run *run, uint64_t seed)
{
    arena_reset(&run->batch, (size_t)1 << 26);
    run->random = (struct ref_random){.state = seed, .arena = &run->batch};
    ref_pool_fill(&run->random);
    for (size_t i = 0; i < EVENTS; i++) {
        run->events[i] = ref_event_random(&run->random);
    }
    run->random.events = run->events;
    run->random.n_events = EVENTS;
    for (size_t i = 0; i < QUERIES; i++) {
        if (i > 0 && ref_chance(&run->random, 20)) {
            ref_query_vary(&run->random, &run->queries[i - 1], &run->queries[i]);
        } else {
            ref_query_random(&run->random, &run->queries[i]);
        }
        run->texts[i] = print_query(&run->queries[i], &run->random, &run->batch);
        if (run->print) {
            printf("%.*s\n", STR_ARG(run->texts[i]));
        }
    }
    compare(run, seed);
}

int main(int argc, char **argv)
{
    struct run run = {.batch = arena_open((size_t)1 << 32), .scratch = arena_open((size_t)1 << 32)};
    run.pairs = ref_number_option(argc, argv, "--pairs", 200000);
    run.seed = ref_number_option(argc, argv, "--seed", 1);
    run.show = ref_number_option(argc, argv, "--show", 5);
    run.print = argc > 1 && strcmp(argv[argc - 1], "--print") == 0;
    hash_set_key(1, 2);
    int64_t start = time_monotonic();
    uint64_t done = 0;
    for (uint64_t i = 0; done < run.pairs; i++, done += QUERIES * EVENTS) {
        batch(&run, run.seed + i);
    }
    printf("%llu pairs, %llu matches, %llu left open, %llu regular expressions given up, %llu "
           "differences (%llu of them refusals), "
           "%.1f s\n",
           (unsigned long long)done, (unsigned long long)run.matched, (unsigned long long)run.open,
           (unsigned long long)run.given_up, (unsigned long long)run.differences,
           (unsigned long long)run.refused, (double)(time_monotonic() - start) / 1e9);
    arena_close(&run.batch);
    arena_close(&run.scratch);
    return run.differences > 0;
}
