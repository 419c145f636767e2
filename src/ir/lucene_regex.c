/* SPDX-License-Identifier: Apache-2.0 */
/* Lucene regular expressions to PCRE2, in two steps: recursive descent to a small tree, then printing. The tree is needed because
 * what stands behind an expression decides whether complement and intersection have a PCRE2 form: a look-ahead reaches to the end of
 * the text, so the expression must be the last thing matched ("tail").
 * Source: the grammar of org.apache.lucene.util.automaton.RegExp,
 *   union  = inter { "|" inter }
 *   inter  = concat { "&" concat }
 *   concat = repeat { repeat }
 *   repeat = compl { "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}" }
 *   compl  = "~" compl | class
 *   class  = "[" ["^"] item { item } "]" | simple
 *   simple = "." | "#" | "@" | '"' text '"' | "()" | "(" union ")" | "<n-m>" | character
 * where `character` takes any character at all, an operator too, when nothing else fits: "*a" is a star and an a. */
#include "ir/lucene_regex.h"

#include "base/buf.h"
#include "base/utf8.h"

enum {
    MAX_PATTERN = 64 * 1024,
    MAX_OUTPUT = 1024 * 1024,
    MAX_NESTING = 200,
    MAX_COUNT = 1000,
    UNBOUNDED = -1,
    LAST_CODE = 0x10FFFF,
};

enum node_kind {
    NODE_EMPTY_TEXT,
    NODE_NOTHING, /* # : the empty language */
    NODE_ANY_CHARACTER,
    NODE_ANY_TEXT,
    NODE_CHARACTER,
    NODE_CLASS,
    NODE_NUMBERS, /* <n-m> */
    NODE_CONCAT,
    NODE_UNION,
    NODE_INTERSECTION,
    NODE_REPEAT,
    NODE_COMPLEMENT,
};

struct range {
    uint32_t from, to;
    struct range *next;
};

struct node {
    enum node_kind kind;
    uint32_t code;
    bool negated;
    int min, max;
    struct range *ranges;
    str low, high; /* digits of <n-m>, low not above high */
    size_t at;
    struct node *child, *last, *next;
};

struct parser {
    str text;
    size_t at;
    unsigned depth;
    struct arena *arena;
    struct lucene_error *error;
};

static struct node *fail(struct parser *p, size_t at, const char *reason)
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

static struct node *node_new(struct parser *p, enum node_kind kind)
{
    struct node *node = NEW(p->arena, struct node);
    node->kind = kind;
    node->at = p->at;
    return node;
}

static void node_add(struct node *parent, struct node *child)
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

