/* SPDX-License-Identifier: Apache-2.0 */
/* The table of rule keys (rule_keys.def) and its check. */
#ifndef POSTERN_RULES_RULE_KEYS_H
#define POSTERN_RULES_RULE_KEYS_H

#include "base/diag.h"
#include "value/json.h"

/* Where a node of the rule file stands; the whole file's start when it has no bytes of its own. */
span rule_node_span(const struct diag_source *src, const struct json *node);

/* Checks every key of [rule] against the table: wrong types and missing keys are errors, unknown keys warnings. False after an error. */
bool rule_keys_check(const struct diag_source *src, const struct json *rule, struct diags *d);

#endif
