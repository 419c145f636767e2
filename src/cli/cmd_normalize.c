/* SPDX-License-Identifier: Apache-2.0 */
/* postern normalize: raw records to ECS documents. */
#include <stddef.h>
#include <unistd.h>

#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "run/normalize.h"

struct normalize_command {
    str dataset;
    struct text_list tags;
    uint64_t max_record;
};

static bool on_record(void *user, str file, uint64_t record, uint64_t line, str json,
                      const char *why, enum record_kind kind)
{
    struct output *out = user;
    if (why[0]) {
        complain("%.*s:%llu: record %llu %s: %s", STR_ARG(file), (unsigned long long)line,
                 (unsigned long long)record, kind == RECORD_REJECTED ? "rejected" : "passed over",
                 why);
    }
    buf_append(&out->pending, json);
    buf_byte(&out->pending, '\n');
    return output_push(out);
}

static void on_file(void *user, str file, bool named, enum hunt_file_state state, str why)
{
    (void)user;
    inputs_complain(file, named, state, why);
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    const struct normalize_command *c = options;
    struct record_reader_options reader = {.max_record = c->max_record};
    struct walk_list files;
    size_t missing;
    if (n_args == 0) {
        complain("normalize needs a file or folder of logs, or '-' for standard input");
        return EXIT_USAGE;
    }
    if (!inputs_source("dataset", c->dataset, &reader.forced) ||
        !inputs_expand(args, n_args, &files, &missing, cli->arena)) {
        return EXIT_USAGE;
    }
    struct output out;
    output_init(&out, STDOUT_FILENO, S("standard output"));
    const struct normalize_sink sink = {.user = &out, .record = on_record, .file = on_file};
    struct hunt_stats stats;
    normalize_run(&files, &reader, reader.forced != NULL, c->tags.items, c->tags.n, &sink,
                  interrupt_watch(), &stats, cli->arena);
    bool closed = output_closed_early(&out);
    int code = output_close(&out);
    return closed || code ? code : inputs_exit_code(&stats, missing);
}

#define FIELD(member) offsetof(struct normalize_command, member)
static const struct option options[] = {
    {.name = "dataset",
     .letter = 'd',
     .argument = "DATASET",
     .kind = OPTION_TEXT,
     .offset = FIELD(dataset),
     .help = "every top-level JSON value is one record of this data set (default: auto)"},
    {.name = "tag",
     .argument = "TAG",
     .kind = OPTION_LIST,
     .offset = FIELD(tags),
     .help = "add this to the documents' tags; may be given often"},
    {.name = "max-record",
     .argument = "BYTES",
     .kind = OPTION_SIZE,
     .offset = FIELD(max_record),
     .help = "reject records larger than this (default 16M)"},
};

static const char *const examples[] = {"postern normalize trail.json.gz | jq .event.action",
                                       "the ECS documents of a CloudTrail file", NULL, NULL};

const struct cmd cmd_normalize = {
    .name = "normalize",
    .summary = "turn raw records into ECS documents",
    .arguments = "PATH...",
    .description =
        "Prints one line a record, in input order: its ECS document, or null for a record that is\n"
        "dropped or rejected (the reason goes to stderr).",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct normalize_command),
    .examples = examples,
    .run = run,
};
