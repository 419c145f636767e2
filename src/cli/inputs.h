/* SPDX-License-Identifier: Apache-2.0 */
/* What hunt and normalize share: PATH arguments to files, --format to a source. */
#ifndef POSTERN_CLI_INPUTS_H
#define POSTERN_CLI_INPUTS_H

#include "cli/cmd.h"
#include "cli/config.h"
#include "run/hunt.h"

/* The index of the regular file behind descriptor `fd` among the inputs, or files->n. */
size_t inputs_find(const struct walk_list *files, int fd);

/* Expands the paths; complains about each that is not there and counts them in *missing. The file that standard output goes to is left out, with a complaint: reading it would never end. False when there is nothing to read at all (after a complaint);
 * with `wait` that is right, for files may come. */
bool inputs_expand(const str *args, size_t n, bool wait, struct walk_list *out, size_t *missing,
                   struct arena *a);
/* One line on a file that was not simply read. */
void inputs_complain(str file, bool named, enum hunt_file_state state, str why);
/* What the books alone decide of the exit code, in order: EXIT_INTERRUPTED, EXIT_USAGE when no log was found (after a complaint),
 * EXIT_INCOMPLETE, EXIT_FINE. `missing` as inputs_expand counted. */
int inputs_exit_code(const struct hunt_stats *s, size_t missing);
/* The options that name files, and --config which may name them, too: in a command's struct, in its table, and opened. */
struct enrichment_arguments {
    str config, geoip_city, geoip_asn, user_agents;
};
/* clang-format off */
#define ENRICHMENT_OPTIONS(at)                                                                     \
    {.name = CONFIG_OPTION, .argument = "FILE", .kind = OPTION_FILE,                               \
     .offset = (at) + offsetof(struct enrichment_arguments, config),                               \
     .help = "read standing options from this file (default: ~/.config/postern/config.toml)"},     \
    {.name = "geoip-city", .argument = "FILE", .kind = OPTION_FILE, .standing = true,              \
     .offset = (at) + offsetof(struct enrichment_arguments, geoip_city),                           \
     .help = "database of places (.mmdb): fills source.geo"},                                      \
    {.name = "geoip-asn", .argument = "FILE", .kind = OPTION_FILE, .standing = true,               \
     .offset = (at) + offsetof(struct enrichment_arguments, geoip_asn),                            \
     .help = "database of networks (.mmdb): fills source.as"},                                     \
    {.name = "user-agents", .argument = "FILE", .kind = OPTION_FILE, .standing = true,             \
     .offset = (at) + offsetof(struct enrichment_arguments, user_agents),                          \
     .help = "expressions of uap-core (default: " UAP_FILE ")"}
/* clang-format on */
/* False after a complaint when a file that was named cannot be read. Without --user-agents $POSTERN_USER_AGENTS stands for the file of the package, which may be missing. */
bool inputs_enrichment(const struct enrichment_arguments *given, struct enrichment_options *out,
                       struct arena *a);
/* Says when there are no expressions for user agents, though they were not done without on purpose. */
void inputs_note_user_agents(const struct enrichment_options *options);
/* "auto" or empty gives NULL. False after a complaint when no data set has that name. `option` NULL: it was an argument. */
bool inputs_source(const char *option, str name, const struct source **out);

#endif
