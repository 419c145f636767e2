/* SPDX-License-Identifier: Apache-2.0 */
/* The framer's window, and the top level of the input. */
#include "value/json_frame.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "value/frame_state.h"
#include "value/simd.h"

enum { DEFAULT_MAX_RECORD = 16 * 1024 * 1024, FIRST_CAP = 64 * 1024 };

static const char reason_cut[] = "the input ends inside this record";
static const char reason_large[] = "larger than the limit for a record";

static void add_lengths(struct key_lengths *lengths, const str *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        lengths->of[(uint8_t)keys[i].ptr[0]] |= UINT64_C(1) << (keys[i].len & 63);
    }
}

struct json_framer *json_framer_new(const struct json_framer_options *options)
{
    struct json_framer *f = mem_alloc(sizeof *f);
    f->options = *options;
    if (!f->options.max_record) {
        f->options.max_record = DEFAULT_MAX_RECORD;
    }
    bool simd = !options->plain && simd_usable();
    f->scan_run = simd ? frame_scan_simd : frame_scan_plain;
    f->scan_form = simd ? frame_form_simd : frame_form_plain;
    f->scan_line = simd ? frame_line_simd : frame_line_plain;
    add_lengths(&f->key_lengths, options->containers, options->n_containers);
    add_lengths(&f->key_lengths, options->containers_later, options->n_containers_later);
    f->own = mem_room(FIRST_CAP);
    f->cap = FIRST_CAP;
    json_framer_reset(f);
    return f;
}

void json_framer_free(struct json_framer *f)
{
    if (f) {
        mem_free(f->own);
        mem_free(f->index.at);
        mem_free(f);
    }
}

void json_framer_reset(struct json_framer *f)
{
    *f = (struct json_framer){.options = f->options,
                              .scan_run = f->scan_run,
                              .scan_form = f->scan_form,
                              .scan_line = f->scan_line,
                              .scan_index = f->scan_index,
                              .index.at = f->index.at,
                              .indexed = UINT64_MAX,
                              .key_lengths = f->key_lengths,
                              .window = f->own,
                              .own = f->own,
                              .cap = f->cap,
                              .end = UINT64_MAX,
                              .line = 1,
                              .state = FRAMER_TOP};
}

void json_framer_reset_at(struct json_framer *f, uint64_t offset)
{
    json_framer_reset(f);
    f->base = offset;
    f->started = offset > 0; /* else a byte order mark may stand there */
}

void json_framer_set_end(struct json_framer *f, uint64_t offset)
{
    f->end = offset;
}

bool json_framer_ended(const struct json_framer *f, uint64_t *offset, uint64_t *line_breaks)
{
    *offset = f->base + f->pos;
    *line_breaks = f->line - 1;
    return f->ended;
}

/* ---- the window ---- */

/* Drops the bytes that nothing looks at any more. */
static void compact(struct json_framer *f)
{
    size_t n = f->pos;
    if (n) {
        memmove(f->own, f->own + n, f->len - n);
        f->base += n;
        f->len -= n;
        f->pos = 0;
        f->at -= f->at < n ? f->at : n;
        f->grammar_at -= f->grammar_at < n ? f->grammar_at : n;
        f->brace_end -= f->brace_end < n ? f->brace_end : n;
    }
}

char *json_framer_room(struct json_framer *f, size_t n)
{
    if (n > f->cap - f->len) {
        compact(f);
    }
    if (n > f->cap - f->len) {
        size_t cap = f->cap;
        while (cap - f->len < n) {
            cap *= 2;
        }
        f->window = f->own = mem_grow(f->own, cap, cap); /* nothing to zero */
        f->cap = cap;
    }
    return f->own + f->len;
}

void json_framer_filled(struct json_framer *f, size_t n, bool last)
{
    assert(n <= f->cap - f->len);
    f->len += n;
    f->last = last;
}

