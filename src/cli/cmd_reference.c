/* SPDX-License-Identifier: Apache-2.0 */
/* postern reference [PAGE]: a page of docs/reference/ as the tables have it; without a page, their names. */
#include "cli/output.h"
#include "cli/reference.h"

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)options;
    (void)cli;
    size_t n;
    const struct reference_page *pages = reference_pages(&n);
    struct buf text = BUF_INIT(0);
    for (size_t i = 0; i < n; i++) {
        if (n_args == 0) {
            buf_printf(&text, "%s\n", pages[i].file);
        } else if (str_eq(args[0], str_from(pages[i].file))) {
            pages[i].write(&text);
        }
    }
    int code = EXIT_USAGE;
    if (text.len) {
        code = print_text(buf_view(&text));
    } else {
        complain("there is no page '%.*s'; 'postern reference' lists them", STR_ARG(args[0]));
    }
    buf_deinit(&text);
    return code;
}

const struct cmd cmd_reference = {
    .name = "reference",
    .summary = "print a page of the reference, for the documentation",
    .arguments = "[PAGE]",
    .hidden = true,
    .run = run,
};
