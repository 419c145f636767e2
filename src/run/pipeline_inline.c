/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt on the caller's thread alone. */
#include "run/pipeline.h"
#include "run/reading.h"

struct inline_hunt {
    struct reading reading;
    struct profile *profile; /* NULL: none */
    struct collector *collector;
    struct hunt_stats *stats;
    struct error *error;
    uint64_t input_bytes; /* of all finished files */
    uint32_t file;
    bool ok;
};

static bool inline_piece(void *user, const struct findings *found, uint64_t input_bytes)
{
    struct inline_hunt *h = user;
    h->stats->input_bytes = h->input_bytes + input_bytes;
    enum profile_stage before = profile_enter(h->profile, PROFILE_MERGE);
    h->ok = collector_add(h->collector, h->file, found, 0, h->error);
    profile_enter(h->profile, before);
    return h->ok && !collector_stopped(h->collector);
}

bool pipeline_run_inline(const struct walk_list *files, const struct hunt_options *options,
                         struct collector *collector, struct hunt_stats *stats, struct error *e)
{
    struct inline_hunt h = {.reading = {.piece = inline_piece, .user = &h},
                            .profile = options->profile,
                            .collector = collector,
                            .stats = stats,
                            .error = e,
                            .ok = true};
    reading_open(&h.reading, &options->search, options->stop, options->profile);
    uint64_t before = 0; /* stored sizes of the files before this one */
    for (size_t i = 0; h.ok && i < files->n; i++) {
        h.file = (uint32_t)i;
        struct feed_result end =
            reading_file(&h.reading, files->files[i].path, before, files->files[i].size);
        h.input_bytes += end.input_bytes;
        before += files->files[i].size;
        h.ok = h.ok && collector_file_end(collector, h.file, &end);
        if (end.stopped) {
            break;
        }
    }
    reading_close(&h.reading, &stats->limits);
    return h.ok;
}