void json_framer_feed(struct json_framer *f, str bytes, bool last)
{
    char *room = json_framer_room(f, bytes.len);
    if (bytes.len) {
        memcpy(room, bytes.ptr, bytes.len);
    }
    json_framer_filled(f, bytes.len, last);
}

void json_framer_lend(struct json_framer *f, str bytes)
{
    assert(f->len == 0 && f->base == 0);
    f->window = bytes.ptr;
    f->len = bytes.len;
    f->last = true;
}

void json_framer_make_index(struct json_framer *f)
{
    bool simd = !f->options.plain && simd_usable();
    if (f->scan_index || (!simd && !f->options.plain)) { /* else simdjson is faster */
        return;
    }
    f->scan_index = simd ? frame_index_simd : frame_index_plain;
    f->index.at = mem_room(FRAME_INDEX_ROOM * sizeof *f->index.at);
}

const struct frame_index *json_framer_index(const struct json_framer *f, const struct frame *frame)
{
    bool indexed = frame->kind == FRAME_VALUE && frame->offset == f->indexed;
    return indexed && frame->text.len == f->index.len ? &f->index : NULL;
}

void json_framer_set_filter(struct json_framer *f, const struct json_framer_filter *filter)
{
    f->filter = filter;
    f->form = 0;
    f->lines = false;
}

bool framer_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t framer_skip_space(const struct json_framer *f, size_t at)
{
    while (at < f->len && framer_is_space(f->window[at])) {
        at++;
    }
    return at;
}

void framer_move_to(struct json_framer *f, size_t to)
{
    const char *p = f->window + f->pos;
    const char *end = f->window + to;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
        f->line++;
        p++;
    }
    f->pos = to;
}

/* ---- frames ---- */

void framer_begin(struct json_framer *f)
{
    f->start = f->base + f->pos;
    f->start_line = f->line;
    f->dropped = false;
    f->at = f->pos;
}

static void keep_head(struct json_framer *f, size_t n)
{
    n = n < f->options.max_record ? n : f->options.max_record;
    f->head_len = n < FRAMER_HEAD ? n : FRAMER_HEAD;
    memcpy(f->head, f->window + f->pos, f->head_len);
}

void framer_drop(struct json_framer *f)
{
    if (!f->dropped && f->at - f->pos <= f->options.max_record + FRAMER_SLACK) {
        return;
    }
    if (!f->dropped) {
        keep_head(f, f->at - f->pos);
        f->dropped = true;
    }
    if (f->at - f->pos > FRAMER_LOOK_BACK) {
        framer_move_to(f, f->at - FRAMER_LOOK_BACK);
    }
}

bool framer_yield(struct json_framer *f, enum frame_kind kind, size_t end, struct frame *out)
{
    size_t text_end = end;
    while (!f->dropped && text_end > f->pos && framer_is_space(f->window[text_end - 1])) {
        text_end--;
    }
    *out = (struct frame){.kind = kind,
                          .text = {f->window + f->pos, text_end - f->pos},
                          .offset = f->start,
                          .line = f->start_line,
                          .container = f->in_array ? f->container : (str){0}};
    if (f->dropped || end - f->pos > f->options.max_record) {
        if (!f->dropped) {
            keep_head(f, end - f->pos);
        }
        out->kind = kind == FRAME_CUT ? kind : FRAME_TOO_LARGE;
        out->text = (str){f->head, f->head_len};
    }
    out->reason = out->kind == FRAME_BROKEN      ? f->reason
                  : out->kind == FRAME_CUT       ? reason_cut
                  : out->kind == FRAME_TOO_LARGE ? reason_large
                                                 : NULL;
    framer_move_to(f, end);
    f->dropped = false;
    return true;
}

void framer_enter_array(struct json_framer *f, size_t content, str container, bool in_object)
{
    framer_move_to(f, content);
    f->state = FRAMER_ELEMENT;
    f->in_array = true;
    f->in_object = in_object;
    f->container = container;
    f->expect = EXPECT_FIRST;
    f->array_broken = false;
}

