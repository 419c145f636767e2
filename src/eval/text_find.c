/* SPDX-License-Identifier: Apache-2.0 */
/* Knuth-Morris-Pratt over symbols: bytes, or folded code points with the offsets they came from. */
#include "eval/text_find.h"

#include "base/utf8.h"

struct symbols {
    uint32_t *code;
    size_t *offset; /* of each symbol, and one past the last */
    size_t n;
};

static struct symbols to_symbols(str s, bool fold, struct arena *a)
{
    struct symbols out = {arena_push_raw(a, sizeof(uint32_t), s.len + 1),
                          arena_push_raw(a, sizeof(size_t), s.len + 1), 0};
    for (size_t at = 0; at < s.len; out.n++) {
        out.offset[out.n] = at;
        if (fold) {
            out.code[out.n] = utf8_fold_code(utf8_next(s, &at));
        } else {
            out.code[out.n] = (unsigned char)s.ptr[at++];
        }
    }
    out.offset[out.n] = s.len;
    return out;
}

/* Length of the longest proper border of each prefix. */
static size_t *borders(const struct symbols *p, struct arena *a)
{
    size_t *b = arena_push_raw(a, sizeof *b, p->n + 1);
    size_t k = 0;
    b[0] = 0;
    for (size_t i = 1; i < p->n; i++) {
        while (k && p->code[i] != p->code[k]) {
            k = b[k - 1];
        }
        k += p->code[i] == p->code[k];
        b[i] = k;
    }
    return b;
}

static found search(const struct symbols *t, const struct symbols *p, bool last, struct arena *a)
{
    const size_t *b = borders(p, a);
    found result = {SIZE_MAX, SIZE_MAX};
    size_t k = 0;
    for (size_t i = 0; i < t->n; i++) {
        while (k && t->code[i] != p->code[k]) {
            k = b[k - 1];
        }
        k += t->code[i] == p->code[k];
        if (k == p->n) {
            result = (found){t->offset[i + 1 - k], t->offset[i + 1]};
            if (!last) {
                break;
            }
            k = b[k - 1];
        }
    }
    return result;
}

enum { SHORT_NEEDLE = 64 };

found text_find(str text, str needle, size_t from, bool fold, bool last, struct arena *a)
{
    if (from > text.len) {
        return (found){SIZE_MAX, SIZE_MAX};
    }
    if (needle.len == 0) {
        size_t at = last ? text.len : from;
        return (found){at, at};
    }
    if (!fold && !last && needle.len <= SHORT_NEEDLE) { /* the usual case, without memory */
        size_t at = str_find(text, needle, from);
        return (found){at, at == SIZE_MAX ? SIZE_MAX : at + needle.len};
    }
    struct symbols t = to_symbols(str_slice(text, from, text.len), fold, a);
    struct symbols p = to_symbols(needle, fold, a);
    found f = search(&t, &p, last, a);
    return f.at == SIZE_MAX ? f : (found){f.at + from, f.end + from};
}

/* Offset behind `part` at the start of text, or SIZE_MAX. */
static bool prefix_folded(str text, str part)
{
    size_t i = 0, j = 0;
    while (j < part.len) {
        if (i >= text.len ||
            utf8_fold_code(utf8_next(text, &i)) != utf8_fold_code(utf8_next(part, &j))) {
            return false;
        }
    }
    return true;
}

bool text_starts(str text, str part, bool fold, struct arena *a)
{
    (void)a;
    return fold ? prefix_folded(text, part) : str_starts(text, part);
}

bool text_ends(str text, str part, bool fold, struct arena *a)
{
    if (!fold) {
        return str_ends(text, part);
    }
    return str_ends(utf8_fold(text, a), utf8_fold(part, a));
}
