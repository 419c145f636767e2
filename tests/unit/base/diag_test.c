/* SPDX-License-Identifier: Apache-2.0 */
/* base/diag.h: the exact text of a diagnostic. The format is the one shown in the header. */
#include "assert_str.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* One error 'm' at `at` of `src`, printed, in `out`. */
static void print(const struct diag_source *src, span at, struct buf *out)
{
    struct arena a = arena_open(1 << 20);
    struct diags d = {.arena = &a};
    struct diag *item = diag_error(&d, src, at, DIAG_UNKNOWN_FIELD, "unknown field '%s'", "x");
    diag_hint(&d, item, "did you mean 'y'?");
    buf_clear(out);
    diag_print(item, false, out);
    arena_close(&a);
}

static void the_caret_stands_under_the_span(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.file = S("rules/a.toml"), .text = S("one\nwhere xy == 1\nlast")},
          (span){10, 12}, &out);
    assert_str(buf_view(&out), S("rules/a.toml:2:7: error: unknown field 'x' [unknown-field]\n"
                                 "    2 | where xy == 1\n"
                                 "      |       ^^ did you mean 'y'?\n"));
    buf_deinit(&out);
}

/* Many places of one text, up and down: lines and columns counted by hand below. */
static void places_of_many_lines_are_found_in_any_order(void **state)
{
    (void)state;
    /* 0: byte order mark; 3: "a" CR LF; 6: LF; 7: "\xC3\xA9" is one character, "b" follows it; 11: tab and "c", and no newline behind. */
    str text = S("\xEF\xBB\xBF"
                 "a\r\n"
                 "\n"
                 "\xC3\xA9"
                 "b\n"
                 "\tc");
    static const struct {
        size_t at, line, column;
    } places[] = {
        {11, 4, 1}, {12, 4, 2}, {13, 4, 3}, {99, 4, 3}, {9, 3, 2}, {7, 3, 1},  {8, 3, 2},
        {6, 2, 1},  {5, 1, 3},  {4, 1, 2},  {3, 1, 1},  {0, 1, 1}, {10, 3, 3}, {9, 3, 2},
    };
    struct diag_lines lines = {0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct line_column place = diag_locate_next(&lines, text, places[i].at);
        assert_int_equal(place.line, places[i].line);
        assert_int_equal(place.column, places[i].column);
    }
    str other = S("x\ny"); /* another text, a place behind the last */
    assert_int_equal(diag_locate_next(&lines, other, 2).line, 2);
}

/* A line in which every character takes three bytes, so that places fall into their midst: all bytes at once and each by itself must
 * say the same. So must every order: up, down, and to and fro. */
static void a_place_does_not_depend_on_the_one_before(void **state)
{
    (void)state;
    enum { N = 300 };
    char bytes[N];
    for (size_t i = 0; i < N; i++) {
        bytes[i] = i % 40 == 39 ? '\n' : "\xE2\x82\xAC"[i % 3];
    }
    str text = {bytes, N};
    struct diag_lines up = {0}, down = {0}, fro = {0};
    for (size_t i = 0; i <= N; i++) {
        size_t at[] = {i, N - i, i * 7919 % (N + 1)};
        struct diag_lines *const lines[] = {&up, &down, &fro};
        for (size_t k = 0; k < 3; k++) {
            struct line_column place = diag_locate_next(lines[k], text, at[k]);
            struct line_column alone = diag_locate(text, at[k]);
            assert_int_equal(place.line, at[k] / 40 + 1);
            assert_int_equal(place.line, alone.line);
            assert_int_equal(place.column, alone.column);
        }
    }
}

