/* SPDX-License-Identifier: Apache-2.0 */
/* zstd, several frames one after another (skippable ones too). */
#include <zstd.h>

#include "base/mem.h"
#include "input/decoder.h"

enum {
    WINDOW_LOG_MAX = 27, /* 128 MiB */
    MAGIC = 4,
    HEADER_MAX = 14,  /* of a frame, behind its magic number */
    HEADER_PIECE = 3, /* less than a magic number */
};

struct zstd {
    ZSTD_DStream *stream;
    bool between; /* at the border of two frames */
    char magic[MAGIC];
    size_t n_magic; /* read of it, between two frames */
    size_t n_frame; /* read behind it */
    bool full;      /* the room for output was used up: more may be held back */
    size_t left;    /* zstd's wish for input */
};

static void *zstd_open(void)
{
    struct zstd *z = mem_alloc(sizeof *z);
    z->stream = ZSTD_createDStream();
    if (!z->stream) {
        mem_fail("zstd");
    }
    z->between = true;
    ZSTD_DCtx_setParameter(z->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return z;
}

static void zstd_close(void *state)
{
    struct zstd *z = state;
    ZSTD_freeDStream(z->stream);
    mem_free(z);
}

/* A call that fails loses what it decoded before the failure, so each is given one block at most, and nothing while output is
 * held back; zstd's wish covers the next block's header, and a frame seen whole would be decoded in one go. A piece of the header
 * is too short for a magic number: when a header is wrong, libzstd takes the piece for the begin of one of its old formats. */
static size_t wanted_input(const struct zstd *z)
{
    enum { BLOCK_HEADER = 3 };
    if (z->full) {
        return 0;
    }
    size_t wanted = z->left > BLOCK_HEADER ? z->left - BLOCK_HEADER : z->left;
    return z->n_frame < HEADER_MAX && wanted > HEADER_PIECE ? HEADER_PIECE : wanted;
}

static bool is_magic(const char *at)
{
    uint32_t magic = (uint32_t)(uint8_t)at[0] | (uint32_t)(uint8_t)at[1] << 8 |
                     (uint32_t)(uint8_t)at[2] << 16 | (uint32_t)(uint8_t)at[3] << 24;
    return magic == ZSTD_MAGICNUMBER ||
           (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* The first bytes of a frame are looked at here: libzstd takes bytes behind those it has for the magic number of its old formats, depending on the sizes of
 * the pieces. */
static bool begin_frame(struct zstd *z, struct decoder_io *io, bool *end, struct error *e)
{
    while (z->n_magic < MAGIC && io->in_used < io->in_len) {
        z->magic[z->n_magic++] = io->in[io->in_used++];
    }
    if (z->n_magic < MAGIC) {
        *end = io->last && z->n_magic == 0;
        return !io->last || *end || error_set(e, ERROR_TRUNCATED, "the zstd data ends early");
    }
    if (!is_magic(z->magic)) {
        return error_set(e, ERROR_CORRUPT, "the zstd data is broken (no frame begins here)");
    }
    ZSTD_inBuffer in = {z->magic, MAGIC, 0};
    ZSTD_outBuffer out = {io->out, 0, 0};
    z->left = ZSTD_decompressStream(z->stream, &out, &in);
    if (ZSTD_isError(z->left)) {
        return error_set(e, ERROR_CORRUPT, "the zstd data is broken (%s)",
                         ZSTD_getErrorName(z->left));
    }
    z->n_magic = z->n_frame = 0;
    z->between = z->full = false;
    return true;
}

static bool zstd_step(void *state, struct decoder_io *io, bool *end, struct error *e)
{
    struct zstd *z = state;
    if (z->between) {
        return begin_frame(z, io, end, e);
    }
    ZSTD_inBuffer in = {io->in, io->in_len, io->in_used};
    ZSTD_outBuffer out = {io->out, io->out_cap, io->out_used};
    size_t wanted = wanted_input(z);
    if (in.size - in.pos > wanted) {
        in.size = in.pos + wanted;
    }
    bool flushing = z->full;
    size_t before_in = in.pos, before_out = out.pos;
    size_t left = ZSTD_decompressStream(z->stream, &out, &in);
    if (ZSTD_isError(left)) {
        return error_set(e, ERROR_CORRUPT, "the zstd data is broken (%s)", ZSTD_getErrorName(left));
    }
    z->n_frame += in.pos - before_in;
    io->in_used = in.pos;
    io->out_used = out.pos;
    z->between = left == 0;
    z->left = left;
    z->full = out.pos == out.size;
    if (!z->between && !flushing && io->last && in.pos == before_in && out.pos == before_out) {
        return error_set(e, ERROR_TRUNCATED, "the zstd data ends early");
    }
    return true;
}

const struct decoder decoder_zstd = {.name = "zstd",
                                     .magic = S_INIT("\x28\xb5\x2f\xfd"),
                                     .open = zstd_open,
                                     .close = zstd_close,
                                     .step = zstd_step};
