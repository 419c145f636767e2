/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers above the public API (the command line) may reach behind its handles. */
#ifndef POSTERN_API_INTERNAL_H
#define POSTERN_API_INTERNAL_H

#include "engine/ruleset.h"
#include "postern/postern.h"

/* The compiled set, NULL before postern_rules_compile. */
const struct ruleset *postern_rules_ruleset(const postern_rules *rules);
/* The catalogue the rules were checked against; the diagnostics. */
struct schema *postern_rules_schema(postern_rules *rules);
const struct diags *postern_rules_diags(const postern_rules *rules);
/* A category that rule number `rule` of the compiled set needs and that no data set it sees has (struct source, `categories`): only documents that are ECS already can match. Empty
 * when there is none. */
str postern_rules_unwritten(const postern_rules *rules, size_t rule);

#endif
