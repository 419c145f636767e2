/* SPDX-License-Identifier: Apache-2.0 */
/* libpostern: load detection rules, feed raw cloud audit logs, receive matches.
 *
 *     postern_rules *rules = postern_rules_new();
 *     postern_rules_add_toml(rules, "root.toml", text, length);
 *     postern_rules_compile(rules);
 *     postern_scanner *scanner = postern_scanner_new(rules, &(postern_scanner_options){
 *         .size = sizeof(postern_scanner_options), .on_match = print_match});
 *     postern_scanner_begin(scanner, "cloudtrail.json");
 *     postern_scanner_feed(scanner, bytes, n);         // as often as there are bytes
 *     postern_scanner_end(scanner);
 *     postern_scanner_free(scanner);
 *     postern_rules_free(rules);
 *
 * Threads: a compiled postern_rules is frozen and may be shared; a scanner belongs to one thread. Texts handed to callbacks are UTF-8, NUL-terminated where
 * they are `const char *` without a length, and live until the callback returns. Out of memory ends the process with a message and status 3. */
#ifndef POSTERN_POSTERN_H
#define POSTERN_POSTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
/* The library hides everything else. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* "0.1.0" */
const char *postern_version(void);

/* ---- Rules ---- */

typedef struct postern_rules postern_rules;

/* An empty set. Never NULL. Free with postern_rules_free (NULL is fine), after every scanner made from it. */
postern_rules *postern_rules_new(void);
void postern_rules_free(postern_rules *rules);

/* Adds one Elastic detection rule in TOML (type eql). `name` is what diagnostics call it (a file name). Both texts are copied. False when the rule is refused; the reasons
 * are diagnostics. A refused rule costs the others nothing. */
bool postern_rules_add_toml(postern_rules *rules, const char *name, const char *text,
                            size_t length);
/* Adds one EQL query; its id becomes "-e:1", "-e:2" … */
bool postern_rules_add_query(postern_rules *rules, const char *text, size_t length);
/* Adds a file, or every *.toml below a folder in bytewise order. False when the path cannot be read (a diagnostic says why). */
bool postern_rules_add_path(postern_rules *rules, const char *path);
/* What rule files come to is kept in `folder` (copied; made when it is missing), one file a folder of rules, and taken from there by postern_rules_add_path of folders from now on, so that
 * loading 10,000 rules takes a third of the time. Results and diagnostics are the same as without. What is stale, damaged, of another build, or writable for others is ignored and made
 * anew by postern_rules_compile; a folder that cannot be written costs nothing but that. Safe for several processes at once. */
void postern_rules_use_cache(postern_rules *rules, const char *folder);
/* The folders of rules that were loaded so, and what was taken and kept of the i-th: one line, NULL past the last. Owned by `rules`, valid until the next call. Call it after
 * compile. */
size_t postern_rules_cache_count(const postern_rules *rules);
const char *postern_rules_cache_line(postern_rules *rules, size_t i);
/* Adds the rules that are built into the library. */
void postern_rules_add_builtin(postern_rules *rules);

/* Compiles what was added; nothing can be added afterwards. False when no rule is left. */
bool postern_rules_compile(postern_rules *rules);

typedef struct {
    const char *id;       /* rule_id, or "-e:N" */
    const char *name;     /* the query for "-e:N" */
    const char *severity; /* "low" "medium" "high" "critical", NULL when the rule has none */
    int risk_score;       /* 0..100, -1 when the rule has none */
    const char *file;     /* NULL for a query */
} postern_rule;

/* Rules that run after compile; the i-th of them. Owned by `rules`. */
size_t postern_rules_count(const postern_rules *rules);
const postern_rule *postern_rules_get(const postern_rules *rules, size_t i);
/* Files and queries refused so far. */
size_t postern_rules_refused(const postern_rules *rules);
/* Whether rule i can see the data set ("aws.cloudtrail"). */
bool postern_rules_sees(const postern_rules *rules, size_t i, const char *dataset);

typedef struct {
    bool warning;        /* false: error */
    const char *id;      /* stable: "unknown-field" */
    const char *file;    /* as named, "" for a query */
    size_t line, column; /* from 1 */
    const char *message; /* one line */
    const char *hint;    /* or "" */
    const char *text;    /* all of it with the source line and a caret, several lines */
} postern_diagnostic;

