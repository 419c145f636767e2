/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that hold one record of a known form each. To pass over such a line it need not be known where its value ends, only that nothing but the one value in it can be a record,
 * and that the next line is read from its beginning whatever this one holds. Both can be told by looking at two bytes at a time, which is far less work than following
 * strings and brackets (frame_form.h): measured, 3 to 5 hundredths of a second less a gigabyte.
 *
 * Why that is enough. The framer stands between values and finds '{', the form's opening, at text[start]. Let the line end in "}\n{".
 *   - If its value ends within the line, another value in the same line needs blanks or nothing between the one's end and its own '{' or '[' (a time in front of it ends with a
 *     blank); what else follows is one broken piece up to the line break. The end is '}', or ']' of a broken value, since the framer counts brackets of both kinds alike. A line in
 *     which '}', ']' or a blank stands before '{' or '[' is none of these.
 *   - If its value does not end in the line, the line break stands in a string, or '{' follows "}\n" where JSON wants a comma or a closing bracket. Both break the record, and what
 *     follows is read from a line that begins with '{': the next.
 * So any record in the line has the key where the line has it, unless the key is written with an escape like \u0041; such lines are none of these either.
 *
 * What is lost is that not each broken line is told from a whole one. Nearly each is: in these, opening and closing brackets are as many, in strings or not, quotes are even in
 * number, and the key stands in one place. A line that is broken all the same holds no record that has another operation than its key says. */
#ifndef POSTERN_VALUE_FRAME_LINE_H
#define POSTERN_VALUE_FRAME_LINE_H

#include "value/frame_form.h"

enum {
    FRAME_LINE_MAX = 1 << 16, /* longest line that is looked at */
};

/* Scans the line whose object at text[start] begins with the form's opening. FRAME_FORM_END: it is such a line, out->end is its line break, and the key stands at the one place in `out`.
 * FRAME_FORM_MORE: the bytes are used up before that can be said. FRAME_FORM_OTHER: it is none, or too long. `out` is filled with FRAME_FORM_END only. Brackets are counted modulo 256. */
typedef enum frame_form_stop frame_line_fn(const struct frame_form *form, str text, size_t start,
                                           struct frame_formed *out);
frame_line_fn frame_line_plain;
frame_line_fn frame_line_simd; /* only where simd_usable() (simd.h) */

#endif
