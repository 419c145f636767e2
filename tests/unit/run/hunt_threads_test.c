/* SPDX-License-Identifier: Apache-2.0 */
/* run/pipeline.h: with any number of workers a hunt tells the same, in the same order, as on one thread: matches, rejections, files, books; also when it is ended in its midst. */
#include "hunt_trace.h"

#include "../input/packed.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { SMALL_FILES = 60, LARGE_RECORDS = 3000, FILES_MAX = 80 };

static const char *const queries[] = {
    "any where event.action : \"*SecurityGroup*\"",
    "any where event.action == \"AuthorizeSecurityGroupIngress\" and user.name == \"bob\"",
};
enum { N_QUERIES = sizeof queries / sizeof *queries };

static const unsigned worker_counts[] = {2, 3, 8};
enum { N_WORKER_COUNTS = sizeof worker_counts / sizeof *worker_counts };

/* Files in a folder of their own, the rules, and how often each rule must match. */
struct hunt_case {
    char folder[32];
    struct arena arena;
    struct walk_list list;
    postern_rules *rules;
    struct hunt_options options;
    uint64_t expected_matches, expected_records, expected_rejections;
    uint64_t made;
};

/* One CloudTrail record. Times go back and forth and repeat, so that sorting has work and ties; every third record is of interest to
 * the first rule, every sixth to the second. */
static void add_record(struct hunt_case *c, struct buf *out)
{
    unsigned i = (unsigned)c->made++;
    const char *name = i % 6 == 0   ? "AuthorizeSecurityGroupIngress"
                       : i % 3 == 0 ? "DeleteSecurityGroup"
                                    : "DescribeInstances";
    buf_printf(out,
               "{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-03-10T%02u:%02u:00Z\","
               "\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"%s\",\"eventID\":\"%u\","
               "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"%s\"},"
               "\"userAgent\":\"%0*u\"}",
               i * 7 % 24, i * 13 % 60, name, i, i % 2 ? "alice" : "bob", (int)(i % 600), i);
    c->expected_records++;
    c->expected_matches += (i % 3 == 0) + (i % 6 == 0);
}

static void add_file(struct hunt_case *c, str bytes)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%03zu", c->folder, c->list.n);
    assert_true(c->list.n < FILES_MAX);
    write_file(path, bytes);
    c->list.files[c->list.n++] =
        (struct walk_file){arena_copy(&c->arena, str_from(path)), bytes.len, c->list.n % 2 == 0};
}

/* A folder in the place of a file: it cannot be read, by root neither. */
static void add_unreadable(struct hunt_case *c)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%03zu", c->folder, c->list.n);
    assert_int_equal(mkdir(path, 0700), 0);
    c->list.files[c->list.n++] = (struct walk_file){arena_copy(&c->arena, str_from(path)), 0, true};
}

static void lines(struct hunt_case *c, size_t records, size_t broken_every, struct buf *out)
{
    for (size_t i = 0; i < records; i++) {
        add_record(c, out);
        buf_byte(out, '\n');
        if (broken_every && i % broken_every == broken_every - 1) {
            buf_append(out, S("{\"eventSource\":\"s\",\"eventName\": oops}\n"));
            c->expected_records++;
            c->expected_rejections++;
        }
    }
}

static void batch(struct hunt_case *c, size_t records, struct buf *out)
{
    buf_append(out, S("{\"Records\":["));
    for (size_t i = 0; i < records; i++) {
        buf_append(out, i ? S(",") : S(""));
        add_record(c, out);
    }
    buf_append(out, S("]}"));
}

static void add_small_files(struct hunt_case *c, size_t n)
{
    struct buf b = BUF_INIT(SIZE_MAX / 4);
    for (size_t i = 0; i < n; i++) {
        buf_clear(&b);
        switch (i % 6) {
        case 0:
            lines(c, i % 5, 0, &b); /* at times empty */
            break;
        case 1:
            batch(c, 1 + i % 7, &b);
            break;
        case 2:
            lines(c, 9, 4, &b);
            break;
        case 3:
            buf_append(&b, S("just words, line by line\nand more\n"));
            break;
        case 4:
            buf_append(&b, S("{\"a\":1}\n{\"b\":2}\n")); /* JSON that no source knows */
            break;
        default:
            lines(c, 1, 0, &b);
            break;
        }
        add_file(c, buf_view(&b));
    }
    buf_deinit(&b);
}

