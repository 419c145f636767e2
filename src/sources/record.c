/* SPDX-License-Identifier: Apache-2.0 */
/* The record reader: one framed value in, its records out, one at a time. Each item is scanned once over the plan's trie; its top-level keys say whether it is a container (taken
 * apart through a stack of levels) or whose record it is. Nothing here is allocated on the heap per record. */
#include "sources/record_reader.h"

#include "base/mem.h"
#include "sources/gunzip.h"
#include "sources/table_row.h"

enum { DEFAULT_MAX_RECORD = 16 << 20 };
/* Gzip data inside one framed value may become this many times the largest record: one value may hold many small bombs. */
enum { MAX_INFLATED = 16 };
/* Texts made of one item at one depth: unescaped, out of base64, out of gzip, a row made an object. Each is at most as large as a record may be, or as the item. */
enum { TEXTS_A_DEPTH = 4 };
/* Most of the event arena that stays resident between records. */
static const size_t keep_resident = 1 << 20;

struct record_reader *record_reader_new(const struct source_plan *plan,
                                        const struct record_reader_options *options)
{
    struct record_reader *r = mem_alloc(sizeof(*r));
    *r = (struct record_reader){.plan = plan, .options = *options};
    size_t max = options->max_record ? options->max_record : DEFAULT_MAX_RECORD;
    r->options.max_record = max;
    r->scanner = json_scanner_new(max);
    /* A tree node takes about 120 bytes for as little as two bytes of text, and the tree, its copy in the document and what rows make of it live together. */
    r->event_arena = arena_open(max * 512 + ((size_t)64 << 20));
    r->item_arena = arena_open(max * TEXTS_A_DEPTH * (ITEM_MAX_DEPTH + 2) + ((size_t)1 << 20));
    r->permanent = arena_open((size_t)1 << 30);
    projection_init(&r->projection, plan, &r->permanent, &r->event_arena);
    r->enrichment = enrichment_new(&options->enrichment);
    r->projection.enrichment = r->enrichment;
    r->kinds = kind_memo_new(plan);
    return r;
}

void record_reader_free(struct record_reader *r)
{
    if (!r)
        return;
    json_scanner_free(r->scanner);
    enrichment_free(r->enrichment);
    document_writer_free(r->writer);
    kind_memo_free(r->kinds);
    projection_deinit(&r->projection);
    arena_close(&r->event_arena);
    arena_close(&r->item_arena);
    arena_close(&r->permanent);
    mem_free(r);
}

/* The row of a streamed array's key. */
static const struct bound_container *row_of(struct record_reader *r, str key)
{
    if (str_eq(key, S("["))) /* at top level */
        return NULL;
    if (!r->streamed || !str_eq(key, r->streamed_key)) {
        const struct container *of = container_of_key(key);
        if (!of)
            return NULL;
        r->streamed = &r->plan->containers[of - r->plan->containers[0].container];
        r->streamed_key = container_content_key(of);
    }
    return r->streamed;
}

void record_reader_item(struct record_reader *r, str text, uint64_t offset, uint64_t line,
                        str container)
{
    arena_reset(&r->item_arena, keep_resident);
    json_scanner_lend_index(r->scanner, text, NULL);
    r->n_levels = 0;
    r->inflated = 0;
    r->item =
        (struct item){.text = text, .offset = offset, .literal = true, .depth = container.len > 0};
    if (container.len > 0)
        r->item.container = row_of(r, container);
    r->pending = true;
    r->file_offset = offset;
    r->line = line;
    r->line_at = text;
}

void record_reader_lend_index(struct record_reader *r, const struct frame_index *index)
{
    json_scanner_lend_index(r->scanner, r->item.text, index);
}

/* ---- Places ---- */