/* Diagnostics of everything added and compiled so far, in order. Owned by `rules`, valid until the next add, compile or free. */
size_t postern_rules_diagnostic_count(const postern_rules *rules);
const postern_diagnostic *postern_rules_diagnostic(postern_rules *rules, size_t i, bool colour);

/* ---- Scanning ---- */

typedef struct {
    size_t rule;           /* index for postern_rules_get */
    const char *input;     /* the name given to postern_scanner_begin */
    uint64_t record;       /* number of the record in the input, from 0 */
    uint64_t offset;       /* its first byte in the decompressed input */
    const char *dataset;   /* "aws.cloudtrail" */
    const char *timestamp; /* @timestamp, or NULL */
    const char *document;  /* the ECS document, JSON */
    size_t document_length;
} postern_match;

/* One event of a sequence or sample; as in postern_match. */
typedef struct {
    const char *input;
    uint64_t record, offset;
    const char *dataset;
    const char *timestamp;
    const char *document;
    size_t document_length;
} postern_event;

/* A match of a rule over several events. */
typedef struct {
    size_t rule;
    const postern_event
        *events; /* in the order of the stages; a missing event (![...]) has no place */
    size_t count;
    const char *join_keys; /* a JSON array, or NULL when the rule has no keys */
} postern_sequence;

typedef struct {
    const char *input;
    uint64_t record, line, offset; /* of the record; line from 1 */
    uint64_t error_offset;         /* where it stops being JSON */
    const char *reason;
} postern_rejection;

typedef struct {
    size_t size; /* sizeof(postern_scanner_options) */
    void *user;
    /* Called for each match, in input order. False ends the scan: feed and end then return false. */
    bool (*on_match)(void *user, const postern_match *match);
    void (*on_rejection)(void *user, const postern_rejection *rejection);
    size_t max_record; /* bytes; 0: 16 MiB */
    /* Called for each match of a sequence as soon as the scanner's clock decides it, and for samples by postern_scanner_drain. NULL: rules over several events are not run.
     * The clock is the newest time of any record so far less `lateness`: an event behind it is left out and counted as late. A record dated in the future moves the clock there: keep
     * such records from the scanner when their times cannot be trusted. Inputs one after another are one stream. */
    bool (*on_sequence)(void *user, const postern_sequence *sequence);
    int64_t lateness; /* nanoseconds; 0: records come in order of time */
    size_t
        max_keys; /* join keys open at once in one rule, 0: any number. Past it the key of the oldest unfinished match is dropped and counted */
} postern_scanner_options;

typedef struct {
    uint64_t evaluated, passed_over, rejected; /* records = the sum */
    uint64_t matches;                          /* of one event */
    uint64_t bytes;
    uint64_t sequences;    /* matches of several events */
    uint64_t late;         /* events behind the clock */
    uint64_t dropped_keys; /* by max_keys */
    uint64_t
        cut_events; /* of sequences: with more combinations of join keys than are taken; the rest of them was left out */
    uint64_t
        gave_up; /* times a condition did not hold because of a limit: combinations of values, steps of a regular expression */
} postern_scanner_stats;

typedef struct postern_scanner postern_scanner;

/* NULL when the rules are not compiled. */
postern_scanner *postern_scanner_new(const postern_rules *rules,
                                     const postern_scanner_options *options);
void postern_scanner_free(postern_scanner *scanner);
/* Starts an input (plain bytes: decompress before); its format is recognised. */
void postern_scanner_begin(postern_scanner *scanner, const char *name);
bool postern_scanner_feed(postern_scanner *scanner, const void *bytes, size_t length);
bool postern_scanner_end(postern_scanner *scanner);
/* Tells the time from outside, in nanoseconds since 1970-01-01T00:00:00Z: no event before it will come. Sequences that can no longer complete are forgotten, those whose missing event can no longer occur are told. */
bool postern_scanner_advance(postern_scanner *scanner, int64_t nanoseconds);
/* There will be no more events: runs those that wait for late ones, and decides every open sequence and sample. Call it last. */
bool postern_scanner_drain(postern_scanner *scanner);
/* Why feed, end, advance or drain returned false when no callback asked for it (events of sequences could not be written to a temporary file), as one line; "" otherwise. The
 * scanner is of no more use then. Valid as long as the scanner. */
const char *postern_scanner_error(const postern_scanner *scanner);
postern_scanner_stats postern_scanner_get_stats(const postern_scanner *scanner);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
