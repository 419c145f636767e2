/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of form over a finished tree. */
#include "lang/eql_shape.h"
#include "ir/functions.h"

struct shape {
    const struct eql_ast *ast;
    const struct diag_source *src;
    struct diags *diags;
};

#define MANY 255 /* the table's "any number of arguments" */

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

static void check_arity(const struct shape *s, const struct eql_node *call)
{
    enum function_id id;
    if (!function_find(call->name, &id)) {
        return; /* an unknown function: eql_check.c */
    }
    const struct function *row = function_row(id);
    uint32_t n = call->n_args;
    if (n >= row->min && (n <= row->max || row->max == MANY)) {
        return;
    }
    struct diag *item;
    if (row->max == MANY) {
        item = diag_error(s->diags, s->src, call->at, DIAG_ARGUMENT_COUNT,
                          "'%s' takes at least %u argument%s, found %u", row->name, row->min,
                          plural(row->min), n);
    } else if (row->min == row->max) {
        item = diag_error(s->diags, s->src, call->at, DIAG_ARGUMENT_COUNT,
                          "'%s' takes %u argument%s, found %u", row->name, row->min,
                          plural(row->min), n);
    } else {
        item =
            diag_error(s->diags, s->src, call->at, DIAG_ARGUMENT_COUNT,
                       "'%s' takes %u or %u arguments, found %u", row->name, row->min, row->max, n);
    }
    diag_hint(s->diags, item, "%s", row->doc);
}

static void check_calls(const struct shape *s, const struct eql_node *node)
{
    if (node->op == EQL_CALL) {
        check_arity(s, node);
    }
    for (uint32_t i = 0; i < node->n_args; i++) {
        check_calls(s, node->args[i]);
    }
}

static void check_key_count(const struct shape *s, const struct eql_term *term)
{
    uint32_t global = s->ast->keys.n;
    uint32_t want = global + s->ast->terms[0].keys.n;
    uint32_t have = global + term->keys.n;
    if (have != want) {
        span at = term->keys.n > 0 ? term->keys.v[0].at : term->at;
        struct diag *item =
            diag_error(s->diags, s->src, at, DIAG_JOIN_KEY_COUNT,
                       "this stage has %u join key%s, the first has %u", have, plural(have), want);
        diag_hint(s->diags, item, "keys are paired by position: every stage needs the same number");
    }
}

/* Stages count as often as they run. */
static void check_size(const struct shape *s, uint64_t places)
{
    const struct eql_ast *ast = s->ast;
    uint32_t keys = ast->keys.n + ast->terms[0].keys.n;
    if (places > EQL_MAX_PLACES) {
        struct diag *item = diag_error(s->diags, s->src, ast->at, DIAG_TOO_LARGE,
                                       "the sequence has %llu stages, runs counted; %d are allowed",
                                       (unsigned long long)places, EQL_MAX_PLACES);
        diag_hint(s->diags, item, "split the sequence");
    }
    if (keys > EQL_MAX_KEYS) {
        struct diag *item =
            diag_error(s->diags, s->src, ast->at, DIAG_TOO_LARGE,
                       "the stages have %u join keys; %d are allowed", keys, EQL_MAX_KEYS);
        diag_hint(s->diags, item, "join by fewer fields");
    }
}

static void check_until(const struct shape *s, const struct eql_term *until)
{
    if (until->missing) {
        struct diag *item = diag_error(s->diags, s->src, until->at, DIAG_BAD_SEQUENCE,
                                       "'until' takes '[...]', not a missing event '![...]'");
        diag_hint(s->diags, item, "leave '!' out");
    }
    if (until->runs > 1) {
        struct diag *item =
            diag_error(s->diags, s->src, until->at, DIAG_BAD_SEQUENCE, "'until' takes no 'runs'");
        diag_hint(s->diags, item, "one event ends the sequence");
    }
}

