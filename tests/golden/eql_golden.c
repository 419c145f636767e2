/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the cases of golden/eql/<name>.test: a query, then what comes of it. A case is
 *
 *   query:            the text, up to the next section (the last line break is not part of it)
 *   repeat:           "201 not ": every @@ in the query stands for 201 times "not ", so that limits can be reached
 *   text: ast:        its canonical text, its tree; each may be left out
 *   lines:            its canonical text in lines, as `postern fmt` prints it
 *   ir: program:      what it is lowered to, and the program of its simplified conditions, one a stage, `until` last
 *   error:            every diagnostic as printed; the query is refused
 *   warning:          the same, of a query that is not
 *   ----              between cases
 *
 * Lines before `query:` are comment. In files named checked*.test queries are checked over the fields of fields.json, in the
 * others they are only parsed. Called with the folder; with --update in front the expectations are written anew, to be read in
 * the diff against the law. */
#include <stdio.h>
#include <string.h>

#include "base/os.h"
#include "eval/program.h"
#include "lang/eql.h"

enum { FILE_MAX = 1 << 22 };

struct suite {
    struct arena *arena;
    struct schema *schema; /* of checked files */
    bool checked;          /* this file's queries are */
    bool update;
    struct buf rewritten;
    size_t cases, failures;
};

enum section { COMMENT, QUERY, REPEAT, TEXT, AST, LINES, IR, PROGRAM, ERROR, WARNING, SECTIONS };
static const str headings[SECTIONS] = {
    [QUERY] = S_INIT("query:"), [REPEAT] = S_INIT("repeat:"),   [TEXT] = S_INIT("text:"),
    [AST] = S_INIT("ast:"),     [LINES] = S_INIT("lines:"),     [IR] = S_INIT("ir:"),
    [ERROR] = S_INIT("error:"), [PROGRAM] = S_INIT("program:"), [WARNING] = S_INIT("warning:")};

/* One case: its sections' texts, with ptr NULL where left out. */
struct golden {
    str part[SECTIONS];
};

static enum section heading_of(str line)
{
    for (enum section i = QUERY; i < SECTIONS; i++) {
        if (str_eq(line, headings[i])) {
            return i;
        }
    }
    return COMMENT;
}

/* Takes the next case off *rest. */
static bool next_case(str *rest, struct golden *out)
{
    enum section now = COMMENT;
    str line;
    *out = (struct golden){.part[COMMENT] = {rest->ptr, 0}};
    while (rest->len > 0 && str_split(rest, '\n', &line)) {
        if (str_eq(line, S("----"))) {
            break;
        }
        enum section heading = heading_of(line);
        if (heading != COMMENT) {
            now = heading;
            out->part[now] = (str){line.ptr + line.len + 1, 0};
        } else {
            out->part[now].len = (size_t)(line.ptr + line.len + 1 - out->part[now].ptr);
        }
    }
    return out->part[QUERY].ptr != NULL;
}

static void print_errors(const struct diags *d, struct buf *out)
{
    for (const struct diag *item = d->first; item != NULL; item = item->next) {
        diag_print(item, false, out);
    }
}

static void print_program(struct suite *s, const struct ir_query *q, const struct diag_source *src,
                          struct diags *d, struct buf *out)
{
    struct program *p = program_new(s->arena);
    uint32_t *slots = NEW_ARRAY(s->arena, uint32_t, q->n_fields);
    uint32_t ignored;
    for (uint32_t i = 0; i < q->n_fields; i++) {
        slots[i] = i;
    }
    for (uint32_t i = 0; i < q->n_stages + (q->until != NULL); i++) {
        const struct ir_stage *stage = i < q->n_stages ? &q->stages[i] : q->until;
        const struct ir *simple = ir_simplify(stage->where, q, s->arena);
        if (!program_add(p, simple, q, slots, src, d, &ignored)) {
            buf_append(out, S("refused\n"));
        }
    }
    program_freeze(p);
    program_print(p, out);
    program_free(p);
}

/* What the query gives, section by section. False when it is refused. */
static bool run(struct suite *s, str query, struct buf got[SECTIONS])
{
    struct diags d = {.arena = s->arena};
    struct diag_source src = {.text = query};
    struct eql_ast *ast = eql_parse(query, &src, s->arena, &d);
    struct ir_query *q =
        ast != NULL && s->checked ? eql_compile(ast, NULL, s->schema, &src, s->arena, &d) : NULL;
    bool good = s->checked ? q != NULL : ast != NULL;
    print_errors(&d, &got[good ? WARNING : ERROR]);
    if (ast != NULL) {
        eql_print(ast, &got[TEXT]);
        buf_byte(&got[TEXT], '\n');
        eql_print_ast(ast, &got[AST]);
        eql_print_lines(ast, &got[LINES]);
        buf_byte(&got[LINES], '\n');
    }
    if (q != NULL) {
        ir_print_query(q, &got[IR]);
        print_program(s, q, &src, &d, &got[PROGRAM]);
    }
    return good;
}

