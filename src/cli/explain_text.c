/* SPDX-License-Identifier: Apache-2.0 */
/* postern explain as text: an event a paragraph, a leaf a line. */
#include "base/time.h"
#include "cli/explain_view.h"

enum { VALUES_SHOWN = 8 };

static void indent(unsigned level, struct buf *out)
{
    for (unsigned i = 0; i < level; i++) {
        buf_append(out, S("  "));
    }
}

static void print_seen(const struct explain_view *v, const struct seen *seen, struct buf *out)
{
    const struct ir_query *q = v->x->query;
    bool field = seen->node->op == IR_FIELD;
    str name = field ? q->field_names[seen->node->field] : explain_words(v, seen->node);
    diag_show_text(name, out);
    if (seen->values.n == 0) {
        bool known = !field || q->fields[seen->node->field];
        buf_append(out, known ? S(": no value") : S(": no such field, so no value"));
        return;
    }
    buf_append(out, S(": "));
    struct buf text = BUF_INIT(0);
    for (size_t i = 0; i < seen->values.n && i < VALUES_SHOWN; i++) {
        buf_append(&text, i ? S(", ") : S(""));
        explain_value(&seen->values.v[i], &text, v->scratch);
    }
    diag_show_text(buf_view(&text), out);
    buf_deinit(&text);
    if (seen->values.n > VALUES_SHOWN) {
        buf_printf(out, " and %zu more", seen->values.n - VALUES_SHOWN);
    }
}

static void print_leaf(const struct explain_view *v, const struct verdict *leaf, struct buf *out)
{
    for (uint32_t i = 0; i < leaf->n_seen; i++) {
        buf_append(out, i ? S("; ") : S("   ["));
        print_seen(v, &leaf->seen[i], out);
    }
    bool constant = leaf->n_seen == 0 && leaf->node->op != IR_CONST;
    buf_append(out, leaf->n_seen ? S("]\n")
                    : constant   ? S("   [always so: it reads no known field]\n")
                                 : S("\n"));
}

/* `[process where true]`: the category says it all. */
static bool is_literal_true(const struct verdict *v)
{
    return v->node->op == IR_CONST && v->holds;
}

static void print_args(const struct explain_view *v, const struct verdict *t, unsigned level,
                       struct buf *out);

static void print_verdict(const struct explain_view *v, const struct verdict *t, unsigned level,
                          struct buf *out)
{
    static const char *const words[] = {[IR_AND] = "and", [IR_OR] = "or", [IR_NOT] = "not"};
    bool category_alone = t->n_args == 2 && t->node->op == IR_AND && is_literal_true(&t->args[1]);
    if (category_alone) {
        t = &t->args[0];
    }
    buf_append(out, t->holds ? S("  yes  ") : S("  no   "));
    indent(level, out);
    const struct verdict *leaf = explain_leaf_of(v, t);
    if (leaf) {
        diag_show_text(explain_words(v, t->node), out);
        print_leaf(v, leaf, out);
        return;
    }
    buf_append(out, str_from(words[t->node->op]));
    buf_byte(out, '\n');
    print_args(v, t, level + 1, out);
}

/* An AND inside an AND is one AND, and so for OR: the category and the condition are parts of one. */
static void print_args(const struct explain_view *v, const struct verdict *t, unsigned level,
                       struct buf *out)
{
    for (uint32_t i = 0; i < t->n_args; i++) {
        const struct verdict *arg = &t->args[i];
        if (t->node->op == IR_AND && is_literal_true(arg)) {
            continue;
        }
        if (arg->n_args > 0 && arg->node->op == t->node->op && t->node->op != IR_NOT) {
            print_args(v, arg, level, out);
        } else {
            print_verdict(v, arg, level, out);
        }
    }
}

/* ---- What the machine did ---- */

