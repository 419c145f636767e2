/* SPDX-License-Identifier: Apache-2.0 */
/* Quoted tokens: "text" with escapes, """raw text""", `a name`, and 'text' ?"text" ?'text' of the
 * original dialect, which are recognised only to be refused. */
#include "lang/eql_lex_string.h"
#include "base/utf8.h"

static span span_of(size_t from, size_t to)
{
    return (span){(uint32_t)from, (uint32_t)to};
}

static bool at_line_end(const struct eql_lexer *l, size_t at)
{
    return at >= l->text.len || l->text.ptr[at] == '\n' || l->text.ptr[at] == '\r';
}

static bool rest_starts(const struct eql_lexer *l, size_t at, str prefix)
{
    return str_starts(str_slice(l->text, at, l->text.len), prefix);
}

static struct diag *report(struct eql_lexer *l, size_t from, size_t to, enum diag_id id,
                           const char *message)
{
    return l->silent ? NULL : diag_error(l->diags, l->src, span_of(from, to), id, "%s", message);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static const char *const unicode_hint = "a character is written \\u{41}, with 2 to 8 hex digits";

/* Reads \u{H..} at `from` (the backslash). Returns the offset behind it. */
static size_t lex_unicode(struct eql_lexer *l, size_t from, char out[4], size_t *n)
{
    str text = l->text;
    size_t at = from + 2;
    size_t digits = 0;
    uint64_t code = 0;
    *n = 0;
    if (at >= text.len || text.ptr[at] != '{') {
        struct diag *item = report(l, from, at, DIAG_BAD_STRING, "'\\u' must be followed by '{'");
        diag_hint(l->diags, item, "%s", unicode_hint);
        return at;
    }
    at++;
    while (at < text.len && hex_digit(text.ptr[at]) >= 0) {
        code = digits < 8 ? code * 16 + (uint64_t)hex_digit(text.ptr[at]) : code;
        digits++;
        at++;
    }
    bool closed = at < text.len && text.ptr[at] == '}';
    at += closed ? 1 : 0;
    struct diag *item = NULL;
    if (!closed || digits < 2 || digits > 8) {
        item = report(l, from, at, DIAG_BAD_STRING, "a unicode escape that cannot be read");
        diag_hint(l->diags, item, "%s", unicode_hint);
    } else if (code > 0x10ffff) {
        report(l, from, at, DIAG_BAD_STRING, "a unicode escape above 10FFFF names no character");
    } else if (code >= 0xd800 && code <= 0xdfff) {
        report(l, from, at, DIAG_BAD_STRING,
               "a unicode escape that is a surrogate names no character");
    } else {
        *n = utf8_encode((uint32_t)code, out);
    }
    return at;
}

/* Reads the escape at `from`. Returns the offset behind it. */
static size_t lex_escape(struct eql_lexer *l, size_t from, char out[4], size_t *n)
{
    static const char from_letter[] = "btnfr\"'\\";
    static const char to_byte[] = "\b\t\n\f\r\"'\\";
    if (at_line_end(l, from + 1)) {
        *n = 0;
        return from + 1; /* the string does not end: said by the caller */
    }
    char letter = l->text.ptr[from + 1];
    for (size_t i = 0; from_letter[i] != '\0'; i++) {
        if (from_letter[i] == letter) {
            out[0] = to_byte[i];
            *n = 1;
            return from + 2;
        }
    }
    if (letter == 'u') {
        return lex_unicode(l, from, out, n);
    }
    size_t end = from + 1;
    utf8_next(l->text, &end);
    struct diag *item = report(l, from, end, DIAG_BAD_STRING, "an unknown escape in a string");
    diag_hint(l->diags, item, "write '\\\\' for a backslash, or a raw string: \"\"\"C:\\a\"\"\"");
    *n = 0;
    return end;
}

/* Reads from the opening quote at l->at up to `quote`; true with the decoded text, false when the
 * line ends first (reported). */
static bool lex_quoted(struct eql_lexer *l, char quote, str *out)
{
    size_t open = l->at;
    size_t at = open + 1;
    size_t end = at;
    bool escapes = false;
    while (!at_line_end(l, end) && l->text.ptr[end] != quote) {
        bool escape = l->text.ptr[end] == '\\' && !at_line_end(l, end + 1);
        escapes = escapes || l->text.ptr[end] == '\\';
        end += escape ? 2 : 1;
    }
    bool closed = !at_line_end(l, end);
    *out = str_slice(l->text, at, end);
    l->at = end + (closed ? 1 : 0);
    if (escapes) {
        char *bytes = arena_push_raw(l->arena, 1, end - at + 4);
        size_t n = 0;
        while (at < end) {
            size_t wrote = 1;
            if (l->text.ptr[at] == '\\') {
                at = lex_escape(l, at, bytes + n, &wrote);
            } else {
                bytes[n] = l->text.ptr[at++];
            }
            n += wrote;
        }
        *out = (str){bytes, n};
    }
    if (!closed) {
        struct diag *item =
            report(l, open, l->at, DIAG_BAD_STRING, "a string that does not end on its line");
        diag_hint(l->diags, item, "end it with '\"'; a line break inside is written \\n");
    }
    return closed;
}

/* Raw: up to the first three quotes; one or two further quotes directly after them are content. */
static void lex_raw(struct eql_lexer *l, str *out)
{
    size_t open = l->at;
    size_t at = open + 3;
    while (!at_line_end(l, at) && !rest_starts(l, at, S("\"\"\""))) {
        at++;
    }
    if (at_line_end(l, at)) {
        *out = str_slice(l->text, open + 3, at);
        l->at = at;
        struct diag *item =
            report(l, open, at, DIAG_BAD_STRING, "a raw string that does not end on its line");
        diag_hint(l->diags, item, "end it with three double quotes");
        return;
    }
    size_t more = 0;
    while (more < 2 && rest_starts(l, at + 3 + more, S("\""))) {
        more++;
    }
    *out = str_slice(l->text, open + 3, at + more);
    l->at = at + more + 3;
}

/* `name`: two backticks inside stand for one. */
static void lex_quoted_name(struct eql_lexer *l, str *out)
{
    size_t open = l->at;
    size_t end = open + 1;
    size_t doubled = 0;
    while (end < l->text.len) {
        if (l->text.ptr[end] == '`') {
            if (!rest_starts(l, end + 1, S("`"))) {
                break;
            }
            doubled++;
            end++;
        }
        end++;
    }
    if (end >= l->text.len) {
        l->at = l->text.len;
        *out = str_slice(l->text, open + 1, end);
        struct diag *item =
            report(l, open, open + 1, DIAG_BAD_STRING, "a quoted name that does not end");
        diag_hint(l->diags, item, "end it with a backtick");
        return;
    }
    *out = str_slice(l->text, open + 1, end);
    l->at = end + 1;
    if (doubled > 0) {
        char *bytes = arena_push_raw(l->arena, 1, out->len);
        size_t n = 0;
        for (size_t i = 0; i < out->len; i++) {
            bytes[n++] = out->ptr[i];
            i += out->ptr[i] == '`' ? 1 : 0;
        }
        *out = (str){bytes, n};
    }
}

/* 'x', ?'x' and ?"x" are refused, but read, so that what follows is checked too. */
static void lex_old(struct eql_lexer *l, bool raw, str *out)
{
    size_t from = l->at;
    l->at += raw ? 1 : 0;
    char quote = l->text.ptr[l->at];
    size_t end = l->at + 1;
    while (!at_line_end(l, end) && l->text.ptr[end] != quote) {
        end += l->text.ptr[end] == '\\' && !raw && !at_line_end(l, end + 1) ? 2 : 1;
    }
    *out = str_slice(l->text, l->at + 1, end);
    l->at = at_line_end(l, end) ? end : end + 1;
    struct diag *item = report(l, from, l->at, DIAG_OLD_STRING,
                               raw ? "a raw string of the original EQL dialect"
                                   : "strings stand in double quotes, not in single quotes");
    if (raw) {
        diag_hint(l->diags, item, "write it in triple double quotes: \"\"\"text\"\"\"");
    } else {
        diag_hint(l->diags, item, "write \"%.*s\"", STR_ARG(*out));
    }
}

bool eql_lex_string(struct eql_lexer *l, struct eql_token *t)
{
    size_t from = l->at;
    t->kind = EQL_T_STRING;
    if (rest_starts(l, from, S("\"\"\""))) {
        lex_raw(l, &t->text);
    } else if (rest_starts(l, from, S("\""))) {
        lex_quoted(l, '"', &t->text);
    } else if (rest_starts(l, from, S("`"))) {
        t->kind = EQL_T_QUOTED;
        lex_quoted_name(l, &t->text);
    } else if (rest_starts(l, from, S("'"))) {
        lex_old(l, false, &t->text);
    } else if (rest_starts(l, from, S("?'")) || rest_starts(l, from, S("?\""))) {
        lex_old(l, true, &t->text);
    } else {
        return false;
    }
    t->at = span_of(from, l->at);
    return true;
}
