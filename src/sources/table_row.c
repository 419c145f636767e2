/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to objects; see table_row.h. */
#include "sources/table_row.h"

/* Log Analytics allows 500 columns with names of 45 characters. What is beyond this is left out, so that names repeated in every row cannot blow a table up. */
enum { MAX_COLUMNS = 1000, MAX_NAME = 128 };

static str column_name(const struct json *column)
{
    str name = json_text(json_get(column, S("name")));
    if (!name.ptr)
        name = json_text(json_get(column, S("ColumnName")));
    name = name.ptr ? name : json_text(column);
    return name.len <= MAX_NAME ? name : (str){0};
}

struct columns table_columns(const struct json *list, struct arena *a)
{
    str *names = NEW_ARRAY(a, str, MAX_COLUMNS);
    size_t n = 0;
    for (const struct json *column = list->child; column && n < MAX_COLUMNS; column = column->next)
        names[n++] = arena_copy(a, column_name(column));
    return (struct columns){names, n};
}

str table_object(const struct json *cells, const struct columns *columns, struct arena *a)
{
    struct buf text = {0};
    buf_byte(&text, '{');
    size_t i = 0;
    for (const struct json *cell = cells->child; cell && i < columns->n; cell = cell->next, i++) {
        if (columns->names[i].len == 0)
            continue;
        if (text.len > 1)
            buf_byte(&text, ',');
        json_write_string(columns->names[i], &text);
        buf_byte(&text, ':');
        buf_append(&text, cell->raw);
    }
    buf_byte(&text, '}');
    str copy = arena_copy(a, buf_view(&text));
    buf_deinit(&text);
    return copy;
}
