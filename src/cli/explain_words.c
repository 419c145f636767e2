/* SPDX-License-Identifier: Apache-2.0 */
/* Words that both forms of postern explain use. */
#include "base/time.h"
#include "cli/explain_view.h"
#include "lang/eql_print_part.h"

enum { SHOWN_MAX = 100 };

str explain_clause_name(const struct explain_view *v, uint32_t clause)
{
    const struct ir_query *q = v->x->query;
    if (q->kind == IR_EVENT) {
        return S("the query");
    }
    if (clause == q->n_stages) {
        return S("until");
    }
    bool missing = q->stages[clause].missing;
    const char *what = q->kind == IR_SAMPLE ? "filter" : missing ? "missing stage" : "stage";
    return arena_printf(v->scratch, "%s %u", what, clause + 1);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The category's test has the place of the category alone; so has a boolean field, but that is compared with true. */
static bool is_category(const struct ir *node)
{
    return node->op == IR_EQ && node->args[0]->op == IR_FIELD &&
           node->args[0]->at.at == node->at.at && node->args[0]->at.end == node->at.end &&
           node->args[1]->type != VALUE_BOOLEAN;
}

static str category_words(const struct explain_view *v, const struct ir *node)
{
    struct buf out = BUF_INIT(0);
    buf_append(&out, v->x->query->field_names[node->args[0]->field]);
    buf_append(&out, S(" == "));
    explain_value(&node->args[1]->constant, &out, v->scratch);
    str words = arena_copy(v->scratch, buf_view(&out));
    buf_deinit(&out);
    return words;
}

str explain_words(const struct explain_view *v, const struct ir *node)
{
    if (is_category(node)) {
        return category_words(v, node);
    }
    str text = str_slice(v->rule->query_text, node->at.at, node->at.end);
    char *words = arena_push_raw(v->scratch, 1, SHOWN_MAX + 8);
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < SHOWN_MAX; i++) {
        bool blank = is_blank(text.ptr[i]);
        if (!blank || (n > 0 && words[n - 1] != ' ')) {
            words[n++] = blank ? ' ' : text.ptr[i];
        }
    }
    bool cut = n == SHOWN_MAX;
    while (cut && n > 0 && ((unsigned char)words[n - 1] & 0xC0) == 0x80) {
        n--; /* not inside a character: its first byte goes too */
    }
    n -= cut && n > 0 && (unsigned char)words[n - 1] >= 0xC0;
    for (size_t i = 0; cut && i < 3; i++) {
        words[n++] = '.';
    }
    return (str){words, n};
}

/* Whether the text begins with the word `not`. */
static bool begins_with_not(str text)
{
    return str_starts(text, S("not")) &&
           (text.len == 3 || is_blank(text.ptr[3]) || text.ptr[3] == '(' || text.ptr[3] == '/');
}

const struct verdict *explain_leaf_of(const struct explain_view *v, const struct verdict *t)
{
    if (t->n_args == 0) {
        return t;
    }
    str text = str_slice(v->rule->query_text, t->node->at.at, t->node->at.end);
    bool inside = t->node->op == IR_NOT && t->args[0].n_args == 0 && !begins_with_not(text);
    return inside ? &t->args[0] : NULL;
}

void explain_value(const struct value *value, struct buf *out, struct arena *a)
{
    bool quoted = value->type == VALUE_STRING || value->type == VALUE_DATE ||
                  value->type == VALUE_IP || value->type == VALUE_VERSION;
    str text = value_text(value, a);
    size_t end = text.len < SHOWN_MAX ? text.len : SHOWN_MAX;
    while (end < text.len && end > 0 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80) {
        end--;
    }
    bool cut = end < text.len;
    text = str_slice(text, 0, end);
    if (quoted) {
        eql_print_string(text, out);
    } else {
        buf_append(out, text);
    }
    buf_append(out, cut ? S("...") : S(""));
}

