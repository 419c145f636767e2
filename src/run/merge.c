/* SPDX-License-Identifier: Apache-2.0 */
/* What stands before a part decides what its first values are. Its reader took the first line that begins with '{' for the beginning of a value, a record for shown, and a run of frames for begun anew; where the part
 * before it ended shows whether that is so. It nearly always is. Where it is not, what was made of the part is thrown away, and this thread reads it from where its values do begin. */
#include "run/merge.h"

#include "run/reading.h"

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
    uint64_t merged_bytes;  /* stored, of files merged to their end */
    struct reading reading; /* of parts that are read once more */
    bool reads;             /* it is open */
    uint32_t file;          /* of the part met last */
    bool in_file;           /* it is not merged to its end */
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

static bool again_piece(void *user, const struct findings *found, uint64_t input_bytes)
{
    struct merger *m = user;
    (void)input_bytes;
    m->ok = collector_add(m->to.collector, m->file, found, m->place.line_breaks, m->error);
    return m->ok && !collector_stopped(m->to.collector);
}

static void read_again(struct merger *m, const struct schedule_part *part)
{
    struct feed_part from = {.fd = part->fd, .from = m->place.at, .to = part->to, .exact = true};
    struct reading *r = &m->reading;
    if (!m->reads) {
        *r = (struct reading){.piece = again_piece, .user = m};
        reading_open(r, &m->to.options->search, schedule_halted(m->to.schedule), NULL);
        m->reads = true;
    }
    m->to.stats->parts_again++;
    struct schedule_end end = {0};
    end.part = reading_part(r, m->to.files->files[part->file].path, &from, part->before,
                            m->place.run, m->place.place);
    end.run = r->run;
    end.place = r->prefilter ? prefilter_place(r->prefilter) : m->place.place;
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
    if (m.reads) {
        reading_close(&m.reading, &options->stats->limits);
    }
    return ok;
}
