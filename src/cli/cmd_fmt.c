/* SPDX-License-Identifier: Apache-2.0 */
/* postern fmt: queries in their canonical form. */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "base/os.h"
#include "cli/cmd.h"
#include "cli/output.h"
#include "cli/query_options.h"
#include "lang/eql.h"
#include "lang/eql_ast.h"
#include "value/toml.h"

struct fmt_command {
    struct text_list queries;
    bool check, one_line;
};

enum { FILE_MAX = 4 * 1024 * 1024 };
#define FMT_ARENA_CAP ((size_t)4 << 30)

/* One run of the command. */
struct fmt {
    const struct fmt_command *command;
    struct output out;
    bool colour;
    bool unread, refused, unlike;
};

/* One query, and where it stands. */
struct written {
    str name; /* for messages */
    str text;
    struct diag_source source;
};

static void format_query(struct fmt *f, const struct written *w, struct arena *a, struct diags *d)
{
    struct eql_ast *ast = eql_parse(w->text, &w->source, a, d);
    if (!ast) {
        f->refused = true;
        return;
    }
    struct buf text = BUF_INIT(0);
    (f->command->one_line ? eql_print : eql_print_lines)(ast, &text);
    if (!f->command->check) {
        buf_append(&f->out.pending, buf_view(&text));
        buf_byte(&f->out.pending, '\n');
        output_push(&f->out);
        if (ast->n_comments) {
            complain("%.*s: comments are not kept: %u left out", STR_ARG(w->name),
                     (unsigned)ast->n_comments);
        }
    } else if (!str_eq(str_trim(w->text), buf_view(&text))) {
        complain("%.*s: not in canonical form; postern fmt prints it", STR_ARG(w->name));
        f->unlike = true;
    }
    buf_deinit(&text);
}

/* The query inside a rule file. */
static bool find_query(struct written *w, struct arena *a, struct diags *d)
{
    struct diag_source file = w->source;
    const struct json *document = toml_parse(&file, a, d);
    const struct json *query = document ? json_at(document, "rule", "query", (char *)NULL) : NULL;
    if (!query || !json_is(query, JSON_STRING)) {
        if (document) {
            diag_error(d, &file, (span){0, 0}, DIAG_MISSING_KEY,
                       "a rule of type 'eql' needs the key 'query'");
        }
        return false;
    }
    w->text = query->text;
    w->source.map = toml_string_map(file.text, query, a);
    return true;
}

static void format_text(struct fmt *f, str name, str file, str text, struct arena *a)
{
    struct diags d = {.arena = a};
    struct written w = {name, text, {.file = file, .text = text}};
    bool found = !str_ends(file, S(".toml")) || find_query(&w, a, &d);
    if (found) {
        format_query(f, &w, a, &d);
    }
    f->refused = f->refused || !found;
    query_show_diags(&d, f->colour);
}

static void format_file(struct fmt *f, str path)
{
    struct arena a = arena_open(FMT_ARENA_CAP);
    struct error e = {0};
    str text;
    if (os_read_file(path, FILE_MAX, &a, &text, &e)) {
        format_text(f, path, path, text, &a);
    } else {
        complain("%s", e.message);
        f->unread = true;
    }
    arena_close(&a);
}

static int run(void *options, const str *args, size_t n_args, struct cli *cli)
{
    const struct fmt_command *c = options;
    struct fmt f = {.command = c, .colour = colour_wanted(cli, STDERR_FILENO)};
    output_init(&f.out, STDOUT_FILENO, S("standard output"));
    for (size_t i = 0; i < c->queries.n; i++) {
        struct arena a = arena_open(FMT_ARENA_CAP);
        str name = arena_printf(&a, "-e:%zu", i + 1);
        format_text(&f, name, name, c->queries.items[i], &a);
        arena_close(&a);
    }
    for (size_t i = 0; i < n_args; i++) {
        format_file(&f, args[i]);
    }
    if (c->queries.n == 0 && n_args == 0) {
        format_file(&f, S("-"));
    }
    int code = output_close(&f.out);
    if (code || f.unread) {
        return EXIT_USAGE;
    }
    return f.refused ? EXIT_REFUSED : f.unlike ? EXIT_FINDINGS : EXIT_FINE;
}

#define FIELD(member) offsetof(struct fmt_command, member)
static const struct option options[] = {
    {.name = "query",
     .letter = 'e',
     .argument = "QUERY",
     .kind = OPTION_LIST,
     .offset = FIELD(queries),
     .help = "an EQL query; may be given often"},
    {.name = "check",
     .kind = OPTION_FLAG,
     .offset = FIELD(check),
     .help = "print nothing; exit 1 when a query is not in canonical form"},
    {.name = "one-line",
     .kind = OPTION_FLAG,
     .offset = FIELD(one_line),
     .help = "each query on one line, however long"},
};

static const char *const examples[] = {
    "postern fmt -e 'any where(a==1)and not b'", "any where a == 1 and not b",
    "postern fmt --check query.eql", "whether a file needs it", NULL};

const struct cmd cmd_fmt = {
    .name = "fmt",
    .summary = "print EQL queries in canonical form",
    .arguments = "[FILE|RULE]...",
    .description =
        "Single blanks, as few brackets as the meaning allows, functions spelled as in\n"
        "the reference; lines of about 100 characters, broken at 'and' and 'or', in\n"
        "long lists and between stages. The query means what it meant; comments are not\n"
        "kept. FILE holds one query, a *.toml file a rule; without any, or for '-',\n"
        "standard input. Fields need not exist.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .options_size = sizeof(struct fmt_command),
    .examples = examples,
    .run = run,
};
