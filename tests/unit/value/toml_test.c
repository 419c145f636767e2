/* SPDX-License-Identifier: Apache-2.0 */
/* TOML: the tree, the bytes of each value in the file, the map from a string's decoded text back to the file, and errors with
 * their places. Expected values follow TOML 1.0. */
#include "../base/assert_str.h"

#include <string.h>

#include "base/buf.h"
#include "value/toml.h"

struct fixture {
    struct arena a;
    struct diags d;
    struct diag_source src;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.a = arena_open((size_t)1 << 28)};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_close(&f->a);
    return 0;
}

static struct json *parse(struct fixture *f, str text)
{
    f->d = (struct diags){.arena = &f->a};
    f->src = (struct diag_source){.file = S("rule.toml"), .text = text};
    return toml_parse(&f->src, &f->a, &f->d);
}

static size_t place(str text, const char *needle)
{
    size_t at = str_find(text, str_from(needle), 0);
    assert_true(at != SIZE_MAX);
    return at;
}

/* Where byte `at` of the decoded text stands in the file. */
static size_t outer_of(const struct text_map *m, size_t at)
{
    size_t i = 0;
    while (i + 1 < m->n && m->inner[i + 1] <= at) {
        i++;
    }
    return m->outer[i] + (at - m->inner[i]);
}

/* The value of `q`: it decodes to `decoded`, and each of the marks 1 to 9 in it leads to the same mark in the file. */
static void check_string(struct fixture *f, str file, str decoded)
{
    struct json *root = parse(f, file);
    assert_non_null(root);
    struct json *q = json_get(root, S("q"));
    assert_non_null(q);
    assert_str(q->text, decoded);
    struct text_map *m = toml_string_map(file, q, &f->a);
    size_t marks = 0;
    for (size_t i = 0; i < decoded.len; i++) {
        if (decoded.ptr[i] >= '1' && decoded.ptr[i] <= '9') {
            char mark[] = {'m', decoded.ptr[i], '\0'};
            if (i > 0 && decoded.ptr[i - 1] == 'm') {
                assert_int_equal(outer_of(m, i), place(file, mark) + 1);
                marks++;
            }
        }
    }
    assert_true(marks > 0);
}

static void basic_string(void **state)
{
    check_string(*state, S("x = 1\nq = \"m1 m2\"\n"), S("m1 m2"));
    check_string(*state, S("q = \"m1\\tm2\\\"m3\\\\m4\\u00e9m5\\U0001F600m6\""),
                 S("m1\tm2\"m3\\m4\xC3\xA9m5\xF0\x9F\x98\x80m6"));
    check_string(*state, S("'\xC3\xA9' = '\xC3\xA9'\nq = \"\xC3\xA9m1\" # m2"), S("\xC3\xA9m1"));
    check_string(*state, S("\xEF\xBB\xBFq = \"m1\""), S("m1"));
}

static void literal_string(void **state)
{
    check_string(*state, S("q = 'm1\\n\"m2'"), S("m1\\n\"m2"));
}

static void multi_line_basic_string(void **state)
{
    check_string(*state, S("q = \"\"\"\nm1\n  m2 \"\"m3\n\"\"\"\n"), S("m1\n  m2 \"\"m3\n"));
    check_string(*state, S("q = \"\"\"m1 \\\n\n   m2\\nm3\"\"\"\"\"\n"), S("m1 m2\nm3\"\""));
    check_string(*state, S("q = \"\"\"\\\n  m1\\u00e9\nm2\"\"\""), S("m1\xC3\xA9\nm2"));
    /* A line-ending backslash eats U+FEFF and U+2003, too, with this parser. */
    check_string(*state, S("q = \"\"\"m1\\\n \xEF\xBB\xBF\n\xE2\x80\x83m2\"\"\""), S("m1m2"));
}

static void multi_line_literal_string(void **state)
{
    check_string(*state, S("q = '''\nm1\\\n  ''m2\n'''"), S("m1\\\n  ''m2\n"));
    check_string(*state, S("q = '''m1'''''"), S("m1''"));
}

static void crlf(void **state)
{
    struct fixture *f = *state;
    str file = S("a = 7\r\nb = [\r\n  'x',\r\n  12\r\n]\r\n");
    struct json *root = parse(f, file);
    assert_non_null(root);
    assert_int_equal(json_get(root, S("a"))->raw.ptr - file.ptr, place(file, "7"));
    assert_str(json_get(root, S("a"))->raw, S("7"));
    /* TOML leaves it to the parser whether CRLF in a multi-line string becomes LF: the marks lead home either way. */
    file = S("x = 1\r\nq = '''\r\nm1\r\nm2\r\n  m3'''\r\n");
    root = parse(f, file);
    assert_non_null(root);
    check_string(f, file, json_get(root, S("q"))->text);
    file = S("q = \"\"\"\r\nm1 \\\r\n  m2\r\nm3\"\"\"\r\n");
    root = parse(f, file);
    assert_non_null(root);
    check_string(f, file, json_get(root, S("q"))->text);
}