/* The line on which a literal byte stands; for decoded text the line of the value it came from. Records come in order, so line breaks are counted once. */
static uint64_t line_of(struct record_reader *r, uint64_t offset)
{
    size_t ahead = offset > r->file_offset ? (size_t)(offset - r->file_offset) : 0;
    if (ahead > r->line_at.len)
        ahead = r->line_at.len;
    str passed = str_slice(r->line_at, 0, ahead);
    for (size_t at = str_find_byte(passed, '\n', 0); at != SIZE_MAX;
         at = str_find_byte(passed, '\n', at + 1))
        r->line++;
    r->line_at = str_slice(r->line_at, ahead, r->line_at.len);
    r->file_offset += ahead;
    return r->line;
}

bool record_reader_give(struct record_reader *r, const struct item *item, struct record *out,
                        enum record_kind kind, const char *reason)
{
    *out = (struct record){.kind = kind,
                           .source = SIZE_MAX,
                           .dataset_index = SIZE_MAX,
                           .text = item->text,
                           .offset = item->offset,
                           .line = line_of(r, item->offset),
                           .reason = reason,
                           .error_at = (size_t)item->offset};
    return true;
}

bool record_reader_give_unknown(struct record_reader *r, const struct item *item,
                                struct record *out, const char *reason)
{
    record_reader_give(r, item, out, RECORD_PASSED, reason);
    out->unknown = true;
    return true;
}

static bool give_rejected(struct record_reader *r, const struct item *item, struct record *out,
                          const struct json_error *e)
{
    record_reader_give(r, item, out, RECORD_REJECTED, e->reason);
    if (item->literal)
        out->error_at += e->at;
    return true;
}

/* The sources whose records begin as the item does; none when the user says what the items are. */
static uint64_t opened_by(const struct record_reader *r, const struct item *item)
{
    for (size_t i = 0; !r->options.forced && i < r->plan->n_openings; i++)
        if (keys_opens(item->text, r->plan->openings[i].key))
            return r->plan->openings[i].sources;
    return 0;
}

const struct bound_container *record_reader_container(struct record_reader *r, unsigned kinds,
                                                      const struct json_capture **content)
{
    for (size_t i = 0; (r->marks & kinds) && i < r->plan->n_containers; i++) {
        const struct bound_container *c = &r->plan->containers[i];
        if (!(kinds & c->kind) ||
            (c->must_see != NO_CAPTURE && !r->projection.captures[c->must_see])) {
            continue;
        }
        const struct json_capture *found[KEYS_MAX] = {0};
        r->by_text |= c->by_text;
        if (keys_match(&c->keys, r->projection.captures, found, &r->event_arena) &&
            (!c->container->accepts || c->container->accepts(found))) {
            content[0] = found[0];
            content[1] = found[1];
            return c;
        }
    }
    return NULL;
}

/* ---- Containers ---- */

static void open_level(struct record_reader *r, const struct item *array)
{
    r->levels[r->n_levels++] = level_open(array, r->item_arena);
}

/* Makes the string at `content` the item to look at next; when it holds several values, each of them. */
static void look_into_text(struct record_reader *r, const struct item *item, str content,
                           const str *decoded, const struct bound_container *container)
{
    str text = str_trim(*decoded);
    struct item inner = item_inside(item, content, &text, container);
    if (item_is_bare(text)) {
        r->levels[r->n_levels++] = level_open_bare(&inner, r->item_arena);
        return;
    }
    r->item = inner;
    r->pending = true;
}

/* The bytes of a base64 string, unpacked when they are gzip data. NULL, or why there are none. */
static const char *decode(struct record_reader *r, str raw, str *out)
{
    if (!base64_decode(json_unescape(raw, &r->item_arena), &r->item_arena, out))
        return "the text is no base64";
    if (!is_gzip(*out))
        return NULL;
    const char *why = gunzip(*out, r->options.max_record, &r->item_arena, out);
    if (why)
        return why;
    r->inflated += out->len;
    return r->inflated > MAX_INFLATED * r->options.max_record
               ? "too much gzip data inside one value"
               : NULL;
}

/* The names of a table's columns, in the item arena. */
static const struct columns *columns_of(struct record_reader *r, const struct json_capture *list)
{
    struct columns *columns = NEW(&r->item_arena, struct columns);
    *columns = table_columns(json_capture_node(list, &r->event_arena), &r->item_arena);
    return columns;
}

