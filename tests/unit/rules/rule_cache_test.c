/* SPDX-License-Identifier: Apache-2.0 */
/* rules/rule_cache.h: with a cache a folder of rules comes to the same as without; what is stale, damaged, another's or too new is
 * not taken. Rules are loaded from a folder of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "rules/rule_pack.h"

#define DAY (24 * 3600 * TIME_NS_PER_S)

/* The folder of rules, that of caches, and who asks. */
struct fixture {
    struct arena arena;
    char root[48];
    str rules, caches;
    struct rule_cache_place place;
};

/* One load. */
struct loaded {
    struct arena arena;
    struct schema *schema;
    struct rule_list list;
    struct diags diags;
    str line; /* of the cache */
};

static str in(struct fixture *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->root, name);
}

static void write_text(struct fixture *f, const char *name, const char *text)
{
    FILE *out = fopen(in(f, name).ptr, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static void write_rule(struct fixture *f, const char *name, const char *id, const char *query)
{
    str text = arena_printf(&f->arena,
                            "[rule]\nauthor = ['a']\nname = 'Rule %s'\ndescription = 'd'\n"
                            "rule_id = '%s'\nseverity = 'low'\nrisk_score = 21\ntype = 'eql'\n"
                            "language = 'eql'\nindex = ['logs-aws*']\nquery = '%s'\n",
                            id, id, query);
    write_text(f, name, text.ptr);
}

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.arena = arena_open((size_t)1 << 30), .root = "/tmp/postern-cache-XXXXXX"};
    if (!mkdtemp(f.root) || mkdir(in(&f, "rules").ptr, 0700) ||
        mkdir(in(&f, "rules/sub").ptr, 0700)) {
        return -1;
    }
    f.rules = in(&f, "rules");
    f.caches = in(&f, "caches");
    f.place = (struct rule_cache_place){
        .folder = f.caches, .build = S("this build"), .now = time_wall() + DAY};
    write_rule(&f, "rules/a.toml", "a", "any where event.action == \"x\"");
    write_rule(&f, "rules/b.toml", "b", "network where source.ip == \"10.0.0.0/8\"");
    write_rule(&f, "rules/sub/c.toml", "c", "sequence by kw [any where true] [any where true]");
    write_text(&f, "rules/note.txt", "no rule");
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[80];
    snprintf(command, sizeof command, "rm -rf '%s'", f->root);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a path of our own making */
    arena_close(&f->arena);
    return 0;
}

/* ---- Loading ---- */

static void add_field(struct schema *s, const char *name, enum field_type type)
{
    schema_add(s, &(struct field){.name = str_from(name), .format.type = type});
}

static struct loaded load(struct fixture *f, bool cached)
{
    struct loaded l = {.arena = arena_open((size_t)1 << 30)};
    l.schema = schema_new(&l.arena);
    add_field(l.schema, "event.category", FIELD_KEYWORD);
    add_field(l.schema, "event.action", FIELD_KEYWORD);
    add_field(l.schema, "kw", FIELD_KEYWORD);
    add_field(l.schema, "source.ip", FIELD_IP);
    l.diags = (struct diags){.arena = &l.arena};
    l.list.cache = cached ? &f->place : NULL;
    struct error e = {0};
    assert_true(rule_list_load(&l.list, f->rules, l.schema, &l.arena, &l.diags, &e));
    rule_list_save_caches(&l.list, l.diags.last, &l.diags);
    assert_int_equal(l.list.n_caches, cached);
    if (cached) {
        struct buf line = BUF_INIT(0);
        rule_cache_report(l.list.caches[0], &line);
        size_t name = str_find(buf_view(&line), S("': "), 0);
        assert_true(name != SIZE_MAX);
        l.line = arena_copy(&l.arena, str_slice(buf_view(&line), name + 3, line.len));
        buf_deinit(&line);
    }
    return l;
}

/* Rules and diagnostics as text. */
static void print_loaded(const struct loaded *l, struct buf *out)
{
    buf_printf(out, "%zu refused\n", l->list.refused);
    for (size_t i = 0; i < l->list.count; i++) {
        const struct rule *r = l->list.rules[i];
        buf_printf(out, "%.*s %.*s %.*s %d\n", STR_ARG(r->file), STR_ARG(r->id), STR_ARG(r->name),
                   r->risk_score);
        struct arena scratch = arena_open((size_t)1 << 28);
        ir_make_simple(r->query, &scratch);
        ir_print_query(r->query, out);
        arena_close(&scratch);
    }
    for (const struct diag *d = l->diags.first; d; d = d->next) {
        diag_print(d, false, out);
    }
}

