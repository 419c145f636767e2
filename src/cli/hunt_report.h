/* SPDX-License-Identifier: Apache-2.0 */
/* What a hunt says on stderr: the rules and what they can see before it, the books after it. */
#ifndef POSTERN_CLI_HUNT_REPORT_H
#define POSTERN_CLI_HUNT_REPORT_H

#include "postern/postern.h"
#include "run/hunt.h"

/* Every diagnostic, then "rules: 1 loaded, 0 refused" and each rule with the data sets it can see (up to 20 rules; more are summed up). */
void report_load(postern_rules *rules, bool colour);
/* What caches did for the folders of rules: a line each, or nothing. Part of report_load. */
void report_caches(postern_rules *rules);
/* What a limit took away from the results: a line each, or nothing. */
void report_limits(const struct hunt_stats *s);
/* A rule's name, cut to what fits a line. */
void report_rule_name(const postern_rules *rules, size_t rule, struct buf *out);
void report_books(const postern_rules *rules, const struct hunt_stats *s);

#endif
