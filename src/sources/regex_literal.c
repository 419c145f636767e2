/* SPDX-License-Identifier: Apache-2.0 */
/* Necessary texts of an expression; see regex_literal.h. Read are: plain characters, escapes, classes, groups, alternatives and quantifiers, in one pass that knows of each alternative the runs of plain characters
 * that it must pass. A group without alternatives that must be there is read as if it had no brackets; one with alternatives, or the whole, demands one text of each. Only when a '|' shows
 * that a group has alternatives is its first one read again. */
#include "sources/regex_literal.h"

#include <string.h>

/* Groups inside groups are looked into this deep; texts of alternatives are taken up to this many; demands up to this many at once. */
enum { DEPTH_MAX = 8, TEXTS_MAX = 1024, DEMANDS_MAX = 32 };

/* Plain characters side by side. */
struct run {
    const char *ptr; /* in the expression, or `room` */
    char *room;      /* NULL: they stand so in the expression */
    size_t len, cap; /* cap: of the room */
    bool nocase;
};

/* One alternative, as far as it was read. Its demands are the last ones of the reader, from `first` on. */
struct sequence {
    struct run run;
    size_t first;
    str lead; /* the run that it begins with; known once it has ended */
    bool lead_nocase;
    bool ended;    /* something else than plain characters was read */
    bool anchored; /* it begins with '^' */
};

struct reader {
    str s;
    size_t at;
    struct arena *a;
    struct regex_demand demands[DEMANDS_MAX];
    size_t n;
    unsigned depth;
    bool nocase;
    bool failed; /* something was not understood: the whole demands nothing */
};

/* ---- Passing over ---- */

/* Characters that mean something outside classes; most of an expression is others. */
static const bool special[256] = {
    ['\\'] = true, ['['] = true, ['('] = true, [')'] = true, ['|'] = true, ['{'] = true,
    ['.'] = true,  ['^'] = true, ['$'] = true, ['?'] = true, ['*'] = true, ['+'] = true,
};

static char char_at(const struct reader *r, size_t at)
{
    return at < r->s.len ? r->s.ptr[at] : '\0';
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

/* One past the group whose '(' stands at `at`; past the end when it is not closed. */
static size_t skip_group(str s, size_t at)
{
    size_t depth = 0;
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
        else if (c == ')' && --depth == 0)
            return at + 1;
        at++;
    }
    return s.len + 1;
}

static bool may_be_absent(const struct reader *r, size_t at)
{
    char c = char_at(r, at);
    return c == '?' || c == '*' || c == '{';
}

/* ---- Demands ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static str in_lower(str s, struct arena *a)
{
    bool upper = false;
    for (size_t i = 0; i < s.len; i++)
        upper |= s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';
    if (!upper)
        return s;
    char *to = arena_push_raw(a, 1, s.len);
    for (size_t i = 0; i < s.len; i++)
        to[i] = lower(s.ptr[i]);
    return (str){to, s.len};
}

/* Texts of a demand that disregards case are in lower case. */
static struct regex_demand demand_of(str *texts, size_t n, bool nocase, struct arena *a)
{
    struct regex_demand d = {.texts = texts, .n = n, .shortest = SIZE_MAX, .nocase = nocase};
    for (size_t i = 0; i < n; i++) {
        if (nocase)
            texts[i] = in_lower(texts[i], a);
        d.shortest = texts[i].len < d.shortest ? texts[i].len : d.shortest;
    }
    return d;
}

static void add_demand(struct reader *r, const struct regex_demand *d)
{
    if (r->n < DEMANDS_MAX)
        r->demands[r->n++] = *d;
}

/* What stands here is no plain character that is always there: the run ends. */
static void end_run(struct reader *r, struct sequence *q)
{
    str text = {q->run.ptr, q->run.len};
    if (text.len > 0) {
        str *kept = arena_push_raw(r->a, sizeof *kept, 1);
        *kept = text;
        struct regex_demand d = demand_of(kept, 1, q->run.nocase || r->nocase, r->a);
        d.start = q->anchored && !q->ended;
        add_demand(r, &d);
    }
    if (!q->ended) {
        q->lead = text;
        q->lead_nocase = q->run.nocase || r->nocase;
    }
    q->ended = true;
    q->run = (struct run){0};
}

/* Room of its own for a run, for one more character at least. */
static void make_room(struct reader *r, struct run *run)
{
    size_t cap = run->len < 12 ? 24 : 2 * run->len;
    char *room = arena_push_raw(r->a, 1, cap);
    if (run->len > 0)
        memcpy(room, run->ptr, run->len);
    run->ptr = run->room = room;
    run->cap = cap;
}

/* One more character, which stands at `at` of the expression or is another one for what does. */
static void push(struct reader *r, struct run *run, size_t at, char c)
{
    const char *here = r->s.ptr + at;
    if (run->len == 0 && !run->room)
        run->ptr = here;
    if (!run->room && run->ptr + run->len == here && *here == c) {
        run->len++;
        return;
    }
    if (!run->room || run->len == run->cap)
        make_room(r, run);
    run->room[run->len++] = c;
}

