/* SPDX-License-Identifier: Apache-2.0 */
/* postern explain: why a query matches events or not. */
#include <stddef.h>
#include <unistd.h>

#include "base/os.h"
#include "cli/explain_view.h"
#include "cli/inputs.h"
#include "cli/output.h"
#include "cli/query_options.h"

struct explain_command {
    struct query_arguments fields;
    str query, rule, output, format;
};

enum { TEXT_MAX = 64 * 1024 * 1024 };
#define EXPLAIN_ARENA_CAP ((size_t)64 << 30)

/* One run of the command. */
struct run {
    const struct explain_command *command;
    struct arena arena; /* documents, rule, verdicts */
    struct diags diags;
    struct schema *schema;
    struct input_events events;
    bool colour;
};

/* A file named by an option. */
static bool read_text(struct run *r, str path, str *out)
{
    struct error e = {0};
    if (os_read_file(path, TEXT_MAX, &r->arena, out, &e)) {
        return true;
    }
    complain("%s", e.message);
    return false;
}

/* The fields that may be named: the catalogue's, those of --schema, those that the events have. */
static bool make_schema(struct run *r)
{
    const struct explain_command *c = r->command;
    r->schema = schema_new(&r->arena);
    schema_add_ecs(r->schema);
    sources_add_fields(r->schema);
    if (!query_read_schema(&c->fields, r->schema, &r->arena, &r->diags)) {
        return false;
    }
    struct schema_inference *seen = schema_infer_new(r->schema, c->fields.timestamp, &r->arena);
    for (size_t i = 0; i < r->events.n; i++) {
        schema_infer_event(seen, r->events.v[i].root);
    }
    schema_infer_done(seen);
    return true;
}

/* The query as a rule, or NULL after a complaint or diagnostic. */
static struct rule *make_rule(struct run *r, int *code)
{
    const struct explain_command *c = r->command;
    str text;
    *code = EXIT_REFUSED;
    if (c->rule.len) {
        if (!read_text(r, c->rule, &text)) {
            *code = EXIT_USAGE;
            return NULL;
        }
        return rule_from_toml(c->rule, text, r->schema, &r->arena, &r->diags);
    }
    struct rule *rule = NEW(&r->arena, struct rule);
    *rule = (struct rule){
        .id = S("-e:1"),
        .name = c->query,
        .risk_score = -1,
        .query_text = c->query,
        .source = {.file = S("-e:1"), .text = c->query},
        .options = {.event_category_field = c->fields.category,
                    .timestamp_field = c->fields.timestamp,
                    .tiebreaker_field = c->fields.tiebreaker},
    };
    struct eql_ast *ast = eql_parse(c->query, &rule->source, &r->arena, &r->diags);
    rule->query =
        ast ? eql_compile(ast, &rule->options, r->schema, &rule->source, &r->arena, &r->diags)
            : NULL;
    return rule->query ? rule : NULL;
}

/* Judges every event; the events of one over several must all be known before the first is printed. */
static void judge(struct run *r, struct explain *x)
{
    size_t n;
    const struct field *const *fields = ruleset_fields(x->rules, &n);
    struct document_event d;
    document_event_init(&d, fields, n, &r->arena);
    for (size_t i = 0; i < r->events.n; i++) {
        document_event_set(&d, r->events.v[i].root, &r->arena);
        explain_add(x, &d.event);
    }
    explain_run(x);
}

static int print(struct run *r, const struct explain_view *v)
{
    struct output out;
    output_init(&out, STDOUT_FILENO, S("standard output"));
    bool json = str_eq(r->command->output, S("json"));
    (json ? explain_json_begin : explain_text_begin)(v, &out.pending);
    bool sequence = v->x->query->kind == IR_SEQUENCE;
    for (size_t i = 0; i < v->x->n && output_push(&out); i++) {
        struct arena mark = *v->scratch;
        size_t number = sequence ? v->x->shown[i] : i;
        if (json) {
            explain_json_event(v, number, i == 0, &out.pending);
        } else {
            explain_text_event(v, number, &out.pending);
        }
        arena_rewind(v->scratch, mark);
    }
    (json ? explain_json_end : explain_text_end)(v, &out.pending);
    return output_close(&out);
}

