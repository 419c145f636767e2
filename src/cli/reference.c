/* SPDX-License-Identifier: Apache-2.0 */
/* Tables to Markdown: commands, functions, diagnostics, fields. */
#include "cli/reference.h"

#include <string.h>

#include "base/diag.h"
#include "cli/config.h"
#include "cli/fields_page.h"
#include "ecs/schema.h"
#include "ir/functions.h"
#include "sources/source.h"

static void begin_page(const char *title, const char *source, struct buf *out)
{
    buf_printf(out, "# %s\n\n<!-- Made by `make docs` from %s: change that, not this. -->\n", title,
               source);
}

/* Text in a cell of a table. */
static void cell(str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') {
            buf_byte(out, '\\');
        }
        buf_byte(out, text.ptr[i]);
    }
}

/* ---- commands ---- */

static void option_row(const struct option *o, struct buf *out)
{
    if (o->hidden) {
        return;
    }
    buf_append(out, S("| `"));
    if (o->letter) {
        buf_printf(out, "-%c`, `", o->letter);
    }
    buf_printf(out, "--%s", o->name);
    if (o->argument) {
        buf_append(out, o->argument[0] == '=' ? S("") : S(" "));
        cell(str_from(o->argument), out);
    }
    buf_append(out, S("` | "));
    cell(str_from(o->help), out);
    if (o->choices) {
        buf_append(out, S(": `"));
        str rest = str_from(o->choices), one;
        for (bool first = true; str_split(&rest, ' ', &one); first = false) {
            buf_printf(out, "%s%.*s", first ? "" : "`, `", STR_ARG(one));
        }
        buf_byte(out, '`');
    }
    buf_append(out, S(" |\n"));
}

static void command_section(const struct cmd *cmd, struct buf *out)
{
    buf_printf(out, "\n## postern %s\n\n`postern %s [OPTION]... %s`: %s.\n", cmd->name, cmd->name,
               cmd->arguments, cmd->summary);
    if (cmd->description) {
        buf_printf(out, "\n%s\n", cmd->description);
    }
    if (cmd->n_options) {
        buf_append(out, S("\n| option | |\n| --- | --- |\n"));
        for (size_t i = 0; i < cmd->n_options; i++) {
            option_row(&cmd->options[i], out);
        }
    }
    if (cmd->examples) {
        buf_append(out, S("\n```\n"));
        for (const char *const *e = cmd->examples; *e; e += 2) {
            buf_printf(out, "# %s\n%s\n", e[1], e[0]);
        }
        buf_append(out, S("```\n"));
    }
}

/* The keys that the configuration file may hold. */
static void configuration_section(struct buf *out)
{
    buf_append(out, S("\n## Configuration file\n\n" CONFIG_TEXT "\n\n| key | |\n| --- | --- |\n"));
    const struct option *settings[CONFIG_SETTINGS_MAX];
    size_t n = config_settings(settings);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "| `%s` | ", settings[i]->name);
        cell(str_from(settings[i]->help), out);
        buf_append(out, S(" |\n"));
    }
    buf_append(out, S("\n```toml\n# ~/.config/postern/config.toml\n"
                      "geoip-city = \"/var/lib/GeoIP/GeoLite2-City.mmdb\"\n"
                      "geoip-asn = \"/var/lib/GeoIP/GeoLite2-ASN.mmdb\"\n"
                      "max-record = \"64M\"\n```\n"));
}

static void commands_page(struct buf *out)
{
    begin_page("Commands", "the option tables of `src/cli/cmd_*.c`", out);
    buf_append(out, S("\nEvery command takes:\n\n| option | |\n| --- | --- |\n"));
    size_t n;
    const struct option *common = options_common(&n);
    for (size_t i = 0; i < n; i++) {
        option_row(&common[i], out);
    }
    const struct cmd *const *cmds = cmds_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            command_section(cmds[i], out);
        }
    }
    configuration_section(out);
}

/* ---- functions ---- */

static const char *type_of_letter(char letter)
{
    switch (letter | 0x20) {
    case 's':
    case 'c':
        return "text";
    case 'n':
        return "number";
    case 'i':
        return "integer";
    case 'b':
        return "boolean";
    case 'p':
        return "address field";
    default:
        return "any";
    }
}

static const char *result_name(enum value_type type)
{
    switch (type) {
    case VALUE_BOOLEAN:
        return "boolean";
    case VALUE_LONG:
    case VALUE_DOUBLE:
        return "number";
    case VALUE_STRING:
        return "text";
    case VALUE_DATE:
        return "date";
    case VALUE_IP:
        return "address";
    case VALUE_VERSION:
        return "version";
    case VALUE_NULL:
        break;
    }
    return "any";
}