/* A plain character that stands at `at`, before `next`: it joins the run unless a quantifier lets it be absent; any quantifier ends the run. */
static void take_plain(struct reader *r, struct sequence *q, size_t at, size_t next, char c)
{
    bool absent = may_be_absent(r, next) || (unsigned char)c >= 0x80;
    if (!absent)
        push(r, &q->run, at, c);
    if (absent || char_at(r, next) == '+')
        end_run(r, q);
    r->at = next;
}

/* All plain characters from r->at on; a run that is a view of them needs no look at each. */
static void take_plain_run(struct reader *r, struct sequence *q)
{
    size_t from = r->at, end = from;
    unsigned char all = 0;
    for (; end < r->s.len && !special[(uint8_t)r->s.ptr[end]]; end++)
        all |= (unsigned char)r->s.ptr[end];
    bool view = all < 0x80 && !q->run.room &&
                (q->run.len == 0 || q->run.ptr + q->run.len == r->s.ptr + from);
    if (view && end - from > 1) {
        q->run.ptr = r->s.ptr + from - q->run.len;
        q->run.len += end - 1 - from;
        from = end - 1;
    }
    for (; from < end; from++)
        take_plain(r, q, from, from + 1, r->s.ptr[from]);
}

/* ---- Reading ---- */

static void read_sequence(struct reader *r, struct sequence *q);

/* Texts of alternatives being collected; `none` once there is an alternative without. */
struct texts {
    str *list;
    size_t n;
    bool nocase, none;
};

static void collect(struct texts *t, const str *texts, size_t n, bool nocase, struct arena *a)
{
    for (size_t i = 0; i < n && !t->none; i++) {
        t->none = t->n == TEXTS_MAX || texts[i].len == 0;
        t->list = arena_grow(a, t->list, t->n, sizeof *t->list);
        t->list[t->n++] = texts[i];
    }
    t->none |= n == 0;
    t->nocase |= nocase;
}

struct alternatives {
    struct texts any, leads;
};

/* Takes what an alternative that was read demands: the longest. Its demands are none of the reader's then. */
static void take_alternative(struct reader *r, struct sequence *q, struct alternatives *into)
{
    const struct regex_demand *best = NULL;
    end_run(r, q);
    for (size_t i = q->first; i < r->n; i++)
        if (!best || r->demands[i].shortest > best->shortest)
            best = &r->demands[i];
    if (best)
        collect(&into->any, best->texts, best->n, best->nocase, r->a);
    else
        into->any.none = true;
    if (!into->leads.none)
        collect(&into->leads, &q->lead, 1, q->lead_nocase, r->a);
    r->n = q->first;
}

/* The same for an alternative of plain characters alone, as most of long lists are, without reading it as a sequence. False when it is none. */
static bool take_plain_alternative(struct reader *r, struct alternatives *into)
{
    size_t end = r->at;
    unsigned char all = 0;
    for (; end < r->s.len && !special[(uint8_t)r->s.ptr[end]]; end++)
        all |= (unsigned char)r->s.ptr[end];
    char c = char_at(r, end);
    if (end == r->at || all >= 0x80 || (c != '|' && c != ')'))
        return false;
    str text = str_slice(r->s, r->at, end);
    collect(&into->any, &text, 1, r->nocase, r->a);
    if (!into->leads.none)
        collect(&into->leads, &text, 1, r->nocase, r->a);
    r->at = end;
    return true;
}

/* The alternatives from r->at up to the group's ')' or the end, behind those taken already. */
static void read_alternatives(struct reader *r, struct alternatives *into)
{
    for (bool more = true; more && !r->failed; r->at += more) {
        if (!take_plain_alternative(r, into)) {
            struct sequence inner = {.first = r->n};
            read_sequence(r, &inner);
            take_alternative(r, &inner, into);
        }
        more = char_at(r, r->at) == '|';
    }
    const struct texts *t = into->leads.none ? &into->any : &into->leads;
    if (t->none || may_be_absent(r, r->at + 1))
        return;
    struct regex_demand d = demand_of(t->list, t->n, t->nocase, r->a);
    d.start = t == &into->leads;
    add_demand(r, &d);
}

/* The first alternative was read as if it were all of the group that begins at `inside`; before that were `before` and `n` demands. When no run went on into it, that is what would
 * be read again. */
static void begin_alternatives(struct reader *r, struct sequence *q, const struct sequence *before,
                               size_t n, size_t inside)
{
    bool start = before->anchored && !before->ended && before->run.len == 0;
    struct alternatives into = {.leads = {.none = !start}};
    if (before->run.len == 0) {
        struct sequence first = *q;
        first.first = n;
        take_alternative(r, &first, &into);
        r->at++;
    } else {
        r->at = inside;
        r->n = n;
    }
    *q = *before;
    end_run(r, q);
    read_alternatives(r, &into);
}

/* Groups that hold the parts of versions: there are thousands of them, and none demands a text. Returns their length, 0 for another group. */
static size_t version_part(str s, size_t at)
{
    static const str parts[] = {S_INIT("(\\d+)"), S_INIT("(?:\\.(\\d+)|)")};
    str rest = str_slice(s, at, s.len);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_starts(rest, parts[i]))
            return parts[i].len;
    return 0;
}

