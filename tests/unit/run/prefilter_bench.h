/* SPDX-License-Identifier: Apache-2.0 */
/* A prefilter beside a searcher over the same rules, for its unit test and its fuzzer: what the one skips the other must find to be one record
 * without a match. */
#ifndef POSTERN_TESTS_PREFILTER_BENCH_H
#define POSTERN_TESTS_PREFILTER_BENCH_H

#include "run/prefilter.h"

struct prefilter_bench {
    struct arena arena;
    struct diags diags;
    struct ruleset *rules;
    struct search_options options;
    struct prefilter *prefilter;
    struct searcher *searcher;
    struct findings found;
    struct json_framer *framer;
};

/* The prefilter is NULL when the queries allow none. False when a query is refused. */
static inline bool prefilter_bench_open(struct prefilter_bench *b, const char *const *queries,
                                        size_t n)
{
    *b = (struct prefilter_bench){.arena = arena_open((size_t)1 << 28)};
    b->diags = (struct diags){.arena = &b->arena};
    struct schema *schema = schema_new(&b->arena);
    schema_add_ecs(schema);
    sources_add_fields(schema);
    struct rule_list list = {0};
    for (size_t i = 0; i < n; i++) {
        struct rule *r =
            rule_from_query(str_from(queries[i]), (unsigned)i + 1, schema, &b->arena, &b->diags);
        if (!r) {
            return false;
        }
        rule_list_add(&list, r, &b->arena, &b->diags);
    }
    b->rules = ruleset_new(&list, schema, &b->arena, &b->diags);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(b->rules, &n_fields);
    b->options = (struct search_options){
        .rules = b->rules,
        .plan = source_plan_new(fields, n_fields, NULL, 0, &b->arena),
        .reader = {.max_record = (size_t)1 << 20},
    };
    b->prefilter = prefilter_new(&b->options, NULL);
    b->searcher = searcher_new(&b->options);
    findings_init(&b->found);
    struct json_framer_options framing = {.max_record = (size_t)1 << 20};
    sources_container_keys(&framing, &b->arena);
    b->framer = json_framer_new(&framing);
    return ruleset_refused(b->rules) == 0;
}

static inline void prefilter_bench_close(struct prefilter_bench *b)
{
    json_framer_free(b->framer);
    findings_deinit(&b->found);
    searcher_free(b->searcher);
    prefilter_free(b->prefilter);
    ruleset_free(b->rules);
    arena_close(&b->arena);
}

/* What came of some bytes. */
struct prefilter_verdicts {
    size_t frames, skipped;
    size_t formed;  /* of a second reading with the framer's filter: skipped by their form */
    size_t wrong;   /* skipped although it is not one record without a match */
    size_t matched; /* frames with a match */
};

static const char prefilter_known[] = "{\"eventName\":\"A\",\"eventSource\":\"b\"}\n";

/* A file begins behind a record that every source's reader knows, far enough in a file for the prefilter to work. */
static inline void prefilter_bench_begin(struct prefilter_bench *b)
{
    struct frame known = {.kind = FRAME_VALUE,
                          .text = {prefilter_known, sizeof prefilter_known - 2},
                          .offset = (uint64_t)1 << 29};
    prefilter_begin_file(b->prefilter, 0);
    prefilter_begin_run(b->prefilter, UINT64_MAX);
    prefilter_skips(b->prefilter, &known);
}

/* How many matches the frame has; *one: it is one record. */
static inline size_t prefilter_bench_search(struct prefilter_bench *b, const struct frame *frame,
                                            bool *one)
{
    findings_clear(&b->found);
    searcher_frame(b->searcher, frame, &b->found);
    *one = b->found.records == 1;
    return b->found.n_matches + b->found.n_survivors;
}

struct prefilter_asked {
    struct prefilter_bench *bench;
    struct prefilter_verdicts *v;
    size_t n;
};

/* The framer's filter: what it takes must be one record without a match. */
static inline bool prefilter_bench_filter(void *user, const struct frame *frame, size_t form,
                                          const struct frame_formed *formed)
{
    struct prefilter_asked *asked = user;
    struct frame far = *frame;
    far.offset += (uint64_t)1 << 30;
    if (asked->n++ % 32 == 0) { /* a run in which it does not pay is left alone */
        prefilter_bench_begin(asked->bench);
    }
    bool skips = prefilter_skips_formed(asked->bench->prefilter, &far, form, formed), one;
    if (skips) {
        size_t hits = prefilter_bench_search(asked->bench, &far, &one);
        asked->v->wrong += hits > 0 || !one;
        asked->v->formed++;
    }
    return skips;
}

static inline void prefilter_bench_read(struct prefilter_bench *b, str bytes,
                                        const struct json_framer_filter *filter)
{
    json_framer_reset(b->framer);
    json_framer_set_filter(b->framer, filter);
    json_framer_feed(b->framer, str_from(prefilter_known), bytes.len == 0);
    json_framer_feed(b->framer, bytes, true);
}

static inline struct prefilter_verdicts prefilter_bench_run(struct prefilter_bench *b, str bytes)
{
    struct prefilter_verdicts v = {0};
    struct frame frame;
    bool one;
    prefilter_bench_read(b, bytes, NULL);
    while (json_framer_next(b->framer, &frame)) {
        if (v.frames++ == 0) {
            continue; /* the known one */
        }
        if (v.frames % 32 == 2) {
            prefilter_bench_begin(b);
        }
        frame.offset += (uint64_t)1 << 30;
        bool skips = prefilter_skips(b->prefilter, &frame);
        size_t hits = prefilter_bench_search(b, &frame, &one);
        v.skipped += skips;
        v.wrong += skips && (!one || hits > 0);
        v.matched += hits > 0;
    }
    v.frames--;
    struct prefilter_asked asked = {b, &v, 0};
    struct json_framer_filter filter = {.user = &asked, .skips = prefilter_bench_filter};
    filter.forms = prefilter_forms(b->prefilter, &filter.n_forms);
    prefilter_bench_read(b, bytes, &filter);
    size_t left = 0;
    while (json_framer_next(b->framer, &frame)) {
        left++;
    }
    v.wrong += left + v.formed != v.frames + 1; /* the known one */
    return v;
}

#endif
