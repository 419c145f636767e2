/* SPDX-License-Identifier: Apache-2.0 */
/* postern completion bash */
#include "cli/cmd.h"
#include "cli/output.h"

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)options;
    (void)cli;
    if (n_args != 1 || !str_eq(args[0], S("bash"))) {
        complain("completion needs the name of a shell: 'postern completion bash'");
        return EXIT_USAGE;
    }
    struct buf text = BUF_INIT(0);
    completion_bash(&text);
    int code = print_text(buf_view(&text));
    buf_deinit(&text);
    return code;
}

static const char *const examples[] = {"source <(postern completion bash)",
                                       "completion for the shell you are in", NULL, NULL};

const struct cmd cmd_completion = {
    .name = "completion",
    .summary = "print a shell completion script",
    .arguments = "bash",
    .examples = examples,
    .run = run,
};
