/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs for one query share: the options that say how events are read, the schema file, and diagnostics on standard error. */
#ifndef POSTERN_CLI_QUERY_OPTIONS_H
#define POSTERN_CLI_QUERY_OPTIONS_H

#include "cli/cmd.h"
#include "ecs/schema.h"

/* In a command's struct, and in its table. */
struct query_arguments {
    str schema, category, timestamp, tiebreaker;
};
/* clang-format off */
#define QUERY_OPTIONS(at)                                                                          \
    {.name = "schema", .argument = "FILE", .kind = OPTION_TEXT,                                    \
     .offset = (at) + offsetof(struct query_arguments, schema),                                    \
     .help = "types of fields: {\"field\":{\"type\":\"ip\"}}; the rest is inferred"},              \
    {.name = "event-category-field", .argument = "FIELD", .kind = OPTION_TEXT,                     \
     .offset = (at) + offsetof(struct query_arguments, category),                                  \
     .help = "default event.category"},                                                            \
    {.name = "timestamp-field", .argument = "FIELD", .kind = OPTION_TEXT,                          \
     .offset = (at) + offsetof(struct query_arguments, timestamp),                                 \
     .help = "default @timestamp"},                                                                \
    {.name = "tiebreaker-field", .argument = "FIELD", .kind = OPTION_TEXT,                         \
     .offset = (at) + offsetof(struct query_arguments, tiebreaker),                                \
     .help = "orders events of one timestamp"}
/* clang-format on */

/* Prints the diagnostics in their caret form. */
void query_show_diags(const struct diags *d, bool colour);

/* Adds the fields of --schema, when it was given, to `schema`. False after a complaint about the file, or with diagnostics in `d`.
 * Elasticsearch keeps a date's format per index, one schema serves many files: where a date's declared format does not read a text, the formats whose
 * year tells them apart are tried: ISO 8601, and day, month, year joined by '-', '/' or '.'. */
bool query_read_schema(const struct query_arguments *q, struct schema *schema, struct arena *a,
                       struct diags *d);

#endif