/* Loads with the cache, holds it against a load without, and the cache's line against `line`. */
static void check(struct fixture *f, const char *line)
{
    struct loaded with = load(f, true), without = load(f, false);
    struct buf a = BUF_INIT(0), b = BUF_INIT(0);
    print_loaded(&with, &a);
    print_loaded(&without, &b);
    buf_byte(&a, '\0');
    buf_byte(&b, '\0');
    assert_string_equal(a.ptr, b.ptr);
    assert_string_equal(with.line.ptr, line);
    buf_deinit(&a);
    buf_deinit(&b);
    arena_close(&with.arena);
    arena_close(&without.arena);
}

static const char *const all_taken = "3 files taken, 0 read";
static const char *const one_read = "2 files taken, 1 read; written anew";
static const char *const made = "not used, there was none; 3 files read; written";

/* The one file among the caches. */
static str cache_file(struct fixture *f)
{
    str *names;
    size_t n;
    struct error e = {0};
    assert_true(os_list_folder(f->caches, &f->arena, &names, &n, &e));
    assert_int_equal(n, 1); /* no half of a file is left either */
    return arena_printf(&f->arena, "%.*s/%.*s", STR_ARG(f->caches), STR_ARG(names[0]));
}

static str read_cache(struct fixture *f)
{
    str bytes;
    struct error e = {0};
    assert_true(os_read_file(cache_file(f), (size_t)1 << 20, &f->arena, &bytes, &e));
    return bytes;
}

static void write_cache(str path, str bytes)
{
    int fd = open(path.ptr, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    close(fd);
}

/* ---- Tests ---- */

static void the_second_load_takes_all(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    struct stat before, after;
    assert_int_equal(stat(cache_file(f).ptr, &before), 0);
    assert_int_equal(before.st_mode & 0777, 0600);
    check(f, all_taken);
    check(f, all_taken);
    assert_int_equal(stat(cache_file(f).ptr, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* it was not written again */
}

/* However the folder is named. */
static void names_of_the_folder_are_alike(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    f->rules = in(f, "rules/");
    check(f, all_taken);
    f->rules = in(f, "./rules//");
    check(f, all_taken);
    assert_int_equal(symlink("rules", in(f, "link").ptr), 0);
    f->rules = in(f, "link");
    check(f, all_taken);
}

static void changed_files_are_read(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    write_rule(f, "rules/b.toml", "b", "any where kw == \"longer than it was before, by far\"");
    check(f, one_read);
    check(f, all_taken);
}

/* The same size and the old times: only the time of the change tells. */
static void changes_behind_a_set_back_clock_are_seen(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    check(f, made);
    assert_int_equal(stat(in(f, "rules/a.toml").ptr, &st), 0);
    write_rule(f, "rules/a.toml", "a", "any where event.action == \"y\"");
    const struct timespec times[] = {st.st_atim, st.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, in(f, "rules/a.toml").ptr, times, 0), 0);
    check(f, one_read);
}

static void replaced_files_are_read(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    write_rule(f, "new", "a", "any where event.action == \"z\"");
    assert_int_equal(rename(in(f, "new").ptr, in(f, "rules/a.toml").ptr), 0);
    check(f, one_read);
}

static void files_that_come_and_go_are_seen(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    write_rule(f, "rules/aa.toml", "aa", "any where true");
    check(f, "3 files taken, 1 read; written anew");
    check(f, "4 files taken, 0 read");
    assert_int_equal(unlink(in(f, "rules/a.toml").ptr), 0);
    check(f, "3 files taken, 0 read; written anew");
    check(f, all_taken);
    assert_int_equal(rename(in(f, "rules/b.toml").ptr, in(f, "rules/sub/z.toml").ptr), 0);
    check(f, one_read); /* its path is another */
}

/* Any member of a stamp alone. */
static void every_part_of_a_stamp_counts(void **state)
{
    struct fixture *f = *state;
    const struct os_stamp stamp = {1, 2, 3, 4, 5};
    struct os_stamp others[] = {
        {9, 2, 3, 4, 5}, {1, 9, 3, 4, 5}, {1, 2, 9, 4, 5}, {1, 2, 3, 9, 5}, {1, 2, 3, 4, 9}};
    str path = in(f, "rules/a.toml"), bytes = S("bytes"), found;
    struct rule_cache *c = rule_cache_open(&f->place, f->rules, &f->arena);
    rule_cache_keep(c, &(struct kept_file){path, &stamp}, &bytes);
    rule_cache_save(c);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        c = rule_cache_open(&f->place, f->rules, &f->arena);
        assert_false(rule_cache_find(c, &(struct kept_file){path, &others[i]}, &found));
        assert_true(rule_cache_find(c, &(struct kept_file){path, &stamp}, &found));
        assert_true(str_eq(found, bytes));
        path = in(f, "rules/b.toml");
        assert_false(rule_cache_find(c, &(struct kept_file){path, &stamp}, &found));
        path = in(f, "rules/a.toml");
    }
}

static void new_files_are_not_kept(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    assert_int_equal(stat(in(f, "rules/sub/c.toml").ptr, &st), 0);
    int64_t changed = os_stamp_of(&st).changed; /* the last of the three to be written */
    f->place.now = changed - DAY;               /* they are of tomorrow */
    check(f, "not used, there was none; 3 files read, 3 of them too new to be kept");
    f->place.now = changed + RULE_CACHE_FRESH_NS;
    struct loaded l = load(f, true);
    assert_true(str_starts(l.line, S("not used, there was none; 3 files read, ")));
    assert_true(str_find(l.line, S(" of them too new to be kept"), 0) != SIZE_MAX);
    arena_close(&l.arena);
    static const struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    f->place.now = time_wall();
    static const char *const names[] = {"rules/a.toml", "rules/b.toml", "rules/sub/c.toml"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(utimensat(AT_FDCWD, in(f, names[i]).ptr, long_ago, 0), 0);
    }
    l = load(f, true); /* set back, but a moment ago */
    assert_true(str_find(l.line, S(", 3 of them too new to be kept"), 0) != SIZE_MAX);
    arena_close(&l.arena);
    f->place.now = time_wall() + DAY;
    f->place.folder = in(f, "more caches");
    check(f, made);
}

static void others_caches_are_not_used(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    str path = cache_file(f);
    static const mode_t modes[] = {0620, 0602, 0666};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(path.ptr, modes[i]), 0);
        struct loaded l = load(f, true);
        assert_true(str_starts(l.line, S("not used, somebody else may have written to ")));
        arena_close(&l.arena);
        check(f, all_taken); /* it was replaced by our own */
    }
    if (geteuid() == 0) {
        assert_int_equal(chown(path.ptr, 1, 1), 0);
        struct loaded l = load(f, true);
        assert_true(str_starts(l.line, S("not used, somebody else may have written to ")));
        arena_close(&l.arena);
    }
}

