/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions of the reference: made at random to be like a given text, printed, and matched by computing for a
 * set of starting places the set of places where a match can end. No backtracking, no tricks. */
#include <string.h>

#include "ref.h"

static struct ref_regex *make(struct ref_random *r, enum ref_regex_kind kind)
{
    struct ref_regex *x = NEW(r->arena, struct ref_regex);
    x->kind = kind;
    return x;
}

static struct ref_regex *random_class(struct ref_random *r, uint32_t c)
{
    struct ref_regex *x = make(r, X_CLASS);
    if (ref_chance(r, 35)) {
        x->shorthand = "dDwWsS"[ref_below(r, 6)];
        return x;
    }
    x->negated = ref_chance(r, 20);
    x->n = 1 + ref_below(r, 3);
    for (uint32_t i = 0; i < x->n; i++) {
        bool letter = (c >= 'a' && c <= 'w') || (c >= '0' && c <= '5');
        static const struct ref_range ranges[] = {{'a', 'f'}, {'A', 'Z'}, {'0', '9'},
                                                  {'x', 'x'}, {'.', '.'}, {0xe9, 0xe9}};
        x->ranges[i] = ref_below(r, 2) ? ranges[ref_below(r, 6)]
                                       : (struct ref_range){c, letter ? c + ref_below(r, 4) : c};
    }
    return x;
}

/* Lucene's own: any text, nothing, a text in quotes, a number of a range. */
static struct ref_regex *special_atom(struct ref_random *r)
{
    static const enum ref_regex_kind specials[] = {X_ANY_TEXT, X_ANY_TEXT, X_LITERAL, X_NUMBER,
                                                   X_NUMBER,   X_LITERAL,  X_NOTHING};
    static const char *const literals[] = {"a", "a.b*", "\\", "ab", "[x", "1"};
    static const uint32_t ranges[][2] = {{1, 20}, {0, 9}, {10, 99}, {5, 500}, {42, 42}, {100, 255}};
    struct ref_regex *x = make(r, specials[ref_below(r, 7)]);
    x->text = str_from(literals[ref_below(r, 6)]);
    uint32_t i = ref_below(r, 6);
    x->min = ranges[i][0];
    x->max = ranges[i][1];
    return x;
}

static struct ref_regex *atom(struct ref_random *r, uint32_t c)
{
    uint32_t dice = ref_below(r, 100);
    if (dice < 12) {
        return make(r, X_ANY);
    }
    if (dice < 30) {
        return random_class(r, c);
    }
    if (dice >= 98) {
        return special_atom(r);
    }
    struct ref_regex *x = make(r, X_CHAR);
    x->c = dice < 35 ? ref_other_case(c) : dice < 38 ? 'a' + ref_below(r, 3) : c;
    return x;
}

static struct ref_regex *repeated(struct ref_random *r, struct ref_regex *inner)
{
    static const uint32_t bounds[][2] = {{0, 1}, {0, UINT32_MAX}, {1, UINT32_MAX}, {1, 1},
                                         {2, 2}, {0, 2},          {1, 3},          {2, UINT32_MAX}};
    struct ref_regex *x = make(r, X_REPEAT);
    uint32_t i = ref_below(r, 8);
    x->min = bounds[i][0];
    x->max = bounds[i][1];
    x->args[0] = inner;
    x->n = 1;
    return x;
}

/* Some of the points [at, end), in at most eight parts. */
static struct ref_regex *sequence(struct ref_random *r, struct ref_units p, size_t at, size_t end,
                                  int depth)
{
    struct ref_regex *x = make(r, X_SEQUENCE);
    while (x->n < 8) {
        if (x->n == 7 || (at < end && ref_chance(r, 12))) { /* the rest, whatever it is */
            x->args[x->n++] = repeated(r, make(r, X_ANY));
            x->args[x->n - 1]->min = 0;
            x->args[x->n - 1]->max = UINT32_MAX;
            break;
        }
        if (at == end && (x->n > 0 || !ref_chance(r, 30))) {
            break;
        }
        struct ref_regex *part = atom(r, at < end ? p.u[at] : 'a');
        at += at < end;
        if (depth > 0 && ref_chance(r, 12)) {
            size_t stop = at + ref_below(r, 3);
            part = make(r, X_CHOICE);
            part->n = 1 + ref_below(r, 3);
            for (uint32_t i = 0; i < part->n; i++) {
                part->args[i] = sequence(r, p, at, stop > end ? end : stop, depth - 1);
            }
            at = stop > end ? end : stop;
        }
        bool repeat = ref_chance(r, 20) && !(r->tame && part->kind == X_CHOICE);
        part = repeat ? repeated(r, part) : part;
        if (repeat && !r->tame && ref_chance(r, 10)) {
            part = repeated(r, part);
            part->bare = ref_chance(r, 60);
        }
        x->args[x->n++] = part;
    }
    if (x->n == 0) { /* an empty choice has no agreed spelling */
        x->args[x->n++] = repeated(r, atom(r, 'a'));
    }
    return x;
}

