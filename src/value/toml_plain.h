/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files as most are: tables and lists of tables, bare keys, strings without escapes, integers, booleans and lists of them. They are read without toml++, which goes character by
 * character and took two thirds of loading thousands of rules; a test holds the two against each other. */
#ifndef POSTERN_VALUE_TOML_PLAIN_H
#define POSTERN_VALUE_TOML_PLAIN_H

#include "base/diag.h"
#include "value/json.h"

/* The tree that toml++ gives for `text`, in `a`, views of `text` in raw. NULL: the text is not of that kind, or is no TOML. */
struct json *toml_plain_parse(str text, struct arena *a);
/* toml_parse by toml++ alone. */
struct json *toml_parse_any(const struct diag_source *src, struct arena *a, struct diags *d);

#endif
