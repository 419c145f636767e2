/* SPDX-License-Identifier: Apache-2.0 */
/* Field rows to Markdown. */
#include "cli/fields_page.h"

#include "sources/fields.h"

struct page {
    struct buf *out;
    str dataset; /* of the row before */
};

/* A cell of a table: no bar may end it. */
static void write_cell(str text, bool code, struct buf *out)
{
    buf_append(out, code && text.len > 0 ? S("| `") : S("| "));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') {
            buf_byte(out, '\\');
        }
        buf_byte(out, text.ptr[i]);
    }
    buf_append(out, code && text.len > 0 ? S("` ") : S(" "));
}

static void write_markdown(const struct field_row *r, bool first, struct buf *out)
{
    if (first) {
        buf_printf(out, "\n## %.*s\n\n%.*s\n\n", STR_ARG(r->dataset), STR_ARG(r->doc));
        buf_append(out, S("| field | type | from | how |\n| --- | --- | --- | --- |\n"));
    }
    write_cell(r->field, true, out);
    write_cell(r->type, false, out);
    write_cell(r->raw, true, out);
    write_cell(r->transform, false, out);
    buf_append(out, S("|\n"));
}

static bool on_row(void *user, const struct field_row *r)
{
    struct page *page = user;
    write_markdown(r, !str_eq(page->dataset, r->dataset), page->out);
    page->dataset = r->dataset;
    return true;
}

void fields_page(const struct source *only, struct buf *out, struct arena *a)
{
    struct page page = {.out = out};
    buf_append(out,
               S("# Fields of the data sets\n\nMade by `postern fields -o markdown`. What stands "
                 "below a data set's rows of free-form objects\n(`….*`) is readable, too, as are "
                 "all fields of ECS 8.11 ([ecs-fields.md](ecs-fields.md)) that a finished\n"
                 "document holds.\n"));
    fields_list(only, on_row, &page, a);
}
