/* SPDX-License-Identifier: Apache-2.0 */
/* CSV rows to JSON objects; see csv.h. Columns of BigQuery are paths ("protopayload_auditlog.methodName"), those of Log Analytics are names. */
#include "sources/csv.h"

#include <string.h>

#include "base/mem.h"

enum { DEFAULT_MAX_RECORD = 16 << 20, FIRST_CAP = 64 * 1024, MAX_COLUMNS = 2000 };

#define BIGQUERY "protopayload_auditlog."

struct csv_reader {
    size_t max_record;
    struct arena arena;  /* of a row */
    struct arena header; /* of an input */
    str columns[MAX_COLUMNS];
    size_t n_columns;
    bool has_header;
    bool paths; /* column names are paths */
    char *window;
    size_t cap, len, pos;
    size_t at;                  /* looked at up to here: the row is not over before */
    bool quoted;                /* `at` lies inside quotes */
    bool large;                 /* the row's first bytes are gone */
    uint64_t base, line;        /* of window[0]; of window[pos] */
    uint64_t start, start_line; /* of the row */
    bool last;
    struct buf text;
};

/* ---- Cells ---- */

/* Where the quote stands that closes the cell at the front of the row; its end when there is none. */
static size_t closing_quote(str row)
{
    size_t i = 1;
    while (i < row.len && (row.ptr[i] != '"' || (i + 1 < row.len && row.ptr[i + 1] == '"')))
        i += row.ptr[i] == '"' ? 2 : 1;
    return i < row.len ? i : row.len;
}

/* One cell off the front of a row; quotes taken off. False when the row is used up. */
static bool next_cell(str *row, str *cell, struct arena *a)
{
    if (!row->ptr)
        return false;
    if (row->len == 0 || row->ptr[0] != '"')
        return str_split(row, ',', cell);
    size_t end = closing_quote(*row), n = 0;
    char *out = arena_push_raw(a, 1, end);
    for (size_t i = 1; i < end; i++) {
        i += row->ptr[i] == '"'; /* of two the second */
        out[n++] = row->ptr[i];
    }
    /* What stands between a closing quote and the comma belongs to no cell. */
    str rest = str_slice(*row, end + 1, row->len), skipped;
    *cell = (str){out, n};
    if (end + 1 >= row->len) {
        *row = (str){0};
    } else {
        str_split(&rest, ',', &skipped);
        *row = rest;
    }
    return true;
}

static str without_mark(str bytes)
{
    return str_starts(bytes, S("\xEF\xBB\xBF")) ? str_slice(bytes, 3, bytes.len) : bytes;
}

bool csv_begins(str bytes)
{
    static const char *const signs[] = {"OperationNameValue", BIGQUERY, "AADOperationType"};
    str rest = without_mark(bytes), header;
    if (rest.len == 0 || !str_split(&rest, '\n', &header) || header.len > CSV_HEADER_MAX ||
        str_find_byte(header, ',', 0) == SIZE_MAX)
        return false;
    if (header.ptr[0] == '{' || header.ptr[0] == '[')
        return false;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (str_find(header, str_from(signs[i]), 0) != SIZE_MAX)
            return true;
    return false;
}

/* ---- Objects ---- */

/* The value of a cell under a path of BigQuery: flags and lists come as text. The ...Json columns are text there, too, and read as such. */
static struct json *path_value(str column, str cell, struct arena *a)
{
    struct json_error error;
    bool yes = str_eq(cell, S("true"));
    if (yes || str_eq(cell, S("false")))
        return json_new_bool(a, yes);
    bool deep = (cell.ptr[0] == '{' || cell.ptr[0] == '[') && !str_ends(column, S("Json"));
    struct json *value = deep ? json_parse(cell, a, &error) : NULL;
    return value ? value : json_new_string(a, cell);
}

static void put_path(struct json *object, str path, struct json *value, struct arena *a)
{
    str step;
    while (str_split(&path, '.', &step) && path.ptr) {
        struct json *next = json_get(object, step);
        if (!next) {
            next = json_new(a, JSON_OBJECT);
            json_add(object, step, next);
        }
        if (next->type != JSON_OBJECT)
            return;
        object = next;
    }
    if (!json_get(object, step))
        json_add(object, step, value);
}

static void write_row(struct csv_reader *r, str row)
{
    arena_reset(&r->arena, (size_t)1 << 20);
    struct json *object = json_new(&r->arena, JSON_OBJECT);
    str cell;
    for (size_t i = 0; i < r->n_columns && next_cell(&row, &cell, &r->arena); i++) {
        if (cell.len == 0 || r->columns[i].len == 0)
            continue;
        if (r->paths)
            put_path(object, r->columns[i], path_value(r->columns[i], cell, &r->arena), &r->arena);
        else
            json_add(object, r->columns[i], json_new_string(&r->arena, cell));
    }
    buf_clear(&r->text);
    json_write(object, &r->text);
}