static void other_builds_and_folders_are_not_used(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    f->place.build = S("that build");
    check(f, "not used, another build of the program made it; 3 files read; written");
    f->place.build = S("");
    check(f, "not used, this program was linked without --build-id; 3 files read");
    f->place.build = S("that build");
    str name = cache_file(f);
    assert_int_equal(rename(f->rules.ptr, in(f, "moved").ptr), 0);
    f->rules = in(f, "moved");
    struct loaded l = load(f, true);
    assert_string_equal(l.line.ptr, made);
    arena_close(&l.arena);
    assert_int_equal(unlink(name.ptr), 0);
    str other = cache_file(f); /* the moved folder's; it takes the place of another's */
    assert_int_equal(rename(other.ptr, name.ptr), 0);
    assert_int_equal(rename(f->rules.ptr, in(f, "rules").ptr), 0);
    f->rules = in(f, "rules");
    check(f, "not used, it is of another folder; 3 files read; written");
}

static void damage_is_seen(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    str path = cache_file(f), whole = read_cache(f);
    char *bytes = arena_push_raw(&f->arena, 1, whole.len);
    memcpy(bytes, whole.ptr, whole.len);
    assert_in_range(whole.len, 500, 5000);
    for (size_t i = 0; i < whole.len; i++) {
        static const char flips[] = {1, 0x10, (char)0x80, (char)0xff};
        bytes[i] ^= flips[i % sizeof flips];
        assert_false(
            rule_cache_check((str){bytes, whole.len}, f->place.build, f->rules, true, NULL, NULL));
        bytes[i] = whole.ptr[i];
        assert_false(
            rule_cache_check(str_slice(whole, 0, i), f->place.build, f->rules, true, NULL, NULL));
    }
    assert_true(rule_cache_check(whole, f->place.build, f->rules, true, NULL, NULL));
    for (size_t i = 0; i < whole.len; i += 37) { /* the same by files, with what is loaded */
        bytes[i] ^= 0x20;
        write_cache(path, (str){bytes, whole.len});
        bytes[i] ^= 0x20;
        struct loaded l = load(f, true);
        assert_true(str_starts(l.line, S("not used, it ")));
        assert_true(str_ends(l.line, S("; 3 files read; written")));
        assert_int_equal(l.list.count, 3);
        arena_close(&l.arena);
        write_cache(path, str_slice(whole, 0, i));
        check(f, i < 8 ? "not used, it is no rule cache; 3 files read; written"
                       : "not used, it is damaged; 3 files read; written");
    }
    check(f, all_taken);
}