/* 200,000 mistakes in one line of 400,000 bytes, added from the last to the first: counting from its start for each, or looking for a place among all, would be 40,000,000,000 steps. */
static void many_mistakes_of_one_line_take_no_time(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct arena a = arena_open((size_t)1 << 28);
    char *line = arena_push(&a, 1, 2 * N);
    memset(line, 'x', 2 * N);
    struct diags d = {.arena = &a, .limit = N};
    struct diag_source src = {.text = {line, 2 * N}};
    for (uint32_t i = N; i > 0; i--) {
        diag_error(&d, &src, (span){2 * i - 2, 2 * i - 1}, DIAG_SYNTAX, "m");
    }
    diags_order(&d, NULL);
    struct diag_lines lines = {0};
    size_t column = 1;
    struct buf out = {0};
    for (const struct diag *item = d.first; item; item = item->next) {
        buf_clear(&out);
        diag_print_next(item, false, &lines, &out);
        struct line_column place = diag_locate_next(&lines, src.text, item->at.at);
        assert_int_equal(place.column, column);
        column += 2;
    }
    assert_int_equal(column, 2 * N + 1);
    assert_int_equal(d.last->at.at, 2 * N - 2);
    buf_deinit(&out);
    arena_close(&a);
}

static void a_query_without_a_file_has_a_name(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("a")}, (span){0, 1}, &out);
    assert_true(str_starts(buf_view(&out), S("<query>:1:1: error: ")));
    buf_deinit(&out);
}

static void tabs_before_the_caret_are_repeated(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("\ta\tbc")}, (span){3, 5}, &out);
    assert_str(buf_view(&out), S("<query>:1:4: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | \ta\tbc\n"
                                 "      | \t \t^^ did you mean 'y'?\n"));
    buf_deinit(&out);
}

static void a_tab_under_the_marker_counts_one(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("a\tb")}, (span){0, 3}, &out);
    assert_true(str_ends(buf_view(&out), S("      | ^^^ did you mean 'y'?\n")));
    buf_deinit(&out);
}

/* Two characters of two columns each before the span, one under it. */
static void wide_characters_move_the_caret_by_their_columns(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E")}, (span){6, 9},
          &out);
    assert_str(buf_view(&out), S("<query>:1:3: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n"
                                 "      |     ^^ did you mean 'y'?\n"));
    buf_deinit(&out);
}

static void control_characters_are_shown_and_take_one_column(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("a\x1b\xFF"
                                          "b")},
          (span){3, 4}, &out);
    assert_str(buf_view(&out), S("<query>:1:4: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | a\xEF\xBF\xBD\xEF\xBF\xBD"
                                 "b\n"
                                 "      |    ^ did you mean 'y'?\n"));
    print(&(struct diag_source){.text = S("a\x01\x02"
                                          "b")},
          (span){1, 3}, &out);
    assert_true(str_ends(buf_view(&out), S("      |  ^^ did you mean 'y'?\n")));
    buf_deinit(&out);
}

static void a_byte_order_mark_is_no_column(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("\xEF\xBB\xBF"
                                          "ab\nc")},
          (span){4, 5}, &out);
    assert_str(buf_view(&out), S("<query>:1:2: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | ab\n"
                                 "      |  ^ did you mean 'y'?\n"));
    print(&(struct diag_source){.text = S("\xEF\xBB\xBF"
                                          "ab")},
          (span){0, 1}, &out);
    assert_true(str_starts(buf_view(&out), S("<query>:1:1: ")));
    buf_deinit(&out);
}

static void the_end_of_the_text_can_be_pointed_at(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("any where")}, (span){9, 9}, &out);
    assert_str(buf_view(&out), S("<query>:1:10: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | any where\n"
                                 "      |          ^ did you mean 'y'?\n"));
    print(&(struct diag_source){.text = S("ab")}, (span){7, 90}, &out);
    assert_true(str_starts(buf_view(&out), S("<query>:1:3: ")));
    buf_deinit(&out);
}

static void a_span_over_lines_is_marked_to_the_end_of_its_first(void **state)
{
    (void)state;
    struct buf out = {0};
    print(&(struct diag_source){.text = S("ab\r\ncd")}, (span){1, 6}, &out);
    assert_str(buf_view(&out), S("<query>:1:2: error: unknown field 'x' [unknown-field]\n"
                                 "    1 | ab\n"
                                 "      |  ^ did you mean 'y'?\n"));
    buf_deinit(&out);
}

