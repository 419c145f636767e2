/* SPDX-License-Identifier: Apache-2.0 */
/* "did you mean": names near a wrong one. */
#include "ecs/schema_internal.h"

enum { NAME_MAX_LENGTH = 100, SUGGESTIONS_MAX = 16 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Levenshtein distance with neighbouring swaps counted as two; names longer than NAME_MAX_LENGTH are cut. */
static size_t distance(str a, str b)
{
    size_t row[NAME_MAX_LENGTH + 1];
    a.len = a.len < NAME_MAX_LENGTH ? a.len : NAME_MAX_LENGTH;
    b.len = b.len < NAME_MAX_LENGTH ? b.len : NAME_MAX_LENGTH;
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = corner + (a.ptr[i - 1] != b.ptr[j - 1]);
            corner = row[j];
            row[j] = smallest(change, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b.len];
}

/* How far `known` is from `name`; SIZE_MAX when too far to be meant. */
static size_t score(str name, str known)
{
    size_t limit = name.len / 4 + 1;
    size_t gap = name.len > known.len ? name.len - known.len : known.len - name.len;
    if (str_ends(known, name) && known.len > name.len &&
        known.ptr[known.len - name.len - 1] == '.') {
        return 1; /* the prefix was forgotten */
    }
    if (gap > limit) {
        return SIZE_MAX;
    }
    size_t d = distance(name, known);
    return d <= limit ? d : SIZE_MAX;
}

size_t schema_suggest(const struct schema *s, str name, str *out, size_t max)
{
    size_t scores[SUGGESTIONS_MAX], n = 0;
    max = max < SUGGESTIONS_MAX ? max : SUGGESTIONS_MAX;
    for (size_t i = 0; max && i < s->count; i++) {
        size_t d = str_ends(s->rows[i].name, S(".*")) ? SIZE_MAX : score(name, s->rows[i].name);
        if (d == SIZE_MAX || (n == max && d >= scores[n - 1])) {
            continue;
        }
        size_t at = n < max ? n++ : n - 1;
        while (at > 0 && scores[at - 1] > d) {
            scores[at] = scores[at - 1];
            out[at] = out[at - 1];
            at--;
        }
        scores[at] = d;
        out[at] = s->rows[i].name;
    }
    return n;
}