static const char *const actions[] = {
    [SEQUENCE_STARTED] = "started",
    [SEQUENCE_ADVANCED] = "advanced",
    [SEQUENCE_REPLACED] = "replaced",
    [SEQUENCE_EXPIRED] = "expired",
    [SEQUENCE_KILLED] = "killed by until",
    [SEQUENCE_BROKEN] = "broken by a missing event",
    [SEQUENCE_REFUSED] = "complete, but a missing event occurred",
    [SEQUENCE_WAITS] = "complete, waits for a missing event",
    [SEQUENCE_DISCARDED] = "discarded: the missing event came",
    [SEQUENCE_DROPPED] = "dropped: too many keys",
    [SEQUENCE_MATCHED] = "matched",
};

static void print_note(const struct explain_view *v, const char *what,
                       const struct explain_note *note, struct buf *out)
{
    buf_printf(out, "  %s: %u of %u", what, note->n, v->x->joined->form.n);
    str key = explain_key_words(v, note->key);
    if (key.len) {
        buf_append(out, S(" for "));
        diag_show_text(key, out);
    }
    buf_append(out, note->n == 1 ? S(" (event ") : S(" (events "));
    for (uint32_t i = 0; i < note->n; i++) {
        buf_printf(out, "%s%zu", i ? ", " : "", note->events[i] + 1);
    }
    buf_append(out, S(")\n"));
}

static void print_notes(const struct explain_view *v, const struct explain_note *notes, size_t n,
                        struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        print_note(v, actions[notes[i].action], &notes[i], out);
    }
}

static void print_clauses(const struct explain_view *v, const struct explain_event *e,
                          struct buf *out)
{
    for (uint32_t i = 0; i < v->x->n_clauses; i++) {
        bool holds = e->held & CLAUSE_BIT(i), joins = e->joinable & CLAUSE_BIT(i);
        str name = explain_clause_name(v, i);
        buf_printf(out, " %.*s: %s%s\n", STR_ARG(name), holds ? "yes" : "no",
                   holds && !joins ? ", but it lacks a value for a join key" : "");
        print_verdict(v, e->verdicts[i], 0, out);
    }
    if (e->timeless) {
        buf_append(out, S("  takes no part: it has no time\n"));
    }
    print_notes(v, e->notes, e->n_notes, out);
}

void explain_text_begin(const struct explain_view *v, struct buf *out)
{
    (void)v;
    (void)out;
}

void explain_text_event(const struct explain_view *v, size_t number, struct buf *out)
{
    const struct explain_event *e = &v->x->events[number];
    const struct input_event *in = &v->inputs[number];
    buf_printf(out, "event %zu (", number + 1);
    diag_show_text(in->file, out);
    buf_printf(out, " record %llu", (unsigned long long)in->record);
    if (e->order.timestamp.type == VALUE_DATE) {
        char time[40];
        buf_printf(out, ", %.*s", (int)time_format_ns(e->order.timestamp.number, time), time);
    }
    buf_append(out, S(")"));
    bool event = v->x->query->kind == IR_EVENT;
    buf_append(out, !event ? S("\n") : e->held ? S(": matches\n") : S(": does not match\n"));
    if (!rule_sees(v->rule, in->dataset)) {
        buf_append(out, S("  not looked at in a hunt: the rule's index patterns shut '"));
        diag_show_text(in->dataset, out);
        buf_append(out, S("' out\n"));
    }
    if (event) {
        print_verdict(v, e->verdicts[0], 0, out);
    } else {
        print_clauses(v, e, out);
    }
}

void explain_text_end(const struct explain_view *v, struct buf *out)
{
    const struct explain *x = v->x;
    if (x->n_last || x->n_open) {
        buf_append(out, S("at the end\n"));
    }
    print_notes(v, x->last, x->n_last, out);
    for (size_t i = 0; i < x->n_open; i++) {
        print_note(v, "open", &x->open[i], out);
    }
    unsigned long long matches = x->matches;
    if (x->joined) {
        const char *kind = x->query->kind == IR_SEQUENCE ? "sequence" : "sample";
        buf_printf(out, "%llu %s%s in %zu events\n", matches, kind, matches == 1 ? "" : "s", x->n);
    } else {
        buf_printf(out, "%llu of %zu events match\n", matches, x->n);
    }
    if (x->joined && x->matches == 0) {
        buf_append(out, S("nearest miss: "));
        diag_show_text(explain_miss_words(v), out);
        buf_byte(out, '\n');
    }
}