static bool is_read(const struct reader *r, char kind)
{
    return char_at(r, r->at + 1) != '*' && r->depth < DEPTH_MAX && kind != '\0' &&
           strchr(":=!<", kind) != NULL;
}

/* The group at r->at. */
static void read_group(struct reader *r, struct sequence *q)
{
    size_t part = version_part(r->s, r->at);
    if (part > 0) {
        end_run(r, q);
        r->at += part;
        return;
    }
    bool plain = char_at(r, r->at + 1) != '?';
    char kind = plain ? ':' : char_at(r, r->at + 2);
    if (!is_read(r, kind)) {
        r->failed = true; /* (*UTF), (?i) … */
        return;
    }
    if (kind != ':') { /* looks around, or has a name */
        end_run(r, q);
        r->at = skip_group(r->s, r->at);
        return;
    }
    const struct sequence before = *q;
    size_t inside = r->at + (plain ? 1 : 3), n = r->n;
    r->at = inside;
    r->depth++;
    read_sequence(r, q);
    bool alternatives = char_at(r, r->at) == '|';
    if (alternatives)
        begin_alternatives(r, q, &before, n, inside);
    r->depth--;
    r->failed |= char_at(r, r->at) != ')';
    r->at++;
    bool absent = may_be_absent(r, r->at);
    if (!alternatives && absent) {
        *q = before;
        r->n = n;
    }
    if (absent || char_at(r, r->at) == '+')
        end_run(r, q);
}

/* A class that is one letter in both cases joins the run: [Bb]ot. */
static void read_class(struct reader *r, struct sequence *q)
{
    char c = char_at(r, r->at + 1), other = char_at(r, r->at + 2);
    if (is_letter(c) && c != other && lower(c) == lower(other) && char_at(r, r->at + 3) == ']') {
        q->run.nocase = true;
        take_plain(r, q, r->at, r->at + 4, c);
        return;
    }
    end_run(r, q);
    r->at = skip_class(r->s, r->at);
}

static void read_escape(struct reader *r, struct sequence *q)
{
    char c = char_at(r, r->at + 1);
    bool alnum = is_letter(c) || (c >= '0' && c <= '9');
    if (r->at + 1 >= r->s.len || (alnum && !strchr("wWdDsSbBAzZ", c))) {
        r->failed = true; /* \x41, \p{L}, \1 … */
    } else if (alnum) {
        end_run(r, q);
        r->at += 2;
    } else {
        take_plain(r, q, r->at + 1, r->at + 2, c);
    }
}

/* A quantifier's numbers; anything else in braces is not read. */
static void read_braces(struct reader *r, struct sequence *q)
{
    size_t end = r->at + 1;
    while ((char_at(r, end) >= '0' && char_at(r, end) <= '9') || char_at(r, end) == ',')
        end++;
    r->failed |= char_at(r, end) != '}';
    end_run(r, q);
    r->at = end + 1;
}

/* From r->at up to the '|' or ')' that ends it, or the end. */
static void read_sequence(struct reader *r, struct sequence *q)
{
    while (!r->failed && r->at < r->s.len) {
        char c = r->s.ptr[r->at];
        if (!special[(uint8_t)c]) {
            take_plain_run(r, q);
            continue;
        }
        switch (c) {
        case '|':
        case ')':
            if (r->depth == 0 && c == ')')
                r->failed = true;
            /* The run of a group that is read through goes on; that of an alternative is ended by who reads those. */
            return;
        case '(':
            read_group(r, q);
            break;
        case '[':
            read_class(r, q);
            break;
        case '\\':
            read_escape(r, q);
            break;
        case '{':
            read_braces(r, q);
            break;
        case '^':
            if (!q->ended && q->run.len == 0 && r->depth == 0) {
                q->anchored = true;
                r->at++;
                break;
            }
            end_run(r, q);
            r->at++;
            break;
        default: /* . $ ? * + */
            end_run(r, q);
            r->at++;
        }
    }
}

/* The whole, which may be alternatives itself. */
static void read_all(struct reader *r)
{
    struct sequence q = {0};
    read_sequence(r, &q);
    end_run(r, &q);
    if (char_at(r, r->at) == '|') {
        struct alternatives into = {.leads = {.none = true}};
        r->at = r->n = 0;
        read_alternatives(r, &into);
    }
}

struct regex_demands regex_demands(str regex, bool nocase, struct arena *a)
{
    struct reader r = {.s = regex, .a = a, .nocase = nocase};
    read_all(&r);
    if (r.failed)
        return (struct regex_demands){0};
    struct regex_demand *list = NEW_ARRAY(a, struct regex_demand, r.n);
    for (size_t i = 0; i < r.n; i++) {
        size_t at = i;
        for (; at > 0 && list[at - 1].shortest < r.demands[i].shortest; at--)
            list[at] = list[at - 1];
        list[at] = r.demands[i];
    }
    return (struct regex_demands){list, r.n};
}
