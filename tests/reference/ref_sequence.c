/* SPDX-License-Identifier: Apache-2.0 */
/* Random sequences and samples, and their text. */
#include "ref_sequence.h"

/* Few distinct values, so that keys meet; times close together, so that spans and ties matter. */
void ref_sequence_pool(struct ref_random *r)
{
    static const int64_t steps[] = {1, 1000, 15000, 60000, 1800000};
    static const char *const reals[] = {"1.5", "2.0", "-3.25"};
    int64_t step = steps[ref_below(r, 5)], start = INT64_C(1600000000000) + ref_below(r, 100000);
    ref_pool_fill(r);
    r->tame = true;
    uint32_t n = 2 + ref_below(r, 3);
    for (int i = 0; i < REF_TEXTS; i++) {
        r->texts[i] = i < (int)n ? r->texts[i] : r->texts[i % (int)n];
    }
    for (int i = 0; i < REF_LONGS; i++) {
        r->longs[i] = i < (int)n ? r->longs[i] : r->longs[i % (int)n];
    }
    for (int i = 0; i < REF_REALS; i++) {
        r->reals[i] = reals[i % 3];
    }
    for (int i = 0; i < REF_DATES; i++) {
        int64_t ms = start + (int64_t)ref_below(r, 16) * step;
        r->dates[i] = ms * 1000000 + (ref_chance(r, 20) ? ref_below(r, 1000000) : 0);
    }
}

/* Fields whose values can be equal, by kind. */
static const enum ref_field kinds[][5] = {
    {F_KW, F_USER, F_AB, F_TXT, F_KWN},         {F_NUM, F_AN, F_NUM, F_AN, F_NUM},
    {F_FLAG, F_FLAG2, F_FLAG, F_FLAG2, F_FLAG}, {F_REAL, F_AR, F_REAL, F_AR, F_REAL},
    {F_WHEN, F_WHEN, F_WHEN, F_WHEN, F_WHEN},   {F_IP, F_AIP, F_IP, F_AIP, F_IP}};

static void random_event(struct ref_random *r, struct ref_query *out)
{
    static const char *const categories[] = {"process", "file", "Process", "my-category"};
    out->category = ref_chance(r, 40) ? (str){0} : str_from(categories[ref_below(r, 4)]);
    if (ref_chance(r, 65)) {
        out->where = ref_node_new(r, K_CONST, REF_BOOLEAN, 0);
        out->where->constant = (struct ref_value){.type = REF_BOOLEAN, .boolean = true};
    } else {
        out->where = ref_leaf_random(r, ref_below(r, 2));
    }
}

static void random_keys(struct ref_random *r, struct ref_sequence *q)
{
    bool optional[F_COUNT];
    uint32_t first = ref_below(r, 6);
    for (int f = 0; f < F_COUNT; f++) {
        optional[f] = f >= F_KNOWN || ref_chance(r, 35);
    }
    q->n_keys = ref_below(r, 3);
    q->n_keys += q->sample && q->n_keys == 0;
    q->n_global = ref_below(r, q->n_keys + 1);
    for (uint32_t k = 0; k < q->n_keys; k++) {
        /* kinds of different keys differ, so that no field is a key twice */
        const enum ref_field *kind = kinds[(first + k) % (q->sample ? 5 : 6)];
        enum ref_field global = ref_chance(r, 5) ? F_NOPE + k : kind[ref_below(r, 5)];
        for (uint32_t t = 0; t <= q->n; t++) {
            struct ref_term *term = t < q->n ? &q->terms[t] : &q->until;
            enum ref_field f = k < q->n_global ? global : kind[ref_below(r, 5)];
            term->keys[k] = (struct ref_key){f, optional[f]};
        }
    }
}

static void random_span(struct ref_random *r, struct ref_sequence *q)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ms", 1000000},
                 {"s", 1000000000},
                 {"m", INT64_C(60000000000)},
                 {"h", INT64_C(3600000000000)},
                 {"d", INT64_C(86400000000000)}};
    int64_t width = r->dates[ref_below(r, REF_DATES)] - r->dates[ref_below(r, REF_DATES)];
    width = width < 0 ? -width : width;
    uint32_t i = ref_chance(r, 3) ? 4 : 0;
    while (i < 3 && width / units[i + 1].ns > 0 && ref_chance(r, 80)) {
        i++;
    }
    q->unit = units[i].name;
    q->span = (uint32_t)(width / units[i].ns) + ref_below(r, 2);
    q->span += q->span == 0;
    q->maxspan = q->span * units[i].ns;
}

static void random_missing(struct ref_random *r, struct ref_sequence *q)
{
    for (uint32_t t = 0; t < q->n; t++) {
        q->terms[t].missing = ref_chance(r, 40);
    }
    uint32_t positive = ref_below(r, q->n);
    q->terms[positive].missing = false;
}

void ref_sequence_random(struct ref_random *r, bool sample, struct ref_sequence *out)
{
    *out = (struct ref_sequence){.sample = sample, .per_key = 1};
    out->n = 2 + ref_below(r, sample ? 2 : 3);
    for (uint32_t t = 0; t < out->n; t++) {
        random_event(r, &out->terms[t].event);
        out->terms[t].runs = !sample && ref_chance(r, 15) ? 1 + ref_below(r, 4) : 1;
        if (t > 0 && ref_chance(r, 15)) { /* the same stage again */
            out->terms[t].event = out->terms[t - 1].event;
        }
    }
    random_event(r, &out->until.event);
    out->until.runs = 1;
    out->tiebreaker = ref_chance(r, 40);
    if (sample) {
        out->per_key = 1 + ref_below(r, 4);
    } else {
        if (ref_chance(r, 40)) {
            random_missing(r, out);
        }
        bool missing = false;
        for (uint32_t t = 0; t < out->n; t++) {
            missing = missing || out->terms[t].missing;
        }
        out->has_until = ref_chance(r, 25);
        if (missing || ref_chance(r, 60)) {
            random_span(r, out);
        }
    }
    random_keys(r, out);
}

static void print_keys(const struct ref_key *keys, uint32_t n, struct buf *out)
{
    for (uint32_t i = 0; i < n; i++) {
        buf_append(out, i == 0 ? S(" by ") : S(", "));
        buf_append(out, keys[i].optional ? S("?") : S(""));
        buf_append(out, str_from(ref_fields[keys[i].field].name));
    }
}

static void print_term(const struct ref_sequence *q, const struct ref_term *term,
                       struct ref_random *r, struct buf *out)
{
    buf_append(out, term->missing ? S(" ![") : S(" ["));
    ref_query_print(&term->event, r, out);
    buf_append(out, S(" ]"));
    print_keys(term->keys + q->n_global, q->n_keys - q->n_global, out);
    if (term->runs != 1) {
        buf_printf(out, " with runs=%u", term->runs);
    }
}

void ref_sequence_print(const struct ref_sequence *q, struct ref_random *r, struct buf *out)
{
    buf_append(out, q->sample ? S("sample") : S("sequence"));
    print_keys(q->terms[0].keys, q->n_global, out);
    if (q->maxspan > 0) {
        buf_printf(out, " with maxspan=%u%s", q->span, q->unit);
    }
    for (uint32_t t = 0; t < q->n; t++) {
        print_term(q, &q->terms[t], r, out);
    }
    if (q->has_until) {
        buf_append(out, S(" until"));
        print_term(q, &q->until, r, out);
    }
}
