/* SPDX-License-Identifier: Apache-2.0 */
/* The progress bar. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/os.h"
#include "base/time.h"

enum { BAR = 24 };
#define REDRAW (TIME_NS_PER_S / 10)

void progress_init(struct progress *p)
{
    *p = (struct progress){.enabled = os_is_terminal(STDERR_FILENO), .start = time_monotonic()};
}

const char *bytes_text(uint64_t bytes, char out[32])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1000;
        unit++;
    }
    snprintf(out, 32, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return out;
}

static uint64_t total_matches(const struct hunt_stats *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->n_rules; i++) {
        n += s->rule_matches[i];
    }
    return n;
}

void progress_draw(struct progress *p, const struct hunt_stats *s)
{
    int64_t now = time_monotonic();
    if (!p->enabled || now - p->start < REDRAW || now - p->drawn < REDRAW) {
        return;
    }
    p->drawn = now;
    double seconds = (double)(now - p->start) / TIME_NS_PER_S;
    double share = s->total_input_bytes ? (double)s->input_bytes / (double)s->total_input_bytes : 0;
    share = share > 1 ? 1 : share;
    char bar[BAR + 1];
    for (int i = 0; i < BAR; i++) {
        bar[i] = i < share * BAR ? '#' : '.';
    }
    bar[BAR] = '\0';
    char done[32], rate[32], eta[32] = "";
    bytes_text(s->input_bytes, done);
    bytes_text((uint64_t)((double)s->input_bytes / seconds), rate);
    if (share > 0.01) {
        snprintf(eta, sizeof eta, ", %.0f s left", seconds / share - seconds);
    }
    fprintf(stderr, "\r\x1b[K[%s] %3.0f %% %s, %s/s, %llu records, %llu matches%s", bar,
            share * 100, done, rate, (unsigned long long)s->records,
            (unsigned long long)total_matches(s), eta);
    fflush(stderr);
}

void progress_clear(struct progress *p)
{
    if (p->drawn) {
        fputs("\r\x1b[K", stderr);
        p->drawn = 0;
    }
}
