/* SPDX-License-Identifier: Apache-2.0 */
/* TOML 1.0 text to a struct json tree (toml++ behind a C++ shim), with the place of every key and value in the file, and for strings the map that
 * leads from a position in the decoded text back to the file, so that the caret of an EQL error points into the file its author edits.
 * Dates become strings as written. Integers, floats and booleans become their JSON types (inf and nan are refused). */
#ifndef POSTERN_VALUE_TOML_H
#define POSTERN_VALUE_TOML_H

#include "base/diag.h"
#include "value/json.h"

/* The document's tree in `a`, or NULL after adding a diagnostic (toml-syntax, not-utf8) to `d`. node->raw of each scalar value is its bytes in
 * `text` (quotes included), so its span is raw.ptr - text.ptr; for tables and arrays raw may be empty. A UTF-8 BOM is skipped; CRLF is fine; UTF-16 is refused by name. */
struct json *toml_parse(const struct diag_source *src, struct arena *a, struct diags *d);

/* The map from the decoded text of string node `value` (its `raw` inside `file`) to the file's bytes, for struct diag_source. In `a`. */
struct text_map *toml_string_map(str file, const struct json *value, struct arena *a);

#endif
