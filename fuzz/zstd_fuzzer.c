/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/input/zstd.c. */
#include "decoder_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_decoder(&decoder_zstd, data, size);
}
