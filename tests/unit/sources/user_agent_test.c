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

/* Without regard to case a letter outside ASCII may stand for one of ASCII: the Kelvin sign folds to k, the long s to s (Unicode, CaseFolding.txt: 212A, 017F). So bytes that are not there prove nothing. */
static void letters_outside_ascii_that_fold_to_it(void **state)
{
    (void)state;
    struct error e = {0};
    struct uap *u =
        open_file("user_agent_parsers:\n  - regex: 'Sink'\n    family_replacement: 'N'\n"
                  "os_parsers:\n  - regex: 'x'\n"
                  "device_parsers:\n"
                  "  - regex: '(?:basin|sink)\\d'\n    regex_flag: 'i'\n"
                  "    device_replacement: 'Any'\n"
                  "  - regex: 'kitchen'\n    regex_flag: 'i'\n"
                  "    device_replacement: 'All'\n",
                  &e);
    assert_non_null(u);
    check(u, "Kitchen", "Other|||||All");
    check(u, "\xe2\x84\xaaitchen", "Other|||||All");
    check(u, "sink7", "Other|||||Any");
    check(u,
          "\xc5\xbfin\xe2\x84\xaa"
          "7",
          "Other|||||Any");
    check(u, "\xc5\xbfink", "Other|||||Other"); /* case counts in the first list */
    uap_free(u);
}

/* Demands as text, strongest first: texts of one joined by ',', demands by ' & '; '^' before one at the start, '~' before one in any case. */
static void check_demands(const char *regex, bool nocase, const char *expected)
{
    struct arena arena = arena_open((size_t)1 << 24);
    struct regex_demands found = regex_demands(str_from(regex), nocase, &arena);
    str joined = S("");
    for (size_t i = 0; i < found.n; i++) {
        const struct regex_demand *d = &found.list[i];
        size_t shortest = SIZE_MAX;
        joined = arena_concat(&arena, joined, i ? S(" & ") : S(""), d->start ? S("^") : S(""));
        joined = arena_concat(&arena, joined, d->nocase ? S("~") : S(""), S(""));
        for (size_t j = 0; j < d->n; j++) {
            joined = arena_concat(&arena, joined, j ? S(",") : S(""), d->texts[j]);
            shortest = d->texts[j].len < shortest ? d->texts[j].len : shortest;
        }
        assert_int_equal(d->shortest, shortest);
        assert_true(i == 0 || shortest <= found.list[i - 1].shortest);
    }
    assert_str(joined, str_from(expected));
    arena_close(&arena);
}