enum taken { TAKEN_NOTHING, TAKEN_APART, TAKEN_GIVEN };

/* Takes a container apart: what it holds is pending or on the stack. */
static enum taken take_apart(struct record_reader *r, const struct item *item, struct record *out)
{
    const struct json_capture *content[2] = {0};
    unsigned kinds = r->opened ? 1u << CONTAINER_PASS : ~(1u << CONTAINER_OTHER);
    const struct bound_container *c = record_reader_container(r, kinds, content);
    if (!c || (r->options.forced && c->container->kind == CONTAINER_PASS))
        return TAKEN_NOTHING;
    if (c->container->kind == CONTAINER_EMPTY)
        return TAKEN_APART;
    if (c->container->kind == CONTAINER_PASS) {
        record_reader_give(r, item, out, RECORD_PASSED, c->container->doc);
        return TAKEN_GIVEN;
    }
    if (item->depth >= ITEM_MAX_DEPTH) {
        record_reader_give_unknown(r, item, out, "too many containers inside one another");
        return TAKEN_GIVEN;
    }
    str decoded, raw = content[0]->raw;
    switch (c->container->kind) {
    case CONTAINER_ARRAY:
    case CONTAINER_TABLE: {
        struct item array = item_inside(item, raw, NULL, c);
        if (c->container->kind == CONTAINER_TABLE)
            array.columns = columns_of(r, content[1]);
        open_level(r, &array);
        break;
    }
    case CONTAINER_VALUE:
        r->item = item_inside(item, raw, NULL, c);
        r->pending = true;
        break;
    case CONTAINER_TEXT:
        decoded = json_unescape(raw, &r->item_arena);
        look_into_text(r, item, raw, &decoded, c);
        break;
    case CONTAINER_BASE64: {
        struct item whole = *item;
        whole.literal = false; /* the offset is the outer item's */
        const char *why = decode(r, raw, &decoded);
        if (why) {
            record_reader_give(r, item, out, RECORD_REJECTED, why);
            return TAKEN_GIVEN;
        }
        look_into_text(r, &whole, item->text, &decoded, c);
        break;
    }
    case CONTAINER_EMPTY:
    case CONTAINER_PASS:
    case CONTAINER_OTHER:
        break;
    }
    return TAKEN_APART;
}

/* An element whose record is a string member. */
static bool take_member(struct record_reader *r, const struct item *item)
{
    if (!item->container || !item->container->container->member)
        return false;
    const struct json_capture *c = capture_single(r->projection.captures, item->container->member);
    if (!c || c->type != JSON_STRING || item->depth >= ITEM_MAX_DEPTH)
        return false;
    str decoded = json_unescape(c->raw, &r->item_arena);
    look_into_text(r, item, c->raw, &decoded, NULL);
    return true;
}

/* Text out of a string that does not even begin as JSON is another kind of log, not a broken record. */
static bool is_other_text(const struct item *item)
{
    return !item->literal &&
           (item->text.len == 0 || (item->text.ptr[0] != '{' && item->text.ptr[0] != '['));
}

/* A row of a table as an object. False when it is no list of cells. */
static bool take_row(struct record_reader *r, struct item *item)
{
    struct json_error error;
    const struct columns *columns = item->columns;
    item->columns = NULL;
    const struct json *cells = json_parse(item->text, &r->event_arena, &error);
    if (!json_is(cells, JSON_ARRAY))
        return false;
    item->original = item->text;
    item->text = table_object(cells, columns, &r->item_arena);
    return true;
}

/* The kind of an item that was passed, whose text is an object: what is found out of it is the same for all of its kind. */
static struct kind *kind_of(struct record_reader *r, const struct item *item)
{
    bool may_be_member = item->container && item->container->container->member;
    if (r->options.forced || may_be_member || item->text.ptr[0] != '{')
        return NULL;
    return kind_memo_of(r->kinds, r->scanner, r->opened);
}

