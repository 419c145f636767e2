/* SPDX-License-Identifier: Apache-2.0 */
/* The sink of a feed whose frames are searched by the thread that reads them. */
#include "run/reading.h"

static void see_run(struct reading *r, const struct frame *frame)
{
    if (run_begins(&r->run, frame) && r->prefilter) {
        prefilter_begin_run(r->prefilter, frame->offset);
    }
}

/* The framer's filter. */
static bool skips(void *user, const struct frame *frame, size_t form,
                  const struct frame_formed *formed)
{
    struct reading *r = user;
    see_run(r, frame);
    bool skips = prefilter_skips_formed(r->prefilter, frame, form, formed);
    if (skips) {
        block_skip(&r->block);
    }
    return skips;
}

/* Where skipping does not pay, records are framed to be walked. */
static void set_filter(struct reading *r)
{
    bool asks = r->prefilter && prefilter_pays(r->prefilter);
    if (asks != r->asks) {
        feed_filter(r->feed, asks ? &r->filter : NULL);
        r->asks = asks;
    }
}

static bool take_frame(void *user, const struct frame *frame)
{
    struct reading *r = user;
    see_run(r, frame);
    if (r->prefilter && prefilter_skips(r->prefilter, frame)) {
        block_skip(&r->block);
    } else {
        block_take(&r->block, frame, feed_index(r->feed, frame), r->searcher);
    }
    set_filter(r);
    return true;
}

static bool hand_on(void *user, uint64_t input_bytes)
{
    struct reading *r = user;
    if (r->prompt || r->block.n == 0) {
        block_search(&r->block, r->searcher);
    }
    r->refused = !r->piece(r->user, &r->block.found, input_bytes);
    findings_clear(&r->block.found);
    return !r->refused;
}

/* What is still kept when no piece follows. */
static void hand_on_rest(struct reading *r, struct feed_result *end)
{
    if (!r->refused && r->block.n + r->block.skipped) {
        r->prompt = true;
        end->stopped |= !hand_on(r, end->input_bytes);
    }
    block_clear(&r->block, false);
    r->refused = false;
}

void reading_open(struct reading *r, const struct search_options *options, const atomic_bool *stop,
                  struct profile *profile)
{
    r->searcher = searcher_new(options);
    r->prefilter = prefilter_new(options, profile);
    r->feed = feed_new(options->reader.max_record, false, stop);
    searcher_profile(r->searcher, profile);
    feed_profile(r->feed, profile);
    block_init(&r->block);
    r->sink = (struct feed_sink){.user = r, .frame = take_frame, .piece = hand_on};
    if (!r->prefilter) {
        feed_make_index(r->feed, true); /* every record is walked */
    } else {
        feed_make_index(r->feed, false);
        r->filter = (struct json_framer_filter){.user = r, .skips = skips};
        r->filter.forms = prefilter_forms(r->prefilter, &r->filter.n_forms);
        r->sink.filter = &r->filter;
    }
}

void reading_close(struct reading *r, struct evaluator_limits *limits)
{
    struct evaluator_limits own = searcher_limits(r->searcher);
    limits->combinations += own.combinations;
    limits->regex += own.regex;
    feed_free(r->feed);
    block_deinit(&r->block);
    searcher_free(r->searcher);
    prefilter_free(r->prefilter);
}

struct feed_result reading_file(struct reading *r, str path, uint64_t before, uint64_t size)
{
    if (r->prefilter) {
        prefilter_begin_file(r->prefilter, before);
    }
    r->run.open = false;
    r->asks = r->prefilter != NULL;
    r->prompt = size == 0;
    struct feed_result end = feed_file(r->feed, path, &r->sink);
    hand_on_rest(r, &end);
    return end;
}

struct feed_part_result reading_part(struct reading *r, str path, const struct feed_part *part,
                                     uint64_t before, struct run_bounds run,
                                     struct prefilter_place place)
{
    if (r->prefilter) {
        prefilter_begin_file(r->prefilter, before);
        prefilter_go_on(r->prefilter, place);
    }
    r->run = run;
    r->asks = r->prefilter != NULL;
    r->prompt = false;
    struct feed_part_result end = feed_part(r->feed, path, part, &r->sink);
    hand_on_rest(r, &end.feed);
    return end;
}
