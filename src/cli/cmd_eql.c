/* SPDX-License-Identifier: Apache-2.0 */
/* postern eql: one query over files of events, answered like the Elasticsearch EQL search API. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/os.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/eql_join.h"
#include "cli/output.h"
#include "cli/query_options.h"
#include "input/input.h"
#include "value/json_frame.h"

struct eql_command {
    struct query_arguments events;
    str output, position, stage;
    struct option_count size;
    uint64_t max_samples;
    bool parse_only;
};

enum { DEFAULT_SIZE = 10, READ_SIZE = 64 * 1024 };
#define SEARCH_ARENA_CAP ((size_t)64 << 30)
#define EVENT_ARENA_CAP ((size_t)1 << 30)

/* One search. */
struct search {
    const struct eql_command *command;
    struct arena arena; /* events, schema, program */
    struct diags diags;
    struct schema *schema;
    struct schema_inference *inference;
    struct eql_event *events;
    size_t n;
    size_t bad; /* lines that are no event */
    int64_t start;
};

static void add_event(struct search *s, str index, struct json *root)
{
    s->events = arena_grow(&s->arena, s->events, s->n, sizeof *s->events);
    const struct json *id = json_remove(root, S("_id"));
    str text = json_text(id);
    if (!text.ptr) {
        text = arena_printf(&s->arena, "%zu", s->n);
    }
    s->events[s->n++] = (struct eql_event){root, text, index};
    schema_infer_event(s->inference, root);
}

/* "data/extra.ndjson" is the index "extra". */
static str index_name(str path)
{
    size_t slash = str_rfind_byte(path, '/');
    str name = str_slice(path, slash == SIZE_MAX ? 0 : slash + 1, path.len);
    size_t dot = str_find_byte(name, '.', 0);
    return str_slice(name, 0, dot);
}

static void read_frame(struct search *s, str path, const struct frame *frame)
{
    struct json_error e = {.reason = frame->reason};
    struct json *root = NULL;
    if (frame->kind == FRAME_VALUE) {
        root = json_parse(arena_copy(&s->arena, frame->text), &s->arena, &e);
        e.reason = root ? "an event is a JSON object" : e.reason;
    }
    if (root && root->type == JSON_OBJECT) {
        add_event(s, index_name(path), root);
        return;
    }
    s->bad++;
    complain("%.*s:%llu: not an event: %s", STR_ARG(path), (unsigned long long)frame->line,
             e.reason);
}

static bool read_events(struct search *s, str path)
{
    struct error e = {0};
    struct input *in = input_open(path, &e);
    if (!in) {
        complain("%s", e.message);
        return false;
    }
    struct json_framer *framer = json_framer_new(&(struct json_framer_options){0});
    char *bytes = mem_alloc(READ_SIZE);
    for (bool last = false; !last;) {
        size_t n = input_read(in, bytes, READ_SIZE, &e);
        last = n == 0;
        json_framer_feed(framer, (str){bytes, n}, last);
        struct frame frame;
        while (json_framer_next(framer, &frame)) {
            read_frame(s, path, &frame);
        }
    }
    mem_free(bytes);
    json_framer_free(framer);
    input_close(in);
    if (e.code) {
        complain("%.*s: %s", STR_ARG(path), e.message);
    }
    return e.code == ERROR_NONE;
}

/* What the query found. */
struct found {
    struct result *results; /* of an event query: room for all */
    size_t n;
    struct eql_join join; /* of a sequence or sample */
    struct evaluator_limits limits;
};

/* Matches every event. */
static void match_all(struct search *s, struct ruleset *set, struct found *out)
{
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    struct document_event d;
    struct arena event_arena = arena_open(EVENT_ARENA_CAP);
    struct scanner *scanner = scanner_new(set);
    size_t gate = scanner_gate(scanner, S("events"));
    document_event_init(&d, fields, n_fields, &s->arena);
    for (size_t i = 0; i < s->n; i++) {
        const uint32_t *matched;
        document_event_set(&d, s->events[i].root, &event_arena);
        if (scanner_match(scanner, &d.event, gate, &matched)) {
            out->results[out->n++] = (struct result){
                .timestamp = ruleset_order_value(ruleset_timestamp_slot(set, 0), &d.event),
                .tiebreaker = ruleset_order_value(ruleset_tiebreaker_slot(set, 0), &d.event),
                .input = i,
            };
        } else if (out->join.rule) {
            eql_join_event(&out->join, scanner, gate, &d.event, i);
        }
        arena_reset(&event_arena, (size_t)1 << 20);
    }
    out->limits = scanner_limits(scanner);
    scanner_free(scanner);
    arena_close(&event_arena);
}

