/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of one record with AVX2. */
#include "value/frame_form_loop.h"
#include "value/frame_masks_avx2.h"

enum frame_form_stop frame_form_simd(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_form_loop(form, text, start, out, &mask_maker);
}
