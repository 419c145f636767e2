/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time of a hunt goes, for --profile. A profile is one thread's clock: it is always in one stage, and switching to another books the time since the last switch. One
 * clock read a switch, some five a parsed record: a profiled hunt takes up to a quarter longer where all records are parsed, and reads no clock at all without a profile. */
#ifndef POSTERN_RUN_PROFILE_H
#define POSTERN_RUN_PROFILE_H

#include "base/time.h"
#include "engine/ruleset.h"

enum profile_stage {
    PROFILE_READ,  /* input: reading, inflating */
    PROFILE_FRAME, /* finding where records end, and skipping those that cannot match */
    PROFILE_PARSE, /* simdjson, the walk along the trie, taking containers apart */
    PROFILE_MATCH, /* the rule index, leaves, keys of sequences; values are projected when a leaf asks for them */
    PROFILE_DOCUMENT, /* documents of records that match */
    PROFILE_MERGE,    /* the books, sorting, sequences */
    PROFILE_OUTPUT,   /* printing */
    PROFILE_WAIT,     /* for another thread, or for the merging one to have something */
    PROFILE_STAGES,
};

struct profile {
    int64_t nanoseconds[PROFILE_STAGES];
    enum profile_stage stage;
    int64_t since;
    struct rule_cost *rules; /* one a rule of the set */
    size_t n_rules;
    const char *prefilter_off; /* why nothing is skipped; NULL: it works, or never began */
    uint64_t stretches,
        given_up; /* runs of frames that the prefilter worked in; of them those where it stopped, since it did not pay */
};

/* Starts the clock in PROFILE_WAIT. */
struct profile *profile_new(size_t n_rules);
void profile_free(struct profile *p);
/* Books what is open, and adds another thread's. Both may be NULL: nothing happens. */
void profile_add(struct profile *total, struct profile *p);

/* Switches; the stage that was. Nothing happens to a NULL. */
static inline enum profile_stage profile_enter(struct profile *p, enum profile_stage stage)
{
    if (!p) {
        return stage;
    }
    enum profile_stage before = p->stage;
    int64_t now = time_monotonic();
    p->nanoseconds[before] += now - p->since;
    p->since = now;
    p->stage = stage;
    return before;
}

#endif
