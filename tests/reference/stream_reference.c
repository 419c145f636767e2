/* SPDX-License-Identifier: Apache-2.0 */
/* Random sequences through the stateful stage of a hunt, against the reference: as a batch whose files come in any order and which does not
 * fit its memory; as a stream in order with no lateness; as a stream shuffled within its lateness. A missing event must never be
 * decided early. Options: --pairs N, --seed N, --show N, --print. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "ref_engine.h"
#include "ref_sequence_engine.h"
#include "run/sequencer.h"

enum { QUERIES = 12, EVENTS = 30, FILES = 3, PER_FILE = EVENTS / FILES };

enum mode { BATCH, SMALL_BATCH, STREAM, LATE_STREAM, MODES };
static const char *const mode_names[MODES] = {"batch", "small batch", "stream", "late stream"};

/* What came out for one query: the events (missing places left out), and what orders them. */
struct found {
    int places[64];
    uint32_t n;
    uint32_t serial;
    const struct ref_value *key; /* NULL: of the wrong length */
};

struct collected {
    struct found found[512];
    size_t n;
    str broken;
};

struct run {
    struct arena batch, scratch;
    uint64_t pairs, seed, results, open, spilled, differences, show;
    bool print;
    struct ref_random random;
    struct ref_event *made[EVENTS];   /* the events */
    struct ref_event *events[EVENTS]; /* in the order of the input */
    struct ref_sequence queries[QUERIES];
    str texts[QUERIES];
    struct ruleset *set;
    size_t rule_query[QUERIES];
    struct collected got[QUERIES];
    enum mode mode;
    int64_t lateness, watermark; /* of the stream being run */
    bool finished;
};

static int64_t time_of(const struct ref_event *e)
{
    return e->values[F_TIME].n == 0 ? INT64_MIN : e->values[F_TIME].v[0].number;
}

static bool is_trailing(const struct ref_sequence *q)
{
    return q->terms[q->n - 1].missing && !q->terms[0].missing;
}

static bool on_match(void *user, const struct sequencer_match *m, struct error *e)
{
    struct run *run = user;
    (void)e;
    size_t query = run->rule_query[m->rule];
    const struct ref_sequence *q = &run->queries[query];
    struct collected *c = &run->got[query];
    if (c->n == sizeof c->found / sizeof c->found[0] || m->n > 64) {
        c->broken = S("too many results to compare");
        return true;
    }
    struct found *f = &c->found[c->n++];
    *f = (struct found){.n = m->n, .serial = (unsigned)m->serial};
    f->key = ref_engine_key(m->key, q->n_keys, &run->scratch);
    for (uint32_t i = 0; i < m->n; i++) {
        f->places[i] = (int)(m->events[i].file * PER_FILE + m->events[i].record);
    }
    int64_t first = time_of(run->events[f->places[0]]);
    int64_t last = time_of(run->events[f->places[m->n - 1]]);
    bool early = run->watermark - first <= q->maxspan;
    if (run->mode >= STREAM && !run->finished && is_trailing(q) && early) {
        c->broken = S("a missing event was decided early");
    }
    if (m->anchor != m->n - 1 || !m->has_time || m->time != last) {
        c->broken = S("a match has not the time of its last event");
    }
    return true;
}

/* A batch takes whole files, in another order than theirs. */
static void arrange_batch(struct run *run, uint32_t order[EVENTS])
{
    for (uint32_t i = 0; i < EVENTS; i++) {
        run->events[i] = run->made[i];
        order[i] = (i + PER_FILE) % EVENTS;
    }
}

/* A stream has one file; its events come by their time, each kept back by up to the lateness. */
static void arrange_stream(struct run *run, uint32_t order[EVENTS])
{
    int64_t arrival[EVENTS], last = 0;
    for (uint32_t i = 0; i < EVENTS; i++) {
        int64_t time = time_of(run->made[i]);
        int64_t delay = (int64_t)ref_below(&run->random, 1001) * (run->lateness / 1000);
        last = time == INT64_MIN ? last : time + delay;
        uint32_t at = i;
        for (; at > 0 && arrival[at - 1] > last; at--) {
            arrival[at] = arrival[at - 1];
            run->events[at] = run->events[at - 1];
        }
        arrival[at] = last;
        run->events[at] = run->made[i];
        order[i] = i;
    }
}

