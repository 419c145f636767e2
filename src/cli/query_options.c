/* SPDX-License-Identifier: Apache-2.0 */
/* Schema files and diagnostics of a query. */
#include "cli/query_options.h"

#include <unistd.h>

#include "base/os.h"

enum { SCHEMA_MAX = 64 * 1024 * 1024 };

void query_show_diags(const struct diags *d, bool colour)
{
    struct buf text = BUF_INIT(0);
    struct error ignored = {0};
    struct diag_lines lines = {0};
    for (const struct diag *i = d->first; i; i = i->next) {
        diag_print_next(i, colour, &lines, &text);
    }
    os_write_all(STDERR_FILENO, S("standard error"), buf_view(&text), &ignored);
    buf_deinit(&text);
}

static void widen_dates(struct schema *schema, struct arena *a)
{
    const str others = S("||strict_date_optional_time||dd-MM-yyyy||dd/MM/yyyy||dd.MM.yyyy");
    size_t n;
    schema_fields(schema, &n);
    for (size_t i = 0; i < n; i++) {
        struct field f = schema_fields(schema, &n)[i];
        bool date = f.format.type == FIELD_DATE || f.format.type == FIELD_DATE_NANOS;
        if (date && f.format.date_format.len) {
            f.format.date_format = arena_concat(a, f.format.date_format, others, S(""));
            schema_add(schema, &f);
        }
    }
}

bool query_read_schema(const struct query_arguments *q, struct schema *schema, struct arena *a,
                       struct diags *d)
{
    struct error e = {0};
    str text;
    if (!q->schema.len) {
        return true;
    }
    if (!os_read_file(q->schema, SCHEMA_MAX, a, &text, &e)) {
        complain("%s", e.message);
        return false;
    }
    struct diag_source *source = NEW(a, struct diag_source); /* diagnostics borrow it */
    *source = (struct diag_source){.file = q->schema, .text = text};
    if (!schema_read_json(schema, source, a, d)) {
        return false;
    }
    widen_dates(schema, a);
    return true;
}
