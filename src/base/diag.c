/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting and printing diagnostics. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

enum { DEFAULT_LIMIT = 20, WINDOW = 160, MESSAGE_MAX = 1000 };

struct diag_row {
    str text, doc;
    enum diag_kind kind;
};

static const struct diag_row rows[DIAG_COUNT] = {
#define DIAG(name, text_, kind_, doc_)                                                             \
    [DIAG_##name] = {.text = S_INIT(text_), .kind = kind_, .doc = S_INIT(doc_)},
#include "base/diag.def"
#undef DIAG
};

str diag_id_text(enum diag_id id)
{
    return rows[id].text;
}

enum diag_kind diag_id_kind(enum diag_id id)
{
    return rows[id].kind;
}

str diag_id_doc(enum diag_id id)
{
    return rows[id].doc;
}

static uint32_t map_position(const struct text_map *map, uint32_t at)
{
    size_t low = 0, high = map->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (map->inner[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return at < map->inner[low] ? map->outer[low] : map->outer[low] + (at - map->inner[low]);
}

static span map_span(const struct diag_source *src, span at)
{
    if (!src->map || !src->map->n) {
        return at;
    }
    uint32_t start = map_position(src->map, at.at);
    /* The end belongs to the piece of the last byte. */
    uint32_t end = at.end > at.at ? map_position(src->map, at.end - 1) + 1 : start;
    return (span){start, end > start ? end : start};
}

static size_t limit_of(const struct diags *d)
{
    return d->limit ? d->limit : DEFAULT_LIMIT;
}

bool diags_cut(const struct diags *d)
{
    return d->errors > limit_of(d) || d->warnings > limit_of(d);
}

/* Counts one; NULL when it is past the limit. */
static struct diag *append(struct diags *d, enum diag_severity severity)
{
    size_t *count = severity == DIAG_ERROR ? &d->errors : &d->warnings;
    if ((*count)++ >= limit_of(d)) {
        return NULL;
    }
    struct diag *item = NEW(d->arena, struct diag);
    if (d->last) {
        d->last->next = item;
    } else {
        d->first = item;
    }
    d->last = item;
    return item;
}

static struct diag *add(struct diags *d, const struct diag_source *src, span at, enum diag_id id,
                        enum diag_severity severity, const char *message)
{
    struct diag *item = append(d, severity);
    if (item) {
        *item = (struct diag){.id = id,
                              .severity = severity,
                              .at = map_span(src, at),
                              .file = src->file,
                              .text = src->text,
                              .message = arena_copy(d->arena, str_from(message))};
    }
    return item;
}

void diag_again(struct diags *d, const struct diag *kept)
{
    struct diag *item = append(d, kept->severity);
    if (item) {
        *item = *kept;
        item->next = NULL;
    }
}

struct diag *diag_error(struct diags *d, const struct diag_source *src, span at, enum diag_id id,
                        const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return add(d, src, at, id, DIAG_ERROR, message);
}

struct diag *diag_warning(struct diags *d, const struct diag_source *src, span at, enum diag_id id,
                          const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return add(d, src, at, id, DIAG_WARNING, message);
}

void diag_hint(struct diags *d, struct diag *item, const char *format, ...)
{
    if (!item) {
        return;
    }
    char hint[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(hint, sizeof hint, format, args);
    va_end(args);
    item->hint = arena_copy(d->arena, str_from(hint));
}

/* Of equal places those of `a` come first. */
static struct diag *merged(struct diag *a, struct diag *b)
{
    struct diag *first = NULL;
    struct diag **place = &first;
    while (a && b) {
        struct diag **from = b->at.at < a->at.at ? &b : &a;
        *place = *from;
        place = &(*from)->next;
        *from = *place;
    }
    *place = a ? a : b;
    return first;
}

/* Takes `n` off the front of `rest`, at least one; ordered. */
static struct diag *take_ordered(struct diag **rest, size_t n)
{
    if (n == 1) {
        struct diag *item = *rest;
        *rest = item->next;
        item->next = NULL;
        return item;
    }
    struct diag *front = take_ordered(rest, n / 2);
    return merged(front, take_ordered(rest, n - n / 2));
}

void diags_order(struct diags *d, struct diag *before)
{
    struct diag **head = before ? &before->next : &d->first;
    size_t n = 0;
    for (const struct diag *item = *head; item; item = item->next) {
        n++;
    }
    if (n > 0) {
        struct diag *rest = *head;
        *head = take_ordered(&rest, n);
        for (d->last = *head; d->last->next;) {
            d->last = d->last->next;
        }
    }
}

/* A byte order mark is not part of the first line. */
static void begin_text(struct diag_lines *l, str text)
{
    size_t start = str_starts(text, S("\xEF\xBB\xBF")) ? 3 : 0;
    *l = (struct diag_lines){.text = text,
                             .line = 1,
                             .start = start,
                             .end = str_find_byte(text, '\n', start),
                             .counted = start};
}

/* Moves to the line that holds byte `at`. */
static void go_to_line(struct diag_lines *l, str text, size_t at)
{
    if (l->line == 0 || l->text.ptr != text.ptr || l->text.len != text.len || at < l->counted) {
        begin_text(l, text);
    }
    while (l->end < at) {
        l->line++;
        l->start = l->counted = l->end + 1;
        l->end = str_find_byte(text, '\n', l->start);
        l->columns = 0;
    }
}

struct line_column diag_locate_next(struct diag_lines *l, str text, size_t at)
{
    enum { CHARACTER_MAX = 4 }; /* bytes: nearer to `at` a character may be cut by it */
    at = at < text.len ? at : text.len;
    go_to_line(l, text, at);
    for (; l->counted + CHARACTER_MAX <= at; l->columns++) {
        utf8_next(text, &l->counted);
    }
    size_t cut = utf8_count(str_slice(text, l->counted, at));
    return (struct line_column){l->line, l->columns + cut + 1};
}

struct line_column diag_locate(str text, size_t at)
{
    struct diag_lines lines = {0};
    return diag_locate_next(&lines, text, at);
}

/* Moves behind one character of a shown line. True when it is shown as it is; controls and invalid bytes are not. */
static bool next_shown(str line, size_t *at)
{
    size_t start = *at;
    uint32_t code = utf8_next(line, at);
    bool control = (code < 0x20 && code != '\t') || (code >= 0x7f && code < 0xa0);
    bool invalid = code == 0xFFFD && *at == start + 1;
    return !control && !invalid;
}

static void show_character(str line, size_t *at, struct buf *out)
{
    size_t start = *at;
    bool plain = next_shown(line, at);
    buf_append(out, plain ? str_slice(line, start, *at) : S("\xEF\xBF\xBD"));
}

void diag_show_text(str s, struct buf *out)
{
    for (size_t at = 0; at < s.len;) {
        show_character(s, &at, out);
    }
}

/* Moves `at` off the middle of a UTF-8 sequence, which is at most three bytes; a line may hold any number of bytes that only
 * look like the middle of one. */
static size_t character_start(str s, size_t at)
{
    for (int i = 0; i < 3 && at > 0 && at < s.len; i++) {
        if (((unsigned char)s.ptr[at] & 0xC0) != 0x80) {
            break;
        }
        at--;
    }
    return at;
}

/* Moves behind one character; the columns it takes when shown. A tab under the marker counts one. */
static size_t shown_width(str line, size_t *at)
{
    size_t start = *at;
    if (!next_shown(line, at) || line.ptr[start] == '\t') {
        return 1;
    }
    return utf8_width(str_slice(line, start, *at));
}

static void print_marker(str shown, size_t from, size_t to, struct buf *out)
{
    for (size_t at = 0; at < from;) {
        bool tab = shown.ptr[at] == '\t';
        size_t width = shown_width(shown, &at);
        for (size_t i = 0; i < width; i++) {
            buf_byte(out, tab ? '\t' : ' ');
        }
    }
    size_t width = 0;
    for (size_t at = from; at < to;) {
        width += shown_width(shown, &at);
    }
    for (size_t i = 0; i < (width ? width : 1); i++) {
        buf_byte(out, '^');
    }
}

static void print_source_line(const struct diag *d, const struct diag_lines *lines, bool colour,
                              struct buf *out)
{
    size_t at = d->at.at < d->text.len ? d->at.at : d->text.len;
    size_t start = lines->start;
    str line = str_slice(d->text, start, lines->end);
    if (line.len && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    size_t inside =
        at > start ? at - start : 0; /* a span may stand before the first line's start */
    size_t from = inside < line.len ? inside : line.len;
    size_t to = d->at.end > at && d->at.end > start ? d->at.end - start : from;
    to = to < line.len ? to : line.len;
    if (line.len > WINDOW) { /* a window around the caret */
        size_t first = character_start(line, from > WINDOW / 2 ? from - WINDOW / 2 : 0);
        size_t last = character_start(line, first + WINDOW);
        line = str_slice(line, first, last);
        from -= first;
        to = to - first < line.len ? to - first : line.len;
    }
    buf_printf(out, "%5zu | ", lines->line);
    diag_show_text(line, out);
    buf_append(out, S("\n      | "));
    buf_append(out, colour ? S("\x1b[1;31m") : S(""));
    print_marker(line, from, to, out);
    buf_append(out, colour ? S("\x1b[0m") : S(""));
}

void diag_print_next(const struct diag *d, bool colour, struct diag_lines *lines, struct buf *out)
{
    bool error = d->severity == DIAG_ERROR;
    struct line_column at = diag_locate_next(lines, d->text, d->at.at);
    diag_show_text(d->file.len ? d->file : S("<query>"), out);
    if (d->text.len) {
        buf_printf(out, ":%zu:%zu", at.line, at.column);
    }
    buf_append(out, S(": "));
    buf_append(out, !colour ? S("") : error ? S("\x1b[1;31m") : S("\x1b[1;33m"));
    buf_append(out, error ? S("error: ") : S("warning: "));
    buf_append(out, colour ? S("\x1b[0m") : S(""));
    diag_show_text(d->message, out);
    str id = diag_id_text(d->id);
    buf_printf(out, " [%.*s]\n", STR_ARG(id));
    if (d->text.len) {
        print_source_line(d, lines, colour, out);
        if (d->hint.len) {
            buf_byte(out, ' ');
            diag_show_text(d->hint, out);
        }
        buf_byte(out, '\n');
    } else if (d->hint.len) {
        buf_append(out, S("      | "));
        diag_show_text(d->hint, out);
        buf_byte(out, '\n');
    }
}

void diag_print(const struct diag *d, bool colour, struct buf *out)
{
    struct diag_lines lines = {0};
    diag_print_next(d, colour, &lines, out);
}
