/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs of hunt and normalize. */
#include "cli/inputs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t inputs_find(const struct walk_list *files, int fd)
{
    struct stat wanted, st;
    if (fstat(fd, &wanted) != 0 || !S_ISREG(wanted.st_mode)) {
        return files->n;
    }
    for (size_t i = 0; i < files->n; i++) {
        str path = files->files[i].path; /* walk_expand leaves a NUL behind what it finds */
        int failed = str_eq(path, S("-")) ? fstat(STDIN_FILENO, &st) : stat(path.ptr, &st);
        if (!failed && st.st_dev == wanted.st_dev && st.st_ino == wanted.st_ino) {
            return i;
        }
    }
    return files->n;
}

static void leave_out_output(struct walk_list *files)
{
    for (size_t i; (i = inputs_find(files, STDOUT_FILENO)) < files->n;) {
        complain("%.*s: is where the output goes, not read", STR_ARG(files->files[i].path));
        memmove(&files->files[i], &files->files[i + 1], (files->n - i - 1) * sizeof *files->files);
        files->n--;
    }
}

/* Whether files may come later: an argument is more than standard input. */
static bool may_come(const str *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(args[i], S("-"))) {
            return true;
        }
    }
    return false;
}

bool inputs_expand(const str *args, size_t n, bool wait, struct walk_list *out, size_t *missing,
                   struct arena *a)
{
    *out = (struct walk_list){0};
    walk_expand(args, n, out, a);
    *missing = out->n_errors;
    for (size_t i = 0; i < out->n_errors; i++) {
        complain("%s%s", out->errors[i].message, wait ? "; waiting for it" : "");
    }
    leave_out_output(out);
    if (out->n == 0 && !(wait && may_come(args, n))) {
        if (n == 1 && !*missing) {
            complain("%.*s: there is no file to read", STR_ARG(args[0]));
        } else {
            complain("there is nothing to read");
        }
        return false;
    }
    return true;
}

void inputs_complain(str file, bool named, enum hunt_file_state state, str why)
{
    switch (state) {
    case HUNT_FILE_NOT_LOG:
        if (why.len > 0) {
            complain("%.*s: not a log%s: %.*s", STR_ARG(file), named ? "" : ", ignored",
                     STR_ARG(why));
        } else {
            complain("%.*s: not a log%s", STR_ARG(file),
                     named ? "; --format names the data set when it is one" : ", ignored");
        }
        break;
    case HUNT_FILE_TRUNCATED:
        complain("%.*s: %.*s; what was read before counts", STR_ARG(file), STR_ARG(why));
        break;
    case HUNT_FILE_UNREADABLE: /* the reason names the file */
        complain("%.*s%s", STR_ARG(why),
                 str_starts(why, S("cannot open")) ? "" : "; what was read before counts");
        break;
    case HUNT_FILE_READ:
    case HUNT_FILE_EMPTY:
        break;
    }
}

int inputs_exit_code(const struct hunt_stats *s, size_t missing)
{
    uint64_t lost = missing + s->files_unreadable + s->files_truncated + s->named_not_log;
    for (size_t i = 0; i < s->n_datasets; i++) {
        lost += s->datasets[i].rejected;
    }
    lost += s->limits.combinations + s->limits.regex;
    lost += s->sequences.late + s->sequences.dropped_keys + s->sequences.cut;
    if (s->interrupted) {
        return EXIT_INTERRUPTED;
    }
    if (s->files_read + s->files_empty + s->files_truncated == 0) {
        complain("no log found; 'postern hunt --help' lists the formats");
        return EXIT_USAGE;
    }
    return lost ? EXIT_INCOMPLETE : EXIT_FINE;
}

bool inputs_source(const char *option, str name, const struct source **out)
{
    *out = NULL;
    if (name.len == 0 || str_eq(name, S("auto"))) {
        return true;
    }
    *out = source_find(name);
    if (*out) {
        return true;
    }
    struct buf known = BUF_INIT(0);
    size_t n;
    const struct source *const *sources = sources_all(&n);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&known, "%s%s", i ? ", " : "", sources[i]->dataset);
    }
    complain("%s%s%sno data set is called '%.*s'; there are: %.*s", option ? "--" : "",
             option ? option : "", option ? ": " : "", STR_ARG(name), STR_ARG(buf_view(&known)));
    buf_deinit(&known);
    return false;
}

bool inputs_enrichment(const struct enrichment_arguments *given, struct enrichment_options *out,
                       struct arena *a)
{
    struct error error = {0};
    str user_agents = given->user_agents;
    if (!user_agents.ptr) {
        user_agents = str_from(getenv("POSTERN_USER_AGENTS"));
    }
    *out = (struct enrichment_options){
        .user_agents = user_agents.ptr ? arena_copy(a, user_agents).ptr : NULL,
        .geoip_city = given->geoip_city.len > 0 ? arena_copy(a, given->geoip_city).ptr : NULL,
        .geoip_asn = given->geoip_asn.len > 0 ? arena_copy(a, given->geoip_asn).ptr : NULL,
    };
    bool named = given->user_agents.len > 0;
    if (!enrichment_check(out, &error) || (named && !enrichment_has_user_agents(out, &error))) {
        complain("%s", error.message);
        return false;
    }
    return true;
}

void inputs_note_user_agents(const struct enrichment_options *o)
{
    struct error error = {0};
    bool unwanted = o->user_agents && !o->user_agents[0];
    if (!unwanted && !enrichment_has_user_agents(o, &error)) {
        complain("%s; only a few common user agents are told apart (the package uap-core has the "
                 "expressions for the rest, --user-agents names another file)",
                 error.message);
    }
}
