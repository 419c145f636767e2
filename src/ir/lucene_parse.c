/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive descent to the tree.
 * Source: the grammar of org.apache.lucene.util.automaton.RegExp,
 *   union  = inter { "|" inter }
 *   inter  = concat { "&" concat }
 *   concat = repeat { repeat }
 *   repeat = compl { "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}" }
 *   compl  = "~" compl | class
 *   class  = "[" ["^"] item { item } "]" | simple
 *   simple = "." | "#" | "@" | '"' text '"' | "()" | "(" union ")" | "<n-m>" | character
 * where `character` takes any character at all, an operator too, when nothing else fits: "*a" is a star and an a. */
#include "base/utf8.h"
#include "ir/lucene_tree.h"

enum {
    MAX_PATTERN = 64 * 1024,
    MAX_NESTING = 200,
    MAX_COUNT = 1000,
    LAST_CODE = 0x10FFFF,
};

struct parser {
    str text;
    size_t at;
    unsigned depth;
    struct arena *arena;
    struct lucene_error *error;
};

static struct lucene_node *fail(struct parser *p, size_t at, const char *reason)
{
    if (!p->error->reason)
        *p->error = (struct lucene_error){at, reason};
    return NULL;
}

static bool more(const struct parser *p)
{
    return p->at < p->text.len;
}

static bool peek(const struct parser *p, char c)
{
    return more(p) && p->text.ptr[p->at] == c;
}

static bool match(struct parser *p, char c)
{
    bool there = peek(p, c);
    p->at += there;
    return there;
}

static struct lucene_node *node_new(struct parser *p, enum lucene_kind kind)
{
    struct lucene_node *node = NEW(p->arena, struct lucene_node);
    node->kind = kind;
    node->at = p->at;
    return node;
}

static void node_add(struct lucene_node *parent, struct lucene_node *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->child = child;
    parent->last = child;
}

/* One character, quoted or not. */
static bool parse_character(struct parser *p, uint32_t *out)
{
    match(p, '\\');
    if (!more(p)) {
        fail(p, p->at, "the expression ends where a character was expected");
        return false;
    }
    *out = utf8_next(p->text, &p->at);
    return true;
}

static void add_range(struct parser *p, struct lucene_node *class, uint32_t from, uint32_t to)
{
    struct lucene_range *r = NEW(p->arena, struct lucene_range);
    *r = (struct lucene_range){.from = from, .to = to, .next = class->ranges};
    class->ranges = r;
}