static void add_large_file(struct hunt_case *c, bool as_batch)
{
    struct buf b = BUF_INIT(SIZE_MAX / 4);
    if (as_batch) {
        batch(c, LARGE_RECORDS, &b);
    } else {
        lines(c, LARGE_RECORDS, 250, &b);
    }
    assert_true(b.len > (size_t)2 * 512 * 1024); /* several blocks of the pipeline */
    add_file(c, buf_view(&b));
    buf_deinit(&b);
}

/* The last eight bytes of gzip data are its checksum and length: without them all records are there, and the file is cut short. */
static void add_truncated(struct hunt_case *c)
{
    struct buf b = BUF_INIT(SIZE_MAX / 4);
    lines(c, 40, 0, &b);
    struct buf stored = BUF_INIT(SIZE_MAX / 4);
    gzip_append(&stored, buf_view(&b));
    add_file(c, str_slice(buf_view(&stored), 0, stored.len - 8));
    buf_deinit(&stored);
    buf_deinit(&b);
}

static int make_case(void **state)
{
    struct hunt_case *c = mem_alloc(sizeof *c);
    snprintf(c->folder, sizeof c->folder, "/tmp/postern-hunt-XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    c->arena = arena_open((size_t)1 << 28);
    c->list.files = NEW_ARRAY(&c->arena, struct walk_file, FILES_MAX);
    add_small_files(c, SMALL_FILES / 2);
    add_large_file(c, true);
    add_unreadable(c);
    add_truncated(c);
    add_large_file(c, false);
    add_small_files(c, SMALL_FILES / 2);
    c->rules = rules_of(queries, N_QUERIES);
    c->options = options_of(c->rules, &c->arena);
    *state = c;
    return 0;
}

static int drop_case(void **state)
{
    struct hunt_case *c = *state;
    for (size_t i = 0; i < c->list.n; i++) {
        remove(c->list.files[i].path.ptr);
    }
    rmdir(c->folder);
    postern_rules_free(c->rules);
    arena_close(&c->arena);
    mem_free(c);
    return 0;
}

static void run_with(struct trace *t, struct hunt_case *c, enum hunt_order order, unsigned threads)
{
    struct hunt_options options = c->options;
    options.order = order;
    options.threads = threads;
    trace_run(t, &c->list, options);
    assert_true(t->ok);
    assert_int_equal(t->error.code, ERROR_NONE);
}

/* All numbers of the books but the time taken. */
static void write_books(const struct hunt_stats *s, struct buf *out)
{
    const uint64_t single[] = {
        s->files_read,          s->files_empty,   s->files_not_log, s->files_unreadable,
        s->files_truncated,     s->named_not_log, s->records,       s->unknown,
        s->matched_records,     s->bytes,         s->input_bytes,   s->total_input_bytes,
        s->limits.combinations, s->limits.regex,  s->interrupted};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
        buf_printf(out, "%llu ", (unsigned long long)single[i]);
    }
    for (size_t i = 0; i < s->n_datasets; i++) {
        buf_printf(out, "| %llu %llu %llu ", (unsigned long long)s->datasets[i].evaluated,
                   (unsigned long long)s->datasets[i].passed,
                   (unsigned long long)s->datasets[i].rejected);
    }
    for (size_t i = 0; i < s->n_rules; i++) {
        buf_printf(out, "; %llu ", (unsigned long long)s->rule_matches[i]);
    }
}

static void assert_same_books(const struct hunt_stats *a, const struct hunt_stats *b)
{
    struct buf left = {0}, right = {0};
    write_books(a, &left);
    write_books(b, &right);
    assert_str(buf_view(&left), buf_view(&right));
    buf_deinit(&left);
    buf_deinit(&right);
}

static bool is_prefix(const struct buf *of, const struct buf *it)
{
    return it->len <= of->len && (it->len == 0 || memcmp(of->ptr, it->ptr, it->len) == 0);
}

