/* SPDX-License-Identifier: Apache-2.0 */
/* One command, one file, one row; one option table gives parsing, --help and shell completion. */
#ifndef POSTERN_CLI_CMD_H
#define POSTERN_CLI_CMD_H

#include "base/arena.h"
#include "base/buf.h"

/* What main exits with. The highest that applies wins in the order 3, 2, 4, 1; documented in docs/reference/exit-codes.md. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_FINDINGS = 1,
    EXIT_REFUSED = 2,
    EXIT_USAGE = 3,
    EXIT_INCOMPLETE = 4,
    EXIT_INTERRUPTED = 130
};

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* str */
    OPTION_FILE,   /* str: a file to read */
    OPTION_FOLDER, /* str: a folder, which need not be there */
    OPTION_LIST,   /* struct text_list: may be given often */
    OPTION_COUNT,  /* uint64_t, decimal */
    OPTION_LIMIT,  /* struct option_count: decimal, 0 is a value */
    OPTION_SIZE,   /* uint64_t, decimal with K, M, G (powers of 1024) */
    OPTION_TIME,   /* struct option_time: RFC 3339 */
    OPTION_SPAN,   /* struct option_time: a number and one of ms s m h d */
    OPTION_CHOICE, /* str, one of `choices` */
};

struct text_list {
    str *items;
    size_t n;
};

struct option_count {
    bool given;
    uint64_t n;
};

struct option_time {
    bool given;
    int64_t ns;
};

struct option {
    const char *name;     /* "rules" for --rules */
    char letter;          /* 'r', or 0 */
    const char *argument; /* "RULE|DIR"; NULL for a flag */
    enum option_kind kind;
    size_t offset;       /* of the member in the command's options struct */
    const char *choices; /* "table ndjson csv" */
    bool hidden;
    bool
        standing; /* the configuration file may set it; of the kinds FILE, FOLDER, COUNT and SIZE */
    const char *help; /* one line */
};

/* What every command is given. */
struct cli {
    struct arena *arena; /* of the run */
    str color;           /* --color: "auto" (or empty), "always", "never" */
};

struct cmd {
    const char *name, *summary;
    const char *arguments;   /* "PATH..." */
    const char *description; /* a paragraph, lines of 80 */
    const struct option *options;
    size_t n_options;
    size_t options_size;
    const char *const *examples; /* NULL-terminated: "command", "what it does" pairs */
    bool hidden;
    /* `options` is the command's own struct, zeroed and filled. Returns an exit code. */
    int (*run)(void *options, const str *args, size_t n_args, struct cli *cli);
};

/* Every command, in the order of cmds.def. */
const struct cmd *const *cmds_all(size_t *n);
const struct cmd *cmd_find(str name);

/* What the words of a command line say. */
struct command_line {
    void *options; /* the command's own struct */
    bool *given;   /* a flag for each of the command's options */
    str *args;
    size_t n_args;
    bool help;
};

/* Parses the words after the command's name into *out, all of it in the arena. Options may stand anywhere before "--". False after a line on stderr. */
bool options_parse(const struct cmd *cmd, const str *words, size_t n, struct command_line *out,
                   struct cli *cli);
/* The command's option of this long name (without dashes), or NULL. */
const struct option *option_find(const struct cmd *cmd, str name);
/* Stores one value into a command's struct. False with what is wrong in `why`, to be read behind the option's name: " takes a number, not 'x'". */
bool option_store(const struct option *o, str value, void *options, struct arena *a,
                  struct buf *why);

/* The options that every command takes, for help and reference. */
const struct option *options_common(size_t *n);
/* --color=WHEN, which every command takes, before its name too. Setting it is false after a line on stderr. */
bool option_is_color(str word);
bool option_set_color(str word, struct cli *cli);

/* Whether to colour what goes to the descriptor: --color, then NO_COLOR, then whether it is a terminal. */
bool colour_wanted(const struct cli *cli, int fd);

/* The help page of one command; of the program; the bash completion script. */
void help_command(const struct cmd *cmd, struct buf *out);
void help_program(struct buf *out);
void completion_bash(struct buf *out);

/* One line on stderr: "postern: …". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