static void a_long_line_is_cut_round_the_caret(void **state)
{
    (void)state;
    char text[5000];
    struct buf out = {0};
    memset(text, '.', sizeof text);
    memcpy(text + 2500, "HERE", 4);
    print(&(struct diag_source){.text = {text, sizeof text}}, (span){2500, 2504}, &out);
    str shown = buf_view(&out);
    assert_true(str_starts(shown, S("<query>:1:2501: ")));
    assert_true(shown.len < 600);
    size_t here = str_find(shown, S("HERE"), 0), mark = str_find(shown, S("^^^^ "), 0);
    assert_true(here != SIZE_MAX && mark != SIZE_MAX);
    size_t line = str_rfind_byte(str_slice(shown, 0, here), '\n');
    size_t caret = str_rfind_byte(str_slice(shown, 0, mark), '\n');
    assert_int_equal(here - line, mark - caret);
    buf_deinit(&out);
}

/* "ab" stood at 4 and "cd" at 9 of the file: between them the file has three bytes more. */
/* No byte of the line starts a character, so nothing must look for the start of one without end; the block is as long as
 * the text, so that a step past it is seen. */
static void a_long_line_of_continuation_bytes_keeps_its_window(void **state)
{
    (void)state;
    enum { LONG = 1000 };
    char *text = malloc(LONG); /* not test_malloc, which puts room behind it */
    assert_non_null(text);
    memset(text, 0x80, LONG);
    memcpy(text + LONG - 2, "\xF0\x90", 2);
    struct buf out = {0};
    print(&(struct diag_source){.text = {text, LONG}}, (span){LONG - 1, LONG}, &out);
    size_t source = str_find(buf_view(&out), S("    1 | \xEF\xBF\xBD"), 0);
    size_t caret = str_find(buf_view(&out), S(" ^ did you mean 'y'?\n"), 0);
    assert_true(source != SIZE_MAX && caret != SIZE_MAX && caret > source);
    assert_true(out.len < 1000);
    buf_deinit(&out);
    free(text);
}

static void a_span_of_an_embedded_text_points_into_the_file(void **state)
{
    (void)state;
    static const uint32_t inner[] = {0, 2}, outer[] = {4, 9};
    struct text_map map = {inner, outer, 2};
    struct diag_source src = {.text = S("q = ab + cd !"), .map = &map};
    struct arena a = arena_open(1 << 16);
    struct diags d = {.arena = &a};
    struct diag *second = diag_error(&d, &src, (span){2, 4}, DIAG_SYNTAX, "m");
    assert_int_equal(second->at.at, 9);
    assert_int_equal(second->at.end, 11);
    struct diag *both = diag_error(&d, &src, (span){1, 3}, DIAG_SYNTAX, "m");
    assert_int_equal(both->at.at, 5);
    assert_int_equal(both->at.end, 10);
    struct diag *first = diag_error(&d, &src, (span){0, 2}, DIAG_SYNTAX, "m");
    assert_int_equal(first->at.at, 4);
    assert_int_equal(first->at.end, 6);
    arena_close(&a);
}

static void past_the_limit_errors_only_count(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    struct diags d = {.arena = &a, .limit = 2};
    struct diag_source src = {.text = S("a")};
    assert_non_null(diag_error(&d, &src, (span){0, 1}, DIAG_SYNTAX, "1"));
    assert_non_null(diag_error(&d, &src, (span){0, 1}, DIAG_SYNTAX, "2"));
    struct diag *third = diag_error(&d, &src, (span){0, 1}, DIAG_SYNTAX, "3");
    assert_null(third);
    diag_hint(&d, third, "no item");
    assert_non_null(diag_warning(&d, &src, (span){0, 1}, DIAG_NO_EFFECT, "w"));
    assert_int_equal(d.errors, 3);
    assert_int_equal(d.warnings, 1);
    assert_str(d.last->message, S("w"));
    arena_close(&a);
}

