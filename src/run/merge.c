/* SPDX-License-Identifier: Apache-2.0 */
/* What stands before a part decides what its first values are. Its reader took the first line that begins with '{' for the beginning of a value, a record for shown, and a run of frames for begun anew; where the part
 * before it ended shows whether that is so. It nearly always is. Where it is not, what was made of the part is thrown away, and this thread reads it from where its values do begin. */
#include "run/merge.h"

/* How far a file is merged. */
struct merge_place {
    uint64_t at;          /* the next value begins here */
    uint64_t line_breaks; /* before it */
    struct run_bounds run;
    struct prefilter_place place;
    struct feed_result feed; /* how the file ended; its bytes and input_bytes grow with its parts */
    bool ended;
};

struct merger {
    struct merge_options to;
    struct error *error;
    struct merge_place place;
    uint64_t merged_bytes; /* stored, of files merged to their end */
    /* For parts that are read once more; made for the first. */
    struct feed *feed;
    struct prefilter *prefilter; /* NULL: none */
    struct searcher *searcher;
    struct findings found;
    uint32_t file; /* of the part met last */
    bool in_file;  /* it is not merged to its end */
    bool ok;
};

/* Whether a part is as its reader thought, who had it begin at `begin`. */
static bool holds(const struct merger *m, const struct schedule_part *part, uint64_t begin)
{
    const struct merge_place *p = &m->place;
    struct run_bounds run = p->run;
    struct frame first = {.offset = begin};
    return part->from == 0 ||
           (!p->ended && begin == p->at && p->place.recognised && run_begins(&run, &first));
}

/* The part is merged up to its end. */
static void move_on(struct merger *m, const struct schedule_end *end)
{
    struct merge_place *p = &m->place;
    p->at = end->part.end;
    p->line_breaks += end->part.line_breaks;
    p->run = end->run;
    p->place = end->place;
    p->feed = end->part.feed;
    p->ended = !end->part.more;
}

/* ---- reading a part once more ---- */

static void again_run(struct merger *m, const struct frame *frame)
{
    if (run_begins(&m->place.run, frame) && m->prefilter) {
        prefilter_begin_run(m->prefilter);
    }
}

static bool again_skips(void *user, const struct frame *frame, size_t form,
                        const struct frame_formed *formed)
{
    struct merger *m = user;
    again_run(m, frame);
    bool skips = prefilter_skips_formed(m->prefilter, frame, form, formed);
    findings_skip(&m->found, skips);
    return skips;
}

static bool again_frame(void *user, const struct frame *frame)
{
    struct merger *m = user;
    again_run(m, frame);
    if (m->prefilter && prefilter_skips(m->prefilter, frame)) {
        findings_skip(&m->found, 1);
    } else {
        searcher_frame(m->searcher, frame, &m->found);
    }
    return true;
}

static bool again_piece(void *user, uint64_t input_bytes)
{
    struct merger *m = user;
    (void)input_bytes;
    m->ok = collector_add(m->to.collector, m->file, &m->found, m->place.line_breaks, m->error);
    findings_clear(&m->found);
    return m->ok && !collector_stopped(m->to.collector);
}

static void make_reader(struct merger *m)
{
    const struct search_options *search = &m->to.options->search;
    m->feed = feed_new(search->reader.max_record, false, schedule_halted(m->to.schedule));
    m->prefilter = prefilter_new(search, NULL);
    m->searcher = searcher_new(search);
    findings_init(&m->found);
}

static void read_again(struct merger *m, const struct schedule_part *part)
{
    struct json_framer_filter filter = {.user = m, .skips = again_skips};
    struct feed_sink sink = {.user = m, .frame = again_frame, .piece = again_piece};
    struct feed_part from = {.fd = part->fd, .from = m->place.at, .to = part->to, .exact = true};
    if (!m->feed) {
        make_reader(m);
    }
    if (m->prefilter) {
        filter.forms = prefilter_forms(m->prefilter, &filter.n_forms);
        sink.filter = &filter;
        prefilter_begin_file(m->prefilter, part->before);
        prefilter_go_on(m->prefilter, m->place.place);
    }
    m->to.stats->parts_again++;
    struct schedule_end end = {0};
    end.part = feed_part(m->feed, m->to.files->files[part->file].path, &from, &sink);
    end.run = m->place.run;
    end.place = m->prefilter ? prefilter_place(m->prefilter) : m->place.place;
    move_on(m, &end);
}

/* ---- merging ---- */

static bool merge_block(struct merger *m, const struct schedule_merge *met)
{
    bool held = holds(m, met->part, met->block->begin), ok = true;
    if (held) {
        uint64_t bytes = m->merged_bytes + met->block->input_bytes;
        struct hunt_stats *stats = m->to.stats;
        stats->input_bytes = bytes > stats->input_bytes ? bytes : stats->input_bytes;
        ok = collector_add(m->to.collector, (uint32_t)met->part->file, &met->block->found,
                           m->place.line_breaks, m->error);
    }
    schedule_release(m->to.schedule, met->block);
    return ok;
}

static bool end_file(struct merger *m)
{
    m->in_file = false;
    m->to.stats->input_bytes = m->merged_bytes += m->place.feed.input_bytes;
    return collector_file_end(m->to.collector, m->file, &m->place.feed);
}

/* *last: the hunt was stopped in this part. */
static bool merge_end(struct merger *m, const struct schedule_merge *met, bool *last)
{
    const struct schedule_part *part = met->part;
    bool reaches_in = !m->place.ended && m->place.at < part->to;
    if (holds(m, part, met->end->part.begin)) {
        move_on(m, met->end);
    } else if (reaches_in) {
        read_again(m, part);
    }
    bool ok = m->ok;
    *last = m->place.feed.stopped;
    if (ok && (*last || part->to == UINT64_MAX)) {
        ok = end_file(m);
        m->place = (struct merge_place){0};
    }
    schedule_part_merged(m->to.schedule);
    return ok;
}

static void free_reader(struct merger *m)
{
    if (m->feed) {
        struct evaluator_limits own = searcher_limits(m->searcher);
        m->to.stats->limits.combinations += own.combinations;
        m->to.stats->limits.regex += own.regex;
        feed_free(m->feed);
        prefilter_free(m->prefilter);
        searcher_free(m->searcher);
        findings_deinit(&m->found);
    }
}

bool merge_all(const struct merge_options *options, struct error *e)
{
    struct merger m = {.to = *options, .error = e, .ok = true};
    struct profile *profile = options->options->profile;
    bool ok = true, last = false;
    struct schedule_merge met;
    while (ok && !last && (met = schedule_merge_next(options->schedule)).met != SCHEDULE_MET_END) {
        profile_enter(profile, PROFILE_MERGE);
        m.file = (uint32_t)met.part->file;
        m.in_file = true;
        ok = met.met == SCHEDULE_MET_BLOCK ? merge_block(&m, &met) : merge_end(&m, &met, &last);
        profile_enter(profile, PROFILE_WAIT);
    }
    if (ok && m.in_file) { /* the rest was never read */
        ok = end_file(&m);
    }
    free_reader(&m);
    return ok;
}
