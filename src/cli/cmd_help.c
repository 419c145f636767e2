/* SPDX-License-Identifier: Apache-2.0 */
/* postern help [COMMAND] */
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/output.h"

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)options;
    (void)cli;
    struct buf text = BUF_INIT(0);
    const struct cmd *cmd = n_args ? cmd_find(args[0]) : NULL;
    if (n_args && !cmd) {
        complain("there is no command '%.*s'; 'postern help' lists them", STR_ARG(args[0]));
        return EXIT_USAGE;
    }
    if (cmd) {
        help_command(cmd, &text);
    } else {
        help_program(&text);
    }
    int code = print_text(buf_view(&text));
    buf_deinit(&text);
    return code;
}

const struct cmd cmd_help = {
    .name = "help",
    .summary = "show the commands, or the help of one",
    .arguments = "[COMMAND]",
    .run = run,
};
