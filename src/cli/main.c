/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command's row and calls it. */
#include <signal.h>

#include "cli/cmd.h"
#include "cli/config.h"
#include "cli/output.h"

/* Command lines hold queries of up to 1 MiB. */
#define MAIN_ARENA_CAP ((size_t)1 << 32)

static int run_command(const struct cmd *cmd, const str *words, size_t n, struct cli *cli)
{
    struct command_line line;
    if (!options_parse(cmd, words, n, &line, cli)) {
        return EXIT_USAGE;
    }
    if (line.help) {
        struct buf text = BUF_INIT(0);
        help_command(cmd, &text);
        int code = print_text(buf_view(&text));
        buf_deinit(&text);
        return code;
    }
    if (!config_read(cmd, &line, cli)) {
        return EXIT_USAGE;
    }
    return cmd->run(line.options, line.args, line.n_args, cli);
}

/* What stands where a command's name should: the same as a word of its own. */
static str command_name(str word)
{
    if (str_eq(word, S("--help")) || str_eq(word, S("-h"))) {
        return S("help");
    }
    return str_eq(word, S("--version")) ? S("version") : word;
}

static int run_words(const str *words, size_t n, struct cli *cli)
{
    for (; n && option_is_color(words[0]); words++, n--) {
        if (!option_set_color(words[0], cli)) {
            return EXIT_USAGE;
        }
    }
    if (!n) {
        complain("a command is needed; 'postern help' lists them");
        return EXIT_USAGE;
    }
    const struct cmd *cmd = cmd_find(command_name(words[0]));
    if (cmd) {
        return run_command(cmd, words + 1, n - 1, cli);
    }
    if (str_starts(words[0], S("-"))) {
        complain("the command comes first, then its options: postern COMMAND %.*s; 'postern help' "
                 "lists the commands",
                 STR_ARG(words[0]));
    } else {
        complain("there is no command '%.*s'; 'postern help' lists them", STR_ARG(words[0]));
    }
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file past its limit is an error where it is written */
    struct arena a = arena_open(MAIN_ARENA_CAP);
    str *words = NEW_ARRAY(&a, str, argc + 1);
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        words[n++] = str_from(argv[i]);
    }
    struct cli cli = {.arena = &a};
    int code = run_words(words, n, &cli);
    arena_close(&a);
    return code;
}
