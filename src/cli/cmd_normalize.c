/* SPDX-License-Identifier: Apache-2.0 */
/* postern normalize: raw records to ECS documents, or how one is made. */
#include <stddef.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "run/normalize.h"

struct normalize_command {
    str dataset, output;
    struct text_list tags;
    struct enrichment_arguments enrichment;
    bool explain, ingested;
    uint64_t max_record, threads;
};

struct writing {
    struct output out;
    bool once; /* --explain: the first document ends it */
    bool over;
};

static bool on_record(void *user, const struct normalized_record *r)
{
    struct writing *w = user;
    if (r->kind == RECORD_REJECTED) {
        complain("%.*s:%llu: record %llu rejected at byte %llu: %s", STR_ARG(r->file),
                 (unsigned long long)r->line, (unsigned long long)r->record,
                 (unsigned long long)r->at, r->why);
    } else if (r->why[0]) {
        complain("%.*s:%llu: record %llu passed over: %s", STR_ARG(r->file),
                 (unsigned long long)r->line, (unsigned long long)r->record, r->why);
    }
    w->over = w->once && r->kind == RECORD_EVENT;
    return !w->over;
}

static bool on_text(void *user, str text)
{
    struct writing *w = user;
    return output_text(&w->out, text);
}

static void on_file(void *user, str file, bool named, enum hunt_file_state state, str why)
{
    (void)user;
    inputs_complain(file, named, state, why);
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    const struct normalize_command *c = options;
    struct walk_list files;
    size_t missing;
    char now[32];
    if (n_args == 0) {
        complain("normalize needs a file or folder of logs, or '-' for standard input");
        return EXIT_USAGE;
    }
    struct normalize_options how = {
        .reader.max_record = c->max_record,
        .tags = c->tags.items,
        .n_tags = c->tags.n,
        .bulk = str_eq(c->output, S("bulk")),
        .explain = c->explain,
        .ingested = {now, c->ingested ? time_format_ms(time_wall(), now) : 0},
        .threads = c->explain ? 1 : (unsigned)(c->threads > 256 ? 256 : c->threads),
        .stop = interrupt_watch(),
    };
    if (!inputs_source("dataset", c->dataset, &how.reader.forced) ||
        !inputs_enrichment(&c->enrichment, &how.reader.enrichment, cli->arena) ||
        !inputs_expand(args, n_args, false, &files, &missing, cli->arena)) {
        return EXIT_USAGE;
    }
    how.whole = how.reader.forced != NULL;
    inputs_note_user_agents(&how.reader.enrichment);
    struct writing w = {.once = c->explain};
    output_init(&w.out, STDOUT_FILENO, S("standard output"));
    const struct normalize_sink sink = {
        .user = &w, .record = on_record, .text = on_text, .file = on_file};
    struct hunt_stats stats;
    struct error error = {0};
    normalize_run(&files, &how, &sink, &stats, cli->arena, &error);
    if (error.code != ERROR_NONE) {
        complain("%s", error.message);
    }
    bool closed = output_closed_early(&w.out);
    int code = output_close(&w.out);
    code = code ? code : error.code != ERROR_NONE ? EXIT_USAGE : EXIT_FINE;
    return closed || code || w.over ? code : inputs_exit_code(&stats, missing);
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
    {.name = "output",
     .letter = 'o',
     .argument = "FORMAT",
     .kind = OPTION_CHOICE,
     .offset = FIELD(output),
     .choices = "ndjson bulk",
     .help = "one document a line (default), or the body of Elasticsearch's _bulk"},
    {.name = "explain",
     .kind = OPTION_FLAG,
     .offset = FIELD(explain),
     .help = "say of the first record how each field was made, and what nothing reads"},
    {.name = "ingested",
     .kind = OPTION_FLAG,
     .offset = FIELD(ingested),
     .help = "set event.ingested to the time of this run"},
    {.name = "threads",
     .argument = "N",
     .kind = OPTION_COUNT,
     .standing = true,
     .offset = FIELD(threads),
     .help = "workers (default: one a processor; standard input has one)"},
    ENRICHMENT_OPTIONS(FIELD(enrichment)),
    {.name = "max-record",
     .argument = "BYTES",
     .kind = OPTION_SIZE,
     .standing = true,
     .offset = FIELD(max_record),
     .help = "reject records larger than this (default 16M)"},
};

static const char *const examples[] = {"postern normalize trail.json.gz | jq .event.action",
                                       "the ECS documents of a CloudTrail file",
                                       "postern normalize --explain trail.json.gz",
                                       "where each field of its first event comes from",
                                       NULL,
                                       NULL};

const struct cmd cmd_normalize = {
    .name = "normalize",
    .summary = "turn raw records into ECS documents",
    .arguments = "PATH...",
    .description =
        "Prints one line a record, in input order: its ECS document, or null for a record that is\n"
        "dropped or rejected (the reason goes to stderr). With -o bulk a line with data stream and "
        "id\n"
        "stands before each document, and there are no nulls.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct normalize_command),
    .examples = examples,
    .run = run,
};