static void one_thread_tells_what_was_made(void **state)
{
    struct hunt_case *c = *state;
    struct trace t;
    trace_init(&t);
    run_with(&t, c, HUNT_BY_INPUT, 1);
    assert_int_equal(t.n_matches, c->expected_matches);
    assert_int_equal(t.n_rejections, c->expected_rejections);
    assert_int_equal(t.stats.records, c->expected_records);
    assert_int_equal(t.stats.rule_matches[0] + t.stats.rule_matches[1], c->expected_matches);
    assert_int_equal(t.stats.files_unreadable, 1);
    assert_int_equal(t.stats.files_truncated, 1);
    assert_int_equal(t.stats.files_not_log, 2 * (SMALL_FILES / 6)); /* words, and other JSON */
    trace_deinit(&t);
}

static void any_number_of_workers_tells_the_same(void **state)
{
    struct hunt_case *c = *state;
    for (enum hunt_order order = HUNT_BY_TIME; order <= HUNT_BY_INPUT; order++) {
        struct trace alone;
        trace_init(&alone);
        run_with(&alone, c, order, 1);
        for (size_t i = 0; i < N_WORKER_COUNTS; i++) {
            struct trace many;
            trace_init(&many);
            run_with(&many, c, order, worker_counts[i]);
            assert_true(is_prefix(&alone.matches, &many.matches));
            assert_int_equal(alone.matches.len, many.matches.len);
            assert_str(buf_view(&many.rejections), buf_view(&alone.rejections));
            assert_str(buf_view(&many.files), buf_view(&alone.files));
            assert_same_books(&many.stats, &alone.stats);
            trace_deinit(&many);
        }
        trace_deinit(&alone);
    }
}

/* Memory is bounded by the number of blocks and by the bytes in them; down to one of them, and with no room for bytes, nobody waits for ever. */
static void few_blocks_are_enough(void **state)
{
    struct hunt_case *c = *state;
    struct trace alone;
    trace_init(&alone);
    run_with(&alone, c, HUNT_BY_INPUT, 1);
    for (size_t blocks = 1; blocks <= 3; blocks += 2) {
        for (size_t i = 0; i < N_WORKER_COUNTS; i++) {
            struct trace many;
            trace_init(&many);
            c->options.blocks = blocks;
            c->options.block_memory = i == 1 ? 1 : 0;
            run_with(&many, c, HUNT_BY_INPUT, worker_counts[i]);
            c->options.blocks = c->options.block_memory = 0;
            assert_true(is_prefix(&alone.matches, &many.matches));
            assert_str(buf_view(&many.rejections), buf_view(&alone.rejections));
            assert_str(buf_view(&many.files), buf_view(&alone.files));
            assert_same_books(&many.stats, &alone.stats);
            trace_deinit(&many);
        }
    }
    trace_deinit(&alone);
}

/* The prefilter has to leave out the same records: some of the large files, nothing of the first MiB. */
static void the_same_is_skipped(void **state)
{
    struct hunt_case *c = *state;
    struct trace alone;
    trace_init(&alone);
    c->options.search.keep_rejected = false;
    run_with(&alone, c, HUNT_BY_INPUT, 1);
    assert_true(alone.stats.unparsed > LARGE_RECORDS / 3);
    for (size_t i = 0; i < N_WORKER_COUNTS; i++) {
        struct trace many;
        trace_init(&many);
        run_with(&many, c, HUNT_BY_INPUT, worker_counts[i]);
        assert_true(is_prefix(&alone.matches, &many.matches));
        assert_int_equal(alone.matches.len, many.matches.len);
        assert_int_equal(many.stats.unparsed, alone.stats.unparsed);
        assert_same_books(&many.stats, &alone.stats);
        trace_deinit(&many);
    }
    c->options.search.keep_rejected = true;
    trace_deinit(&alone);
}

