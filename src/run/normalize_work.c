/* SPDX-License-Identifier: Apache-2.0 */
/* One worker of normalize; see normalize_work.h. */
#include "run/normalize_work.h"

#include "base/mem.h"

struct normalizer {
    struct record_reader *reader;
    const struct normalize_options *options;
    size_t n_sources;
};

void normalized_init(struct normalized *n)
{
    *n = (struct normalized){.bytes = BUF_INIT(SIZE_MAX / 4), .reasons = BUF_INIT(SIZE_MAX / 4)};
}

void normalized_deinit(struct normalized *n)
{
    buf_deinit(&n->bytes);
    buf_deinit(&n->reasons);
    mem_free(n->items);
}

void normalized_clear(struct normalized *n)
{
    buf_clear(&n->bytes);
    buf_clear(&n->reasons);
    n->n = 0;
}

struct normalizer *normalizer_new(const struct source_plan *plan,
                                  const struct normalize_options *options)
{
    struct normalizer *n = mem_alloc(sizeof *n);
    n->reader = record_reader_new(plan, &options->reader);
    n->options = options;
    sources_all(&n->n_sources);
    return n;
}

void normalizer_free(struct normalizer *n)
{
    if (n) {
        record_reader_free(n->reader);
        mem_free(n);
    }
}

static struct normalized_item *new_item(struct normalized *out)
{
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        out->items = mem_grow(out->items, out->cap * sizeof *out->items, cap * sizeof *out->items);
        out->cap = cap;
    }
    return &out->items[out->n++];
}

/* {"create":{"_index":…,"_id":…}}: data streams take no other action, and an id that is there already is no second document. */
static void write_action(struct normalizer *n, struct buf *out)
{
    buf_append(out, S("{\"create\":{\"_index\":"));
    json_write_string(record_reader_index(n->reader), out);
    buf_append(out, S(",\"_id\":"));
    json_write_string(record_reader_id(n->reader), out);
    buf_append(out, S("}}\n"));
}

/* ---- Explanations ---- */

/* Texts longer than this are cut; the document has them whole. */
enum { SHOWN = 100 };

struct explanation {
    struct buf *out;
    bool unread;
};

static void show_value(str value, struct buf *out)
{
    size_t end = value.len < SHOWN ? value.len : SHOWN;
    while (end < value.len && end > 0 && ((unsigned char)value.ptr[end] & 0xc0) == 0x80) {
        end--; /* not inside a character */
    }
    buf_append(out, str_slice(value, 0, end));
    buf_append(out, end < value.len ? S("…") : S(""));
    buf_byte(out, '\n');
}

static void explain_field(void *user, str field, str value, str raw, str rule)
{
    const struct explanation *x = user;
    buf_append(x->out, field);
    buf_append(x->out, S(" = "));
    show_value(value, x->out);
    buf_append(x->out, S("    "));
    buf_append(x->out, raw);
    buf_append(x->out, raw.len > 0 ? S(": ") : S(""));
    buf_append(x->out, rule);
    buf_byte(x->out, '\n');
}

static void explain_unread(void *user, str path, str value)
{
    struct explanation *x = user;
    buf_append(x->out, x->unread ? S("") : S("not read:\n"));
    x->unread = true;
    buf_append(x->out, S("    "));
    buf_append(x->out, path);
    buf_append(x->out, S(" = "));
    show_value(value, x->out);
}

static void explain(struct normalizer *n, const struct record *record, struct buf *out)
{
    struct explanation x = {.out = out};
    const struct explain_sink sink = {.user = &x, .field = explain_field, .unread = explain_unread};
    buf_append(out, S("data set "));
    buf_append(out, record->dataset);
    buf_byte(out, '\n');
    record_reader_explain(n->reader, &sink);
}

static void add_document(struct normalizer *n, struct buf *out)
{
    if (n->options->bulk) {
        write_action(n, out);
    }
    record_reader_write(n->reader, n->options->ingested, out);
    buf_byte(out, '\n');
}

static void add(struct normalizer *n, const struct record *record, struct normalized *out)
{
    struct normalized_item *item = new_item(out);
    *item = (struct normalized_item){.kind = record->kind,
                                     .unknown = record->unknown,
                                     .source = record->source < n->n_sources ? record->source
                                                                             : n->n_sources,
                                     .line = record->line,
                                     .at = record->error_at,
                                     .why = SIZE_MAX};
    if (record->kind == RECORD_EVENT) {
        if (n->options->explain) {
            explain(n, record, &out->bytes);
        } else {
            add_document(n, &out->bytes);
        }
    } else if (!n->options->bulk && !n->options->explain) {
        buf_append(&out->bytes, S("null\n"));
    }
    item->end = out->bytes.len;
    const char *reason = record_reader_reason(n->reader, record);
    if (reason && record->kind != RECORD_EVENT) {
        item->why = out->reasons.len;
        buf_append(&out->reasons, str_from(reason));
        buf_byte(&out->reasons, '\0');
    }
}

void normalizer_frame(struct normalizer *n, const struct frame *frame,
                      const struct frame_index *index, struct normalized *out)
{
    struct record record = {.kind = RECORD_REJECTED,
                            .source = SIZE_MAX,
                            .line = frame->line,
                            .reason = frame->reason,
                            .error_at = frame->offset};
    if (frame->kind != FRAME_VALUE) {
        add(n, &record, out);
        return;
    }
    record_reader_item(n->reader, frame->text, frame->offset, frame->line, frame->container);
    record_reader_lend_index(n->reader, index);
    while (record_reader_next(n->reader, &record)) {
        add(n, &record, out);
    }
}