static void tree(void **state)
{
    struct fixture *f = *state;
    str file = S("[rule]\nn = -5\nf = 1.5\nb = true\nd = 2024-01-02 03:04:05Z\nt = 03:04:05\n"
                 "a.b = ['x', \"y\"]\n[[list]]\nk = 1\n[[list]]\nk = 2\n");
    struct json *root = parse(f, file);
    assert_non_null(root);
    struct json *rule = json_get(root, S("rule"));
    assert_int_equal(json_get(rule, S("b"))->type, JSON_BOOL);
    assert_str(json_get(rule, S("n"))->raw, S("-5"));
    assert_str(json_get(rule, S("f"))->raw, S("1.5"));
    assert_str(json_get(rule, S("d"))->text, S("2024-01-02 03:04:05Z"));
    assert_str(json_get(rule, S("t"))->text, S("03:04:05"));
    assert_int_equal(json_at(root, "rule", "a", "b", NULL)->type, JSON_ARRAY);
    assert_int_equal(json_get(root, S("list"))->type, JSON_ARRAY);
    assert_non_null(parse(f, S("")));
}

static void refuse(struct fixture *f, str text, enum diag_id id, size_t at, size_t end)
{
    assert_null(parse(f, text));
    assert_int_equal(f->d.errors, 1);
    assert_int_equal(f->d.first->id, id);
    assert_int_equal(f->d.first->at.at, at);
    assert_int_equal(f->d.first->at.end, end);
}

static void errors(void **state)
{
    struct fixture *f = *state;
    refuse(f, S("a = inf\n"), DIAG_BAD_KEY, 4, 7);
    refuse(f, S("x = 1\na = -nan # no\n"), DIAG_BAD_KEY, 10, 14);
    refuse(f, S("a = 'x\xFF'\n"), DIAG_NOT_UTF8, 6, 7);
    refuse(f,
           S("\xFF\xFE"
             "a\0=\0"),
           DIAG_NOT_UTF8, 0, 2);
    refuse(f, S("\xFE\xFF\0a"), DIAG_NOT_UTF8, 0, 2);
    static const str bad[] = {S_INIT("a = 1\nb = \nc = 2\n"),      S_INIT("a = 1\nb = 'x\nc = 2\n"),
                              S_INIT("a = 1\r\nb 2\r\n"),          S_INIT("a = 1\na = 2\n"),
                              S_INIT("a = 1\nb = 1\xC3\xA9\n"),    S_INIT("a = 1\n[\0"),
                              S_INIT("a = 1\nb = 2024-01-02 0#\n")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(parse(f, bad[i]));
        assert_int_equal(f->d.errors, 1);
        assert_int_equal(f->d.first->id, DIAG_TOML_SYNTAX);
        assert_int_equal(diag_locate(bad[i], f->d.first->at.at).line, 2);
    }
}

static void repeat(struct buf *b, const char *text, int n)
{
    for (int i = 0; i < n; i++) {
        buf_append(b, str_from(text));
    }
}

/* Nesting by every means TOML has: refused or read, never a crash. */
static void nesting(void **state)
{
    static const int depths[] = {200, 299, 300, 301, 5000, 250000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        struct buf b = {0};
        repeat(&b, "a.", depths[i]);
        buf_append(&b, S("a = 1\nz = 2\n"));
        struct json *root = parse(*state, buf_view(&b));
        assert_true(!root || json_get(root, S("z")));
        assert_true(root || ((struct fixture *)*state)->d.errors == 1);
        buf_clear(&b);
        buf_append(&b, S("a = "));
        repeat(&b, "[", depths[i]);
        repeat(&b, "]", depths[i]);
        root = parse(*state, buf_view(&b));
        assert_true(!root == (((struct fixture *)*state)->d.errors == 1));
        buf_clear(&b);
        buf_append(&b, S("["));
        repeat(&b, "a.", depths[i]);
        buf_append(&b, S("a]\n"));
        root = parse(*state, buf_view(&b));
        assert_true(!root == (((struct fixture *)*state)->d.errors == 1));
        buf_deinit(&b);
    }
    for (int depth = 1; depth <= 300; depth += 13) { /* inline tables with dotted keys */
        struct buf b = {0};
        for (int i = 0; i < depth; i++) {
            repeat(&b, "a.", 30);
            buf_append(&b, S("a={"));
        }
        repeat(&b, "}", depth);
        struct json *root = parse(*state, buf_view(&b));
        assert_true(!root == (((struct fixture *)*state)->d.errors == 1));
        buf_deinit(&b);
    }
    /* Dots that are no nesting. */
    assert_non_null(parse(*state, S("a = '......................................' # "
                                    "......................................\n")));
}

/* Places in a line are found without reading it from its start: else 10^10 code points would be read here. */
static void long_line(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    enum { COUNT = 100000 };
    buf_append(&text, S("\xEF\xBB\xBFx=["));
    for (int i = 0; i < COUNT; i++) {
        buf_append(&text, S("\"\xC3\xA9\","));
    }
    buf_append(&text, S("7]\ny=8"));
    struct json *root = parse(f, buf_view(&text));
    assert_non_null(root);
    struct json *x = json_get(root, S("x"));
    assert_int_equal(x->count, COUNT + 1);
    size_t i = 0;
    for (const struct json *n = x->child; n != x->last; n = n->next, i++) {
        assert_str(n->raw, S("\"\xC3\xA9\""));
        assert_int_equal(n->raw.ptr - text.ptr, 6 + i * 5);
    }
    assert_str(x->last->raw, S("7"));
    assert_str(json_get(root, S("y"))->raw, S("8"));
    buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic_string),
        cmocka_unit_test(literal_string),
        cmocka_unit_test(multi_line_basic_string),
        cmocka_unit_test(multi_line_literal_string),
        cmocka_unit_test(crlf),
        cmocka_unit_test(tree),
        cmocka_unit_test(errors),
        cmocka_unit_test(nesting),
        cmocka_unit_test(long_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
