/* SPDX-License-Identifier: Apache-2.0 */
/* The values of slots for texts seen lately: of slots that come from one value of the record, which is one of few in a day's log (ROW_FEW), such as the parts of user agents. What row_memo.h does for
 * documents. Belongs to one thread. */
#ifndef POSTERN_SOURCES_SLOT_MEMO_H
#define POSTERN_SOURCES_SLOT_MEMO_H

#include "sources/plan.h"

struct slot_memo;
/* A text, and what slots made of it. */
struct slot_place;

struct slot_memo *slot_memo_new(const struct source_plan *plan);
void slot_memo_free(struct slot_memo *m);
/* Between events: what was remembered may be forgotten here, and only here. */
void slot_memo_begin(struct slot_memo *m);
/* The place of the raw text that the slots of `group` read in this event; NULL: it is not to be remembered. */
struct slot_place *slot_memo_place(struct slot_memo *m, uint32_t group,
                                   const struct json_capture *c);
/* The values of the group's slot number `member` for that text; false: they are not remembered. They live until the next slot_memo_begin. */
bool slot_memo_find(const struct slot_place *place, uint32_t member, struct values *out);
/* Remembers them; the copy. */
struct values slot_memo_keep(struct slot_memo *m, struct slot_place *place, uint32_t member,
                             struct values values);

#endif