static void feed(struct run *run, struct sequencer *s, struct scanner *scanner,
                 struct document_event *document, uint32_t i)
{
    uint32_t file = run->mode >= STREAM ? 0 : i / PER_FILE;
    uint64_t record = run->mode >= STREAM ? i : i % PER_FILE;
    struct json_error bad;
    struct error e = {0};
    const uint32_t *matched;
    const struct stage_match *stages;
    document_event_set(document, json_parse(run->events[i]->text, &run->scratch, &bad),
                       &run->scratch);
    size_t gate = scanner_gate(scanner, S("any"));
    scanner_match(scanner, &document->event, gate, &matched);
    size_t n = scanner_stages(scanner, gate, &stages), n_orders;
    ruleset_orders(run->set, &n_orders);
    for (uint32_t o = 0; o < n_orders; o++) {
        struct buf head = {0};
        struct survivor v = {.record = record};
        static const struct time_range all = {0};
        if (survivor_take(run->set, o, &all, &document->event, stages, n, &head, &v)) {
            str bytes = str_slice(buf_view(&head), v.head, v.head + v.head_len);
            v.text_len = run->events[i]->text.len;
            sequencer_add(s, &v, bytes, run->events[i]->text, file, record, &e);
        }
        buf_deinit(&head);
        if (run->mode >= STREAM && time_of(run->events[i]) != INT64_MIN) {
            sequencer_tick(s, o, time_of(run->events[i]), &e);
        }
    }
}

static void run_mode(struct run *run)
{
    uint32_t order[EVENTS];
    struct error e = {0};
    for (size_t i = 0; i < QUERIES; i++) {
        run->got[i].n = 0;
        run->got[i].broken = (str){0};
    }
    run->finished = false;
    run->watermark = INT64_MIN / 2;
    run->lateness = run->mode == LATE_STREAM ? INT64_C(1000000) << ref_below(&run->random, 22) : 0;
    if (run->mode >= STREAM) {
        arrange_stream(run, order);
    } else {
        arrange_batch(run, order);
    }
    struct sequencer_options options = {.rules = run->set,
                                        .memory = run->mode == SMALL_BATCH ? 1024 : 1 << 24,
                                        .stream = run->mode >= STREAM,
                                        .lateness = run->lateness};
    struct sequencer_sink sink = {.user = run, .match = on_match};
    struct sequencer *s = sequencer_new(&options, &sink);
    struct scanner *scanner = scanner_new(run->set);
    struct document_event document;
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(run->set, &n_fields);
    document_event_init(&document, fields, n_fields, &run->scratch);
    for (uint32_t i = 0; i < EVENTS; i++) {
        int64_t time = time_of(run->events[order[i]]);
        if (time != INT64_MIN && time - run->lateness > run->watermark) {
            run->watermark = time - run->lateness;
        }
        feed(run, s, scanner, &document, order[i]);
    }
    run->finished = true;
    sequencer_finish(s, &e);
    if (sequencer_stats(s).late > 0) {
        run->got[0].broken = S("an event within the lateness was left out");
    }
    run->spilled += sequencer_stats(s).spilled;
    scanner_free(scanner);
    sequencer_free(s);
}

/* By the last event in the order of section 10, then by serial. */
static bool is_before(const struct run *run, const struct ref_sequence *q, const struct found *x,
                      const struct found *y)
{
    int i = x->places[x->n - 1], j = y->places[y->n - 1];
    if (i == j) {
        return x->serial < y->serial;
    }
    if (ref_comes_before(q, run->events[i], run->events[j])) {
        return true;
    }
    return !ref_comes_before(q, run->events[j], run->events[i]) && i < j;
}

static void sort(const struct run *run, const struct ref_sequence *q, struct collected *c)
{
    for (size_t i = 1; i < c->n; i++) {
        struct found f = c->found[i];
        size_t at = i;
        for (; at > 0 && is_before(run, q, &f, &c->found[at - 1]); at--) {
            c->found[at] = c->found[at - 1];
        }
        c->found[at] = f;
    }
}

static bool result_is(const struct ref_sequence *q, const struct ref_result *want,
                      const struct found *got)
{
    uint32_t filled = 0;
    bool same = got->key != NULL && ref_key_equal(want->key, got->key, q->n_keys);
    for (uint32_t i = 0; i < want->n; i++) {
        if (want->places[i] != REF_MISSING) {
            same = same && filled < got->n && got->places[filled] == want->places[i];
            filled++;
        }
    }
    return same && filled == got->n;
}

static bool same(const struct ref_sequence *q, const struct ref_results *want,
                 const struct collected *got)
{
    bool equal = got->broken.len == 0 && want->n == got->n;
    for (size_t i = 0; equal && i < want->n; i++) {
        equal = result_is(q, &want->v[i], &got->found[i]);
    }
    return equal;
}

