/* SPDX-License-Identifier: Apache-2.0 */
/* The framer: a window over the input and a small state machine over what stands in it. A state consumes bytes from
 * window[pos] and either yields a frame, changes state, or asks for more bytes. */
#include "value/json_frame.h"

#include <string.h>

#include "base/mem.h"
#include "value/frame_scan.h"

enum {
    WINDOW = 64 * 1024, /* bytes at first */
    DEFAULT_MAX_RECORD = 16 * 1024 * 1024,
    KEY_PEEK = 256,      /* bytes looked at to tell a container by its first key */
    GRAMMAR_CHECKS = 16, /* of one value: a scan from its start each */
    LARGE_KEPT = 256,    /* first bytes kept of a value that is too large */
    RESCUES = 256,       /* of one input: each costs a scan to the end of the window */
};

enum state {
    STATE_TOP,     /* between top-level values */
    STATE_VALUE,   /* inside a value that began at pos */
    STATE_ELEMENT, /* in an array: before an element, a comma or the end */
    STATE_RESYNC,  /* in an array, after a broken element: up to "},{" or "}]" */
    STATE_TAIL,    /* behind the array of a streamed object: up to its closing brace */
    STATE_LARGE,   /* inside a value that is too large: its bytes are dropped */
    STATE_LINE,    /* in a line that holds no value: up to its end */
};

struct json_framer {
    struct json_framer_options options;
    frame_masks_fn *masks;
    char *window;
    size_t cap, len, pos; /* bytes held, the first that counts */
    uint64_t base;        /* offset of window[0] in the input */
    uint64_t line;        /* of window[pos] */
    bool last, started;
    enum state state;
    bool in_array;  /* values are elements */
    bool in_object; /* the array is a member of a streamed object */
    str container;
    struct frame_scan scan;     /* of the value at pos */
    size_t at;                  /* the scan's place in the window */
    unsigned checks;            /* grammar checks of this value */
    int resync;                 /* 0 nothing, 1 after '}', 2 after "}," */
    bool comma;                 /* in an array: a comma stands before pos */
    bool careful;               /* an element of this array had no end: check before scanning */
    size_t wait;                /* bytes to hold before the next check of a careful element */
    unsigned rescues;           /* arrays found in objects without an end */
    uint64_t start, start_line; /* of a value too large, or a bad line */
    char large[LARGE_KEPT];
    size_t large_len;
    const char *reason;
};

struct json_framer *json_framer_new(const struct json_framer_options *options)
{
    struct json_framer *f = mem_alloc(sizeof *f);
    f->options = *options;
    f->cap = WINDOW;
    f->window = mem_alloc(f->cap);
    if (!f->options.max_record) {
        f->options.max_record = DEFAULT_MAX_RECORD;
    }
    f->masks = frame_has_avx2() && !options->plain ? frame_masks_avx2 : frame_masks_plain;
    json_framer_reset(f);
    return f;
}

void json_framer_free(struct json_framer *f)
{
    if (f) {
        mem_free(f->window);
        mem_free(f);
    }
}

void json_framer_reset(struct json_framer *f)
{
    f->len = f->pos = f->at = 0;
    f->base = 0;
    f->line = 1;
    f->last = f->started = f->in_array = f->in_object = false;
    f->state = STATE_TOP;
    f->container = (str){0};
    f->rescues = 0;
}

/* Drops the bytes before pos. */
static void compact(struct json_framer *f)
{
    if (f->pos) {
        memmove(f->window, f->window + f->pos, f->len - f->pos);
        f->base += f->pos;
        f->len -= f->pos;
        f->at -= f->at < f->pos ? f->at : f->pos;
        f->pos = 0;
    }
}