static void check_sequence(const struct shape *s)
{
    const struct eql_ast *ast = s->ast;
    uint32_t positive = 0;
    uint64_t places = 0;
    const struct eql_term *missing = NULL;
    for (uint32_t i = 0; i < ast->n_terms; i++) {
        const struct eql_term *term = &ast->terms[i];
        places += term->runs;
        positive += term->missing ? 0 : 1;
        missing = term->missing && missing == NULL ? term : missing;
    }
    if (places < 2) {
        struct diag *item = diag_error(s->diags, s->src, ast->at, DIAG_BAD_SEQUENCE,
                                       "a sequence needs two stages or more");
        diag_hint(s->diags, item, "add a stage, or 'with runs=2' or more behind this one");
    } else if (positive == 0) {
        struct diag *item = diag_error(s->diags, s->src, ast->at, DIAG_BAD_SEQUENCE,
                                       "a sequence needs a stage that is not a missing event");
        diag_hint(s->diags, item, "add a stage '[...]'");
    }
    if (missing != NULL && ast->maxspan == 0) {
        struct diag *item = diag_error(s->diags, s->src, missing->at, DIAG_BAD_SEQUENCE,
                                       "a missing event needs a 'maxspan'");
        diag_hint(s->diags, item, "write 'sequence with maxspan=5m'");
    }
    if (ast->until != NULL) {
        check_until(s, ast->until);
    }
    check_size(s, places);
}

static void check_sample_term(const struct shape *s, const struct eql_term *term)
{
    if (term->missing) {
        struct diag *item = diag_error(s->diags, s->src, term->at, DIAG_BAD_SEQUENCE,
                                       "a sample takes no missing event '![...]'");
        diag_hint(s->diags, item, "a sequence with maxspan can ask for what is missing");
    }
    if (term->runs > 1) {
        struct diag *item =
            diag_error(s->diags, s->src, term->at, DIAG_BAD_SEQUENCE, "a sample takes no 'runs'");
        diag_hint(s->diags, item, "write the filter as often as it is wanted");
    }
}

static void check_sample(const struct shape *s)
{
    const struct eql_ast *ast = s->ast;
    if (ast->keys.n + ast->terms[0].keys.n == 0) {
        struct diag *item =
            diag_error(s->diags, s->src, ast->at, DIAG_BAD_SEQUENCE, "a sample needs a join key");
        diag_hint(s->diags, item, "write 'sample by host.name'");
    }
    if (ast->n_terms > EQL_MAX_SAMPLE_FILTERS) {
        struct diag *item = diag_error(
            s->diags, s->src, ast->terms[EQL_MAX_SAMPLE_FILTERS].at, DIAG_BAD_SEQUENCE,
            "a sample takes up to %d filters, found %u", EQL_MAX_SAMPLE_FILTERS, ast->n_terms);
        diag_hint(s->diags, item, "join filters with 'or', or split the sample");
    }
    for (uint32_t i = 0; i < ast->n_terms; i++) {
        check_sample_term(s, &ast->terms[i]);
    }
    check_size(s, 0);
    if (ast->until != NULL) {
        struct diag *item = diag_error(s->diags, s->src, ast->until->at, DIAG_BAD_SEQUENCE,
                                       "a sample takes no 'until'");
        diag_hint(s->diags, item, "a sample has no order in time; a sequence has");
    }
    if (ast->n_pipes > 0) {
        struct diag *item = diag_error(s->diags, s->src, ast->pipes[0].at, DIAG_UNSUPPORTED,
                                       "a sample takes no pipes");
        diag_hint(s->diags, item, "the option 'size' limits samples");
    }
}

void eql_shape(const struct eql_ast *ast, const struct diag_source *src, struct diags *d)
{
    struct shape s = {ast, src, d};
    for (uint32_t i = 0; i < ast->n_terms; i++) {
        check_calls(&s, ast->terms[i].where);
        check_key_count(&s, &ast->terms[i]);
    }
    if (ast->until != NULL) {
        check_calls(&s, ast->until->where);
        check_key_count(&s, ast->until);
    }
    switch (ast->kind) {
    case EQL_EVENT:
        break;
    case EQL_SEQUENCE:
        check_sequence(&s);
        break;
    case EQL_SAMPLE:
        check_sample(&s);
        break;
    }
}
