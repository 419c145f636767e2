/* SPDX-License-Identifier: Apache-2.0 */
/* gzip, several members one after another. */
#define ZLIB_CONST
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "input/decoder.h"
#include "input/gzip_whole.h"

struct gzip {
    z_stream stream;
    bool between; /* the last member is complete */
    struct gzip_whole *whole;
};

static void *gzip_open(void)
{
    struct gzip *g = mem_alloc(sizeof *g);
    if (inflateInit2(&g->stream, 16 + MAX_WBITS) != Z_OK) {
        mem_fail("zlib");
    }
    g->whole = gzip_whole_new();
    return g;
}

static void gzip_close(void *state)
{
    struct gzip *g = state;
    inflateEnd(&g->stream);
    gzip_whole_free(g->whole);
    mem_free(g);
}

static void gzip_again(void *state)
{
    struct gzip *g = state;
    inflateReset(&g->stream);
    g->between = false;
}

/* Behind a member: padding, the next member, or rubbish. */
static bool next_member(struct gzip *g, struct decoder_io *io, bool *end, struct error *e)
{
    while (io->in_used < io->in_len && io->in[io->in_used] == '\0') {
        io->in_used++;
    }
    if (io->in_used == io->in_len) {
        *end = io->last;
        return true;
    }
    if ((unsigned char)io->in[io->in_used] != 0x1f) {
        return error_set(e, ERROR_CORRUPT, "rubbish after the end of the gzip data");
    }
    inflateReset(&g->stream);
    g->between = false;
    return true;
}

static bool gzip_step(void *state, struct decoder_io *io, bool *end, struct error *e)
{
    struct gzip *g = state;
    if (g->between) {
        return next_member(g, io, end, e);
    }
    size_t before_in = io->in_used, before_out = io->out_used;
    g->stream.next_in = (const Bytef *)io->in + io->in_used;
    g->stream.avail_in = (uInt)(io->in_len - io->in_used);
    g->stream.next_out = (Bytef *)io->out + io->out_used;
    g->stream.avail_out = (uInt)(io->out_cap - io->out_used);
    int code = inflate(&g->stream, Z_NO_FLUSH);
    io->in_used = io->in_len - g->stream.avail_in;
    io->out_used = io->out_cap - g->stream.avail_out;
    if (code == Z_STREAM_END) {
        g->between = true;
        return true;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
        return error_set(e, ERROR_CORRUPT, "the gzip data is broken (%s)",
                         g->stream.msg ? g->stream.msg : "unknown reason");
    }
    /* Only now: zlib may have held back bytes that had no room. */
    if (io->last && io->in_used == before_in && io->out_used == before_out) {
        return error_set(e, ERROR_TRUNCATED, "the gzip data ends early");
    }
    return true;
}

/* The last four bytes: the size of the last member, nearly always the only one.
 * Source: RFC 1952, section 2.3.1. */
static size_t gzip_size(str stored)
{
    size_t size = 0;
    for (size_t i = 0; i < 4 && stored.len >= 4; i++) {
        size |= (size_t)(unsigned char)stored.ptr[stored.len - 4 + i] << 8 * i;
    }
    return size;
}

static bool gzip_decode(void *state, str stored, char *out, size_t cap, size_t *n)
{
    struct gzip *g = state;
    return g->whole && gzip_whole_decode(g->whole, stored, out, cap, n);
}

const struct decoder decoder_gzip = {.name = "gzip",
                                     .magic = S_INIT("\x1f\x8b"),
                                     .open = gzip_open,
                                     .close = gzip_close,
                                     .again = gzip_again,
                                     .step = gzip_step,
                                     .size = gzip_size,
                                     .whole = gzip_decode};
