/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the cases of golden/eql/<name>.test: a query, then what comes of it. A case is
 *
 *   query:            the text, up to the next section (the last line break is not part of it)
 *   text: ast:        its canonical text, its tree; each may be left out
 *   lines:            its canonical text in lines, as `postern fmt` prints it
 *   error:            every diagnostic as printed; the query is refused
 *   ----              between cases
 *
 * Lines before `query:` are comment. Called with the folder; with --update in front the expectations are written anew, to
 * be read in the diff against the law. */
#include <stdio.h>
#include <string.h>

#include "base/os.h"
#include "lang/eql.h"

enum { FILE_MAX = 1 << 22 };

struct suite {
    struct arena *arena;
    bool update;
    struct buf rewritten;
    size_t cases, failures;
};

enum section { COMMENT, QUERY, TEXT, AST, LINES, ERROR, SECTIONS };
static const str headings[SECTIONS] = {[QUERY] = S_INIT("query:"),
                                       [TEXT] = S_INIT("text:"),
                                       [AST] = S_INIT("ast:"),
                                       [LINES] = S_INIT("lines:"),
                                       [ERROR] = S_INIT("error:")};

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

/* What the query gives, section by section. False when it is refused. */
static bool run(struct suite *s, str query, struct buf got[SECTIONS])
{
    struct diags d = {.arena = s->arena};
    struct diag_source src = {.text = query};
    struct eql_ast *ast = eql_parse(query, &src, s->arena, &d);
    print_errors(&d, &got[ERROR]);
    if (ast == NULL) {
        return false;
    }
    eql_print(ast, &got[TEXT]);
    buf_byte(&got[TEXT], '\n');
    eql_print_ast(ast, &got[AST]);
    eql_print_lines(ast, &got[LINES]);
    buf_byte(&got[LINES], '\n');
    return true;
}

static void write_case(struct suite *s, const struct golden *g, struct buf got[SECTIONS], bool good)
{
    struct buf *out = &s->rewritten;
    buf_append(out, s->rewritten.len > 0 ? S("----\n") : S(""));
    buf_append(out, g->part[COMMENT]);
    for (enum section i = QUERY; i < SECTIONS; i++) {
        bool kept = i == QUERY || (i == ERROR ? !good : good && g->part[i].ptr != NULL);
        if (kept) {
            buf_append(out, headings[i]);
            buf_byte(out, '\n');
            buf_append(out, i == QUERY ? g->part[QUERY] : buf_view(&got[i]));
        }
    }
}

static void check_case(struct suite *s, str file, const struct golden *g)
{
    struct buf got[SECTIONS] = {{0}};
    str query = str_slice(g->part[QUERY], 0, g->part[QUERY].len ? g->part[QUERY].len - 1 : 0);
    bool good = run(s, query, got);
    s->cases++;
    if (s->update) {
        write_case(s, g, got, good);
    }
    bool failed = good == (g->part[ERROR].ptr != NULL);
    for (enum section i = TEXT; i < SECTIONS; i++) {
        failed = failed || (g->part[i].ptr != NULL && !str_eq(g->part[i], buf_view(&got[i])));
    }
    if (failed && !s->update) {
        s->failures++;
        printf("FAIL %.*s: %.*s\n%.*s%.*s%.*s%.*s", STR_ARG(file), STR_ARG(query),
               STR_ARG(buf_view(&got[TEXT])), STR_ARG(buf_view(&got[AST])),
               STR_ARG(buf_view(&got[LINES])), STR_ARG(buf_view(&got[ERROR])));
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
    while (next_case(&text, &g)) {
        check_case(s, path, &g);
    }
    return !s->update || write_file(path, buf_view(&s->rewritten));
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
    bool good = true;
    for (size_t i = 0; i < n; i++) {
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
