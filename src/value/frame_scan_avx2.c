/* SPDX-License-Identifier: Apache-2.0 */
/* The scan with AVX2 and carry-less multiplication. */
#include "value/frame_masks_avx2.h"
#include "value/frame_scan_loop.h"

enum frame_stop frame_scan_simd(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_loop(s, text, at, last, &mask_maker);
}

size_t frame_colons_simd(str text, uint32_t *places)
{
    return frame_colons_loop(text, places, &mask_maker);
}
