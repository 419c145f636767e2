/* SPDX-License-Identifier: Apache-2.0 */
/* postern hunt: rules over logs. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/internal.h"
#include "base/os.h"
#include "base/time.h"
#include "cli/hunt_profile.h"
#include "cli/hunt_report.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/match_writer.h"
#include "cli/progress.h"

enum { PROBLEMS_SHOWN = 20, FOLLOW_MAX_KEYS = 10000000 };
#define DEFAULT_LATENESS (5 * 60 * TIME_NS_PER_S)
/* Address space for what one match is printed from. */
#define MATCH_ARENA_CAP ((size_t)32 << 30)

struct hunt_command {
    struct text_list rules, queries;
    str rules_dir, rule_cache, format, output, rejects, fail_on, order;
    struct option_time from, to, lateness;
    uint64_t threads, max_record, max_memory, max_keys;
    struct enrichment_arguments enrichment;
    bool follow, no_prefilter, profile, quiet;
};

/* One run of the command. */
struct hunt {
    const struct hunt_command *command;
    const str *args;
    size_t n_args;
    postern_rules *rules;
    struct match_writer writer;
    const struct match_format *format;
    struct output out;
    struct output rejects; /* fd -1: not wanted */
    struct progress progress;
    size_t problems;
    int64_t started;          /* by time_monotonic */
    struct profile *profile;  /* NULL: not wanted */
    enum rule_severity worst; /* of the rules that matched */
};

static bool on_match(void *user, const struct hunt_match *m)
{
    struct hunt *h = user;
    const struct ruleset *set = postern_rules_ruleset(h->rules);
    size_t n;
    enum rule_severity severity = ruleset_rules(set, &n)[m->rule]->severity;
    h->worst = severity > h->worst ? severity : h->worst;
    progress_clear(&h->progress);
    h->format->match(&h->writer, m);
    h->writer.count++;
    arena_reset(&h->writer.arena, (size_t)1 << 20);
    return output_push(&h->out);
}

/* A problem line, up to a number of them; the books count all. */
static bool show_problem(struct hunt *h)
{
    progress_clear(&h->progress);
    if (h->problems++ == PROBLEMS_SHOWN) {
        complain("further problems are only counted");
    }
    return h->problems <= PROBLEMS_SHOWN;
}

static bool on_rejection(void *user, const struct hunt_rejection *r)
{
    struct hunt *h = user;
    if (show_problem(h)) {
        complain("%.*s:%llu: record %llu rejected at byte %llu: %s", STR_ARG(r->file),
                 (unsigned long long)r->line, (unsigned long long)r->record,
                 (unsigned long long)r->at, r->reason);
    }
    if (h->rejects.fd >= 0) {
        buf_append(&h->rejects.pending, r->bytes);
        buf_byte(&h->rejects.pending, '\n');
        return output_push(&h->rejects);
    }
    return true;
}

static void on_file(void *user, str file, bool named, enum hunt_file_state state, str why)
{
    struct hunt *h = user;
    if (show_problem(h)) {
        inputs_complain(file, named, state, why);
    }
}

static void on_progress(void *user, const struct hunt_stats *s)
{
    struct hunt *h = user;
    progress_draw(&h->progress, s);
}

/* Somebody may be reading along: nothing is held back. */
static bool on_looked(void *user)
{
    struct hunt *h = user;
    if (h->format->flush) {
        h->format->flush(&h->writer);
    }
    return output_flush(&h->out);
}

/* Loads what -r and -e name, or our own rules. False on something that cannot be read at all. */
static bool load_rules(struct hunt *h, struct arena *a)
{
    const struct hunt_command *c = h->command;
    if (c->rule_cache.len) {
        postern_rules_use_cache(h->rules, arena_copy(a, c->rule_cache).ptr);
    }
    for (size_t i = 0; i < c->rules.n; i++) {
        postern_rules_add_path(h->rules, arena_copy(a, c->rules.items[i]).ptr);
    }
    for (size_t i = 0; i < c->queries.n; i++) {
        postern_rules_add_query(h->rules, c->queries.items[i].ptr, c->queries.items[i].len);
    }
    if (c->rules.n == 0 && c->queries.n == 0) {
        if (c->rules_dir.len) {
            postern_rules_add_path(h->rules, arena_copy(a, c->rules_dir).ptr);
        } else {
            postern_rules_add_builtin(h->rules);
        }
    }
    return postern_rules_compile(h->rules);
}

static bool reports_load(const struct hunt *h)
{
    return !h->command->quiet || postern_rules_refused(h->rules);
}