static int refuse(const struct search *s)
{
    struct buf body = BUF_INIT(0);
    eql_body_error(&s->diags, &body);
    int code = print_text(buf_view(&body));
    buf_deinit(&body);
    return code ? code : EXIT_REFUSED;
}

static int64_t milliseconds(const struct search *s)
{
    return (time_monotonic() - s->start) / TIME_NS_PER_MS;
}

/* The range of n results that size and pipes leave. */
static size_t cut(const struct search *s, const struct ir_query *q, size_t n, size_t *first)
{
    enum result_position position =
        str_eq(s->command->position, S("head")) ? RESULT_HEAD : RESULT_TAIL;
    uint64_t size = s->command->size.given ? s->command->size.n : DEFAULT_SIZE;
    return results_cut(q->pipes, q->n_pipes, size, position, n, first);
}

static void body_of_events(struct search *s, const struct ir_query *q, struct found *found,
                           struct buf *body)
{
    size_t first;
    results_sort(found->results, found->n);
    size_t n = cut(s, q, found->n, &first);
    const struct eql_event **hits = NEW_ARRAY(&s->arena, const struct eql_event *, n);
    for (size_t i = 0; i < n; i++) {
        hits[i] = &s->events[found->results[first + i].input];
    }
    eql_body_events(hits, n, milliseconds(s), body);
}

static void body_of_groups(struct search *s, const struct ir_query *q, struct eql_join *join,
                           struct buf *body)
{
    size_t first = 0;
    bool sample = q->kind == IR_SAMPLE;
    uint64_t size = s->command->size.given ? s->command->size.n : DEFAULT_SIZE;
    eql_join_run(join, s->command->max_samples, size);
    size_t n = sample ? join->n_groups : cut(s, q, join->n_groups, &first);
    eql_body_groups(n ? join->groups + first : NULL, n, s->events, sample, milliseconds(s), body);
    if (join->cut) {
        complain("%llu events had more than %d combinations of join keys; the rest was left out",
                 (unsigned long long)join->cut, JOIN_OFFERS_MAX);
    }
}

/* What a limit decided; false when none did. */
static bool tell_limits(const struct evaluator_limits *limits)
{
    if (limits->combinations) {
        complain("%llu times an event had more combinations of values than one condition may try",
                 (unsigned long long)limits->combinations);
    }
    if (limits->regex) {
        complain("%llu times a regular expression gave up on a value",
                 (unsigned long long)limits->regex);
    }
    return limits->combinations || limits->regex;
}

static int answer(struct search *s, const struct rule *rule, struct ruleset *set)
{
    struct found found = {.results = NEW_ARRAY(&s->arena, struct result, s->n)};
    eql_join_init(&found.join, set, &s->arena);
    match_all(s, set, &found);
    struct buf body = BUF_INIT(0);
    if (found.join.rule) {
        body_of_groups(s, rule->query, &found.join, &body);
    } else {
        body_of_events(s, rule->query, &found, &body);
    }
    int code = print_text(buf_view(&body));
    buf_deinit(&body);
    bool cut = tell_limits(&found.limits) || found.join.cut;
    return code ? code : s->bad || cut ? EXIT_INCOMPLETE : EXIT_FINE;
}

static int print_stage(struct search *s, str stage, const struct eql_ast *ast,
                       const struct ir_query *query, const struct ruleset *set)
{
    struct buf text = BUF_INIT(0);
    (void)s;
    if (str_eq(stage, S("ast"))) {
        eql_print_ast(ast, &text);
    } else if (str_eq(stage, S("ir"))) {
        ir_print_query(query, &text);
        buf_byte(&text, '\n');
    } else {
        program_print(ruleset_program(set), &text);
    }
    int code = print_text(buf_view(&text));
    buf_deinit(&text);
    return code;
}