struct ref_regex *ref_regex_random(struct ref_random *r, str like, bool fold)
{
    struct ref_units p = ref_points(fold ? ref_recase(r, like) : like, r->arena);
    struct ref_regex *x = sequence(r, p, 0, p.n, 2);
    uint32_t dice = ref_below(r, 100);
    if (dice < 20) {
        struct ref_regex *two = make(r, dice < 10 ? X_CHOICE : X_BOTH);
        bool front = ref_chance(r, 50);
        two->args[front] = sequence(r, p, dice < 10 ? p.n / 2 : 0, p.n, 1);
        two->args[!front] = x;
        two->n = 2;
        return two;
    }
    if (dice < 24) {
        struct ref_regex *not = make(r, X_NOT);
        not ->args[0] = x;
        not ->n = 1;
        x = sequence(r, p, 0, ref_below(r, (uint32_t)p.n + 1), 0);
        x->args[x->n == 8 ? 7 : x->n++] = not ;
    }
    return x;
}

/* Letters and digits behind a backslash might mean something; all else may be quoted. */
static void print_char(uint32_t c, bool in_class, struct buf *out)
{
    bool special = c < 0x80 && strchr(in_class ? "\\]-^[\"&~" : ".?+*|{}[]()\"\\#@&<>~^$-", (int)c);
    if (special) {
        buf_byte(out, '\\');
    }
    ref_put_utf8(c, out);
}

static void print_class(const struct ref_regex *x, struct buf *out)
{
    if (x->shorthand != 0) {
        buf_byte(out, '\\');
        buf_byte(out, x->shorthand);
        return;
    }
    buf_append(out, x->negated ? S("[^") : S("["));
    for (uint32_t i = 0; i < x->n; i++) {
        print_char(x->ranges[i].from, true, out);
        if (x->ranges[i].to != x->ranges[i].from) {
            buf_byte(out, '-');
            print_char(x->ranges[i].to, true, out);
        }
    }
    buf_byte(out, ']');
}

static void print_bounds(const struct ref_regex *x, struct buf *out)
{
    if (x->min == 0 && x->max == 1) {
        buf_byte(out, '?');
    } else if (x->min <= 1 && x->max == UINT32_MAX) {
        buf_byte(out, x->min == 0 ? '*' : '+');
    } else if (x->max == UINT32_MAX) {
        buf_printf(out, "{%u,}", x->min);
    } else if (x->min == x->max) {
        buf_printf(out, "{%u}", x->min);
    } else {
        buf_printf(out, "{%u,%u}", x->min, x->max);
    }
}

/* An alternation stands in brackets, except when it is the whole expression. */
static void print(const struct ref_regex *x, bool whole, struct buf *out)
{
    switch (x->kind) {
    case X_CHAR:
        print_char(x->c, false, out);
        break;
    case X_ANY:
        buf_byte(out, '.');
        break;
    case X_CLASS:
        print_class(x, out);
        break;
    case X_SEQUENCE:
        for (uint32_t i = 0; i < x->n; i++) {
            print(x->args[i], false, out);
        }
        break;
    case X_ANY_TEXT:
        buf_byte(out, '@');
        break;
    case X_NOTHING:
        buf_byte(out, '#');
        break;
    case X_LITERAL:
        buf_printf(out, "\"%.*s\"", STR_ARG(x->text));
        break;
    case X_NUMBER:
        buf_printf(out, "<%u-%u>", x->min, x->max);
        break;
    case X_NOT:
        buf_append(out, S("~("));
        print(x->args[0], true, out);
        buf_byte(out, ')');
        break;
    case X_BOTH:
    case X_CHOICE:
        buf_append(out, whole ? S("") : S("("));
        for (uint32_t i = 0; i < x->n; i++) {
            buf_append(out, i == 0 ? S("") : x->kind == X_BOTH ? S("&") : S("|"));
            print(x->args[i], false, out);
        }
        buf_append(out, whole ? S("") : S(")"));
        break;
    case X_REPEAT: {
        bool brackets =
            (x->args[0]->kind == X_REPEAT && !x->bare) || x->args[0]->kind == X_SEQUENCE;
        buf_append(out, brackets ? S("(") : S(""));
        print(x->args[0], false, out);
        buf_append(out, brackets ? S(")") : S(""));
        print_bounds(x, out);
        break;
    }
    }
}

void ref_regex_print(const struct ref_regex *x, struct buf *out)
{
    print(x, true, out);
}

static bool shorthand_has(char shorthand, uint32_t c)
{
    bool digit = c >= '0' && c <= '9';
    bool word = digit || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    switch (shorthand) {
    case 'd':
        return digit;
    case 'D':
        return !digit;
    case 'w':
        return word;
    case 'W':
        return !word;
    case 's':
        return space;
    default:
        return !space;
    }
}

static bool in_ranges(const struct ref_regex *x, uint32_t c)
{
    for (uint32_t i = 0; i < x->n; i++) {
        if (c >= x->ranges[i].from && c <= x->ranges[i].to) {
            return true;
        }
    }
    return false;
}

