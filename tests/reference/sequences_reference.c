/* SPDX-License-Identifier: Apache-2.0 */
/* Random sequences and samples on random events: the engine's complete lists of results against the reference's. Options:
 * --pairs N (of a query and an event), --seed N, --show N, --print. Exit 1 when there is a difference. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "ref_sequence_engine.h"
#include "ref_shrink.h"

enum { QUERIES = 12, EVENTS = 30, FEW_EVENTS = 14 };

struct run {
    struct arena batch, scratch;
    uint64_t pairs, seed, lists, results, missing, open, differences, show;
    bool print;
    struct ref_random random;
    struct ref_event *events[EVENTS];
    uint32_t n_events;
};

static str print_query(const struct ref_sequence *q, struct ref_random *r, struct arena *a)
{
    struct buf out = {0};
    ref_sequence_print(q, r, &out);
    str text = arena_copy(a, buf_view(&out));
    buf_deinit(&out);
    return text;
}

static struct ref_results expected(const struct ref_sequence *q, struct ref_event *const *events,
                                   uint32_t n, struct arena *a)
{
    return q->sample ? ref_sample_run(q, events, n, a) : ref_sequence_run(q, events, n, a);
}

static bool same(const struct ref_sequence *q, const struct ref_results *want,
                 const struct ref_engine_results *got)
{
    if (got->refused.len > 0 || got->broken.len > 0 || want->n != got->results.n) {
        return false;
    }
    for (size_t i = 0; i < want->n; i++) {
        const struct ref_result *x = &want->v[i], *y = &got->results.v[i];
        if (x->n != y->n || memcmp(x->places, y->places, x->n * sizeof x->places[0]) != 0 ||
            !ref_key_equal(x->key, y->key, q->n_keys)) {
            return false;
        }
    }
    return true;
}

static void show_results(const char *who, const struct ref_results *list)
{
    printf("  %s:", who);
    for (size_t i = 0; i < list->n; i++) {
        printf(" [");
        for (uint32_t j = 0; j < list->v[i].n; j++) {
            int place = list->v[i].places[j];
            if (place == REF_MISSING) {
                printf(" -");
            } else {
                printf(" %d", place);
            }
        }
        printf(" ]");
    }
    printf("\n");
}

/* One query and its events, on their way to something small. */
struct small {
    struct run *run;
    struct ref_sequence q;
    struct ref_event *events[EVENTS];
    uint32_t n;
    bool refused;
};

static bool differs(struct small *s)
{
    struct arena *a = &s->run->scratch, before = *a;
    str text = print_query(&s->q, NULL, a);
    const struct ref_engine_results *got =
        ref_engine_sequences(&s->q, &text, 1, s->events, s->n, true, a);
    struct ref_results want = expected(&s->q, s->events, s->n, a);
    bool refused = got->refused.len > 0;
    bool differ = refused == s->refused && !want.open && !same(&s->q, &want, got);
    arena_rewind(a, before);
    return differ;
}

static bool drop_event(struct small *s)
{
    for (uint32_t drop = 0; drop < s->n; drop++) {
        struct small next = *s;
        for (uint32_t i = drop; i + 1 < s->n; i++) {
            next.events[i] = s->events[i + 1];
        }
        next.n--;
        if (differs(&next)) {
            *s = next;
            return true;
        }
    }
    return false;
}

static bool accept(struct small *s, struct small *next)
{
    if (!differs(next)) {
        return false;
    }
    *s = *next;
    return true;
}

static struct ref_node *always(struct run *run)
{
    struct ref_node *node = NEW(&run->batch, struct ref_node);
    node->type = REF_BOOLEAN;
    node->constant = (struct ref_value){.type = REF_BOOLEAN, .boolean = true};
    return node;
}

static bool simplify_term(struct small *s, uint32_t t)
{
    struct small next = *s;
    struct ref_term *term = t < next.q.n ? &next.q.terms[t] : &next.q.until;
    if (term->runs > 1) {
        term->runs--;
        if (accept(s, &next)) {
            return true;
        }
        term->runs++;
    }
    if (term->event.where->kind != K_CONST) {
        term->event.where = always(s->run);
        if (accept(s, &next)) {
            return true;
        }
        next = *s;
    }
    if (term->event.category.ptr != NULL) {
        term->event.category = (str){0};
        return accept(s, &next);
    }
    return false;
}

static bool drop_term(struct small *s, uint32_t t)
{
    struct small next = *s;
    uint32_t positive = 0;
    for (uint32_t i = t; i + 1 < s->q.n; i++) {
        next.q.terms[i] = s->q.terms[i + 1];
    }
    next.q.n--;
    for (uint32_t i = 0; i < next.q.n; i++) {
        positive += !next.q.terms[i].missing;
    }
    return positive > 0 && next.q.n > 1 && accept(s, &next);
}

static bool drop_key(struct small *s, uint32_t k)
{
    struct small next = *s;
    for (uint32_t t = 0; t <= REF_TERMS; t++) {
        struct ref_term *term = t < REF_TERMS ? &next.q.terms[t] : &next.q.until;
        for (uint32_t i = k; i + 1 < s->q.n_keys; i++) {
            term->keys[i] = term->keys[i + 1];
        }
    }
    next.q.n_keys--;
    next.q.n_global -= k < s->q.n_global;
    return (next.q.n_keys > 0 || !s->q.sample) && accept(s, &next);
}

