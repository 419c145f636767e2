/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt on the caller's thread alone. */
#include "run/block.h"
#include "run/pipeline.h"
#include "run/prefilter.h"

struct inline_hunt {
    struct searcher *searcher;
    struct prefilter *prefilter; /* NULL: none */
    struct profile *profile;     /* likewise */
    struct collector *collector;
    struct findings found;
    struct hunt_stats *stats;
    struct error *error;
    struct run_bounds run;
    uint64_t input_bytes; /* of all finished files */
    uint32_t file;
    bool ok;
};

static void inline_run(struct inline_hunt *h, const struct frame *frame)
{
    if (run_begins(&h->run, frame) && h->prefilter) {
        prefilter_begin_run(h->prefilter);
    }
}

/* The framer's filter. */
static bool inline_skips(void *user, const struct frame *frame, size_t form,
                         const struct frame_formed *formed)
{
    struct inline_hunt *h = user;
    inline_run(h, frame);
    bool skips = prefilter_skips_formed(h->prefilter, frame, form, formed);
    findings_skip(&h->found, skips);
    return skips;
}

static bool inline_frame(void *user, const struct frame *frame)
{
    struct inline_hunt *h = user;
    inline_run(h, frame);
    if (h->prefilter && prefilter_skips(h->prefilter, frame)) {
        findings_skip(&h->found, 1);
    } else {
        searcher_frame(h->searcher, frame, &h->found);
    }
    return true;
}

static bool inline_piece(void *user, uint64_t input_bytes)
{
    struct inline_hunt *h = user;
    h->stats->input_bytes = h->input_bytes + input_bytes;
    enum profile_stage before = profile_enter(h->profile, PROFILE_MERGE);
    h->ok = collector_add(h->collector, h->file, &h->found, 0, h->error);
    profile_enter(h->profile, before);
    findings_clear(&h->found);
    return h->ok && !collector_stopped(h->collector);
}

bool pipeline_run_inline(const struct walk_list *files, const struct hunt_options *options,
                         struct collector *collector, struct hunt_stats *stats, struct error *e)
{
    struct inline_hunt h = {.searcher = searcher_new(&options->search),
                            .prefilter = prefilter_new(&options->search, options->profile),
                            .profile = options->profile,
                            .collector = collector,
                            .stats = stats,
                            .error = e,
                            .ok = true};
    findings_init(&h.found);
    searcher_profile(h.searcher, options->profile);
    struct feed *feed = feed_new(options->search.reader.max_record, false, options->stop);
    feed_profile(feed, options->profile);
    struct json_framer_filter filter = {.user = &h, .skips = inline_skips};
    struct feed_sink sink = {.user = &h, .frame = inline_frame, .piece = inline_piece};
    if (h.prefilter) {
        filter.forms = prefilter_forms(h.prefilter, &filter.n_forms);
        sink.filter = &filter;
    }
    uint64_t before = 0; /* stored sizes of the files before this one */
    for (size_t i = 0; h.ok && i < files->n; i++) {
        h.file = (uint32_t)i;
        if (h.prefilter) {
            prefilter_begin_file(h.prefilter, before);
        }
        h.run.open = false;
        struct feed_result end = feed_file(feed, files->files[i].path, &sink);
        h.input_bytes += end.input_bytes;
        before += files->files[i].size;
        h.ok = h.ok && collector_file_end(collector, h.file, &end);
        if (end.stopped) {
            break;
        }
    }
    stats->limits = searcher_limits(h.searcher);
    feed_free(feed);
    findings_deinit(&h.found);
    searcher_free(h.searcher);
    prefilter_free(h.prefilter);
    return h.ok;
}
