/* SPDX-License-Identifier: Apache-2.0 */
/* sources/row_memo.h: what rows gave for a text is given again, and texts that are much alike do not drive each other out. */
#include "../base/assert_str.h"

#include <stdio.h>

#include "sources/row_memo.h"

/* How often the row ran. */
static size_t runs;

static const struct json *runs_and_gives_its_input(const struct row_input *r)
{
    runs++;
    return r->in[0]->text.ptr[0] == '-' ? NULL : r->in[0];
}

static void ask(struct row_memo *memo, struct arena *a, const char *text)
{
    static const struct row row = {.fn = runs_and_gives_its_input};
    const struct json *in = json_new_string(a, arena_copy(a, str_from(text)));
    const struct row_input input = {.row = &row, .in = {in}, .arena = a};
    const struct json *value;
    row_memo_begin(memo);
    if (!row_memo_find(memo, 0, in, &value))
        value = row_memo_value(memo, 0, &input);
    if (text[0] == '-')
        assert_null(value);
    else
        assert_str(value->text, str_from(text));
}

/* Texts of these beginning and end, with a number between them. */
static void alike(const char *begin, const char *end)
{
    enum { TEXTS = 40, ROUNDS = 10 };
    struct row_memo *memo = row_memo_new(1);
    struct arena arena = arena_open((size_t)1 << 20);
    runs = 0;
    for (int i = 0; i < ROUNDS * TEXTS; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s%d%s", begin, i % TEXTS, end);
        ask(memo, &arena, text);
    }
    /* Each ran once; two or three pairs of 40 may share one of 1,024 places. */
    assert_in_range(runs, TEXTS, TEXTS + 6 * (ROUNDS - 1));
    arena_close(&arena);
    row_memo_free(memo);
}

static void texts_that_are_alike_are_all_remembered(void **state)
{
    (void)state;
    alike("Describe", "");
    alike("aws-cli/2.15.", " Python/3.11 and more");
    alike("", ".example.com");
    alike("", "");
    alike("-", " is nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_are_alike_are_all_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