static bool cut_json(struct small *s, uint32_t event, struct ref_json *parent)
{
    for (struct ref_json **link = &parent->child; *link != NULL; link = &(*link)->next) {
        struct ref_json *gone = *link;
        *link = gone->next;
        ref_event_finish(s->events[event], &s->run->batch);
        if (differs(s)) {
            return true;
        }
        *link = gone;
        ref_event_finish(s->events[event], &s->run->batch);
        if (cut_json(s, event, gone)) {
            return true;
        }
    }
    return false;
}

static bool cut(struct small *s)
{
    if (drop_event(s)) {
        return true;
    }
    for (uint32_t t = 0; t <= s->q.n; t++) {
        if (simplify_term(s, t) || (t < s->q.n && drop_term(s, t))) {
            return true;
        }
    }
    for (uint32_t k = 0; k < s->q.n_keys; k++) {
        if (drop_key(s, k)) {
            return true;
        }
    }
    struct small next = *s;
    next.q.has_until = false;
    if (s->q.has_until && accept(s, &next)) {
        return true;
    }
    next = *s;
    next.q.tiebreaker = false;
    if (s->q.tiebreaker && accept(s, &next)) {
        return true;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        if (cut_json(s, i, s->events[i]->root)) {
            return true;
        }
    }
    return false;
}

static void report(struct run *run, uint64_t seed, const struct ref_sequence *q, str text,
                   const struct ref_engine_results *first)
{
    struct small s = {run, *q, {0}, run->n_events, first->refused.len > 0};
    for (uint32_t i = 0; i < s.n; i++) {
        s.events[i] = run->events[i];
    }
    printf("difference: --seed %llu --pairs 1 %.*s%.*s\n  as made: %.*s\n",
           (unsigned long long)seed, STR_ARG(first->refused), STR_ARG(first->broken),
           STR_ARG(text));
    if (!differs(&s)) {
        printf("  not alone: only among the other queries or in that spelling\n");
    } else {
        while (cut(&s)) {
        }
    }
    struct arena *a = &run->batch;
    str small = print_query(&s.q, NULL, a);
    const struct ref_engine_results *got =
        ref_engine_sequences(&s.q, &small, 1, s.events, s.n, true, a);
    struct ref_results want = expected(&s.q, s.events, s.n, a);
    printf("  query: %.*s%s\n", STR_ARG(small), s.q.tiebreaker ? "   (tiebreaker tie)" : "");
    for (uint32_t i = 0; i < s.n; i++) {
        printf("  %2u %.*s\n", i, STR_ARG(s.events[i]->text));
    }
    show_results("reference", &want);
    show_results("engine   ", &got->results);
    printf("  %.*s%.*s\n", STR_ARG(got->refused), STR_ARG(got->broken));
}

static void compare(struct run *run, uint64_t seed, const struct ref_sequence *queries,
                    const str *texts)
{
    struct ref_engine_results *got = ref_engine_sequences(queries, texts, QUERIES, run->events,
                                                          run->n_events, seed % 2, &run->scratch);
    for (uint32_t i = 0; i < QUERIES; i++) {
        struct ref_results want = expected(&queries[i], run->events, run->n_events, &run->scratch);
        run->open += want.open;
        run->lists += want.n > 0;
        run->results += want.n;
        if (want.open || same(&queries[i], &want, &got[i])) {
            continue;
        }
        run->differences++;
        if (run->show > 0) {
            run->show--;
            report(run, seed, &queries[i], texts[i], &got[i]);
        }
    }
}

static void batch(struct run *run, uint64_t seed)
{
    struct ref_sequence queries[QUERIES];
    str texts[QUERIES];
    arena_reset(&run->batch, (size_t)1 << 26);
    arena_reset(&run->scratch, (size_t)1 << 26);
    run->random = (struct ref_random){.state = seed, .arena = &run->batch};
    ref_sequence_pool(&run->random);
    bool samples = ref_chance(&run->random, 20);
    run->n_events = samples ? FEW_EVENTS : EVENTS;
    for (uint32_t i = 0; i < run->n_events; i++) {
        run->events[i] = ref_event_random(&run->random);
    }
    run->random.events = run->events;
    run->random.n_events = run->n_events;
    for (uint32_t i = 0; i < QUERIES; i++) {
        ref_sequence_random(&run->random, samples, &queries[i]);
        texts[i] = print_query(&queries[i], &run->random, &run->batch);
        if (run->print) {
            printf("%.*s\n", STR_ARG(texts[i]));
        }
    }
    compare(run, seed, queries, texts);
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
    for (uint64_t i = 0; done < run.pairs; i++, done += QUERIES * run.n_events) {
        batch(&run, run.seed + i);
    }
    printf("%llu pairs, %llu queries with results, %llu results, %llu left open, %llu differences, "
           "%.1f s\n",
           (unsigned long long)done, (unsigned long long)run.lists, (unsigned long long)run.results,
           (unsigned long long)run.open, (unsigned long long)run.differences,
           (double)(time_monotonic() - start) / 1e9);
    arena_close(&run.batch);
    arena_close(&run.scratch);
    return run.differences > 0;
}