/* ---- containers ---- */

static const str *find_key(const str *keys, size_t n, str key)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(keys[i], key)) {
            return &keys[i];
        }
    }
    return NULL;
}

static const str *find_below(const str *keys, size_t n, str parent, str key)
{
    for (size_t i = 0; i < n; i++) {
        if (keys[i].len == parent.len + 1 + key.len && str_starts(keys[i], parent) &&
            keys[i].ptr[parent.len] == '.' && str_ends(keys[i], key)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* The container of this key at that place; *objects: only when its first element is an object. */
static const str *container_at(const struct json_framer *f, enum framer_place place, str parent,
                               str key, bool *objects)
{
    const struct json_framer_options *o = &f->options;
    const str *found = NULL;
    *objects = false;
    if (place == PLACE_BELOW) {
        return find_below(o->containers_cut, o->n_containers_cut, parent, key);
    }
    if (place == PLACE_CUT) {
        found = find_key(o->containers_cut, o->n_containers_cut, key);
    }
    found = found ? found : find_key(o->containers, o->n_containers, key);
    if (!found) {
        found = find_key(o->containers_later, o->n_containers_later, key);
        *objects = found != NULL;
    }
    return found;
}

enum framer_peek framer_peek_member(const struct json_framer *f, enum framer_place place,
                                    str parent, size_t at, size_t end, str *container,
                                    size_t *content)
{
    static const char wanted[] = ":[{";
    if (at >= end) {
        return PEEK_MORE;
    }
    if (f->window[at] != '"') {
        return PEEK_NO;
    }
    uint64_t lengths = place == PLACE_FIRST && at + 1 < end
                           ? f->key_lengths.of[(uint8_t)f->window[at + 1]]
                           : ~UINT64_C(0);
    if (!lengths) {
        return PEEK_NO;
    }
    const char *quote = memchr(f->window + at + 1, '"', end - at - 1);
    if (!quote) {
        return PEEK_MORE;
    }
    bool objects;
    str key = {f->window + at + 1, (size_t)(quote - f->window) - at - 1};
    const str *found = lengths >> (key.len & 63) & 1 ? container_at(f, place, parent, key, &objects)
                                                     : NULL; /* nearly all records */
    if (!found) {
        return PEEK_NO;
    }
    at += key.len + 2;
    size_t n = objects ? 3 : 2;
    for (size_t i = 0; i < n; i++) {
        while (at < end && framer_is_space(f->window[at])) {
            at++;
        }
        if (at == end) {
            return PEEK_MORE;
        }
        if (f->window[at] != wanted[i]) {
            return PEEK_NO;
        }
        *content = i == 1 ? at + 1 : *content;
        at++;
    }
    if (place != PLACE_FIRST) { /* of a cut one only an element is worth having */
        size_t first = *content;
        while (first < end && framer_is_space(f->window[first])) {
            first++;
        }
        if (first == end || f->window[first] == ']') {
            return PEEK_NO;
        }
    }
    *container = *found;
    return PEEK_YES;
}

/* ---- the top level ---- */

/* Notes how the object at pos begins when its first key is no container's: then no object that begins so is one. */
static void note_alike(struct json_framer *f)
{
    const char *p = f->window + f->pos, *quote = NULL;
    bool objects;
    f->alike_len = 0;
    if (f->len - f->pos >= FRAMER_ALIKE && p[1] == '"') {
        quote = memchr(p + 2, '"', FRAMER_ALIKE - 2);
    }
    if (quote &&
        !container_at(f, PLACE_FIRST, (str){0}, (str){p + 2, (size_t)(quote - p) - 2}, &objects)) {
        f->alike_len = (size_t)(quote - p) + 1;
        memcpy(f->alike, p, f->alike_len);
    }
}

/* An object or array: taken apart or framed whole. False when more bytes are needed. */
static bool open_top(struct json_framer *f)
{
    const struct json_framer_options *o = &f->options;
    bool object = f->window[f->pos] == '{';
    str container = {0};
    size_t content = 0;
    f->may_go_on = false;
    framer_begin(f);
    if (!object && !o->whole) {
        framer_enter_array(f, f->pos + 1, S("["), false);
        return true;
    }
    if (object && !o->whole && o->n_containers + o->n_containers_later) {
        bool all = f->last || f->len - f->pos >= FRAMER_PEEK;
        size_t end = f->len - f->pos > FRAMER_PEEK ? f->pos + FRAMER_PEEK : f->len;
        size_t key = framer_skip_space(f, f->pos + 1);
        enum framer_peek peek =
            framer_peek_member(f, PLACE_FIRST, (str){0}, key, end, &container, &content);
        if (peek == PEEK_MORE && !all) {
            return false;
        }
        if (peek == PEEK_YES) {
            framer_enter_array(f, content, container, true);
            return true;
        }
        note_alike(f);
    }
    framer_begin_value(f);
    return true;
}

static bool skip_byte_order_mark(struct json_framer *f)
{
    if (f->len - f->pos < 3 && !f->last) {
        return false;
    }
    if (f->len - f->pos >= 3 && memcmp(f->window + f->pos, "\xEF\xBB\xBF", 3) == 0) {
        f->pos += 3;
    }
    f->started = true;
    return true;
}

/* Most bytes of the time in front of a line. */
enum { TIME_MAX = 40, TIME_MIN = 20 };

/* "2026-01-31T09:00:00.000Z {…}", as CloudWatch Logs exports lines: *brace is where the object begins. False when more bytes are needed to tell; *brace is `pos` when there is no such time. */
static bool skip_time(const struct json_framer *f, size_t *brace)
{
    const char *s = f->window + f->pos;
    size_t n = f->len - f->pos, end = 0;
    *brace = f->pos;
    while (end < n && end < TIME_MAX && strchr("0123456789-:.TZ+", s[end]) && s[end]) {
        end++;
    }
    if (end + 1 < n) {
        bool time = end >= TIME_MIN && s[4] == '-' && s[10] == 'T' && s[end] == ' ';
        *brace += time && s[end + 1] == '{' ? end + 1 : 0;
        return true;
    }
    return f->last;
}

static bool step_top(struct json_framer *f)
{
    if (!f->started && !skip_byte_order_mark(f)) {
        return false;
    }
    framer_move_to(f, framer_skip_space(f, f->pos));
    if (f->pos == f->len) {
        return false;
    }
    char c = f->window[f->pos];
    if (c >= '0' && c <= '9') {
        size_t brace;
        if (!skip_time(f, &brace)) {
            return false;
        }
        f->timed = brace > f->pos;
        framer_move_to(f, brace);
    }
    if (c == '{' || c == '[') {
        return open_top(f);
    }
    if (c == ',' && f->may_go_on) { /* the array had not ended after all */
        f->may_go_on = false;
        f->in_array = true;
        f->state = FRAMER_ELEMENT;
        f->expect = EXPECT_COMMA;
        return true;
    }
    f->may_go_on = false;
    framer_begin(f);
    f->state = FRAMER_LINE;
    f->reason = "not a JSON object or array";
    return true;
}

static bool step_line(struct json_framer *f, struct frame *out, bool *got)
{
    const char *found = memchr(f->window + f->at, '\n', f->len - f->at);
    f->at = found ? (size_t)(found - f->window) : f->len;
    if (!found && !f->last) {
        framer_drop(f);
        return false;
    }
    f->state = FRAMER_TOP;
    *got = framer_yield(f, f->timed ? FRAME_VALUE : FRAME_BROKEN, f->at, out);
    f->timed = false;
    return true;
}

static bool step(struct json_framer *f, struct frame *out, bool *got)
{
    switch (f->state) {
    case FRAMER_TOP:
        return step_top(f);
    case FRAMER_LINE:
        return step_line(f, out, got);
    case FRAMER_VALUE:
        return framer_step_value(f, out, got);
    case FRAMER_CAREFUL:
        return framer_step_careful(f, out, got);
    case FRAMER_LARGE:
        return framer_step_large(f, out, got);
    case FRAMER_ENDED:
        return framer_step_ended(f, out, got);
    case FRAMER_SKIP_TOP:
        return framer_step_skip_top(f, out, got);
    case FRAMER_SKIP_ITEM:
        return framer_step_skip_item(f, out, got);
    case FRAMER_ELEMENT:
        return framer_step_element(f, out, got);
    case FRAMER_SCALAR:
        return framer_step_scalar(f, out, got);
    case FRAMER_TAIL:
        return framer_step_tail(f, out, got);
    }
    return false;
}

static bool between_values(const struct json_framer *f)
{
    return f->started && (f->state == FRAMER_TOP || f->state == FRAMER_ELEMENT);
}

/* Whether the next value is another framer's. */
static bool at_end(struct json_framer *f)
{
    if (f->state != FRAMER_TOP || !f->started || f->may_go_on) {
        return false;
    }
    framer_move_to(f, framer_skip_space(f, f->pos));
    uint64_t offset = f->base + f->pos;
    f->ended = f->pos < f->len && offset >= f->end && offset >= f->careful_until;
    return f->ended;
}

/* The end of the object at `at`; it is indexed where that is wanted. 0: not all of it is there, or it is broken. */
static size_t end_of_object(struct json_framer *f, size_t at, struct frame_scan *scan)
{
    str text = {f->window, f->len};
    size_t end = at;
    if (f->scan_index && f->scan_index(text, at, &f->index) == FRAME_INDEX_END) {
        f->indexed = f->base + at;
        scan->unicode = f->index.unicode;
        return at + f->index.len;
    }
    return f->scan_run(scan, text, &end, false) == FRAME_STOP_END ? end : 0;
}

/* The next line when it begins as an object did before and ends in the window. What the steps would do, without going through them: with records of 58 bytes they took longer than
 * finding the end. False: nothing has changed, the steps see to it. */
static bool next_alike(struct json_framer *f, struct frame *out)
{
    size_t at = f->pos + (f->pos < f->len && f->window[f->pos] == '\n');
    if (f->alike_len == 0 || f->state != FRAMER_TOP || f->may_go_on || f->len - at < f->alike_len ||
        memcmp(f->window + at, f->alike, f->alike_len) != 0 || f->base + at < f->careful_until ||
        f->base + at >= f->end) {
        return false;
    }
    struct frame_scan scan = {0};
    size_t end = end_of_object(f, at, &scan);
    if (end == 0 || end - at > f->options.max_record) {
        return false;
    }
    uint64_t line = f->line + (at - f->pos);
    *out = (struct frame){.kind = FRAME_VALUE,
                          .text = {f->window + at, end - at},
                          .offset = f->base + at,
                          .line = line,
                          .scanned = !scan.stray,
                          .unicode_escapes = scan.unicode != 0};
    f->line = line + scan.newlines;
    f->pos = f->at = end;
    f->dropped = false;
    return true;
}

bool json_framer_next(struct json_framer *f, struct frame *out)
{
    bool got = false;
    if (!f->filter && next_alike(f, out)) {
        return true;
    }
    do {
        if (f->filter && between_values(f)) {
            enum framer_run run = framer_run(f, out);
            if (run != RUN_NONE) {
                return run == RUN_GOT;
            }
        }
        if (f->base + f->len > f->end && at_end(f)) {
            return false;
        }
    } while (step(f, out, &got) && !got);
    return got;
}
