/* SPDX-License-Identifier: Apache-2.0 */
/* Framing alone: MB/s over NDJSON records of a CloudTrail record's size, with SIMD and without.
 * Without an argument over records of its own, else over the file named. */
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/os.h"
#include "base/time.h"
#include "value/json_frame.h"

enum { RECORDS = 100000, ROUNDS = 5, PIECE = 256 * 1024 };

static void make_records(struct buf *out)
{
    for (int i = 0; i < RECORDS; i++) {
        buf_printf(
            out,
            "{\"eventVersion\":\"1.09\",\"eventTime\":\"2026-01-31T09:00:00Z\",\"userIdentity\":{");
        for (int k = 0; k < 24; k++) {
            buf_printf(out, "\"field%d\":\"a value of some \\\"length\\\" %d\",", k, i * k);
        }
        buf_printf(out, "\"n\":%d},\"requestParameters\":{\"groupId\":\"sg-%08x\",\"items\":[", i,
                   (unsigned)i);
        for (int k = 0; k < 4; k++) {
            buf_printf(out,
                       "%s{\"fromPort\":%d,\"toPort\":%d,\"ranges\":{\"items\":[{\"cidr\":\"192.0."
                       "2.0/24\"}]}}",
                       k ? "," : "", k, k);
        }
        buf_printf(out, "]},\"eventName\":\"AuthorizeSecurityGroupIngress\"}\n");
    }
}

/* Nanoseconds of this process alone: other load on the machine does not count. */
static int64_t cpu_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * TIME_NS_PER_S + t.tv_nsec;
}

static double measure(str input, bool plain, size_t *frames)
{
    struct json_framer_options options = {.plain = plain};
    struct json_framer *f = json_framer_new(&options);
    int64_t best = INT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
        json_framer_reset(f);
        *frames = 0;
        int64_t start = cpu_time();
        for (size_t at = 0; at <= input.len; at += PIECE) {
            struct frame frame;
            json_framer_feed(f, str_slice(input, at, at + PIECE), at + PIECE > input.len);
            while (json_framer_next(f, &frame)) {
                ++*frames;
            }
        }
        int64_t took = cpu_time() - start;
        best = took < best ? took : best;
    }
    json_framer_free(f);
    return (double)input.len * 1000 / (double)best;
}

int main(int argc, char **argv)
{
    struct arena a = arena_open((size_t)4 << 30);
    struct buf made = BUF_INIT(0);
    struct error e = {0};
    str input = {0};
    if (argc < 2) {
        make_records(&made);
        input = buf_view(&made);
    } else if (!os_read_file(str_from(argv[1]), (size_t)3 << 30, &a, &input, &e)) {
        fprintf(stderr, "frame_bench: %s\n", e.message);
        return 1;
    }
    static const char *const names[] = {"simd", "plain"};
    for (int plain = 0; plain < 2; plain++) {
        size_t frames = 0;
        double speed = measure(input, plain, &frames);
        printf("%-6s %8.0f MB/s  %zu frames of %zu bytes\n", names[plain], speed, frames,
               frames ? input.len / frames : 0);
    }
    buf_deinit(&made);
    arena_close(&a);
    return 0;
}