/* An entry that the checksum vouches for, and that is wrong all the same. */
static void wrong_entries_are_made_anew(void **state)
{
    struct fixture *f = *state;
    check(f, made);
    struct loaded l = load(f, true);
    struct stat st;
    assert_int_equal(stat(in(f, "rules/b.toml").ptr, &st), 0);
    const struct os_stamp stamp = os_stamp_of(&st);
    str path = in(f, "rules/b.toml"), bytes = S("nonsense");
    struct rule_cache *c = rule_cache_open(&f->place, f->rules, &f->arena);
    rule_cache_keep(c, &(struct kept_file){path, &stamp}, &bytes);
    rule_cache_save(c);
    arena_close(&l.arena);
    check(f, "0 files taken, 3 read; written anew");
    check(f, all_taken);
}

static void unwritable_folders_cost_nothing_else(void **state)
{
    struct fixture *f = *state;
    f->place.folder = in(f, "rules/note.txt");
    struct loaded l = load(f, true);
    assert_int_equal(l.list.count, 3);
    assert_true(str_find(l.line, S("; not written: cannot write '"), 0) != SIZE_MAX);
    arena_close(&l.arena);
    f->place.folder = in(f, "not/there");
    l = load(f, true);
    assert_int_equal(l.list.count, 3);
    assert_true(str_find(l.line, S("; not written: cannot make folder '"), 0) != SIZE_MAX);
    arena_close(&l.arena);
}

static void diagnostics_are_the_same(void **state)
{
    struct fixture *f = *state;
    write_rule(f, "rules/unknown.toml", "u", "any where event.acton == 1 and no.such == 2");
    write_text(f, "rules/broken.toml", "[rule\nname = 1\n");
    write_text(f, "rules/bytes.toml", "[rule]\nname = '\xff'\n");
    write_text(f, "rules/keys.toml", "[rule]\nname = 'x'\nrisk_score = 'high'\nfoo = 1\n");
    write_text(f, "rules/warned.toml",
               "[rule]\nauthor = ['a']\nname = 'W'\ndescription = 'd'\nrule_id = 'w'\nseverity = "
               "'low'\nrisk_score = 1\ntype = 'eql'\nstrange = 1\nquery = 'any where true'\n");
    check(f, "not used, there was none; 8 files read; written");
    check(f, "8 files taken, 0 read");
}

/* The message about the second one points into its text, so it is read each time; the cache is not written each time. */
static void rules_of_one_id_are_reported_alike(void **state)
{
    struct fixture *f = *state;
    write_rule(f, "rules/z.toml", "a", "any where true");
    check(f, "not used, there was none; 4 files read; written");
    check(f, "3 files taken, 1 read");
    assert_int_equal(unlink(in(f, "rules/a.toml").ptr), 0);
    check(f, "3 files taken, 0 read; written anew");
}

/* What compiling a rule into a set has to say comes from its text. */
static void files_named_by_later_diagnostics_are_not_kept(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        struct loaded l = load(f, false);
        l.list.cache = &f->place;
        struct error e = {0};
        struct rule_list again = {.cache = &f->place};
        assert_true(rule_list_load(&again, f->rules, l.schema, &l.arena, &l.diags, &e));
        const struct diag *before = l.diags.last;
        const struct diag_source source = {.file = in(f, "rules/b.toml")};
        diag_error(&l.diags, &source, (span){0, 0}, DIAG_TOO_LARGE, "too large");
        rule_list_save_caches(&again, before, &l.diags);
        struct buf line = BUF_INIT(0);
        rule_cache_report(again.caches[0], &line);
        assert_true(str_ends(buf_view(&line),
                             i == 0 ? S("3 files read; written") : S("2 files taken, 1 read")));
        buf_deinit(&line);
        arena_close(&l.arena);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_second_load_takes_all),
        TEST(names_of_the_folder_are_alike),
        TEST(changed_files_are_read),
        TEST(changes_behind_a_set_back_clock_are_seen),
        TEST(replaced_files_are_read),
        TEST(files_that_come_and_go_are_seen),
        TEST(every_part_of_a_stamp_counts),
        TEST(new_files_are_not_kept),
        TEST(others_caches_are_not_used),
        TEST(other_builds_and_folders_are_not_used),
        TEST(damage_is_seen),
        TEST(wrong_entries_are_made_anew),
        TEST(unwritable_folders_cost_nothing_else),
        TEST(diagnostics_are_the_same),
        TEST(rules_of_one_id_are_reported_alike),
        TEST(files_named_by_later_diagnostics_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
