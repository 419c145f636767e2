/* SPDX-License-Identifier: Apache-2.0 */
/* Proves of a framed value, from its bytes alone, that it is one record and that no rule matches it, so that it need not be parsed. It looks
 * for the members that name an operation ("eventName":"DescribeInstances") and asks the rule set once for each value it meets whether a
 * record with that operation could match, whatever else it says. All such members of the record must be without interest; a record that shows a
 * sign of being more than one plain record (sources/dispatch.h), or whose keys may be written with escapes, is left to the parser. What is
 * skipped is not validated.
 * Skipping begins 1 MiB into all input (of files before this one counted as stored), so that a small one is validated whole, and in each file behind the first frame that holds a
 * record of a known source; in a run of frames where it does not pay it stops. So what is skipped depends on the input and the rules only, as long
 * as runs do. A prefilter belongs to one thread, and sees a file's frames from first to last. */
#ifndef POSTERN_RUN_PREFILTER_H
#define POSTERN_RUN_PREFILTER_H

#include "run/search.h"

struct prefilter;

/* NULL when nothing can be proved for these rules (the records are all of one source, and a rule asks for none of its operations), or when the options want every record parsed; a profile (which may be NULL) then says which. */
struct prefilter *prefilter_new(const struct search_options *options, struct profile *profile);
/* A profile gets how often it did not pay. */
void prefilter_free(struct prefilter *p);

/* A file begins. `before`: stored sizes of the files before it (struct walk_file; 0 for pipes): what they become when they are unpacked is not known yet when several files are read at once. */
void prefilter_begin_file(struct prefilter *p, uint64_t before);
/* What of the frames so far bears on those to come, so that another prefilter can go on in their midst. */
struct prefilter_place {
    bool recognised;               /* the file has shown a record */
    size_t looked, tried, skipped; /* in the run */
};
struct prefilter_place prefilter_place(const struct prefilter *p);
/* After prefilter_begin_file. */
void prefilter_go_on(struct prefilter *p, struct prefilter_place place);
/* A run begins: a stretch of the file whose bounds depend on the input alone. The frame at `offset`, its first, is never skipped by its form: whether it is asked about by that depends on the run before
 * (a framer has a filter only where that pays), which another thread may have read. */
void prefilter_begin_run(struct prefilter *p, uint64_t offset);
/* False: nothing is skipped in the rest of the run. */
bool prefilter_pays(const struct prefilter *p);
/* True: the frame is exactly one record (if it is JSON at all), and no rule matches it. */
bool prefilter_skips(struct prefilter *p, const struct frame *frame);

/* The forms of records for the framer's filter; they live as long as the prefilter. */
const struct frame_form *prefilter_forms(const struct prefilter *p, size_t *n);
/* prefilter_skips for a frame of a form. False does not decide: prefilter_skips is to be asked, too. */
bool prefilter_skips_formed(struct prefilter *p, const struct frame *frame, size_t form,
                            const struct frame_formed *formed);

#endif
