/* SPDX-License-Identifier: Apache-2.0 */
/* postern version */
#include "cli/cmd.h"
#include "cli/output.h"
#include "postern/postern.h"

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)options;
    if (n_args > 0) {
        complain("version takes no argument, not '%.*s'", STR_ARG(args[0]));
        return EXIT_USAGE;
    }
    return print_text(arena_printf(cli->arena, "postern %s\n", postern_version()));
}

const struct cmd cmd_version = {
    .name = "version",
    .summary = "show the version",
    .arguments = "",
    .run = run,
};