static bool takes(const struct ref_regex *x, uint32_t c, bool fold)
{
    if (x->kind == X_ANY) {
        return true;
    }
    if (x->kind == X_CHAR) {
        return fold ? ref_fold(x->c) == ref_fold(c) : x->c == c;
    }
    if (x->shorthand != 0) {
        return shorthand_has(x->shorthand, c);
    }
    bool in = in_ranges(x, c) || (fold && in_ranges(x, ref_other_case(c)));
    return in != x->negated;
}

struct places {
    bool *at; /* n + 1 of them */
};

static struct places no_places(struct ref_units t, struct arena *a)
{
    return (struct places){NEW_ARRAY(a, bool, t.n + 1)};
}

static void join(struct places *to, struct places from, size_t n)
{
    for (size_t i = 0; i <= n; i++) {
        to->at[i] |= from.at[i];
    }
}

static struct places ends(const struct ref_regex *x, struct ref_units t, struct places from,
                          bool fold, struct arena *a);

/* Digits of a number in the range; as many as the bounds have when they have equally many, else with any zeros before them. */
static bool is_number(const struct ref_regex *x, struct ref_units t, size_t from, size_t to)
{
    uint64_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (t.u[i] < '0' || t.u[i] > '9' || n > 1000000) {
            return false;
        }
        n = n * 10 + t.u[i] - '0';
    }
    size_t least = x->min < 10    ? 1
                   : x->min < 100 ? 2
                                  : 3,
           most = x->max < 10    ? 1
                  : x->max < 100 ? 2
                                 : 3;
    bool length = least == most ? to - from == least : to > from;
    return length && n >= x->min && n <= x->max;
}

static bool is_literal(const struct ref_regex *x, struct ref_units t, size_t from, size_t to,
                       bool fold)
{
    if (to - from != x->text.len) { /* literals are ASCII */
        return false;
    }
    for (size_t i = 0; i < x->text.len; i++) {
        uint32_t c = (unsigned char)x->text.ptr[i], d = t.u[from + i];
        if (fold ? ref_fold(c) != ref_fold(d) : c != d) {
            return false;
        }
    }
    return true;
}

/* Whether the text from one place to another is a match: for what cannot be said of many places at once. */
static bool spans(const struct ref_regex *x, struct ref_units t, size_t from, size_t to, bool fold,
                  struct arena *a)
{
    if (x->kind == X_ANY_TEXT || x->kind == X_NOTHING) {
        return x->kind == X_ANY_TEXT;
    }
    if (x->kind == X_LITERAL) {
        return is_literal(x, t, from, to, fold);
    }
    if (x->kind == X_NUMBER) {
        return is_number(x, t, from, to);
    }
    struct places start = no_places(t, a);
    start.at[from] = true;
    if (x->kind == X_NOT) {
        return !ends(x->args[0], t, start, fold, a).at[to];
    }
    return ends(x->args[0], t, start, fold, a).at[to] && ends(x->args[1], t, start, fold, a).at[to];
}

static struct places ends(const struct ref_regex *x, struct ref_units t, struct places from,
                          bool fold, struct arena *a)
{
    struct places out = no_places(t, a);
    switch (x->kind) {
    case X_CHAR:
    case X_ANY:
    case X_CLASS:
        for (size_t i = 0; i < t.n; i++) {
            out.at[i + 1] = from.at[i] && takes(x, t.u[i], fold);
        }
        return out;
    case X_SEQUENCE:
        for (uint32_t i = 0; i < x->n; i++) {
            from = ends(x->args[i], t, from, fold, a);
        }
        return from;
    case X_CHOICE:
        for (uint32_t i = 0; i < x->n; i++) {
            join(&out, ends(x->args[i], t, from, fold, a), t.n);
        }
        return out;
    case X_ANY_TEXT:
    case X_NOTHING:
    case X_LITERAL:
    case X_NUMBER:
    case X_BOTH:
    case X_NOT:
        for (size_t i = 0; i <= t.n; i++) {
            for (size_t j = i; from.at[i] && j <= t.n; j++) {
                out.at[j] |= spans(x, t, i, j, fold, a);
            }
        }
        return out;
    case X_REPEAT:
        break;
    }
    /* After min + n + 1 rounds no new place can appear. */
    uint64_t rounds = x->max == UINT32_MAX ? x->min + t.n + 1 : x->max;
    for (uint64_t i = 0; i <= rounds; i++) {
        if (i >= x->min) {
            join(&out, from, t.n);
        }
        from = ends(x->args[0], t, from, fold, a);
    }
    return out;
}

bool ref_regex_matches(const struct ref_regex *x, str text, bool fold, struct arena *a)
{
    struct arena scratch = *a;
    struct ref_units t = ref_points(text, &scratch);
    struct places from = no_places(t, &scratch);
    from.at[0] = true;
    return ends(x, t, from, fold, &scratch).at[t.n];
}