static void report(const struct run *run, uint64_t seed, size_t i, const struct ref_results *want)
{
    const struct collected *got = &run->got[i];
    printf("difference: --seed %llu --pairs 1, %s, lateness %.3f s %.*s\n  %.*s%s\n",
           (unsigned long long)seed, mode_names[run->mode], (double)run->lateness / 1e9,
           STR_ARG(got->broken), STR_ARG(run->texts[i]),
           run->queries[i].tiebreaker ? "   (tiebreaker tie)" : "");
    for (uint32_t e = 0; e < EVENTS; e++) {
        printf("  %2u %.*s\n", e, STR_ARG(run->events[e]->text));
    }
    printf("  reference:");
    for (size_t j = 0; j < want->n; j++) {
        for (uint32_t k = 0; k < want->v[j].n; k++) {
            printf("%s%d", k == 0 ? " [" : " ", want->v[j].places[k]);
        }
        printf("]");
    }
    printf("\n  engine:   ");
    for (size_t j = 0; j < got->n; j++) {
        for (uint32_t k = 0; k < got->found[j].n; k++) {
            printf("%s%d", k == 0 ? " [" : " ", got->found[j].places[k]);
        }
        printf("]");
    }
    printf("\n");
}

static void compare(struct run *run, uint64_t seed)
{
    for (size_t i = 0; i < QUERIES; i++) {
        struct ref_results want =
            ref_sequence_run(&run->queries[i], run->events, EVENTS, &run->scratch);
        run->open += want.open;
        run->results += want.n;
        sort(run, &run->queries[i], &run->got[i]);
        if (want.open || same(&run->queries[i], &want, &run->got[i])) {
            continue;
        }
        run->differences++;
        if (run->show > 0) {
            run->show--;
            report(run, seed, i, &want);
        }
    }
}

static void make_queries(struct run *run)
{
    for (uint32_t i = 0; i < QUERIES; i++) {
        struct buf text = {0};
        ref_sequence_random(&run->random, false, &run->queries[i]);
        ref_sequence_print(&run->queries[i], &run->random, &text);
        run->texts[i] = arena_copy(&run->batch, buf_view(&text));
        buf_deinit(&text);
        if (run->print) {
            printf("%.*s\n", STR_ARG(run->texts[i]));
        }
    }
}

static void compile(struct run *run)
{
    struct schema *schema = ref_engine_schema(&run->batch);
    struct rule_list list = {0};
    struct diags d = {.arena = &run->batch};
    for (uint32_t i = 0; i < QUERIES; i++) {
        struct rule *rule = rule_from_query(run->texts[i], i + 1, schema, &run->batch, &d);
        if (rule != NULL) {
            rule->options.tiebreaker_field = run->queries[i].tiebreaker ? S("tie") : (str){0};
            rule_list_add(&list, rule, &run->batch, &d);
        }
    }
    run->set = ruleset_new(&list, schema, &run->batch, &d);
    size_t n;
    const struct rule *const *rules = ruleset_rules(run->set, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t number = 0; /* the id is "-e:N" */
        str_to_i64(str_slice(rules[i]->id, 3, rules[i]->id.len), &number);
        run->rule_query[i] = (size_t)number - 1;
    }
    run->differences += n != QUERIES;
}

static void batch(struct run *run, uint64_t seed)
{
    arena_reset(&run->batch, (size_t)1 << 26);
    run->random = (struct ref_random){.state = seed, .arena = &run->batch};
    ref_sequence_pool(&run->random);
    for (uint32_t i = 0; i < EVENTS; i++) {
        run->made[i] = ref_event_random(&run->random);
    }
    run->random.events = run->made;
    run->random.n_events = EVENTS;
    make_queries(run);
    compile(run);
    for (run->mode = 0; run->mode < MODES; run->mode++) {
        arena_reset(&run->scratch, (size_t)1 << 26);
        run_mode(run);
        compare(run, seed);
    }
    ruleset_free(run->set);
}

int main(int argc, char **argv)
{
    struct run *run = mem_alloc(sizeof *run);
    run->batch = arena_open((size_t)1 << 32);
    run->scratch = arena_open((size_t)1 << 32);
    run->pairs = ref_number_option(argc, argv, "--pairs", 60000);
    run->seed = ref_number_option(argc, argv, "--seed", 1);
    run->show = ref_number_option(argc, argv, "--show", 3);
    run->print = argc > 1 && strcmp(argv[argc - 1], "--print") == 0;
    hash_set_key(1, 2);
    int64_t start = time_monotonic();
    uint64_t done = 0;
    for (uint64_t i = 0; done < run->pairs; i++, done += QUERIES * EVENTS * MODES) {
        batch(run, run->seed + i);
    }
    printf("%llu pairs, %llu results, %llu left open, %llu batches on disk, %llu differences, %.1f "
           "s\n",
           (unsigned long long)done, (unsigned long long)run->results,
           (unsigned long long)run->open, (unsigned long long)run->spilled,
           (unsigned long long)run->differences, (double)(time_monotonic() - start) / 1e9);
    bool failed = run->differences > 0 || run->spilled == 0;
    arena_close(&run->batch);
    arena_close(&run->scratch);
    mem_free(run);
    return failed;
}