static void necessary_texts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *regex, *demands;
    } cases[] = {
        {"(GeoEvent Server) (\\d+)(?:\\.(\\d+)|)", "GeoEvent Server "},
        {"ArcGISRuntime-(Android|iOS)/(\\d+)", "ArcGISRuntime- & Android,iOS & /"},
        {"ab?cde", "cde & a"},
        {"ab+cd", "ab & cd"},
        {"abc{0,2}defg", "defg & ab"},
        {"a|b", "a,b"},
        {"(a|b)", "a,b"},
        {"(?:Foo|Ba[rz]\\d|\\w+x)y", "Foo,Ba,x & y"},
        {"(a|b)(?: Build|\\) Web)", " Build,) Web & a,b"},
        {"((?:one|two) three)+x", " three & one,two & x"},
        {"(?:Foo|)x", "x"},
        {"(?:Foo|\\d)x", "x"},
        {"(?:Foo|Bar)?x", "x"},
        {"(?:Foo|Bar){0,2}x", "x"},
        {"(?:Foo|Bar)+x", "Foo,Bar & x"},
        {"(?!Foo|Bar)x", "x"},
        {"Foo 1\\.\\d|Bar (?:2|3)", "Foo 1.,Bar "},
        {"(?:Foo|a(?i)b)x", ""},
        {"(?i:Foo|Bar)x", ""},
        {"(?:Foo|[|])x", "x"},
        {"(?:Fo\\|o|Bar)x", "Fo|o,Bar & x"},
        {"(?:abc)?d", "d"},
        {"x(?:abc)?d", "x & d"},
        {"(?:abc)+d", "abc & d"},
        {"(abc)(def)", "abcdef"},
        {"(abc)+(def)", "abc & def"},
        {"x(?=look)y", "x & y"},
        {"(?<name>abc)d", "d"},
        {"(?i)abc", ""},
        {"(?#x)abc", ""},
        {"(*UTF)abc", ""},
        {"a\\.b\\/c", "a.b/c"},
        {"[abc]def[^]x]g", "def & g"},
        {"a[[:alpha:]]bcd", "bcd & a"},
        {"a[^[:digit:]x]bcd", "bcd & a"},
        {"a[x[:y]bcd", "bcd & a"},
        {"a[[:(]b[]]|cd", "a,cd"},
        {"^abc.d$", "^abc & d"},
        {"^abc|d", "abc,d"},
        {"^(abc|de)f", "^abc,de & f"},
        {"^(?:a|bc?)f", "^a,b & f"},
        {"^(a\\-b|[cd]ef)", "a-b,ef"},
        {"^((a|b)c|d)", "a,b,d"},
        {"^a?(bc|de)", "bc,de"},
        {"^?abc", "abc"},
        {"^x(ab|cd)", "ab,cd & ^x"},
        {"x^(a|b)", "x & a,b"},
        {"(^a|b)c", "a,b & c"},
        {"[Ss]pider|[Cc]rawl\\d", "~spider,crawl"},
        {"Big[Bb]ot/", "~bigbot/"},
        {"x[Bb]?ot", "ot & ~x"},
        {"[Bc]ot", "ot"},
        {"abc\\x41def", ""},
        {"a{b}c", ""},
        {"a{2}bc", "bc"},
        {"a\\d{1,10}bc", "bc & a"},
        {"\xc3\xa9"
         "abc\xc3\xa9*d",
         "abc & d"},
        {"((((((((((a))))))))))", ""},
        {"(open", ""},
        {"open)", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_demands(cases[i].regex, false, cases[i].demands);
    check_demands("(?:Foo|bAr)X", true, "~foo,bar & ~x");
    check_demands("^Ab(cD)", true, "^~abcd");
}

/* ---- What is left out changes nothing ---- */

static const char *const pieces[] = {
    "Mozilla/5.0 (",
    "X11; Linux x86_64",
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    ") AppleWebKit/537.36 (KHTML, like Gecko) ",
    "Chrome/120.0.0.0 ",
    "Safari/537.36",
    "Firefox/119.0",
    "Edg/120.1",
    "Boto3/1.26.165 ",
    "Python/3.10.6 ",
    "Botocore/1.29.165 ",
    "aws-cli/2.15.30 ",
    "aws-sdk-go-v2/1.30.4 ",
    "os/linux ",
    "aws-sdk-java/2.20.162 ",
    "console.amazonaws.com",
    "AWS Internal",
    "Googlebot/2.1",
    "bingbot",
    "SPIDER",
    "CrAwLer/2 ",
    "iPhone; CPU iPhone OS 17_1 like Mac OS X",
    "Android 13; SM-G991B Build/TP1A",
    "CFNetwork/1408.0.4 Darwin/22.5.0",
    "curl/8.4.0",
    "Go-http-client/2.0",
    "HashiCorp Terraform/1.5.7 ",
    "okhttp/4.9",
    "msie 6",
    "Opera Mini/7",
    "lg-a",
    "i-go",
    "\xc3\xa9",
    "\xe2\x84\xaa",
    "\xc5\xbf",
    "\xff",
    "\xf0\x9f\x98\x80",
    " ",
    "/",
    ";",
    "(",
    ")",
    "-",
    "1",
    "0.9",
    "a",
    "B",
    "\n",
};

/* A text of some pieces; of every few one byte is another. */
static str random_agent(uint32_t *seed, char *to, size_t cap)
{
    size_t n = 0, count = 1 + (*seed >> 8) % 9;
    for (size_t i = 0; i < count; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        const char *piece = pieces[(*seed >> 10) % (sizeof pieces / sizeof *pieces)];
        n += (size_t)snprintf(to + n, cap - n, "%s", piece);
    }
    *seed = *seed * 1664525u + 1013904223u;
    if ((*seed >> 9) % 4 == 0)
        to[(*seed >> 12) % n] = (char)(*seed >> 24);
    return (str){to, n};
}

static void assert_same_agent(const struct user_agent *x, const struct user_agent *y)
{
    assert_str(x->name, y->name);
    assert_str(x->version, y->version);
    assert_str(x->os_name, y->os_name);
    assert_str(x->os_version, y->os_version);
    assert_str(x->os_full, y->os_full);
    assert_str(x->device, y->device);
}

static void check_against_trying_all(struct uap *quick, struct uap *slow, uint32_t n)
{
    char text[600];
    uint32_t seed = 7;
    assert_non_null(quick);
    assert_non_null(slow);
    uap_try_all(slow);
    for (uint32_t i = 0; i < n; i++) {
        str agent = random_agent(&seed, text, sizeof text);
        assert_same_agent(uap_parse(quick, agent), uap_parse(slow, agent));
    }
    uap_free(quick);
    uap_free(slow);
}

/* Expressions of the shapes that are told apart: at the start, in any case, many alternatives, optional groups. */
static const char shapes[] =
    "user_agent_parsers:\n"
    "  - regex: '^(Mozilla|aws-(?:cli|sdk-go(?:-v2|)))/(\\d+)\\.(\\d+)'\n"
    "  - regex: '(?:^|\\b)(Boto3?|JetS3t)/(\\d+)(?:\\.(\\d+)|)'\n"
    "  - regex: '([A-z0-9]*(?:[Ss][Pp][Ii][Dd][Ee][Rr]|[Cc][Rr][Aa][Ww][Ll])[a-z]*)'\n"
    "  - regex: 'Python(?: Requests|)/(\\d+)|curl/(\\d)'\n"
    "os_parsers:\n"
    "  - regex: '(Windows NT) (\\d+)\\.(\\d)?;?'\n"
    "  - regex: '(?:os/|; )?(linux|Darwin)'\n    regex_flag: 'i'\n"
    "device_parsers:\n"
    "  - regex: '^(lg\\-a|i\\-go|msie|opera)'\n    regex_flag: 'i'\n"
    "  - regex: '^.{0,100}(bot|k|s{2,}|a b)'\n    regex_flag: 'i'\n"
    "  - regex: '; *(SM-[^;]+?) +Build'\n";

static void what_is_left_out_would_not_match(void **state)
{
    (void)state;
    struct error e = {0};
    check_against_trying_all(open_file(shapes, &e), open_file(shapes, &e), 20000);
    check_against_trying_all(open_file(file, &e), open_file(file, &e), 2000);
    struct uap *installed = uap_open(S(UAP_FILE), &e); /* where it is */
    if (installed)
        check_against_trying_all(installed, uap_open(S(UAP_FILE), &e), 300);
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
        cmocka_unit_test(letters_outside_ascii_that_fold_to_it),
        cmocka_unit_test(necessary_texts_are_found),
        cmocka_unit_test(what_is_left_out_would_not_match),
        cmocka_unit_test(a_file_without_expressions_is_none),
        cmocka_unit_test(many_agents_do_not_fill_memory),
        cmocka_unit_test(without_a_file_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
