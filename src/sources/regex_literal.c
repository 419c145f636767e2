/* SPDX-License-Identifier: Apache-2.0 */
/* Necessary texts of an expression; see regex_literal.h. Read are: plain characters, escapes, classes, groups, alternatives and quantifiers. A group without alternatives that must be there is
 * read as if it had no brackets; one with alternatives, or the whole, needs one of their texts when each has one. */
#include "sources/regex_literal.h"

#include <string.h>

/* Characters that mean something outside classes; most of an expression is others, which are passed over in runs. Measured: reading uap-core's expressions took twice as long without. */
static const bool special[256] = {
    ['\\'] = true, ['['] = true, ['('] = true, [')'] = true, ['|'] = true, ['{'] = true,
    ['.'] = true,  ['^'] = true, ['$'] = true, ['?'] = true, ['*'] = true, ['+'] = true,
};

static size_t skip_plain(str s, size_t at)
{
    while (at < s.len && !special[(uint8_t)s.ptr[at]])
        at++;
    return at;
}

/* One past the "[:alpha:]" (in a class, also with '.' and '=') that begins at `at`; `at` when none does. */
static size_t skip_named_class(str s, size_t at)
{
    char kind = at + 1 < s.len ? s.ptr[at + 1] : '\0';
    if (s.ptr[at] != '[' || (kind != ':' && kind != '.' && kind != '='))
        return at;
    for (size_t end = at + 2; end + 1 < s.len && s.ptr[end] != ']'; end++)
        if (s.ptr[end] == kind && s.ptr[end + 1] == ']')
            return end + 2;
    return at;
}

/* One past the class that begins at `at`. */
static size_t skip_class(str s, size_t at)
{
    at++;
    if (at < s.len && s.ptr[at] == '^')
        at++;
    if (at < s.len && s.ptr[at] == ']')
        at++;
    while (at < s.len && s.ptr[at] != ']') {
        size_t named = skip_named_class(s, at);
        at = named > at ? named : at + (s.ptr[at] == '\\' ? 2 : 1);
    }
    return at < s.len ? at + 1 : s.len;
}

/* One past the group whose '(' stands at `at`; *alternatives: it has a '|' of its own. s.len + 1 when it is not closed. */
static size_t skip_group(str s, size_t at, bool *alternatives)
{
    size_t depth = 0;
    *alternatives = false;
    while ((at = skip_plain(s, at)) < s.len) {
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
    return at < s.len && (s.ptr[at] == '?' || s.ptr[at] == '*' || s.ptr[at] == '{');
}

/* One past the alternative that begins at `at`. */
static size_t skip_alternative(str s, size_t at)
{
    bool alternatives;
    while ((at = skip_plain(s, at)) < s.len && s.ptr[at] != '|') {
        if (s.ptr[at] == '[')
            at = skip_class(s, at);
        else if (s.ptr[at] == '(')
            at = skip_group(s, at, &alternatives);
        else
            at += s.ptr[at] == '\\' ? 2 : 1;
    }
    return at < s.len ? at : s.len;
}

/* Groups inside groups are looked into this deep; texts of alternatives are taken up to this many. */
enum { DEPTH_MAX = 8, ANY_MAX = 64 };

struct literal {
    char *run; /* being read */
    size_t n;
    char *best;
    size_t n_best;
    str *any; /* the best list of which one must be there */
    size_t n_any, shortest_any;
    struct arena *arena;
    unsigned depth;
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
    bool absent = may_be_absent(s, at + 1);
    if (!absent)
        l->run[l->n++] = s.ptr[at];
    if (absent || (at + 1 < s.len && s.ptr[at + 1] == '+'))
        end_run(l);
}

/* The same for the plain characters from `at` up to `end`, all but the last of which no quantifier follows. */
static void take_run(struct literal *l, str s, size_t at, size_t end)
{
    for (; at < end - 1; at++) {
        if ((unsigned char)s.ptr[at] >= 0x80)
            end_run(l);
        else
            l->run[l->n++] = s.ptr[at];
    }
    if ((unsigned char)s.ptr[at] >= 0x80)
        end_run(l);
    else
        take_plain(l, s, at);
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool read_sequence(struct literal *l, str s);

/* The alternatives of `s`: each one's text, when each has one and the shortest is longer than that of the list so far. */
static void take_alternatives(struct literal *l, str s)
{
    str texts[ANY_MAX];
    size_t n = 0, shortest = SIZE_MAX;
    for (size_t at = 0; at <= s.len && l->depth < DEPTH_MAX; n++) {
        size_t end = skip_alternative(s, at);
        struct literal inner = {.arena = l->arena, .depth = l->depth + 1};
        if (n == ANY_MAX || !read_sequence(&inner, str_slice(s, at, end)) || inner.n_best == 0)
            return;
        texts[n] = (str){inner.best, inner.n_best};
        shortest = inner.n_best < shortest ? inner.n_best : shortest;
        at = end + 1;
    }
    if (n == 0 || shortest <= l->shortest_any)
        return;
    l->any = NEW_ARRAY(l->arena, str, n);
    memcpy(l->any, texts, n * sizeof *texts);
    l->n_any = n;
    l->shortest_any = shortest;
}

/* The group at `at`; returns what follows it, or its inside when it is read as if it had no brackets. */
static size_t step_group(struct literal *l, str s, size_t at)
{
    bool alternatives, plain = str_starts(str_slice(s, at, s.len), S("(?:"));
    size_t end = skip_group(s, at, &alternatives);
    char kind = at + 2 < s.len && s.ptr[at + 1] == '?' ? s.ptr[at + 2] : ':';
    if (end > s.len || (kind != ':' && kind != '=' && kind != '!' && kind != '<'))
        return SIZE_MAX; /* (?i) … */
    size_t inside = at + (plain ? 3 : 1);
    bool reads = (plain || s.ptr[at + 1] != '?') && !may_be_absent(s, end);
    if (reads && !alternatives)
        return inside;
    end_run(l);
    if (reads)
        take_alternatives(l, str_slice(s, inside, end - 1));
    return end;
}

/* Reads what begins at `at`; returns what follows it. SIZE_MAX: the whole tells nothing. */
static size_t step(struct literal *l, str s, size_t at)
{
    char c = s.ptr[at];
    size_t end;
    switch (c) {
    case '|':
        return SIZE_MAX;
    case '(':
        return step_group(l, s, at);
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
        end = skip_plain(s, at);
        take_run(l, s, at, end);
        return end;
    }
}

/* False when it tells nothing. */
static bool read_sequence(struct literal *l, str s)
{
    l->run = arena_push_raw(l->arena, 1, s.len + 1);
    l->best = arena_push_raw(l->arena, 1, s.len + 1);
    for (size_t at = 0; at < s.len;) {
        at = step(l, s, at);
        if (at == SIZE_MAX)
            return false;
    }
    end_run(l);
    return true;
}

struct regex_literal regex_literal(str regex, struct arena *a)
{
    struct literal l = {.arena = a};
    struct regex_literal none = {0};
    if (skip_alternative(regex, 0) < regex.len)
        take_alternatives(&l, regex);
    else if (!read_sequence(&l, regex))
        return none;
    return (struct regex_literal){{l.best, l.n_best}, l.any, l.n_any};
}
