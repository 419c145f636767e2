/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of records of a known form, a line each or elements of an array. What is not plainly so is left to the steps, which would find the same frames. */
#include "value/frame_state.h"

/* Bytes of a record that are scanned again when more come; longer ones are scanned step by step. */
enum { RUN_HELD = 256 * 1024 };

/* Whether a record begins so at `at`; a blank behind the brace is passed over. */
static inline bool opens(const struct json_framer *f, str opening, size_t at)
{
    const char *p = f->window + at;
    size_t left = f->len - at;
    if (left >= opening.len && bytes_eq(p, opening.ptr, opening.len)) {
        return true;
    }
    return left > opening.len && p[0] == '{' && p[1] == ' ' &&
           bytes_eq(p + 2, opening.ptr + 1, opening.len - 1);
}

/* The form of the record at `at`, seen last or another. NULL: none. */
static const struct frame_form *form_at(struct json_framer *f, size_t at)
{
    const struct json_framer_filter *filter = f->filter;
    for (size_t i = 0, number = f->form; i < filter->n_forms; i++) {
        if (opens(f, filter->forms[number].opening, at)) {
            f->form = number;
            return &filter->forms[number];
        }
        number = number + 1 == filter->n_forms ? 0 : number + 1;
    }
    return NULL;
}

/* Where the next value stands when no more than the usual byte is in front of it. */
static size_t behind_separator(const struct json_framer *f)
{
    bool comma = f->state == FRAMER_ELEMENT && f->expect == EXPECT_COMMA;
    char c = f->pos < f->len ? f->window[f->pos] : '\0';
    if (comma) {
        return c == ',' ? f->pos + 1 : f->len;
    }
    return f->pos + (c == '\n' && f->state == FRAMER_TOP);
}

/* The record at `at` up to one past its end. */
static enum framer_run find_end(const struct json_framer *f, const struct frame_form *form,
                                size_t at, struct frame_formed *formed)
{
    str text = {f->window, f->len};
    enum frame_form_stop stop = f->scan_form(form, text, at, formed);
    bool wait = !f->last && f->len - at < RUN_HELD;
    if (stop == FRAME_FORM_MORE) {
        return wait ? RUN_MORE : RUN_NONE;
    }
    if (stop == FRAME_FORM_OTHER || formed->end - at > f->options.max_record ||
        f->window[formed->end - 1] != '}') {
        return RUN_NONE;
    }
    if (f->in_array && formed->end == f->len) {
        return wait ? RUN_MORE : RUN_NONE;
    }
    char next = f->in_array ? f->window[formed->end] : ',';
    return next == ',' || next == ']' ? RUN_GOT : RUN_NONE;
}

/* The record at `at`. */
static struct frame frame_of(const struct json_framer *f, size_t at, size_t end)
{
    return (struct frame){.kind = FRAME_VALUE,
                          .text = {f->window + at, end - at},
                          .offset = f->base + at,
                          .line = f->line + (at > f->pos && f->state == FRAMER_TOP),
                          .container = f->in_array ? f->container : (str){0},
                          .scanned = true};
}

static void pass(struct json_framer *f, const struct frame *frame, size_t end)
{
    f->line = frame->line;
    f->pos = end;
    f->expect = EXPECT_COMMA;
    f->may_go_on = false;
}

/* Passes over the record at `at` if its line alone tells that the filter takes it. One that it does not take is scanned for its end, and lines are looked at again behind one that
 * it does. *refused: the filter was asked. */
static enum framer_run pass_line(struct json_framer *f, const struct frame_form *form, size_t at,
                                 bool *refused)
{
    struct frame_formed formed;
    str text = {f->window, f->len};
    if (!form || f->in_array || !f->lines) {
        return RUN_NONE;
    }
    enum frame_form_stop stop = f->scan_line(form, text, at, &formed);
    if (stop != FRAME_FORM_END || formed.end - at > f->options.max_record) {
        return stop == FRAME_FORM_MORE && !f->last ? RUN_MORE : RUN_NONE;
    }
    struct frame frame = frame_of(f, at, formed.end);
    f->lines = f->filter->skips(f->filter->user, &frame, f->form, &formed);
    *refused = !f->lines;
    if (*refused) {
        return RUN_NONE;
    }
    pass(f, &frame, formed.end);
    return RUN_GOT;
}

enum framer_run framer_run(struct json_framer *f, struct frame *out)
{
    const struct json_framer_filter *filter = f->filter;
    struct frame_formed formed;
    if (f->options.whole || f->base + f->pos < f->careful_until) {
        return RUN_NONE;
    }
    for (;;) {
        size_t at = behind_separator(f);
        if (f->base + at >= f->end) {
            return RUN_NONE;
        }
        const struct frame_form *form = form_at(f, at);
        bool refused = false;
        enum framer_run run = pass_line(f, form, at, &refused);
        if (run == RUN_GOT) {
            continue;
        }
        if (form && run == RUN_NONE) {
            run = find_end(f, form, at, &formed);
        }
        if (run != RUN_GOT) {
            return run;
        }
        *out = frame_of(f, at, formed.end);
        pass(f, out, formed.end);
        f->lines = !refused && filter->skips(filter->user, out, f->form, &formed);
        if (!f->lines) {
            return RUN_GOT;
        }
    }
}
