/* SPDX-License-Identifier: Apache-2.0 */
/* Objects and arrays: where they end, and what to do when they do not. */
#include "value/frame_state.h"

void framer_begin_value(struct json_framer *f)
{
    framer_begin(f);
    frame_grammar_begin(&f->grammar);
    f->grammar_at = f->pos;
    f->scan = (struct frame_scan){0};
    f->state = f->start < f->careful_until ? FRAMER_CAREFUL : FRAMER_VALUE;
}

/* What of the window may belong to a value of the largest size. */
struct reach {
    str text;
    bool beyond; /* there are bytes behind it: what has not ended is too large */
    bool all;    /* no feed will add to it */
};

static struct reach reach_of(const struct json_framer *f)
{
    size_t held = f->len - f->pos;
    bool beyond = held > f->options.max_record;
    size_t end = beyond ? f->pos + f->options.max_record : f->len;
    return (struct reach){{f->window, end}, beyond, beyond || f->last};
}

/* A container array at nesting 1 or 2 of the unfinished object at pos. */
static bool find_inner_array(const struct json_framer *f, size_t end, str *container,
                             size_t *content)
{
    uint64_t depth = 0;
    str outer = {0}; /* the last text at nesting 1: in front of an object its key */
    for (size_t i = f->pos; i < end; i++) {
        char c = f->window[i];
        if (c == '"') {
            enum framer_place place = depth == 1 ? PLACE_CUT : PLACE_BELOW;
            if ((depth == 1 || (depth == 2 && outer.len)) &&
                framer_peek_member(f, place, outer, i, end, container, content) == PEEK_YES) {
                return true;
            }
            size_t start = ++i;
            while (i < end && f->window[i] != '"') {
                i += f->window[i] == '\\' ? 2 : 1;
            }
            outer = depth == 1 ? (str){f->window + start, (i < end ? i : end) - start} : outer;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

/* ---- broken values ---- */

void framer_break(struct json_framer *f, size_t error, const char *reason)
{
    bool in_string = f->window[error] == '\n';
    f->reason = reason;
    f->at = error;
    f->sync = 0;
    if (f->in_array || f->state == FRAMER_TAIL) {
        f->state = FRAMER_SKIP_ITEM;
        f->array_broken = true;
        if (!in_string) {
            framer_look_back(f, error);
        }
        return;
    }
    f->state = FRAMER_SKIP_TOP;
    size_t i = error;
    size_t first = error - f->pos > FRAMER_LOOK_BACK ? error - FRAMER_LOOK_BACK : f->pos;
    while (i > first && (f->window[i - 1] == ' ' || f->window[i - 1] == '\t')) {
        i--;
    }
    f->sync = i > first && f->window[i - 1] == '\n';
}

/* What is framed ends at the line break or before the line at `end`. */
static bool break_at_line(struct json_framer *f, size_t end, const char *reason, struct frame *out)
{
    f->reason = reason;
    f->array_broken = f->in_array;
    f->state = f->in_array ? FRAMER_ELEMENT : FRAMER_TOP;
    f->expect = EXPECT_FIRST;
    return framer_yield(f, FRAME_BROKEN, end, out);
}

/* A raw line break in a string, at f->at. */
static bool break_in_string(struct json_framer *f, struct frame *out, bool *got)
{
    if (f->in_array) {
        framer_break(f, f->at, "a line break inside a string");
    } else {
        *got = break_at_line(f, f->at, "a line break inside a string", out);
    }
    return true;
}

static void be_careful_until(struct json_framer *f, size_t at)
{
    uint64_t offset = f->base + at;
    f->careful_until = f->careful_until > offset ? f->careful_until : offset;
}

/* Behind the value: an element, or at top level. */
static void leave_value(struct json_framer *f)
{
    f->state = f->in_array ? FRAMER_ELEMENT : FRAMER_TOP;
    f->expect = EXPECT_COMMA;
}

/* The value does not end in what it may reach. */
static bool step_unfinished(struct json_framer *f, const struct reach *r, struct frame *out,
                            bool *got)
{
    str container = {0};
    size_t content = 0;
    if (!f->in_array && !f->options.whole &&
        find_inner_array(f, r->text.len, &container, &content)) {
        framer_enter_array(f, content, container, true);
        return true;
    }
    f->at = f->grammar_at;
    enum frame_grammar_stop stop = frame_grammar_run(&f->grammar, r->text, &f->at);
    if (stop == FRAME_GRAMMAR_ERROR || stop == FRAME_GRAMMAR_LINE) {
        framer_break(f, f->at, frame_grammar_reason(&f->grammar));
    } else if (r->beyond) {
        f->state = FRAMER_LARGE;
    } else {
        f->state = FRAMER_TOP;
        *got = framer_yield(f, FRAME_CUT, f->len, out);
        f->in_array = false;
    }
    return true;
}

/* The value that the scan found, up to `end`; the scan has counted its lines. */
static bool yield_scanned(struct json_framer *f, size_t end, struct frame *out)
{
    *out = (struct frame){.kind = FRAME_VALUE,
                          .text = {f->window + f->pos, end - f->pos},
                          .offset = f->start,
                          .line = f->start_line,
                          .container = f->in_array ? f->container : (str){0},
                          .scanned = !f->scan.stray,
                          .unicode_escapes = f->scan.unicode != 0};
    f->line += f->scan.newlines;
    f->pos = end;
    return true;
}

/* ---- the steps ---- */

/* Whether the grammar allows the bracket at `at`. Each byte is read once. */
static bool may_open(struct json_framer *f, size_t at)
{
    str text = {f->window, at + 1};
    return frame_grammar_run(&f->grammar, text, &f->grammar_at) == FRAME_GRAMMAR_MORE;
}

/* The same as scan_run finds of the value at pos when it is of the usual kind. False: it is not, or not all of it is there. */
static bool index_value(struct json_framer *f, const struct reach *r)
{
    if (f->at != f->pos || f->window[f->pos] != '{' ||
        f->scan_index(r->text, f->pos, &f->index) != FRAME_INDEX_END) {
        return false;
    }
    f->at = f->pos + f->index.len;
    f->indexed = f->start;
    f->scan.unicode = f->index.unicode;
    return true;
}

static enum frame_stop scan(struct json_framer *f, const struct reach *r)
{
    if (f->scan_index && !f->filter && index_value(f, r)) {
        return FRAME_STOP_END;
    }
    return f->scan_run(&f->scan, r->text, &f->at, r->all);
}

bool framer_step_value(struct json_framer *f, struct frame *out, bool *got)
{
    struct reach r = reach_of(f);
    switch (scan(f, &r)) {
    case FRAME_STOP_END:
        if (f->in_array) {
            f->brace_end = f->at;
            f->state = FRAMER_ENDED;
        } else {
            f->state = FRAMER_TOP;
            *got = yield_scanned(f, f->at, out);
        }
        return true;
    case FRAME_STOP_LINE_IN_STRING:
        return break_in_string(f, out, got);
    case FRAME_STOP_OPEN_AT_LINE:
        if (f->window[f->at] == '{' && !may_open(f, f->at)) {
            *got = break_at_line(f, f->at, "the record is broken off", out);
        }
        return true;
    case FRAME_STOP_MORE:
        if (!r.all) {
            return false;
        }
        be_careful_until(f, r.text.len);
        return step_unfinished(f, &r, out, got);
    }
    return false;
}

bool framer_step_careful(struct json_framer *f, struct frame *out, bool *got)
{
    struct reach r = reach_of(f);
    switch (frame_grammar_run(&f->grammar, r.text, &f->at)) {
    case FRAME_GRAMMAR_END:
        leave_value(f);
        *got = framer_yield(f, FRAME_VALUE, f->at, out);
        return true;
    case FRAME_GRAMMAR_LINE:
        return break_in_string(f, out, got);
    case FRAME_GRAMMAR_ERROR:
        framer_break(f, f->at, frame_grammar_reason(&f->grammar));
        return true;
    case FRAME_GRAMMAR_MORE:
        f->grammar_at = f->at;
        return r.all && step_unfinished(f, &r, out, got);
    }
    return false;
}

/* Only whether the value closes is still of interest. */
bool framer_step_large(struct json_framer *f, struct frame *out, bool *got)
{
    str text = {f->window, f->len};
    switch (frame_grammar_run(&f->grammar, text, &f->at)) {
    case FRAME_GRAMMAR_END:
        leave_value(f);
        *got = framer_yield(f, FRAME_TOO_LARGE, f->at, out);
        return true;
    case FRAME_GRAMMAR_LINE:
        return break_in_string(f, out, got);
    case FRAME_GRAMMAR_ERROR:
        framer_break(f, f->at, frame_grammar_reason(&f->grammar));
        return true;
    case FRAME_GRAMMAR_MORE:
        if (!f->last) {
            framer_drop(f);
            return false;
        }
        f->state = FRAMER_TOP;
        *got = framer_yield(f, FRAME_CUT, f->len, out);
        f->in_array = false;
        return true;
    }
    return false;
}

/* An element's brackets are balanced by number. When they do not match in kind, or no comma or ']'
 * follows, the brackets of several elements may have been counted together: the grammar knows. */
bool framer_step_ended(struct json_framer *f, struct frame *out, bool *got)
{
    size_t end =
        f->len - f->brace_end > FRAMER_LOOK_BACK ? f->brace_end + FRAMER_LOOK_BACK : f->len;
    while (f->at < end && framer_is_space(f->window[f->at])) {
        f->at++;
    }
    if (f->at == f->len && !f->last && f->at - f->brace_end < FRAMER_LOOK_BACK) {
        return false;
    }
    char next = f->at < end ? f->window[f->at] : '\0';
    char close = f->window[f->pos] == '{' ? '}' : ']';
    bool sound = f->window[f->brace_end - 1] == close && (next == ',' || next == ']');
    if (!sound) {
        str text = {f->window, f->brace_end};
        if (frame_grammar_run(&f->grammar, text, &f->grammar_at) != FRAME_GRAMMAR_END) {
            be_careful_until(f, f->brace_end);
            size_t error = f->grammar_at < f->brace_end ? f->grammar_at : f->brace_end - 1;
            framer_break(f, error, frame_grammar_reason(&f->grammar));
            return true;
        }
    }
    leave_value(f);
    *got = yield_scanned(f, f->brace_end, out);
    return true;
}

bool framer_step_skip_top(struct json_framer *f, struct frame *out, bool *got)
{
    for (; f->at < f->len; f->at++) {
        char c = f->window[f->at];
        if (f->sync && c == '{') {
            break;
        }
        f->sync = c == '\n' || (f->sync && framer_is_space(c));
    }
    if (f->at == f->len && !f->last) {
        framer_drop(f);
        return false;
    }
    f->state = FRAMER_TOP;
    *got = framer_yield(f, FRAME_BROKEN, f->at, out);
    return true;
}