/* Parse, check, compile, run; each step may refuse. */
static int search_query(struct search *s, str query)
{
    const struct eql_command *c = s->command;
    struct rule rule = {
        .id = S("query"),
        .name = query,
        .risk_score = -1,
        .query_text = query,
        .source = {.text = query},
        .options = {.event_category_field = c->events.category,
                    .timestamp_field = c->events.timestamp,
                    .tiebreaker_field = c->events.tiebreaker},
    };
    struct eql_ast *ast = eql_parse(query, &rule.source, &s->arena, &s->diags);
    if (!ast) {
        return refuse(s);
    }
    if (c->parse_only) {
        return print_text(S("{}\n"));
    }
    if (str_eq(c->stage, S("ast"))) {
        return print_stage(s, c->stage, ast, NULL, NULL);
    }
    rule.query = eql_compile(ast, &rule.options, s->schema, &rule.source, &s->arena, &s->diags);
    if (!rule.query) {
        return refuse(s);
    }
    if (str_eq(c->stage, S("ir"))) {
        return print_stage(s, c->stage, ast, rule.query, NULL);
    }
    struct rule_list list = {0};
    rule_list_add(&list, &rule, &s->arena, &s->diags);
    struct ruleset *set = ruleset_new(&list, s->schema, &s->arena, &s->diags);
    int code = ruleset_refused(set) ? refuse(s)
               : c->stage.len       ? print_stage(s, c->stage, ast, rule.query, set)
                                    : answer(s, &rule, set);
    ruleset_free(set);
    return code;
}

static int run_search(struct search *s, const str *args, size_t n_args)
{
    if (!query_read_schema(&s->command->events, s->schema, &s->arena, &s->diags)) {
        query_show_diags(&s->diags, false);
        return EXIT_USAGE;
    }
    s->inference = schema_infer_new(s->schema, s->command->events.timestamp, &s->arena);
    bool ok = true;
    for (size_t i = 1; i < n_args; i++) {
        ok = read_events(s, args[i]) && ok;
    }
    if (n_args == 1 && !s->command->parse_only && !s->command->stage.len) {
        ok = read_events(s, S("-")) && ok;
    }
    if (!ok && s->n == 0) {
        return EXIT_USAGE;
    }
    if (s->n == 0 && !s->bad && !s->command->parse_only && !s->command->stage.len) {
        complain("there are no events in what was read");
    }
    schema_infer_done(s->inference);
    int code = search_query(s, args[0]);
    return code == EXIT_FINE && !ok ? EXIT_INCOMPLETE : code;
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    (void)cli;
    struct eql_command *c = options;
    if (n_args == 0) {
        complain("eql needs a query: postern eql 'any where true' events.ndjson");
        return EXIT_USAGE;
    }
    struct search s = {
        .command = c, .arena = arena_open(SEARCH_ARENA_CAP), .start = time_monotonic()};
    s.diags = (struct diags){.arena = &s.arena};
    s.schema = schema_new(&s.arena);
    int code = run_search(&s, args, n_args);
    arena_close(&s.arena);
    return code;
}

#define FIELD(member) offsetof(struct eql_command, member)
static const struct option options[] = {
    {.name = "output",
     .letter = 'o',
     .argument = "FORMAT",
     .kind = OPTION_CHOICE,
     .offset = FIELD(output),
     .choices = "json",
     .help = "the API's response body"},
    QUERY_OPTIONS(FIELD(events)),
    {.name = "size",
     .argument = "N",
     .kind = OPTION_LIMIT,
     .offset = FIELD(size),
     .help = "at most so many results (default 10)"},
    {.name = "result-position",
     .argument = "END",
     .kind = OPTION_CHOICE,
     .offset = FIELD(position),
     .choices = "tail head",
     .help = "which results size keeps"},
    {.name = "max-samples-per-key",
     .argument = "N",
     .kind = OPTION_COUNT,
     .offset = FIELD(max_samples),
     .help = "for samples (default 1)"},
    {.name = "parse-only",
     .kind = OPTION_FLAG,
     .offset = FIELD(parse_only),
     .help = "parse and stop; fields need not exist"},
    {.name = "stage",
     .argument = "STAGE",
     .kind = OPTION_CHOICE,
     .offset = FIELD(stage),
     .choices = "ast ir program",
     .hidden = true,
     .help = "print a stage of the compiler"},
};

static const char *const examples[] = {
    "postern eql 'process where process.name : \"*.exe\"' events.ndjson",
    "one query over a file of events",
    "postern eql --parse-only 'any where true'",
    "check the syntax",
    NULL,
    NULL,
};

const struct cmd cmd_eql = {
    .name = "eql",
    .summary = "run one EQL query over files of events",
    .arguments = "QUERY [FILE]...",
    .description = "Answers with the body of the Elasticsearch EQL search API. FILE holds JSON "
                   "events, one a line;\n"
                   "the key _id is the event's id, the file's stem its index.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct eql_command),
    .examples = examples,
    .run = run,
};
