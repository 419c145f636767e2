/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of objects and arrays as a machine over bytes, with one bit of stack a level. */
#include "value/frame_grammar.h"

enum state {
    STATE_VALUE,         /* a value */
    STATE_FIRST_ELEMENT, /* a value or ']' */
    STATE_FIRST_KEY,     /* a key or '}' */
    STATE_KEY,
    STATE_COLON,
    STATE_AFTER, /* a comma or the closing bracket */
    STATE_WORD,  /* in a number or literal */
    STATE_STRING,
    STATE_ESCAPE,
    STATE_TOO_DEEP,
};

void frame_grammar_begin(struct frame_grammar *g)
{
    g->depth = 0; /* the bits of `object` are set as brackets open */
    g->state = STATE_VALUE;
    g->key = 0;
}

void frame_grammar_begin_tail(struct frame_grammar *g)
{
    *g = (struct frame_grammar){.object = {1}, .depth = 1, .state = STATE_AFTER};
}

static bool in_object(const struct frame_grammar *g)
{
    uint32_t d = g->depth - 1;
    return g->object[d / 64] >> (d % 64) & 1;
}

static bool open_bracket(struct frame_grammar *g, bool object)
{
    if (g->depth == JSON_MAX_DEPTH) {
        g->state = STATE_TOO_DEEP;
        return false;
    }
    uint64_t bit = UINT64_C(1) << (g->depth % 64);
    uint64_t *word = &g->object[g->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    g->depth++;
    g->state = object ? STATE_FIRST_KEY : STATE_FIRST_ELEMENT;
    return true;
}

static bool close_bracket(struct frame_grammar *g, char c)
{
    if (in_object(g) != (c == '}')) {
        return false;
    }
    g->depth--;
    g->state = STATE_AFTER;
    return true;
}

static bool begin_string(struct frame_grammar *g, bool key)
{
    g->key = key;
    g->state = STATE_STRING;
    return true;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.';
}

static bool begin_value(struct frame_grammar *g, char c)
{
    if (c == '"' && g->depth) {
        return begin_string(g, false);
    }
    if (c == '{' || c == '[') {
        return open_bracket(g, c == '{');
    }
    if (is_word(c) && g->depth) {
        g->state = STATE_WORD;
        return true;
    }
    return false;
}

static bool after_value(struct frame_grammar *g, char c)
{
    if (c == '}' || c == ']') {
        return close_bracket(g, c);
    }
    g->state = c != ',' ? STATE_AFTER : in_object(g) ? STATE_KEY : STATE_VALUE;
    return c == ',';
}

/* One byte outside strings that is no white space. */
static bool take(struct frame_grammar *g, char c)
{
    switch ((enum state)g->state) {
    case STATE_FIRST_ELEMENT:
        return c == ']' ? close_bracket(g, c) : begin_value(g, c);
    case STATE_VALUE:
        return begin_value(g, c);
    case STATE_FIRST_KEY:
        return c == '}' ? close_bracket(g, c) : c == '"' && begin_string(g, true);
    case STATE_KEY:
        return c == '"' && begin_string(g, true);
    case STATE_COLON:
        g->state = c == ':' ? STATE_VALUE : STATE_COLON;
        return c == ':';
    case STATE_WORD:
        return is_word(c) || after_value(g, c);
    case STATE_AFTER:
        return after_value(g, c);
    case STATE_STRING:
    case STATE_ESCAPE:
    case STATE_TOO_DEEP:
        break;
    }
    return false;
}

/* Inside a string; false at a line break. */
static bool take_string(struct frame_grammar *g, str text, size_t *at)
{
    size_t i = *at;
    if (g->state == STATE_ESCAPE && i < text.len && text.ptr[i] != '\n') {
        g->state = STATE_STRING;
        i++;
    }
    while (i < text.len && text.ptr[i] != '"' && text.ptr[i] != '\\' && text.ptr[i] != '\n') {
        i++;
    }
    *at = i;
    if (i == text.len) {
        return true;
    }
    if (text.ptr[i] == '\n') {
        return false;
    }
    g->state = text.ptr[i] == '\\' ? STATE_ESCAPE : g->key ? STATE_COLON : STATE_AFTER;
    *at = i + 1;
    return true;
}

enum frame_grammar_stop frame_grammar_run(struct frame_grammar *g, str text, size_t *at)
{
    while (*at < text.len) {
        if (g->state == STATE_STRING || g->state == STATE_ESCAPE) {
            if (!take_string(g, text, at)) {
                return FRAME_GRAMMAR_LINE;
            }
            continue;
        }
        char c = text.ptr[*at];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            g->state = g->state == STATE_WORD ? STATE_AFTER : g->state;
        } else if (!take(g, c)) {
            return FRAME_GRAMMAR_ERROR;
        } else if (g->depth == 0) {
            ++*at;
            return FRAME_GRAMMAR_END;
        }
        ++*at;
    }
    return FRAME_GRAMMAR_MORE;
}

const char *frame_grammar_reason(const struct frame_grammar *g)
{
    switch ((enum state)g->state) {
    case STATE_VALUE:
    case STATE_FIRST_ELEMENT:
        return "a value was expected here";
    case STATE_FIRST_KEY:
    case STATE_KEY:
        return "a key was expected here";
    case STATE_COLON:
        return "a colon was expected here";
    case STATE_AFTER:
    case STATE_WORD:
        return "a comma or a closing bracket was expected here";
    case STATE_STRING:
    case STATE_ESCAPE:
        return "a line break inside a string";
    case STATE_TOO_DEEP:
        return "nested too deep";
    }
    return "no JSON";
}
