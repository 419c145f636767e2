/* SPDX-License-Identifier: Apache-2.0 */
/* Processors for which we have no vector form. Its functions are here so that the program links; nobody calls them. */
#include "value/simd.h"

#include "value/frame_form.h"
#include "value/frame_index.h"
#include "value/frame_line.h"
#include "value/frame_scan.h"
#include "value/literal_find.h"
#include "value/short_index.h"

bool simd_usable(void)
{
    return false;
}

enum frame_stop frame_scan_simd(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_plain(s, text, at, last);
}

size_t frame_colons_simd(str text, uint32_t *places)
{
    return frame_colons_plain(text, places);
}

enum frame_form_stop frame_form_simd(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_form_plain(form, text, start, out);
}

enum frame_form_stop frame_line_simd(const struct frame_form *form, str text, size_t start,
                                     struct frame_formed *out)
{
    return frame_line_plain(form, text, start, out);
}

enum frame_index_stop frame_index_simd(str text, size_t start, struct frame_index *out)
{
    return frame_index_plain(text, start, out);
}

size_t literal_find_simd(const struct literal *l, str in, size_t from)
{
    return literal_find_plain(l, in, from);
}

size_t short_index_simd(const char *text, size_t len, uint32_t *at)
{
    (void)text, (void)len, (void)at;
    return 0;
}