static void add_range(struct parser *p, struct node *class, uint32_t from, uint32_t to)
{
    struct range *r = NEW(p->arena, struct range);
    *r = (struct range){from, to, class->ranges};
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

static bool parse_predefined(struct parser *p, struct node *class)
{
    if (!peek(p, '\\') || p->at + 1 >= p->text.len)
        return false;
    char letter = p->text.ptr[p->at + 1];
    for (size_t i = 0; i < sizeof predefined / sizeof predefined[0]; i++) {
        bool complement = letter == predefined[i].letter - 'a' + 'A';
        if (letter != predefined[i].letter && !complement)
            continue;
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
        p->at += 2;
        return true;
    }
    return false;
}

static bool parse_class_item(struct parser *p, struct node *class)
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

static struct node *parse_class(struct parser *p)
{
    size_t start = p->at;
    struct node *class = node_new(p, NODE_CLASS);
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

static struct node *parse_quoted(struct parser *p)
{
    size_t start = p->at;
    match(p, '"');
    struct node *text = node_new(p, NODE_CONCAT);
    while (more(p) && !peek(p, '"')) {
        struct node *character = node_new(p, NODE_CHARACTER);
        character->code = utf8_next(p->text, &p->at);
        node_add(text, character);
    }
    if (!match(p, '"'))
        return fail(p, start, "a quoted text is not closed");
    if (!text->child)
        text->kind = NODE_EMPTY_TEXT;
    return text;
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static str without_zeros(str s)
{
    size_t i = 0;
    while (i + 1 < s.len && s.ptr[i] == '0')
        i++;
    return str_slice(s, i, s.len);
}

/* Numbers as text of digits, by value. */
static int digits_cmp(str a, str b)
{
    a = without_zeros(a);
    b = without_zeros(b);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return str_cmp(a, b);
}

/* <n-m>. Ends written with equally many digits ask for exactly so many, else leading zeros are free. Lucene reads them as 32-bit integers. */
static struct node *parse_numbers(struct parser *p)
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
    struct node *numbers = node_new(p, NODE_NUMBERS);
    bool swap = digits_cmp(low, high) > 0;
    numbers->low = swap ? high : low;
    numbers->high = swap ? low : high;
    p->at = end + 1;
    return numbers;
}

static struct node *parse_union(struct parser *p);

static struct node *parse_group(struct parser *p)
{
    size_t start = p->at;
    match(p, '(');
    if (match(p, ')'))
        return node_new(p, NODE_EMPTY_TEXT);
    struct node *inner = parse_union(p);
    if (inner && !match(p, ')'))
        return fail(p, start, "a group is not closed");
    return inner;
}

static struct node *parse_simple(struct parser *p)
{
    if (match(p, '.'))
        return node_new(p, NODE_ANY_CHARACTER);
    if (match(p, '#'))
        return node_new(p, NODE_NOTHING);
    if (match(p, '@'))
        return node_new(p, NODE_ANY_TEXT);
    if (peek(p, '"'))
        return parse_quoted(p);
    if (peek(p, '('))
        return parse_group(p);
    if (peek(p, '<'))
        return parse_numbers(p);
    if (peek(p, '['))
        return parse_class(p);
    struct node *class = node_new(p, NODE_CLASS);
    if (parse_predefined(p, class))
        return class;
    struct node *character = node_new(p, NODE_CHARACTER);
    return parse_character(p, &character->code) ? character : NULL;
}

static struct node *parse_complement(struct parser *p)
{
    if (!peek(p, '~'))
        return parse_simple(p);
    if (++p->depth > MAX_NESTING)
        return fail(p, p->at, "nested too deep");
    struct node *complement = node_new(p, NODE_COMPLEMENT);
    match(p, '~');
    struct node *inner = parse_complement(p);
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
        *max = UNBOUNDED;
        if (!peek(p, '}') && !parse_count(p, max))
            return false;
    }
    if (!match(p, '}')) {
        fail(p, start, "a repetition is not closed");
        return false;
    }
    if (*max != UNBOUNDED && *max < *min) {
        fail(p, start, "a repetition's upper count is below its lower one");
        return false;
    }
    return true;
}

static struct node *repeat_new(struct parser *p, struct node *inner, int min, int max)
{
    struct node *repeat = node_new(p, NODE_REPEAT);
    repeat->at = inner->at;
    repeat->min = min;
    repeat->max = max;
    node_add(repeat, inner);
    return repeat;
}

/* A run of ? * + is one of the three: none allowed if one of them allows none, many if one allows many. So "a**" costs no more than "a*". */
static struct node *parse_marks(struct parser *p, struct node *inner)
{
    bool none = false, many = false;
    while (peek(p, '?') || peek(p, '*') || peek(p, '+')) {
        char mark = p->text.ptr[p->at++];
        none |= mark != '+';
        many |= mark != '?';
    }
    return repeat_new(p, inner, none ? 0 : 1, many ? UNBOUNDED : 1);
}

static struct node *parse_repeat(struct parser *p)
{
    struct node *node = parse_complement(p);
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

static struct node *parse_concat(struct parser *p)
{
    struct node *first = parse_repeat(p);
    if (!first || !more(p) || peek(p, ')') || peek(p, '|') || peek(p, '&'))
        return first;
    struct node *concat = node_new(p, NODE_CONCAT);
    node_add(concat, first);
    while (more(p) && !peek(p, ')') && !peek(p, '|') && !peek(p, '&')) {
        struct node *item = parse_repeat(p);
        if (!item)
            return NULL;
        node_add(concat, item);
    }
    return concat;
}

static struct node *parse_intersection(struct parser *p)
{
    struct node *first = parse_concat(p);
    if (!first || !peek(p, '&'))
        return first;
    struct node *all = node_new(p, NODE_INTERSECTION);
    node_add(all, first);
    while (match(p, '&')) {
        struct node *item = parse_concat(p);
        if (!item)
            return NULL;
        node_add(all, item);
    }
    return all;
}

static struct node *parse_union(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return fail(p, p->at, "nested too deep");
    struct node *first = parse_intersection(p);
    if (first && peek(p, '|')) {
        struct node *all = node_new(p, NODE_UNION);
        node_add(all, first);
        while (match(p, '|')) {
            struct node *item = parse_intersection(p);
            if (!item)
                return NULL;
            node_add(all, item);
        }
        first = all;
    }
    p->depth--;
    return first;
}

/* -- printing -- */

static bool is_plain(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
           (code >= 'a' && code <= 'z') || code >= 0xA0;
}

/* Everything that could mean something to PCRE2 is written by its number. */
static void print_character(uint32_t code, struct buf *out)
{
    if (!is_plain(code)) {
        buf_printf(out, "\\x{%x}", (unsigned)code);
        return;
    }
    char bytes[4];
    size_t n = utf8_encode(code, bytes);
    buf_append(out, (str){bytes, n});
}

static void print_class(const struct node *class, struct buf *out)
{
    buf_append(out, class->negated ? S("[^") : S("["));
    for (const struct range *r = class->ranges; r; r = r->next) {
        print_character(r->from, out);
        if (r->to != r->from) {
            buf_byte(out, '-');
            print_character(r->to, out);
        }
    }
    buf_byte(out, ']');
}

static void print_digit_range(char from, char to, struct buf *out)
{
    if (from == to)
        buf_byte(out, from);
    else
        buf_printf(out, "[%c-%c]", from, to);
}

static bool all_digit(str s, size_t at, char digit)
{
    for (size_t i = at; i < s.len; i++)
        if (s.ptr[i] != digit)
            return false;
    return true;
}

/* Texts of exactly low.len digits from low to high (equally long), from digit `at` on. The bounds are dropped (NULL view meaning 0s or 9s) as soon as a
 * digit lies strictly between them, so the output is at most quadratic in ten digits. */
static void print_same_length(str low, str high, size_t at, struct buf *out)
{
    if (at == low.len)
        return;
    char a = low.ptr[at], b = high.ptr[at];
    if (all_digit(low, at, '0') && all_digit(high, at, '9')) {
        buf_printf(out, "[0-9]{%zu}", low.len - at);
        return;
    }
    if (a == b) {
        buf_byte(out, a);
        print_same_length(low, high, at + 1, out);
        return;
    }
    char zeros[16], nines[16];
    for (size_t i = 0; i < sizeof zeros; i++) {
        zeros[i] = '0';
        nines[i] = '9';
    }
    str none = {zeros, low.len}, full = {nines, low.len};
    buf_append(out, S("(?:"));
    buf_byte(out, a);
    print_same_length(low, full, at + 1, out);
    if (b - a > 1) {
        buf_byte(out, '|');
        print_digit_range((char)(a + 1), (char)(b - 1), out);
        print_same_length(none, full, at + 1, out);
    }
    buf_byte(out, '|');
    buf_byte(out, b);
    print_same_length(none, high, at + 1, out);
    buf_byte(out, ')');
}

static void print_numbers(const struct node *node, struct buf *out)
{
    if (node->low.len == node->high.len) {
        buf_append(out, S("(?:"));
        print_same_length(node->low, node->high, 0, out);
        buf_byte(out, ')');
        return;
    }
    str low = without_zeros(node->low), high = without_zeros(node->high);
    char first[16] = "1000000000", last[16] = "9999999999";
    buf_append(out, S("0*(?:"));
    for (size_t n = low.len; n <= high.len; n++) {
        if (n > low.len)
            buf_byte(out, '|');
        print_same_length(n == low.len ? low : (str){first, n},
                          n == high.len ? high : (str){last, n}, 0, out);
    }
    buf_byte(out, ')');
}

static bool print(const struct node *node, bool tail, struct buf *out, struct lucene_error *error);

/* "{0,}" as * and so on. */
static void print_quantifier(const struct node *node, struct buf *out)
{
    if (node->max == UNBOUNDED && node->min <= 1)
        buf_byte(out, node->min == 0 ? '*' : '+');
    else if (node->min == 0 && node->max == 1)
        buf_byte(out, '?');
    else if (node->max == UNBOUNDED)
        buf_printf(out, "{%d,}", node->min);
    else
        buf_printf(out, "{%d,%d}", node->min, node->max);
}

static bool print_list(const struct node *node, const char *separator, bool all_tail, bool tail,
                       struct buf *out, struct lucene_error *error)
{
    for (const struct node *item = node->child; item; item = item->next) {
        if (item != node->child)
            buf_append(out, str_from(separator));
        if (!print(item, tail && (all_tail || !item->next), out, error))
            return false;
    }
    return true;
}

/* All but the last become look-aheads to the end of the text. */
static bool print_intersection(const struct node *node, struct buf *out, struct lucene_error *error)
{
    buf_append(out, S("(?:"));
    for (const struct node *item = node->child; item; item = item->next) {
        buf_append(out, item->next ? S("(?=(?:") : S("(?:"));
        if (!print(item, true, out, error))
            return false;
        buf_append(out, item->next ? S(")\\z)") : S(")"));
    }
    buf_byte(out, ')');
    return true;
}

static bool print_complement(const struct node *node, struct buf *out, struct lucene_error *error)
{
    buf_append(out, S("(?!(?:"));
    if (!print(node->child, true, out, error))
        return false;
    buf_append(out, S(")\\z).*"));
    return true;
}

static bool print_needing_tail(const struct node *node, bool tail, struct buf *out,
                               struct lucene_error *error)
{
    if (!tail) {
        *error = (struct lucene_error){node->at,
                                       node->kind == NODE_COMPLEMENT
                                           ? "'~' is supported only at the end of the expression"
                                           : "'&' is supported only at the end of the expression"};
        return false;
    }
    return node->kind == NODE_COMPLEMENT ? print_complement(node, out, error)
                                         : print_intersection(node, out, error);
}

static bool print_repeat(const struct node *node, bool tail, struct buf *out,
                         struct lucene_error *error)
{
    bool once = node->min == 0 && node->max == 1;
    buf_append(out, S("(?:"));
    if (!print(node->child, tail && once, out, error))
        return false;
    buf_byte(out, ')');
    print_quantifier(node, out);
    return true;
}

static bool print(const struct node *node, bool tail, struct buf *out, struct lucene_error *error)
{
    bool ok = true;
    switch (node->kind) {
    case NODE_EMPTY_TEXT:
        buf_append(out, S("(?:)"));
        break;
    case NODE_NOTHING:
        buf_append(out, S("(?!)"));
        break;
    case NODE_ANY_CHARACTER:
        buf_byte(out, '.');
        break;
    case NODE_ANY_TEXT:
        buf_append(out, S("(?:.*)"));
        break;
    case NODE_CHARACTER:
        print_character(node->code, out);
        break;
    case NODE_CLASS:
        print_class(node, out);
        break;
    case NODE_NUMBERS:
        print_numbers(node, out);
        break;
    case NODE_CONCAT:
        ok = print_list(node, "", false, tail, out, error);
        break;
    case NODE_UNION:
        buf_append(out, S("(?:"));
        ok = print_list(node, "|", true, tail, out, error);
        buf_byte(out, ')');
        break;
    case NODE_INTERSECTION:
    case NODE_COMPLEMENT:
        ok = print_needing_tail(node, tail, out, error);
        break;
    case NODE_REPEAT:
        ok = print_repeat(node, tail, out, error);
        break;
    }
    return ok;
}

static struct node *parse(struct parser *p)
{
    if (p->text.len > MAX_PATTERN)
        return fail(p, MAX_PATTERN, "longer than 64 KiB");
    size_t invalid = utf8_first_invalid(p->text);
    if (invalid != SIZE_MAX)
        return fail(p, invalid, "not UTF-8");
    if (p->text.len == 0)
        return node_new(p, NODE_EMPTY_TEXT);
    struct node *root = parse_union(p);
    if (root && more(p))
        return fail(p, p->at, "')' without '('");
    return root;
}

bool lucene_regex_translate(str pattern, struct arena *a, str *out, struct lucene_error *e)
{
    *e = (struct lucene_error){0};
    struct arena scratch = *a;
    struct parser p = {.text = pattern, .arena = &scratch, .error = e};
    const struct node *root = parse(&p);
    if (!root)
        return false;
    struct buf text = BUF_INIT(MAX_OUTPUT);
    bool ok = print(root, true, &text, e);
    if (ok && text.full) {
        *e = (struct lucene_error){0, "too large"};
        ok = false;
    }
    if (ok)
        *out = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return ok;
}