void json_framer_feed(struct json_framer *f, str bytes, bool last)
{
    if (bytes.len > f->cap - f->len) {
        compact(f);
    }
    if (bytes.len > f->cap - f->len) {
        size_t cap = f->cap;
        while (cap - f->len < bytes.len) {
            cap *= 2;
        }
        f->window = mem_grow(f->window, cap, cap);
        f->cap = cap;
    }
    if (bytes.len) {
        memcpy(f->window + f->len, bytes.ptr, bytes.len);
    }
    f->len += bytes.len;
    f->last = last;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(str text, size_t at)
{
    while (at < text.len && is_space(text.ptr[at])) {
        at++;
    }
    return at;
}

static str held(const struct json_framer *f)
{
    return (str){f->window, f->len};
}

/* The window up to `most` bytes behind pos: what is decided on it does not depend on how much is held. */
static str held_up_to(const struct json_framer *f, size_t most)
{
    return (str){f->window, f->len - f->pos > most ? f->pos + most : f->len};
}

/* Moves pos, counting the lines between. */
static void move_to(struct json_framer *f, size_t to)
{
    const char *p = f->window + f->pos, *end = f->window + to;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
        f->line++;
        p++;
    }
    f->pos = to;
}

/* Fills a frame with window[pos, end) and moves behind it. */
static bool yield_frame(struct json_framer *f, enum frame_kind kind, size_t end, const char *reason,
                        struct frame *out)
{
    size_t text_end = end;
    while (kind != FRAME_VALUE && text_end > f->pos && is_space(f->window[text_end - 1])) {
        text_end--;
    }
    *out = (struct frame){.kind = kind,
                          .text = {f->window + f->pos, text_end - f->pos},
                          .offset = f->base + f->pos,
                          .line = f->line,
                          .container = f->in_array ? f->container : (str){0},
                          .reason = reason};
    if (kind == FRAME_VALUE) {
        f->line += f->scan.newlines;
        f->pos = end;
    } else {
        move_to(f, end);
    }
    return true;
}

static void start_value(struct json_framer *f)
{
    f->state = STATE_VALUE;
    f->scan = (struct frame_scan){0};
    f->at = f->pos;
    f->checks = 0;
    f->wait = 0;
}

static void enter_array(struct json_framer *f, size_t content, str container, bool in_object)
{
    move_to(f, content);
    f->state = STATE_ELEMENT;
    f->in_array = true;
    f->in_object = in_object;
    f->container = container;
    f->comma = f->careful = false;
}

static void leave_array(struct json_framer *f)
{
    f->in_array = false;
    f->state = f->in_object ? STATE_TAIL : STATE_TOP;
    f->scan = (struct frame_scan){.depth = 1};
    f->at = f->pos;
}

static const str *find_key(const str *keys, size_t n, str key)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(keys[i], key)) {
            return &keys[i];
        }
    }
    return NULL;
}

enum peek { PEEK_NO, PEEK_YES, PEEK_MORE };

/* At text[at] stands a member's key. Is it a container's, with an array behind it? *content is then the byte behind the '['. */
static enum peek peek_member(const struct json_framer_options *o, str text, size_t at,
                             str *container, size_t *content)
{
    if (at >= text.len) {
        return PEEK_MORE;
    }
    if (text.ptr[at] != '"') {
        return PEEK_NO;
    }
    size_t end = str_find_byte(text, '"', at + 1);
    if (end == SIZE_MAX) {
        return PEEK_MORE;
    }
    str key = {text.ptr + at + 1, end - at - 1};
    const str *now = find_key(o->containers, o->n_containers, key);
    const str *later = find_key(o->containers_later, o->n_containers_later, key);
    if (!now && !later) {
        return PEEK_NO;
    }
    static const char wanted[] = ":[{";
    size_t last = later && !now ? 3 : 2;
    at = end + 1;
    for (size_t i = 0; i < last; i++, at++) {
        at = skip_space(text, at);
        if (at == text.len) {
            return PEEK_MORE;
        }
        if (text.ptr[at] != wanted[i]) {
            return PEEK_NO;
        }
    }
    *container = now ? *now : *later;
    *content = last == 3 ? at - 1 : at;
    return PEEK_YES;
}

