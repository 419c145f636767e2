/* SPDX-License-Identifier: Apache-2.0 */
/* A decompressor behind one interface: one file a format, a row in input.c. */
#ifndef POSTERN_INPUT_DECODER_H
#define POSTERN_INPUT_DECODER_H

#include "base/error.h"

/* Bytes given and taken by one step. */
struct decoder_io {
    const char *in;
    size_t in_len, in_used;
    char *out;
    size_t out_cap, out_used;
    bool last; /* no input after this */
};

struct decoder {
    const char *name;
    str magic;
    void *(*open)(void);
    void (*close)(void *state);
    /* Decodes some. False on an error (e filled); *end when the stream is complete and all input used. */
    bool (*step)(void *state, struct decoder_io *io, bool *end, struct error *e);
};

extern const struct decoder decoder_gzip, decoder_zstd;

#endif
