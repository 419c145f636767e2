/* SPDX-License-Identifier: Apache-2.0 */
/* Lucene regular expressions to PCRE2: parse, then print. */
#include "ir/lucene_tree.h"

enum { MAX_OUTPUT = 1024 * 1024 };

bool lucene_regex_translate(str pattern, struct arena *a, str *out, struct lucene_error *e)
{
    struct arena scratch = *a;
    const struct lucene_node *root = lucene_parse(pattern, &scratch, e);
    if (!root) {
        return false;
    }
    struct buf text = BUF_INIT(MAX_OUTPUT);
    bool ok = lucene_print(root, &text, e);
    if (ok && text.full) {
        *e = (struct lucene_error){0, "too large"};
        ok = false;
    }
    if (ok) {
        *out = arena_copy(a, buf_view(&text));
    }
    buf_deinit(&text);
    return ok;
}
