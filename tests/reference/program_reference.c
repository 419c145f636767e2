/* SPDX-License-Identifier: Apache-2.0 */
/* Random queries of all kinds through the program, `postern eql`: order, pipes, size, join keys and the shape of the answer (sections 10 and
 * 15 of the EQL semantics), against the reference. Options: --postern PROGRAM, --pairs N, --seed N, --show N. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "ref_sequence.h"
#include "value/json.h"

enum { QUERIES = 12, EVENTS = 30, FEW_EVENTS = 14, DEFAULT_SIZE = 10, PIPES = 3 };

/* One call of the program. */
struct request {
    bool is_event; /* else: */
    struct ref_sequence sequence;
    struct ref_query event;
    bool tiebreaker, has_size, has_position, head;
    uint32_t size;
    struct {
        bool tail;
        uint32_t count;
    } pipes[PIPES];
    uint32_t n_pipes;
    str text;
};

struct run {
    struct arena arena, scratch;
    uint64_t pairs, done, seed, differences, results, show;
    const char *program;
    char folder[64], events_file[96], schema_file[96], answer_file[96];
    struct ref_random random;
    struct ref_event *events[EVENTS];
    uint32_t n_events;
};

static void write_file(const char *name, str text)
{
    FILE *f = fopen(name, "wb");
    if (f == NULL || fwrite(text.ptr, 1, text.len, f) != text.len || fclose(f) != 0) {
        abort();
    }
}

static void write_schema(const struct run *run)
{
    struct buf out = {0};
    for (enum ref_field f = 0; f < F_KNOWN; f++) {
        buf_printf(&out, "%s\"%s\":{\"type\":\"%s\"", f == 0 ? "{" : ",", ref_fields[f].name,
                   ref_fields[f].type);
        if (ref_fields[f].null_value != NULL) {
            buf_printf(&out, ",\"null_value\":\"%s\"", ref_fields[f].null_value);
        }
        buf_byte(&out, '}');
    }
    buf_byte(&out, '}');
    write_file(run->schema_file, buf_view(&out));
    buf_deinit(&out);
}

/* Each event with its number as _id. */
static void write_events(const struct run *run)
{
    struct buf out = {0};
    for (uint32_t i = 0; i < run->n_events; i++) {
        str rest = str_slice(run->events[i]->text, 1, run->events[i]->text.len);
        buf_printf(&out, "{\"_id\":\"%u\"%s%.*s\n", i, rest.len > 1 ? "," : "", STR_ARG(rest));
    }
    write_file(run->events_file, buf_view(&out));
    buf_deinit(&out);
}

static void random_request(struct run *run, struct request *q, bool sample)
{
    struct ref_random *r = &run->random;
    struct buf text = {0};
    *q = (struct request){.is_event = !sample && ref_chance(r, 45)};
    if (q->is_event) {
        ref_query_random(r, &q->event);
        q->tiebreaker = ref_chance(r, 40);
        ref_query_print(&q->event, r, &text);
    } else {
        ref_sequence_random(r, sample, &q->sequence);
        q->tiebreaker = q->sequence.tiebreaker;
        ref_sequence_print(&q->sequence, r, &text);
    }
    q->has_size = ref_chance(r, 60);
    q->size = q->has_size ? ref_below(r, 25) : DEFAULT_SIZE;
    q->has_position = !sample && ref_chance(r, 50);
    q->head = q->has_position && ref_chance(r, 60);
    q->n_pipes = !sample && ref_chance(r, 50) ? 1 + ref_below(r, PIPES) : 0;
    for (uint32_t i = 0; i < q->n_pipes; i++) {
        q->pipes[i].tail = ref_chance(r, 50);
        q->pipes[i].count = ref_below(r, 15);
        buf_printf(&text, " | %s %u", q->pipes[i].tail ? "tail" : "head", q->pipes[i].count);
    }
    q->text = arena_copy(&run->arena, buf_view(&text));
    buf_deinit(&text);
}

/* Section 10 for events: those without a time first, then as for sequences. */
static bool comes_before(const struct ref_event *x, const struct ref_event *y, bool tiebreaker)
{
    const struct ref_values *s = &x->values[F_TIME], *t = &y->values[F_TIME];
    if (s->n == 0 || t->n == 0) {
        if (s->n != t->n) {
            return s->n == 0;
        }
    } else if (s->v[0].number != t->v[0].number) {
        return s->v[0].number < t->v[0].number;
    }
    s = &x->values[F_TIE];
    t = &y->values[F_TIE];
    if (!tiebreaker || t->n == 0) {
        return tiebreaker && s->n > 0;
    }
    return s->n > 0 && s->v[0].number < t->v[0].number;
}