str explain_key_words(const struct explain_view *v, str key)
{
    const struct ir_query *q = v->x->query;
    struct buf out = BUF_INIT(0);
    struct value value;
    for (uint32_t i = 0; i < q->stages[0].n_keys && join_key_next(&key, &value); i++) {
        buf_append(&out, i ? S(", ") : S(""));
        buf_append(&out, q->field_names[q->stages[0].keys[i]]);
        buf_append(&out, S(" = "));
        explain_value(&value, &out, v->scratch);
    }
    str words = arena_copy(v->scratch, buf_view(&out));
    buf_deinit(&out);
    return words;
}

/* "5m", "1500ms": in the largest unit that holds it whole; rounded up to milliseconds. */
static str span_words(const struct explain_view *v, int64_t nanoseconds)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    int64_t ms = nanoseconds / TIME_NS_PER_MS + (nanoseconds % TIME_NS_PER_MS != 0);
    size_t i = 0;
    while (i < 4 && (ms < units[i].ms || ms % units[i].ms)) {
        i++;
    }
    return arena_printf(v->scratch, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
}

/* "events 1, 2 and 5". */
static str events_words(const struct explain_view *v, const size_t *events, uint32_t n)
{
    str words = n == 1 ? S("event ") : S("events ");
    for (uint32_t i = 0; i < n; i++) {
        const char *joint = i == 0 ? "" : i + 1 == n ? " and " : ", ";
        words = arena_printf(v->scratch, "%.*s%s%zu", STR_ARG(words), joint, events[i] + 1);
    }
    return words;
}

static str leaf_words(const struct explain_view *v, const struct explain_miss *m)
{
    return arena_printf(v->scratch, "if %.*s %s for event %zu, all that it lacks for %.*s",
                        STR_ARG(explain_words(v, m->leaf->node)),
                        m->leaf->holds ? "were false" : "were true", m->event + 1,
                        STR_ARG(explain_clause_name(v, m->clause)));
}

/* Whether the event changed is one of the match: then it cannot be left out. */
static bool is_part(const struct explain_miss *m)
{
    for (uint32_t i = 0; i < m->n; i++) {
        if (m->events[i] == m->event) {
            return true;
        }
    }
    return false;
}

static str change_words(const struct explain_view *v, const struct explain_miss *m)
{
    switch (m->change) {
    case EXPLAIN_MAXSPAN:
        return arena_printf(v->scratch, "with maxspan=%.*s or more",
                            STR_ARG(span_words(v, m->maxspan)));
    case EXPLAIN_UNTIL:
    case EXPLAIN_MISSING:
        return arena_printf(v->scratch,
                            is_part(m) ? "if event %zu did not satisfy %.*s"
                                       : "without event %zu, which satisfies %.*s",
                            m->event + 1, STR_ARG(explain_clause_name(v, m->clause)));
    case EXPLAIN_LEAF:
        return leaf_words(v, m);
    case EXPLAIN_KEY:
        return arena_printf(v->scratch, "if event %zu, which satisfies %.*s, had the key %.*s",
                            m->event + 1, STR_ARG(explain_clause_name(v, m->clause)),
                            STR_ARG(explain_key_words(v, m->key)));
    case EXPLAIN_NOTHING:
    case EXPLAIN_TOO_MANY:
        break;
    }
    return S("");
}

/* No one change does it: how far the best partial came. */
static str furthest_words(const struct explain_view *v)
{
    const struct explain_note *best = &v->x->best;
    if (best->n == 0 || best->n >= v->x->joined->form.n) {
        return S("no single change gives a match");
    }
    str key = explain_key_words(v, best->key);
    return arena_printf(v->scratch,
                        "no single change gives a match; %.*s%s%.*s came furthest and lack%s %.*s",
                        STR_ARG(events_words(v, best->events, best->n)), key.len ? " with " : "",
                        STR_ARG(key), best->n == 1 ? "s" : "",
                        STR_ARG(explain_clause_name(v, v->x->joined->form.clause[best->n])));
}

str explain_miss_words(const struct explain_view *v)
{
    const struct explain_miss *m = &v->x->miss;
    if (m->change == EXPLAIN_TOO_MANY) {
        return S("not looked for: there are too many events");
    }
    if (m->change == EXPLAIN_NOTHING) {
        return furthest_words(v);
    }
    return arena_printf(v->scratch, "%.*s, %.*s would match", STR_ARG(change_words(v, m)),
                        STR_ARG(events_words(v, m->events, m->n)));
}
