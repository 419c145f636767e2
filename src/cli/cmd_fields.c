/* SPDX-License-Identifier: Apache-2.0 */
/* postern fields: the catalogue of each data set: what a field is, and what it is made from. */
#include <stddef.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/fields_page.h"
#include "cli/inputs.h"
#include "cli/output.h"
#include "sources/fields.h"

struct fields_command {
    str output;
};

struct listing {
    struct output out;
    const char *format;
    str dataset; /* of the row before */
};

/* ---- Writing ---- */

static void write_text(const struct field_row *r, struct buf *out)
{
    buf_append(out, r->field);
    buf_printf(out, "\t%.*s\t", STR_ARG(r->type));
    buf_append(out, r->raw.len > 0 ? r->raw : S("-"));
    buf_byte(out, '\t');
    buf_append(out, r->transform);
    buf_byte(out, '\n');
}

static void write_member(const char *key, str value, struct buf *out)
{
    buf_printf(out, ",\"%s\":", key);
    json_write_string(value, out);
}

static void write_ndjson(const struct field_row *r, struct buf *out)
{
    buf_append(out, S("{\"dataset\":"));
    json_write_string(r->dataset, out);
    write_member("field", r->field, out);
    write_member("type", r->type, out);
    write_member("raw", r->raw, out);
    write_member("transform", r->transform, out);
    write_member("doc", r->doc, out);
    buf_append(out, S("}\n"));
}

static bool on_row(void *user, const struct field_row *r)
{
    struct listing *l = user;
    struct buf *out = &l->out.pending;
    bool first = !str_eq(l->dataset, r->dataset);
    l->dataset = r->dataset;
    if (l->format[0] == 'n') {
        write_ndjson(r, out);
    } else {
        if (first) {
            buf_printf(out, "# %.*s: %.*s\n", STR_ARG(r->dataset), STR_ARG(r->doc));
        }
        write_text(r, out);
    }
    return output_push(&l->out);
}

/* ---- The command ---- */

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    const struct fields_command *c = options;
    const struct source *only = NULL;
    if (n_args > 1) {
        complain("fields takes one data set");
        return EXIT_USAGE;
    }
    if (n_args > 0 && !inputs_source(NULL, args[0], &only)) {
        return EXIT_USAGE;
    }
    struct listing l = {.format = c->output.len > 0 ? c->output.ptr : "table"};
    output_init(&l.out, STDOUT_FILENO, S("standard output"));
    if (l.format[0] == 'm') {
        fields_page(only, &l.out.pending, cli->arena);
        output_push(&l.out);
        return output_close(&l.out);
    }
    fields_list(only, on_row, &l, cli->arena);
    return output_close(&l.out);
}

#define FIELD(member) offsetof(struct fields_command, member)
static const struct option options[] = {
    {.name = "output",
     .letter = 'o',
     .argument = "FORMAT",
     .kind = OPTION_CHOICE,
     .offset = FIELD(output),
     .choices = "table ndjson markdown",
     .help = "tab-separated lines (default), JSON, or a page of the manual"},
};

static const char *const examples[] = {"postern fields gcp.audit | grep outcome",
                                       "what event.outcome is made from", NULL, NULL};

const struct cmd cmd_fields = {
    .name = "fields",
    .summary = "list the fields that rules can read, and what they are made from",
    .arguments = "[DATASET]",
    .description = "Prints field, type, raw path and rule of each data set, or of one. A field "
                   "whose name ends in\n"
                   "'.*' is free-form: every path below it can be read.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct fields_command),
    .examples = examples,
    .run = run,
};
