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
};

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

/* Reads what begins at `at`; returns what follows it. SIZE_MAX: the whole expression tells nothing. */
static size_t step(struct literal *l, str s, size_t at)
{
    char c = s.ptr[at];
    bool alternatives;
    size_t end;
    switch (c) {
    case '|':
        return SIZE_MAX;
    case '(':
        end = skip_group(s, at, &alternatives);
        if (end > s.len || str_starts(str_slice(s, at, s.len), S("(?i")))
            return SIZE_MAX;
        if (!alternatives && !may_be_absent(s, end)) {
            if (str_starts(str_slice(s, at, s.len), S("(?:")))
                return at + 3;
            if (s.ptr[at + 1] != '?')
                return at + 1;
        }
        end_run(l);
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

str regex_literal(str regex, struct arena *a)
{
    struct literal l = {.run = arena_push_raw(a, 1, regex.len + 1),
                        .best = arena_push_raw(a, 1, regex.len + 1)};
    for (size_t at = 0; at < regex.len;) {
        at = step(&l, regex, at);
        if (at == SIZE_MAX)
            return (str){0};
    }
    end_run(&l);
    return (str){l.best, l.n_best};
}
