/* SPDX-License-Identifier: Apache-2.0 */
/* What records were found to be, by what is in them and not by its texts: a log's records are of few kinds, and whose a record is and which slots it leaves empty need be found out once for each. One thread's. */
#ifndef POSTERN_SOURCES_KIND_MEMO_H
#define POSTERN_SOURCES_KIND_MEMO_H

#include "sources/plan.h"

enum kind_verdict {
    KIND_OPEN,   /* not known so: not looked at yet, or texts tell */
    KIND_EVENT,  /* of `source` and `shape` */
    KIND_UNKNOWN /* of no source, and no container */
};

struct kind {
    enum kind_verdict verdict;
    size_t source;
    const struct bound_shape *shape;
    uint64_t opened; /* the same marks of openings */
    size_t n;        /* the same captures met (json_scan_met) */
    uint32_t met[JSON_MET_MAX];
    size_t slots_of;        /* source number + 1 that `slots` is of; 0: not made */
    struct slot_bits slots; /* projection_slots; NULL: never made */
};

struct kind_memo;

struct kind_memo *kind_memo_new(const struct source_plan *plan);
void kind_memo_free(struct kind_memo *m);
/* The kind of the record that `scanner` passed last, open when it was not seen lately. Valid until the next call. NULL: it has none. */
struct kind *kind_memo_of(struct kind_memo *m, const struct json_scanner *scanner, uint64_t opened);
/* What is known of the slots of an event of source number `source` of that kind. */
const struct slot_bits *kind_memo_slots(struct kind_memo *m, struct kind *k, size_t source);

#endif