static int explain_rule(struct run *r, struct rule *rule)
{
    struct rule_list list = {0};
    rule_list_add(&list, rule, &r->arena, &r->diags);
    struct ruleset *set = ruleset_new(&list, r->schema, &r->arena, &r->diags);
    struct explain *x = ruleset_refused(set) ? NULL : explain_new(set, &r->arena, &r->diags);
    query_show_diags(&r->diags, r->colour);
    int code = EXIT_REFUSED;
    if (x) {
        struct arena scratch = arena_open((size_t)1 << 30);
        judge(r, x);
        code = print(r, &(struct explain_view){x, rule, r->events.v, &scratch});
        code = code ? code : r->events.bad ? EXIT_INCOMPLETE : EXIT_FINE;
        arena_close(&scratch);
    }
    explain_free(x);
    ruleset_free(set);
    return code;
}

static int run_explain(struct run *r, const str *args, size_t n_args)
{
    struct walk_list files;
    size_t missing = 0;
    const struct source *forced;
    str input = S("-");
    if (!inputs_source("format", r->command->format, &forced) ||
        !inputs_expand(n_args ? args : &input, n_args ? n_args : 1, false, &files, &missing,
                       &r->arena)) {
        return EXIT_USAGE;
    }
    input_events_read(&files, forced, &r->events, &r->arena);
    r->events.bad += missing;
    int code = EXIT_USAGE;
    struct rule *rule = make_schema(r) ? make_rule(r, &code) : NULL;
    if (!rule) {
        query_show_diags(&r->diags, r->colour);
        return code;
    }
    return explain_rule(r, rule);
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    const struct explain_command *c = options;
    if ((c->query.len == 0) == (c->rule.len == 0)) {
        complain("explain needs one query: -e 'any where true', or -r RULE");
        return EXIT_USAGE;
    }
    struct run r = {.command = c, .colour = colour_wanted(cli, STDERR_FILENO)};
    r.arena = arena_open(EXPLAIN_ARENA_CAP);
    r.diags = (struct diags){.arena = &r.arena};
    int code = run_explain(&r, args, n_args);
    arena_close(&r.arena);
    return code;
}

#define FIELD(member) offsetof(struct explain_command, member)
static const struct option options[] = {
    {.name = "query",
     .letter = 'e',
     .argument = "QUERY",
     .kind = OPTION_TEXT,
     .offset = FIELD(query),
     .help = "the EQL query"},
    {.name = "rule",
     .letter = 'r',
     .argument = "RULE",
     .kind = OPTION_TEXT,
     .offset = FIELD(rule),
     .help = "or the rule, a *.toml file"},
    {.name = "output",
     .letter = 'o',
     .argument = "FORMAT",
     .kind = OPTION_CHOICE,
     .offset = FIELD(output),
     .choices = "text json",
     .help = "text (default), or one JSON document"},
    {.name = "format",
     .argument = "DATASET",
     .kind = OPTION_TEXT,
     .offset = FIELD(format),
     .help = "what the records are (default: auto)"},
    QUERY_OPTIONS(FIELD(fields)),
};

static const char *const examples[] = {
    "postern explain -e 'any where user.name == \"root\"' trail.json.gz",
    "which leaf decides, record by record", "postern explain -o json -r rule.toml logs/",
    "the same of a rule, for a program", NULL};

const struct cmd cmd_explain = {
    .name = "explain",
    .summary = "show why a query matches events or not",
    .arguments = "[EVENTS...]",
    .description =
        "For each event the tree of the query's leaves, with the values seen and the verdict of\n"
        "each; for a sequence also what each event did to the partial matches of its join keys,\n"
        "and the nearest miss: the one change that would have given a match. EVENTS are logs as\n"
        "for hunt, or plain JSON events as for eql; without any, standard input.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct explain_command),
    .examples = examples,
    .run = run,
};
