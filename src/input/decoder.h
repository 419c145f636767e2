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
    /* Makes the state what it was when it was opened, for another file; unset: it is closed with its file. */
    void (*again)(void *state);
    /* Decodes some. False on an error (e filled); *end when the stream is complete and all input used. */
    bool (*step)(void *state, struct decoder_io *io, bool *end, struct error *e);
    /* A quick way for a file that is in memory as a whole; unset: none. `size` is how many bytes it seems to become, 0 when that cannot be told. `whole` decodes it at once, before any step: false, with `out` written
     * over in part, when it does not fit or is not sound to its end. Then the steps say why. */
    size_t (*size)(str stored);
    bool (*whole)(void *state, str stored, char *out, size_t cap, size_t *n);
};

extern const struct decoder decoder_gzip, decoder_zstd;

#endif