static bool open_rejects(struct hunt *h, const struct walk_list *files)
{
    h->rejects.fd = -1;
    str path = h->command->rejects;
    if (!path.len) {
        return true;
    }
    if (str_eq(path, S("-"))) {
        complain("--rejects: '-' is no file, and matches go to standard output; name a file");
        return false;
    }
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%.*s", STR_ARG(path));
    int fd = path.len < sizeof name ? open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd >= 0 && inputs_find(files, fd) < files->n) {
        complain("--rejects: '%.*s' is one of the inputs; name another file", STR_ARG(path));
        close(fd);
        return false;
    }
    /* A device or a FIFO has no length. */
    if (fd < 0 || (ftruncate(fd, 0) != 0 && errno != EINVAL)) {
        struct error e = {0};
        error_errno(&e, errno, "cannot open", path);
        complain("%s", e.message);
        return false;
    }
    output_init(&h->rejects, fd, path);
    return true;
}

/* Exit codes: 3 before 2 before 4 before 1 (docs/reference/exit-codes.md). */
static int exit_code(const struct hunt *h, const struct hunt_stats *s, size_t missing)
{
    int code = inputs_exit_code(s, missing);
    if (code == EXIT_INTERRUPTED || code == EXIT_USAGE) {
        return code;
    }
    if (postern_rules_refused(h->rules)) {
        return EXIT_REFUSED;
    }
    if (code) {
        return code;
    }
    enum rule_severity least;
    bool fail = rule_severity_parse(h->command->fail_on, &least);
    return fail && h->worst >= least ? EXIT_FINDINGS : EXIT_FINE;
}

static int close_outputs(struct hunt *h)
{
    int code = EXIT_FINE;
    if (h->rejects.fd >= 0) {
        code = output_close(&h->rejects);
        close(h->rejects.fd);
    }
    int written = output_close(&h->out);
    return written ? written : code;
}

static void hunt_options_fill(const struct hunt *h, const struct source *forced,
                              struct hunt_options *o, struct arena *a)
{
    const struct hunt_command *c = h->command;
    const struct ruleset *set = postern_rules_ruleset(h->rules);
    bool by_input = str_eq(c->order, S("input")) || h->format->counts;
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    *o = (struct hunt_options){
        .search = {.rules = set,
                   .plan = source_plan_new(fields, n_fields, NULL, 0, a),
                   .reader = {.max_record = c->max_record, .forced = forced, .unwrap = true},
                   .range = {.has_from = c->from.given,
                             .has_to = c->to.given,
                             .from = c->from.ns,
                             .to = c->to.ns},
                   .keep_rejected = h->rejects.fd >= 0,
                   .no_prefilter = c->no_prefilter,
                   .no_documents = h->format->counts,
                   .no_times = by_input && !c->from.given && !c->to.given,
                   .ticks = c->follow},
        .order = by_input ? HUNT_BY_INPUT : HUNT_BY_TIME,
        .threads = (unsigned)(c->threads > 256 ? 256 : c->threads),
        .max_memory = c->max_memory,
        .max_keys = c->max_keys || !c->follow ? c->max_keys : FOLLOW_MAX_KEYS,
        .follow = c->follow,
        .lateness = c->lateness.given ? c->lateness.ns : DEFAULT_LATENESS,
        .stop = interrupt_watch(),
    };
    inputs_enrichment(&c->enrichment, &o->search.reader.enrichment, a);
}

/* Whether a rule asks for what is taken out of user agents. */
static bool reads_user_agents(const struct hunt *h)
{
    size_t n;
    const struct field *const *fields = ruleset_fields(postern_rules_ruleset(h->rules), &n);
    for (size_t i = 0; i < n; i++) {
        if (str_starts(fields[i]->name, S("user_agent.")) &&
            !str_eq(fields[i]->name, S("user_agent.original"))) {
            return true;
        }
    }
    return false;
}