/* \d \w \s and their complements. Lucene means ASCII, and its \s is tab, line feed, carriage return and space. */
static const struct {
    char letter;
    uint8_t n;
    uint8_t range[4][2];
} predefined[] = {
    {'d', 1, {{'0', '9'}}},
    {'w', 4, {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {'s', 3, {{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}},
};

static bool parse_predefined(struct parser *p, struct lucene_node *class)
{
    if (!peek(p, '\\') || p->at + 1 >= p->text.len)
        return false;
    char letter = p->text.ptr[p->at + 1];
    for (size_t i = 0; i < sizeof predefined / sizeof predefined[0]; i++) {
        bool complement = letter == predefined[i].letter - 'a' + 'A';
        if (letter != predefined[i].letter && !complement)
            continue;
        p->at += 2;
        if (letter == 'W') {
            add_range(p, class, 0, 0);
            class->ranges->not_word = true;
            return true;
        }
        uint32_t next = 0;
        for (size_t k = 0; k < predefined[i].n; k++) {
            const uint8_t *r = predefined[i].range[k];
            if (complement)
                add_range(p, class, next, r[0] - 1u);
            else
                add_range(p, class, r[0], r[1]);
            next = r[1] + 1u;
        }
        if (complement)
            add_range(p, class, next, LAST_CODE);
        return true;
    }
    return false;
}

static bool parse_class_item(struct parser *p, struct lucene_node *class)
{
    if (parse_predefined(p, class))
        return true;
    size_t start = p->at;
    uint32_t from = 0;
    if (!parse_character(p, &from))
        return false;
    uint32_t to = from;
    if (match(p, '-') && !parse_character(p, &to))
        return false;
    if (from > to) {
        fail(p, start, "a range of characters ends before it begins");
        return false;
    }
    add_range(p, class, from, to);
    return true;
}

static struct lucene_node *parse_class(struct parser *p)
{
    size_t start = p->at;
    struct lucene_node *class = node_new(p, LUCENE_CLASS);
    match(p, '[');
    class->negated = match(p, '^');
    do {
        if (!parse_class_item(p, class))
            return NULL;
    } while (more(p) && !peek(p, ']'));
    if (!match(p, ']'))
        return fail(p, start, "a character class is not closed");
    return class;
}

static struct lucene_node *parse_quoted(struct parser *p)
{
    size_t start = p->at;
    match(p, '"');
    struct lucene_node *text = node_new(p, LUCENE_CONCAT);
    while (more(p) && !peek(p, '"')) {
        struct lucene_node *character = node_new(p, LUCENE_CHARACTER);
        character->code = utf8_next(p->text, &p->at);
        node_add(text, character);
    }
    if (!match(p, '"'))
        return fail(p, start, "a quoted text is not closed");
    if (!text->child)
        text->kind = LUCENE_EMPTY_TEXT;
    return text;
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

str lucene_without_zeros(str s)
{
    size_t i = 0;
    while (i + 1 < s.len && s.ptr[i] == '0')
        i++;
    return str_slice(s, i, s.len);
}

/* Numbers as text of digits, by value. */
static int digits_cmp(str a, str b)
{
    a = lucene_without_zeros(a);
    b = lucene_without_zeros(b);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return str_cmp(a, b);
}

/* <n-m>. Ends written with equally many digits ask for exactly so many, else leading zeros are free. Lucene reads them as 32-bit integers. */
static struct lucene_node *parse_numbers(struct parser *p)
{
    size_t start = p->at;
    size_t end = str_find_byte(p->text, '>', start);
    if (end == SIZE_MAX)
        return fail(p, start, "a number range is not closed");
    str body = str_slice(p->text, start + 1, end);
    size_t dash = str_find_byte(body, '-', 0);
    if (dash == SIZE_MAX)
        return fail(p, start, "named automata are not supported");
    str low = str_slice(body, 0, dash);
    str high = str_slice(body, dash + 1, body.len);
    if (!is_digits(low) || !is_digits(high) || low.len > 10 || high.len > 10)
        return fail(p, start, "a number range is written <n-m>, with at most ten digits each");
    struct lucene_node *numbers = node_new(p, LUCENE_NUMBERS);
    bool swap = digits_cmp(low, high) > 0;
    numbers->low = swap ? high : low;
    numbers->high = swap ? low : high;
    p->at = end + 1;
    return numbers;
}

static struct lucene_node *parse_union(struct parser *p);

static struct lucene_node *parse_group(struct parser *p)
{
    size_t start = p->at;
    match(p, '(');
    if (match(p, ')'))
        return node_new(p, LUCENE_EMPTY_TEXT);
    struct lucene_node *inner = parse_union(p);
    if (inner && !match(p, ')'))
        return fail(p, start, "a group is not closed");
    return inner;
}

static struct lucene_node *parse_simple(struct parser *p)
{
    if (match(p, '.'))
        return node_new(p, LUCENE_ANY_CHARACTER);
    if (match(p, '#'))
        return node_new(p, LUCENE_NOTHING);
    if (match(p, '@'))
        return node_new(p, LUCENE_ANY_TEXT);
    if (peek(p, '"'))
        return parse_quoted(p);
    if (peek(p, '('))
        return parse_group(p);
    if (peek(p, '<'))
        return parse_numbers(p);
    if (peek(p, '['))
        return parse_class(p);
    struct lucene_node *class = node_new(p, LUCENE_CLASS);
    if (parse_predefined(p, class))
        return class;
    struct lucene_node *character = node_new(p, LUCENE_CHARACTER);
    return parse_character(p, &character->code) ? character : NULL;
}

static struct lucene_node *parse_complement(struct parser *p)
{
    if (!peek(p, '~'))
        return parse_simple(p);
    if (++p->depth > MAX_NESTING)
        return fail(p, p->at, "nested too deep");
    struct lucene_node *complement = node_new(p, LUCENE_COMPLEMENT);
    match(p, '~');
    struct lucene_node *inner = parse_complement(p);
    p->depth--;
    if (!inner)
        return NULL;
    node_add(complement, inner);
    return complement;
}

static bool parse_count(struct parser *p, int *out)
{
    size_t start = p->at;
    int n = 0;
    while (more(p) && p->text.ptr[p->at] >= '0' && p->text.ptr[p->at] <= '9') {
        n = n * 10 + (p->text.ptr[p->at++] - '0');
        if (n > MAX_COUNT) {
            fail(p, start, "a repetition count above 1000");
            return false;
        }
    }
    if (p->at == start) {
        fail(p, start, "a repetition count was expected");
        return false;
    }
    *out = n;
    return true;
}

static bool parse_braces(struct parser *p, int *min, int *max)
{
    size_t start = p->at;
    match(p, '{');
    if (!parse_count(p, min))
        return false;
    *max = *min;
    if (match(p, ',')) {
        *max = LUCENE_UNBOUNDED;
        if (!peek(p, '}') && !parse_count(p, max))
            return false;
    }
    if (!match(p, '}')) {
        fail(p, start, "a repetition is not closed");
        return false;
    }
    if (*max != LUCENE_UNBOUNDED && *max < *min) {
        fail(p, start, "a repetition's upper count is below its lower one");
        return false;
    }
    return true;
}

static struct lucene_node *repeat_new(struct parser *p, struct lucene_node *inner, int min, int max)
{
    struct lucene_node *repeat = node_new(p, LUCENE_REPEAT);
    repeat->at = inner->at;
    repeat->min = min;
    repeat->max = max;
    node_add(repeat, inner);
    return repeat;
}

/* A run of ? * + is one of the three: none allowed if one of them allows none, many if one allows many. So "a**" costs no more than "a*". */
static struct lucene_node *parse_marks(struct parser *p, struct lucene_node *inner)
{
    bool none = false, many = false;
    while (peek(p, '?') || peek(p, '*') || peek(p, '+')) {
        char mark = p->text.ptr[p->at++];
        none |= mark != '+';
        many |= mark != '?';
    }
    return repeat_new(p, inner, none ? 0 : 1, many ? LUCENE_UNBOUNDED : 1);
}

static struct lucene_node *parse_repeat(struct parser *p)
{
    struct lucene_node *node = parse_complement(p);
    unsigned braces = 0;
    while (node) {
        if (peek(p, '?') || peek(p, '*') || peek(p, '+')) {
            node = parse_marks(p, node);
        } else if (peek(p, '{')) {
            int min = 0, max = 0;
            if (++braces > 8)
                return fail(p, p->at, "too many repetitions of one thing");
            if (!parse_braces(p, &min, &max))
                return NULL;
            node = repeat_new(p, node, min, max);
        } else {
            return node;
        }
    }
    return NULL;
}

static struct lucene_node *parse_concat(struct parser *p)
{
    struct lucene_node *first = parse_repeat(p);
    if (!first || !more(p) || peek(p, ')') || peek(p, '|') || peek(p, '&'))
        return first;
    struct lucene_node *concat = node_new(p, LUCENE_CONCAT);
    node_add(concat, first);
    while (more(p) && !peek(p, ')') && !peek(p, '|') && !peek(p, '&')) {
        struct lucene_node *item = parse_repeat(p);
        if (!item)
            return NULL;
        node_add(concat, item);
    }
    return concat;
}

static struct lucene_node *parse_intersection(struct parser *p)
{
    struct lucene_node *first = parse_concat(p);
    if (!first || !peek(p, '&'))
        return first;
    struct lucene_node *all = node_new(p, LUCENE_INTERSECTION);
    node_add(all, first);
    while (match(p, '&')) {
        struct lucene_node *item = parse_concat(p);
        if (!item)
            return NULL;
        node_add(all, item);
    }
    return all;
}

static struct lucene_node *parse_union(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return fail(p, p->at, "nested too deep");
    struct lucene_node *first = parse_intersection(p);
    if (first && peek(p, '|')) {
        struct lucene_node *all = node_new(p, LUCENE_UNION);
        node_add(all, first);
        while (match(p, '|')) {
            struct lucene_node *item = parse_intersection(p);
            if (!item)
                return NULL;
            node_add(all, item);
        }
        first = all;
    }
    p->depth--;
    return first;
}

static struct lucene_node *parse(struct parser *p)
{
    if (p->text.len > MAX_PATTERN)
        return fail(p, MAX_PATTERN, "longer than 64 KiB");
    size_t invalid = utf8_first_invalid(p->text);
    if (invalid != SIZE_MAX)
        return fail(p, invalid, "not UTF-8");
    if (p->text.len == 0)
        return node_new(p, LUCENE_EMPTY_TEXT);
    struct lucene_node *root = parse_union(p);
    if (root && more(p))
        return fail(p, p->at, "')' without '('");
    return root;
}

struct lucene_node *lucene_parse(str pattern, struct arena *a, struct lucene_error *e)
{
    struct parser p = {.text = pattern, .arena = a, .error = e};
    *e = (struct lucene_error){0};
    return parse(&p);
}
