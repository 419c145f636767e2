/* SPDX-License-Identifier: Apache-2.0 */
/* postern rules: what is loaded, and what it can see. */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/hunt_report.h"
#include "cli/output.h"

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)options;
    postern_rules *rules = postern_rules_new();
    for (size_t i = 0; i < n_args; i++) {
        postern_rules_add_path(rules, arena_copy(cli->arena, args[i]).ptr);
    }
    if (n_args == 0) {
        postern_rules_add_builtin(rules);
    }
    postern_rules_compile(rules);
    report_load(rules, colour_wanted(cli, STDERR_FILENO));
    struct output out;
    output_init(&out, STDOUT_FILENO, S("standard output"));
    for (size_t i = 0; i < postern_rules_count(rules); i++) {
        const postern_rule *r = postern_rules_get(rules, i);
        diag_show_text(str_from(r->id), &out.pending);
        buf_printf(&out.pending, "\t%s\t", r->severity ? r->severity : "-");
        diag_show_text(str_from(r->name), &out.pending);
        buf_byte(&out.pending, '\n');
    }
    int code = output_close(&out);
    code = code ? code : postern_rules_refused(rules) ? EXIT_REFUSED : EXIT_FINE;
    postern_rules_free(rules);
    return code;
}

const struct cmd cmd_rules = {
    .name = "rules",
    .summary = "check rules and list those that load",
    .arguments = "[RULE|DIR]...",
    .description =
        "Without an argument: the built-in rules. Prints id, severity and name, separated by tabs.",
    .run = run,
};
