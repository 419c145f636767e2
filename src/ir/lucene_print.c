/* SPDX-License-Identifier: Apache-2.0 */
/* The tree as a PCRE2 pattern. What stands behind an expression decides whether complement and intersection have a PCRE2 form: a
 * look-ahead reaches to the end of the text, so the expression must be the last thing matched ("tail"). */
#include "base/utf8.h"
#include "ir/lucene_tree.h"

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

static void print_class(const struct lucene_node *class, struct buf *out)
{
    buf_append(out, class->negated ? S("[^") : S("["));
    for (const struct lucene_range *r = class->ranges; r; r = r->next) {
        /* As ranges it would hold U+017F and U+212A, which are s and k when case is ignored. */
        if (r->not_word) {
            buf_append(out, S("\\W"));
            continue;
        }
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

static void print_numbers(const struct lucene_node *node, struct buf *out)
{
    if (node->low.len == node->high.len) {
        buf_append(out, S("(?:"));
        print_same_length(node->low, node->high, 0, out);
        buf_byte(out, ')');
        return;
    }
    str low = lucene_without_zeros(node->low), high = lucene_without_zeros(node->high);
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

static bool print(const struct lucene_node *node, bool tail, struct buf *out,
                  struct lucene_error *error);

/* "{0,}" as * and so on. */
static void print_quantifier(const struct lucene_node *node, struct buf *out)
{
    if (node->max == LUCENE_UNBOUNDED && node->min <= 1)
        buf_byte(out, node->min == 0 ? '*' : '+');
    else if (node->min == 0 && node->max == 1)
        buf_byte(out, '?');
    else if (node->max == LUCENE_UNBOUNDED)
        buf_printf(out, "{%d,}", node->min);
    else
        buf_printf(out, "{%d,%d}", node->min, node->max);
}

static bool print_list(const struct lucene_node *node, const char *separator, bool all_tail,
                       bool tail, struct buf *out, struct lucene_error *error)
{
    for (const struct lucene_node *item = node->child; item; item = item->next) {
        if (item != node->child)
            buf_append(out, str_from(separator));
        if (!print(item, tail && (all_tail || !item->next), out, error))
            return false;
    }
    return true;
}

/* All but the last become look-aheads to the end of the text. */
static bool print_intersection(const struct lucene_node *node, struct buf *out,
                               struct lucene_error *error)
{
    buf_append(out, S("(?:"));
    for (const struct lucene_node *item = node->child; item; item = item->next) {
        buf_append(out, item->next ? S("(?=(?:") : S("(?:"));
        if (!print(item, true, out, error))
            return false;
        buf_append(out, item->next ? S(")\\z)") : S(")"));
    }
    buf_byte(out, ')');
    return true;
}

static bool print_complement(const struct lucene_node *node, struct buf *out,
                             struct lucene_error *error)
{
    buf_append(out, S("(?!(?:"));
    if (!print(node->child, true, out, error))
        return false;
    buf_append(out, S(")\\z).*"));
    return true;
}

static bool print_needing_tail(const struct lucene_node *node, bool tail, struct buf *out,
                               struct lucene_error *error)
{
    if (!tail) {
        *error = (struct lucene_error){node->at,
                                       node->kind == LUCENE_COMPLEMENT
                                           ? "'~' is supported only at the end of the expression"
                                           : "'&' is supported only at the end of the expression"};
        return false;
    }
    return node->kind == LUCENE_COMPLEMENT ? print_complement(node, out, error)
                                           : print_intersection(node, out, error);
}

static bool print_repeat(const struct lucene_node *node, bool tail, struct buf *out,
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

static bool print(const struct lucene_node *node, bool tail, struct buf *out,
                  struct lucene_error *error)
{
    bool ok = true;
    switch (node->kind) {
    case LUCENE_EMPTY_TEXT:
        buf_append(out, S("(?:)"));
        break;
    case LUCENE_NOTHING:
        buf_append(out, S("(?!)"));
        break;
    case LUCENE_ANY_CHARACTER:
        buf_byte(out, '.');
        break;
    case LUCENE_ANY_TEXT:
        buf_append(out, S("(?:.*)"));
        break;
    case LUCENE_CHARACTER:
        print_character(node->code, out);
        break;
    case LUCENE_CLASS:
        print_class(node, out);
        break;
    case LUCENE_NUMBERS:
        print_numbers(node, out);
        break;
    case LUCENE_CONCAT:
        ok = print_list(node, "", false, tail, out, error);
        break;
    case LUCENE_UNION:
        buf_append(out, S("(?:"));
        ok = print_list(node, "|", true, tail, out, error);
        buf_byte(out, ')');
        break;
    case LUCENE_INTERSECTION:
    case LUCENE_COMPLEMENT:
        ok = print_needing_tail(node, tail, out, error);
        break;
    case LUCENE_REPEAT:
        ok = print_repeat(node, tail, out, error);
        break;
    }
    return ok;
}

bool lucene_print(const struct lucene_node *root, struct buf *out, struct lucene_error *e)
{
    return print(root, true, out, e);
}
