/* SPDX-License-Identifier: Apache-2.0 */
/* Help pages and shell completion, from the same tables that parse. */
#include "cli/cmd.h"
#include "postern/postern.h"

static void option_head(const struct option *o, struct buf *out)
{
    size_t start = out->len;
    if (o->letter) {
        buf_printf(out, "  -%c, --%s", o->letter, o->name);
    } else {
        buf_printf(out, "      --%s", o->name);
    }
    if (o->argument) {
        buf_printf(out, " %s", o->argument);
    }
    size_t width = out->len - start;
    if (width > 30) {
        buf_byte(out, '\n');
        width = 0;
    }
    buf_printf(out, "%*s", (int)(32 - width), "");
}

static void print_option(const struct option *o, struct buf *out)
{
    option_head(o, out);
    buf_printf(out, "%s", o->help);
    if (o->choices) {
        buf_append(out, S(" ("));
        str rest = str_from(o->choices), one;
        for (bool first = true; str_split(&rest, ' ', &one); first = false) {
            buf_printf(out, "%s%.*s", first ? "" : ", ", STR_ARG(one));
        }
        buf_append(out, S(")"));
    }
    buf_byte(out, '\n');
}

const struct option *options_common(size_t *n)
{
    static const struct option common[] = {
        {.name = "color",
         .argument = "=WHEN",
         .choices = "auto always never",
         .help = "colour the output"},
        {.name = "help", .letter = 'h', .help = "this page"},
    };
    *n = sizeof common / sizeof *common;
    return common;
}

void help_command(const struct cmd *cmd, struct buf *out)
{
    buf_printf(out, "postern %s: %s\n\nUsage: postern %s [OPTION]... %s\n", cmd->name, cmd->summary,
               cmd->name, cmd->arguments);
    if (cmd->description) {
        buf_printf(out, "\n%s\n", cmd->description);
    }
    buf_append(out, S("\nOptions:\n"));
    for (size_t i = 0; i < cmd->n_options; i++) {
        if (!cmd->options[i].hidden) {
            print_option(&cmd->options[i], out);
        }
    }
    size_t n_common;
    const struct option *common = options_common(&n_common);
    for (size_t i = 0; i < n_common; i++) {
        print_option(&common[i], out);
    }
    if (cmd->examples) {
        buf_append(out, S("\nExamples:\n"));
        for (const char *const *e = cmd->examples; *e; e += 2) {
            buf_printf(out, "  %s\n      %s\n", e[0], e[1]);
        }
    }
}

void help_program(struct buf *out)
{
    buf_printf(out,
               "postern %s: finds the moment somebody opens a hole in a cloud firewall\n\n"
               "Usage: postern COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n",
               postern_version());
    size_t n;
    const struct cmd *const *cmds = cmds_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            buf_printf(out, "  %-12s %s\n", cmds[i]->name, cmds[i]->summary);
        }
    }
    buf_append(out, S("\n'postern COMMAND --help' tells more of one command.\n"));
}

static void completion_words(const struct cmd *cmd, struct buf *out)
{
    buf_append(out, S("--help --color="));
    for (size_t i = 0; i < cmd->n_options; i++) {
        if (!cmd->options[i].hidden) {
            buf_printf(out, " --%s", cmd->options[i].name);
        }
    }
}

static void completion_choices(const struct cmd *cmd, struct buf *out)
{
    for (size_t i = 0; i < cmd->n_options; i++) {
        const struct option *o = &cmd->options[i];
        if (o->choices && !o->hidden) {
            buf_printf(out, "    %s:--%s", cmd->name, o->name);
            if (o->letter) {
                buf_printf(out, "|%s:-%c", cmd->name, o->letter);
            }
            buf_printf(out, ") words='%s' ;;\n", o->choices);
        }
    }
}

void completion_bash(struct buf *out)
{
    size_t n;
    const struct cmd *const *cmds = cmds_all(&n);
    buf_append(out,
               S("# bash completion for postern; source it, or put it into "
                 "/usr/share/bash-completion/completions/postern\n"
                 "_postern() {\n"
                 "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "  local command=${COMP_WORDS[1]} words=\n"
                 "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words='"));
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            buf_printf(out, "%s%s", i ? " " : "", cmds[i]->name);
        }
    }
    buf_append(out,
               S("'\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n    return\n  fi\n"
                 "  case $command:$previous in\n"));
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            completion_choices(cmds[i], out);
        }
    }
    buf_append(out, S("    *) case $command in\n"));
    for (size_t i = 0; i < n; i++) {
        if (!cmds[i]->hidden) {
            buf_printf(out, "      %s) words='", cmds[i]->name);
            completion_words(cmds[i], out);
            buf_append(out, S("' ;;\n"));
        }
    }
    buf_append(out, S("    esac\n"
                      "    case $current in -*) ;; *) words= ;; esac ;;\n  esac\n"
                      "  if [ -n \"$words\" ]; then\n"
                      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                      "  else\n    COMPREPLY=($(compgen -f -- \"$current\"))\n  fi\n}\n"
                      "complete -o filenames -F _postern postern\n"));
}
