/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that no data set can satisfy: a stage asks for an event category that none of those the rule sees ever has. */
#include "api/internal.h"
#include "sources/source.h"

/* Whether the words "iam|network" hold one. */
static bool has_word(const char *words, str word)
{
    str rest = str_from(words ? words : ""), next;
    while (rest.len > 0 && str_split(&rest, '|', &next)) {
        if (str_eq(next, word)) {
            return true;
        }
    }
    return false;
}

static bool is_written(const struct rule *r, str category)
{
    size_t n;
    const struct source *const *all = sources_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (has_word(all[i]->categories, category) && rule_sees(r, str_from(all[i]->dataset))) {
            return true;
        }
    }
    return false;
}

/* A condition on the category alone, as `network where` is one: the first of its categories when none is ever written, else empty. */
static str unwritten_leaf(const struct rule *r, const struct ir *leaf)
{
    bool field = (leaf->op == IR_EQ || leaf->op == IR_IN) && leaf->args[0]->op == IR_FIELD;
    if (!field || leaf->fold ||
        !str_eq(r->query->field_names[leaf->args[0]->field], S("event.category"))) {
        return S("");
    }
    const struct value *v = leaf->op == IR_IN ? leaf->list : &leaf->args[1]->constant;
    size_t n = leaf->op == IR_IN ? leaf->n_list : leaf->args[1]->op == IR_CONST;
    for (size_t i = 0; i < n; i++) {
        if (v[i].type != VALUE_STRING || is_written(r, v[i].text)) {
            return S("");
        }
    }
    return n > 0 ? v[0].text : S("");
}

static str unwritten(const struct rule *r, const struct ir *where)
{
    str found = where->op == IR_AND ? S("") : unwritten_leaf(r, where);
    for (uint32_t i = 0; where->op == IR_AND && i < where->n_args && found.len == 0; i++) {
        found = unwritten(r, where->args[i]);
    }
    return found;
}

/* Simple conditions are asked, so that it is the same however the rule was written. What is found is a constant's text, which does not lie in `scratch`. */
static str unwritten_stage(const struct rule *r, struct arena scratch)
{
    for (uint32_t i = 0; i < r->query->n_stages; i++) {
        const struct ir_stage *stage = &r->query->stages[i];
        str category =
            stage->missing ? S("") : unwritten(r, ir_simple_where(stage, r->query, &scratch));
        if (category.len > 0) {
            return category;
        }
    }
    return S("");
}

str postern_rules_unwritten(const postern_rules *rules, size_t rule)
{
    size_t n;
    const struct rule *r = ruleset_rules(postern_rules_ruleset(rules), &n)[rule];
    struct arena scratch = arena_open((size_t)1 << 30);
    str category = unwritten_stage(r, scratch);
    arena_close(&scratch);
    return category;
}