static void take_header(struct csv_reader *r, str row)
{
    str cell;
    row = str_slice(row, 0, CSV_HEADER_MAX); /* line breaks in quotes may have made it longer */
    r->has_header = true;
    r->paths = str_find(row, S(BIGQUERY), 0) != SIZE_MAX;
    while (r->n_columns < MAX_COLUMNS && next_cell(&row, &cell, &r->header))
        r->columns[r->n_columns++] = arena_copy(&r->header, str_trim(cell));
}

/* ---- Rows ---- */

struct csv_reader *csv_reader_new(size_t max_record)
{
    struct csv_reader *r = mem_alloc(sizeof *r);
    r->max_record = max_record ? max_record : DEFAULT_MAX_RECORD;
    /* A node of about 120 bytes for as little as two bytes of a cell that holds JSON. */
    r->arena = arena_open(r->max_record * 128 + ((size_t)4 << 20));
    r->header = arena_open((size_t)1 << 20);
    r->window = mem_room(FIRST_CAP);
    r->cap = FIRST_CAP;
    csv_reader_reset(r);
    return r;
}

void csv_reader_free(struct csv_reader *r)
{
    if (!r)
        return;
    arena_close(&r->arena);
    arena_close(&r->header);
    buf_deinit(&r->text);
    mem_free(r->window);
    mem_free(r);
}

void csv_reader_reset(struct csv_reader *r)
{
    arena_reset(&r->header, 0);
    r->n_columns = 0;
    r->has_header = r->paths = r->quoted = r->large = r->last = false;
    r->len = r->pos = r->at = 0;
    r->base = r->start = 0;
    r->line = 1;
}

static uint64_t lines_in(const char *p, size_t n)
{
    uint64_t lines = 0;
    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return lines;
}

/* Forgets what was read, and the first bytes of a row that is too large. */
static void compact(struct csv_reader *r)
{
    if (r->at - r->pos > r->max_record) {
        r->large = true;
        r->line += lines_in(r->window + r->pos, r->at - r->pos);
        r->pos = r->at;
    }
    memmove(r->window, r->window + r->pos, r->len - r->pos);
    r->base += r->pos;
    r->len -= r->pos;
    r->at -= r->pos;
    r->pos = 0;
}

void csv_reader_feed(struct csv_reader *r, str bytes, bool last)
{
    compact(r);
    size_t cap = r->cap;
    while (cap - r->len < bytes.len)
        cap *= 2;
    if (cap > r->cap)
        r->window = mem_grow(r->window, r->len, cap);
    r->cap = cap;
    if (bytes.len > 0)
        memcpy(r->window + r->len, bytes.ptr, bytes.len);
    r->len += bytes.len;
    r->last = last;
}

/* The end of the row that starts at `pos`: its line break outside quotes. False when it is not here yet. */
static bool find_end(struct csv_reader *r)
{
    for (; r->at < r->len; r->at++) {
        char c = r->window[r->at];
        if (c == '"')
            r->quoted = !r->quoted;
        else if (c == '\n' && !r->quoted)
            return true;
    }
    return r->last;
}

/* The row in [pos, at) as a frame; false when it is blank or the header. */
static bool give_row(struct csv_reader *r, struct frame *out)
{
    str row = str_trim((str){r->window + r->pos, r->at - r->pos});
    *out = (struct frame){.kind = FRAME_VALUE, .offset = r->start, .line = r->start_line};
    if (r->large || r->at - r->pos > r->max_record) {
        *out = (struct frame){.kind = FRAME_TOO_LARGE,
                              .offset = r->start,
                              .line = r->start_line,
                              .reason = "larger than the limit for a record"};
        return true;
    }
    if (r->quoted) {
        out->kind = FRAME_CUT;
        out->text = row;
        out->reason = "the input ends inside this row";
        return true;
    }
    if (!r->has_header) {
        take_header(r, without_mark(row));
        return false;
    }
    if (row.len == 0)
        return false;
    write_row(r, row);
    out->text = buf_view(&r->text);
    return true;
}

bool csv_reader_next(struct csv_reader *r, struct frame *out)
{
    while (r->pos < r->len || r->large) {
        if (!r->large) {
            r->start = r->base + r->pos;
            r->start_line = r->line;
        }
        if (!find_end(r))
            return false;
        bool given = give_row(r, out);
        size_t end = r->at < r->len ? r->at + 1 : r->len;
        r->line += lines_in(r->window + r->pos, end - r->pos);
        r->pos = r->at = end;
        r->quoted = r->large = false;
        if (given)
            return true;
    }
    return false;
}
