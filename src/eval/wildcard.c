/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing and matching of one wildcard pattern. */
#include "eval/wildcard.h"

#include "base/utf8.h"

#include <string.h>

/* -- parsing -- */

struct builder {
    struct wildcard w;
    struct wildcard_segment *segment; /* being filled */
    char *text;                       /* where the next literal byte goes */
};

static struct wildcard_piece *last_piece(struct builder *b)
{
    return &b->segment->pieces[b->segment->n_pieces - 1];
}

static void end_literal(struct builder *b)
{
    str literal = last_piece(b)->literal;
    if (literal.len > b->w.longest.len)
        b->w.longest = literal;
    b->segment->characters += utf8_count(literal);
}

static void begin_segment(struct builder *b, struct wildcard_piece *pieces)
{
    b->segment = &b->w.segments[b->w.n_segments++];
    *b->segment = (struct wildcard_segment){.pieces = pieces, .n_pieces = 1, .plain = true};
    *pieces = (struct wildcard_piece){.literal = {b->text, 0}};
}

static void add_one(struct builder *b)
{
    b->segment->plain = false;
    b->segment->characters++;
    if (last_piece(b)->literal.len) {
        end_literal(b);
        b->segment->pieces[b->segment->n_pieces++] =
            (struct wildcard_piece){.literal = {b->text, 0}};
    }
    last_piece(b)->skip++;
}

static void add_byte(struct builder *b, char c)
{
    *b->text++ = c;
    last_piece(b)->literal.len++;
}

struct wildcard wildcard_parse(str pattern, bool quoted, struct arena *a)
{
    size_t stars = 0;
    for (size_t i = 0; i < pattern.len; i++)
        stars += pattern.ptr[i] == '*';
    struct builder b = {0};
    b.w.segments = NEW_ARRAY(a, struct wildcard_segment, stars + 1);
    /* A segment has at most one piece more than it has bytes. */
    struct wildcard_piece *pieces = NEW_ARRAY(a, struct wildcard_piece, pattern.len + stars + 2);
    b.text = NEW_ARRAY(a, char, pattern.len + 1);
    begin_segment(&b, pieces);
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        if (quoted && c == '\\' && i + 1 < pattern.len) {
            add_byte(&b, pattern.ptr[++i]);
        } else if (c == '*') {
            end_literal(&b);
            pieces += b.segment->n_pieces;
            begin_segment(&b, pieces);
        } else if (c == '?') {
            add_one(&b);
        } else {
            add_byte(&b, c);
        }
    }
    end_literal(&b);
    return b.w;
}

/* -- matching -- */

static bool literal_at(str text, size_t at, str literal)
{
    return literal.len <= text.len - at &&
           (literal.len == 0 || memcmp(text.ptr + at, literal.ptr, literal.len) == 0);
}

static bool skip_characters(str text, size_t *at, size_t n)
{
    for (; n > 0; n--) {
        if (*at == text.len)
            return false;
        utf8_next(text, at);
    }
    return true;
}

/* The offset behind the segment when it stands at `at`, or SIZE_MAX. */
static size_t segment_at(const struct wildcard_segment *s, str text, size_t at)
{
    for (size_t i = 0; i < s->n_pieces; i++) {
        if (!skip_characters(text, &at, s->pieces[i].skip) ||
            !literal_at(text, at, s->pieces[i].literal))
            return SIZE_MAX;
        at += s->pieces[i].literal.len;
    }
    return at;
}

/* The offset behind the first place at or after `from` where the segment stands, or SIZE_MAX. */
static size_t segment_find(const struct wildcard_segment *s, str text, size_t from)
{
    str first = s->pieces[0].literal;
    if (s->plain) {
        size_t at = first.len ? str_find(text, first, from) : from;
        return at == SIZE_MAX ? SIZE_MAX : at + first.len;
    }
    for (size_t at = from;;) {
        size_t end = segment_at(s, text, at);
        if (end != SIZE_MAX || at >= text.len)
            return end;
        utf8_next(text, &at);
    }
}

/* Whether the segment ends the text without reaching before `from`. */
static bool segment_ends(const struct wildcard_segment *s, str text, size_t from)
{
    str rest = str_slice(text, from, text.len);
    if (s->plain)
        return str_ends(rest, s->pieces[0].literal);
    size_t have = utf8_count(rest), at = 0;
    if (have < s->characters || !skip_characters(rest, &at, have - s->characters))
        return false;
    return segment_at(s, rest, at) == rest.len;
}

bool wildcard_matches(const struct wildcard *w, str text)
{
    size_t at = segment_at(&w->segments[0], text, 0);
    if (w->n_segments == 1 || at == SIZE_MAX)
        return at == text.len;
    for (size_t i = 1; i + 1 < w->n_segments; i++) {
        at = segment_find(&w->segments[i], text, at);
        if (at == SIZE_MAX)
            return false;
    }
    return segment_ends(&w->segments[w->n_segments - 1], text, at);
}
