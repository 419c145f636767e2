/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page postern(1), from the same tables as the help. */
#include "cli/config.h"
#include "cli/reference.h"
#include "postern/postern.h"

/* Text for man(7): a '-' that is one, no escape and no request by accident. */
static void text(str s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if ((i == 0 || s.ptr[i - 1] == '\n') && (c == '.' || c == '\'')) {
            buf_append(out, S("\\&"));
        }
        if (c == '-' || c == '\\') {
            buf_append(out, c == '-' ? S("\\-") : S("\\e"));
        } else {
            buf_byte(out, c);
        }
    }
}

static void line(const char *s, struct buf *out)
{
    text(str_from(s), out);
    buf_byte(out, '\n');
}

static void option(const struct option *o, struct buf *out)
{
    if (o->hidden) {
        return;
    }
    buf_append(out, S(".TP\n"));
    if (o->letter) {
        buf_printf(out, "\\fB\\-%c\\fR, ", o->letter);
    }
    buf_append(out, S("\\fB\\-\\-"));
    text(str_from(o->name), out);
    buf_append(out, S("\\fR"));
    if (o->argument) {
        buf_append(out, o->argument[0] == '=' ? S("\\fI") : S(" \\fI"));
        text(str_from(o->argument), out);
        buf_append(out, S("\\fR"));
    }
    buf_byte(out, '\n');
    text(str_from(o->help), out);
    if (o->choices) {
        buf_append(out, S(": "));
        text(str_from(o->choices), out);
    }
    buf_byte(out, '\n');
}

static void command(const struct cmd *cmd, struct buf *out)
{
    buf_printf(out, ".SS postern %s [OPTION]... %s\n", cmd->name, cmd->arguments);
    line(cmd->summary, out);
    if (cmd->description) {
        buf_append(out, S(".PP\n"));
        line(cmd->description, out);
    }
    for (size_t i = 0; i < cmd->n_options; i++) {
        option(&cmd->options[i], out);
    }
    if (cmd->examples) {
        for (const char *const *e = cmd->examples; *e; e += 2) {
            buf_append(out, S(".PP\n"));
            text(str_from(e[1]), out);
            buf_append(out, S(":\n.PP\n.RS 4\n.nf\n"));
            line(e[0], out);
            buf_append(out, S(".fi\n.RE\n"));
        }
    }
}

static void configuration(struct buf *out)
{
    buf_append(out, S(".SH FILES\n.TP\n~/.config/postern/config.toml\n"));
    line(CONFIG_TEXT, out);
    buf_append(out, S(".br\nKeys:"));
    const struct option *settings[CONFIG_SETTINGS_MAX];
    size_t n = config_settings(settings);
    for (size_t i = 0; i < n; i++) {
        buf_append(out, i ? S(", ") : S(" "));
        text(str_from(settings[i]->name), out);
    }
    buf_append(out, S("\n.SH ENVIRONMENT\n.TP\nPOSTERN_USER_AGENTS\n"));
    line("The file with expressions of uap-core when --user-agents names none; it may be missing.",
         out);
}

static void exit_codes(struct buf *out)
{
    static const struct {
        const char *code, *meaning;
    } rows[] = {
        {"0", "fine, matches or not"},
        {"1", "a rule matched that is as severe as --fail-on says"},
        {"2", "a rule or query was refused; the others ran"},
        {"3", "usage, configuration, no log found, or the world failed"},
        {"4", "a file could not be read or a record was rejected; the rest is complete"},
        {"130", "interrupted"},
    };
    buf_append(out, S(".SH EXIT STATUS\n"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_printf(out, ".TP\n%s\n", rows[i].code);
        line(rows[i].meaning, out);
    }
}

void reference_man(struct buf *out)
{
    buf_printf(out,
               ".\\\" Made by `make docs` from the option tables of src/cli/cmd_*.c: change those, "
               "not this.\n.TH POSTERN 1 \"\" \"postern %s\"\n"
               ".SH NAME\npostern \\- detection rules over cloud audit logs\n"
               ".SH SYNOPSIS\n.B postern\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... "
               "[\\fIARGUMENT\\fR]...\n"
               ".SH COMMANDS\n",
               postern_version());
    size_t n;
    const struct cmd *const *cmds = cmds_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            command(cmds[i], out);
        }
    }
    buf_append(out, S(".SH COMMON OPTIONS\n"));
    const struct option *common = options_common(&n);
    for (size_t i = 0; i < n; i++) {
        option(&common[i], out);
    }
    exit_codes(out);
    configuration(out);
}