static void some_are_ordered_by_place_and_equal_places_stay(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 16);
    struct diags d = {.arena = &a};
    struct diag_source src = {.text = S("0123456789")};
    static const struct {
        uint32_t at;
        const char *message;
    } added[] = {{9, "other file"}, {5, "e"}, {1, "a"}, {5, "f"}, {0, "0"}, {7, "g"}, {5, "h"}};
    struct diag *before = NULL;
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        span at = {added[i].at, added[i].at + 1};
        struct diag *item = diag_error(&d, &src, at, DIAG_SYNTAX, "%s", added[i].message);
        before = i == 0 ? item : before;
    }
    diags_order(&d, before);
    struct buf order = {0};
    for (const struct diag *item = d.first; item; item = item->next) {
        buf_append(&order, item->message);
        buf_byte(&order, ' ');
    }
    assert_str(buf_view(&order), S("other file 0 a e f h g "));
    assert_str(d.last->message, S("g"));
    diags_order(&d, d.last); /* nothing was added */
    diags_order(&d, NULL);
    assert_str(d.first->message, S("0"));
    assert_str(d.last->message, S("other file"));
    buf_deinit(&order);
    arena_close(&a);
}

/* As they were added first, under the same limit. */
static void kept_diagnostics_are_added_again(void **state)
{
    (void)state;
    struct arena a = arena_open(1 << 20);
    struct diags first = {.arena = &a}, again = {.arena = &a, .limit = 1};
    const struct diag_source src = {.file = S("f"), .text = S("text")};
    diag_hint(&first, diag_error(&first, &src, (span){1, 2}, DIAG_UNKNOWN_FIELD, "one"), "hint");
    diag_warning(&first, &src, (span){2, 3}, DIAG_NO_EFFECT, "two");
    diag_error(&first, &src, (span){0, 1}, DIAG_UNKNOWN_FIELD, "three");
    assert_false(diags_cut(&first));
    for (const struct diag *d = first.first; d; d = d->next) {
        assert_false(diags_cut(&again));
        diag_again(&again, d);
    }
    assert_true(diags_cut(&again)); /* the second error is only counted */
    assert_int_equal(again.errors, 2);
    assert_int_equal(again.warnings, 1);
    struct buf out = {0}, expected = {0};
    diag_print(first.first, false, &expected);
    diag_print(first.first->next, false, &expected);
    diag_print(again.first, false, &out);
    diag_print(again.first->next, false, &out);
    assert_str(buf_view(&out), buf_view(&expected));
    assert_null(again.last->next);
    buf_deinit(&out);
    buf_deinit(&expected);
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_diagnostics_are_added_again),
        cmocka_unit_test(the_caret_stands_under_the_span),
        cmocka_unit_test(places_of_many_lines_are_found_in_any_order),
        cmocka_unit_test(a_place_does_not_depend_on_the_one_before),
        cmocka_unit_test(many_mistakes_of_one_line_take_no_time),
        cmocka_unit_test(a_query_without_a_file_has_a_name),
        cmocka_unit_test(tabs_before_the_caret_are_repeated),
        cmocka_unit_test(a_tab_under_the_marker_counts_one),
        cmocka_unit_test(wide_characters_move_the_caret_by_their_columns),
        cmocka_unit_test(control_characters_are_shown_and_take_one_column),
        cmocka_unit_test(a_byte_order_mark_is_no_column),
        cmocka_unit_test(the_end_of_the_text_can_be_pointed_at),
        cmocka_unit_test(a_span_over_lines_is_marked_to_the_end_of_its_first),
        cmocka_unit_test(a_long_line_is_cut_round_the_caret),
        cmocka_unit_test(a_long_line_of_continuation_bytes_keeps_its_window),
        cmocka_unit_test(a_span_of_an_embedded_text_points_into_the_file),
        cmocka_unit_test(past_the_limit_errors_only_count),
        cmocka_unit_test(some_are_ordered_by_place_and_equal_places_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