/* Looks at one item. True when it gave a record; false when it was taken apart. */
static bool look_at(struct record_reader *r, const struct item *item, struct record *out)
{
    bool unwrap = !r->options.forced || r->options.unwrap;
    struct json_error error;
    struct item row;
    if (is_other_text(item))
        return record_reader_give_unknown(r, item, out, "the text is no JSON");
    arena_reset(&r->event_arena, keep_resident);
    if (item->columns) {
        row = *item;
        item = take_row(r, &row) ? &row : item;
    }
    r->opened = opened_by(r, item);
    if (unwrap && item->text.len > 0 && item->text.ptr[0] == '[') {
        if (item->depth >= ITEM_MAX_DEPTH)
            return record_reader_give_unknown(r, item, out,
                                              "too many containers inside one another");
        struct item array = *item;
        array.depth++;
        open_level(r, &array);
        return false;
    }
    if (!record_reader_scan(r, item->text, record_reader_likely(r), &error)) {
        str array;
        const struct bound_container *container;
        if (unwrap && item->depth < ITEM_MAX_DEPTH && item->text.len > 0 &&
            item->text.ptr[0] == '{' && !r->opened &&
            item_salvage(r->plan, item->text, &array, &container)) {
            struct item inner = item_inside(item, array, NULL, container);
            open_level(r, &inner);
            r->levels[r->n_levels - 1].salvaged = true;
            return false;
        }
        return give_rejected(r, item, out, &error);
    }
    r->kind = kind_of(r, item);
    if (r->kind && r->kind->verdict == KIND_EVENT)
        return record_reader_give_shaped(r, item, out, r->kind->source, r->kind->shape);
    if (r->kind && r->kind->verdict == KIND_UNKNOWN)
        return record_reader_give_unknown(r, item, out, NULL);
    r->by_text = false;
    r->marks = json_scan_marks(r->scanner) | r->plan->always;
    if (unwrap && take_member(r, item))
        return false;
    enum taken taken = unwrap ? take_apart(r, item, out) : TAKEN_NOTHING;
    return taken == TAKEN_NOTHING ? record_reader_give_event(r, item, out) : taken == TAKEN_GIVEN;
}

bool record_reader_next(struct record_reader *r, struct record *out)
{
    for (;;) {
        if (r->pending) {
            r->pending = false;
        } else {
            if (r->n_levels == 0)
                return false;
            struct level *top = &r->levels[r->n_levels - 1];
            arena_rewind(&r->item_arena, top->mark);
            enum level_result result = level_next(top, &r->item);
            if (result == LEVEL_END) {
                r->n_levels--;
                continue;
            }
            if (result == LEVEL_BROKEN)
                return record_reader_give(r, &r->item, out, RECORD_REJECTED,
                                          "the array is not closed here");
        }
        if (look_at(r, &r->item, out)) /* which makes a new one of it last */
            return true;
    }
}

/* {"a":{"b":"operation"}} for the path a.b. */
static str operation_record(const char *path, str operation, struct arena *a)
{
    str head = S("{\""), tail = S("\"}");
    str rest = str_from(path), step;
    if (!operation.ptr)
        return S("{}");
    for (bool first = true; str_split(&rest, '.', &step); first = false) {
        head = first ? arena_concat(a, head, step, S("\":"))
                     : arena_concat(a, head, arena_concat(a, S("{\""), step, S("\":")), S(""));
        tail = first ? tail : arena_concat(a, tail, S("}"), S(""));
    }
    return arena_concat(a, arena_concat(a, head, S("\""), S("")), operation, tail);
}

struct event *record_reader_operation(struct record_reader *r, size_t source, str operation)
{
    const struct bound_source *s = &r->plan->sources[source];
    struct json_error error;
    arena_reset(&r->event_arena, keep_resident);
    str text = operation_record(s->source->operation, operation, &r->event_arena);
    if (!record_reader_scan(r, text, NULL, &error))
        return NULL;
    projection_begin(&r->projection, s, text, NULL, NULL);
    return &r->projection.event;
}

struct event *record_reader_event(struct record_reader *r)
{
    return &r->projection.event;
}
