/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of one record with AVX2. Compiled with it where the compiler knows it, called only where the processor does. */
#include "value/frame_form_loop.h"

#if defined(__AVX2__) && defined(__PCLMUL__)
#include "value/frame_masks_avx2.h"

enum frame_form_stop frame_form_avx2(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_form_loop(form, text, start, out, &mask_maker);
}
#else
enum frame_form_stop frame_form_avx2(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_form_plain(form, text, start, out);
}
#endif
