/* SPDX-License-Identifier: Apache-2.0 */
/* Streamed arrays: their elements, the way back after a broken one, and what follows the array. */
#include "value/frame_state.h"

static void leave_array(struct json_framer *f)
{
    f->in_array = false;
    f->may_go_on = f->array_broken;
    if (f->in_object) {
        framer_begin(f);
        bool deeper = str_find_byte(f->container, '.', 0) != SIZE_MAX;
        frame_grammar_begin_tail(&f->grammar, deeper ? 2 : 1);
        f->state = FRAMER_TAIL;
    } else {
        f->state = FRAMER_TOP;
    }
}

/* ---- between elements ---- */

/* Nothing stands where something should: an empty frame says so. */
static bool report_gap(struct json_framer *f, const char *reason, struct frame *out)
{
    framer_begin(f);
    f->reason = reason;
    f->expect = EXPECT_FIRST;
    return framer_yield(f, FRAME_BROKEN, f->pos, out);
}

static bool step_comma(struct json_framer *f, struct frame *out, bool *got)
{
    if (f->expect == EXPECT_COMMA) {
        framer_move_to(f, f->pos + 1);
        f->expect = EXPECT_NEXT;
        return true;
    }
    framer_begin(f);
    f->reason = "a comma too many";
    *got = framer_yield(f, FRAME_BROKEN, f->pos + 1, out);
    f->expect = EXPECT_NEXT;
    return true;
}

static bool begin_element(struct json_framer *f, char c, struct frame *out, bool *got)
{
    if (f->expect == EXPECT_COMMA) {
        *got = report_gap(f, "a comma is missing between elements", out);
        return true;
    }
    framer_begin(f);
    if (c == '{' || c == '[') {
        framer_begin_value(f);
    } else {
        f->state = FRAMER_SCALAR;
        f->text = c == '"';
        f->at += f->text;
        f->escaped = false;
    }
    return true;
}

bool framer_step_element(struct json_framer *f, struct frame *out, bool *got)
{
    framer_move_to(f, framer_skip_space(f, f->pos));
    if (f->pos == f->len) {
        if (f->last) {
            framer_begin(f);
            f->state = FRAMER_TOP;
            *got = framer_yield(f, FRAME_CUT, f->len, out);
            f->in_array = false;
        }
        return f->last;
    }
    char c = f->window[f->pos];
    if (c == ',') {
        return step_comma(f, out, got);
    }
    if (c == ']') {
        if (f->expect == EXPECT_NEXT) {
            *got = report_gap(f, "an element is missing behind the comma", out);
            return true;
        }
        framer_move_to(f, f->pos + 1);
        leave_array(f);
        return true;
    }
    if (c != '}' && c != ':') { /* whatever it is, a comma or bracket ends it */
        return begin_element(f, c, out, got);
    }
    framer_begin(f);
    framer_break(f, f->pos, "an array element was expected here");
    return true;
}

/* ---- elements that are no objects or arrays ---- */

static bool ends_word(char c)
{
    return framer_is_space(c) || c == ',' || c == ']' || c == '}' || c == '{' || c == '[' ||
           c == '"';
}

/* Moves `at` to the string's closing quote or line break, or to the byte behind the word. */
static bool find_scalar_end(struct json_framer *f)
{
    for (; f->at < f->len; f->at++) {
        char c = f->window[f->at];
        if (f->text ? c == '\n' || (c == '"' && !f->escaped) : ends_word(c)) {
            return true;
        }
        f->escaped = c == '\\' && !f->escaped;
    }
    return false;
}

bool framer_step_scalar(struct json_framer *f, struct frame *out, bool *got)
{
    if (!find_scalar_end(f)) {
        if (!f->last) {
            framer_drop(f);
            return false;
        }
        f->state = FRAMER_TOP;
        *got = framer_yield(f, FRAME_CUT, f->len, out);
        f->in_array = false;
        return true;
    }
    if (f->text && f->window[f->at] == '\n') {
        framer_break(f, f->at, "a line break inside a string");
        return true;
    }
    f->state = FRAMER_ELEMENT;
    f->expect = EXPECT_COMMA;
    *got = framer_yield(f, FRAME_VALUE, f->at + f->text, out);
    return true;
}

/* ---- behind the array of a streamed object ---- */

/* The tail is broken at f->at. An object there is the next element when a comma stands before it, as
 * if the array went on, else the next top-level value. */
static bool break_tail(struct json_framer *f, struct frame *out, bool *got)
{
    const char *reason = frame_grammar_reason(&f->grammar);
    if (f->window[f->at] != '{') {
        framer_break(f, f->at, reason);
        f->tail_broken = true;
        f->in_array = true;
        return true;
    }
    size_t end = f->at;
    while (end > f->pos && framer_is_space(f->window[end - 1])) {
        end--;
    }
    bool element = end > f->pos && f->window[end - 1] == ',';
    f->reason = reason;
    *got = framer_yield(f, FRAME_BROKEN, f->at, out);
    f->state = element ? FRAMER_ELEMENT : FRAMER_TOP;
    f->expect = EXPECT_FIRST;
    f->in_array = element;
    return true;
}

