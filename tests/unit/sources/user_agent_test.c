/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of uap-core's file: its quoting, replacements, versions in parts, flags, groups that are not there; and what is asked for twice. The expressions are our own. */
#include "../base/assert_str.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sources/enrichment.h"
#include "sources/regex_literal.h"

static const char file[] = "# a comment\n"
                           "user_agent_parsers:\n"
                           "  - regex: '(broken'\n"
                           "  # quotes: one doubled\n"
                           "  - regex: '(Agent)''s/(\\d+)(?:\\.(\\d+)|)(?:\\.(\\d+)|)'\n"
                           "    family_replacement: 'The $1 of $9'\n"
                           "  - regex: \"(Two)\\\\/(\\\\d+)\"\n"
                           "    v1_replacement: \"$2\"\n"
                           "    v2_replacement: '7'\n"
                           "  - regex: plain\n"
                           "    family_replacement: Plain\n"
                           "\n"
                           "os_parsers:\n"
                           "  - regex: 'Sys (\\d+)_(\\d+)'\n"
                           "    os_replacement: 'System'\n"
                           "    os_v1_replacement: '$1'\n"
                           "    os_v2_replacement: '$2'\n"
                           "  - regex: '(none)'\n"
                           "device_parsers:\n"
                           "  - regex: '(gadget)'\n"
                           "    regex_flag: 'i'\n"
                           "    device_replacement: 'G'\n"
                           "    brand_replacement: 'ignored'\n";

static struct uap *open_file(const char *text, struct error *e)
{
    char path[] = "/tmp/postern-uap-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *out = fdopen(fd, "w");
    fputs(text, out);
    fclose(out);
    struct uap *u = uap_open(str_from(path), e);
    unlink(path);
    return u;
}

static void check(struct uap *u, const char *text, const char *expected)
{
    char got[300];
    const struct user_agent *a = uap_parse(u, str_from(text));
    snprintf(got, sizeof(got), "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(a->name),
             STR_ARG(a->version), STR_ARG(a->os_name), STR_ARG(a->os_version), STR_ARG(a->os_full),
             STR_ARG(a->device));
    assert_string_equal(got, expected);
}

static void agents_are_taken_apart(void **state)
{
    (void)state;
    struct error e = {0};
    struct uap *u = open_file(file, &e);
    assert_non_null(u);
    for (int round = 0; round < 2; round++) {
        check(u, "Agent's/1.2 Sys 10_15 GADGET", "The Agent of|1.2|System|10.15|System 10.15|G");
        check(u, "Agent's/1.2.3", "The Agent of|1.2.3||||Other");
        check(u, "Two/5 none", "Two|5.7|none|||Other");
        check(u, "plain", "Plain|||||Other");
        check(u, "", "Other|||||Other");
        check(u, "\xff\xfe Agent's/4", "The Agent of|4||||Other");
    }
    assert_int_equal(uap_left_out(u), 1);
    uap_free(u);
}

/* A text for which the stack of machine code is too small: the first few times an expression runs there is none. */
static void answers_stay_the_same(void **state)
{
    (void)state;
    struct error e = {0};
    struct uap *u = open_file("user_agent_parsers:\n"
                              "  - regex: '^((?:a|b)*)Tool/(\\d+)'\n"
                              "    family_replacement: 'Tool'\n"
                              "    v1_replacement: '$2'\n"
                              "os_parsers:\n  - regex: 'x'\n"
                              "device_parsers:\n  - regex: 'x'\n",
                              &e);
    assert_non_null(u);
    for (int i = 0; i < 30; i++) {
        char text[1600], expected[40];
        memset(text, i % 2 ? 'a' : 'b', sizeof text);
        snprintf(text + 1500, sizeof text - 1500, "Tool/%d", i);
        snprintf(expected, sizeof expected, "Tool|%d||||Other", i);
        check(u, text, expected);
    }
    uap_free(u);
}

/* The same text, and others, more often than an expression is interpreted: \S is any letter, in machine code too. */
static void letters_outside_ascii(void **state)
{
    (void)state;
    struct error e = {0};
    struct uap *u = open_file("user_agent_parsers:\n"
                              "  - regex: '^(\\D\\S+\\W)/(\\d+)'\n"
                              "os_parsers:\n  - regex: 'x'\n"
                              "device_parsers:\n  - regex: 'x'\n",
                              &e);
    assert_non_null(u);
    for (int i = 0; i < 30; i++) {
        char text[60], expected[80];
        snprintf(text, sizeof text, "\xc3\xa9l\xc3\xa9\xe2\x82\xac/%d", i);
        snprintf(expected, sizeof expected, "\xc3\xa9l\xc3\xa9\xe2\x82\xac|%d||||Other", i);
        check(u, text, expected);
    }
    check(u, "a\xff-/7", "a\xef\xbf\xbd-|7||||Other"); /* not UTF-8: U+FFFD */
    uap_free(u);
}

