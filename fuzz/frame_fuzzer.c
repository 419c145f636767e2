/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/value/json_frame.c, frame_value.c, frame_array.c, frame_grammar.c, frame_scan.c and its form with vector instructions. The first two bytes of the
 * input choose options and the sizes of the pieces. Frames must be the same for one piece and for many, with SIMD and without; they lie
 * in the input, in order and apart; a framed value holds the bytes that stand there. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "value/json_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str containers[] = {S_INIT("Records"), S_INIT("records")};
static const str containers_later[] = {S_INIT("value")};

static void require(bool held)
{
    if (!held) {
        abort();
    }
}

static void check_frame(const struct frame *frame, str input,
                        const struct json_framer_options *options, uint64_t *from)
{
    require(frame->offset >= *from && frame->offset <= input.len);
    require(frame->text.len <= input.len - frame->offset);
    require(frame->text.len == 0 ||
            memcmp(frame->text.ptr, input.ptr + frame->offset, frame->text.len) == 0);
    require((frame->reason == NULL) == (frame->kind == FRAME_VALUE));
    require(frame->kind != FRAME_VALUE ||
            (frame->text.len > 0 && frame->text.len <= options->max_record));
    *from = frame->offset + frame->text.len;
}

static void run(const struct json_framer_options *options, str input, unsigned piece,
                struct buf *out)
{
    struct json_framer *f = json_framer_new(options);
    uint64_t from = 0;
    size_t at = 0;
    do {
        size_t n = piece ? 1 + (at * 31 + piece) % piece : input.len;
        n = n < input.len - at ? n : input.len - at;
        json_framer_feed(f, str_slice(input, at, at + n), at + n == input.len);
        at += n;
        struct frame frame;
        while (json_framer_next(f, &frame)) {
            check_frame(&frame, input, options, &from);
            buf_printf(out, "%d %llu %llu %zu %.*s %s\n", (int)frame.kind,
                       (unsigned long long)frame.offset, (unsigned long long)frame.line,
                       frame.text.len, STR_ARG(frame.container), frame.reason ? frame.reason : "");
        }
    } while (at < input.len);
    json_framer_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    static const size_t limits[] = {1, 16, 300, 100000};
    struct json_framer_options options = {.max_record = limits[data[0] & 3],
                                          .whole = (data[0] & 0x1c) == 0x1c,
                                          .containers = containers,
                                          .n_containers = 2,
                                          .containers_later = containers_later,
                                          .n_containers_later = 1};
    str input = {(const char *)data + 2, size - 2};
    struct buf one = BUF_INIT(0), many = BUF_INIT(0);
    run(&options, input, 0, &one);
    options.plain = true;
    run(&options, input, data[1] ? data[1] : 1, &many);
    require(str_eq(buf_view(&one), buf_view(&many)));
    buf_deinit(&one);
    buf_deinit(&many);
    return 0;
}