bool framer_step_tail(struct json_framer *f, struct frame *out, bool *got)
{
    if (f->at == f->pos && !f->dropped) {
        framer_move_to(f, framer_skip_space(f, f->pos));
        framer_begin(f);
    }
    str text = {f->window, f->len};
    switch (frame_grammar_run(&f->grammar, text, &f->at)) {
    case FRAME_GRAMMAR_END:
        framer_move_to(f, f->at);
        f->dropped = false;
        f->state = FRAMER_TOP;
        return true;
    case FRAME_GRAMMAR_ERROR:
    case FRAME_GRAMMAR_LINE:
        return break_tail(f, out, got);
    case FRAME_GRAMMAR_MORE:
        if (f->last) {
            f->state = FRAMER_TOP;
            *got = framer_yield(f, FRAME_CUT, f->len, out);
        } else {
            framer_drop(f);
        }
        return f->last;
    }
    return false;
}

/* ---- the way back ---- */

/* How far a sign of the next element or of the array's end has been read. */
enum sync {
    SYNC_NONE,
    SYNC_BRACE,       /* } */
    SYNC_COMMA,       /* }, */
    SYNC_OPEN,        /* },{ which counts with a quote or brace behind it */
    SYNC_CLOSE,       /* }] */
    SYNC_CLOSE_COMMA, /* }], */
    SYNC_LINE,        /* a line break */
    SYNC_LINE_OPEN,   /* a line that begins with { */
    SYNC_FOUND,
};

static enum sync next_sync(const struct json_framer *f, enum sync now, char c)
{
    bool quote = c == '"' || c == '}';
    switch (now) {
    case SYNC_BRACE:
        if (c == ',' || c == ']') {
            return c == ',' ? SYNC_COMMA : SYNC_CLOSE;
        }
        break;
    case SYNC_COMMA:
        if (c == '{') {
            return SYNC_OPEN;
        }
        break;
    case SYNC_OPEN:
    case SYNC_LINE_OPEN:
        if (quote) {
            return SYNC_FOUND;
        }
        break;
    case SYNC_CLOSE:
        if (f->in_object ? c == '}' : c == '\n') {
            return SYNC_FOUND;
        }
        if (f->in_object && c == ',') {
            return SYNC_CLOSE_COMMA;
        }
        break;
    case SYNC_CLOSE_COMMA:
        if (c == '"') {
            return SYNC_FOUND;
        }
        break;
    case SYNC_LINE:
        if (c == '{') {
            return SYNC_LINE_OPEN;
        }
        break;
    case SYNC_NONE:
    case SYNC_FOUND:
        break;
    }
    if (framer_is_space(c) && now != SYNC_NONE && now != SYNC_LINE) {
        return now;
    }
    return c == '}' ? SYNC_BRACE : c == '\n' ? SYNC_LINE : SYNC_NONE;
}

/* Reading back stops before a second comma: "},,{" is no sign. */
void framer_look_back(struct json_framer *f, size_t error)
{
    size_t first = error - f->pos >= FRAMER_LOOK_BACK ? error - FRAMER_LOOK_BACK + 1 : f->pos;
    size_t i = error;
    bool comma = false;
    while (i > first &&
           (framer_is_space(f->window[i - 1]) || (!comma && f->window[i - 1] == ','))) {
        i--;
        comma = comma || f->window[i] == ',';
    }
    bool brace = i > first && f->window[i - 1] == '}';
    bool line = error > first && f->window[error - 1] == '\n';
    f->sync = brace && comma ? SYNC_COMMA : line ? SYNC_LINE : brace ? SYNC_BRACE : SYNC_NONE;
    f->brace_end = brace ? i : f->brace_end;
}

/* Reads on to a sign; *now is the last one seen. Strings are not told apart, because after a broken
 * one inside and outside cannot be: an escaped quote behind the brace gives away most of those in
 * strings. Signs longer than the bytes kept do not count. */
static bool find_sync(struct json_framer *f, enum sync *now)
{
    for (; f->at < f->len; f->at++) {
        char c = f->window[f->at];
        enum sync before = *now;
        *now = next_sync(f, before, c);
        if (*now == SYNC_FOUND) {
            *now = before;
            return true;
        }
        if (*now == SYNC_BRACE && c == '}') {
            f->brace_end = f->at + 1;
        } else if (*now == SYNC_LINE_OPEN && before == SYNC_LINE) {
            f->brace_end = f->at;
        } else if (*now != SYNC_NONE && *now != SYNC_LINE &&
                   f->at - f->brace_end >= FRAMER_LOOK_BACK - 1) {
            *now = SYNC_NONE;
        }
    }
    return false;
}

bool framer_step_skip_item(struct json_framer *f, struct frame *out, bool *got)
{
    enum sync now = (enum sync)f->sync;
    bool found = find_sync(f, &now);
    f->sync = (uint8_t)now;
    if (!found && !f->last) {
        framer_drop(f);
        return false;
    }
    bool array_end = found || (now == SYNC_CLOSE && !f->in_object);
    bool at_line = found && now == SYNC_LINE_OPEN;
    f->state = array_end ? FRAMER_ELEMENT : FRAMER_TOP;
    f->expect = at_line ? EXPECT_FIRST : EXPECT_COMMA;
    bool tail = f->tail_broken;
    f->tail_broken = false;
    if (tail) { /* no element stands in a tail */
        f->in_array = false;
    }
    *got = framer_yield(f, FRAME_BROKEN, array_end ? f->brace_end : f->len, out);
    if (!array_end || (tail && at_line)) {
        f->state = FRAMER_TOP;
        f->in_array = false;
    } else {
        f->in_array = true;
    }
    return true;
}