static void function_arguments(const struct function *f, struct buf *out)
{
    size_t letters = strlen(f->types);
    size_t shown = f->max < 8 ? f->max : f->min + (letters > f->min);
    for (size_t i = 0; i < shown; i++) {
        char letter = f->types[i < letters ? i : letters - 1];
        bool constant = letter >= 'A' && letter <= 'Z';
        buf_printf(out, "%s%s%s%s", i ? ", " : "", i >= f->min ? "[" : "",
                   constant ? "constant " : "", type_of_letter(letter));
    }
    for (size_t i = f->min; i < shown; i++) {
        buf_byte(out, ']');
    }
    if (f->max >= 8) {
        buf_append(out, S(", ..."));
    }
}

static void functions_page(struct buf *out)
{
    begin_page("EQL functions", "`src/ir/functions.def`", out);
    buf_append(out, S("\nNames are matched without case. A function with `~` ignores the case of "
                      "text when it is written so: `endsWith~(…)`.\n\n"
                      "| function | arguments | result | gives |\n| --- | --- | --- | --- |\n"));
    for (enum function_id id = 0; id < FN_COUNT; id++) {
        const struct function *f = function_row(id);
        if (f->name[0] == '-') { /* an operator */
            continue;
        }
        buf_printf(out, "| `%s`%s | ", f->name, f->fold_allowed ? " `~`" : "");
        function_arguments(f, out);
        buf_printf(out, " | %s | ", result_name(f->result));
        cell(str_from(f->doc), out);
        buf_append(out, S(" |\n"));
    }
}

/* ---- diagnostics ---- */

static void diagnostics_page(struct buf *out)
{
    static const char *const kinds[] = {[DIAG_KIND_PARSE] = "syntax",
                                        [DIAG_KIND_VERIFICATION] = "meaning",
                                        [DIAG_KIND_UNSUPPORTED] = "not supported",
                                        [DIAG_KIND_FILE] = "rule file"};
    begin_page("Diagnostics", "`src/base/diag.def`", out);
    buf_append(out, S("\nWhat may be wrong with a rule or query. The id stands in brackets behind "
                      "the message, and stays what it is.\n\n"
                      "| id | about | says |\n| --- | --- | --- |\n"));
    for (enum diag_id id = 0; id < DIAG_COUNT; id++) {
        buf_printf(out, "| `%.*s` | %s | ", STR_ARG(diag_id_text(id)), kinds[diag_id_kind(id)]);
        cell(diag_id_doc(id), out);
        buf_append(out, S(" |\n"));
    }
}

/* ---- fields ---- */

static void field_rows(const struct field *fields, size_t n, struct buf *out)
{
    buf_append(out, S("\n| field | type | |\n| --- | --- | --- |\n"));
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        buf_printf(out, "| `%.*s` | %.*s | ", STR_ARG(f->name),
                   STR_ARG(field_type_name(f->format.type)));
        if (f->alias_of.len) {
            buf_printf(out, "another name of `%.*s`", STR_ARG(f->alias_of));
        } else {
            buf_append(out, f->multi ? S("list") : S(""));
            buf_append(out, f->multi && f->doc.len ? S("; ") : S(""));
            cell(f->doc, out);
        }
        buf_append(out, S(" |\n"));
    }
}

static void all_fields_page(struct buf *out)
{
    struct arena a = arena_open((size_t)1 << 26);
    fields_page(NULL, out, &a);
    arena_close(&a);
}

static void ecs_fields_page(struct buf *out)
{
    struct arena a = arena_open((size_t)1 << 26);
    struct schema *schema = schema_new(&a);
    schema_add_ecs(schema);
    begin_page("Fields of ECS 8.11", "`src/ecs/ecs-8.11.csv`", out);
    size_t n;
    const struct field *fields = schema_fields(schema, &n);
    field_rows(fields, n, out);
    arena_close(&a);
}

static const struct reference_page pages[] = {
    {"commands.md", commands_page},       {"functions.md", functions_page},
    {"diagnostics.md", diagnostics_page}, {"fields.md", all_fields_page},
    {"ecs-fields.md", ecs_fields_page},   {"postern.1", reference_man},
};

const struct reference_page *reference_pages(size_t *n)
{
    *n = sizeof pages / sizeof *pages;
    return pages;
}
