/* SPDX-License-Identifier: Apache-2.0 */
/* The body of the decompressor targets: a target names its decoder. It can be wrong without crashing: decoding in pieces of one size and of another must deliver the
 * same bytes and end the same way, and every step must get on. The input's first byte chooses the sizes. */
#ifndef POSTERN_FUZZ_DECODER_FUZZ_H
#define POSTERN_FUZZ_DECODER_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "input/decoder.h"

#define DECODED_MAX ((size_t)1 << 18)

/* A plain failure that NDEBUG cannot switch off. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

static enum error_code decode(const struct decoder *decoder, str stored, size_t piece, size_t room,
                              struct buf *out)
{
    void *state = decoder->open();
    struct error e = {0};
    bool end = false;
    bool ok = true;
    size_t at = 0;
    size_t held = 0;
    size_t idle = 0;
    while (ok && !end && out->len < DECODED_MAX) {
        if (at == held)
            held = stored.len - held < piece ? stored.len : held + piece;
        struct decoder_io io = {.in = stored.ptr,
                                .in_len = held,
                                .in_used = at,
                                .out = buf_reserve(out, room),
                                .out_cap = room,
                                .last = held == stored.len};
        ok = decoder->step(state, &io, &end, &e);
        require(io.in_used >= at && io.in_used <= held && io.out_used <= room);
        idle = io.in_used == at && io.out_used == 0 ? idle + 1 : 0;
        require(idle < 4);
        at = io.in_used;
        buf_commit(out, io.out_used);
    }
    require(ok == (e.code == ERROR_NONE));
    decoder->close(state);
    return e.code;
}

static int fuzz_decoder(const struct decoder *decoder, const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    str stored = {(const char *)data + 1, size - 1};
    struct buf whole = {0};
    struct buf pieces = {0};
    enum error_code x = decode(decoder, stored, size, 65536, &whole);
    enum error_code y =
        decode(decoder, stored, 1 + data[0] % 16, 1 + (size_t)data[0] * 16, &pieces);
    if (whole.len < DECODED_MAX && pieces.len < DECODED_MAX) {
        require(x == y);
        require(x == ERROR_CORRUPT || str_eq(buf_view(&whole), buf_view(&pieces)));
    }
    buf_deinit(&whole);
    buf_deinit(&pieces);
    return 0;
}

#endif
