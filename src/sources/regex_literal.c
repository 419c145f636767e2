/* SPDX-License-Identifier: Apache-2.0 */
/* Necessary text of an expression; see regex_literal.h. Read are: plain characters, escapes, classes, groups, alternatives and quantifiers. A group without alternatives that must be there is
 * read as if it had no brackets. */
#include "sources/regex_literal.h"

#include <string.h>

/* One past the class that begins at `at`. */
static size_t skip_class(str s, size_t at)
{
    at++;
    if (at < s.len && s.ptr[at] == '^')
        at++;
    if (at < s.len && s.ptr[at] == ']')
        at++;
    for (; at < s.len && s.ptr[at] != ']'; at++)
        if (s.ptr[at] == '\\')
            at++;
    return at < s.len ? at + 1 : s.len;
}

/* One past the group whose '(' stands at `at`; *alternatives: it has a '|' of its own. s.len + 1 when it is not closed. */
static size_t skip_group(str s, size_t at, bool *alternatives)
{
    size_t depth = 0;
    *alternatives = false;
    while (at < s.len) {
        char c = s.ptr[at];
        if (c == '[') {
            at = skip_class(s, at);
            continue;
        }
        if (c == '\\')
            at++;
        else if (c == '(')
            depth++;
        else if (c == '|' && depth == 1)
            *alternatives = true;
        else if (c == ')' && --depth == 0)
            return at + 1;
        at++;
    }
    return s.len + 1;
}

static bool may_be_absent(str s, size_t at)
{
    return at < s.len && strchr("?*{", s.ptr[at]) && s.ptr[at];
}

struct literal {
    char *run; /* being read */
    size_t n;
    char *best;
    size_t n_best;
    struct regex_texts set; /* the best of groups with alternatives */
    unsigned depth;         /* groups with alternatives around it */
    struct arena *a;
};

static struct regex_texts texts_of(str s, unsigned depth, struct arena *a);

static void end_run(struct literal *l)
{
    if (l->n > l->n_best) {
        memcpy(l->best, l->run, l->n);
        l->n_best = l->n;
    }
    l->n = 0;
}

/* A plain character whose last byte stands at `at`: it joins the run unless a quantifier lets it be absent; any quantifier ends the run. */
static void take_plain(struct literal *l, str s, size_t at)
{
    bool quantified = at + 1 < s.len && strchr("?*{+", s.ptr[at + 1]) && s.ptr[at + 1];
    if (!may_be_absent(s, at + 1))
        l->run[l->n++] = s.ptr[at];
    if (quantified)
        end_run(l);
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where the content of the group at `at` begins; 0 when it is not plain: what it looks at need not be part of the match. */
static size_t inside_of(str s, size_t at)
{
    if (str_starts(str_slice(s, at, s.len), S("(?:")))
        return at + 3;
    return s.ptr[at + 1] != '?' && s.ptr[at + 1] != '*' ? at + 1 : 0;
}

static void take_set(struct literal *l, struct regex_texts set)
{
    if (set.shortest > l->set.shortest)
        l->set = set;
}

/* Reads what begins at `at`; returns what follows it. SIZE_MAX: the whole expression tells nothing. */
static size_t step(struct literal *l, str s, size_t at)
{
    char c = s.ptr[at];
    bool alternatives;
    size_t end, inside;
    switch (c) {
    case '|':
        return SIZE_MAX;
    case '(':
        end = skip_group(s, at, &alternatives);
        if (end > s.len || str_starts(str_slice(s, at, s.len), S("(?i")))
            return SIZE_MAX;
        inside = inside_of(s, at);
        if (inside == 0 || may_be_absent(s, end)) {
            end_run(l);
            return end;
        }
        if (!alternatives)
            return inside;
        end_run(l);
        take_set(l, texts_of(str_slice(s, inside, end - 1), l->depth + 1, l->a));
        return end;
    case ')': /* of a group that is read through */
        if (at + 1 < s.len && s.ptr[at + 1] == '+')
            end_run(l);
        return at + 1;
    case '[':
        end_run(l);
        return skip_class(s, at);
    case '\\':
        if (at + 1 >= s.len)
            return SIZE_MAX;
        if (!is_alnum(s.ptr[at + 1]))
            take_plain(l, s, at + 1);
        else if (strchr("wWdDsSbBAzZ", s.ptr[at + 1]))
            end_run(l);
        else
            return SIZE_MAX; /* \x41, \p{L}, \1 … */
        return at + 2;
    case '{': /* a quantifier's numbers */
        end_run(l);
        end = str_find_byte(s, '}', at);
        return end == SIZE_MAX ? SIZE_MAX : end + 1;
    case '.':
    case '^':
    case '$':
    case '?':
    case '*':
    case '+':
        end_run(l);
        return at + 1;
    default:
        if ((unsigned char)c >= 0x80)
            end_run(l);
        else
            take_plain(l, s, at);
        return at + 1;
    }
}

/* Of an expression that has no alternatives outside groups. */
static struct regex_texts texts_of_branch(str s, unsigned depth, struct arena *a)
{
    struct literal l = {.run = arena_push_raw(a, 1, s.len + 1),
                        .best = arena_push_raw(a, 1, s.len + 1),
                        .depth = depth,
                        .a = a};
    for (size_t at = 0; at < s.len;) {
        at = step(&l, s, at);
        if (at == SIZE_MAX)
            return (struct regex_texts){0};
    }
    end_run(&l);
    if (l.n_best < l.set.shortest || l.n_best == 0)
        return l.set;
    str *text = NEW(a, str);
    *text = (str){l.best, l.n_best};
    return (struct regex_texts){text, 1, l.n_best};
}

/* The end of the branch that begins at `at`: its '|', or the end. SIZE_MAX when a group is not closed. */
static size_t branch_end(str s, size_t at)
{
    bool alternatives;
    while (at < s.len && s.ptr[at] != '|') {
        if (s.ptr[at] == '[')
            at = skip_class(s, at);
        else if (s.ptr[at] == '(')
            at = skip_group(s, at, &alternatives);
        else
            at += s.ptr[at] == '\\' ? 2 : 1;
        if (at > s.len)
            return SIZE_MAX;
    }
    return at;
}

/* More texts than this are not worth looking for; nor are those so deep inside groups. */
enum { TEXTS_MAX = 32, DEPTH_MAX = 16 };

/* Of all branches together: each must tell something. */
static struct regex_texts texts_of(str s, unsigned depth, struct arena *a)
{
    str texts[TEXTS_MAX];
    struct regex_texts all = {.shortest = SIZE_MAX};
    for (size_t at = 0; at <= s.len;) {
        size_t end = branch_end(s, at);
        struct regex_texts one = {0};
        if (end != SIZE_MAX && depth < DEPTH_MAX)
            one = texts_of_branch(str_slice(s, at, end), depth, a);
        if (one.n == 0 || one.n > TEXTS_MAX - all.n)
            return (struct regex_texts){0};
        memcpy(texts + all.n, one.texts, one.n * sizeof(*texts));
        all.n += one.n;
        all.shortest = one.shortest < all.shortest ? one.shortest : all.shortest;
        at = end + 1;
    }
    all.texts = NEW_ARRAY(a, str, all.n);
    memcpy(all.texts, texts, all.n * sizeof(*texts));
    return all;
}

struct regex_texts regex_literals(str regex, struct arena *a)
{
    return texts_of(regex, 0, a);
}