static void check_literal(const char *regex, const char *all, const char *any)
{
    struct arena arena = arena_open((size_t)1 << 20);
    struct regex_literal found = regex_literal(str_from(regex), &arena);
    str joined = S("");
    for (size_t i = 0; i < found.n_any; i++)
        joined = arena_concat(&arena, joined, i ? S(",") : S(""), found.any[i]);
    assert_str(found.all, str_from(all));
    assert_str(joined, str_from(any));
    arena_close(&arena);
}

static void necessary_texts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *regex, *literal;
        const char *any; /* joined by ',' */
    } cases[] = {
        {"(GeoEvent Server) (\\d+)(?:\\.(\\d+)|)", "GeoEvent Server ", ""},
        {"ArcGISRuntime-(Android|iOS)/(\\d+)", "ArcGISRuntime-", "Android,iOS"},
        {"ab?cde", "cde", ""},
        {"ab+cd", "ab", ""},
        {"abc{0,2}defg", "defg", ""},
        {"a|b", "", "a,b"},
        {"(a|b)", "", "a,b"},
        {"(?:Foo|Ba[rz]\\d|\\w+x)y", "y", "Foo,Ba,x"},
        {"(a|b)(?: Build|\\) Web)", "", " Build,) Web"},
        {"((?:one|two) three)+x", " three", "one,two"},
        {"(?:Foo|)x", "x", ""},
        {"(?:Foo|\\d)x", "x", ""},
        {"(?:Foo|Bar)?x", "x", ""},
        {"(?:Foo|Bar){0,2}x", "x", ""},
        {"(?:Foo|Bar)+x", "x", "Foo,Bar"},
        {"(?!Foo|Bar)x", "x", ""},
        {"Foo 1\\.\\d|Bar (?:2|3)", "", "Foo 1.,Bar "},
        {"(?:Foo|a(?i)b)x", "x", ""},
        {"(?i:Foo|Bar)x", "", ""},
        {"(?:Foo|[|])x", "x", ""},
        {"(?:Fo\\|o|Bar)x", "x", "Fo|o,Bar"},
        {"(?:abc)?d", "d", ""},
        {"(?:abc)+d", "abc", ""},
        {"(abc)(def)", "abcdef", ""},
        {"x(?=look)y", "x", ""},
        {"(?i)abc", "", ""},
        {"a\\.b\\/c", "a.b/c", ""},
        {"[abc]def[^]x]g", "def", ""},
        {"a[[:alpha:]]bcd", "bcd", ""},
        {"a[^[:digit:]x]bcd", "bcd", ""},
        {"a[x[:y]bcd", "bcd", ""},
        {"a[[:(]b[]]|cd", "", "a,cd"},
        {"^abc.d$", "abc", ""},
        {"abc\\x41def", "", ""},
        {"(open", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_literal(cases[i].regex, cases[i].literal, cases[i].any);
}

static void a_file_without_expressions_is_none(void **state)
{
    (void)state;
    struct error e = {0};
    assert_null(open_file("user_agent_parsers:\n  - regex: 'x'\n", &e));
    assert_int_equal(e.code, ERROR_CORRUPT);
    e = (struct error){0};
    assert_null(uap_open(S("/nonexistent/regexes.yaml"), &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
}

static void many_agents_do_not_fill_memory(void **state)
{
    (void)state;
    struct error e = {0};
    struct uap *u = open_file(file, &e);
    char text[64];
    for (int i = 0; i < 25000; i++) {
        snprintf(text, sizeof(text), "Agent's/%d", i);
        const struct user_agent *a = uap_parse(u, str_from(text));
        assert_str(a->version, str_from(text + 8));
    }
    uap_free(u);
}

static void without_a_file_there_is_nothing(void **state)
{
    (void)state;
    struct enrichment *x = enrichment_new(&(struct enrichment_options){.user_agents = ""});
    assert_null(enrichment_user_agent(x, S("Agent's/1")));
    enrichment_free(x);
    x = enrichment_new(&(struct enrichment_options){.user_agents = "/nonexistent"});
    assert_null(enrichment_user_agent(x, S("Agent's/1")));
    enrichment_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agents_are_taken_apart),
        cmocka_unit_test(answers_stay_the_same),
        cmocka_unit_test(letters_outside_ascii),
        cmocka_unit_test(necessary_texts_are_found),
        cmocka_unit_test(a_file_without_expressions_is_none),
        cmocka_unit_test(many_agents_do_not_fill_memory),
        cmocka_unit_test(without_a_file_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
