/* SPDX-License-Identifier: Apache-2.0 */
/* -o count: how often each rule matched, most first: count, severity, id and name, with tabs between them. No document is made for it. */
#include "base/diag.h"
#include "base/mem.h"
#include "cli/match_writer.h"

static void begin(struct match_writer *w)
{
    w->state = mem_alloc((postern_rules_count(w->rules) + 1) * sizeof(uint64_t));
}

static void count(struct match_writer *w, const struct hunt_match *m)
{
    uint64_t *counts = w->state;
    counts[m->rule]++;
}

/* A tab would be one column more. */
static void write_column(str text, struct buf *b)
{
    size_t from = b->len;
    diag_show_text(text, b);
    for (size_t i = from; i < b->len; i++) {
        b->ptr[i] = b->ptr[i] == '\t' ? ' ' : b->ptr[i];
    }
}

static void write_rule(struct match_writer *w, uint32_t i, uint64_t n)
{
    const postern_rule *rule = postern_rules_get(w->rules, i);
    struct buf *b = &w->out->pending;
    buf_printf(b, "%llu\t%s\t", (unsigned long long)n, rule->severity ? rule->severity : "-");
    write_column(str_from(rule->id), b);
    buf_byte(b, '\t');
    write_column(str_from(rule->name), b);
    buf_byte(b, '\n');
}

/* The rule that matched most often of those not yet written, the first of several; n when none is left. */
static uint32_t most(const uint64_t *counts, size_t n)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (counts[i] > 0 && (best == n || counts[i] > counts[best])) {
            best = i;
        }
    }
    return (uint32_t)best;
}

static void end(struct match_writer *w)
{
    uint64_t *counts = w->state;
    size_t n = postern_rules_count(w->rules);
    for (uint32_t i; (i = most(counts, n)) < n; counts[i] = 0) {
        write_rule(w, i, counts[i]);
    }
    mem_free(counts);
    w->state = NULL;
}

const struct match_format match_format_count = {
    .name = "count", .counts = true, .begin = begin, .match = count, .end = end};
