/* SPDX-License-Identifier: Apache-2.0 */
/* String tokens of JSON text that is known to be valid: where one ends, and what it says. */
#ifndef POSTERN_VALUE_JSON_STRING_H
#define POSTERN_VALUE_JSON_STRING_H

#include "base/arena.h"

/* Length of the token at `ptr`, both quotes included; the text goes on to `end`. Sets *escaped when it holds a backslash. */
size_t json_string_length(const char *ptr, const char *end, bool *escaped);

/* The decoded form of `body` (what stands between the quotes) in `a`. */
str json_string_decode(str body, struct arena *a);

#endif