static struct ref_results matching_events(struct run *run, const struct request *q)
{
    struct ref_results out = {NEW_ARRAY(&run->scratch, struct ref_result, run->n_events), 0, false};
    for (uint32_t i = 0; i < run->n_events; i++) {
        if (!ref_query_holds(&q->event, run->events[i], &out.open, &run->scratch)) {
            continue;
        }
        size_t at = out.n++;
        for (; at > 0 &&
               comes_before(run->events[i], run->events[out.v[at - 1].places[0]], q->tiebreaker);
             at--) {
            out.v[at] = out.v[at - 1];
        }
        out.v[at] = (struct ref_result){.places = NEW_ARRAY(&run->scratch, int, 1), .n = 1};
        out.v[at].places[0] = (int)i;
    }
    return out;
}

static void keep(struct ref_results *list, bool tail, uint64_t count)
{
    size_t drop = list->n > count ? list->n - count : 0;
    list->v = tail && drop > 0 ? list->v + drop : list->v;
    list->n -= drop;
}

static struct ref_results expected(struct run *run, const struct request *q)
{
    struct ref_event *const *events = run->events;
    struct ref_results list =
        q->is_event          ? matching_events(run, q)
        : q->sequence.sample ? ref_sample_run(&q->sequence, events, run->n_events, &run->scratch)
                             : ref_sequence_run(&q->sequence, events, run->n_events, &run->scratch);
    bool from_end = q->n_pipes > 0 ? q->pipes[0].tail : !q->head && !q->sequence.sample;
    keep(&list, from_end, q->size);
    for (uint32_t i = 0; i < q->n_pipes; i++) {
        keep(&list, q->pipes[i].tail, q->pipes[i].count);
    }
    return list;
}

