/* SPDX-License-Identifier: Apache-2.0 */
/* A large file that several threads read in parts tells the same as when one thread reads it, whatever stands where a part begins: in random files, mostly lines, parts are so small that many of them begin in the midst of something. */
#include "hunt_trace.h"

static const char *const queries[] = {
    "any where event.action == \"DeleteSecurityGroup\"",
    "any where event.action == \"AuthorizeSecurityGroupIngress\" and user.name == \"bob\"",
};

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void add_record(struct buf *out, uint64_t *seed, uint64_t longest)
{
    static const char *const names[] = {"DescribeInstances", "DescribeInstances", "ListBuckets",
                                        "DeleteSecurityGroup", "AuthorizeSecurityGroupIngress"};
    buf_append(out, next_random(seed) % 5   ? S("{\"eventVersion\":\"1.08\",")
                    : next_random(seed) % 2 ? S("{\"awsRegion\":\"x\",")
                                            : S("{ \"eventVersion\": \"1\", "));
    buf_printf(out,
               "\"eventTime\":\"2026-03-10T10:00:00Z\",\"eventSource\":\"ec2.amazonaws.com\","
               "\"eventName\":\"%s\",\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"%s\"},"
               "\"userAgent\":\"%0*d\"}",
               names[next_random(seed) % 5], next_random(seed) % 2 ? "bob" : "eve",
               (int)(1 + next_random(seed) % longest), 7);
}

/* What makes a line that begins with '{' no beginning of a value, or a value one that is not there. */
static void add_odd(struct buf *out, uint64_t *seed)
{
    static const char *const odd[] = {
        "{\"eventSource\":\"s\",\"eventName\":\"cut",
        "{\"eventSource\":\"s\",\"x\":[",
        "\n\n \r\n",
        "just words\n",
        "{\"a\":\"x\n{\"b\":1}\n",
        "}\n",
        "]\n",
        ",\n",
        "\"\n{",
        "{\"a\":{\n\"b\":1\n}\n}\n",
        "{}{}\n{}",
        "2026-03-10T10:00:00.000Z {\"eventSource\":\"s\"}\n",
        "{\"Records\":[\n",
        "\\",
        "{\"eventSource\":\"s\",\"eventName\": oops}\n",
    };
    if (next_random(seed) % 4 == 0) { /* an array whose elements begin lines */
        buf_append(out, next_random(seed) % 2 ? S("[\n") : S("{\"Records\":[\n"));
        for (uint64_t n = next_random(seed) % 6; n; n--) {
            add_record(out, seed, 300);
            buf_append(out, n > 1 ? S(",\n") : S("\n"));
        }
        buf_append(out, next_random(seed) % 3 ? S("]}\n") : S("]\n"));
    } else {
        buf_append(out, str_from(odd[next_random(seed) % (sizeof odd / sizeof *odd)]));
    }
}

/* At least `size` bytes; one line in `odd` is (0: none is). */
static void random_log(struct buf *out, uint64_t *seed, size_t size, uint64_t odd)
{
    buf_clear(out);
    for (size_t lines = 0; out->len < size; lines++) {
        if (lines > 2 && odd && next_random(seed) % odd == 0) {
            add_odd(out, seed);
        }
        add_record(out, seed, next_random(seed) % 50 ? 300 : 9000);
        buf_append(out, next_random(seed) % 30 ? S("\n") : S("\r\n"));
    }
}

struct parts_case {
    char path[32];
    struct arena arena;
    struct walk_file file;
    postern_rules *rules;
    struct hunt_options options;
};

static int make_case(void **state)
{
    struct parts_case *c = *state = mem_alloc(sizeof *c);
    snprintf(c->path, sizeof c->path, "/tmp/postern-parts-XXXXXX");
    int fd = mkstemp(c->path);
    assert_true(fd >= 0);
    close(fd);
    c->arena = arena_open((size_t)1 << 28);
    c->rules = rules_of(queries, 2);
    c->options = options_of(c->rules, &c->arena);
    c->options.order = HUNT_BY_INPUT;
    return 0;
}

static int drop_case(void **state)
{
    struct parts_case *c = *state;
    remove(c->path);
    postern_rules_free(c->rules);
    arena_close(&c->arena);
    mem_free(c);
    return 0;
}

static void run(struct trace *t, struct parts_case *c, unsigned threads, size_t part)
{
    struct walk_list list = {.files = &c->file, .n = 1};
    struct hunt_options options = c->options;
    options.threads = threads;
    options.part = part;
    options.block_memory = part % 2 ? 0 : 2000;
    trace_init(t);
    trace_run(t, &list, options);
    assert_true(t->ok);
}