/* A container array at nesting 1 of the unfinished object at pos; for values that are cut or too large. Scalar: runs once a value. */
static bool find_inner_array(struct json_framer *f, str *container, size_t *content)
{
    str text = held_up_to(f, f->options.max_record);
    if (f->in_array || f->options.whole || f->rescues++ >= RESCUES) {
        return false;
    }
    unsigned depth = 0;
    bool in_string = false;
    for (size_t i = f->pos; i < text.len; i++) {
        char c = text.ptr[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            if (depth == 1 && peek_member(&f->options, text, i, container, content) == PEEK_YES) {
                return true;
            }
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

/* ---- STATE_TOP ---- */

static bool step_top(struct json_framer *f)
{
    if (!f->started) { /* a byte order mark */
        if (f->len - f->pos < 3 && !f->last) {
            return false;
        }
        if (f->len - f->pos >= 3 && memcmp(f->window + f->pos, "\xEF\xBB\xBF", 3) == 0) {
            f->pos += 3;
        }
        f->started = true;
    }
    move_to(f, skip_space(held(f), f->pos));
    if (f->pos == f->len) {
        return false;
    }
    char c = f->window[f->pos];
    if (c != '{' && c != '[') {
        f->state = STATE_LINE;
        f->at = f->pos;
        return true;
    }
    if (c == '[' && !f->options.whole) {
        enter_array(f, f->pos + 1, S("["), false);
        return true;
    }
    str container;
    size_t content;
    enum peek peek = PEEK_NO;
    if (c == '{' && !f->options.whole && f->options.n_containers + f->options.n_containers_later) {
        str text = held_up_to(f, KEY_PEEK);
        peek = peek_member(&f->options, text, skip_space(text, f->pos + 1), &container, &content);
    }
    if (peek == PEEK_MORE && !f->last && f->len - f->pos < KEY_PEEK) {
        return false;
    }
    if (peek == PEEK_YES) {
        enter_array(f, content, container, true);
    } else {
        start_value(f);
    }
    return true;
}

/* ---- STATE_LINE ---- */

static bool step_line(struct json_framer *f, struct frame *out, bool *got)
{
    str text = held_up_to(f, f->options.max_record);
    size_t end = str_find_byte(text, '\n', f->at);
    bool full = f->len - f->pos > f->options.max_record;
    if (end == SIZE_MAX && !f->last && !full) {
        f->at = f->len;
        return false;
    }
    if (f->pos == f->len || f->window[f->pos] == '\n') { /* nothing behind the last piece */
        f->state = STATE_TOP;
        return true;
    }
    /* A line without end is cut into pieces, so that memory stays bounded. */
    bool piece = end == SIZE_MAX && full;
    f->state = piece ? STATE_LINE : STATE_TOP;
    *got = yield_frame(f, FRAME_BROKEN, end == SIZE_MAX ? text.len : end,
                       "not a JSON object or array", out);
    f->at = f->pos;
    return true;
}

/* ---- STATE_VALUE ---- */

/* The value ends at `end` in pieces: what follows is looked at anew. */
static bool break_value(struct json_framer *f, size_t end, const char *reason, struct frame *out)
{
    f->state = f->in_array ? STATE_RESYNC : STATE_TOP;
    f->resync = 0;
    return yield_frame(f, FRAME_BROKEN, end, reason, out);
}

/* Breaks an element at a grammar error, backing up so that the "},{" before it is seen. */
static bool break_element(struct json_framer *f, size_t error, const char *reason,
                          struct frame *out)
{
    size_t end = error;
    while (end > f->pos + 1 && (is_space(f->window[end - 1]) || f->window[end - 1] == ',')) {
        end--;
    }
    end = end > f->pos + 1 && f->window[end - 1] == '}' ? end - 1 : error;
    return break_value(f, end > f->pos ? end : f->pos + 1, reason, out);
}

/* Whether the grammar allows a '{' at `at`, given all since the value's start. */
static bool may_open_here(struct json_framer *f, size_t at)
{
    if (f->checks++ >= GRAMMAR_CHECKS) {
        return true;
    }
    struct json_error e;
    str so_far = {f->window + f->pos, at + 1 - f->pos};
    return json_validate(so_far, &e) || e.at >= so_far.len;
}

static bool brackets_match(const struct json_framer *f, size_t end)
{
    return f->window[end - 1] == (f->window[f->pos] == '{' ? '}' : ']');
}

static bool end_value(struct json_framer *f, size_t end, struct frame *out)
{
    if (f->in_array && !brackets_match(f, end)) {
        struct json_error e;
        str text = {f->window + f->pos, end - f->pos};
        if (!json_validate(text, &e)) {
            return break_element(f, f->pos + (e.at < text.len ? e.at : text.len - 1), e.reason,
                                 out);
        }
    }
    f->state = f->in_array ? STATE_ELEMENT : STATE_TOP;
    return yield_frame(f, FRAME_VALUE, end, NULL, out);
}

/* The input ended inside the value. Elements of a container in it are still good; a grammar error before the end means that it
 * is not the end that broke it. */
static bool cut_value(struct json_framer *f, struct frame *out, bool *got)
{
    str container;
    size_t content;
    struct json_error e;
    str text = {f->window + f->pos, f->len - f->pos};
    if (find_inner_array(f, &container, &content)) {
        enter_array(f, content, container, true);
        return true;
    }
    if (f->in_array && !json_validate(text, &e) && e.at < text.len) {
        f->careful = true;
        *got = break_element(f, f->pos + e.at, e.reason, out);
        return true;
    }
    f->state = STATE_TOP;
    *got = yield_frame(f, FRAME_CUT, f->len, "the input ends inside this record", out);
    f->in_array = false;
    return true;
}

/* Starts dropping the bytes of a value that is too large; what is scanned of it stays scanned. */
static void start_large(struct json_framer *f)
{
    size_t most = f->options.max_record < LARGE_KEPT ? f->options.max_record : LARGE_KEPT;
    f->start = f->base + f->pos;
    f->start_line = f->line;
    f->large_len = f->len - f->pos < most ? f->len - f->pos : most;
    memcpy(f->large, f->window + f->pos, f->large_len);
    f->state = STATE_LARGE;
}

static bool yield_large(struct json_framer *f, enum frame_kind kind, struct frame *out)
{
    const char *reason = kind == FRAME_CUT ? "the input ends inside this record"
                                           : "larger than the limit for a record";
    *out = (struct frame){.kind = kind,
                          .text = {f->large, f->large_len},
                          .offset = f->start,
                          .line = f->start_line,
                          .container = f->in_array ? f->container : (str){0},
                          .reason = reason};
    return true;
}

/* What a scan says that dropped bytes up to f->at. */
static bool dropped(struct json_framer *f, enum frame_stop stop, struct frame *out, bool *got)
{
    f->line += f->scan.newlines;
    f->scan.newlines = 0;
    f->pos = f->at;
    switch (stop) {
    case FRAME_STOP_END:
        f->state = f->in_array ? STATE_ELEMENT : STATE_TOP;
        *got = yield_large(f, FRAME_TOO_LARGE, out);
        return true;
    case FRAME_STOP_LINE_IN_STRING:
    case FRAME_STOP_OPEN_AT_LINE:
        f->state = f->in_array ? STATE_RESYNC : STATE_TOP;
        f->resync = 0;
        *got = yield_large(f, FRAME_TOO_LARGE, out);
        return true;
    case FRAME_STOP_MORE:
        if (f->last) {
            f->state = STATE_TOP;
            *got = yield_large(f, FRAME_CUT, out);
            f->in_array = false;
            f->pos = f->len;
        }
        return f->last;
    }
    return false;
}

/* A scan went past the limit. An array in the object may still be streamed; an element with a grammar error before the limit
 * is broken, not large. */
static bool pass_limit(struct json_framer *f, enum frame_stop stop, struct frame *out, bool *got)
{
    str container;
    size_t content;
    struct json_error e;
    str text = {f->window + f->pos, f->options.max_record};
    if (find_inner_array(f, &container, &content)) {
        enter_array(f, content, container, true);
        return true;
    }
    if (f->in_array && !json_validate(text, &e) && e.at < text.len) {
        f->careful = true;
        *got = break_element(f, f->pos + e.at, e.reason, out);
        return true;
    }
    start_large(f);
    return dropped(f, stop, out, got);
}

/* An element behind one that had no end. Scanning each of these to the end of the input would be quadratic, so the grammar
 * says first how far the element is good. */
static bool step_careful(struct json_framer *f, struct frame *out, bool *got)
{
    struct json_error e = {0};
    size_t have = f->len - f->pos, max = f->options.max_record;
    str text = {f->window + f->pos, have < max ? have : max};
    if (have < f->wait && have <= max && !f->last) {
        return false;
    }
    if (json_validate(text, &e) || e.at < text.len) {
        size_t good = f->pos + (e.reason ? e.at : text.len);
        enum frame_stop stop;
        do {
            stop = frame_scan_run(&f->scan, (str){f->window, good}, &f->at, true, f->masks);
        } while (stop == FRAME_STOP_OPEN_AT_LINE);
        *got = stop == FRAME_STOP_END ? end_value(f, f->at, out)
                                      : break_element(f, good, e.reason, out);
        return true;
    }
    if (have > max) {
        start_large(f);
        return true;
    }
    f->wait = 2 * have;
    return f->last && cut_value(f, out, got);
}

static bool step_scalar(struct json_framer *f, struct frame *out, bool *got);

static bool step_value(struct json_framer *f, struct frame *out, bool *got)
{
    char first = f->window[f->pos];
    if (first != '{' && first != '[') {
        return step_scalar(f, out, got);
    }
    if (f->careful && f->in_array) {
        return step_careful(f, out, got);
    }
    enum frame_stop stop = frame_scan_run(&f->scan, held(f), &f->at, f->last, f->masks);
    if (f->at - f->pos > f->options.max_record) {
        return pass_limit(f, stop, out, got);
    }
    switch (stop) {
    case FRAME_STOP_END:
        *got = end_value(f, f->at, out);
        return true;
    case FRAME_STOP_LINE_IN_STRING:
        *got = break_value(f, f->at, "a line break inside a string", out);
        return true;
    case FRAME_STOP_OPEN_AT_LINE:
        if (!may_open_here(f, f->at)) {
            size_t end = f->at;
            *got = break_value(f, end, "the record is broken off", out);
            if (f->in_array) {
                f->state = STATE_ELEMENT;
            }
        }
        return true;
    case FRAME_STOP_MORE:
        return f->last && cut_value(f, out, got);
    }
    return false;
}

/* A number, a literal or a string as an array element. */
static bool step_scalar(struct json_framer *f, struct frame *out, bool *got)
{
    str text = held_up_to(f, f->options.max_record);
    bool quoted = f->window[f->pos] == '"';
    size_t at = f->at == f->pos ? f->pos + quoted : f->at;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (quoted ? c == '"' || c == '\n' : c == ',' || c == ']' || c == '}' || is_space(c)) {
            break;
        }
        at += quoted && c == '\\';
    }
    bool full = f->len - f->pos > f->options.max_record;
    f->at = at; /* one past the held bytes when a backslash ends them */
    if (at >= text.len && !f->last && !full) {
        return false;
    }
    f->scan.newlines = 0;
    if (at >= text.len && full) {
        *got = break_value(f, text.len, "larger than the limit for a record", out);
        return true;
    }
    if (at >= text.len) {
        return cut_value(f, out, got);
    }
    f->state = STATE_ELEMENT;
    if (quoted && f->window[at] != '"') {
        *got = break_value(f, at, "a string that does not end", out);
        return true;
    }
    *got = yield_frame(f, FRAME_VALUE, at + quoted, NULL, out);
    return true;
}

/* ---- STATE_LARGE ---- */

static bool step_large(struct json_framer *f, struct frame *out, bool *got)
{
    enum frame_stop stop = frame_scan_run(&f->scan, held(f), &f->at, f->last, f->masks);
    return dropped(f, stop, out, got);
}

/* ---- STATE_ELEMENT ---- */

static bool cut_here(struct json_framer *f, struct frame *out, bool *got)
{
    if (!f->last) {
        return false;
    }
    f->state = STATE_TOP;
    *got = yield_frame(f, FRAME_CUT, f->len, "the input ends before the array does", out);
    f->in_array = false;
    return true;
}

static bool step_element(struct json_framer *f, struct frame *out, bool *got)
{
    size_t at = skip_space(held(f), f->pos);
    move_to(f, at);
    if (at == f->len) {
        return cut_here(f, out, got);
    }
    char c = f->window[at];
    if (c == ',' && !f->comma) {
        f->comma = true;
        move_to(f, at + 1);
        return true;
    }
    f->comma = c == ',';
    if (c == ']') {
        move_to(f, at + 1);
        leave_array(f);
    } else if (c == '}' || c == ',' || c == ':') {
        f->at = at;
        *got = break_value(f, at + (c != '}'), "an array element was expected", out);
        if (c != '}') {
            f->state = STATE_ELEMENT; /* only the comma was too much */
        }
    } else {
        start_value(f);
    }
    return true;
}

/* ---- STATE_RESYNC ---- */

static bool step_resync(struct json_framer *f, struct frame *out, bool *got)
{
    for (size_t i = f->pos; i < f->len; i++) {
        char c = f->window[i];
        if (c == '}') {
            f->resync = 1;
        } else if (f->resync == 1 && c == ',') {
            f->resync = 2;
        } else if (f->resync && ((f->resync == 2 && c == '{') || (f->resync == 1 && c == ']'))) {
            move_to(f, i);
            f->state = STATE_ELEMENT;
            return true;
        } else if (!is_space(c)) {
            f->resync = 0;
        }
    }
    move_to(f, f->len);
    if (f->last) {
        f->state = STATE_TOP;
        f->in_array = false;
    }
    (void)out;
    (void)got;
    return f->last;
}

/* ---- STATE_TAIL ---- */

static bool step_tail(struct json_framer *f, struct frame *out, bool *got)
{
    enum frame_stop stop = frame_scan_run(&f->scan, held(f), &f->at, f->last, f->masks);
    f->line += f->scan.newlines;
    f->scan.newlines = 0;
    f->pos = f->at;
    switch (stop) {
    case FRAME_STOP_END:
        f->state = STATE_TOP;
        return true;
    case FRAME_STOP_LINE_IN_STRING:
    case FRAME_STOP_OPEN_AT_LINE:
        f->state = STATE_TOP;
        *got =
            yield_frame(f, FRAME_BROKEN, f->pos, "the object around the array is broken off", out);
        return true;
    case FRAME_STOP_MORE:
        if (f->last) {
            f->pos = f->len;
            f->state = STATE_TOP;
            *got = yield_frame(f, FRAME_CUT, f->len, "the input ends before the object does", out);
        }
        return f->last;
    }
    return false;
}

static bool step(struct json_framer *f, struct frame *out, bool *got)
{
    switch (f->state) {
    case STATE_TOP:
        return step_top(f);
    case STATE_VALUE:
        return step_value(f, out, got);
    case STATE_ELEMENT:
        return step_element(f, out, got);
    case STATE_RESYNC:
        return step_resync(f, out, got);
    case STATE_TAIL:
        return step_tail(f, out, got);
    case STATE_LARGE:
        return step_large(f, out, got);
    case STATE_LINE:
        return step_line(f, out, got);
    }
    return false;
}

bool json_framer_next(struct json_framer *f, struct frame *out)
{
    bool got = false;
    while (!got && step(f, out, &got)) {
    }
    return got;
}