static void sorting_on_disk_changes_nothing(void **state)
{
    struct hunt_case *c = *state;
    struct trace in_memory, on_disk;
    trace_init(&in_memory);
    trace_init(&on_disk);
    run_with(&in_memory, c, HUNT_BY_TIME, 1);
    c->options.max_memory = (size_t)256 << 10;
    run_with(&on_disk, c, HUNT_BY_TIME, 4);
    c->options.max_memory = 0;
    assert_int_equal(in_memory.stats.sorted_runs, 0);
    assert_true(on_disk.stats.sorted_runs > 1);
    assert_true(is_prefix(&in_memory.matches, &on_disk.matches));
    assert_int_equal(in_memory.matches.len, on_disk.matches.len);
    trace_deinit(&in_memory);
    trace_deinit(&on_disk);
}

/* The sink ends the hunt: exactly the matches up to there were told, in the order of an undisturbed hunt, and it is no failure. */
static void the_sink_may_end_the_hunt(void **state)
{
    struct hunt_case *c = *state;
    const uint64_t places[] = {1, c->expected_matches / 3, c->expected_matches - 1};
    for (enum hunt_order order = HUNT_BY_TIME; order <= HUNT_BY_INPUT; order++) {
        struct trace alone;
        trace_init(&alone);
        run_with(&alone, c, order, 1);
        for (size_t i = 0; i < N_WORKER_COUNTS * 3; i++) {
            struct trace ended;
            trace_init(&ended);
            ended.stop_after_match = places[i % 3];
            run_with(&ended, c, order, worker_counts[i / 3]);
            assert_int_equal(ended.n_matches, places[i % 3]);
            assert_true(is_prefix(&alone.matches, &ended.matches));
            assert_false(ended.stats.interrupted);
            trace_deinit(&ended);
        }
        trace_deinit(&alone);
    }
}

static void a_rejection_may_end_the_hunt(void **state)
{
    struct hunt_case *c = *state;
    struct trace alone;
    trace_init(&alone);
    run_with(&alone, c, HUNT_BY_INPUT, 1);
    for (size_t i = 0; i < N_WORKER_COUNTS; i++) {
        struct trace ended;
        trace_init(&ended);
        ended.stop_after_rejection = c->expected_rejections / 2;
        run_with(&ended, c, HUNT_BY_INPUT, worker_counts[i]);
        assert_int_equal(ended.n_rejections, c->expected_rejections / 2);
        assert_true(is_prefix(&alone.rejections, &ended.rejections));
        trace_deinit(&ended);
    }
    trace_deinit(&alone);
}

/* The stop flag: what was told is the beginning of an undisturbed hunt, the books balance over it, and the rest is left. */
static void the_flag_ends_the_hunt(void **state)
{
    struct hunt_case *c = *state;
    struct trace alone;
    trace_init(&alone);
    run_with(&alone, c, HUNT_BY_INPUT, 1);
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        struct trace ended;
        trace_init(&ended);
        ended.flag_after = 50;
        run_with(&ended, c, HUNT_BY_INPUT, threads);
        assert_true(ended.stats.interrupted);
        assert_true(ended.n_matches >= 50);
        assert_true(is_prefix(&alone.matches, &ended.matches));
        assert_true(is_prefix(&alone.rejections, &ended.rejections));
        assert_int_equal(ended.stats.rule_matches[0] + ended.stats.rule_matches[1],
                         ended.n_matches);
        trace_deinit(&ended);
    }
    trace_deinit(&alone);
}

static void a_flag_that_is_up_reads_nothing_more_than_a_file(void **state)
{
    struct hunt_case *c = *state;
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        struct trace ended;
        trace_init(&ended);
        ended.flag = 1;
        run_with(&ended, c, HUNT_BY_TIME, threads);
        assert_true(ended.stats.interrupted);
        assert_true(ended.stats.records < c->expected_records / 10);
        trace_deinit(&ended);
    }
}

