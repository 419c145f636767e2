/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are in a hash set; every other constant is in one array, sorted by family and value. */
#include "eval/value_set.h"

#include "base/utf8.h"
#include "eval/compare.h"
#include "eval/fold.h"
#include "eval/text_set.h"

#include <stdlib.h>

struct value_set {
    bool fold;
    struct text_set *texts;
    struct value *others;
    size_t n_others;
};

/* Numbers are one family. */
static int family(const struct value *v)
{
    return v->type == VALUE_DOUBLE ? (int)VALUE_LONG : (int)v->type;
}

static int cmp_others(const void *x, const void *y)
{
    const struct value *a = x, *b = y;
    int order = family(a) - family(b);
    if (order == 0)
        compare_order(a, b, &order);
    return order;
}

struct value_set *value_set_new(const struct value *constants, size_t n, bool fold, struct arena *a)
{
    struct value_set *set = NEW(a, struct value_set);
    str *texts = NEW_ARRAY(a, str, n);
    size_t n_texts = 0;
    set->fold = fold;
    set->others = NEW_ARRAY(a, struct value, n);
    for (size_t i = 0; i < n; i++) {
        const struct value *v = &constants[i];
        bool nan = v->type == VALUE_DOUBLE && v->real != v->real;
        if (v->type == VALUE_STRING)
            texts[n_texts++] = fold ? utf8_fold(v->text, a) : v->text;
        else if (v->type != VALUE_NULL && !nan)
            set->others[set->n_others++] = *v;
    }
    set->texts = text_set_new(texts, n_texts, a);
    if (set->n_others)
        qsort(set->others, set->n_others, sizeof *set->others, cmp_others);
    return set;
}

static __attribute__((noinline)) bool has_folded(const struct value_set *set, str s,
                                                 struct arena *scratch)
{
    char room[FOLD_ROOM];
    return text_set_has(set->texts, fold_text(s, room, scratch));
}

/* Folding leaves ASCII text as long as it is: of a length that no constant has, it need not be folded. */
static bool has_text(const struct value_set *set, str s, struct arena *scratch)
{
    if (!set->fold)
        return text_set_has(set->texts, s);
    if (!text_set_has_length(set->texts, s.len) && fold_is_ascii(s))
        return false;
    return has_folded(set, s, scratch);
}

bool value_set_has(const struct value_set *set, const struct value *v, struct arena *scratch)
{
    if (v->type == VALUE_STRING)
        return has_text(set, v->text, scratch);
    if (v->type == VALUE_NULL || set->n_others == 0 ||
        (v->type == VALUE_DOUBLE && v->real != v->real))
        return false;
    return bsearch(v, set->others, set->n_others, sizeof *set->others, cmp_others) != NULL;
}
