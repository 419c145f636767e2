/* SPDX-License-Identifier: Apache-2.0 */
/* The values of slots for texts seen lately: of slots that come from one value of the record, which is one of few in a day's log (ROW_FEW), such as the parts of user agents, or from several that are few
 * together (ROW_SOME), such as who did it. What row_memo.h does for documents. Belongs to one thread. */
#ifndef POSTERN_SOURCES_SLOT_MEMO_H
#define POSTERN_SOURCES_SLOT_MEMO_H

#include "sources/plan.h"

struct slot_memo;
/* Texts, and what slots made of them. */
struct slot_place;

struct slot_memo *slot_memo_new(const struct source_plan *plan);
void slot_memo_free(struct slot_memo *m);
/* Between events: what was remembered may be forgotten here, and only here. */
void slot_memo_begin(struct slot_memo *m);
/* The place of what the slots of group number `number` read in this event; NULL: it is not to be remembered. */
struct slot_place *slot_memo_place(struct slot_memo *m, uint32_t number, const struct few_group *g,
                                   struct json_capture *const *captures);
/* A number that no other place, and no other texts in this one, have had: 1, 2 ... */
uint64_t slot_memo_serial(const struct slot_place *place);
/* The values of the group's slot number `member` for that text; false: they are not remembered. They live until the next slot_memo_begin. */
bool slot_memo_find(const struct slot_place *place, uint32_t member, struct values *out);
/* Remembers them; the copy. */
struct values slot_memo_keep(struct slot_memo *m, struct slot_place *place, uint32_t member,
                             struct values values);

#endif