static int hunt_files(struct hunt *h, struct walk_list *files, size_t missing,
                      const struct source *forced, struct cli *cli)
{
    struct hunt_options options;
    hunt_options_fill(h, forced, &options, cli->arena);
    const int own[] = {STDOUT_FILENO, STDERR_FILENO, h->rejects.fd};
    options.watch = (struct hunt_watch){.paths = h->args,
                                        .n_paths = h->n_args,
                                        .own = own,
                                        .n_own = sizeof own / sizeof *own,
                                        .files = files,
                                        .arena = cli->arena};
    const struct hunt_sink sink = {.user = h,
                                   .match = on_match,
                                   .rejection = on_rejection,
                                   .file = on_file,
                                   .progress = on_progress,
                                   .looked = on_looked};
    struct hunt_stats stats;
    struct error error = {0};
    if (h->format->begin) {
        h->format->begin(&h->writer);
    }
    int64_t loaded = time_monotonic();
    size_t n_rules;
    ruleset_rules(options.search.rules, &n_rules);
    options.profile = h->profile = h->command->profile ? profile_new(n_rules) : NULL;
    bool ok = hunt_run(files, &options, &sink, &stats, cli->arena, &error);
    if (h->format->end) {
        h->format->end(&h->writer);
    }
    progress_clear(&h->progress);
    bool closed = output_closed_early(&h->out);
    int written = close_outputs(h);
    if (closed) {
        return EXIT_FINE;
    }
    if (!ok) {
        if (error.code) {
            complain("%s", error.message);
        }
        return EXIT_USAGE;
    }
    if (!h->command->quiet) {
        report_books(h->rules, &stats);
    }
    if (options.profile) {
        if (!reports_load(h)) {
            report_caches(h->rules);
        }
        report_profile(h->rules, &stats, options.profile, loaded - h->started);
    }
    report_limits(&stats);
    return written ? written : exit_code(h, &stats, missing);
}

static int run_hunt(struct hunt *h, const str *args, size_t n_args, struct cli *cli)
{
    const struct source *forced;
    struct walk_list files;
    size_t missing;
    struct enrichment_options checked;
    if (!inputs_source("format", h->command->format, &forced) ||
        !inputs_enrichment(&h->command->enrichment, &checked, cli->arena)) {
        return EXIT_USAGE;
    }
    if (n_args == 0) {
        complain("hunt needs a file or folder of logs, or '-' for standard input");
        return EXIT_USAGE;
    }
    if (h->command->from.given && h->command->to.given && h->command->from.ns > h->command->to.ns) {
        complain("--from is later than --to: no event can lie between them; swap the two");
        return EXIT_USAGE;
    }
    if (h->command->follow && str_eq(h->command->order, S("time"))) {
        complain("--order time is for whole files: with --follow matches come as they are decided");
        return EXIT_USAGE;
    }
    if (h->command->follow && h->command->profile) {
        complain("--profile is for hunts that end: with --follow most of the time is waiting");
        return EXIT_USAGE;
    }
    if (h->command->lateness.given && !h->command->follow) {
        complain("--lateness is for --follow: a hunt over whole files puts their events in order");
        return EXIT_USAGE;
    }
    bool rules = load_rules(h, cli->arena);
    if (reports_load(h)) {
        report_load(h->rules, colour_wanted(cli, STDERR_FILENO));
    }
    if (!rules) {
        complain("no rule is left to run");
        return EXIT_REFUSED;
    }
    if (!h->command->quiet && reads_user_agents(h)) {
        inputs_note_user_agents(&checked);
    }
    if (!inputs_expand(args, n_args, h->command->follow, &files, &missing, cli->arena) ||
        !open_rejects(h, &files)) {
        return EXIT_USAGE;
    }
    return hunt_files(h, &files, missing, forced, cli);
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    struct hunt_command *c = options;
    struct hunt h = {.command = c,
                     .args = args,
                     .n_args = n_args,
                     .started = time_monotonic(),
                     .rules = postern_rules_new()};
    h.format = match_format_find(c->output.len ? c->output : S("table"));
    output_init(&h.out, STDOUT_FILENO, S("standard output"));
    h.writer = (struct match_writer){.out = &h.out,
                                     .rules = h.rules,
                                     .colour = colour_wanted(cli, STDOUT_FILENO),
                                     .arena = arena_open(MATCH_ARENA_CAP)};
    if (os_is_terminal(STDOUT_FILENO)) {
        h.writer.width = os_terminal_width(STDOUT_FILENO, 100);
    }
    progress_init(&h.progress);
    int code = run_hunt(&h, args, n_args, cli);
    arena_close(&h.writer.arena);
    buf_deinit(&h.out.pending);
    profile_free(h.profile);
    postern_rules_free(h.rules);
    return code;
}