/* Calls the program; false when it did not end by itself. */
static bool call(const struct run *run, const struct request *q)
{
    char size[32], per_key[32];
    const char *argv[24] = {run->program, "eql", "--schema", run->schema_file};
    int n = 4;
    snprintf(size, sizeof size, "%u", q->size);
    snprintf(per_key, sizeof per_key, "%u", q->sequence.per_key);
    if (q->tiebreaker) {
        argv[n++] = "--tiebreaker-field";
        argv[n++] = "tie";
    }
    if (q->has_size) {
        argv[n++] = "--size";
        argv[n++] = size;
    }
    if (q->has_position) {
        argv[n++] = "--result-position";
        argv[n++] = q->head ? "head" : "tail";
    }
    if (q->sequence.sample) {
        argv[n++] = "--max-samples-per-key";
        argv[n++] = per_key;
    }
    argv[n++] = q->text.ptr; /* the arena's copies end with NUL */
    argv[n] = run->events_file;
    pid_t child = fork();
    if (child == 0) {
        int out = open(run->answer_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, 1);
        dup2(out, 2);
        char *words[24];
        memcpy(words, argv,
               sizeof words); /* execv promises not to write to them, its type does not */
        execv(run->program, words);
        _exit(127);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
}

static struct json *read_answer(struct run *run)
{
    FILE *f = fopen(run->answer_file, "rb");
    char *text = arena_push(&run->scratch, 1, 1 << 20);
    size_t n = f == NULL ? 0 : fread(text, 1, 1 << 20, f);
    if (f != NULL) {
        fclose(f);
    }
    struct json_error e;
    return json_parse(str_trim((str){text, n}), &run->scratch, &e);
}

static bool place_is(const struct json *hit, int place)
{
    int64_t id;
    str text = json_text(json_get(hit, S("_id")));
    if (place == REF_MISSING) {
        const struct json *missing = json_get(hit, S("missing"));
        return text.len == 0 && json_is(missing, JSON_BOOL) && missing->boolean;
    }
    return str_to_i64(text, &id) && id == place && json_get(hit, S("missing")) == NULL;
}

/* A join key as JSON (sections 11 and 13); how an address is spelled is left open. */
static bool key_is(const struct json *node, const struct ref_value *v, bool sample)
{
    int64_t n;
    double d;
    char date[32];
    switch (v->type) {
    case REF_NULL:
        return json_is(node, JSON_NULL);
    case REF_BOOLEAN:
        return json_is(node, JSON_BOOL) && node->boolean == v->boolean;
    case REF_LONG:
        return json_i64(node, &n) && n == v->number;
    case REF_DOUBLE:
        return json_double(node, &d) && d <= v->real && d >= v->real;
    case REF_DATE:
    case REF_NANOS:
        if (sample) {
            return json_i64(node, &n) && n == v->number / 1000000;
        }
        return str_eq(json_text(node), (str){date, time_format_ms(v->number, date)});
    case REF_IP:
        return json_is(node, JSON_STRING);
    case REF_TEXT:
    case REF_VERSION:
        break;
    }
    return json_is(node, JSON_STRING) && str_eq(json_text(node), v->text);
}

static bool result_is(const struct request *q, const struct json *node,
                      const struct ref_result *want)
{
    if (q->is_event) {
        return place_is(node, want->places[0]);
    }
    const struct json *events = json_get(node, S("events"));
    const struct json *keys = json_get(node, S("join_keys"));
    if (events == NULL || events->count != want->n || (keys != NULL) != (q->sequence.n_keys > 0) ||
        (keys != NULL && keys->count != q->sequence.n_keys)) {
        return false;
    }
    bool same = true;
    for (uint32_t i = 0; i < want->n; i++) {
        same = same && place_is(json_element(events, i), want->places[i]);
    }
    for (uint32_t i = 0; i < q->sequence.n_keys; i++) {
        same = same && key_is(json_element(keys, i), &want->key[i], q->sequence.sample);
    }
    return same;
}

static bool answer_is(const struct request *q, const struct json *answer,
                      const struct ref_results *want)
{
    const struct json *hits = json_get(answer, S("hits"));
    const struct json *list = json_get(hits, q->is_event ? S("events") : S("sequences"));
    int64_t total = -1;
    if (list == NULL || !json_is(list, JSON_ARRAY) || list->count != want->n ||
        !json_i64(json_at(hits, "total", "value", NULL), &total) ||
        (!q->is_event && total != (int64_t)want->n)) {
        return false;
    }
    const struct json *node = list->child;
    for (size_t i = 0; i < want->n; i++, node = node->next) {
        if (!result_is(q, node, &want->v[i])) {
            return false;
        }
    }
    return true;
}

static void report(const struct run *run, uint64_t seed, const struct request *q,
                   const struct ref_results *want)
{
    printf("difference: --seed %llu --pairs 1\n  query: %.*s\n ", (unsigned long long)seed,
           STR_ARG(q->text));
    printf(" tiebreaker %s, size %u, position %s, per key %u", q->tiebreaker ? "tie" : "none",
           q->size, q->head ? "head" : "tail", q->sequence.per_key);
    printf("\n  reference:");
    for (size_t i = 0; i < want->n; i++) {
        printf(" [");
        for (uint32_t j = 0; j < want->v[i].n; j++) {
            printf(" %d", want->v[i].places[j]);
        }
        printf(" ]");
    }
    printf("\n  files: %s\n", run->folder);
}

static void batch(struct run *run, uint64_t seed)
{
    arena_reset(&run->arena, (size_t)1 << 26);
    run->random = (struct ref_random){.state = seed, .arena = &run->arena};
    ref_sequence_pool(&run->random);
    bool samples = ref_chance(&run->random, 20);
    run->n_events = samples ? FEW_EVENTS : EVENTS;
    for (uint32_t i = 0; i < run->n_events; i++) {
        run->events[i] = ref_event_random(&run->random);
    }
    run->random.events = run->events;
    run->random.n_events = run->n_events;
    write_events(run);
    for (uint32_t i = 0; i < QUERIES; i++, run->done += run->n_events) {
        struct request q;
        arena_reset(&run->scratch, (size_t)1 << 26);
        random_request(run, &q, samples);
        struct ref_results want = expected(run, &q);
        run->results += want.n;
        if (!want.open && (!call(run, &q) || !answer_is(&q, read_answer(run), &want))) {
            run->differences++;
            if (run->show > 0) {
                run->show--;
                report(run, seed, &q, &want);
            }
        }
    }
}

static void name_files(struct run *run)
{
    snprintf(run->folder, sizeof run->folder, "/tmp/postern-reference-XXXXXX");
    if (mkdtemp(run->folder) == NULL) {
        abort();
    }
    snprintf(run->events_file, sizeof run->events_file, "%s/e.ndjson", run->folder);
    snprintf(run->schema_file, sizeof run->schema_file, "%s/schema.json", run->folder);
    snprintf(run->answer_file, sizeof run->answer_file, "%s/answer", run->folder);
}

int main(int argc, char **argv)
{
    struct run run = {.arena = arena_open((size_t)1 << 32), .scratch = arena_open((size_t)1 << 32)};
    run.program = ref_option(argc, argv, "--postern", "build/release/postern");
    run.pairs = ref_number_option(argc, argv, "--pairs", 15000);
    run.seed = ref_number_option(argc, argv, "--seed", 1);
    run.show = ref_number_option(argc, argv, "--show", 3);
    int64_t start = time_monotonic();
    name_files(&run);
    write_schema(&run);
    for (uint64_t i = 0; run.done < run.pairs && run.differences < 100; i++) {
        batch(&run, run.seed + i);
    }
    printf("%llu pairs, %llu results, %llu differences, %.1f s\n", (unsigned long long)run.done,
           (unsigned long long)run.results, (unsigned long long)run.differences,
           (double)(time_monotonic() - start) / 1e9);
    if (run.differences == 0) {
        unlink(run.events_file);
        unlink(run.schema_file);
        unlink(run.answer_file);
        rmdir(run.folder);
    }
    arena_close(&run.arena);
    arena_close(&run.scratch);
    return run.differences > 0;
}
