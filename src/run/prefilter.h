/* SPDX-License-Identifier: Apache-2.0 */
/* Proves of a framed value, from its bytes alone, that it is one record and that no rule matches it, so that it need not be parsed. It looks
 * for the members that name an operation ("eventName":"DescribeInstances") and asks the rule set once for each value it meets whether a
 * record with that operation could match, whatever else it says. All such members of the record must be without interest; a record that shows a
 * sign of being more than one plain record (sources/dispatch.h), or whose keys may be written with escapes, is left to the parser. What is
 * skipped is not validated.
 * The verdict depends on the value's bytes and the rule set only. A prefilter belongs to one thread and shares its reader and scanner. */
#ifndef POSTERN_RUN_PREFILTER_H
#define POSTERN_RUN_PREFILTER_H

#include "engine/ruleset.h"
#include "sources/source.h"
#include "value/json_frame.h"

struct prefilter;

/* NULL when nothing can be proved for these rules: one asks for no operation. `forced` as in struct record_reader_options. The others are
 * borrowed. */
struct prefilter *prefilter_new(const struct ruleset *rules, const struct source_plan *plan,
                                const struct source *forced, struct record_reader *reader,
                                struct scanner *scanner);
void prefilter_free(struct prefilter *p);

/* True: the frame is exactly one record (if it is JSON at all), and no rule matches it. Between items of the reader only. */
bool prefilter_skips(struct prefilter *p, const struct frame *frame);

#endif
