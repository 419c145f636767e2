/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule file came to, as bytes and back: the rule or its refusal, and every diagnostic. For the cache (rule_cache.h). */
#ifndef POSTERN_RULES_RULE_PACK_H
#define POSTERN_RULES_RULE_PACK_H

#include "base/pack.h"
#include "rules/rule.h"

struct rule_yield {
    struct rule *rule;  /* NULL: refused; then there is a diagnostic */
    struct diag *diags; /* in order, linked */
};

/* Appends what the file with these bytes came to. The rule's conditions are simple. False, with bytes that must be dropped, when it is not worth keeping
 * (ir_pack), or a diagnostic is not of this text. */
bool rule_pack(const struct rule_yield *yield, str text, struct buf *out);

/* The same again for `file`; false when the bytes are none that rule_pack makes. The rule is as rule_from_toml made it but for what only diagnostics read: it has no document and no
 * map, spans are zero, its source's text is empty unless there are diagnostics, and its conditions are simple. Texts are views into the bytes; the rest is in `a`. */
bool rule_unpack(str bytes, str file, struct schema *schema, struct arena *a,
                 struct rule_yield *out);

#endif
