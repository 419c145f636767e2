/* SPDX-License-Identifier: Apache-2.0 */
/* What --profile prints on stderr: where the time of a hunt went, by stage and by rule. */
#ifndef POSTERN_CLI_HUNT_PROFILE_H
#define POSTERN_CLI_HUNT_PROFILE_H

#include "postern/postern.h"
#include "run/hunt.h"

/* `loading`: nanoseconds before the hunt, for rules and tables. Sorts a copy of the rules' costs; the costliest come first, at most 20. */
void report_profile(const postern_rules *rules, const struct hunt_stats *s, const struct profile *p,
                    int64_t loading);

#endif
