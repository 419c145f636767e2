/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics: somebody's text (rule, query, config) is wrong. They are collected, several a run, and printed
 * later with file, line, column, the line itself and a caret. A span is byte offsets into the file as read, also when the text
 * is embedded in another (EQL inside TOML): the embedding is undone by struct text_map, so the caret points into the
 * file its author edits. Ids and their one-line docs are in base/diag.def. */
#ifndef POSTERN_BASE_DIAG_H
#define POSTERN_BASE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"

typedef struct {
    uint32_t at;  /* first byte */
    uint32_t end; /* one past the last */
} span;

static inline span span_join(span a, span b)
{
    return (span){a.at < b.at ? a.at : b.at, a.end > b.end ? a.end : b.end};
}

enum diag_id {
#define DIAG(name, text, kind, doc) DIAG_##name,
#include "base/diag.def"
#undef DIAG
    DIAG_COUNT
};

/* What the Elasticsearch API calls the failure; `hunt` ignores it. */
enum diag_kind {
    DIAG_KIND_PARSE,        /* parsing_exception */
    DIAG_KIND_VERIFICATION, /* verification_exception */
    DIAG_KIND_UNSUPPORTED,  /* parsing_exception; known, not supported */
    DIAG_KIND_FILE,         /* a rule file's own keys */
};

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

struct diag {
    enum diag_id id;
    enum diag_severity severity;
    span at;     /* in the file's bytes */
    str file;    /* as given by the user; empty for a query from the command line; borrowed */
    str text;    /* the whole file (for the caret); borrowed */
    str message; /* "unknown field 'user.nmae'" */
    str hint;    /* "did you mean 'user.name'?", or empty */
    struct diag *next;
};

/* Undoes an embedding: piece i of the inner text starts at inner[i] and stood at outer[i] of the file. Pieces are
 * ascending, at least one. A position inside a piece moves with it. */
struct text_map {
    const uint32_t *inner;
    const uint32_t *outer;
    size_t n;
};

/* A text being checked, and where it stands. */
struct diag_source {
    str file;                   /* display name; empty: "<query>" */
    str text;                   /* the whole file */
    const struct text_map *map; /* NULL: spans are already in `text` */
};

/* Collects; after `limit` errors (0: 20) further ones only count. Messages and hints are copied into `arena`; name and text of the file are borrowed from the
 * diag_source and must live until the diagnostics are printed. */
struct diags {
    struct arena *arena;
    struct diag *first, *last;
    size_t errors, warnings;
    size_t limit;
};

/* Adds an error (or warning) with its message by printf rules; returns it so that a hint can be set with diag_hint. NULL
 * when past the limit. `at` is in the inner text of `src`. */
struct diag *diag_error(struct diags *d, const struct diag_source *src, span at, enum diag_id id,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
struct diag *diag_warning(struct diags *d, const struct diag_source *src, span at, enum diag_id id,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Adds a diagnostic that was kept, as diag_error and diag_warning added it first; all it points to is borrowed. */
void diag_again(struct diags *d, const struct diag *kept);
/* Sets the hint; `item` may be NULL. */
void diag_hint(struct diags *d, struct diag *item, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the limit was passed: some were only counted. */
bool diags_cut(const struct diags *d);

/* Orders what was added behind `before` (NULL: all) by its place in the file; equal places stay as they were. */
void diags_order(struct diags *d, struct diag *before);

/* The stable id text ("unknown-field"), its kind, its doc line. */
str diag_id_text(enum diag_id id);
enum diag_kind diag_id_kind(enum diag_id id);
str diag_id_doc(enum diag_id id);

/* Appends a stranger's text so that a terminal cannot be steered by it: control characters and invalid bytes as U+FFFD. */
void diag_show_text(str s, struct buf *out);

/* Line and column (both from 1; columns count code points) of a byte offset. */
struct line_column {
    size_t line, column;
};
struct line_column diag_locate(str text, size_t at);
/* The line in which the place located last lies, and how far its characters are counted. Zeroed: none was located. */
struct diag_lines {
    str text; /* must live on */
    size_t line, start, end;
    size_t counted, columns;
};
/* The same for many places: one that stands behind the one before in the same text costs no more than the bytes between them. */
struct line_column diag_locate_next(struct diag_lines *lines, str text, size_t at);

/* Renders one diagnostic:
 *   rules/a.toml:14:22: error: unknown field 'user.nmae' [unknown-field]
 *      14 | authentication where user.nmae == "root"
 *         |                      ^^^^^^^^^ did you mean 'user.name'?
 * The caret line repeats the source line's tabs. A very long line is cut to a window round the caret. Control characters
 * are shown as U+FFFD. `colour` adds ANSI colours. */
void diag_print(const struct diag *d, bool colour, struct buf *out);
/* The same for many, as diag_locate_next. */
void diag_print_next(const struct diag *d, bool colour, struct diag_lines *lines, struct buf *out);

#endif
