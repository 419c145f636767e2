/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: TOML whose keys are the names of standing options, with values that would stand behind them on the command line. */
#ifndef POSTERN_CLI_CONFIG_H
#define POSTERN_CLI_CONFIG_H

#include "cli/cmd.h"

/* The option that names the file; a command without it reads none. */
#define CONFIG_OPTION "config"
/* The file without it, below $XDG_CONFIG_HOME or ~/.config. It may be missing. */
#define CONFIG_FILE "/postern/config.toml"

/* What it is, for the reference. */
#define CONFIG_TEXT                                                                                \
    "Options that always hold may stand in a TOML file: --config FILE, else\n"                     \
    "$XDG_CONFIG_HOME/postern/config.toml, else ~/.config/postern/config.toml, which may be "      \
    "missing.\n"                                                                                   \
    "A key is the name of an option; what the command line gives counts more. Names of files are " \
    "taken\n"                                                                                      \
    "from the folder of the TOML file. A key that is not known, a value of the wrong type and a "  \
    "file\n"                                                                                       \
    "that cannot be read are refused with their place and exit code 3. --config '' reads none."

enum { CONFIG_SETTINGS_MAX = 32 };

/* The standing options of all commands, each name once, in the order of the tables. Returns how many. */
size_t config_settings(const struct option *out[CONFIG_SETTINGS_MAX]);

/* Fills what the command line did not give; names of files are taken from the folder of the configuration file. An empty --config reads none. All keys are checked,
 * also those of other commands. False after the reasons on stderr. */
bool config_read(const struct cmd *cmd, struct command_line *line, struct cli *cli);

#endif
