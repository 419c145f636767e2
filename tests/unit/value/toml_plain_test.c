/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of plain rule files against toml++: the same tree with the same places, or none at all. Texts are pieces put together at random, so that most are a rule's and some are just not TOML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/os.h"
#include "base/tree.h"
#include "value/toml_plain.h"

#include "../shared.h"

static uint32_t pick(uint64_t *seed, uint32_t n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % n;
}

static void check_same(const struct json *x, const struct json *y)
{
    assert_int_equal(x->type, y->type);
    assert_int_equal(x->count, y->count);
    assert_true(str_eq(x->key, y->key));
    assert_true(str_eq(x->text, y->text));
    assert_ptr_equal(x->raw.ptr, y->raw.ptr);
    assert_int_equal(x->raw.len, y->raw.len);
    const struct json *b = y->child;
    for (const struct json *a = x->child; a; a = a->next, b = b->next) {
        assert_non_null(b);
        check_same(a, b);
    }
    assert_null(b);
}

/* Whether it was plain. */
static bool check(str text, struct arena a)
{
    struct diags d = {.arena = &a};
    struct diag_source src = {.file = S("x.toml"), .text = text};
    const struct json *plain = toml_plain_parse(text, &a);
    const struct json *any = plain ? toml_parse_any(&src, &a, &d) : NULL;
    if (plain && !any)
        print_error("refused by toml++: %.*s\n", STR_ARG(text));
    if (plain) {
        assert_non_null(any);
        check_same(plain, any);
    }
    return plain != NULL;
}

static void random_texts_are_read_alike(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "[a]\n",
        "[b]\n",
        "[a.c]\n",
        "[[d]]\n",
        "[[d.e]]\n",
        "[d.f]\n",
        "[[a.g]]\n",
        "[a]",
        "\n",
        "  \t",
        "# word\n",
        "#\xC3\xA9\n",
        "k = 1\n",
        "l = -17\n",
        "m = 'x'\n",
        "n = true\n",
        "o = \"y z\"\n",
        "p = [1, 'a', ]\n",
        "q = [\n [],\n # c\n [false]\n]\n",
        "r = '''\ntwo\nlines'''\n",
        "s = \"\"\"z\"\"\"\n",
        "t = ''\n",
        "u = 007\n",
        "v = 1.5\n",
        "w = \"a\\tb\"\n",
        "x = 2024-01-31\n",
        "y = {a = 1}\n",
        "z.a = 1\n",
        "\"k\" = 1\n",
        "k = 'a' # c\n",
        "k = 'a' b\n",
        "k = [1 2]\n",
        "k = \n",
        "aa = \"\xE2\x80\x93\"\n",
        "ab = '''a''''\n",
        "ac = [,]\n",
        "ad=0\n",
        "ae = -0\n",
        "af = +1\n",
        "ag = \"a\nb\"\n",
        "ah = [[1],[2]]\n",
        "B = 1\n",
        "a-b_c = 1\n",
        "\r\n",
        "\x01",
        "\xEF\xBB\xBF",
        "k",
    };
    enum { PIECES = sizeof pieces / sizeof *pieces, ROUNDS = 40000 };
    uint64_t seed = 5;
    size_t plain = 0;
    struct arena arena = arena_open((size_t)1 << 24);
    struct buf text = {0};
    for (int round = 0; round < ROUNDS; round++) {
        buf_clear(&text);
        for (uint32_t n = pick(&seed, 9); n > 0; n--)
            buf_append(&text, str_from(pieces[pick(&seed, PIECES)]));
        plain += check(buf_view(&text), arena);
    }
    assert_true(plain > ROUNDS / 10);
    buf_deinit(&text);
    arena_close(&arena);
}

static void see_nothing(void *user, str path)
{
    (void)user;
    (void)path;
}

static void see_failure(void *user, const struct error *e)
{
    (void)user;
    (void)e;
}

struct count {
    size_t files, plain;
};

static void see_file(void *user, str path, const struct os_stamp *stamp)
{
    struct count *count = user;
    struct arena arena = arena_open((size_t)1 << 26);
    struct error e = {0};
    str text;
    if (str_ends(path, S(".toml")) && os_read_file(path, (size_t)1 << 20, &arena, &text, &e)) {
        (void)stamp;
        count->files++;
        count->plain += check(text, arena);
    }
    arena_close(&arena);
}

static struct count check_folder(str path)
{
    struct count count = {0, 0};
    struct arena arena = arena_open((size_t)1 << 26);
    const struct tree_visitor visitor = {
        .user = &count, .file = see_file, .missing = see_nothing, .failed = see_failure};
    tree_walk(path, &visitor, &arena);
    arena_close(&arena);
    return count;
}

static void our_rules_are_plain(void **state)
{
    (void)state;
    struct count count = check_folder(S(POSTERN_SOURCE_DIR "/rules"));
    assert_true(count.files > 0);
    assert_int_equal(count.plain, count.files);
}

static void nearly_all_published_rules_are_plain(void **state)
{
    (void)state;
    struct arena arena = arena_open((size_t)1 << 20);
    struct count count = check_folder(shared_folder("corpus/rules", &arena));
    arena_close(&arena);
    assert_true(count.plain * 10 > count.files * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_are_read_alike),
        cmocka_unit_test(our_rules_are_plain),
        cmocka_unit_test(nearly_all_published_rules_are_plain),
    };
    return shared_result(cmocka_run_group_tests(tests, NULL, NULL));
}