static void assert_same(const struct trace *got, const struct trace *right)
{
    assert_str(buf_view(&got->matches), buf_view(&right->matches));
    assert_str(buf_view(&got->rejections), buf_view(&right->rejections));
    assert_str(buf_view(&got->files), buf_view(&right->files));
    assert_int_equal(got->stats.records, right->stats.records);
    assert_int_equal(got->stats.unknown, right->stats.unknown);
    assert_int_equal(got->stats.unparsed, right->stats.unparsed);
    assert_int_equal(got->stats.bytes, right->stats.bytes);
    assert_int_equal(got->stats.input_bytes, right->stats.input_bytes);
    assert_int_equal(got->stats.files_read, right->stats.files_read);
}

/* *again: parts that were read a second time. */
static void check(struct parts_case *c, str text, const size_t *parts, size_t n, uint64_t *again)
{
    write_file(c->path, text);
    c->file = (struct walk_file){str_from(c->path), text.len, true};
    struct trace alone;
    run(&alone, c, 1, 0);
    for (size_t i = 0; i < n; i++) {
        for (unsigned threads = 2; threads <= 4; threads += 2) {
            struct trace many;
            run(&many, c, threads, parts[i]);
            assert_same(&many, &alone);
            *again += many.stats.parts_again;
            trace_deinit(&many);
        }
    }
    trace_deinit(&alone);
}

static void whatever_stands_where_a_part_begins(void **state)
{
    static const size_t parts[] = {200, 901, 5000};
    struct buf text = {0};
    uint64_t seed = 5, again = 0;
    for (int i = 0; i < 24; i++) {
        random_log(&text, &seed, 20000, i % 4 ? 2 + next_random(&seed) % 20 : 0);
        check(*state, buf_view(&text), parts, 3, &again);
    }
    assert_true(again > 100); /* else the test would show little */
    buf_deinit(&text);
}

/* With a prefilter, whose skipping begins behind the first MiB: it must leave out the same records. */
static void the_same_is_skipped(void **state)
{
    static const size_t parts[] = {100 * 1000, 512 * 1024, 700 * 1000};
    struct parts_case *c = *state;
    struct buf text = {0};
    uint64_t seed = 9, again = 0;
    c->options.search.keep_rejected = false;
    random_log(&text, &seed, 2500 * 1000, 200);
    check(c, buf_view(&text), parts, 3, &again);
    c->options.search.keep_rejected = true;
    buf_deinit(&text);
}

/* Of a file of lines no part is read twice, once a record was shown; skipping, which needs one, begins behind the first MiB, in the third part. */
static void lines_are_read_once(void **state)
{
    static const size_t part = 512 * 1024;
    struct parts_case *c = *state;
    struct buf text = {0};
    uint64_t seed = 9, again = 0;
    random_log(&text, &seed, 3000 * 1000, 0);
    check(c, buf_view(&text), &part, 1, &again);
    assert_int_equal(again, 0);
    c->options.search.keep_rejected = false;
    check(c, buf_view(&text), &part, 1, &again);
    assert_int_equal(again, 2 * 2); /* of two runs */
    c->options.search.keep_rejected = true;
    buf_deinit(&text);
}

/* The file is shorter by now than its name's size was: what is there is read, once. */
static void a_file_that_shrank(void **state)
{
    struct parts_case *c = *state;
    struct buf text = {0};
    uint64_t seed = 21;
    random_log(&text, &seed, 30000, 0);
    write_file(c->path, buf_view(&text));
    c->file = (struct walk_file){str_from(c->path), 3 * text.len, true};
    struct trace alone, many;
    run(&alone, c, 1, 0);
    run(&many, c, 3, 4000);
    assert_same(&many, &alone);
    assert_true(alone.n_matches > 0);
    trace_deinit(&alone);
    trace_deinit(&many);
    buf_deinit(&text);
}

/* The flag goes up in the midst of a file: what was told till then is the beginning of what would have been told, and the file is told of once. */
static void the_flag_ends_the_file(void **state)
{
    struct parts_case *c = *state;
    struct buf text = {0};
    uint64_t seed = 23;
    random_log(&text, &seed, 300000, 0);
    write_file(c->path, buf_view(&text));
    c->file = (struct walk_file){str_from(c->path), text.len, true};
    struct trace alone, many;
    run(&alone, c, 1, 0);
    for (uint64_t after = 1; after < 100; after += 30) {
        struct walk_list list = {.files = &c->file, .n = 1};
        struct hunt_options options = c->options;
        options.threads = 3;
        options.part = 3000;
        trace_init(&many);
        many.flag_after = after;
        trace_run(&many, &list, options);
        assert_true(many.n_matches >= after);
        assert_true(many.matches.len <= alone.matches.len);
        assert_memory_equal(many.matches.ptr, alone.matches.ptr, many.matches.len);
        assert_int_equal(many.stats.files_read, 1);
        trace_deinit(&many);
    }
    trace_deinit(&alone);
    buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_stands_where_a_part_begins),
        cmocka_unit_test(the_same_is_skipped),
        cmocka_unit_test(lines_are_read_once),
        cmocka_unit_test(a_file_that_shrank),
        cmocka_unit_test(the_flag_ends_the_file),
    };
    return cmocka_run_group_tests(tests, make_case, drop_case);
}