/* A pipe that stays open behind two records of interest. */
static int open_pipe(struct hunt_case *c, char *path, size_t cap)
{
    struct buf b = BUF_INIT(SIZE_MAX / 4);
    snprintf(path, cap, "%s/pipe", c->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    lines(c, 6, 0, &b);
    assert_int_equal(write(fd, b.ptr, b.len), (ssize_t)b.len);
    buf_deinit(&b);
    return fd;
}

/* What a pipe has given is told although nothing more comes, and a hunt that waits for more ends when the sink or the flag says so. */
static void a_pipe_that_stays_open_is_left(void **state)
{
    struct hunt_case *c = *state;
    const struct hunt_case before = *c;
    char path[64];
    int fd = open_pipe(c, path, sizeof path);
    struct walk_file files[] = {{str_from(path), 0, true}, c->list.files[1], c->list.files[2]};
    const struct walk_list list = {.files = files, .n = 3};
    alarm(60);
    for (unsigned i = 0; i < 2 * N_WORKER_COUNTS; i++) {
        struct hunt_options options = c->options;
        struct trace ended;
        trace_init(&ended);
        options.order = HUNT_BY_INPUT;
        options.threads = worker_counts[i / 2];
        *(i % 2 ? &ended.flag_after : &ended.stop_after_match) = 1;
        trace_run(&ended, &list, options);
        assert_true(ended.ok);
        assert_int_equal(ended.stats.interrupted, i % 2);
        assert_true(ended.n_matches >= 1);
        trace_deinit(&ended);
        struct buf b = BUF_INIT(SIZE_MAX / 4);
        lines(c, 6, 0, &b);
        assert_int_equal(write(fd, b.ptr, b.len), (ssize_t)b.len);
        buf_deinit(&b);
    }
    alarm(0);
    close(fd);
    remove(path);
    c->expected_matches = before.expected_matches;
    c->expected_records = before.expected_records;
}

/* Standard input named twice is read by the first; whoever came before it would get the bytes otherwise. */
static void what_may_be_one_pipe_is_read_in_order(void **state)
{
    struct hunt_case *c = *state;
    const struct hunt_case before = *c;
    int own = dup(STDIN_FILENO);
    struct walk_file files[] = {
        c->list.files[1], {S("-"), 0, true}, c->list.files[2], {S("-"), 0, true}, c->list.files[5]};
    const struct walk_list list = {.files = files, .n = 5};
    struct buf first = {0};
    for (unsigned threads = 1; threads <= 8; threads++) {
        struct buf b = BUF_INIT(SIZE_MAX / 4);
        struct hunt_options options = c->options;
        struct trace t;
        int ends[2];
        c->made = 0;
        lines(c, 60, 7, &b);
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], b.ptr, b.len), (ssize_t)b.len);
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        trace_init(&t);
        options.threads = threads;
        trace_run(&t, &list, options);
        assert_true(t.ok);
        if (threads == 1) {
            buf_append(&first, buf_view(&t.matches));
            assert_int_equal(t.stats.files_empty, 1);
        }
        assert_str(buf_view(&t.matches), buf_view(&first));
        assert_int_equal(t.stats.files_empty, 1);
        trace_deinit(&t);
        buf_deinit(&b);
    }
    buf_deinit(&first);
    dup2(own, STDIN_FILENO);
    close(own);
    c->made = before.made;
    c->expected_matches = before.expected_matches;
    c->expected_records = before.expected_records;
    c->expected_rejections = before.expected_rejections;
}

static void nothing_to_read(void **state)
{
    struct hunt_case *c = *state;
    const struct walk_list none = {0};
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        struct hunt_options options = c->options;
        struct trace t;
        trace_init(&t);
        options.threads = threads;
        trace_run(&t, &none, options);
        assert_true(t.ok);
        assert_int_equal(t.n_matches + t.n_rejections + t.stats.records, 0);
        trace_deinit(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_tells_what_was_made),
        cmocka_unit_test(any_number_of_workers_tells_the_same),
        cmocka_unit_test(few_blocks_are_enough),
        cmocka_unit_test(the_same_is_skipped),
        cmocka_unit_test(sorting_on_disk_changes_nothing),
        cmocka_unit_test(the_sink_may_end_the_hunt),
        cmocka_unit_test(a_rejection_may_end_the_hunt),
        cmocka_unit_test(the_flag_ends_the_hunt),
        cmocka_unit_test(a_flag_that_is_up_reads_nothing_more_than_a_file),
        cmocka_unit_test(a_pipe_that_stays_open_is_left),
        cmocka_unit_test(what_may_be_one_pipe_is_read_in_order),
        cmocka_unit_test(nothing_to_read),
    };
    return cmocka_run_group_tests(tests, make_case, drop_case);
}
