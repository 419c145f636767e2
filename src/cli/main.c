/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command's row and calls it. */
#include <signal.h>

#include "cli/cmd.h"
#include "cli/output.h"

/* Command lines hold queries of up to 1 MiB. */
#define MAIN_ARENA_CAP ((size_t)1 << 32)

static int run_command(const struct cmd *cmd, const str *words, size_t n, struct cli *cli)
{
    void *options = arena_push(cli->arena, 1, cmd->options_size);
    str *args = NEW_ARRAY(cli->arena, str, n);
    size_t n_args;
    bool help = false;
    if (!options_parse(cmd, words, n, options, args, &n_args, &help, cli)) {
        return EXIT_USAGE;
    }
    if (help) {
        struct buf text = BUF_INIT(0);
        help_command(cmd, &text);
        int code = print_text(buf_view(&text));
        buf_deinit(&text);
        return code;
    }
    return cmd->run(options, args, n_args, cli);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    struct arena a = arena_open(MAIN_ARENA_CAP);
    str *words = NEW_ARRAY(&a, str, argc + 1);
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        words[n++] = str_from(argv[i]);
    }
    struct cli cli = {.arena = &a};
    int code;
    str name = n ? words[0] : S("");
    if (str_eq(name, S("--help")) || str_eq(name, S("-h"))) {
        name = S("help");
    } else if (str_eq(name, S("--version"))) {
        name = S("version");
    }
    const struct cmd *cmd = cmd_find(name);
    if (cmd) {
        code = run_command(cmd, words + 1, n - 1, &cli);
    } else {
        if (n) {
            complain("there is no command '%.*s'; 'postern help' lists them", STR_ARG(name));
        } else {
            complain("a command is needed; 'postern help' lists them");
        }
        code = EXIT_USAGE;
    }
    arena_close(&a);
    return code;
}