#define FIELD(member) offsetof(struct hunt_command, member)
static const struct option options[] = {
    {.name = "rules",
     .letter = 'r',
     .argument = "RULE|DIR",
     .kind = OPTION_LIST,
     .offset = FIELD(rules),
     .help = "a rule file, or a folder of them; may be given often"},
    {.name = "eql",
     .letter = 'e',
     .argument = "QUERY",
     .kind = OPTION_LIST,
     .offset = FIELD(queries),
     .help = "an EQL query as a rule; may be given often"},
    {.name = "rules-dir",
     .argument = "DIR",
     .kind = OPTION_TEXT,
     .offset = FIELD(rules_dir),
     .help = "use this folder in place of the built-in rules"},
    {.name = "rule-cache",
     .argument = "DIR",
     .kind = OPTION_FOLDER,
     .standing = true,
     .offset = FIELD(rule_cache),
     .help = "keep compiled folders of rules in this folder, and take them from there"},
    {.name = "format",
     .argument = "DATASET",
     .kind = OPTION_TEXT,
     .offset = FIELD(format),
     .help = "take every record as of this data set (default: auto, recognise each)"},
    {.name = "output",
     .letter = 'o',
     .argument = "FORMAT",
     .kind = OPTION_CHOICE,
     .offset = FIELD(output),
     .choices = "table ndjson csv count",
     .help = "how matches are printed"},
    {.name = "order",
     .argument = "ORDER",
     .kind = OPTION_CHOICE,
     .offset = FIELD(order),
     .choices = "time input",
     .help = "by @timestamp, or streamed as found"},
    {.name = "from",
     .argument = "TIME",
     .kind = OPTION_TIME,
     .offset = FIELD(from),
     .help = "only events at or after this time"},
    {.name = "to",
     .argument = "TIME",
     .kind = OPTION_TIME,
     .offset = FIELD(to),
     .help = "only events before this time"},
    {.name = "threads",
     .argument = "N",
     .kind = OPTION_COUNT,
     .standing = true,
     .offset = FIELD(threads),
     .help = "workers (default: one a processor); the output is the same for any"},
    {.name = "profile",
     .kind = OPTION_FLAG,
     .offset = FIELD(profile),
     .help = "say on stderr where the time went, by stage and by rule"},
    {.name = "no-prefilter",
     .kind = OPTION_FLAG,
     .offset = FIELD(no_prefilter),
     .help = "parse and validate records that cannot match, too (implied by --rejects)"},
    ENRICHMENT_OPTIONS(FIELD(enrichment)),
    {.name = "max-record",
     .argument = "BYTES",
     .kind = OPTION_SIZE,
     .standing = true,
     .offset = FIELD(max_record),
     .help = "reject records larger than this (default 16M)"},
    {.name = "max-memory",
     .argument = "BYTES",
     .kind = OPTION_SIZE,
     .standing = true,
     .offset = FIELD(max_memory),
     .help = "matches to sort and events of sequences go to disk past this (default 1G)"},
    {.name = "max-keys",
     .argument = "N",
     .kind = OPTION_COUNT,
     .offset = FIELD(max_keys),
     .help = "join keys a sequence may have open (default: any, with --follow 10,000,000)"},
    {.name = "follow",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .offset = FIELD(follow),
     .help = "read on as files grow and new ones appear; matches are printed as they are decided"},
    {.name = "lateness",
     .argument = "SPAN",
     .kind = OPTION_SPAN,
     .offset = FIELD(lateness),
     .help = "with --follow, how far events may come behind the newest (default 5m)"},
    {.name = "rejects",
     .argument = "FILE",
     .kind = OPTION_TEXT,
     .offset = FIELD(rejects),
     .help = "keep the bytes of rejected records in this file"},
    {.name = "fail-on",
     .argument = "SEVERITY",
     .kind = OPTION_CHOICE,
     .offset = FIELD(fail_on),
     .choices = "low medium high critical",
     .help = "exit 1 when a rule this severe matched"},
    {.name = "quiet",
     .letter = 'q',
     .kind = OPTION_FLAG,
     .offset = FIELD(quiet),
     .help = "no report on stderr, only problems"},
};

static const char *const examples[] = {
    "postern hunt logs/",
    "the built-in rules over every log below logs/",
    "postern hunt -e 'any where event.action : \"*SecurityGroup*\"' -o ndjson trail.json.gz",
    "one query over one file, one JSON line a match",
    "zcat trail.json.gz | postern hunt -r rules/ --fail-on high -",
    "a folder of rules over standard input; exit 1 when a severe one matched",
    NULL,
    NULL,
};

const struct cmd cmd_hunt = {
    .name = "hunt",
    .summary = "run rules over logs",
    .arguments = "PATH...",
    .description =
        "Reads CloudTrail, GuardDuty, Security Hub, Azure Activity, Entra audit and GCP "
        "audit logs as their\n"
        "providers write them, and ECS documents: files, folders (recursive), globs, '-' for "
        "standard input; "
        "plain,\n"
        "gzip, zstd. Without -r and -e it runs the built-in rules. Matches go to stdout,\n"
        "everything else to stderr. With -o count there is one line for each rule that matched, "
        "most\n"
        "first: how often, its severity, id and name, with tabs between them; no document is made "
        "for it.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct hunt_command),
    .examples = examples,
    .run = run,
};
