/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the regular expressions of a query, so that a wrong one is shown where it is written. */
#include "ir/lucene_regex.h"
#include "lang/eql_check.h"

#include <ctype.h>

/* Where byte `offset` of a string constant stands: inside the quotes when it was written without escapes, else the whole. */
static span place_in(const struct eql_node *node, size_t offset)
{
    size_t width = node->at.end - node->at.at;
    size_t quotes = width - node->value.text.len;
    if (width < node->value.text.len || (quotes != 2 && quotes != 6)) {
        return node->at;
    }
    size_t at = node->at.at + quotes / 2 + offset;
    size_t last = node->at.end - quotes / 2;
    at = at < last ? at : last;
    return (span){(uint32_t)at, (uint32_t)(at < last ? at + 1 : at)};
}

static void refuse(struct eql_checker *c, const struct eql_node *pattern,
                   const struct lucene_error *e)
{
    str text = pattern->value.text;
    struct diag *item =
        diag_error(c->diags, c->src, place_in(pattern, e->at), DIAG_BAD_REGEX,
                   "the regular expression is wrong at byte %zu: %s", e->at, e->reason);
    char at = e->at < text.len ? text.ptr[e->at] : 'a';
    if (ispunct((unsigned char)at)) {
        diag_hint(c->diags, item, "the character itself is \"\\\\%c\" or \"\"\"\\%c\"\"\"", at, at);
    }
}

static void warn(struct eql_checker *c, const struct eql_node *pattern, size_t at,
                 const char *message, const char *hint)
{
    diag_hint(c->diags,
              diag_warning(c->diags, c->src, place_in(pattern, at), DIAG_ODD_REGEX, "%s", message),
              "%s", hint);
}

/* Letters behind a backslash that are a boundary, an anchor or a control character elsewhere; Lucene takes the letter itself. */
static void check_letters(struct eql_checker *c, const struct eql_node *pattern)
{
    str text = pattern->value.text;
    for (size_t i = 0; i + 1 < text.len; i++) {
        char letter = text.ptr[i + 1];
        if (text.ptr[i] != '\\') {
            continue;
        }
        if (str_find_byte(S("bBAzZnrtfv"), letter, 0) != SIZE_MAX) {
            struct diag *item = diag_warning(c->diags, c->src, place_in(pattern, i), DIAG_ODD_REGEX,
                                             "'\\%c' is the letter '%c' here", letter, letter);
            diag_hint(c->diags, item,
                      "classes are \\d \\w \\s and their opposites; the whole value is covered");
        }
        i++;
    }
}

/* Anchors and inline flags, which Lucene takes as plain characters: such an expression rarely matches anything. */
static void check_foreign(struct eql_checker *c, const struct eql_node *pattern)
{
    str text = pattern->value.text;
    size_t last = text.len - 1, slashes = 0;
    if (text.len == 0) {
        return;
    }
    if (text.ptr[0] == '^') {
        warn(c, pattern, 0, "'^' is an ordinary character here",
             "leave it out: the expression always covers the whole value");
    }
    while (slashes < last && text.ptr[last - 1 - slashes] == '\\') {
        slashes++;
    }
    if (text.ptr[last] == '$' && slashes % 2 == 0) {
        warn(c, pattern, last, "'$' is an ordinary character here",
             "leave it out: the expression always covers the whole value");
    }
    if (str_starts(text, S("(?"))) {
        warn(c, pattern, 1, "'?' is an ordinary character here: there are no flags or other groups",
             "'regex~' ignores case");
    }
}

void eql_check_regex(struct eql_checker *c, const struct eql_node *node)
{
    for (uint32_t i = 1; i < node->n_args; i++) {
        const struct eql_node *pattern = node->args[i];
        struct arena scratch = *c->arena;
        struct lucene_error e = {0};
        str translated;
        if (pattern->value.type == VALUE_STRING &&
            !lucene_regex_translate(pattern->value.text, &scratch, &translated, &e)) {
            refuse(c, pattern, &e);
        } else if (pattern->value.type == VALUE_STRING) {
            check_foreign(c, pattern);
            check_letters(c, pattern);
        }
    }
}
