/* SPDX-License-Identifier: Apache-2.0 */
/* -o table: for people. libsmartcols lays the columns out (and makes control characters of the logs harmless); rows go out in
 * batches, so that a million matches need no memory. */
#include <libsmartcols/libsmartcols.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/match_writer.h"

enum { BATCH = 1000, CELL_MAX = 300 };

enum column {
    TIME,
    SEVERITY,
    RULE,
    DATASET,
    ACTION,
    OUTCOME,
    USER,
    SOURCE,
    TARGET,
    WHERE,
    COLUMNS
};

static const struct {
    const char *name;
    double width; /* least share of the terminal */
    int flags;
} columns[COLUMNS] = {
    {"TIME", 24, 0},
    {"SEVERITY", 8, 0},
    {"RULE", 0.15, SCOLS_FL_TRUNC},
    {"DATA SET", 14, 0},
    {"ACTION", 0.2, SCOLS_FL_TRUNC},
    {"OUTCOME", 7, 0},
    {"USER", 0.1, SCOLS_FL_TRUNC},
    {"SOURCE", 0.1, SCOLS_FL_TRUNC},
    {"TARGET", 0.1, SCOLS_FL_TRUNC},
    {"RECORD", 0.1, SCOLS_FL_TRUNC},
};

static struct libscols_table *new_table(const struct match_writer *w)
{
    struct libscols_table *t = scols_new_table();
    scols_table_enable_colors(t, w->colour);
    if (w->width) {
        scols_table_set_termforce(t, SCOLS_TERMFORCE_ALWAYS);
        scols_table_set_termwidth(t, w->width);
    } else {
        scols_table_set_termforce(t, SCOLS_TERMFORCE_NEVER);
    }
    scols_table_enable_noheadings(t, w->count > 0);
    for (int i = 0; i < COLUMNS; i++) {
        scols_table_new_column(t, columns[i].name, columns[i].width,
                               w->width ? columns[i].flags : 0);
    }
    return t;
}

static void flush(struct match_writer *w)
{
    if (!w->state) {
        return;
    }
    char *text = NULL;
    if (scols_print_table_to_string(w->state, &text) == 0 && text) {
        buf_append(&w->out->pending, str_from(text));
        buf_byte(&w->out->pending, '\n');
        mem_free(text);
    }
    scols_unref_table(w->state);
    w->state = NULL;
}

/* The table keeps a copy. A cell is for reading: a value of megabytes is cut. */
static void set(struct libscols_line *line, enum column column, str text, struct arena *a)
{
    str shown = str_slice(text, 0, utf8_from_utf16(text, CELL_MAX));
    scols_line_set_data(line, (size_t)column, arena_copy(a, shown).ptr);
}

static const char *severity_colour(const char *severity)
{
    if (!severity) {
        return NULL;
    }
    return strcmp(severity, "high") == 0 || strcmp(severity, "critical") == 0 ? "red"
           : strcmp(severity, "medium") == 0                                  ? "yellow"
                                                                              : "green";
}

static void write_event(struct match_writer *w, uint32_t rule, const struct hunt_event *e, str name)
{
    struct libscols_line *line = scols_table_new_line(w->state, NULL);
    struct match_cells c = match_cells(w, rule, e);
    set(line, TIME, c.time, &w->arena);
    set(line, SEVERITY, str_from(c.rule->severity ? c.rule->severity : "-"), &w->arena);
    set(line, RULE, name.len ? name : str_from(c.rule->name), &w->arena);
    set(line, DATASET, c.dataset, &w->arena);
    set(line, ACTION, c.action, &w->arena);
    set(line, OUTCOME, c.outcome.len ? c.outcome : S("-"), &w->arena);
    set(line, USER, c.user, &w->arena);
    set(line, SOURCE, c.source, &w->arena);
    set(line, TARGET, c.target, &w->arena);
    str where =
        arena_printf(&w->arena, "%.*s#%llu", STR_ARG(e->file), (unsigned long long)e->record);
    set(line, WHERE, where, &w->arena);
    struct libscols_cell *cell = scols_line_get_cell(line, SEVERITY);
    scols_cell_set_color(cell, w->colour ? severity_colour(c.rule->severity) : NULL);
}

/* One line an event; those behind the first say which they are. */
static void write_match(struct match_writer *w, const struct hunt_match *m)
{
    if (!w->state) {
        w->state = new_table(w);
    }
    if (!m->n_events) {
        write_event(w, m->rule, &m->event, (str){0});
    }
    for (size_t i = 0; i < m->n_events; i++) {
        str name = i ? arena_printf(&w->arena, "  %zu of %zu", i + 1, m->n_events) : (str){0};
        write_event(w, m->rule, &m->events[i], name);
    }
    if (scols_table_get_nlines(w->state) >= BATCH) {
        flush(w);
    }
}

const struct match_format match_format_table = {
    .name = "table", .match = write_match, .flush = flush, .end = flush};
