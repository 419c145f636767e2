/* SPDX-License-Identifier: Apache-2.0 */
/* The list of commands. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "cli/cmd.h"

#define CMD(name) extern const struct cmd cmd_##name;
#include "cli/cmds.def"
#undef CMD

static const struct cmd *const rows[] = {
#define CMD(name) &cmd_##name,
#include "cli/cmds.def"
#undef CMD
};
enum { CMD_COUNT = sizeof rows / sizeof *rows };

const struct cmd *const *cmds_all(size_t *n)
{
    *n = CMD_COUNT;
    return rows;
}

const struct cmd *cmd_find(str name)
{
    for (size_t i = 0; i < CMD_COUNT; i++) {
        if (str_eq(name, str_from(rows[i]->name))) {
            return rows[i];
        }
    }
    return NULL;
}

void complain(const char *format, ...)
{
    char line[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c;
         c++) { /* names come from strangers: no control characters to the terminal */
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    fprintf(stderr, "postern: %s\n", line);
}

bool colour_wanted(const struct cli *cli, int fd)
{
    const char *never = getenv("NO_COLOR");
    if (str_eq(cli->color, S("always")) || str_eq(cli->color, S("never"))) {
        return str_eq(cli->color, S("always"));
    }
    return !(never && never[0]) && os_is_terminal(fd);
}
