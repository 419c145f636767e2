/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts the patterns of a list into shapes: exact texts, lit*, *lit, *lit*, and general ones. */
#include "eval/pattern_set.h"

#include "base/utf8.h"
#include "eval/fold.h"
#include "eval/needle_set.h"
#include "eval/text_set.h"
#include "eval/wildcard.h"

/* Up to here the patterns are tried in turn: cheaper than walking an automaton. */
enum { TURN_MAX = 8 };

enum shape { SHAPE_PREFIX, SHAPE_SUFFIX, SHAPE_CONTAINS, SHAPE_GENERAL };

struct pattern {
    enum shape shape;
    str literal; /* of the first three shapes; of a general pattern its longest */
    struct wildcard wildcard;
};

struct pattern_set {
    bool fold;
    bool everything; /* "*" is in the list */
    struct text_set *exact;
    struct pattern *
        patterns; /* those with wildcards: first what is tried in turn, then what the needles find */
    size_t n_turn;
    size_t n_patterns;
    struct needle_set
        *needles; /* needle i is the literal of patterns[n_turn + i]; NULL without any */
};

static bool is_plain_empty(const struct wildcard_segment *s)
{
    return s->plain && s->pieces[0].literal.len == 0;
}

static bool only_plain(const struct wildcard *w)
{
    for (size_t i = 0; i < w->n_segments; i++)
        if (!w->segments[i].plain)
            return false;
    return true;
}

static struct pattern pattern_of(const struct wildcard *w)
{
    const struct wildcard_segment *s = w->segments;
    struct pattern p = {SHAPE_GENERAL, w->longest, *w};
    if (!only_plain(w))
        return p;
    if (w->n_segments == 2 && is_plain_empty(&s[1]))
        p.shape = SHAPE_PREFIX;
    else if (w->n_segments == 2 && is_plain_empty(&s[0]))
        p.shape = SHAPE_SUFFIX;
    else if (w->n_segments == 3 && is_plain_empty(&s[0]) && is_plain_empty(&s[2]))
        p.shape = SHAPE_CONTAINS;
    return p;
}

static bool pattern_matches(const struct pattern *p, str text)
{
    switch (p->shape) {
    case SHAPE_PREFIX:
        return str_starts(text, p->literal);
    case SHAPE_SUFFIX:
        return str_ends(text, p->literal);
    case SHAPE_CONTAINS:
        return str_find(text, p->literal, 0) != SIZE_MAX;
    case SHAPE_GENERAL:
        return wildcard_matches(&p->wildcard, text);
    }
    return false;
}

/* Moves the patterns without a literal to the front; they, or all of a short list, are tried in turn. */
static void arrange(struct pattern_set *set, struct arena *a)
{
    size_t bare = 0;
    for (size_t i = 0; i < set->n_patterns; i++) {
        struct pattern p = set->patterns[i];
        if (p.literal.len)
            continue;
        set->patterns[i] = set->patterns[bare];
        set->patterns[bare++] = p;
    }
    set->n_turn = set->n_patterns - bare > TURN_MAX ? bare : set->n_patterns;
    size_t n = set->n_patterns - set->n_turn;
    if (n == 0)
        return;
    str *needles = NEW_ARRAY(a, str, n);
    for (size_t i = 0; i < n; i++)
        needles[i] = set->patterns[set->n_turn + i].literal;
    set->needles = needle_set_new(needles, n, a);
}

struct pattern_set *pattern_set_new(const str *patterns, size_t n, bool fold, bool quoted,
                                    struct arena *a)
{
    struct pattern_set *set = NEW(a, struct pattern_set);
    str *exact = NEW_ARRAY(a, str, n);
    size_t n_exact = 0;
    set->fold = fold;
    set->patterns = NEW_ARRAY(a, struct pattern, n);
    for (size_t i = 0; i < n; i++) {
        struct wildcard w =
            wildcard_parse(fold ? utf8_fold(patterns[i], a) : patterns[i], quoted, a);
        if (w.n_segments == 1 && w.segments[0].plain)
            exact[n_exact++] = w.segments[0].pieces[0].literal;
        else if (w.longest.len == 0 && only_plain(&w))
            set->everything = true;
        else
            set->patterns[set->n_patterns++] = pattern_of(&w);
    }
    set->exact = text_set_new(exact, n_exact, a);
    arrange(set, a);
    return set;
}

/* One search of the needles. A general pattern is tried once a text, at its first hit. */
struct search {
    const struct pattern_set *set;
    str text;
    struct arena *scratch;
    uint64_t *tried; /* bits, made at the first need */
};

static bool first_try(struct search *s, uint32_t needle)
{
    size_t words = (s->set->n_patterns - s->set->n_turn + 63) / 64;
    if (!s->tried)
        s->tried = NEW_ARRAY(s->scratch, uint64_t, words);
    uint64_t bit = UINT64_C(1) << (needle & 63);
    bool first = !(s->tried[needle >> 6] & bit);
    s->tried[needle >> 6] |= bit;
    return first;
}

static bool on_hit(void *context, uint32_t needle, size_t end)
{
    struct search *s = context;
    const struct pattern *p = &s->set->patterns[s->set->n_turn + needle];
    switch (p->shape) {
    case SHAPE_PREFIX:
        return end == p->literal.len;
    case SHAPE_SUFFIX:
        return end == s->text.len;
    case SHAPE_CONTAINS:
        return true;
    case SHAPE_GENERAL:
        return first_try(s, needle) && wildcard_matches(&p->wildcard, s->text);
    }
    return false;
}

static bool matches_folded(const struct pattern_set *set, str text, struct arena *scratch)
{
    if (text_set_has(set->exact, text))
        return true;
    for (size_t i = 0; i < set->n_turn; i++)
        if (pattern_matches(&set->patterns[i], text))
            return true;
    if (!set->needles)
        return false;
    struct search s = {.set = set, .text = text, .scratch = scratch};
    return needle_set_scan(set->needles, text, on_hit, &s);
}

bool pattern_set_matches(const struct pattern_set *set, str text, struct arena *scratch)
{
    if (set->everything)
        return true;
    if (!set->fold)
        return matches_folded(set, text, scratch);
    char room[FOLD_ROOM];
    return matches_folded(set, fold_text(text, room, scratch), scratch);
}