/* The query with every @@ repeated as the section `repeat` says. */
static str expand(struct suite *s, str query, str repeat)
{
    struct buf out = BUF_INIT(0);
    size_t blank = str_find_byte(repeat, ' ', 0);
    int64_t count = 0;
    if (repeat.ptr == NULL || !str_to_i64(str_slice(repeat, 0, blank), &count)) {
        return query;
    }
    str what = str_slice(repeat, blank + 1, repeat.len - 1);
    size_t from = 0, at;
    while ((at = str_find(query, S("@@"), from)) != SIZE_MAX) {
        buf_append(&out, str_slice(query, from, at));
        for (int64_t i = 0; i < count; i++) {
            buf_append(&out, what);
        }
        from = at + 2;
    }
    buf_append(&out, str_slice(query, from, query.len));
    str expanded = arena_copy(s->arena, buf_view(&out));
    buf_deinit(&out);
    return expanded;
}

static void write_case(struct suite *s, const struct golden *g, struct buf got[SECTIONS], bool good)
{
    struct buf *out = &s->rewritten;
    buf_append(out, s->rewritten.len > 0 ? S("----\n") : S(""));
    buf_append(out, g->part[COMMENT]);
    for (enum section i = QUERY; i < SECTIONS; i++) {
        bool given = i <= REPEAT;
        bool kept = i == ERROR     ? !good
                    : i == WARNING ? good && got[i].len > 0
                    : given        ? g->part[i].ptr != NULL
                                   : good && g->part[i].ptr != NULL;
        if (kept) {
            buf_append(out, headings[i]);
            buf_byte(out, '\n');
            buf_append(out, given ? g->part[i] : buf_view(&got[i]));
        }
    }
}

static void check_case(struct suite *s, str file, const struct golden *g)
{
    struct buf got[SECTIONS] = {{0}};
    str query = str_slice(g->part[QUERY], 0, g->part[QUERY].len ? g->part[QUERY].len - 1 : 0);
    bool good = run(s, expand(s, query, g->part[REPEAT]), got);
    s->cases++;
    if (s->update) {
        write_case(s, g, got, good);
    }
    bool failed = good == (g->part[ERROR].ptr != NULL);
    failed = failed || (got[WARNING].len > 0 && g->part[WARNING].ptr == NULL);
    for (enum section i = TEXT; i < SECTIONS; i++) {
        failed = failed || (g->part[i].ptr != NULL && !str_eq(g->part[i], buf_view(&got[i])));
    }
    if (failed && !s->update) {
        s->failures++;
        printf("FAIL %.*s: %.*s\n", STR_ARG(file), STR_ARG(query));
        for (enum section i = TEXT; i < SECTIONS; i++) {
            bool shown = g->part[i].ptr != NULL || i >= ERROR;
            printf("%.*s", STR_ARG(shown ? buf_view(&got[i]) : S("")));
        }
    }
    for (enum section i = QUERY; i < SECTIONS; i++) {
        buf_deinit(&got[i]);
    }
}

static bool write_file(str path, str bytes)
{
    FILE *f = fopen(path.ptr, "wb");
    bool good = f != NULL && fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;
    return f != NULL && fclose(f) == 0 && good;
}

static bool run_file(struct suite *s, str path)
{
    struct error e = {0};
    struct golden g;
    str text;
    if (!os_read_file(path, FILE_MAX, s->arena, &text, &e)) {
        printf("%s\n", e.message);
        return false;
    }
    buf_clear(&s->rewritten);
    s->checked = str_find(path, S("/checked"), 0) != SIZE_MAX;
    while (next_case(&text, &g)) {
        check_case(s, path, &g);
    }
    return !s->update || write_file(path, buf_view(&s->rewritten));
}

static bool read_fields(struct suite *s, const char *folder)
{
    struct error e = {0};
    struct diags d = {.arena = s->arena};
    str path = arena_concat(s->arena, str_from(folder), S("/fields.json"), S(""));
    str text;
    s->schema = schema_new(s->arena);
    if (!os_read_file(path, FILE_MAX, s->arena, &text, &e)) {
        printf("%s\n", e.message);
        return false;
    }
    const struct diag_source src = {.file = path, .text = text};
    return schema_read_json(s->schema, &src, s->arena, &d);
}

int main(int argc, char **argv)
{
    struct arena arena = arena_open((size_t)1 << 30);
    struct suite s = {.arena = &arena, .update = argc > 2 && strcmp(argv[1], "--update") == 0};
    struct error e = {0};
    str *names;
    size_t n;
    if (argc < 2 || !os_list_folder(str_from(argv[argc - 1]), &arena, &names, &n, &e)) {
        printf("usage: eql_golden [--update] FOLDER\n%s\n", e.message);
        return 3;
    }
    bool good = read_fields(&s, argv[argc - 1]);
    for (size_t i = 0; good && i < n; i++) {
        if (str_ends(names[i], S(".test"))) {
            str folder = arena_concat(&arena, str_from(argv[argc - 1]), S("/"), names[i]);
            good = run_file(&s, folder) && good;
        }
    }
    printf("%zu cases, %zu failed\n", s.cases, s.failures);
    buf_deinit(&s.rewritten);
    arena_close(&arena);
    return good && s.failures == 0 && s.cases > 0 ? 0 : 1;
}
