/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one record each, byte by byte. */
#include "value/frame_line_steps.h"

enum frame_form_stop frame_line_plain(const struct frame_form *form, str text, size_t start,
                                      struct frame_formed *out)
{
    out->n_places = 0;
    return frame_line_rest(form, text, start, 0, (struct frame_line_count){0}, out);
}
